//! Another bureau's report, entered from nothing: an empty organ, import sheets with the Chinese
//! headings of the templates, and the published figures come out with no definition changed.
//!
//! What is entered stands in `tests/system/from_scratch/`: one file for each report, sheet by sheet as the
//! manual (`docs/manual/import.md`) tells, with invented names. `{n}` counts the rows.

#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, path::Path};

use app::{
    Action, Actor, App, Chance, Clock,
    kernel::Ask,
    organ::{AccountSetup, OrganSetup},
    values::{dates::Period, decimal::Rounding},
};
use office::xlsx::{Column, Datum, Kind, TableWriter};
use serde::Deserialize;
use yifa::{builtin, demo::Profile, wiring::Data};

use crate::years::Year;

#[derive(Deserialize)]
struct Report {
    year: i16,
    organ: String,
    template: String,
    districts: Vec<String>,
    sheet: Vec<Sheet>,
    figure: Vec<Figure>,
}

/// A sheet: the headings, and rows that stand there so often.
#[derive(Deserialize)]
struct Sheet {
    ledger: String,
    headings: Vec<String>,
    rows: Vec<Rows>,
}

#[derive(Deserialize)]
struct Rows {
    #[serde(default = "once")]
    times: usize,
    cells: Vec<String>,
}

fn once() -> usize {
    1
}

/// A number as it was printed, and how the system is asked for it.
#[derive(Deserialize)]
struct Figure {
    printed: String,
    id: String,
    #[serde(default)]
    only: BTreeMap<String, String>,
    period: String,
    #[serde(default)]
    decimals: u8,
}

impl Sheet {
    fn workbook(&self) -> Vec<u8> {
        let column = |name: &String| Column {
            name: name.clone(),
            kind: Kind::Text,
        };
        let columns: Vec<Column> = self.headings.iter().map(column).collect();
        let mut writer = TableWriter::new("旧表", &columns).unwrap();
        for rows in &self.rows {
            assert_eq!(rows.cells.len(), self.headings.len(), "{:?}", rows.cells);
            for n in 1..=rows.times {
                let cell = |text: &String| match text.replace("{n}", &format!("{n:04}")) {
                    empty if empty.is_empty() => Datum::Empty,
                    text => Datum::Text(text),
                };
                let row: Vec<Datum> = rows.cells.iter().map(cell).collect();
                writer.push(&row).unwrap();
            }
        }
        writer.finish(&[]).unwrap()
    }

    fn count(&self) -> usize {
        self.rows.iter().map(|rows| rows.times).sum()
    }
}

/// A bureau that has nothing but its name, its sections and somebody in each.
fn empty_bureau(folder: &Path, report: &Report) -> App {
    let catalogue = builtin::proved(&builtin::files(), None).unwrap();
    let mut sections: Vec<String> = catalogue.ledgers().map(|l| l.section.to_string()).collect();
    sections.sort();
    sections.dedup();
    let clock = Clock::simulated(format!("{}-12-31T10:00:00Z", report.year).parse().unwrap());
    let data = Data::at(folder).unwrap();
    let app = data.open(catalogue, clock, Chance::seeded(7)).unwrap();
    let account = |login: &str, section: &str, roles: &str| AccountSetup {
        login: login.to_owned(),
        name: "测试".to_owned(),
        post: "科员".to_owned(),
        section: section.to_owned(),
        roles: roles.to_owned(),
        password: "from-scratch-1".to_owned(),
    };
    let role = |section: &str| match section {
        "legal" => "clerk legal_section",
        _ => "clerk",
    };
    let mut accounts: Vec<AccountSetup> = sections.iter().map(|s| account(s, s, role(s))).collect();
    accounts.push(account("head", "", "leader head"));
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: "new".to_owned(),
        name: report.organ.clone(),
        short_name: "测".to_owned(),
        document_name: "测".to_owned(),
        districts: (1..)
            .zip(&report.districts)
            .map(|(n, name)| (format!("d{n}"), name.clone()))
            .collect(),
        sections: sections.iter().map(|s| (s.clone(), s.clone())).collect(),
        accounts,
    })
    .unwrap();
    app
}

fn actor(app: &App, login: &str) -> Actor {
    app.actor_by_login(login).unwrap().unwrap()
}

/// Uploads a sheet as its section's clerk and confirms it.
fn import(app: &App, clerk: &Actor, sheet: &Sheet) {
    let upload = app.upload_sheet(clerk, &sheet.ledger, "旧表.xlsx", sheet.workbook());
    let (id, plan) = upload.unwrap_or_else(|e| panic!("{}: {e}", sheet.ledger));
    let counts = plan.counts();
    let refused = plan
        .rows
        .iter()
        .find(|r| matches!(r.outcome, app::sheet::Outcome::Refused(_)));
    assert_eq!(
        (counts.new, counts.refused),
        (sheet.count(), 0),
        "{}: {refused:?}",
        sheet.ledger
    );
    app.apply_sheet(clerk, &id, false).unwrap();
}

fn report(name: &str) -> Report {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("tests/system/from_scratch/{name}.toml"));
    let text = std::fs::read_to_string(path).expect("the report");
    toml::from_str(&text).expect("its shape")
}

/// What the system answers; nothing means no data.
fn reading(app: &App, who: &Actor, figure: &Figure) -> Option<String> {
    let period: Period = figure.period.parse().unwrap();
    let mut ask = Ask::period(period);
    ask.only = figure.only.clone();
    let readings = app.readings(who, &[(figure.id.clone(), ask)], None);
    let readings = readings.unwrap_or_else(|e| panic!("{}: {e}", figure.id));
    let value = readings[0].answer.value?;
    Some(value.decimal(figure.decimals, Rounding::HalfUp).to_string())
}

fn comes_out(name: &str) {
    let report = report(name);
    let folder = tempfile::tempdir().unwrap();
    let app = empty_bureau(folder.path(), &report);
    for sheet in &report.sheet {
        let ledger = app.catalogue().ledger(&sheet.ledger).expect("a ledger");
        import(&app, &actor(&app, &ledger.section), sheet);
    }
    let head = actor(&app, "head");
    for figure in &report.figure {
        let shown = reading(&app, &head, figure);
        assert_eq!(
            shown.as_ref(),
            Some(&figure.printed),
            "{} {:?}",
            figure.id,
            figure.only
        );
    }
    // The report writes itself from the ledgers, with every number traced.
    let legal = actor(&app, "legal");
    let id = app
        .start_report(&legal, &report.template, report.year)
        .unwrap();
    let draft = app.draft(&legal, &id).unwrap();
    let paper = app.paper(&legal, &draft, None).unwrap();
    assert!(paper.untraced().is_empty(), "{:?}", paper.untraced());
}

#[test]
fn a_district_of_2020_comes_out_of_its_sheets() {
    comes_out("district-2020");
}

#[test]
fn a_district_of_2022_comes_out_of_its_sheets() {
    comes_out("district-2022");
}

#[test]
fn a_district_of_2024_comes_out_of_its_sheets() {
    comes_out("district-2024");
}

#[test]
fn a_city_of_2023_comes_out_of_its_sheets() {
    comes_out("city-2023");
}

#[test]
fn a_city_of_2024_comes_out_of_its_sheets() {
    comes_out("city-2024");
}

#[test]
fn a_county_of_2024_comes_out_of_its_sheets() {
    comes_out("county-2024");
}

#[test]
fn a_district_of_2025_comes_out_of_its_sheets() {
    comes_out("district-2025");
}

#[test]
fn a_county_of_2025_comes_out_of_its_sheets() {
    comes_out("county-2025");
}

#[test]
fn a_northeastern_city_of_2023_comes_out_of_its_sheets() {
    comes_out("city-2023-northeast");
}

#[test]
fn an_eastern_city_of_2024_comes_out_of_its_sheets() {
    comes_out("city-2024-east");
}

#[test]
fn a_southern_county_of_2024_comes_out_of_its_sheets() {
    comes_out("county-2024-south");
}

#[test]
fn a_southern_county_of_2025_comes_out_of_its_sheets() {
    comes_out("county-2025-south");
}

/// How many entries each ledger has.
fn entries(app: &App, who: &Actor) -> BTreeMap<String, u64> {
    let ledgers = app.ledgers(who, Action::Read);
    let overviews = app.overviews(who, &ledgers).unwrap();
    let counted = ledgers.iter().zip(overviews);
    counted
        .map(|(ledger, o)| (ledger.id.to_string(), o.in_all))
        .collect()
}

/// Every figure of its own of each ledger that a report does not touch.
fn figures_elsewhere(app: &App, who: &Actor, report: &Report) -> BTreeMap<String, Option<String>> {
    let mut found = BTreeMap::new();
    for ledger in app.ledgers(who, Action::Read) {
        if report.sheet.iter().any(|sheet| sheet.ledger == *ledger.id) {
            continue;
        }
        for figure in ledger.figures.iter().filter(|f| f.kind.fold().is_some()) {
            let ask = Figure {
                printed: String::new(),
                id: figure.id.to_string(),
                only: BTreeMap::new(),
                period: "2020-2024".to_owned(),
                decimals: 2,
            };
            found.insert(figure.id.to_string(), reading(app, who, &ask));
        }
    }
    found
}

/// A report entered into a bureau that is full of work adds exactly its own figures, and changes
/// nothing in the ledgers that it does not touch.
#[test]
fn a_report_entered_into_a_full_bureau_changes_nothing_else() {
    let mut report = report("city-2023");
    let full = Year::loaded(Profile::Heping);
    let app = &full.app;
    let organ = app.organ(&full.organ).unwrap();
    let district = organ.districts.first().expect("a district").clone();
    for rows in report.sheet.iter_mut().flat_map(|sheet| &mut sheet.rows) {
        for cell in rows
            .cells
            .iter_mut()
            .filter(|cell| **cell == report.districts[0])
        {
            cell.clone_from(&district);
        }
    }
    let leader = full.somebody("", "leader");
    let number = |figure: &Figure| -> i64 {
        let shown = reading(app, &leader, figure);
        shown.map_or(0, |shown| shown.parse().unwrap())
    };
    let (held, others) = (
        entries(app, &leader),
        figures_elsewhere(app, &leader, &report),
    );
    assert!(others.len() > 400, "{} figures elsewhere", others.len());
    let own: Vec<i64> = report.figure.iter().map(number).collect();
    for sheet in &report.sheet {
        let ledger = app.catalogue().ledger(&sheet.ledger).expect("a ledger");
        import(app, &full.somebody(&ledger.section, "clerk"), sheet);
    }
    for (figure, before) in report.figure.iter().zip(own) {
        let printed: i64 = figure.printed.parse().unwrap();
        assert_eq!(number(figure), before + printed, "{}", figure.id);
    }
    let mut expected = held;
    for sheet in &report.sheet {
        *expected.get_mut(&sheet.ledger).unwrap() += sheet.count() as u64;
    }
    assert_eq!(entries(app, &leader), expected);
    assert_eq!(figures_elsewhere(app, &leader, &report), others);
}
