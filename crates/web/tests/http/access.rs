//! Who gets where: nobody, strangers, and those who may.

use web::access::{Guard, Who, table};

use crate::{
    browser::Browser,
    server::{open_visit, shared},
};

/// The lines of the table that need a session.
fn closed() -> impl Iterator<Item = &'static Guard> {
    table().filter(|guard| !matches!(guard.who, Who::Anyone | Who::Bearer))
}

/// An address of the route: parameters filled with things that exist.
fn concrete(path: &str, entry: &str) -> String {
    path.replace("{ledger}", "visit")
        .replace("{entry}", entry.rsplit('/').next().unwrap())
        .replace("{action}", "decide")
        .replace("{seq}", "1")
        .replace("{figure}", "visits")
        .replace("{list}", "power")
        .replace("{check}", "vice-principal")
        .replace("{batch}", "01859e8e-0000-789b-a3e1-8ed4536db636")
        .replace("{report}", "01859e8e-0000-789b-a3e1-8ed4536db636")
        .replace("{draw}", "county-2024-1")
        .replace("{unit}", "u")
        .replace("{hash}", "00")
        .replace("{document}", "decision")
        .replace("{paper}", "01859e8e-0000-789b-a3e1-8ed4536db636")
        .replace("{evidence}", "01859e8e-0000-789b-a3e1-8ed4536db636")
        .replace("{upload}", "01859e8e-0000-789b-a3e1-8ed4536db636")
        .replace("{account}", "x")
        .replace("{token}", "y")
        .replace("{version}", "0")
        .replace("{id}", "x")
        .replace("{receipt}", "2023000001")
        .replace("{hash}", "00")
        .replace("{*path}", "0/000")
}

fn asks_to_sign_in(browser: &mut Browser, method: &str, path: &str) {
    let answer = browser.send(method, path, &[], b"");
    let to = answer.header("location").unwrap_or_default();
    assert!(
        answer.status == 303 && to.starts_with("/sign-in"),
        "{method} {path}: {} {to}",
        answer.status
    );
}

#[test]
fn nobody_is_asked_to_sign_in_wherever_they_go() {
    let mut clerk = shared().signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "访-路由")]);
    let mut nobody = shared().nobody();
    let mut walked = 0;
    for guard in closed() {
        let address = concrete(guard.path, &entry);
        asks_to_sign_in(&mut nobody, guard.method, &address);
        walked += 1;
    }
    assert!(walked > 25, "{walked} routes");
    asks_to_sign_in(&mut nobody, "GET", "/there/is/no/such/page");
}

#[test]
fn what_is_open_to_all_is_there() {
    let mut nobody = shared().nobody();
    for path in ["/sign-in", "/checkpoint", "/gallery", "/healthz"] {
        assert_eq!(nobody.get(path).status, 200, "{path}");
    }
    for path in [
        "/tile/9/x999",
        "/tile/../../etc/passwd",
        "/assets/0/../Cargo.toml",
        "/calendar/x/y",
    ] {
        assert_eq!(nobody.get(path).status, 404, "{path}");
    }
}

#[test]
fn no_form_is_taken_without_its_token() {
    let mut clerk = shared().signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "访-令牌")]);
    let before = clerk.get(&entry).text();
    let mut tried = 0;
    // What is not the clerk's is refused before the form is looked at.
    let own = |who| matches!(who, Who::SignedIn | Who::Workers | Who::Staff);
    for guard in closed().filter(|guard| guard.method == "POST" && own(guard.who)) {
        let address = concrete(guard.path, &entry);
        for fields in [
            vec![("reason", "没有令牌")],
            vec![("reason", "别人的令牌"), ("token", "0000000000000000")],
        ] {
            let answer = clerk.post(&address, &fields);
            assert_eq!(answer.status, 422, "{address}");
            assert!(answer.text().contains("页面已过期"), "{address}");
        }
        tried += 1;
    }
    assert!(tried > 8, "{tried} forms");
    // The pages differ in nothing but their own tokens, which stay the same within a session.
    assert_eq!(clerk.get(&entry).text(), before);
}

#[test]
fn the_token_of_another_session_is_worth_nothing() {
    let mut mine = shared().signed_in("clerk");
    let other = shared().signed_in("clerk").get("/").token().unwrap();
    let answer = mine.post("/sign-out", &[("token", &other)]);
    assert_eq!(answer.status, 422);
}

#[test]
fn a_ledger_of_another_section_is_refused_and_an_unknown_one_not_found() {
    let mut stranger = shared().signed_in("stranger");
    for path in ["", "/new", "/import", "/template.xlsx", "/export.xlsx"] {
        let known = stranger.get(&format!("/ledgers/visit{path}"));
        assert_eq!(known.status, 403, "{path}");
        assert!(known.text().contains("没有"), "{}", known.text());
        let unknown = stranger.get(&format!("/ledgers/no_such_ledger{path}"));
        assert_eq!(unknown.status, 404, "{path}");
    }
    let page = stranger.get("/ledgers");
    assert!(!page.text().contains("来访登记"), "not in the list either");
}

#[test]
fn an_entry_of_another_section_shows_nothing_of_itself() {
    let mut clerk = shared().signed_in("clerk");
    let entry = open_visit(
        &mut clerk,
        &[("number", "访-秘密"), ("matter", "不外传的事")],
    );
    let mut stranger = shared().signed_in("stranger");
    for part in ["", "/amend", "/void", "/proof", "/proof/1", "/act/decide"] {
        let answer = stranger.get(&format!("{entry}{part}"));
        assert!(
            [403, 404].contains(&answer.status),
            "{part}: {}",
            answer.status
        );
        assert!(!answer.text().contains("不外传的事"), "{part}");
    }
    shared().index();
    let found = stranger.get("/search?q=%E4%B8%8D%E5%A4%96%E4%BC%A0%E7%9A%84%E4%BA%8B");
    let mentions = found.text().matches("不外传的事").count();
    assert!(found.text().contains("没有找到"), "{mentions}");
    let unknown = stranger.get("/entries/01859e8e-0000-789b-a3e1-8ed4536db636");
    assert_eq!(unknown.status, 404);
}

#[test]
fn a_leader_reads_everything_and_changes_nothing() {
    let mut clerk = shared().signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "访-领导")]);
    let mut leader = shared().signed_in("leader");
    assert_eq!(leader.get(&entry).status, 200);
    assert!(!leader.get(&entry).text().contains("/amend\""));
    for path in [format!("{entry}/amend"), "/ledgers/visit/new".to_owned()] {
        assert_eq!(leader.get(&path).status, 403, "{path}");
    }
    let token = leader.get("/").token().unwrap();
    let answer = leader.post(
        &format!("{entry}/void"),
        &[("token", &token), ("reason", "无")],
    );
    assert_eq!(answer.status, 403);
    assert!(!clerk.get(&entry).text().contains("已作废"));
}

#[test]
fn an_upload_belongs_to_whoever_made_it() {
    let mut clerk = shared().signed_in("clerk");
    let sheet = crate::sheets::sheet(&[["访-独占", "事", "2022-12-01"]]);
    let answer = clerk.upload("/ledgers/visit/import", "a.xlsx", &sheet);
    let batch = answer.header("location").unwrap().to_owned();
    assert_eq!(clerk.get(&batch).status, 200);
    for login in ["stranger", "legal", "leader"] {
        assert_eq!(shared().signed_in(login).get(&batch).status, 404, "{login}");
    }
}
