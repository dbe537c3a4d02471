-- Units (schools, training institutions) and what belongs to signing in. Takes no time: the tables
-- are new.
CREATE TABLE unit (
    organ_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    name TEXT NOT NULL,
    former_names TEXT NOT NULL,
    kind TEXT NOT NULL,
    district TEXT NOT NULL,
    code TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (organ_id, unit_id)
);
CREATE UNIQUE INDEX unit_by_name ON unit (organ_id, name);

CREATE TABLE credential (
    organ_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    unit_id TEXT,
    must_change INTEGER NOT NULL,
    one_time_until TEXT,
    changed_at TEXT NOT NULL,
    former_hashes TEXT NOT NULL,
    second_factor TEXT,
    second_step INTEGER NOT NULL,
    recovery_codes TEXT NOT NULL,
    PRIMARY KEY (organ_id, account_id)
);
CREATE INDEX credential_by_unit ON credential (organ_id, unit_id) WHERE unit_id IS NOT NULL;
