//! Every route × every kind of person: nobody gets further than the table of routes says, and
//! what belongs to another organ or unit is not there.

use web::access::{Guard, Who, table};

use std::fmt::Write as _;

use crate::{
    attacks::attach,
    browser::{Answer, Browser},
    cases, draws,
    portal::{handing_in, person, rounds},
    server::{Server, open_drill, open_visit},
    sheets,
};

/// An id that nothing has.
const NOTHING: &str = "01859e8e-0000-789b-a3e1-8ed4536db636";

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
        Who::Confirmers => ["secadmin", "auditor"].contains(&person),
    }
}

/// The things of the test organ that addresses name, one of each kind.
struct Things {
    visit: String,
    drill: String,
    /// What a route calls its part, and the thing.
    named: Vec<(&'static str, String)>,
}

fn last(address: &str) -> String {
    let path = address.split('?').next().unwrap();
    path.rsplit('/').next().unwrap().to_owned()
}

fn led_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    last(answer.header("location").unwrap())
}

impl Things {
    fn make(server: &Server) -> Self {
        let mut clerk = server.signed_in("clerk");
        let visit = last(&open_visit(&mut clerk, &[("number", "访-矩阵")]));
        let drill = open_drill(&mut server.signed_in("school"), "第一中学", "2022-11-09");
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
        let mut legal = server.signed_in("legal");
        let template = "law_government_annual";
        let report = legal.submit("/reports", &[("template", template), ("year", "2022")]);
        let people = server.signed_in("sysadmin").get("/admin/people");
        let account = people.links("/admin/people/").into_iter().next().unwrap();
        let sheet = sheets::sheet(&[["导-1", "事", "2022-12-01"]]);
        let batch = clerk.upload("/ledgers/visit/import", "来访.xlsx", &sheet);
        let units = server.app().all_units(&person(server, "sysadmin")).unwrap();
        Self {
            visit,
            named: vec![
                ("{collection}", led_to(&asked)),
                ("{report}", led_to(&report)),
                ("{account}", last(&account)),
                ("{batch}", led_to(&batch)),
                ("{unit}", units[0].unit_id.clone()),
                ("{evidence}", last(&attach(&mut safety, &drill))),
                ("{draw}", Self::draw(server)),
                ("{organ}", "county".to_owned()),
            ],
            drill: last(&drill),
        }
    }

    fn draw(server: &Server) -> String {
        draws::registers(server);
        let mut legal = server.signed_in("legal");
        let id = draws::hidden(&legal.get("/inspections/new"), "committed_as");
        let form = draws::plan(&[("committed_as", &id)]);
        let planned = legal.submit("/inspections/new", &form);
        assert_eq!(planned.status, 303, "{}", planned.text());
        id
    }

    /// A case with a paper, a picture and an upload that has begun: its own address, and its parts.
    fn case(server: &Server) -> Vec<(&'static str, String)> {
        let mut clerk = server.signed_in("clerk");
        let case = cases::open(&mut clerk, "案-矩阵");
        let drafted = clerk.submit(
            &format!("{case}/papers/new/decision"),
            &[("title", "决定书"), ("to", "某某"), ("lines", "警告。")],
        );
        let app = server.app();
        let upload = app.start_upload(&person(server, "clerk"), &last(&case), "片.mp4", 9, "1");
        vec![
            ("{paper}", led_to(&drafted)),
            ("{evidence}", last(&attach(&mut clerk, &case))),
            ("{upload}", upload.unwrap().id),
            ("{document}", "decision".to_owned()),
            ("{entry}", last(&case)),
        ]
    }

    /// What is on the desks of the portal: a publication, an item of the in-box, an exam, a
    /// questionnaire.
    fn portal(server: &Server) -> [(&'static str, Vec<(&'static str, String)>); 4] {
        let draft = crate::portal::draft("通知", "正文。");
        let publication = server
            .app()
            .save_publication(&person(server, "clerk"), None, &draft)
            .unwrap();
        let (exam, _) = rounds::exam(server);
        let mut clerk = server.signed_in("clerk");
        let survey = clerk.submit(
            "/rounds/survey",
            &[
                ("title", "满意度问卷"),
                ("topic", "教育满意度"),
                ("audience", "家长"),
                ("opens_on", "2023-01-12"),
                ("closes_on", "2023-01-20"),
                ("once", "每台设备一次"),
                ("units", "一小，东区，3"),
                ("questions", "[单选满意度] 满意吗？*\n- 满意\n- 不满意"),
            ],
        );
        let sent = [("kind", "收费退费"), ("content", "不退费"), ("step", "2")];
        let mut citizen = server.nobody();
        let [receipt, _] = handing_in::hand_in(server, &mut citizen, "complaint", &sent);
        [
            ("/publishing/", vec![("{id}", publication)]),
            ("/received/", vec![("{receipt}", receipt)]),
            ("/rounds/exam/", vec![("{id}", exam)]),
            ("/rounds/survey/", vec![("{id}", led_to(&survey))]),
        ]
    }

    /// An address of the route. Entries are visits of the office, or drills of the first school.
    fn concrete(&self, path: &str, of_school: bool) -> String {
        let (ledger, entry) = match of_school {
            true => ("emergency_drill", &self.drill),
            false => ("visit", &self.visit),
        };
        let path = path.replace("{ledger}", ledger).replace("{entry}", entry);
        filled(&path, &self.named)
    }
}

/// An address with its parts filled in; what nobody made has an id that is nothing's.
fn filled(path: &str, named: &[(&'static str, String)]) -> String {
    let named = named.iter().map(|(part, thing)| (*part, thing.as_str()));
    let usual = [
        ("{figure}", "visits"),
        ("{action}", "decide"),
        ("{seq}", "1"),
        ("{*path}", "0/000"),
        ("{version}", "0"),
    ];
    let mut path = path.to_owned();
    for (part, thing) in named.chain(usual) {
        path = path.replace(part, thing);
    }
    let part = |part: &str| match part.starts_with('{') {
        true => NOTHING.to_owned(),
        false => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
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
                NOTHING,
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

/// What a page answered, in a word.
fn word(answer: &Answer) -> &'static str {
    let to = answer.header("location").unwrap_or_default();
    match answer.status {
        303 if to.starts_with("/sign-in") => "out",
        200 | 206 | 303 => "yes",
        403 => "no",
        404 => "-",
        422 => "what",
        _ => "?",
    }
}

/// Everybody at every page of a part of the table, as a table of words.
fn answers(server: &Server, guards: &[&Guard], address: impl Fn(&str) -> String) -> String {
    let mut people: Vec<Browser> = PEOPLE.iter().map(|p| come(server, p)).collect();
    let mut table = format!("{:56}{}\n", "", PEOPLE.map(|p| format!("{p:9}")).concat());
    for guard in guards.iter().filter(|guard| guard.method == "GET") {
        let _ = write!(table, "{:56}", guard.path);
        for browser in &mut people {
            let answer = browser.get(&address(guard.path));
            let _ = write!(table, "{:9}", word(&answer));
        }
        let trimmed = table.trim_end().len();
        table.truncate(trimmed);
        table.push('\n');
    }
    table
}

/// What each of twelve people gets to see of real things: the table that somebody has looked at.
#[test]
fn who_gets_in_where_is_as_it_was_looked_at() {
    let server = Server::start();
    let things = Things::make(&server);
    let case = Things::case(&server);
    let desks = Things::portal(&server);
    let all: Vec<&Guard> = table().filter(|g| g.path != "/healthz").collect();
    let of_case = |path: &str| path.contains("{paper}") || path.contains("{evidence}");
    let desk_of = |path: &str| desks.iter().find(|(desk, _)| path.starts_with(desk));
    let workbench = |g: &&&Guard| !g.path.starts_with("/portal") && g.who != Who::Anyone;
    let (cases, rest): (Vec<&Guard>, Vec<&Guard>) = all.iter().partition(|g| of_case(g.path));
    let (desk, rest): (Vec<&Guard>, Vec<&Guard>) =
        rest.iter().partition(|g| desk_of(g.path).is_some());
    let rest: Vec<&Guard> = rest.iter().filter(workbench).copied().collect();
    let mut seen = answers(&server, &rest, |path| things.concrete(path, false));
    seen.push_str("\na school's entry\n");
    let entries: Vec<&Guard> = rest
        .iter()
        .filter(|g| g.path.contains("{entry}") || g.path.contains("{ledger}"))
        .copied()
        .collect();
    seen.push_str(&answers(&server, &entries, |path| {
        things.concrete(path, true)
    }));
    seen.push_str("\na case of the office\n");
    seen.push_str(&answers(&server, &cases, |path| filled(path, &case)));
    seen.push_str("\nthe desks of the portal\n");
    let of_desk = |path: &str| filled(path, &desk_of(path).unwrap().1);
    seen.push_str(&answers(&server, &desk, of_desk));
    insta::assert_snapshot!(seen);
}

/// The table of routes may be wrong in one line; then the use case still refuses. Here nobody is
/// refused by the table.
#[test]
fn use_cases_refuse_by_themselves_who_is_none_of_their_people() {
    let server = Server::start();
    let things = Things::make(&server);
    let case = Things::case(&server);
    let desks = Things::portal(&server);
    let unguarded = server.without_guards();
    let mut wrong = Vec::new();
    let mut asked = 0;
    for person in PEOPLE {
        let mut browser = Browser::new(unguarded);
        browser.cookie = come(&server, person).cookie;
        let token = browser.get("/me").token().unwrap_or_default();
        // What is in one's own inbox, and where one's own digest goes, is nobody else's.
        let own = |guard: &&Guard| ["/inbox/read", "/inbox/digest"].contains(&guard.path);
        let strange = table().filter(|guard| !may_come(guard.who, person) && !own(guard));
        for guard in strange {
            let of_case = guard.path.contains("{paper}") || guard.path.contains("{upload}");
            let desk = desks.iter().find(|(desk, _)| guard.path.starts_with(desk));
            let address = match desk {
                Some((_, named)) => filled(guard.path, named),
                None if of_case => filled(guard.path, &case),
                None => things.concrete(guard.path, person == "other"),
            };
            let answer = ask(&mut browser, guard, &address, &token);
            asked += 1;
            if !is_refused(&answer) {
                let what = (guard.method, answer.status);
                wrong.push(format!("{person} {} {address}: {}", what.0, what.1));
            }
        }
    }
    assert!(asked > 400, "{asked} questions");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
