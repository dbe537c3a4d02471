//! A small office over one database file: two ledgers, a procedure, clocks, a report.

use std::{path::PathBuf, sync::Arc};

use app::{
    Actor, App, Chance, Clock, Target,
    kernel::Ask,
    organ::{AccountSetup, OrganSetup},
};
use catalogue::Files;
use office::xlsx::{Column, Datum, Kind, Table, write_table};
use proof::note::SigningKey;
use values::dates::Period;

const COMPLAINT: &str = r#"
id = "complaint"
name = "投诉"
section = "office"
effective = 2020-01-01
date = "received_on"
key = ["number"]
title = ["matter"]

[[field]]
id = "number"
name = "编号"
type = "text"
required = true

[[field]]
id = "received_on"
name = "收到日期"
type = "date"
required = true

[[field]]
id = "matter"
name = "事项"
type = "text"
required = true

[[field]]
id = "caller"
name = "来电人"
type = "person"

[[field]]
id = "district"
name = "区县"
type = "district"
index = true

[[field]]
id = "closed_on"
name = "办结日期"
type = "date"

[[clock]]
id = "close"
name = "办结"
starts = "field:received_on"
stops = ["field:closed_on"]
limit = "15 working days"
statutory = false

[[figure]]
id = "received"
name = "受理投诉"
unit = "件"
count = "entries"
by = ["district"]

[[figure]]
id = "closed"
name = "办结投诉"
unit = "件"
count = "entries"
on = "closed_on"
by = ["district"]

[[figure]]
id = "closing_rate"
name = "办结率"
unit = "%"
formula = "rate"
of = "closed"
base = "received"
decimals = 1
"#;

/// A procedure with a statutory clock, what is counted once, what is added up, what is kept last.
const CASE: &str = r#"
id = "case"
name = "案件"
section = "office"
effective = 2020-01-01
date = "found_on"
title = ["school"]

[[field]]
id = "found_on"
name = "发现日期"
type = "date"
required = true

[[field]]
id = "school"
name = "学校"
type = "unit"
required = true

[[field]]
id = "fine"
name = "罚款"
type = "money"

[[field]]
id = "party"
name = "当事人"
type = "person"

[[field]]
id = "causes"
name = "案由"
type = "choices"
options = ["补课", "收费"]
index = true

[[field]]
id = "decided_on"
name = "决定日期"
type = "date"

[[stage]]
id = "filed"
name = "立案"

[[stage]]
id = "decided"
name = "已决定"
end = true

[[action]]
id = "decide"
name = "作出决定"
from = ["filed"]
to = "decided"
by = ["clerk"]
asks = ["fine", "decided_on"]

[[clock]]
id = "decide"
name = "作出决定"
starts = "opened"
stops = ["action:decide"]
limit = "90 calendar days"

[[figure]]
id = "cases"
name = "立案"
unit = "件"
count = "entries"

[[figure]]
id = "decided"
name = "作出决定"
unit = "件"
count = "action:decide"

[[figure]]
id = "fines"
name = "罚款"
unit = "元"
sum = "fine"

[[figure]]
id = "schools"
name = "涉案学校"
unit = "所"
distinct = "school"

[[figure]]
id = "last_fine"
name = "最近一次罚款"
unit = "元"
latest = "fine"
"#;

const TEMPLATE: &str = r#"
id = "annual"
name = "年度报告"
title = "{organ}{year}年报告"

[[part]]
id = "measures"
level = 1
name = "主要举措"
required = true

[[part.paragraph]]
[[part.paragraph.sentence]]
text = "受理投诉{received}件，办结{closed}件，办结率{closing_rate}%。"
"#;

fn catalogue_files() -> Files {
    let report = include_str!("../../../../catalogue/annual_report/report.toml");
    Files::new("")
        .with("modules.toml", "[[module]]\nid = \"m\"\nname = \"模块\"\n")
        .with(
            "sections.toml",
            "[[section]]\nid = \"office\"\nname = \"办公室\"\n[[section]]\nid = \"legal\"\nname = \"法规科\"\n",
        )
        .with(
            "roles.toml",
            "[[role]]\nid = \"clerk\"\nname = \"科室人员\"\n[[role]]\nid = \"legal_section\"\nname = \"法规科\"\n",
        )
        .with(
            "statutes.toml",
            "[[statute]]\nname = \"法治政府建设与责任落实督察工作规定\"\nkind = \"规定\"\nmark = \"secondary\"\n",
        )
        .with("m/complaint.toml", COMPLAINT)
        .with("m/case.toml", CASE)
        .with("m/report.toml", report)
        .with("reports/annual.toml", TEMPLATE)
}

/// The system over a database.
pub fn over(database: &Target) -> App {
    app_over(app::open_store(database).expect("it opens"))
}

/// The system over an open store.
pub fn app_over(store: app::Store) -> App {
    let (catalogue, findings) = catalogue::load(&catalogue_files(), None);
    assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
    let clock = Clock::simulated("2022-12-30T02:00:00Z".parse().expect("an instant"));
    let key = Arc::new(SigningKey::from_seed("test/log", &[7; 32]).expect("a key"));
    App::new(store, Arc::new(catalogue), clock, Chance::seeded(1), key).expect("it starts")
}

/// An office at work: the system, its people, its file.
pub struct Office {
    pub app: App,
    pub clerk: Actor,
    pub legal: Actor,
    /// Where it keeps its rows.
    pub target: Target,
    /// The file of it, where it is one.
    pub database: PathBuf,
    _folder: tempfile::TempDir,
}

/// A new office, on the last working day of 2022, on the engine under test.
pub fn office() -> Office {
    match Target::scratch() {
        Target::SqliteMemory => office_in_a_file(),
        server => set_up(&server, "".into(), tempfile::tempdir().expect("a folder")),
    }
}

/// A new office over a database file.
pub fn office_in_a_file() -> Office {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("yifa.db");
    set_up(&Target::SqliteFile(database.clone()), database, folder)
}

fn set_up(target: &Target, database: PathBuf, folder: tempfile::TempDir) -> Office {
    let app = over(target);
    let account = |login: &str, section: &str, roles: &str| AccountSetup {
        login: login.to_owned(),
        name: login.to_owned(),
        post: String::new(),
        section: section.to_owned(),
        roles: roles.to_owned(),
        password: "correct horse".to_owned(),
    };
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: "o".to_owned(),
        name: "云川市教育局".to_owned(),
        short_name: "云川".to_owned(),
        document_name: "云教".to_owned(),
        districts: vec![("d1".to_owned(), "东山区".to_owned())],
        sections: vec![("office".to_owned(), "办公室".to_owned())],
        accounts: vec![
            account("clerk", "office", "clerk"),
            account("legal", "legal", "clerk legal_section"),
        ],
    })
    .expect("it is set up");
    let actor = |login: &str| app.actor_by_login(login).expect("readable").expect("there");
    let (clerk, legal) = (actor("clerk"), actor("legal"));
    Office {
        app,
        clerk,
        legal,
        target: target.clone(),
        database,
        _folder: folder,
    }
}

/// The columns of [`sheet`].
pub const COLUMNS: [&str; 5] = ["编号", "收到日期", "事项", "区县", "办结日期"];

/// A sheet as a clerk fills it in: number, received, matter, district, closed.
pub fn sheet(rows: &[[&str; 5]]) -> Vec<u8> {
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        kind: Kind::Text,
    };
    let cell = |text: &&str| match *text {
        "" => Datum::Empty,
        text => Datum::Text(text.to_owned()),
    };
    write_table(&Table {
        sheet: "投诉".to_owned(),
        columns: COLUMNS.iter().map(column).collect(),
        rows: rows
            .iter()
            .map(|row| row.iter().map(cell).collect())
            .collect(),
        notes: Vec::new(),
    })
    .expect("it writes")
}

impl Office {
    /// Takes a sheet of complaints in.
    pub fn import(&self, rows: &[[&str; 5]]) -> app::sheet::Applied {
        let upload = self
            .app
            .upload_sheet(&self.clerk, "complaint", "a.xlsx", sheet(rows));
        let (batch, _) = upload.expect("it is taken");
        self.app
            .apply_sheet(&self.clerk, &batch, false)
            .expect("it applies")
    }
    /// What a figure says of 2022.
    pub fn figure(&self, id: &str) -> String {
        let ask = Ask::period(Period::year(2022));
        let readings = self
            .app
            .readings(&self.legal, &[(id.to_owned(), ask)], None);
        readings.expect("it reads")[0].words()
    }
}
