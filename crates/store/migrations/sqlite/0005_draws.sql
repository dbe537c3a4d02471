-- Draws, their events in the log, what is recorded in the field, and the cosignatures of witnesses.
-- Takes no time: the tables are new.
CREATE TABLE draw (
    organ_id TEXT NOT NULL,
    draw_id TEXT NOT NULL,
    title TEXT NOT NULL,
    stage TEXT NOT NULL,
    draw_time TEXT NOT NULL,
    public_from TEXT,
    created_at TEXT NOT NULL,
    setup TEXT NOT NULL,
    plan TEXT NOT NULL,
    names TEXT NOT NULL,
    secret TEXT,
    population TEXT,
    roster TEXT,
    sources TEXT NOT NULL,
    bundle TEXT,
    PRIMARY KEY (organ_id, draw_id)
);
CREATE INDEX draw_by_time ON draw (organ_id, draw_time, draw_id);

-- Events of draws have leaves of their own form (docs/draw.md, section 3), beside those of entries.
CREATE TABLE draw_event (
    organ_id TEXT NOT NULL,
    draw_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    leaf_index INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (organ_id, draw_id, seq)
);
CREATE UNIQUE INDEX draw_event_by_leaf ON draw_event (leaf_index);

-- One row for each record that a device has sent; its key makes a second sending harmless.
CREATE TABLE field_record (
    organ_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    draw_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    matter TEXT NOT NULL,
    account_id TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    entry_id TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (organ_id, record_id)
);
CREATE INDEX field_record_by_unit ON field_record (organ_id, draw_id, unit_id, received_at, record_id);

-- Belongs to the deployment, as the log does.
CREATE TABLE log_cosignature (
    size INTEGER NOT NULL,
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (size, witness)
);
