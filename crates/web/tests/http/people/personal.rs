//! Personal data: seen whole with a reason, erased, past its term.

use crate::{
    server::{Server, open_visit},
    sheets,
};

#[test]
fn a_masked_value_is_seen_whole_with_a_reason_that_is_kept() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let entry = open_visit(
        &mut clerk,
        &[("number", "访-电话"), ("phone", "13800000000")],
    );
    for path in [
        entry.clone(),
        format!("{entry}/amend"),
        "/ledgers/visit".to_owned(),
    ] {
        let text = clerk.get(&path).text();
        assert!(!text.contains("13800000000"), "{path}");
    }
    let sheet = clerk.get("/ledgers/visit/export.xlsx");
    assert!(
        !sheets::texts(&sheet.body)
            .iter()
            .any(|t| t.contains("13800000000"))
    );
    let personal = format!("{entry}/personal");
    assert_eq!(clerk.submit(&personal, &[("reason", "")]).status, 422);
    let seen = clerk.submit(&personal, &[("reason", "电话回访来访人")]);
    assert!(seen.text().contains("13800000000"), "{}", seen.text());
    let trail = server
        .signed_in("auditor")
        .get("/admin/audit?kind=unmask")
        .text();
    assert!(
        trail.contains("电话回访来访人") && !trail.contains("13800000000"),
        "{trail}"
    );
    let amended = clerk.submit(
        &format!("{entry}/amend"),
        &[
            ("number", "访-电话"),
            ("matter", "改过的事项"),
            ("visited_on", "2022-12-07"),
            ("phone", "138****0000"),
            ("visitor", "王小明"),
            ("revision", "1"),
            ("reason", "笔误"),
        ],
    );
    assert_eq!(amended.status, 303, "{}", amended.text());
    let seen = clerk.submit(&personal, &[("reason", "再次核对电话")]);
    assert!(
        seen.text().contains("13800000000"),
        "the mask is no new value"
    );
    let mut leader = server.signed_in("leader");
    assert_eq!(
        leader.submit(&personal, &[("reason", "我想看一看")]).status,
        403
    );
}

#[test]
fn erased_values_are_gone_and_the_proof_stands() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let entry = open_visit(
        &mut clerk,
        &[
            ("number", "访-删除"),
            ("visitor", "欧阳修远"),
            ("phone", "13800000001"),
        ],
    );
    let mut legal = server.signed_in("legal");
    let id = entry.rsplit('/').next().unwrap();
    let token = legal.get("/me").token().unwrap();
    let bare = [
        ("token", token.as_str()),
        ("entry", id),
        ("fields", "visitor"),
    ];
    assert_eq!(
        legal.post("/personal-data/erase", &bare).status,
        422,
        "a ground is needed"
    );
    let fields = [
        ("token", token.as_str()),
        ("entry", id),
        ("fields", "visitor"),
        ("fields", "phone"),
        ("ground", "本人请求删除"),
    ];
    let erased = legal.post("/personal-data/erase", &fields);
    assert_eq!(erased.status, 303, "{}", erased.text());
    for browser in [&mut clerk, &mut legal] {
        let text = browser.get(&entry).text();
        assert!(
            !text.contains("欧阳") && text.contains("咨询入学"),
            "{text}"
        );
    }
    assert_eq!(clerk.get(&format!("{entry}/proof")).status, 200);
    let report = server.verify();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.erased, 2);
    let other = [
        ("token", token.as_str()),
        ("entry", id),
        ("fields", "matter"),
        ("ground", "本人请求"),
    ];
    assert_eq!(
        legal.post("/personal-data/erase", &other).status,
        422,
        "personal values only"
    );
    assert_eq!(clerk.submit("/", &[]).status, 405);
}

#[test]
fn what_is_past_its_term_is_listed_and_erased_with_the_proof_intact() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let old = [
        ("number", "访-旧"),
        ("visitor", "司马长风"),
        ("visited_on", "2022-12-07"),
    ];
    let entry = open_visit(&mut clerk, &old);
    let guide = clerk.get("/ledgers/visit").text();
    assert!(guide.contains("个人信息保存 10 年"), "{guide}");
    assert!(guide.contains("不是法定期限"), "whose term it is");
    let due = |server: &Server| server.signed_in("legal").get("/personal-data").text();
    server
        .clock
        .set("2032-12-06T09:00:00+08:00".parse().unwrap());
    assert!(due(&server).contains("没有超过保存年限"), "one day before");
    server
        .clock
        .set("2032-12-08T09:00:00+08:00".parse().unwrap());
    assert!(due(&server).contains("访-旧"));

    let mut legal = server.signed_in("legal");
    let token = legal.get("/me").token().unwrap();
    let fields = [
        ("token", &*token),
        ("entry", entry.rsplit('/').next().unwrap()),
        ("fields", "visitor"),
        ("ground", "保存期限届满"),
    ];
    assert_eq!(legal.post("/personal-data/erase", &fields).status, 303);
    assert!(due(&server).contains("没有超过保存年限"));
    assert!(!legal.get(&entry).text().contains("司马"));
    let report = server.verify();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.erased, 1);
}

#[test]
fn what_is_held_about_a_person_is_given_out_and_written_down() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    for (number, visitor, phone) in [
        ("访-本人一", "陈要查", "13800001111"),
        ("访-本人二", "陈要查", "13800001111"),
        ("访-无号码", "陈要查", ""),
        ("访-同名", "陈要查", "13900002222"),
        ("访-名更长", "陈要查明", "13800004444"),
        ("访-别人", "别的人", "13800003333"),
    ] {
        let fields = [("number", number), ("visitor", visitor), ("phone", phone)];
        open_visit(&mut clerk, &fields);
    }
    // Somebody else's record that mentions the person, and one that named the person once.
    open_visit(
        &mut clerk,
        &[
            ("number", "访-提及"),
            ("visitor", "说的人"),
            ("phone", "13800005555"),
            ("detail", "称已与陈要查联系"),
        ],
    );
    let corrected = open_visit(
        &mut clerk,
        &[
            ("number", "访-更正"),
            ("visitor", "陈要查"),
            ("phone", "13800001111"),
        ],
    );
    let amended = clerk.submit(
        &format!("{corrected}/amend"),
        &crate::server::visit(&[
            ("number", "访-更正"),
            ("visitor", "改成的人"),
            ("phone", "13800001111"),
            ("reason", "登记时写错姓名"),
            ("revision", "1"),
        ]),
    );
    assert_eq!(amended.status, 303, "{}", amended.text());
    // One that holds only the number, and names somebody else.
    open_visit(
        &mut clerk,
        &[
            ("number", "访-只有号码"),
            ("visitor", "代登记的人"),
            ("phone", "13800001111"),
        ],
    );
    // Nothing of it is in the search index yet: the answer is complete as of now.
    let ask = [("name", "陈要查"), ("number", "13800001111")];
    let refused = clerk.submit_from("/me", "/personal-data/held.xlsx", &ask);
    assert_eq!(refused.status, 403, "the legal officer's work");
    let mut legal = server.signed_in("legal");
    let sheet = legal.submit_from("/personal-data", "/personal-data/held.xlsx", &ask);
    assert_eq!(sheet.status, 200, "{}", sheet.text());
    let texts = sheets::texts(&sheet.body).join("|");
    for held in [
        "访-本人一",
        "访-本人二",
        "访-无号码",
        "访-提及",
        "访-更正",
        "访-只有号码",
    ] {
        assert!(texts.contains(held), "{held}: {texts}");
    }
    assert!(texts.contains("13800001111"), "whole: {texts}");
    for remark in ["只按姓名找到", "只按号码找到", "文中提及", "更正前的内容"]
    {
        assert!(texts.contains(remark), "{remark}: {texts}");
    }
    for others in [
        "访-同名",
        "访-名更长",
        "访-别人",
        "13800005555",
        "说的人",
        "改成的人",
        "代登记的人",
    ] {
        assert!(!texts.contains(others), "{others}: {texts}");
    }
    // An account is found by its name.
    let of_staff = [("name", "名clerk"), ("number", "")];
    let sheet = legal.submit_from("/personal-data", "/personal-data/held.xlsx", &of_staff);
    let texts = sheets::texts(&sheet.body).join("|");
    assert!(
        texts.contains("账号") && texts.contains("办理留痕"),
        "{texts}"
    );
    let trail = server
        .signed_in("auditor")
        .get("/admin/audit?kind=person-export")
        .text();
    assert!(trail.contains("名legal"), "{trail}");
    assert!(
        !trail.contains("13800001111"),
        "no value in the trail: {trail}"
    );
}
