-- Why: an organ signs its people in through its own identity provider (OpenID Connect).
-- Duration: at once.
CREATE TABLE identity_provider (
    organ_id TEXT NOT NULL,
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    claim TEXT NOT NULL,
    site TEXT NOT NULL,
    authorities TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (organ_id)
);
CREATE TABLE identity_link (
    organ_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    claimed TEXT NOT NULL,
    linked_at TEXT NOT NULL,
    used_at TEXT,
    PRIMARY KEY (organ_id, account_id)
);
CREATE UNIQUE INDEX identity_link_by_subject ON identity_link (organ_id, issuer, subject);
