//! Every route × every kind of person: nobody gets further than the table of routes says, and
//! what belongs to another organ or unit is not there.

use web::access::{Guard, Who, table};

use crate::{
    browser::{Answer, Browser},
    server::{Server, open_drill, open_visit},
};

/// The kinds of people, by sign-in name; a citizen is nobody with a cookie of their own making.
const PEOPLE: [&str; 12] = [
    "nobody", "citizen", "school", "other", "stranger", "clerk", "legal", "leader", "county",
    "sysadmin", "secadmin", "auditor",
];

fn may_come(who: Who, person: &str) -> bool {
    let staff = ["stranger", "clerk", "legal", "leader", "county"].contains(&person);
    let unit = ["school", "other"].contains(&person);
    match who {
        Who::Anyone | Who::Bearer => true,
        Who::SignedIn => !["nobody", "citizen"].contains(&person),
        Who::Workers => staff || unit,
        Who::Staff => staff,
        Who::WorkersAndAudit => staff || unit || person == "auditor",
        Who::Units => unit,
        Who::SystemAdmin => person == "sysadmin",
        Who::SecurityAdmin => person == "secadmin",
        Who::AuditAdmin => person == "auditor",
    }
}

/// The things of the test organ that addresses name.
struct Things {
    visit: String,
    drill: String,
    collection: String,
    report: String,
    account: String,
}

impl Things {
    fn make(server: &Server) -> Self {
        let last = |address: &str| address.rsplit('/').next().unwrap().to_owned();
        let mut clerk = server.signed_in("clerk");
        let visit = last(&open_visit(&mut clerk, &[("number", "访-矩阵")]));
        let drill = last(&open_drill(
            &mut server.signed_in("school"),
            "第一中学",
            "2022-11-09",
        ));
        let mut safety = server.signed_in("safety");
        let asked = safety.submit(
            "/collections/new",
            &[
                ("title", "演练"),
                ("ledgers", "emergency_drill"),
                ("from", "2022-01-01"),
                ("to", "2022-12-31"),
                ("due_on", "2023-01-31"),
            ],
        );
        assert_eq!(asked.status, 303, "{}", asked.text());
        let path = |answer: &Answer| {
            let to = answer.header("location").unwrap();
            last(to.split('?').next().unwrap())
        };
        let mut legal = server.signed_in("legal");
        let template = "law_government_annual";
        let report = legal.submit("/reports", &[("template", template), ("year", "2022")]);
        let people = server.signed_in("sysadmin").get("/admin/people");
        let account = people.links("/admin/people/").into_iter().next().unwrap();
        Self {
            visit,
            drill,
            collection: path(&asked),
            report: path(&report),
            account: last(&account),
        }
    }

    /// An address of the route. Entries are visits of the office, or drills of the first school.
    fn concrete(&self, path: &str, of_school: bool) -> String {
        let (ledger, entry) = match of_school {
            true => ("emergency_drill", &self.drill),
            false => ("visit", &self.visit),
        };
        path.replace("{ledger}", ledger)
            .replace("{entry}", entry)
            .replace("{collection}", &self.collection)
            .replace("{report}", &self.report)
            .replace("{account}", &self.account)
            .replace("{figure}", "visits")
            .replace("{action}", "decide")
            .replace("{seq}", "1")
            .replace("{*path}", "0/000")
            .replace("{version}", "0")
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    "01859e8e-0000-789b-a3e1-8ed4536db636"
                } else {
                    part
                }
            })
            .collect::<Vec<_>>()
            .join("/")
    }
}

fn come(server: &Server, person: &str) -> Browser {
    match person {
        "nobody" => server.nobody(),
        "citizen" => {
            let mut browser = server.nobody();
            browser.cookie = Some(format!("yifa={}", "0".repeat(64)));
            browser
        }
        login => server.signed_in(login),
    }
}

fn ask(browser: &mut Browser, guard: &Guard, address: &str, token: &str) -> Answer {
    match guard.method {
        "POST" => browser.post(address, &[("token", token)]),
        _ => browser.get(address),
    }
}

fn is_refused(answer: &Answer) -> bool {
    let to = answer.header("location").unwrap_or_default();
    match answer.status {
        303 => to.starts_with("/sign-in"),
        403 | 404 => true,
        // What was sent is looked at first; the token was right.
        422 => !answer.text().contains("页面已过期"),
        _ => false,
    }
}

#[test]
fn nobody_gets_further_than_the_table_says() {
    let server = Server::start();
    let things = Things::make(&server);
    let mut walked = 0;
    let mut wrong = Vec::new();
    for person in PEOPLE {
        let mut browser = come(&server, person);
        let token = browser.get("/me").token().unwrap_or_default();
        for guard in table() {
            let address = things.concrete(guard.path, person == "school");
            let may = may_come(guard.who, person);
            // Those who may are only asked for pages: what they do is tested where it belongs.
            if guard.path == "/sign-out" || (may && guard.method == "POST") {
                continue;
            }
            let answer = ask(&mut browser, guard, &address, &token);
            walked += 1;
            let fault = answer.status >= 500;
            let sent_away = may
                && answer
                    .header("location")
                    .is_some_and(|to| to.starts_with("/sign-in"));
            if fault || sent_away || (!may && !is_refused(&answer)) {
                wrong.push(format!(
                    "{person} {} {address}: {}",
                    guard.method, answer.status
                ));
            }
        }
    }
    assert!(walked > 700, "{walked} questions");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_belongs_to_another_organ_or_unit_is_not_there() {
    let server = Server::start();
    let things = Things::make(&server);
    let mut wrong = Vec::new();
    // The county's clerk against the city's things, the other school against the first one's, and
    // people of another section against the office's.
    for (person, of_school) in [
        ("county", false),
        ("county", true),
        ("other", true),
        ("stranger", false),
    ] {
        let mut browser = come(&server, person);
        let token = browser.get("/me").token().unwrap();
        for guard in table().filter(|guard| guard.path.contains("{entry}")) {
            let address = things.concrete(guard.path, of_school);
            let answer = ask(&mut browser, guard, &address, &token);
            let unknown = address.replace(
                if of_school {
                    &things.drill
                } else {
                    &things.visit
                },
                "01859e8e-0000-789b-a3e1-8ed4536db636",
            );
            let known_from_unknown = ask(&mut browser, guard, &unknown, &token);
            let there = ![403, 404].contains(&answer.status);
            if there || answer.status != known_from_unknown.status {
                wrong.push(format!(
                    "{person} {} {address}: {}",
                    guard.method, answer.status
                ));
            }
        }
    }
    let mut county = come(&server, "county");
    for path in [
        "/reports/{report}",
        "/reports/{report}/report.docx",
        "/collections/{collection}",
    ] {
        let address = things.concrete(path, false);
        if county.get(&address).status != 404 {
            wrong.push(format!("county {address}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_refusal_is_in_the_audit_trail() {
    let server = Server::start();
    let things = Things::make(&server);
    let address = format!("/entries/{}", things.drill);
    assert_eq!(server.signed_in("other").get(&address).status, 404);
    assert_eq!(server.signed_in("clerk").get("/admin/audit").status, 403);
    let trail = server
        .signed_in("auditor")
        .get("/admin/audit?kind=refused")
        .text();
    assert!(
        trail.contains(&address) && trail.contains("/admin/audit"),
        "{trail}"
    );
    assert!(
        trail.contains("名other") && trail.contains("名clerk"),
        "{trail}"
    );
}
