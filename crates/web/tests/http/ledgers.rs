//! Every ledger of the shipped catalogue is opened and used as the people who keep it use it: list,
//! form, entry, sheet down and up, export, figures; and, where schools enter, by a school.
//!
//! What is filled in is made from the definitions alone, so a new ledger is tested the day it is
//! written.

use std::ops::ControlFlow;

use app::{
    App, Target,
    catalogue::definition::{Field, FieldType, Ledger},
    organ::{AccountSetup, OrganSetup, UnitSetup},
};
use office::{
    Limits,
    xlsx::{Book, Column, Datum, Kind, TableWriter},
};

use crate::{
    browser::Browser,
    server::{PASSWORD, Server},
};

/// Ledgers that desks of their own write; their lists, sheets and figures are used all the same.
const WRITTEN_AT_A_DESK: &[&str] = &["report", "proactive_disclosure"];
const FIRST: usize = 1;
const BY_SHEET: usize = 2;
const BY_SCHOOL: usize = 3;
const OF_ANOTHER: usize = 4;

/// A bureau with every section of the catalogue and somebody in each.
fn bureau(app: App) -> App {
    let mut sections: Vec<String> = app
        .catalogue()
        .ledgers()
        .map(|l| l.section.to_string())
        .collect();
    sections.sort();
    sections.dedup();
    let account = |section: &String| AccountSetup {
        login: keeper(section),
        name: "保管人".to_owned(),
        post: "科员".to_owned(),
        section: section.clone(),
        roles: "clerk".to_owned(),
        password: PASSWORD.to_owned(),
    };
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: "bureau".to_owned(),
        name: "云川市教育局".to_owned(),
        short_name: "云教".to_owned(),
        document_name: "云教".to_owned(),
        districts: vec![("north".to_owned(), "北区".to_owned())],
        sections: sections.iter().map(|s| (s.clone(), s.clone())).collect(),
        accounts: sections.iter().map(account).collect(),
    })
    .unwrap();
    let unit = |n: usize| UnitSetup {
        name: unit_name(n),
        kind: "学校".to_owned(),
        district: "北区".to_owned(),
        account: Some([format!("unit-{n}"), "教务".to_owned(), PASSWORD.to_owned()]),
    };
    app.set_up_units("bureau", &[unit(FIRST), unit(BY_SHEET), unit(BY_SCHOOL)])
        .unwrap();
    app
}

fn keeper(section: &str) -> String {
    format!("keep-{section}")
}

fn unit_name(n: usize) -> String {
    format!("北区第{n}中学")
}

/// What a clerk types into a field, for the `n`th entry; empty where nothing can be typed.
fn typed(field: &Field, n: usize) -> String {
    let day = |later: usize| format!("2022-03-{:02}", n * 3 + later);
    match &field.kind {
        FieldType::Text { max } => {
            let text = format!("{}{n}", field.name);
            let over = text.chars().count().saturating_sub(*max as usize);
            text.chars().skip(over).collect()
        }
        FieldType::LongText => format!("{}{n}", field.name),
        FieldType::Number { decimals, min, max } => {
            let one = 10_i64.pow(u32::from(*decimals));
            let year = field.name.contains("年度") || field.name.contains("届");
            let wanted = if year { 2022 } else { 0 } + n as i64;
            let least = min.unwrap_or(0).div_euclid(one);
            let most = max.map_or(i64::MAX, |max| max.div_euclid(one));
            wanted.clamp(least, most).to_string()
        }
        FieldType::Money => format!("{n}200.50"),
        FieldType::Date => day(0),
        FieldType::DateRange => format!("{}至{}", day(0), day(1)),
        FieldType::Choice { options } | FieldType::Choices { options } => {
            options[(n - 1) % options.len()].clone()
        }
        FieldType::Flag => "是".to_owned(),
        FieldType::District => "北区".to_owned(),
        FieldType::Subject => format!("某某培训中心{n}"),
        FieldType::Unit => unit_name(n),
        FieldType::Officer => "李执法".to_owned(),
        FieldType::Person => "王小明".to_owned(),
        FieldType::Phone => "13800000000".to_owned(),
        FieldType::Address => "青云路1号".to_owned(),
        FieldType::IdentityNumber => "11010519491231002X".to_owned(),
        FieldType::CreditCode => "91350100M000100Y43".to_owned(),
        FieldType::LawCitation => "行政处罚法 第四十四条".to_owned(),
        FieldType::File => String::new(),
        FieldType::Rows { columns } => {
            let cells: Vec<String> = columns.iter().map(|column| typed(column, n)).collect();
            cells.join(" | ")
        }
        FieldType::Reference { .. } => format!("对方记录{n}"),
    }
}

/// The fields of a form as a browser sends them. A procedure begins with what it must have; the
/// days of its later acts come by the acts.
fn form(ledger: &Ledger, n: usize) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for field in &ledger.fields {
        if !field.required && !ledger.stages.is_empty() {
            continue;
        }
        let (id, text) = (field.id.to_string(), typed(field, n));
        match &field.kind {
            FieldType::File => {}
            FieldType::Flag => pairs.push((id, "true".to_owned())),
            FieldType::DateRange => {
                let (from, to) = text.split_once('至').unwrap();
                pairs.push((format!("{id}.from"), from.to_owned()));
                pairs.push((format!("{id}.to"), to.to_owned()));
            }
            _ => pairs.push((id, text)),
        }
    }
    pairs
}

/// The headings of the import sheet.
fn headings(sheet: &[u8]) -> Vec<String> {
    let mut book = Book::from_bytes(sheet, &Limits::default()).unwrap();
    let mut headings = Vec::new();
    book.rows(0, |row| {
        headings.extend(row.cells.iter().map(|cell| cell.value.to_text()));
        ControlFlow::Break(())
    })
    .unwrap();
    headings
}

/// The sheet with one row filled in.
fn filled(ledger: &Ledger, headings: &[String]) -> Result<Vec<u8>, String> {
    let mut columns = Vec::new();
    let mut row = Vec::new();
    for field in &ledger.fields {
        if !field.required && !ledger.stages.is_empty() {
            continue;
        }
        let found = headings
            .iter()
            .find(|h| h.trim_end_matches('*') == field.name);
        let Some(heading) = found else {
            if matches!(field.kind, FieldType::File) {
                continue;
            }
            return Err(format!("the sheet has no column {}", field.name));
        };
        columns.push(Column {
            name: heading.clone(),
            kind: Kind::Text,
        });
        row.push(Datum::Text(typed(field, BY_SHEET)));
    }
    let mut writer = TableWriter::new("填表", &columns).map_err(|e| e.to_string())?;
    writer.push(&row).map_err(|e| e.to_string())?;
    writer.finish(&[]).map_err(|e| e.to_string())
}

/// What a page says is wrong with what was sent.
fn complaint(page: &str) -> String {
    let (_, rest) = page.split_once("error-summary").unwrap_or(("", page));
    let mut text = String::new();
    let mut inside = true;
    for sign in rest.chars().take(1_500) {
        match sign {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(sign),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

type Used = Result<(), String>;

fn ok(browser: &mut Browser, path: &str) -> Result<Vec<u8>, String> {
    let answer = browser.get(path);
    match answer.status {
        200 => Ok(answer.body),
        status => Err(format!(
            "GET {path}: {status} {}",
            complaint(&answer.text())
        )),
    }
}

fn page(browser: &mut Browser, path: &str) -> Result<String, String> {
    Ok(String::from_utf8_lossy(&ok(browser, path)?).into_owned())
}

/// Fills the form in and follows to the entry.
fn open(browser: &mut Browser, ledger: &Ledger, n: usize) -> Result<String, String> {
    let path = format!("/ledgers/{}/new", ledger.id);
    let shown = page(browser, &path)?;
    let pairs = form(ledger, n);
    for (name, _) in &pairs {
        if !shown.contains(&format!("name=\"{name}\"")) {
            return Err(format!("the form does not ask for {name}"));
        }
    }
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let answer = browser.submit(&path, &pairs);
    let Some(entry) = answer.header("location").filter(|_| answer.status == 303) else {
        return Err(format!(
            "POST {path}: {} {}",
            answer.status,
            complaint(&answer.text())
        ));
    };
    let entry = entry.split('?').next().unwrap_or_default().to_owned();
    let shown = page(browser, &entry)?;
    match shown.contains(&ledger.name) {
        true => Ok(entry),
        false => Err(format!("{entry} does not say what it is")),
    }
}

/// Down, filled in, up, looked at, confirmed.
fn import(browser: &mut Browser, ledger: &Ledger) -> Used {
    let base = format!("/ledgers/{}", ledger.id);
    let template = ok(browser, &format!("{base}/template.xlsx"))?;
    let sheet = filled(ledger, &headings(&template))?;
    let answer = browser.upload(&format!("{base}/import"), "填表.xlsx", &sheet);
    let Some(preview) = answer.header("location").filter(|_| answer.status == 303) else {
        return Err(format!(
            "upload: {} {}",
            answer.status,
            complaint(&answer.text())
        ));
    };
    let preview = preview.to_owned();
    let shown = page(browser, &preview)?;
    if !shown.contains("确认入账 1 条") {
        let (_, rows) = shown.split_once("<main").unwrap_or(("", &shown));
        return Err(format!("the sheet is not taken: {}", complaint(rows)));
    }
    match browser.submit(&preview, &[]).status {
        303 => Ok(()),
        status => Err(format!("confirming answers {status}")),
    }
}

/// What a school wrote, another neither finds nor reaches, and nobody writes for another.
fn keep_apart(server: &Server, school: &mut Browser, ledger: &Ledger, entry: &str) -> Used {
    let mut other = server.signed_in(&format!("unit-{FIRST}"));
    let status = other.get(entry).status;
    if status != 404 {
        return Err(format!("another school reads {entry}: {status}"));
    }
    let list = page(&mut other, &format!("/ledgers/{}", ledger.id))?;
    if list.contains(entry) {
        return Err(format!("another school finds {entry}"));
    }
    let mut pairs = form(ledger, OF_ANOTHER);
    let own = unit_name(OF_ANOTHER);
    let units = pairs.iter_mut().filter(|(_, value)| *value == own);
    let mut named = 0;
    for (_, value) in units {
        *value = unit_name(FIRST);
        named += 1;
    }
    if named == 0 {
        return Err("it names no unit".to_owned());
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (&**n, &**v)).collect();
    let answer = school.submit(&format!("/ledgers/{}/new", ledger.id), &pairs);
    match answer.status == 422 && answer.text().contains("只能填本单位") {
        true => Ok(()),
        false => Err(format!("a school writes for another: {}", answer.status)),
    }
}

/// Everything that a keeper does with a ledger.
fn used(server: &Server, browser: &mut Browser, ledger: &Ledger) -> Used {
    let base = format!("/ledgers/{}", ledger.id);
    let at_a_desk = WRITTEN_AT_A_DESK.contains(&ledger.id.as_str());
    let mut entries = 0;
    if !at_a_desk {
        open(browser, ledger, FIRST)?;
        import(browser, ledger)?;
        entries += 2;
    }
    if ledger.units == app::catalogue::definition::UnitAccess::Write {
        let mut school = server.signed_in(&format!("unit-{BY_SCHOOL}"));
        let entry =
            open(&mut school, ledger, BY_SCHOOL).map_err(|e| format!("as a school: {e}"))?;
        entries += 1;
        keep_apart(server, &mut school, ledger, &entry)?;
    }
    let list = page(browser, &base)?;
    if entries > 0 && !list.contains(&format!("{entries} 条")) {
        return Err(format!("the list does not show {entries} entries"));
    }
    ok(browser, &format!("{base}/export.xlsx"))?;
    for figure in &ledger.figures {
        let shown = page(
            browser,
            &format!("/figures/{}?from=2022-01-01&to=2022-12-31", figure.id),
        )?;
        if !shown.contains(&figure.name) {
            return Err(format!("the page of {} does not name it", figure.id));
        }
    }
    Ok(())
}

#[test]
fn every_ledger_is_opened_and_used_by_who_keeps_it() {
    let server = Server::altered(&Target::scratch(), bureau);
    let catalogue = server.app().catalogue();
    let mut ledgers: Vec<_> = catalogue.ledgers().collect();
    ledgers.sort_by_key(|ledger| ledger.section.to_string());
    let mut troubles = Vec::new();
    let mut signed_in: Option<(String, Browser)> = None;
    for ledger in ledgers {
        let login = keeper(&ledger.section);
        if signed_in.as_ref().is_none_or(|(who, _)| *who != login) {
            let browser = server.signed_in(&login);
            signed_in = Some((login, browser));
        }
        let (_, browser) = signed_in.as_mut().unwrap();
        if let Err(trouble) = used(&server, browser, ledger) {
            troubles.push(format!("{} {}: {trouble}", ledger.id, ledger.name));
        }
    }
    assert!(
        troubles.is_empty(),
        "{}\n{}",
        troubles.len(),
        troubles.join("\n")
    );
}
