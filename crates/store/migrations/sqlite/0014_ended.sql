-- Why: a line that ends what stood before (a school closed, a certificate cancelled) is looked for
-- by its entry, so that an entry which no longer counts is not listed behind a figure. Few lines end
-- something or take something back; only those are indexed.
-- Duration: seconds for a million entries.
CREATE INDEX contribution_ended ON contribution (organ_id, figure, entry_id) WHERE value < 0;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('contribution', 'contribution_ended', '100000 50000 500 2');
