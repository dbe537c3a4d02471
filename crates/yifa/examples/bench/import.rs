//! Sheets and single entries on their way in.

use std::{ops::ControlFlow, path::Path, sync::Arc};

use anyhow::Result;
use app::{Actor, App, Chance, Clock, Target, entry::NewEntry, organ::OrganSetup};
use calamine::Reader;
use catalogue::{
    Files,
    value::{Fields, Value},
};
use office::{
    Limits,
    xlsx::{Book, Column, Datum, Kind, TableWriter},
};
use proof::note::SigningKey;
use yifa::builtin;

use crate::cost::{Cost, median, peak, timed, told, written};

const ORGAN: &str = "bench";
const LEDGER: &str = "work";
const COLUMNS: usize = 20;

/// A ledger of twenty fields, as offices have them: a number, dates, choices, amounts, words.
fn ledger() -> String {
    let mut toml = String::from(
        "id = \"work\"\nname = \"工作\"\nsection = \"office\"\neffective = 2015-01-01\n\
         date = \"held_on\"\nkey = [\"number\"]\ntitle = [\"topic\"]\n",
    );
    let mut field = |id: &str, name: &str, rest: &str| {
        toml.push_str(&format!(
            "[[field]]\nid = \"{id}\"\nname = \"{name}\"\n{rest}\n"
        ));
    };
    field("number", "编号", "type = \"text\"\nrequired = true");
    field("held_on", "日期", "type = \"date\"\nrequired = true");
    field("topic", "事项", "type = \"text\"\nrequired = true");
    field(
        "kind",
        "类别",
        "type = \"choice\"\noptions = [\"甲类\", \"乙类\", \"丙类\"]\nindex = true",
    );
    field("district", "区域", "type = \"district\"");
    field("school", "学校", "type = \"unit\"");
    field("person", "联系人", "type = \"person\"");
    field("phone", "电话", "type = \"phone\"");
    field("fee", "费用", "type = \"money\"");
    field("done", "是否办结", "type = \"flag\"");
    for n in 1..=6 {
        field(
            &format!("n{n}"),
            &format!("数量{n}"),
            "type = \"number\"\nmin = 0",
        );
    }
    for n in 1..=4 {
        field(&format!("t{n}"), &format!("说明{n}"), "type = \"text\"");
    }
    toml.push_str(
        "[[figure]]\nid = \"works\"\nname = \"工作\"\nunit = \"件\"\ncount = \"entries\"\n\
         by = [\"kind\", \"district\"]\n\
         [[figure]]\nid = \"fees\"\nname = \"费用\"\nunit = \"元\"\nsum = \"fee\"\n\
         [[figure]]\nid = \"schools\"\nname = \"学校\"\nunit = \"所\"\ndistinct = \"school\"\n\
         [[figure]]\nid = \"people\"\nname = \"人次\"\nunit = \"人次\"\nsum = \"n1\"\n\
         when = \"has(entry.done) && entry.done\"\n",
    );
    toml
}

fn open(folder: &Path) -> Result<App> {
    let files = Files::new("catalogue/")
        .with("modules.toml", "[[module]]\nid = \"m\"\nname = \"模块\"\n")
        .with(
            "sections.toml",
            "[[section]]\nid = \"office\"\nname = \"办公室\"\n",
        )
        .with("roles.toml", "")
        .with("statutes.toml", "")
        .with("m/work.toml", ledger());
    let catalogue = builtin::proved(&files, None)?;
    let store = app::open_store(&Target::SqliteFile(folder.join("bench.db")))?;
    let key = Arc::new(SigningKey::from_seed("bench.example", &[7; 32])?);
    let clock = Clock::simulated("2022-12-31T02:00:00Z".parse()?);
    let app = App::new(store, catalogue, clock, Chance::System, key)?;
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: ORGAN.to_owned(),
        name: "云川市教育局".to_owned(),
        short_name: "云川教育".to_owned(),
        document_name: "云教".to_owned(),
        districts: vec![
            ("a".to_owned(), "海云区".to_owned()),
            ("b".to_owned(), "海北区".to_owned()),
        ],
        sections: vec![("office".to_owned(), "办公室".to_owned())],
        accounts: Vec::new(),
    })?;
    Ok(app)
}

fn date(n: usize) -> String {
    format!("2022-{:02}-{:02}", n % 12 + 1, n % 28 + 1)
}

const HEADINGS: [(&str, Kind); 10] = [
    ("编号", Kind::Text),
    ("日期", Kind::Date),
    ("事项", Kind::Text),
    ("类别", Kind::Text),
    ("区域", Kind::Text),
    ("学校", Kind::Text),
    ("联系人", Kind::Text),
    ("电话", Kind::Text),
    ("费用", Kind::Money),
    ("是否办结", Kind::Text),
];

fn sheet(rows: usize, width: usize) -> Result<Vec<u8>> {
    let mut columns: Vec<Column> = HEADINGS
        .into_iter()
        .map(|(name, kind)| Column {
            name: name.to_owned(),
            kind,
        })
        .collect();
    columns.extend((1..=6).map(|n| Column {
        name: format!("数量{n}"),
        kind: Kind::Integer,
    }));
    columns.extend((1..=4).map(|n| Column {
        name: format!("说明{n}"),
        kind: Kind::Text,
    }));
    columns.truncate(width);
    let mut writer = TableWriter::new("工作", &columns)?;
    for n in 0..rows {
        let text = |t: String| Datum::Text(t);
        let mut row = vec![
            text(format!("2022-{n:06}")),
            Datum::Date(date(n).parse()?),
            text(format!("第{n}次检查")),
            text(["甲类", "乙类", "丙类"][n % 3].to_owned()),
            text(["海云区", "海北区"][n % 2].to_owned()),
            text(format!("云川市第{}中学", n % 300)),
            text(format!("王小{}", ["明", "红", "强"][n % 3])),
            text(format!("138{:08}", n)),
            Datum::Money(n as i64 * 37),
            text(["是", "否"][n % 2].to_owned()),
        ];
        row.extend((1..=6).map(|k| Datum::Integer((n * k % 100) as i64)));
        row.extend((1..=4).map(|k| text(format!("情况{}，已按要求整改", n * k % 50))));
        row.truncate(width);
        writer.push(&row)?;
    }
    Ok(writer.finish(&[])?)
}

/// Every cell is looked at, nothing is kept.
fn bare_read(bytes: &[u8]) -> Result<u64> {
    let mut book = Book::from_bytes(bytes, &Limits::default())?;
    let mut cells = 0u64;
    book.rows(0, |row| {
        for column in 0..COLUMNS as u16 {
            cells += u64::from(row.get(column).is_some());
        }
        ControlFlow::Continue(())
    })?;
    Ok(cells)
}

/// The same by `calamine`, the reader that most programs take: what a bare read costs elsewhere.
fn bare_calamine(bytes: &[u8]) -> Result<u64> {
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes))?;
    let name = book.sheet_names().first().cloned().unwrap_or_default();
    let mut reader = book.worksheet_cells_reader(&name)?;
    let mut cells = 0;
    while reader.next_cell()?.is_some() {
        cells += 1;
    }
    Ok(cells)
}

/// The preview of a large sheet of few columns: its memory does not grow with it.
pub fn million(rows: usize) -> Result<()> {
    const WIDTH: usize = 5;
    let folder = tempfile::tempdir()?;
    let app = open(folder.path())?;
    let bytes = sheet(rows, WIDTH)?;
    println!("{rows} rows × {WIDTH} columns, {} KiB", bytes.len() / 1024);
    println!("before: {}", peak());
    let bare = median(1, || bare_read(&bytes).map(drop))?;
    told("bare streaming read", bare, None);
    let ((_, plan), planned) =
        timed(|| Ok(app.upload_sheet(&clerk(), LEDGER, "bench.xlsx", bytes)?))?;
    told("upload and plan", planned, Some(bare));
    assert_eq!(plan.counts().new, rows);
    println!("after: {}", peak());
    Ok(())
}

pub fn import(rows: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let app = open(folder.path())?;
    let clerk = clerk();
    let bytes = sheet(rows, COLUMNS)?;
    println!("{rows} rows × 20 columns, {} KiB", bytes.len() / 1024);
    assert_eq!(bare_calamine(&bytes)?, bare_read(&bytes)?);
    let calamine = median(3, || bare_calamine(&bytes).map(drop))?;
    told("bare streaming read by calamine", calamine, None);
    let bare = median(3, || bare_read(&bytes).map(drop))?;
    told("bare streaming read", bare, Some(calamine));
    let ((id, plan), planned) =
        timed(|| Ok(app.upload_sheet(&clerk, LEDGER, "bench.xlsx", bytes.clone())?))?;
    told("upload and plan", planned, Some(bare));
    assert_eq!(plan.counts().new, rows);
    drop(plan);
    let (applied, took) = timed(|| Ok(app.apply_sheet(&clerk, &id, false)?))?;
    told("confirm", took, Some(bare));
    let all = Cost {
        wall: planned.wall + took.wall,
        cpu: planned.cpu + took.cpu,
    };
    told("import in all", all, Some(bare));
    told("import in all, beside calamine's read", all, Some(calamine));
    assert_eq!(applied.new, rows);
    println!("{}, {}", peak(), written());
    let (_, took) = timed(|| {
        while app.index_search(5_000)? > 0 {}
        Ok(())
    })?;
    told("search index, in the background", took, Some(bare));
    let ((_, plan), took) =
        timed(|| Ok(app.upload_sheet(&clerk, LEDGER, "bench.xlsx", bytes.clone())?))?;
    told("the same file again: plan", took, Some(bare));
    assert_eq!(plan.counts().same, rows);
    drop(plan);
    let (report, took) = timed(|| Ok(app.verify_log(|_, _| {})?))?;
    told("verify", took, Some(bare));
    assert!(report.is_clean(), "{:?}", report.findings);
    println!("{}", peak());
    Ok(())
}

fn clerk() -> Actor {
    Actor {
        account: "clerk".to_owned(),
        organ: ORGAN.to_owned(),
        name: "王五".to_owned(),
        post: String::new(),
        section: "office".to_owned(),
        section_name: String::new(),
        also: Vec::new(),
        roles: vec!["clerk".to_owned()],
        unit: None,
        below: std::sync::Arc::default(),
    }
}

fn entry(n: usize) -> Result<NewEntry> {
    let mut fields = Fields::from([
        ("number".to_owned(), Value::from(format!("2022-{n:06}"))),
        ("held_on".to_owned(), Value::from(date(n))),
        ("topic".to_owned(), Value::from(format!("第{n}次检查"))),
        (
            "kind".to_owned(),
            Value::from(["甲类", "乙类", "丙类"][n % 3]),
        ),
        ("fee".to_owned(), Value::from(n as i64)),
    ]);
    fields.insert("person".to_owned(), Value::from("王小明"));
    Ok(NewEntry {
        happened_on: date(n).parse()?,
        fields,
    })
}

pub fn append(entries: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let app = open(folder.path())?;
    let clerk = clerk();
    // The disk's own pace: what one durable write of a page costs.
    let probe = folder.path().join("probe");
    let baseline = median(50, || {
        use std::io::Write;
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&probe)?;
        file.write_all(&[0; 4096])?;
        Ok(file.sync_data()?)
    })?;
    told("one durable write of 4 KiB", baseline, None);
    let mut n = 0;
    let took = median(200, || {
        n += 1;
        Ok(app.open(&clerk, LEDGER, entry(n)?).map(drop)?)
    })?;
    told("open one entry", took, Some(baseline));
    let many: Vec<NewEntry> = (n + 1..=n + entries).map(entry).collect::<Result<_>>()?;
    let (_, took) = timed(|| Ok(app.open_many(&clerk, LEDGER, many)?))?;
    let each = Cost {
        wall: took.wall / entries as f64,
        cpu: took.cpu / entries as f64,
    };
    told("open many entries at once, each", each, Some(baseline));
    Ok(())
}
