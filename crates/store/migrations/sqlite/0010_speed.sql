-- Why: the section of an entry is that of its ledger, so no list walks by section, and each index
-- costs an import. Parts of months are read day by day, not contribution by contribution.
-- Duration: some seconds for a million contributions.
DROP INDEX entry_by_section;
DELETE FROM sqlite_stat1 WHERE idx = 'entry_by_section';

CREATE TABLE rollup_day (
    organ_id TEXT NOT NULL,
    figure TEXT NOT NULL,
    day TEXT NOT NULL,
    dims TEXT NOT NULL,
    value INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    PRIMARY KEY (organ_id, figure, day, dims)
) STRICT, WITHOUT ROWID;
INSERT INTO rollup_day (organ_id, figure, day, dims, value, entries)
    SELECT organ_id, figure, happened_on, dims, SUM(value),
    SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END)
    FROM contribution GROUP BY organ_id, figure, happened_on, dims;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('rollup_day', 'rollup_day', '1000000 500000 5000 10 1');
