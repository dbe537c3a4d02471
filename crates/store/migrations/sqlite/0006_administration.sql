-- Grants, posts, collections, keepers of entries, erasures; the salts of the audit trail.
-- Takes no time: the tables are new, and the audit trail is short.
ALTER TABLE audit ADD COLUMN salt TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_by_leaf ON audit (leaf_index) WHERE leaf_index IS NOT NULL;
CREATE INDEX audit_by_time ON audit (organ_id, at, audit_id);

CREATE TABLE role_grant (
    organ_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    reviewed_at TEXT,
    reviewed_by TEXT,
    revoked_at TEXT,
    revoked_by TEXT,
    PRIMARY KEY (organ_id, account_id, role, granted_at)
);

CREATE TABLE post (
    organ_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    until TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    section_id TEXT,
    PRIMARY KEY (organ_id, account_id, until)
);

CREATE TABLE keeper (
    organ_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (organ_id, entry_id)
);
CREATE INDEX keeper_by_account ON keeper (organ_id, account_id, entry_id);

CREATE TABLE collection (
    organ_id TEXT NOT NULL,
    collection_id TEXT NOT NULL,
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    ledgers TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    section_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    closed_at TEXT,
    PRIMARY KEY (organ_id, collection_id)
);

CREATE TABLE hand_in (
    organ_id TEXT NOT NULL,
    collection_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    state TEXT NOT NULL,
    entry_count INTEGER NOT NULL,
    log_size INTEGER NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    note TEXT NOT NULL,
    reminded_at TEXT,
    PRIMARY KEY (organ_id, collection_id, unit_id)
);
CREATE INDEX hand_in_by_unit ON hand_in (organ_id, unit_id, collection_id);

CREATE TABLE erasure (
    organ_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    pointer TEXT NOT NULL,
    at TEXT NOT NULL,
    account_id TEXT NOT NULL,
    ground TEXT NOT NULL,
    PRIMARY KEY (organ_id, entry_id, seq, pointer)
);
