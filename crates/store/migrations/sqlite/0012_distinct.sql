-- Why: a report asks for years, so they are added up too. The number of different items of a
-- period is a sum over months, kept for each combination of dimensions, instead of a walk over all
-- of them; see distinct.rs. Items lie together, as they are counted one by one.
-- Duration: some ten seconds for a million contributions, forty on a machine that does other work:
-- items are counted anew, which the note asks for.
DROP TABLE rollup_item;
CREATE TABLE rollup_item (
    organ_id TEXT NOT NULL,
    figure TEXT NOT NULL,
    item TEXT NOT NULL,
    dims TEXT NOT NULL,
    month TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (organ_id, figure, item, dims, month)
) STRICT, WITHOUT ROWID;
INSERT INTO rollup_item (organ_id, figure, item, dims, month, value)
    SELECT organ_id, figure, item, dims, substr(happened_on, 1, 7), SUM(value)
    FROM contribution WHERE counts_items = 1
    GROUP BY organ_id, figure, item, dims, substr(happened_on, 1, 7)
    HAVING SUM(value) <> 0;

CREATE TABLE rollup_distinct (
    organ_id TEXT NOT NULL,
    figure TEXT NOT NULL,
    dims TEXT NOT NULL,
    month TEXT NOT NULL,
    previous TEXT NOT NULL,
    items INTEGER NOT NULL,
    PRIMARY KEY (organ_id, figure, dims, month, previous)
) STRICT, WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('count_items', 'anew');

CREATE TABLE rollup_year (
    organ_id TEXT NOT NULL,
    figure TEXT NOT NULL,
    year TEXT NOT NULL,
    dims TEXT NOT NULL,
    value INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    PRIMARY KEY (organ_id, figure, year, dims)
) STRICT, WITHOUT ROWID;
INSERT INTO rollup_year (organ_id, figure, year, dims, value, entries)
    SELECT organ_id, figure, substr(month, 1, 4), dims, SUM(value), SUM(entries)
    FROM rollup GROUP BY organ_id, figure, substr(month, 1, 4), dims;

-- What an entry contributes is found by figure and day, which its state tells.
DROP INDEX contribution_by_leaf;

DELETE FROM sqlite_stat1 WHERE tbl = 'rollup_item' OR idx = 'contribution_by_leaf';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('rollup_year', 'rollup_year', '20000 10000 100 10 1'),
    ('rollup_item', 'rollup_item', '1000000 500000 5000 3 2 1'),
    ('rollup_distinct', 'rollup_distinct', '100000 50000 500 20 2 1');
