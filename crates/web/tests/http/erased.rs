//! Personal data of every ledger: erased where somebody asks for it, and minors known as such.

use app::{
    Actor,
    catalogue::{definition::FieldType, value::Fields},
    entry::NewEntry,
    values::dates::Date,
};

use crate::{portal::person, secrets::Markers, server::Server};

const DAY: &str = "2022-12-01";

/// Nothing is listed by hand: a ledger that somebody adds tomorrow is walked too.
#[test]
fn every_personal_value_of_every_ledger_can_be_erased() {
    let server = Server::start();
    let app = server.app();
    let (system, legal) = (Actor::system("test"), person(&server, "legal"));
    let own = [app::publication::LEDGER, app::report::LEDGER];
    let ledgers: Vec<_> = app.catalogue().ledgers().cloned().collect();
    let mut markers = Markers::default();
    let (mut wrong, mut values) = (Vec::new(), 0);
    for ledger in ledgers.iter().filter(|l| !own.contains(&l.id.as_str())) {
        let held: Vec<String> = ledger
            .fields
            .iter()
            .filter(|f| app::envelope::is_personal(f))
            .map(|f| f.id.to_string())
            .collect();
        if held.is_empty() {
            continue;
        }
        let fields: Fields = ledger
            .fields
            .iter()
            .filter_map(|f| Some((f.id.to_string(), markers.value(ledger, f)?)))
            .collect();
        let new = NewEntry {
            happened_on: DAY.parse::<Date>().unwrap(),
            fields,
        };
        let id = app.open(&system, ledger.id.as_str(), new);
        let id = id.unwrap_or_else(|error| panic!("{}: {error}", ledger.id));
        for field in held {
            values += 1;
            let erased = app.erase(&legal, &id, std::slice::from_ref(&field), "本人请求删除");
            if let Err(error) = erased {
                wrong.push(format!("{}.{field}: {error}", ledger.id));
            }
            let entry = app.entry(&legal, &id).unwrap();
            if entry.state.fields.contains_key(&field) {
                wrong.push(format!("{}.{field} is still there", ledger.id));
            }
        }
    }
    assert!(values > 40, "{values} values");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let report = server.verify();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.erased, values);
}

#[test]
fn an_erased_key_is_free_and_its_name_is_nowhere() {
    let server = Server::start();
    let app = server.app();
    let (system, legal) = (Actor::system("test"), person(&server, "legal"));
    let ledger = app.catalogue().ledger("dropout").unwrap().clone();
    let fields: Fields = [
        ("pupil", "欧阳小一"),
        ("school", "第一中学"),
        ("found_on", DAY),
        ("cause", "厌学"),
    ]
    .into_iter()
    .map(|(id, value)| (id.to_owned(), value.into()))
    .collect();
    let new = || NewEntry {
        happened_on: DAY.parse::<Date>().unwrap(),
        fields: fields.clone(),
    };
    let id = app.open(&system, &ledger.id, new()).unwrap();
    assert!(
        app.open(&system, &ledger.id, new()).is_err(),
        "one of a kind"
    );
    let figure = ledger.figures[0].id.to_string();
    let count = || {
        let period = app::values::dates::Period::year(2022);
        let ask = app::kernel::Ask::period(period);
        let readings = app.readings(&legal, &[(figure.clone(), ask)], None);
        readings.unwrap()[0].text()
    };
    let before = count();
    let pupil = ["pupil".to_owned()];
    assert_eq!(app.erase(&legal, &id, &pupil, "本人请求删除").unwrap(), 1);
    assert_eq!(count(), before, "what was reported stays");
    assert!(server.verify().is_clean(), "{:?}", server.verify().findings);
    // Nobody can know any more that it is the same.
    app.open(&system, &ledger.id, new()).unwrap();
}

#[test]
fn whoever_is_called_a_pupil_or_a_child_is_a_minor() {
    let server = Server::start();
    let minors = ["学生", "儿童", "幼儿", "未成年", "孩子", "考生"];
    let mut wrong = Vec::new();
    for ledger in server.app().catalogue().ledgers() {
        let columns = |kind: &FieldType| match kind {
            FieldType::Rows { columns } => columns.clone(),
            _ => Vec::new(),
        };
        let inner: Vec<_> = ledger
            .fields
            .iter()
            .flat_map(|f| columns(&f.kind))
            .collect();
        for field in ledger.fields.iter().chain(&inner) {
            let names_one = minors.iter().any(|word| field.name.contains(word));
            if field.kind == FieldType::Person && names_one && !field.minor {
                wrong.push(format!("{}.{}", ledger.id, field.id));
            }
        }
    }
    assert!(wrong.is_empty(), "not marked as minors: {wrong:?}");
}
