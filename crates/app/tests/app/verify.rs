//! Whatever is changed behind the system's back is found, with its table and its row.
//!
//! Every column of every table that is evidence is changed in every way that its type allows, each
//! time in a copy of the file and through a door that the system does not know of; the key of the
//! log stays as it is.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use app::{Target, entry::NewEntry, listing::ListAsk, log::LogFinding};
use catalogue::value::{Fields, Value};
use proptest::prelude::*;
use rusqlite::{Connection, types::Value as Cell};

use crate::office::{Office, office_in_a_file, over};

/// Tables that are evidence, each with the columns that name a row.
const EVIDENCE: [(&str, &[&str]); 17] = [
    ("blob", &["hash"]),
    ("clock_rollup", &["clock"]),
    ("contribution", &["entry_id"]),
    ("deadline", &["entry_id"]),
    ("entry", &["entry_id"]),
    ("entry_key", &["entry_id"]),
    ("entry_value", &["entry_id"]),
    ("event", &["entry_id", "leaf_index"]),
    ("ledger_count", &["ledger"]),
    ("log_checkpoint", &["size"]),
    ("log_leaf", &["leaf_index"]),
    ("log_tile", &["tile_index"]),
    ("rollup", &["figure"]),
    ("rollup_day", &["figure"]),
    ("rollup_distinct", &["figure"]),
    ("rollup_item", &["figure"]),
    ("rollup_year", &["figure"]),
];

/// Tables that are not, each with its reason. A new table stands in one of the two lists.
const NO_EVIDENCE: [(&str, &str); 41] = [
    ("account", "who may sign in is not what was done"),
    ("audit", "a journal of the administrators"),
    ("counter", "the next number to give"),
    ("credential", "how somebody signs in"),
    ("digest_address", "where mail goes"),
    ("district", "names"),
    (
        "draw",
        "what it stands on are the leaves of its events; its bundle proves it to anybody",
    ),
    (
        "draw_event",
        "each is a leaf of its own, which its bundle carries",
    ),
    (
        "evidence",
        "its hash is in an event, and is compared when the file is opened",
    ),
    (
        "field_record",
        "what was written in the field before it became an entry",
    ),
    (
        "import_batch",
        "an upload that waits; what it did are events",
    ),
    (
        "log_cosignature",
        "signed by others: whoever trusts them verifies them",
    ),
    ("meta", "notes of the program"),
    ("notice", "what somebody was told"),
    ("organ", "names"),
    (
        "paper",
        "its hash is in an event, and is compared when the paper is opened",
    ),
    (
        "process_record",
        "its hash is in an event, and is compared when it is opened",
    ),
    ("search_entry", "the full-text index can be made anew"),
    ("search_pending", "the full-text index can be made anew"),
    ("section", "names"),
    ("session", "ends within a day"),
    ("unit", "names"),
    ("upload", "a file under way"),
    (
        "collection",
        "what is asked of units; what they report are entries",
    ),
    (
        "erasure",
        "says what was erased on request; the commitments stay in the log",
    ),
    ("exam", "a paper to sit; its result becomes an entry"),
    (
        "exam_answer",
        "answers before they are counted into an entry",
    ),
    (
        "exam_candidate",
        "answers before they are counted into an entry",
    ),
    (
        "hand_in",
        "where a collection stands; what was reported are entries",
    ),
    (
        "inbox_item",
        "what citizens wrote, before it becomes an entry",
    ),
    (
        "keeper",
        "who goes on with an entry; who did what are events",
    ),
    ("ledger_change", "counts that tell caches to look again"),
    ("page_view", "visits"),
    (
        "post",
        "which post somebody held; events keep the post of their time",
    ),
    (
        "questionnaire",
        "a form to fill in; its result becomes an entry",
    ),
    (
        "questionnaire_answer",
        "answers before they are counted into an entry",
    ),
    ("questionnaire_seal", "that a device or a code has answered"),
    (
        "role_grant",
        "who may do what; each grant is a line of the audit trail",
    ),
    (
        "identity_link",
        "by what somebody signs in; that it was linked is in the audit trail",
    ),
    (
        "identity_provider",
        "a setting; that it was changed is in the audit trail",
    ),
    (
        "security_key",
        "by what somebody signs in; that it was set up is in the audit trail",
    ),
];

/// Not signed: the time noted beside a checkpoint.
const UNSIGNED: [(&str, &str); 1] = [("log_checkpoint", "created_at")];

/// An office where everything has happened once, settled into one file.
fn evidence() -> &'static Path {
    static FILE: OnceLock<(PathBuf, tempfile::TempDir)> = OnceLock::new();
    let (file, _) = FILE.get_or_init(|| {
        let office = office_in_a_file();
        work(&office);
        let report = office.app.verify_log(|_, _| ()).unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settled.db");
        let settle = Connection::open(&office.database).unwrap();
        settle
            .execute("VACUUM INTO ?1", [file.to_str().unwrap()])
            .unwrap();
        (file, folder)
    });
    file
}

fn work(office: &Office) {
    let (app, clerk, legal) = (&office.app, &office.clerk, &office.legal);
    office.import(&[
        ["1", "2022-03-01", "违规补课", "东山区", "2022-03-08"],
        ["2", "2022-04-02", "乱收费", "东山区", ""],
        ["3", "2022-12-28", "校车超员", "", ""],
    ]);
    let text = |pairs: &[(&str, &str)]| -> Fields {
        let pair = |(k, v): &(&str, &str)| ((*k).to_owned(), Value::from(*v));
        pairs.iter().map(pair).collect()
    };
    let open = |ledger: &str, on: &str, fields: Fields| {
        let new = NewEntry {
            happened_on: on.parse().unwrap(),
            fields,
        };
        app.open(clerk, ledger, new).unwrap()
    };
    let food = [
        ("number", "9"),
        ("received_on", "2022-05-05"),
        ("matter", "食堂"),
        ("caller", "李某"),
    ];
    let food = open("complaint", "2022-05-05", text(&food));
    app.checkpoint().unwrap();
    let mut case = text(&[
        ("found_on", "2022-06-01"),
        ("school", "一中"),
        ("party", "赵某"),
    ]);
    let causes = ["补课", "收费"].map(Value::from).to_vec();
    case.insert("causes".to_owned(), Value::List(causes));
    let decided = open("case", "2022-06-01", case.clone());
    open("case", "2022-06-01", case);
    let fine = Fields::from([
        ("fine".to_owned(), Value::Integer(50_000)),
        ("decided_on".to_owned(), Value::from("2022-07-01")),
    ]);
    let day = "2022-07-01".parse().unwrap();
    app.act(clerk, &decided, None, "decide", fine, Some(day))
        .unwrap();
    let changes = BTreeMap::from([
        ("matter".to_owned(), Some(Value::from("食堂卫生"))),
        ("district".to_owned(), Some(Value::from("东山区"))),
    ]);
    app.amend(clerk, &food, 1, changes, "补记".to_owned())
        .unwrap();
    let page = app
        .list(clerk, "complaint", &ListAsk::default(), 9)
        .unwrap();
    let bus = page.entries.iter().find(|e| e.number == "3").unwrap();
    app.void(clerk, &bus.id, 1, "重复".to_owned()).unwrap();
    let id = app.start_report(legal, "annual", 2022).unwrap();
    let draft = app.draft(legal, &id).unwrap();
    app.freeze(legal, &id, draft.revision).unwrap();
    app.checkpoint().unwrap();
}

/// A row: the table, its columns, their values.
#[derive(Clone, Debug)]
struct Row {
    table: &'static str,
    /// Names the row in findings, before it is changed.
    names: Vec<String>,
    columns: Vec<String>,
    key: Vec<String>,
    cells: Vec<Cell>,
}

fn words(cell: &Cell) -> String {
    match cell {
        Cell::Integer(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

impl Row {
    fn at(&self, column: &str) -> usize {
        self.columns.iter().position(|c| c == column).unwrap()
    }

    /// Sets a column of exactly this row; `false` where the schema itself refuses.
    fn change(&self, file: &Connection, column: usize, to: &Cell) -> bool {
        let sql = format!(
            "UPDATE {} SET {} = ?1 WHERE {}",
            self.table,
            self.columns[column],
            self.condition()
        );
        let key = self.key.iter().map(|k| self.cells[self.at(k)].clone());
        let all: Vec<Cell> = std::iter::once(to.clone()).chain(key).collect();
        match file.execute(&sql, rusqlite::params_from_iter(all)) {
            Ok(rows) => {
                assert_eq!(rows, 1, "{sql}");
                true
            }
            Err(error) => {
                let said = error.to_string();
                let schema = said.contains("constraint") || said.contains("cannot store");
                assert!(schema, "{sql}: {said}");
                false
            }
        }
    }

    fn delete(&self, file: &Connection) {
        // The second place of the key is counted from ?2, as in `change`.
        let sql = format!(
            "DELETE FROM {} WHERE ?1 AND {}",
            self.table,
            self.condition()
        );
        let key = self.key.iter().map(|k| self.cells[self.at(k)].clone());
        let all: Vec<Cell> = std::iter::once(Cell::Integer(1)).chain(key).collect();
        let rows = file.execute(&sql, rusqlite::params_from_iter(all)).unwrap();
        assert_eq!(rows, 1, "{sql}");
    }

    fn condition(&self) -> String {
        let equal = |(n, k): (usize, &String)| format!("{k} = ?{}", n + 2);
        let equals: Vec<_> = self.key.iter().enumerate().map(equal).collect();
        equals.join(" AND ")
    }

    /// Whether a finding names this row, or what it has become if its name was changed.
    fn is_named_by(&self, finding: &LogFinding, renamed: Option<&str>) -> bool {
        finding.table == self.table
            && (self.names.iter().any(|name| finding.row.contains(name))
                || renamed.is_some_and(|name| finding.row.contains(name)))
    }
}

fn rows(file: &Connection) -> Vec<Row> {
    let mut rows = Vec::new();
    for (table, names) in EVIDENCE {
        let mut info = file
            .prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")
            .unwrap();
        let columns: Vec<(String, i64)> = info
            .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let key = columns.iter().filter(|(_, pk)| *pk > 0);
        let key: Vec<String> = key.map(|(name, _)| name.clone()).collect();
        let columns: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
        let mut all = file.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let mut found = all.query([]).unwrap();
        while let Some(cells) = found.next().unwrap() {
            let cells: Vec<Cell> = (0..columns.len()).map(|c| cells.get(c).unwrap()).collect();
            let mut row = Row {
                table,
                names: Vec::new(),
                columns: columns.clone(),
                key: key.clone(),
                cells,
            };
            // What an upload brought is none of the entries' files.
            let upload =
                table == "blob" && words(&row.cells[row.at("media_type")]) != "application/json";
            row.names = names.iter().map(|n| words(&row.cells[row.at(n)])).collect();
            if !upload {
                rows.push(row);
            }
        }
    }
    rows
}

/// Other values for a cell: every kind of change that somebody might try. `at` chooses the byte.
fn others(cell: &Cell, at: usize) -> Vec<Cell> {
    match cell {
        Cell::Null => vec![Cell::Integer(1), Cell::Text("甲".into())],
        Cell::Integer(n) => vec![
            Cell::Integer(n + 1),
            Cell::Integer(n - 1),
            Cell::Integer(1 - n),
        ],
        Cell::Real(_) => panic!("no such column"),
        Cell::Text(text) => {
            let mut chars: Vec<char> = text.chars().collect();
            let mut out = vec![Cell::Text(format!("{text} ")), Cell::Null];
            if !chars.is_empty() {
                let at = at % chars.len();
                chars[at] = if chars[at] == '1' { '2' } else { '1' };
                out.insert(0, Cell::Text(chars.into_iter().collect()));
                out.push(Cell::Text(String::new()));
            }
            out
        }
        Cell::Blob(bytes) => {
            let mut flipped = bytes.clone();
            let at = at % bytes.len();
            flipped[at] ^= 1;
            vec![
                Cell::Blob(flipped),
                Cell::Blob(bytes[..at].to_vec()),
                Cell::Blob([bytes.as_slice(), &[0]].concat()),
            ]
        }
    }
}

/// A copy of the evidence to do harm to, and what verification says of it afterwards.
fn findings(harm: impl FnOnce(&Connection) -> bool) -> Option<Vec<LogFinding>> {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    std::fs::copy(evidence(), &copy).unwrap();
    let file = Connection::open(&copy).unwrap();
    file.execute_batch("PRAGMA synchronous = OFF").unwrap();
    let harmed = harm(&file);
    drop(file);
    harmed.then(|| {
        over(&Target::SqliteFile(copy.clone()))
            .verify_log(|_, _| ())
            .unwrap()
            .findings
    })
}

/// Changes one column of a row in one way; says whether the schema allowed it.
fn try_change(row: &Row, column: usize, to: &Cell) -> bool {
    let Some(found) = findings(|file| row.change(file, column, to)) else {
        return false;
    };
    let name = &row.columns[column];
    let renamed = row.names.contains(&words(&row.cells[column]));
    let renamed = renamed.then(|| words(to));
    assert!(
        found.iter().any(|f| row.is_named_by(f, renamed.as_deref())),
        "{}.{name} of {:?} from {:?} to {to:?}: {found:#?}",
        row.table,
        row.names,
        row.cells[column]
    );
    true
}

fn open_evidence() -> Connection {
    Connection::open(evidence()).unwrap()
}

#[test]
fn every_table_is_evidence_or_says_why_not() {
    let file = open_evidence();
    let mut names = file
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
             AND name NOT LIKE 'search_text%' ORDER BY name",
        )
        .unwrap();
    let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
    for name in names.map(Result::unwrap) {
        let known = EVIDENCE.iter().any(|(table, _)| *table == name)
            || NO_EVIDENCE.iter().any(|(table, _)| *table == name);
        assert!(
            known,
            "{name} is new: let `app::log::verify` derive it and list it in EVIDENCE, or say in \
             NO_EVIDENCE why it need not be verified"
        );
    }
    for (table, _) in EVIDENCE {
        let rows: i64 = file
            .query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |r| r.get(0))
            .unwrap();
        assert!(rows > 0, "nothing is in {table}");
    }
}

#[test]
fn a_changed_column_is_found_whichever_it_is() {
    let rows = rows(&open_evidence());
    for (table, _) in EVIDENCE {
        let of_table: Vec<&Row> = rows.iter().filter(|r| r.table == table).collect();
        for column in 0..of_table[0].columns.len() {
            if UNSIGNED.contains(&(table, of_table[0].columns[column].as_str())) {
                continue;
            }
            // The first and the last row, and one for each value that only some rows have.
            let some = of_table.iter().find(|r| r.cells[column] != Cell::Null);
            let none = of_table.iter().find(|r| r.cells[column] == Cell::Null);
            let ends = [of_table.first(), of_table.last(), some, none];
            let mut tried = 0;
            for row in ends.into_iter().flatten() {
                for to in others(&row.cells[column], 3) {
                    tried += usize::from(to != row.cells[column] && try_change(row, column, &to));
                }
            }
            assert!(
                tried > 0,
                "{table}.{} was never changed",
                of_table[0].columns[column]
            );
        }
    }
}

#[test]
fn a_line_that_no_event_explains_is_found_at_whatever_day_it_stands() {
    for day in ["happened_on", "'2021-01-01'"] {
        let sql = format!(
            "INSERT INTO contribution SELECT organ_id, figure, {day}, leaf_index, ordinal + 7,
             ledger, entry_id, value, dims, item, counts_items, NULL, NULL
             FROM contribution LIMIT 1"
        );
        let found = findings(|file| file.execute(&sql, []).unwrap() == 1).unwrap();
        assert!(
            found.iter().any(|f| f.table == "contribution"),
            "{found:#?}"
        );
    }
}

#[test]
fn a_missing_row_is_found_whichever_it_is() {
    for row in rows(&open_evidence()) {
        // A checkpoint fewer is no lie: nobody promised to keep them all.
        if row.table == "log_checkpoint" {
            continue;
        }
        let found = findings(|file| {
            row.delete(file);
            true
        });
        let found = found.unwrap();
        let table = |f: &LogFinding| f.table == row.table;
        // The last leaf has no number any more: the checkpoint that covers it is named.
        let named = found
            .iter()
            .any(|f| row.is_named_by(f, None) || table(f) && row.table == "log_leaf");
        assert!(named, "{} {:?}: {found:#?}", row.table, row.names);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_is_found_wherever_it_is(row: prop::sample::Index, column: prop::sample::Index,
                                              how: prop::sample::Index, at in 0..4_096usize) {
        let rows = rows(&open_evidence());
        let row = row.get(&rows);
        let column = column.index(row.columns.len());
        let ways = others(&row.cells[column], at);
        let to = how.get(&ways);
        if !UNSIGNED.contains(&(row.table, row.columns[column].as_str())) && *to != row.cells[column] {
            try_change(row, column, to);
        }
    }
}
