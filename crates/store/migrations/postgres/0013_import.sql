-- Why: as for SQLite. Lists of values are read out of a text in words of this engine's own, and
-- written with the same letters as `indexed_text` and SQLite do.
-- Duration: a minute for a million entries.
ALTER TABLE entry ADD COLUMN indexed TEXT COLLATE "C" NOT NULL DEFAULT '{}';
UPDATE entry SET indexed = COALESCE((
    SELECT '{' || string_agg(to_json(field)::text || ':' || list, ',' ORDER BY field) || '}' FROM (
        SELECT field, '[' || string_agg(to_json(value)::text, ',' ORDER BY value) || ']' AS list
        FROM entry_value v
        WHERE v.organ_id = entry.organ_id AND v.entry_id = entry.entry_id
        GROUP BY field
    ) of_field
), '{}') WHERE voided = 0;
DROP INDEX entry_value_by_entry;

CREATE VIEW entry_indexed AS
    SELECT e.organ_id, e.ledger, f.key COLLATE "C" AS field, v.value COLLATE "C" AS value,
        e.happened_on, e.entry_id
    FROM entry e, jsonb_each(e.indexed::jsonb) f, jsonb_array_elements_text(f.value) v (value);
