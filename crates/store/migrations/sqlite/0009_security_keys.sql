-- Why: people sign in with a security key (WebAuthn) as their second factor.
-- Duration: at once.
CREATE TABLE security_key (
    organ_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    name TEXT NOT NULL,
    site TEXT NOT NULL,
    public_key TEXT NOT NULL,
    counter INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    used_at TEXT,
    PRIMARY KEY (organ_id, account_id, key_id)
);
