-- Why: the public portal: what changed, the in-box, opinions, questionnaires, exams, page views.
-- Duration: at once (the tables are new).
--
-- The in-box tables may stand in a database of their own, so that the public process needs no right
-- to write into the office's. Answers to questionnaires carry neither time nor sender, and their
-- table is kept in the order of random ids: nothing joins an answer to the seal of who gave it.

-- The size of the log at which a ledger last changed: whether a public page is still true.
CREATE TABLE ledger_change (
    organ_id TEXT NOT NULL,
    ledger TEXT NOT NULL,
    tree_size INTEGER NOT NULL,
    PRIMARY KEY (organ_id, ledger)
) STRICT, WITHOUT ROWID;

CREATE TABLE page_view (
    organ_id TEXT NOT NULL,
    page TEXT NOT NULL,
    month TEXT NOT NULL,
    views INTEGER NOT NULL,
    PRIMARY KEY (organ_id, page, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox_item (
    organ_id TEXT NOT NULL,
    receipt TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    form_hash TEXT NOT NULL,
    subject TEXT NOT NULL,
    received_at TEXT NOT NULL,
    form TEXT NOT NULL,
    files TEXT NOT NULL,
    entry_id TEXT,
    remark TEXT NOT NULL,
    rating TEXT NOT NULL,
    PRIMARY KEY (organ_id, receipt)
) STRICT;
CREATE INDEX inbox_item_by_state ON inbox_item (organ_id, state, receipt);
CREATE INDEX inbox_item_by_subject ON inbox_item (organ_id, subject, receipt);
CREATE UNIQUE INDEX inbox_item_once ON inbox_item (organ_id, form_hash);

CREATE TABLE questionnaire (
    organ_id TEXT NOT NULL,
    questionnaire_id TEXT NOT NULL,
    state TEXT NOT NULL,
    opens_on TEXT NOT NULL,
    closes_on TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (organ_id, questionnaire_id)
) STRICT;

CREATE TABLE questionnaire_answer (
    organ_id TEXT NOT NULL,
    questionnaire_id TEXT NOT NULL,
    answer_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (organ_id, questionnaire_id, answer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE questionnaire_seal (
    organ_id TEXT NOT NULL,
    questionnaire_id TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (organ_id, questionnaire_id, seal)
) STRICT, WITHOUT ROWID;

CREATE TABLE exam (
    organ_id TEXT NOT NULL,
    exam_id TEXT NOT NULL,
    state TEXT NOT NULL,
    opens_at TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (organ_id, exam_id)
) STRICT;

CREATE TABLE exam_candidate (
    organ_id TEXT NOT NULL,
    exam_id TEXT NOT NULL,
    candidate TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    class TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    paper TEXT NOT NULL,
    score INTEGER,
    PRIMARY KEY (organ_id, exam_id, candidate)
) STRICT, WITHOUT ROWID;
CREATE INDEX exam_candidate_by_unit ON exam_candidate (organ_id, exam_id, unit, class, candidate);

CREATE TABLE exam_answer (
    organ_id TEXT NOT NULL,
    exam_id TEXT NOT NULL,
    candidate TEXT NOT NULL,
    question INTEGER NOT NULL,
    choice TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (organ_id, exam_id, candidate, question)
) STRICT, WITHOUT ROWID;
