-- Why: the deadline board is asked for the deadlines of one person: whoever did the last act.
-- Duration: at once; due dates of entries written before have nobody until their next change.
ALTER TABLE deadline ADD COLUMN account_id TEXT NOT NULL DEFAULT '';
CREATE INDEX deadline_by_person ON deadline (organ_id, account_id, due_on, entry_id, clock);
