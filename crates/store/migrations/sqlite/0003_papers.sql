-- Why: papers, evidence, the record of the whole process, uploads under way, notices.
-- Duration: at once (the tables are new).
--
-- Rows of papers, evidence and records are only ever added. The bytes of evidence lie in files named
-- by their hash, never in the database.
CREATE TABLE paper (
    organ_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    paper_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    title TEXT NOT NULL,
    number TEXT,
    signed INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    account_id TEXT NOT NULL,
    made_on TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (organ_id, entry_id, paper_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    organ_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    evidence_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    about TEXT NOT NULL,
    account_id TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (organ_id, entry_id, evidence_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE process_record (
    organ_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    account_id TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (organ_id, entry_id, record_id)
) STRICT, WITHOUT ROWID;

-- Files that arrive in pieces. A row goes when the file is whole or given up.
CREATE TABLE upload (
    organ_id TEXT NOT NULL,
    upload_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    size INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organ_id, upload_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_by_file ON upload (organ_id, entry_id, account_id, fingerprint);
CREATE INDEX upload_by_time ON upload (organ_id, created_at, upload_id);

-- What somebody is told. `about` names what it is about, so that nothing is told twice.
CREATE TABLE notice (
    organ_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    entry_id TEXT,
    text TEXT NOT NULL,
    made_at TEXT NOT NULL,
    read_at TEXT,
    PRIMARY KEY (organ_id, account_id, notice_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX notice_by_about ON notice (organ_id, account_id, about);
CREATE INDEX notice_unread ON notice (organ_id, account_id, notice_id) WHERE read_at IS NULL;

-- Where a person gets the daily digest, if anywhere.
CREATE TABLE digest_address (
    organ_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    address TEXT NOT NULL,
    sent_for TEXT NOT NULL,
    PRIMARY KEY (organ_id, account_id)
) STRICT, WITHOUT ROWID;
