-- Why: the tables of the foundation: log, organs, accounts, entries, events, figures, search.
-- Duration: at once (the database is empty).
--
-- Every table leads with organ_id, so that the same schema distributes by organ; the log belongs to
-- the whole deployment. Dates are ISO text, instants RFC 3339 in UTC: both sort as text.
-- Rows that are small and found by their whole key are WITHOUT ROWID; rows with long texts are not.

CREATE TABLE meta (
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;

-- The log.
CREATE TABLE log_leaf (
    leaf_index INTEGER PRIMARY KEY,
    organ_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;

CREATE TABLE log_tile (
    level INTEGER NOT NULL,
    tile_index INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, tile_index)
) STRICT;

CREATE TABLE log_checkpoint (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- Organs and people.
CREATE TABLE organ (
    organ_id TEXT NOT NULL,
    parent_id TEXT REFERENCES organ (organ_id),
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    document_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (organ_id)
) STRICT;
CREATE INDEX organ_by_parent ON organ (parent_id);

CREATE TABLE district (
    organ_id TEXT NOT NULL REFERENCES organ (organ_id),
    district_id TEXT NOT NULL,
    name TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (organ_id, district_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE section (
    organ_id TEXT NOT NULL REFERENCES organ (organ_id),
    section_id TEXT NOT NULL,
    name TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (organ_id, section_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    organ_id TEXT NOT NULL REFERENCES organ (organ_id),
    account_id TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    section_id TEXT,
    roles TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    failed_count INTEGER NOT NULL,
    locked_until TEXT,
    PRIMARY KEY (organ_id, account_id)
) STRICT;
CREATE UNIQUE INDEX account_login ON account (login);

CREATE TABLE session (
    token_hash TEXT NOT NULL,
    organ_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (token_hash),
    FOREIGN KEY (organ_id, account_id) REFERENCES account (organ_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (organ_id, account_id);
CREATE INDEX session_by_expiry ON session (expires_at);

-- Entries. The JSON is for what is only shown; what is filtered or sorted stands in entry_value.
CREATE TABLE entry (
    organ_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    version TEXT NOT NULL,
    number TEXT,
    title TEXT NOT NULL,
    stage TEXT,
    section_id TEXT,
    happened_on TEXT NOT NULL,
    revision INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    voided INTEGER NOT NULL,
    fields TEXT NOT NULL,
    history TEXT NOT NULL,
    content_hash TEXT,
    PRIMARY KEY (organ_id, entry_id)
) STRICT;
CREATE INDEX entry_by_date ON entry (organ_id, ledger, voided, happened_on, entry_id);
CREATE INDEX entry_by_section ON entry (organ_id, ledger, section_id, voided, happened_on, entry_id)
    WHERE section_id IS NOT NULL;
CREATE INDEX entry_by_content ON entry (organ_id, ledger, content_hash)
    WHERE content_hash IS NOT NULL;

CREATE TABLE entry_value (
    organ_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (organ_id, ledger, field, value, happened_on, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_value_by_entry ON entry_value (organ_id, entry_id, field, value);

CREATE TABLE entry_key (
    organ_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    natural_key TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (organ_id, ledger, natural_key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entry_key_by_entry ON entry_key (organ_id, entry_id);

CREATE TABLE ledger_count (
    organ_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    year INTEGER NOT NULL,
    open_count INTEGER NOT NULL,
    PRIMARY KEY (organ_id, ledger, year)
) STRICT, WITHOUT ROWID;

-- Events stand in leaf order on disk: they are appended and verified in that order.
CREATE TABLE event (
    leaf_index INTEGER PRIMARY KEY,
    organ_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    ledger TEXT NOT NULL,
    kind TEXT NOT NULL,
    version TEXT NOT NULL,
    actor TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    body TEXT NOT NULL,
    salts TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_by_entry ON event (organ_id, entry_id, seq);

-- Figures.
CREATE TABLE contribution (
    organ_id TEXT NOT NULL,
    figure TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    leaf_index INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    ledger TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    value INTEGER NOT NULL,
    dims TEXT NOT NULL,
    item TEXT NOT NULL,
    counts_items INTEGER NOT NULL,
    negates_leaf INTEGER,
    negates_ordinal INTEGER,
    PRIMARY KEY (organ_id, figure, happened_on, leaf_index, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX contribution_by_leaf ON contribution (leaf_index, ordinal);
CREATE UNIQUE INDEX contribution_negated
    ON contribution (organ_id, figure, negates_leaf, negates_ordinal)
    WHERE negates_leaf IS NOT NULL;

CREATE TABLE rollup (
    organ_id TEXT NOT NULL,
    figure TEXT NOT NULL,
    month TEXT NOT NULL,
    dims TEXT NOT NULL,
    value INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    PRIMARY KEY (organ_id, figure, month, dims)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_item (
    organ_id TEXT NOT NULL,
    figure TEXT NOT NULL,
    month TEXT NOT NULL,
    dims TEXT NOT NULL,
    item TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (organ_id, figure, month, dims, item)
) STRICT, WITHOUT ROWID;

-- Files, imports, numbers.
CREATE TABLE blob (
    organ_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (organ_id, hash)
) STRICT;

CREATE TABLE import_batch (
    organ_id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    account_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    state TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (organ_id, batch_id)
) STRICT;
CREATE INDEX import_batch_by_time ON import_batch (organ_id, created_at, batch_id);

CREATE TABLE counter (
    organ_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (organ_id, kind, year)
) STRICT, WITHOUT ROWID;

-- Search. The index holds tokens only; `scope` holds organ and ledger, so that one lookup serves both.
CREATE TABLE search_pending (
    organ_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (organ_id, entry_id)
) STRICT;

CREATE TABLE search_entry (
    row_id INTEGER PRIMARY KEY,
    organ_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    entry_id TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_entry_by_entry ON search_entry (organ_id, entry_id);

CREATE VIRTUAL TABLE search_text USING fts5 (
    scope, words,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0'
);

CREATE TABLE audit (
    audit_id INTEGER PRIMARY KEY,
    organ_id TEXT NOT NULL,
    at TEXT NOT NULL,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    leaf_index INTEGER
) STRICT;
CREATE INDEX audit_by_organ ON audit (organ_id, audit_id);

-- The planner's idea of how many rows share the first 1, 2, … columns of an index, for a ledger of a
-- million entries. Fixed here instead of measured by ANALYZE: the plans that the tests have seen are
-- the plans everywhere, on an empty database as on a full one.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('entry', 'sqlite_autoindex_entry_1', '1000000 500000 1'),
    ('entry', 'entry_by_date', '1000000 500000 100000 50000 100 1'),
    ('entry', 'entry_by_section', '1000000 500000 100000 10000 5000 20 1'),
    ('entry', 'entry_by_content', '1000000 500000 100000 2'),
    ('entry_value', 'entry_value', '8000000 4000000 800000 100000 5000 50 1'),
    ('entry_value', 'entry_value_by_entry', '8000000 4000000 8 1 1'),
    ('entry_key', 'entry_key', '1000000 500000 100000 1'),
    ('entry_key', 'entry_key_by_entry', '1000000 500000 1'),
    ('event', 'event_by_entry', '5000000 2500000 5 1'),
    ('contribution', 'contribution', '10000000 5000000 100000 200 2 1'),
    ('contribution', 'contribution_by_leaf', '10000000 3 2'),
    ('contribution', 'contribution_negated', '100000 50000 1000 1 1'),
    ('rollup', 'rollup', '100000 50000 500 10 1'),
    ('rollup_item', 'rollup_item', '1000000 500000 5000 500 100 1'),
    ('search_entry', 'search_entry_by_entry', '1000000 500000 1');
