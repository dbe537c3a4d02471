//! What was exported is known when it comes back: for every shipped ledger that the demonstration
//! fills, exported by those who see everything and by those who see personal fields masked.
//! And a sheet is enough to work with: every book, taken out as one, enters a bureau that has
//! nothing and gives the same figures there.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    path::Path,
};

use app::{
    Actor, App, Chance, Clock,
    catalogue::definition::Ledger,
    kernel::Ask,
    listing::ListAsk,
    organ::{AccountSetup, OrganSetup},
    values::dates::Period,
};
use office::{
    Limits,
    xlsx::{Book, Column, Datum, Kind, RECORD_HEADER, TableWriter},
};
use yifa::{builtin, coverage, wiring::Data};

use crate::years::{CITY, DISTRICT, FULLEST, Year};

fn every_export_comes_back_the_same(year: &Year, at_least: usize) {
    let app = &year.app;
    let leader = year.somebody("", "leader");
    let mut walked = 0;
    for ledger in year.ledgers() {
        let clerk = year.somebody(&ledger.section, "clerk");
        if &*ledger.id == app::report::LEDGER {
            continue;
        }
        for reader in [&clerk, &leader] {
            let sheet = app.export_sheet(reader, &ledger.id, &ListAsk::default());
            let sheet = sheet.unwrap();
            let entries = app
                .list(reader, &ledger.id, &ListAsk::default(), 1)
                .unwrap();
            if entries.count == 0 {
                continue;
            }
            let upload = app.upload_sheet(&clerk, &ledger.id, "回.xlsx", sheet);
            let (_, plan) = upload.unwrap_or_else(|e| panic!("{}: {e}", ledger.id));
            let counts = plan.counts();
            assert_eq!(
                (counts.same, counts.new, counts.changed, counts.refused),
                (counts.total(), 0, 0, 0),
                "{}: {:?}",
                ledger.id,
                plan.rows
                    .iter()
                    .find(|r| !matches!(r.outcome, app::sheet::Outcome::Same(_)))
            );
            walked += 1;
        }
    }
    assert!(walked >= 2 * at_least, "{walked} exports");
}

#[test]
fn the_city_exports_come_back_the_same() {
    every_export_comes_back_the_same(&CITY, 30);
}

#[test]
fn the_district_exports_come_back_the_same() {
    every_export_comes_back_the_same(&DISTRICT, 5);
}

/// A bureau like another, with its districts and somebody who keeps the books, and nothing in them.
fn empty_like(folder: &Path, full: &Year) -> App {
    let catalogue = builtin::proved(&builtin::files(), None).unwrap();
    let evening = format!("{}-12-31T10:00:00Z", full.year);
    let clock = Clock::simulated(evening.parse().unwrap());
    let data = Data::at(folder).unwrap();
    let app = data.open(catalogue, clock, Chance::seeded(6)).unwrap();
    let like = full.app.organ(&full.organ).unwrap();
    let districts = (1..).zip(&like.districts);
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: full.organ.clone(),
        name: like.name.clone(),
        short_name: like.short_name.clone(),
        document_name: like.document_name.clone(),
        districts: districts
            .map(|(n, name)| (format!("d{n}"), name.clone()))
            .collect(),
        sections: Vec::new(),
        accounts: vec![AccountSetup {
            login: "clerk".to_owned(),
            name: "测试".to_owned(),
            post: "科员".to_owned(),
            section: String::new(),
            roles: "clerk".to_owned(),
            password: "reimported-1".to_owned(),
        }],
    })
    .unwrap();
    app
}

/// What an export hides of an entry, as the office's own book has it.
fn whole(full: &Year, reader: &Actor, ledger: &Ledger, name: &str, record: &str) -> String {
    let entry = full.app.entry(reader, record).unwrap();
    let field = ledger.fields.iter().find(|f| f.name == name).unwrap();
    let value = entry.state.fields.get(field.id.as_str());
    let text = value.and_then(|value| value.as_text());
    text.unwrap_or_else(|| panic!("{name}: {value:?}"))
        .to_owned()
}

/// An exported sheet as an office would keep it: its rows as they are read, with whole values for
/// masks (`whole` knows them by column and record), without the hidden numbers of the records and the
/// notes below. Answers also how many rows it has.
fn old_book(sheet: &[u8], whole: impl Fn(&str, &str) -> String) -> (Vec<u8>, usize) {
    let mut columns: Vec<Column> = Vec::new();
    let mut rows: Vec<Vec<Datum>> = Vec::new();
    let mut book = Book::from_bytes(sheet, &Limits::default()).unwrap();
    book.rows(0, |row| {
        if columns.is_empty() {
            let names = row.cells.iter().map(|cell| row.text(cell.column));
            columns.extend(names.map(|name| Column {
                name,
                kind: Kind::Text,
            }));
            let record = columns.pop().map(|column| column.name);
            assert_eq!(record.as_deref(), Some(RECORD_HEADER), "the last column");
            return ControlFlow::Continue(());
        }
        let last = u16::try_from(columns.len()).unwrap();
        let record = row.text(last);
        if !record.is_empty() {
            let cells = (0..last).map(|at| match row.text(at) {
                empty if empty.is_empty() => Datum::Empty,
                masked if masked.contains('*') => {
                    Datum::Text(whole(&columns[usize::from(at)].name, &record))
                }
                text => Datum::Text(text),
            });
            rows.push(cells.collect());
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    let mut writer = TableWriter::new("旧表", &columns).unwrap();
    for row in &rows {
        writer.push(row).unwrap();
    }
    (writer.finish(&[]).unwrap(), rows.len())
}

/// Ledgers that desks of the system write, not people with sheets.
const WRITTEN_BY_DESKS: &[&str] = &["report", "proactive_disclosure"];

/// Enters a ledger's book into an empty bureau; how many rows that were, or why not.
fn enter(full: &Year, empty: &App, ledger: &Ledger) -> Result<usize, String> {
    let clerk = full.somebody(&ledger.section, "clerk");
    let fault = |e: app::AppError| format!("{}: {e}", ledger.id);
    let sheet = full
        .app
        .export_sheet(&clerk, &ledger.id, &ListAsk::default());
    let hidden = |name: &str, record: &str| whole(full, &clerk, ledger, name, record);
    let (sheet, rows) = old_book(&sheet.map_err(fault)?, hidden);
    if rows == 0 {
        return Ok(0);
    }
    let upload = empty.upload_sheet(&clerk, &ledger.id, "旧表.xlsx", sheet);
    let (id, plan) = upload.map_err(fault)?;
    let counts = plan.counts();
    if (counts.new, counts.total()) != (rows, rows) {
        let is_new = |o: &app::sheet::Outcome| matches!(o, app::sheet::Outcome::New(_));
        let first = plan.rows.iter().find(|row| !is_new(&row.outcome));
        let first = first.map(|row| (row.number, &row.outcome));
        return Err(format!("{}: {counts:?} of {rows}, {first:?}", ledger.id));
    }
    empty.apply_sheet(&clerk, &id, false).map_err(fault)?;
    Ok(rows)
}

/// What each figure says of the year, and of everything until its end.
fn values(app: &App, reader: &Actor, year: i16) -> BTreeMap<(String, String), Option<String>> {
    let of_year = Ask::period(Period::year(year));
    let of_all = Ask {
        from: None,
        ..of_year.clone()
    };
    let ledgers = app.catalogue().ledgers();
    let ledgers = ledgers.filter(|ledger| !WRITTEN_BY_DESKS.contains(&ledger.id.as_str()));
    let figures = ledgers.flat_map(|ledger| &ledger.figures);
    let asks: Vec<(String, Ask)> = figures
        .flat_map(|figure| [&of_year, &of_all].map(|ask| (figure.id.to_string(), ask.clone())))
        .collect();
    let readings = app.readings(reader, &asks, None).unwrap();
    let named = asks.into_iter().zip(readings);
    let when = |ask: &Ask| ask.from.map_or("all".to_owned(), |_| year.to_string());
    named
        .map(|((figure, ask), reading)| ((figure, when(&ask)), reading.text()))
        .collect()
}

/// The books of two bureaus, each ledger by its own sheet; and every duty that says it is shown
/// here has been entered and has given its figures.
#[test]
fn every_book_enters_an_empty_bureau_and_gives_its_figures() {
    let mut shown: BTreeSet<String> = BTreeSet::new();
    let mut differ = Vec::new();
    for full in [&*CITY, &*FULLEST] {
        let folder = tempfile::tempdir().unwrap();
        let empty = empty_like(folder.path(), full);
        for ledger in full.app.catalogue().ledgers() {
            if WRITTEN_BY_DESKS.contains(&ledger.id.as_str()) {
                continue;
            }
            match enter(full, &empty, ledger) {
                Ok(0) => {}
                Ok(_) => drop(shown.insert(format!("ledger:{}", ledger.id))),
                Err(why) => differ.push(why),
            }
        }
        let leader = full.somebody("", "leader");
        let before = values(&full.app, &leader, full.year);
        let after = values(&empty, &leader, full.year);
        for ((figure, when), value) in before {
            let now = &after[&(figure.clone(), when.clone())];
            if *now != value {
                differ.push(format!("{figure} {when}: {value:?}, now {now:?}"));
            }
            if value.is_some() {
                shown.insert(format!("figure:{figure}"));
            }
        }
    }
    assert!(differ.is_empty(), "{differ:#?}");
    let list = coverage::builtin_list().unwrap();
    let here = "every_book_enters_an_empty_bureau_and_gives_its_figures";
    let mut wanting = Vec::new();
    for duty in list.duty.iter().filter(|duty| duty.test.ends_with(here)) {
        let wants = duty.serves.iter().filter(|target| !shown.contains(*target));
        wanting.extend(wants.map(|target| format!("{}: {target}", duty.id)));
    }
    assert!(wanting.is_empty(), "not shown here: {wanting:#?}");
}
