-- Why: the tables of the foundation: log, organs, accounts, entries, events, figures, search.
-- Duration: at once (the database is empty).
--
-- The tables of migrations/sqlite/0001_foundation.sql, column by column, in PostgreSQL's words: texts
-- sort as bytes; the keys of event, audit and search_entry lead with the organ, which row ids cannot;
-- the full-text index is a table of tsvector. References may be checked at the end of a transaction.

CREATE TABLE meta (
    key TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (key)
);

-- The log.
CREATE TABLE log_leaf (
    leaf_index BIGINT PRIMARY KEY,
    organ_id TEXT COLLATE "C" NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    data BYTEA NOT NULL
);

CREATE TABLE log_tile (
    level BIGINT NOT NULL,
    tile_index BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (level, tile_index)
);

CREATE TABLE log_checkpoint (
    size BIGINT PRIMARY KEY,
    note TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);

-- Organs and people.
CREATE TABLE organ (
    organ_id TEXT COLLATE "C" NOT NULL,
    parent_id TEXT COLLATE "C" REFERENCES organ (organ_id) DEFERRABLE,
    name TEXT COLLATE "C" NOT NULL,
    short_name TEXT COLLATE "C" NOT NULL,
    document_name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organ_id)
);
CREATE INDEX organ_by_parent ON organ (parent_id);

CREATE TABLE district (
    organ_id TEXT COLLATE "C" NOT NULL REFERENCES organ (organ_id) DEFERRABLE,
    district_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    ordinal BIGINT NOT NULL,
    PRIMARY KEY (organ_id, district_id)
);

CREATE TABLE section (
    organ_id TEXT COLLATE "C" NOT NULL REFERENCES organ (organ_id) DEFERRABLE,
    section_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    ordinal BIGINT NOT NULL,
    PRIMARY KEY (organ_id, section_id)
);

CREATE TABLE account (
    organ_id TEXT COLLATE "C" NOT NULL REFERENCES organ (organ_id) DEFERRABLE,
    account_id TEXT COLLATE "C" NOT NULL,
    login TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    post TEXT COLLATE "C" NOT NULL,
    section_id TEXT COLLATE "C",
    roles TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    failed_count BIGINT NOT NULL,
    locked_until TEXT COLLATE "C",
    PRIMARY KEY (organ_id, account_id)
);
CREATE UNIQUE INDEX account_login ON account (login);

CREATE TABLE session (
    token_hash TEXT COLLATE "C" NOT NULL,
    organ_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    csrf TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    seen_at TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (token_hash),
    FOREIGN KEY (organ_id, account_id) REFERENCES account (organ_id, account_id) DEFERRABLE
);
CREATE INDEX session_by_account ON session (organ_id, account_id);
CREATE INDEX session_by_expiry ON session (expires_at);

-- Entries. The JSON is for what is only shown; what is filtered or sorted stands in entry_value.
CREATE TABLE entry (
    organ_id TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C",
    title TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C",
    section_id TEXT COLLATE "C",
    happened_on TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    opened_at TEXT COLLATE "C" NOT NULL,
    changed_at TEXT COLLATE "C" NOT NULL,
    voided BIGINT NOT NULL,
    fields TEXT COLLATE "C" NOT NULL,
    history TEXT COLLATE "C" NOT NULL,
    content_hash TEXT COLLATE "C",
    PRIMARY KEY (organ_id, entry_id)
);
CREATE INDEX entry_by_date ON entry (organ_id, ledger, voided, happened_on, entry_id);
CREATE INDEX entry_by_section ON entry (organ_id, ledger, section_id, voided, happened_on, entry_id)
    WHERE section_id IS NOT NULL;
CREATE INDEX entry_by_content ON entry (organ_id, ledger, content_hash)
    WHERE content_hash IS NOT NULL;

CREATE TABLE entry_value (
    organ_id TEXT COLLATE "C" NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    happened_on TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organ_id, ledger, field, value, happened_on, entry_id)
);
CREATE INDEX entry_value_by_entry ON entry_value (organ_id, entry_id, field, value);

CREATE TABLE entry_key (
    organ_id TEXT COLLATE "C" NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    natural_key TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organ_id, ledger, natural_key)
);
CREATE UNIQUE INDEX entry_key_by_entry ON entry_key (organ_id, entry_id);

CREATE TABLE ledger_count (
    organ_id TEXT COLLATE "C" NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    open_count BIGINT NOT NULL,
    PRIMARY KEY (organ_id, ledger, year)
);

-- Events stand in leaf order on disk: they are appended and verified in that order.
CREATE TABLE event (
    leaf_index BIGINT NOT NULL,
    organ_id TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    happened_on TEXT COLLATE "C" NOT NULL,
    recorded_at TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    salts TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organ_id, entry_id, seq)
);
CREATE INDEX event_by_leaf ON event (leaf_index);

-- Figures.
CREATE TABLE contribution (
    organ_id TEXT COLLATE "C" NOT NULL,
    figure TEXT COLLATE "C" NOT NULL,
    happened_on TEXT COLLATE "C" NOT NULL,
    leaf_index BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    value BIGINT NOT NULL,
    dims TEXT COLLATE "C" NOT NULL,
    item TEXT COLLATE "C" NOT NULL,
    counts_items BIGINT NOT NULL,
    negates_leaf BIGINT,
    negates_ordinal BIGINT,
    PRIMARY KEY (organ_id, figure, happened_on, leaf_index, ordinal)
);
CREATE INDEX contribution_by_leaf ON contribution (leaf_index, ordinal);
CREATE UNIQUE INDEX contribution_negated
    ON contribution (organ_id, figure, negates_leaf, negates_ordinal)
    WHERE negates_leaf IS NOT NULL;

CREATE TABLE rollup (
    organ_id TEXT COLLATE "C" NOT NULL,
    figure TEXT COLLATE "C" NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    dims TEXT COLLATE "C" NOT NULL,
    value BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    PRIMARY KEY (organ_id, figure, month, dims)
);

CREATE TABLE rollup_item (
    organ_id TEXT COLLATE "C" NOT NULL,
    figure TEXT COLLATE "C" NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    dims TEXT COLLATE "C" NOT NULL,
    item TEXT COLLATE "C" NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (organ_id, figure, month, dims, item)
);

-- Files, imports, numbers.
CREATE TABLE blob (
    organ_id TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (organ_id, hash)
);

CREATE TABLE import_batch (
    organ_id TEXT COLLATE "C" NOT NULL,
    batch_id TEXT COLLATE "C" NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    file_name TEXT COLLATE "C" NOT NULL,
    file_hash TEXT COLLATE "C" NOT NULL,
    summary TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organ_id, batch_id)
);
CREATE INDEX import_batch_by_time ON import_batch (organ_id, created_at, batch_id);

CREATE TABLE counter (
    organ_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (organ_id, kind, year)
);

-- Search. The index holds tokens only; `scope` holds organ and ledger, so that one lookup serves both.
CREATE TABLE search_pending (
    organ_id TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organ_id, entry_id)
);

CREATE TABLE search_entry (
    row_id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    organ_id TEXT COLLATE "C" NOT NULL,
    ledger TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organ_id, entry_id)
);
CREATE INDEX search_entry_by_row ON search_entry (organ_id, row_id);

-- Each word once, with the words of organ and ledger: one index answers for all.
CREATE TABLE search_text (
    organ_id TEXT COLLATE "C" NOT NULL,
    row_id BIGINT NOT NULL,
    words TSVECTOR NOT NULL,
    PRIMARY KEY (organ_id, row_id)
);
CREATE INDEX search_text_words ON search_text USING GIN (words);

CREATE TABLE audit (
    audit_id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    organ_id TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    leaf_index BIGINT,
    PRIMARY KEY (organ_id, audit_id)
);

