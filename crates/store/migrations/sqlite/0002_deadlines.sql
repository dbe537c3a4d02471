-- Due dates of open clocks, and how many clocks were met and missed. Derived from entries: both can
-- be rebuilt at any time. Takes no time: the tables are new.
CREATE TABLE deadline (
    organ_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    clock TEXT NOT NULL,
    ledger TEXT NOT NULL,
    section_id TEXT NOT NULL,
    due_on TEXT NOT NULL,
    started_on TEXT NOT NULL,
    statutory INTEGER NOT NULL,
    provisional INTEGER NOT NULL,
    suspended INTEGER NOT NULL,
    PRIMARY KEY (organ_id, entry_id, clock)
) WITHOUT ROWID;
CREATE INDEX deadline_by_due ON deadline (organ_id, due_on, entry_id, clock);
CREATE INDEX deadline_by_section ON deadline (organ_id, section_id, due_on, entry_id, clock);

CREATE TABLE clock_rollup (
    organ_id TEXT NOT NULL,
    section_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    clock TEXT NOT NULL,
    month TEXT NOT NULL,
    met INTEGER NOT NULL,
    missed INTEGER NOT NULL,
    PRIMARY KEY (organ_id, section_id, ledger, clock, month)
) WITHOUT ROWID;
