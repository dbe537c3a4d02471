//! What was exported is known when it comes back: for every shipped ledger that the demonstration
//! fills, exported by those who see everything and by those who see personal fields masked.
//! And it is enough to work with: every book, taken out as a sheet, enters a bureau that has nothing
//! and gives the same figures there.

#![allow(clippy::unwrap_used)]

use std::{ops::ControlFlow, path::Path};

use app::{
    Action, Actor, App, Chance, Clock,
    kernel::Ask,
    listing::ListAsk,
    organ::{AccountSetup, OrganSetup},
    values::dates::Period,
};
use office::{
    Limits,
    xlsx::{Book, Column, Datum, Kind, TableWriter},
};
use yifa::{
    builtin, commands,
    demo::{DemoBureau, Profile},
    wiring::Data,
};

fn loaded(folder: &Path, profile: Profile) -> (App, String) {
    let bureau = DemoBureau::new(profile, 1);
    let catalogue = builtin::proved(&builtin::files(), None).unwrap();
    let evening = format!("{}-12-31T10:00:00Z", bureau.year);
    let clock = Clock::simulated(evening.parse().unwrap());
    let data = Data::at(folder).unwrap();
    let mut app = data.open(catalogue, clock, Chance::seeded(5)).unwrap();
    commands::demo::load(&mut app, &bureau, &[]).unwrap();
    app.clock.set(evening.parse().unwrap());
    let organ = app.organs().next().unwrap().id.clone();
    (app, organ)
}

fn every_export_comes_back_the_same(profile: Profile, at_least: usize) {
    let folder = tempfile::tempdir().unwrap();
    let (app, organ) = loaded(folder.path(), profile);
    let somebody = |section: &str, role: &str| Actor {
        section: section.to_owned(),
        roles: vec![role.to_owned()],
        ..Actor::system(&organ)
    };
    let leader = somebody("", "leader");
    let mut walked = 0;
    for ledger in app.ledgers(&leader, Action::Read) {
        let clerk = somebody(&ledger.section, "clerk");
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
    every_export_comes_back_the_same(Profile::Wuhai, 30);
}

#[test]
fn the_district_exports_come_back_the_same() {
    every_export_comes_back_the_same(Profile::Heping, 5);
}

/// A bureau like another, with its districts and sections and nothing in its books.
fn empty_like(folder: &Path, full: &App, organ: &str, year: i16) -> App {
    let catalogue = builtin::proved(&builtin::files(), None).unwrap();
    let clock = Clock::simulated(format!("{year}-12-31T10:00:00Z").parse().unwrap());
    let data = Data::at(folder).unwrap();
    let app = data.open(catalogue, clock, Chance::seeded(6)).unwrap();
    let like = full.organ(organ).unwrap();
    let districts = (1..).zip(&like.districts);
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: organ.to_owned(),
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

/// An exported sheet as an office would keep it: without the hidden numbers of its records.
fn old_book(sheet: &[u8]) -> (Vec<u8>, usize) {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut book = Book::from_bytes(sheet, &Limits::default()).unwrap();
    book.rows(0, |row| {
        let width = rows.first().map_or(row.cells.len(), |head| head.len() + 1);
        let cells = 0..u16::try_from(width - 1).unwrap();
        rows.push(cells.map(|column| row.text(column)).collect());
        ControlFlow::Continue(())
    })
    .unwrap();
    let columns: Vec<Column> = rows
        .remove(0)
        .into_iter()
        .map(|name| Column {
            name,
            kind: Kind::Text,
        })
        .collect();
    let mut writer = TableWriter::new("旧表", &columns).unwrap();
    for row in &rows {
        let cells = row.iter().map(|text| match text.as_str() {
            "" => Datum::Empty,
            text => Datum::Text(text.to_owned()),
        });
        writer.push(&cells.collect::<Vec<_>>()).unwrap();
    }
    (writer.finish(&[]).unwrap(), rows.len())
}

/// Ledgers that are written by a desk of the system, not by hand.
const WRITTEN_BY_DESKS: &[&str] = &["report", "proactive_disclosure"];

/// What of a ledger does not come out the same after its book entered an empty bureau.
fn entered_anew(full: &App, empty: &App, organ: &str, ledger: &str, year: i16) -> Vec<String> {
    let ledger = full.catalogue().ledger(ledger).unwrap().clone();
    let clerk = Actor {
        section: ledger.section.to_string(),
        roles: vec!["clerk".to_owned()],
        ..Actor::system(organ)
    };
    let sheet = full.export_sheet(&clerk, &ledger.id, &ListAsk::default());
    let (sheet, rows) = old_book(&sheet.unwrap());
    if rows == 0 {
        return Vec::new();
    }
    let (id, plan) = empty
        .upload_sheet(&clerk, &ledger.id, "旧表.xlsx", sheet)
        .unwrap();
    let counts = plan.counts();
    if (counts.new, counts.refused) != (counts.total(), 0) {
        let refused = plan.rows.iter();
        let refused = refused.filter(|r| matches!(r.outcome, app::sheet::Outcome::Refused(_)));
        let first = refused.map(|r| format!("{:?}", r.outcome)).next();
        return vec![format!("{}: {counts:?} {first:?}", ledger.id)];
    }
    empty.apply_sheet(&clerk, &id, false).unwrap();
    let leader = Actor {
        roles: vec!["leader".to_owned()],
        section: String::new(),
        ..clerk
    };
    let mut differ = Vec::new();
    for figure in ledger.figures.iter().filter(|f| f.kind.fold().is_some()) {
        for of in [year - 1, year] {
            let asks = [(figure.id.to_string(), Ask::period(Period::year(of)))];
            let read = |app: &App| app.readings(&leader, &asks, None).unwrap()[0].text();
            let (before, after) = (read(full), read(empty));
            if before != after {
                differ.push(format!("{} {of}: {before:?}, now {after:?}", figure.id));
            }
        }
    }
    differ
}

/// The books of three kinds of bureaus, each ledger by its own sheet.
#[test]
fn every_book_enters_an_empty_bureau_and_gives_its_figures() {
    let mut entered = std::collections::BTreeSet::new();
    let mut differ = Vec::new();
    for (profile, year) in [(Profile::Wuhai, 2022), (Profile::Conghua, 2020)] {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (full, organ) = loaded(folder.path(), profile);
        let empty = empty_like(other.path(), &full, &organ, year);
        let all: Vec<String> = full
            .catalogue()
            .ledgers()
            .map(|l| l.id.to_string())
            .filter(|id| !WRITTEN_BY_DESKS.contains(&id.as_str()))
            .collect();
        for ledger in all {
            differ.extend(entered_anew(&full, &empty, &organ, &ledger, year));
            entered.insert(ledger);
        }
    }
    assert!(differ.is_empty(), "{differ:#?}");
    assert!(entered.len() > 170, "{} books", entered.len());
}
