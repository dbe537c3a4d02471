//! The site on a port of its own, and the little organ that works with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::Path,
    sync::{Arc, OnceLock},
};

use app::{
    App, Chance, Clock, Target,
    catalogue::{Files, definition::Named, id::RoleId, load},
    organ::{AccountSetup, OrganSetup, UnitSetup},
};
use proof::note::SigningKey;

use crate::browser::Browser;

/// The password of every account.
pub const PASSWORD: &str = "correct horse";

/// A ledger with a procedure, kept by the office.
const MATTER: &str = r#"id = "matter"
name = "测试案件"
section = "office"
effective = 2021-01-01
date = "filed_on"
key = ["number"]
title = ["number"]

[[field]]
id = "number"
name = "案号"
type = "text"
number = "{organ}案〔{year}〕{seq}号"
required = true

[[field]]
id = "party"
name = "当事人"
type = "subject"
required = true
index = true

[[field]]
id = "filed_on"
name = "立案日期"
type = "date"
required = true

[[field]]
id = "contact"
name = "联系人"
type = "person"

[[field]]
id = "phone"
name = "联系电话"
type = "phone"

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
needs = ["document:decision", "evidence"]
law = "行政处罚法 第五十七条"

[[clock]]
id = "decide_in_time"
name = "作出决定"
starts = "stage:filed"
stops = ["stage:decided"]
limit = "90 calendar days"
law = "行政处罚法 第六十条"

[[document]]
id = "decision"
name = "决定书"
number = "{organ}决字〔{year}〕{seq}号"
template = "matter/decision"
sign = ["clerk"]

[[document]]
id = "letter"
name = "复函"
number = "{organ}函〔{year}〕{seq}号"
template = "matter/decision"
sign = ["leader"]
law = "行政处罚法 第五十九条"
"#;

/// Its template.
const DECISION: &str = r#"title = "决定书"
issuer = "{organ}"
to = "{party}"

[[paragraph]]
text = "{party}：本机关作出如下决定。"
"#;

/// A ledger with a field of every kind that can be typed, kept by the office.
const VISIT: &str = r#"id = "visit"
name = "来访登记"
section = "office"
effective = 2021-01-01
about = "测试用的台账。"
date = "visited_on"
key = ["number"]
title = ["number", "matter"]

[[field]]
id = "number"
name = "编号"
type = "text"
required = true
index = true

[[field]]
id = "matter"
name = "事项"
type = "text"
required = true
index = true

[[field]]
id = "visited_on"
name = "来访日期"
type = "date"
required = true

[[field]]
id = "detail"
name = "经过"
type = "long_text"

[[field]]
id = "people"
name = "人数"
type = "number"
unit = "人"

[[field]]
id = "fee"
name = "费用"
type = "money"

[[field]]
id = "way"
name = "方式"
type = "choice"
options = ["来访", "来信"]

[[field]]
id = "topics"
name = "主题"
type = "choices"
options = ["招生", "收费"]

[[field]]
id = "settled"
name = "是否办结"
type = "flag"

[[field]]
id = "district"
name = "区县"
type = "district"
index = true

[[field]]
id = "visitor"
name = "来访人"
type = "person"

[[field]]
id = "phone"
name = "电话"
type = "phone"

[[field]]
id = "items"
name = "材料"
type = "rows"
[[field.column]]
id = "what"
name = "名称"
type = "text"
required = true
[[field.column]]
id = "count"
name = "份数"
type = "number"

[[figure]]
id = "visits"
name = "接待来访"
unit = "件"
count = "entries"
by = ["matter", "district", "settled"]

[[figure]]
id = "visit_fees"
name = "来访费用"
unit = "元"
sum = "fee"
"#;

/// A running site.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its clock stands until a test moves it.
    pub clock: Clock,
    app: Arc<App>,
    web: web::Web,
    runtime: tokio::runtime::Runtime,
}

/// One site for all tests that do not mind each other.
pub fn shared() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(Server::start)
}

impl Server {
    /// Boots a site of its own.
    pub fn start() -> Self {
        Self::over(&Target::scratch())
    }

    /// Boots a site over a new database.
    pub fn over(target: &Target) -> Self {
        Self::altered(target, |app| app)
    }

    /// Boots a site over a new database, with something about it changed.
    pub fn altered(target: &Target, alter: impl FnOnce(App) -> App) -> Self {
        Self::furnished(target, alter, None)
    }

    /// Boots a site over a new database, with something about it changed and a page-setter.
    pub fn furnished(
        target: &Target,
        alter: impl FnOnce(App) -> App,
        typeset: Option<&Path>,
    ) -> Self {
        Self::running(|clock| alter(office(clock, target)), typeset)
    }

    /// Boots a site over an office.
    fn running(office: impl FnOnce(Clock) -> App, typeset: Option<&Path>) -> Self {
        let clock = Clock::simulated("2023-01-12T09:00:00+08:00".parse().unwrap());
        let app = Arc::new(office(clock.clone()));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let web = web::Web {
            app: app.clone(),
            banner: None,
            sign_ins: Arc::new(Vec::new()),
            typeset: typeset.map(Arc::from),
            portal: Arc::default(),
            trusted_proxies: Arc::default(),
            unguarded: false,
        };
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(web::serve(web.clone(), listener));
        Self {
            address,
            clock,
            app,
            web,
            runtime,
        }
    }

    /// The use cases behind it.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The site itself, to be served once more.
    pub fn web(&self) -> web::Web {
        self.web.clone()
    }

    /// The same site once more, with a table of routes that lets everybody through: what is refused
    /// there, the use cases refuse. Sessions hold on both.
    pub fn without_guards(&self) -> SocketAddr {
        self.once_more(web::Web {
            unguarded: true,
            ..self.web()
        })
    }

    /// Serves a site on a port of its own.
    pub fn once_more(&self, web: web::Web) -> SocketAddr {
        let listener = self
            .runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = listener.local_addr().unwrap();
        self.runtime.spawn(web::serve(web, listener));
        address
    }

    /// Does what the program does every second: takes new entries up into the search.
    pub fn index(&self) {
        while self.app().index_search(1_000).unwrap() > 0 {}
    }

    /// Holds everything against the log.
    pub fn verify(&self) -> app::log::LogReport {
        self.app.verify_log(|_, _| {}).unwrap()
    }

    /// Somebody who has not signed in.
    pub fn nobody(&self) -> Browser {
        Browser::new(self.address)
    }

    /// Somebody who has.
    pub fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.nobody();
        let answer = browser.post("/sign-in", &[("login", login), ("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{login}: {}", answer.text());
        browser
    }
}

/// A site whose office has every section of the catalogue, and in each so many people who may do
/// everything: `safety-0`, `safety-1`…
pub fn staffed(people: usize) -> Server {
    let office = |clock| {
        let app = app_over(&shipped(), clock, &Target::scratch());
        let catalogue = Arc::clone(app.catalogue());
        let sections: BTreeSet<_> = catalogue.ledgers().map(|l| l.section.to_string()).collect();
        let does = |role: &&Named<RoleId>| !role.id.ends_with("_admin") && *role.id != *"school";
        let roles: Vec<_> = catalogue
            .roles()
            .iter()
            .filter(does)
            .map(|r| &*r.id)
            .collect();
        let all = |section: &String| {
            let one = |n| account(&format!("{section}-{n}"), section, &roles.join(" "));
            (0..people).map(one).collect::<Vec<_>>()
        };
        app.set_up_organ(&OrganSetup {
            parent: None,
            id: "test".to_owned(),
            name: "测试市教育局".to_owned(),
            short_name: "测试教育".to_owned(),
            document_name: "测教".to_owned(),
            districts: vec![("east".to_owned(), "东区".to_owned())],
            accounts: sections.iter().flat_map(all).collect(),
            sections: sections.into_iter().map(|id| (id.clone(), id)).collect(),
        })
        .unwrap();
        app.set_up_units("test", &[unit("第一中学", "school")])
            .unwrap();
        app
    };
    Server::running(office, None)
}

fn app_over(files: &Files, clock: Clock, target: &Target) -> App {
    let (catalogue, found) = load(files, None);
    let faults: Vec<_> = found.iter().filter(|d| d.is_error()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let store = app::open_store(target).unwrap();
    let key = SigningKey::from_seed("yifa.example/log", &[7; 32]).unwrap();
    App::new(
        store,
        Arc::new(catalogue),
        clock,
        Chance::seeded(7),
        Arc::new(key),
    )
    .unwrap()
}

fn account(login: &str, section: &str, roles: &str) -> AccountSetup {
    AccountSetup {
        login: login.to_owned(),
        name: format!("名{login}"),
        post: "科员".to_owned(),
        section: section.to_owned(),
        roles: roles.to_owned(),
        password: PASSWORD.to_owned(),
    }
}

fn unit(name: &str, login: &str) -> UnitSetup {
    UnitSetup {
        name: name.to_owned(),
        kind: "学校".to_owned(),
        district: "东区".to_owned(),
        account: Some([login, &format!("名{login}"), PASSWORD].map(str::to_owned)),
    }
}

fn office(clock: Clock, target: &Target) -> App {
    let app = app_over(&catalogue_files(), clock, target);
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: "test".to_owned(),
        name: "测试市教育局".to_owned(),
        short_name: "测试教育".to_owned(),
        document_name: "测教".to_owned(),
        districts: vec![("east".to_owned(), "东区".to_owned())],
        sections: vec![
            ("office".to_owned(), "办公室".to_owned()),
            ("legal".to_owned(), "政策法规科".to_owned()),
            ("safety".to_owned(), "安全稳定科".to_owned()),
        ],
        accounts: vec![
            account("clerk", "office", "clerk"),
            account("stranger", "safety", "clerk"),
            account("legal", "legal", "clerk legal_section"),
            account("leader", "", "leader"),
            account("safety", "safety", "clerk"),
            account("head", "safety", "clerk section_head"),
            account("sysadmin", "", "system_admin"),
            account("secadmin", "", "security_admin"),
            account("auditor", "", "audit_admin"),
        ],
    })
    .unwrap();
    app.set_up_organ(&OrganSetup {
        parent: Some("test".to_owned()),
        id: "county".to_owned(),
        name: "测试县教育局".to_owned(),
        short_name: "测试县教育".to_owned(),
        document_name: "测县教".to_owned(),
        districts: vec![("east".to_owned(), "东区".to_owned())],
        sections: vec![("office".to_owned(), "办公室".to_owned())],
        accounts: vec![
            account("county", "office", "clerk legal_section"),
            account("county-safety", "safety", "clerk"),
        ],
    })
    .unwrap();
    app.set_up_units(
        "test",
        &[unit("第一中学", "school"), unit("第二中学", "other")],
    )
    .unwrap();
    app
}

/// A form that opens a drill of a school.
pub fn drill<'a>(school: &'a str, day: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("school", school),
        ("kind", "消防疏散"),
        ("held_on", day),
        ("participants", "300"),
    ]
}

/// Opens a drill; answers its address.
pub fn open_drill(browser: &mut Browser, school: &str, day: &str) -> String {
    let answer = browser.submit("/ledgers/emergency_drill/new", &drill(school, day));
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.led_to()
}

/// The shipped catalogue, and the ledger of these tests.
fn catalogue_files() -> Files {
    shipped()
        .with("petition/visit.toml", VISIT)
        .with("petition/matter.toml", MATTER)
        .with("documents/matter/decision.toml", DECISION)
}

pub fn shipped() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
    let mut files = Files::new("catalogue/");
    collect(&root, "", &mut files);
    files
}

fn collect(folder: &Path, below: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
        } else if name.ends_with(".toml") || below.starts_with("documents/") {
            files.add(name, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// A form that opens a visit; what is given replaces the usual.
pub fn visit<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: BTreeMap<&str, &str> = BTreeMap::from([
        ("number", "访001"),
        ("matter", "咨询入学"),
        ("visited_on", "2022-12-07"),
        ("district", "东区"),
        ("visitor", "王小明"),
        ("fee", "12.50"),
    ]);
    fields.extend(changed.iter().copied());
    fields.into_iter().collect()
}

/// Opens a visit as the clerk; answers its address.
pub fn open_visit(clerk: &mut Browser, changed: &[(&str, &str)]) -> String {
    let answer = clerk.submit("/ledgers/visit/new", &visit(changed));
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.led_to()
}
