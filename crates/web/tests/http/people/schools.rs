//! A school's own work: what it enters, and what it learns of others.

use crate::{
    server::{Server, open_drill},
    sheets,
};

#[test]
fn a_school_enters_its_own_work_and_sees_nothing_of_others() {
    let server = Server::start();
    let mut one = server.signed_in("school");
    let mut two = server.signed_in("other");
    let own = open_drill(&mut one, "第一中学", "2022-11-09");
    assert_eq!(one.get(&own).status, 200);
    let home = one.get("/").text();
    assert!(
        home.contains("应急演练") && !home.contains("来访登记"),
        "{home}"
    );
    for path in [
        own.clone(),
        format!("{own}/proof"),
        format!("{own}/proof/1"),
        format!("{own}/amend"),
    ] {
        assert_eq!(two.get(&path).status, 404, "{path}");
    }
    server.index();
    let list = two.get("/ledgers/emergency_drill");
    assert_eq!(list.status, 200);
    let list = list.text();
    assert!(!list.contains("第一中学"), "no row: {list}");
    assert!(!list.contains("figure-line"), "no figures: {list}");
    let found = two
        .get("/search?q=%E7%AC%AC%E4%B8%80%E4%B8%AD%E5%AD%A6")
        .text();
    assert!(found.contains("没有找到"), "{found}");
    let new = two.get("/ledgers/emergency_drill/new").text();
    assert!(!new.contains("第一中学"), "no suggestion: {new}");
    let sheet = two.get("/ledgers/emergency_drill/export.xlsx");
    assert!(
        !sheets::texts(&sheet.body)
            .iter()
            .any(|t| t.contains("第一中学"))
    );
    for path in [
        "/figures",
        "/figures/emergency_drills",
        "/reports",
        "/deadlines",
    ] {
        assert_eq!(two.get(path).status, 403, "{path}");
    }
    let forged = two.submit(
        "/ledgers/emergency_drill/new",
        &crate::server::drill("第一中学", "2022-11-10"),
    );
    assert_eq!(forged.status, 422);
    assert!(forged.text().contains("只能填本单位"), "{}", forged.text());
    // Its bureau sees both, and counts them.
    open_drill(&mut two, "第二中学", "2022-11-09");
    let list = server
        .signed_in("safety")
        .get("/ledgers/emergency_drill")
        .text();
    assert!(list.contains("第一中学") && list.contains("第二中学"));
}
