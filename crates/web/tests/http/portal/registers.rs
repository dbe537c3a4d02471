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
    let rows = page.links("/portal/rows/schools/");
    let mut ranged = |row: &&String| parent.get(row).text().contains("招生范围");
    assert_eq!(rows.iter().filter(|row| ranged(row)).count(), 2);
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
    penalty(
        &server,
        "轻微辛",
        day,
        &[("credit_class", "轻微"), ("publish_until", "2026-12-31")],
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
        "轻微辛",
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
        ["轻微乙", "轻微辛", "一般丙", "未定丁", "严重戊"]
    );
    assert_eq!(
        standing("2026-08-01"),
        ["轻微辛", "一般丙", "未定丁", "严重戊"]
    );
    // Three months at most, whatever the office writes.
    assert_eq!(standing("2026-08-02"), ["一般丙", "未定丁", "严重戊"]);
    assert_eq!(standing("2027-05-02"), ["严重戊"]);
    assert_eq!(standing("2029-05-01"), ["严重戊"]);
    assert_eq!(standing("2029-05-02"), Vec::<&str>::new());
}

#[test]
fn an_overturned_penalty_goes_with_its_reason_and_a_minors_never_comes() {
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
    amend(&wrong, "withdrawal_reason", "复议决定撤销".into());
    amend(&wrong, "overturned_on", "2023-01-12".into());
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

/// The cell of a code in the XML of data rows.
fn item<'t>(row: &'t str, code: &str) -> &'t str {
    let rest = row.split(&format!("<item code=\"{code}\">")).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("{code}: {row}"));
    rest.split("</item>").next().unwrap()
}

#[test]
fn the_credit_platform_gets_every_column_and_the_public_none_that_is_closed() {
    let server = Server::altered(&app::Target::scratch(), |app| {
        let mut settings = (*app.portal).clone();
        settings.credit_code = "11000000000000019Q".to_owned();
        app.with_portal(settings)
    });
    on(&server, "2026-05-10");
    let common = [
        ("basis", "《中华人民共和国民办教育促进法》第六十四条"),
        ("credit_class", "一般"),
    ];
    let company = [
        ("decision_number", "测教罚〔2026〕1号"),
        ("party_code", "11000000000000019Q"),
        ("representative", "钱法人"),
        ("representative_identity", "11010519491231002X"),
        ("affected_licence", "办学许可证 教民1号"),
    ];
    let fields: Vec<(&str, &str)> = common.iter().chain(&company).copied().collect();
    let warned = |entry: &str| {
        use app::catalogue::value::Value;
        let (app, system) = (server.app(), app::Actor::system("test"));
        let seen = app.entry(&system, entry).unwrap().state.revision;
        let kinds = Value::List(vec!["责令停止招生".into()]);
        let change = [("penalties".to_owned(), Some(kinds))];
        app.amend(&system, entry, seen, change.into(), "登记".to_owned())
            .unwrap();
    };
    warned(&penalty(&server, "甲培训学校", "2026-05-01", &fields));
    let person_fields = [
        ("decision_number", "测教罚〔2026〕2号"),
        ("party_identity", "11010519491231002X"),
        ("party_kind", "个人"),
    ];
    let fields: Vec<(&str, &str)> = common.iter().chain(&person_fields).copied().collect();
    warned(&penalty(&server, "赵某人", "2026-05-02", &fields));
    open_register(&server, "penalty_ordinary");
    let mut legal = server.signed_in("legal");
    let file = "/publishing/credit/penalties.xml";
    let answer = legal.get(file);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    let rows: Vec<&str> = text.split("<row>").skip(1).collect();
    assert_eq!(rows.len(), 2, "{text}");
    let golden = |row: &str, cells: &[(&str, &str)]| {
        for (code, value) in cells {
            assert_eq!(item(row, code), *value, "{code}");
        }
    };
    golden(
        rows[0],
        &[
            ("CF_XDR_MC", "赵某人"),
            ("CF_XDR_LB", "自然人"),
            ("CF_XDR_SHXYM", ""),
            ("CF_FRDB", ""),
            ("CF_XDR_ZJLX", "身份证"),
            ("CF_XDR_ZJHM", "11010519491231002X"),
        ],
    );
    golden(
        rows[1],
        &[
            ("CF_XDR_MC", "甲培训学校"),
            ("CF_XDR_LB", "法人及非法人组织"),
            ("CF_XDR_SHXYM", "11000000000000019Q"),
            ("CF_XDR_GSZC", ""),
            ("CF_FRDB", "钱法人"),
            ("CF_FR_ZJLX", "身份证"),
            ("CF_FR_ZJHM", "11010519491231002X"),
            ("CF_XDR_ZJHM", ""),
            ("CF_WSH", "测教罚〔2026〕1号"),
            ("CF_WFXW", "违规招生"),
            ("CF_CFLB", "责令停止招生"),
            ("CF_NR_ZKDX", "办学许可证 教民1号"),
            ("CF_JDRQ", "2026/05/01"),
            ("CF_GSJZQ", "2027/05/01"),
            ("CF_CFJG", "测试市教育局"),
            ("CF_CFJGDM", "11000000000000019Q"),
        ],
    );
    assert_eq!(
        rows[1].matches("<item ").count(),
        30,
        "every column of the standard"
    );
    let book = legal.get("/publishing/credit/penalties.xlsx");
    let book = super::sheet_text(&book.body);
    assert!(book.contains("钱法人") && book.contains("赵某人"), "{book}");
    let trail = app::audit::TrailAsk {
        kind: "export".to_owned(),
        ..Default::default()
    };
    let auditor = person(&server, "auditor");
    let lines = server.app().audit_trail(&auditor, &trail).unwrap();
    assert_eq!(
        lines
            .iter()
            .filter(|l| l.subject == "penalty_ordinary")
            .count(),
        2
    );
    assert_eq!(server.signed_in("stranger").get(file).status, 403);
    // The public file has no column for what is closed, and the person by the surname.
    let public = server
        .nobody()
        .get("/portal/columns/penalties/credit.xml")
        .text();
    for closed in ["CF_FRDB", "ZJHM", "钱法人", "赵某人", "11010519491231002X"] {
        assert!(!public.contains(closed), "{closed}: {public}");
    }
    assert!(
        public.contains("甲培训学校") && public.contains("赵某某"),
        "{public}"
    );
}

#[test]
fn a_licence_says_who_stands_for_the_school_and_whether_it_still_holds() {
    let server = Server::altered(&app::Target::scratch(), |app| {
        let mut settings = (*app.portal).clone();
        settings.credit_code = "11000000000000019Q".to_owned();
        app.with_portal(settings)
    });
    on(&server, "2023-01-12");
    let school = |number: &str, more: &[(&str, &str)]| {
        let mut fields = vec![
            ("number", number),
            ("applicant", "云川启明教育发展有限公司"),
            ("party_kind", "法人及非法人组织"),
            ("party_code", "11000000000000019Q"),
            ("matter", "正式设立"),
            ("school", "启明学校"),
            ("kind", "小学"),
            ("nature", "非营利性"),
            ("district", "东区"),
            ("applied_on", "2022-03-01"),
            ("decided_on", "2022-05-11"),
            ("result", "准予"),
            ("decision_number", "测教许〔2022〕1号"),
            ("licence_number", "教民1号"),
            ("licence_until", "2025-05-10"),
        ];
        fields.extend(more);
        open(&server, "private_school_setup", &fields);
    };
    let standing = [
        ("representative", "周法人"),
        ("representative_identity", "11010519491231002X"),
    ];
    school("民设1", &standing);
    school("民设2", &[standing[0], ("revoked_on", "2022-12-01")]);
    school("民设3", &[]);
    let mut legal = server.signed_in("legal");
    let answer = legal.get("/publishing/credit/school-licences.xml").text();
    let rows: Vec<&str> = answer.split("<row>").skip(1).collect();
    assert_eq!(rows.len(), 2, "one lacks its representative: {answer}");
    for row in rows {
        assert_eq!(item(row, "XK_FRDB"), "周法人");
        let revoked = item(row, "XK_FR_ZJHM").is_empty();
        assert_eq!(item(row, "XK_ZT"), if revoked { "2" } else { "1" });
        assert_eq!(item(row, "XK_YXQZI"), "2025/05/10");
        assert_eq!(item(row, "XK_XKLB"), "普通");
        assert_eq!(row.matches("<item ").count(), 28, "every column: {row}");
    }
    let book = legal.get("/publishing/credit/school-licences.xlsx");
    let book = super::sheet_text(&book.body);
    assert!(
        book.contains("单位缺法定代表人"),
        "the workbook says what a row lacks"
    );
}
