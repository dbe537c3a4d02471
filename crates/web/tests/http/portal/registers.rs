//! Registers as parents read them: schools with where they enrol, white and black lists; penalties as
//! long as the law lets them stand.

use super::{open, person, publish};
use crate::server::Server;

fn on(server: &Server, day: &str) {
    let at = format!("{day}T01:00:00Z").parse().unwrap();
    server.clock.set(at);
}

fn open_register(server: &Server, ledger: &str) {
    let draft = server
        .app()
        .draft_from_ledger(&person(server, "legal"), ledger);
    publish(server, &draft.unwrap());
}

#[test]
fn a_street_leads_to_its_school_and_a_closed_school_is_gone() {
    let server = Server::start();
    let school = |name: &str, more: &[(&str, &str)]| {
        let mut fields = vec![
            ("name", name),
            ("kind", "小学"),
            ("nature", "公办"),
            ("district", "东区"),
            ("opened_on", "2010-09-01"),
        ];
        fields.extend(more);
        open(&server, "school", &fields);
    };
    school("一小", &[("enrolment_range", "青松路1号至99号\n柳树村")]);
    school("二小", &[("enrolment_range", "白杨路全段")]);
    school("三小", &[("closed_on", "2023-01-20")]);
    open_register(&server, "school");
    let mut parent = server.nobody();
    let asked = |words: &str| form_urlencoded::byte_serialize(words.as_bytes()).collect::<String>();
    let column = "/portal/columns/schools";
    let found = parent
        .get(&format!("{column}?q={}", asked("青松路")))
        .text();
    assert!(found.contains("一小") && !found.contains("二小"), "{found}");
    let found = parent
        .get(&format!("/portal/search?q={}", asked("柳树村")))
        .text();
    assert!(found.contains("一小") && !found.contains("二小"), "{found}");
    let page = parent.get(column);
    assert!(page.text().contains("三小"));
    let row = page.links("/portal/rows/schools/").remove(0);
    assert!(parent.get(&row).text().contains("招生范围"));
    on(&server, "2023-01-20");
    assert!(!parent.get(column).text().contains("三小"));
}

#[test]
fn white_and_black_lists_say_date_and_reason_until_the_removal() {
    let server = Server::start();
    let entry = |list: &str, name: &str, reason: &str, more: &[(&str, &str)]| {
        let mut fields = vec![
            ("list", list),
            ("institution", name),
            ("reason", reason),
            ("listed_on", "2022-08-01"),
        ];
        fields.extend(more);
        open(&server, "institution_list_entry", &fields);
    };
    entry("白名单", "启明书院", "年检合格、资金监管到位", &[]);
    entry(
        "黑名单",
        "速成学堂",
        "无证办学拒不整改",
        &[("basis", "测教罚〔2022〕1号")],
    );
    entry(
        "黑名单",
        "旧日学堂",
        "超标收费",
        &[("removed_on", "2023-01-01")],
    );
    open_register(&server, "institution_list_entry");
    let mut parent = server.nobody();
    let white = parent.get("/portal/columns/white-list").text();
    let black = parent.get("/portal/columns/black-list").text();
    assert!(
        white.contains("启明书院") && !white.contains("速成学堂"),
        "{white}"
    );
    assert!(
        white.contains("2022-08-01") || white.contains("2022年8月1日"),
        "{white}"
    );
    assert!(white.contains("年检合格"), "{white}");
    assert!(
        black.contains("速成学堂") && black.contains("无证办学拒不整改"),
        "{black}"
    );
    assert!(
        !black.contains("启明书院") && !black.contains("旧日学堂"),
        "{black}"
    );
}

/// A penalty: its party, the day of its decision, and what else is said.
fn penalty(server: &Server, party: &str, decided: &str, more: &[(&str, &str)]) -> String {
    let number = format!("号{party}");
    let mut fields = vec![
        ("case_number", number.as_str()),
        ("party", party),
        ("party_kind", "校外培训机构"),
        ("source", "投诉举报"),
        ("cause", "违规招生"),
        ("filed_on", "2022-01-03"),
        ("decided_on", decided),
    ];
    if !more.iter().any(|(field, _)| *field == "outcome") {
        fields.push(("outcome", "给予处罚"));
    }
    fields.extend(more);
    open(server, "penalty_ordinary", &fields)
}

#[test]
fn a_penalty_stands_as_long_as_its_class_says() {
    let server = Server::start();
    on(&server, "2026-05-10");
    let day = "2026-05-01";
    penalty(&server, "轻微甲", day, &[("credit_class", "轻微")]);
    penalty(
        &server,
        "轻微乙",
        day,
        &[("credit_class", "轻微"), ("publish_until", "2026-07-31")],
    );
    penalty(&server, "一般丙", day, &[("credit_class", "一般")]);
    penalty(&server, "未定丁", day, &[]);
    penalty(&server, "严重戊", day, &[("credit_class", "严重")]);
    penalty(&server, "不罚己", day, &[("outcome", "不予处罚")]);
    penalty(&server, "撤案庚", day, &[("outcome", "撤销案件")]);
    open_register(&server, "penalty_ordinary");
    let mut reader = server.nobody();
    let all = [
        "轻微甲",
        "轻微乙",
        "一般丙",
        "未定丁",
        "严重戊",
        "不罚己",
        "撤案庚",
    ];
    let mut standing = |day: &str| -> Vec<&str> {
        on(&server, day);
        let page = reader.get("/portal/columns/penalties").text();
        all.into_iter().filter(|name| page.contains(name)).collect()
    };
    assert_eq!(
        standing("2026-05-10"),
        ["轻微乙", "一般丙", "未定丁", "严重戊"]
    );
    assert_eq!(standing("2026-08-01"), ["一般丙", "未定丁", "严重戊"]);
    assert_eq!(standing("2027-05-02"), ["严重戊"]);
    assert_eq!(standing("2029-05-01"), ["严重戊"]);
    assert_eq!(standing("2029-05-02"), Vec::<&str>::new());
}

#[test]
fn a_revoked_penalty_goes_with_its_reason_and_a_minors_never_comes() {
    use app::catalogue::value::Value;
    let server = Server::start();
    let minor = penalty(&server, "少年某", "2023-01-05", &[]);
    let wrong = penalty(
        &server,
        "错罚学校",
        "2023-01-05",
        &[("decision_number", "测教罚〔2023〕9号")],
    );
    let (app, system) = (server.app(), app::Actor::system("test"));
    let amend = |entry: &str, field: &str, value: Value| {
        let seen = app.entry(&system, entry).unwrap().state.revision;
        let change = [(field.to_owned(), Some(value))];
        app.amend(&system, entry, seen, change.into(), "登记".to_owned())
            .unwrap();
    };
    amend(&minor, "minor_party", Value::Flag(true));
    open_register(&server, "penalty_ordinary");
    let mut reader = server.nobody();
    let column = "/portal/columns/penalties";
    let page = reader.get(column).text();
    assert!(
        page.contains("错罚学校") && !page.contains("少年某"),
        "{page}"
    );
    amend(&wrong, "revoked_reason", "复议决定撤销".into());
    amend(&wrong, "revoked_on", "2023-01-12".into());
    let page = reader.get(column).text();
    assert!(!page.contains("错罚学校"), "{page}");
    assert!(
        page.contains("测教罚〔2023〕9号") && page.contains("复议决定撤销"),
        "{page}"
    );
    let left = reader
        .get(&format!("/portal/rows/penalties/{wrong}"))
        .text();
    assert!(
        left.contains("这条记录已撤下") && !left.contains("错罚学校"),
        "{left}"
    );
    for file in ["data.csv", "credit.json", "feed.atom"] {
        let text = reader.get(&format!("{column}/{file}")).text();
        assert!(!text.contains("错罚学校"), "{file}");
    }
}
