//! `yifa serve --portal-only`: a process of its own that reads, takes in and knows no workbench.

use std::io::Write as _;
use std::path::Path;

use app::{
    Actor, Chance, Clock, Target,
    listing::ListAsk,
    publication::{Settings, credit},
};
use sha2::{Digest, Sha256};
use yifa::{
    builtin,
    demo::{DemoBureau, Profile},
    wiring::Data,
};

use crate::cli::{
    browser::Browser,
    program::{Server, copy, over, yifa},
};

/// The number that the browser's script would look for, so that nobody has to wait.
fn work(ticket: &str) -> String {
    let fits = |nonce: &u32| {
        let hash = Sha256::digest(format!("{ticket}{nonce}").as_bytes());
        hash[..2] == [0, 0]
    };
    (0..).find(fits).unwrap().to_string()
}

fn fact(page: &str, name: &str) -> String {
    let rest = page.split(&format!("<dt>{name}</dt><dd>")).nth(1).unwrap();
    rest.split("</dd>").next().unwrap().trim().to_owned()
}

/// Asks something; answers receipt and code.
fn ask(citizen: &mut Browser, question: &str) -> [String; 2] {
    let form = "/portal/ask/consultation";
    let token = citizen.get(form).token().unwrap();
    let work = work(&token);
    let sent = [
        ("token", token.as_str()),
        ("work", &work),
        ("step", "2"),
        ("content", question),
    ];
    let taken = citizen.post(form, &sent);
    assert_eq!(taken.status, 200, "{}", taken.text());
    ["回执编号", "查询码"].map(|name| fact(&taken.text(), name))
}

/// The page of what was handed in.
fn status(citizen: &mut Browser, [receipt, code]: &[String; 2]) -> String {
    let asked = [("receipt", receipt.as_str()), ("code", code.as_str())];
    citizen.post("/portal/status", &asked).text()
}

#[test]
fn the_portal_alone_takes_in_and_keeps_what_it_has_acknowledged_when_killed() {
    let folder = copy();
    let data = folder.path().to_str().unwrap();
    let alone = ["serve", "--portal-only", "--data", data];
    let server = Server::start(&alone);
    let mut citizen = Browser::new(server.address);
    assert_eq!(citizen.get("/portal").status, 200);
    for closed in ["/sign-in", "/ledgers", "/publishing", "/received"] {
        assert_eq!(citizen.get(closed).status, 404, "{closed}");
    }
    let receipt = ask(&mut citizen, "转学怎么办？");
    // Killed as hard as a process can be, and started again over the same folder.
    drop(server);
    let server = Server::start(&alone);
    let mut citizen = Browser::new(server.address);
    let waiting = status(&mut citizen, &receipt);
    assert!(
        waiting.contains("转学怎么办") && waiting.contains("等待工作人员登记"),
        "{waiting}"
    );
    drop(server);
    // It has written nothing into the office's log.
    let verified = yifa(&over(&["log", "verify"], folder.path()));
    assert_eq!(verified.code, 0, "{verified:?}");
}

/// What the licences and penalties of a demonstration lack as data rows, and how many there are.
fn data_rows(folder: &Path, bureau: &DemoBureau) -> (usize, Vec<String>) {
    let catalogue = builtin::proved(&builtin::files(), None).unwrap();
    let evening = format!("{}T10:00:00Z", bureau.last_day());
    let clock = Clock::simulated(evening.parse().unwrap());
    let app = Data::of(folder)
        .open(catalogue, clock, Chance::System)
        .unwrap();
    let settings = yifa::demo::portal::settings(bureau, "127.0.0.1:0");
    let app = app.with_portal(Settings::read(&settings).unwrap());
    let organ = app.top_organ().unwrap();
    let site = app.site(&organ.id).unwrap();
    let (mut rows, mut problems) = (0, Vec::new());
    for column in &app.portal.columns {
        let Some(kind) = column.credit else { continue };
        let sender = credit::Sender {
            organ: &organ.name,
            code: &app.portal.credit_code,
            licence: &column.licence,
            today: app.clock.today(),
        };
        let file = credit::file(&site.registers[&column.id], kind, sender);
        rows += file.rows.len();
        let faulty = file.rows.iter().filter(|r| !r.problems.is_empty());
        problems.extend(faulty.map(|r| format!("{}: {:?}", column.name, r.problems)));
    }
    (rows, problems)
}

#[test]
fn licences_and_penalties_of_each_demonstration_can_be_sent_as_they_are() {
    for (profile, least) in [
        (Profile::Wuhai, 100),
        (Profile::Heping, 10),
        (Profile::Conghua, 25),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let name = profile.name();
        let made = yifa(&over(
            &["demo", "--no-serve", "--profile", name],
            folder.path(),
        ));
        assert_eq!(made.code, 0, "{made:?}");
        let (rows, problems) = data_rows(folder.path(), &DemoBureau::new(profile, 1));
        assert_eq!(problems, Vec::<String>::new(), "{name}");
        assert!(rows >= least, "{name} has {rows} rows");
    }
}

/// A database server for the office's rows, and a role there that may only read them.
struct Rows {
    office: String,
    reader: String,
    server: postgres::Client,
    schema: String,
}

impl Rows {
    /// None, with a loud line, where no server is named.
    fn new() -> Option<Self> {
        let Ok(server) = std::env::var("YIFA_TEST_POSTGRES") else {
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: the in-box beside PostgreSQL, YIFA_TEST_POSTGRES names no database"
            ));
            return None;
        };
        let schema = format!("inbox_{}", std::process::id());
        let address = |target: Target| match target.in_schema(&schema) {
            Target::Postgres(address) => address,
            Target::SqliteFile(_) | Target::SqliteMemory => panic!("it names a server"),
        };
        let sign = if server.contains('?') { '&' } else { '?' };
        let reading = format!("{server}{sign}user={schema}");
        Some(Self {
            office: address(Target::Postgres(server.clone())),
            reader: address(Target::Postgres(reading)),
            server: postgres::Client::connect(&server, postgres::NoTls).unwrap(),
            schema,
        })
    }

    /// Once the tables are there: the role that the portal's process has.
    fn grant(&mut self) {
        let schema = &self.schema;
        let granted = format!(
            "CREATE ROLE {schema} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {schema}; \
             GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {schema};"
        );
        self.server.batch_execute(&granted).unwrap();
    }

    /// How many rows a table has.
    fn count(&mut self, table: &str) -> i64 {
        let asked = format!("SELECT count(*) FROM {}.{table}", self.schema);
        self.server.query_one(&asked, &[]).unwrap().get(0)
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        let schema = &self.schema;
        let gone = format!("DROP SCHEMA {schema} CASCADE; DROP ROLE IF EXISTS {schema}");
        // A test that failed before it was made leaves nothing to drop.
        let _ = self.server.batch_execute(&gone);
    }
}

#[test]
fn the_in_box_stays_a_file_beside_a_database_server_that_the_portal_only_reads() {
    let Some(mut rows) = Rows::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let founded = yifa(&[
        "setup",
        "--name",
        "东湖市教育局",
        "--short",
        "东教",
        "--id",
        "donghu",
        "--administrators",
        "赵一",
        "钱二",
        "孙三",
        "--data",
        data,
        "--database",
        &rows.office,
    ]);
    assert_eq!(founded.code, 0, "{founded:?}");
    rows.grant();
    let (office, reader) = (rows.office.clone(), rows.reader.clone());
    let alone = [
        "serve",
        "--portal-only",
        "--data",
        data,
        "--database",
        &reader,
    ];
    let server = Server::start(&alone);
    let receipt = ask(&mut Browser::new(server.address), "转学怎么办？");
    drop(server);
    assert!(folder.path().join("inbox.db").is_file());
    assert_eq!(
        rows.count("inbox_item"),
        0,
        "nothing of it is on the server"
    );
    assert_eq!(rows.count("event"), 0, "nor in the log");

    // Killed and started again, it still has it; the office's process takes it from the file.
    let server = Server::start(&alone);
    let mut citizen = Browser::new(server.address);
    let waiting = status(&mut citizen, &receipt);
    assert!(waiting.contains("等待工作人员登记"), "{waiting}");
    take_up(folder.path(), &office);
    let taken = status(&mut citizen, &receipt);
    assert!(
        taken.contains("转学怎么办") && taken.contains("正在办理"),
        "read from the server at once: {taken}"
    );
    assert!(rows.count("event") > 0);
}

/// What the office's process does every second.
fn take_up(folder: &Path, database: &str) {
    let mut data = Data::of(folder);
    data.target = Target::parse(database);
    let catalogue = builtin::proved(&builtin::files(), None).unwrap();
    let app = data.open(catalogue, Clock::System, Chance::System).unwrap();
    assert_eq!(app.take_up_waiting("donghu").unwrap(), 1);
    let system = Actor::system("donghu");
    let list = app.list(&system, "complaint", &ListAsk::default(), 9);
    assert_eq!(list.unwrap().entries.len(), 1);
}
