//! Statements and formulas in every field of every ledger: they are kept as they were written, listed,
//! searched, filtered, sorted, counted and exported, and stay words.

use app::{
    Actor,
    catalogue::{
        definition::{Field, FieldType, Ledger},
        value::{Fields, Value},
    },
    entry::NewEntry,
    values::dates::Date,
};

use crate::{portal::person, secrets::Markers, server::Server, sheets};

const DAY: &str = "2022-12-01";

/// A formula for a sheet, the end of a string for a statement, an element for a page.
fn evil(n: usize) -> String {
    format!("=1+1;'\");DROP TABLE entry;--<b>{n}")
}

/// Writes it where words can be written; answers how often.
fn spoil(field: &Field, value: &mut Value, n: usize) -> usize {
    let room = match &field.kind {
        FieldType::Text { max } => *max as usize,
        FieldType::LongText
        | FieldType::Subject
        | FieldType::Unit
        | FieldType::Officer
        | FieldType::Person
        | FieldType::LawCitation
        | FieldType::Reference { .. } => usize::MAX,
        FieldType::Rows { columns } => {
            let Value::List(rows) = value else { return 0 };
            let mut spoiled = 0;
            for row in rows {
                let Value::Record(cells) = row else { continue };
                for column in columns {
                    if let Some(cell) = cells.get_mut(column.id.as_str()) {
                        spoiled += spoil(column, cell, n);
                    }
                }
            }
            return spoiled;
        }
        _ => return 0,
    };
    let words = evil(n);
    if words.chars().count() > room {
        return 0;
    }
    *value = Value::Text(words);
    1
}

fn encoded(words: &str) -> String {
    form_urlencoded::byte_serialize(words.as_bytes()).collect()
}

/// Opens an entry of a ledger with spoiled fields; answers its id, the fields and how many.
fn opened(server: &Server, markers: &mut Markers, ledger: &Ledger) -> (String, Fields, usize) {
    let mut spoiled = 0;
    let mut fields = Fields::new();
    for (n, field) in (1..).zip(&ledger.fields) {
        let Some(mut value) = markers.value(ledger, field) else {
            continue;
        };
        spoiled += spoil(field, &mut value, n);
        fields.insert(field.id.to_string(), value);
    }
    let new = NewEntry {
        happened_on: DAY.parse::<Date>().unwrap(),
        fields: fields.clone(),
    };
    let id = server
        .app()
        .open(&Actor::system("test"), &ledger.id, new)
        .unwrap_or_else(|error| panic!("{}: {error}", ledger.id));
    (id, fields, spoiled)
}

#[test]
fn statements_and_formulas_in_every_field_of_every_ledger_stay_words() {
    let server = Server::start();
    let app = server.app();
    let own = [app::publication::LEDGER, app::report::LEDGER];
    let ledgers: Vec<_> = app.catalogue().ledgers().cloned().collect();
    let legal = person(&server, "legal");
    let mut markers = Markers::default();
    let (mut spoiled, mut walked) = (0, Vec::new());
    for ledger in ledgers.iter().filter(|l| !own.contains(&l.id.as_str())) {
        let (id, fields, n) = opened(&server, &mut markers, ledger);
        let kept = app.entry(&legal, &id).unwrap().state.fields;
        for (name, value) in &fields {
            assert_eq!(kept.get(name), Some(value), "{}.{name}", ledger.id);
        }
        spoiled += n;
        walked.push((ledger, id));
    }
    assert!(spoiled > 300, "{spoiled} fields");
    server.index();
    let mut browser = server.signed_in("legal");
    let mut get = |path: &str| {
        let answer = browser.get(path);
        assert_eq!(answer.status, 200, "{path}");
        answer
    };
    let words = encoded(&evil(1));
    for (ledger, id) in &walked {
        let base = format!("/ledgers/{}", ledger.id);
        for path in [format!("/entries/{id}"), base.clone()] {
            let page = get(&path).text();
            assert!(!page.contains("--<b>"), "{path} shows an element");
        }
        get(&format!("{base}?q={words}&sort={words}&stage={words}"));
        let fields = ledger.fields.iter();
        let filters: Vec<String> = fields.map(|f| format!("f.{}={words}", f.id)).collect();
        get(&format!("{base}?{}", filters.join("&")));
        for field in ledger.fields.iter().filter(|f| f.index) {
            get(&format!("{base}?sort={}", field.id));
        }
        for figure in &ledger.figures {
            let mut path = format!("/figures/{}?from=2022-01-01&to=2022-12-31", figure.id);
            for by in &figure.by {
                path.push_str(&format!("&only.{}={words}", by.field));
            }
            get(&path);
        }
        let sheet = get(&format!("{base}/export.xlsx")).body;
        let cells = sheets::cells(&sheet);
        assert!(cells.len() > 2, "{base}: the sheet holds the entry");
        let formulas = cells.iter().filter(|(_, formula)| *formula);
        assert_eq!(formulas.count(), 0, "{base}: formulas in the sheet");
    }
    let report = server.verify();
    assert!(report.is_clean(), "{:?}", report.findings);
}
