//! Reading pages: how they are kept, on which engine, with which doors; the history of power items.

use app::{Actor, Target, catalogue::value::Value};
use std::io::Write as _;
use web::access::{Who, table};

use super::{draft, open, person, publish};
use crate::{browser::Browser, server::Server};

#[test]
fn reading_pages_are_kept_and_say_so() {
    let server = Server::start();
    publish(&server, &draft("一则通知", &"很长的正文。\n".repeat(60)));
    let mut nobody = server.nobody();
    let first = nobody.get("/portal");
    assert_eq!(first.header("cache-control"), Some("public, max-age=60"));
    assert!(first.header("vary").unwrap().contains("Cookie"));
    let etag = first.header("etag").unwrap().to_owned();
    let again = nobody.send("GET", "/portal", &[("if-none-match", etag.clone())], &[]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let zipped = nobody.send(
        "GET",
        "/portal",
        &[("accept-encoding", "gzip".to_owned())],
        &[],
    );
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    publish(&server, &draft("又一则通知", "正文。"));
    let changed = nobody.send("GET", "/portal", &[("if-none-match", etag)], &[]);
    assert!(
        changed.status == 200 && changed.text().contains("又一则通知"),
        "new at once"
    );
    nobody.get("/portal/mode?care=1&script=hant&back=/portal");
    let other = nobody.get("/portal").text();
    assert!(
        other.contains("class=\"care\"")
            && other.contains("又一則通知")
            && other.contains("zh-Hant"),
        "{other}"
    );
    let elsewhere = nobody.get("/portal/mode?care=0&back=https://evil.example/");
    assert_eq!(elsewhere.header("location"), Some("/portal"));
}

#[test]
fn the_portal_alone_has_no_door_to_the_workbench() {
    let server = Server::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(web::serve_portal(server.web(), listener));
    let mut nobody = Browser::new(address);
    assert_eq!(nobody.get("/portal").status, 200);
    assert_eq!(nobody.get("/").header("location"), Some("/portal"));
    let closed = table().filter(|g| g.who != Who::Anyone && g.path != "/");
    for guard in closed {
        let status = nobody.send(guard.method, guard.path, &[], &[]).status;
        assert_eq!(status, 404, "{}", guard.path);
    }
}

/// The shortcut for pages in memory must not wait for a database server on the wrong thread.
#[test]
fn reading_pages_come_from_a_database_server_too() {
    let Ok(address) = std::env::var("YIFA_TEST_POSTGRES") else {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: the portal over PostgreSQL, YIFA_TEST_POSTGRES names no database"
        ));
        return;
    };
    let schema = format!("portal_{}", std::process::id());
    let server = Server::over(&Target::Postgres(address).in_schema(&schema));
    let path = publish(&server, &draft("一则通知", "正文。"));
    let mut nobody = server.nobody();
    for path in ["/portal", &path, "/portal/columns/notices", &path] {
        assert_eq!(nobody.get(path).status, 200, "{path}");
    }
}

#[test]
fn a_power_item_shows_what_changed_and_when() {
    let server = Server::start();
    let item = [
        ("code", "QZ-1"),
        ("type", "行政检查"),
        ("name", "校车安全检查"),
        ("duty_section", "安全科"),
        ("listed_on", "2022-03-01"),
    ];
    let id = open(&server, "power_list", &item);
    let (app, system) = (server.app(), Actor::system("test"));
    let change = [("duty_section".to_owned(), Some(Value::from("安全稳定科")))];
    app.amend(&system, &id, 1, change.into(), "科室更名".to_owned())
        .unwrap();
    let opened = app
        .draft_from_ledger(&person(&server, "legal"), "power_list")
        .unwrap();
    publish(&server, &opened);
    let page = server
        .nobody()
        .get(&format!("/portal/rows/powers/{id}"))
        .text();
    assert!(
        page.contains("历次调整") && page.contains("比上一版变化 1 处"),
        "{page}"
    );
    assert!(page.contains("安全科") && page.contains("安全稳定科") && !page.contains("科室更名"));
}
