//! A draw through the pages: planned with a party present, frozen, seeded, drawn, inspected, followed
//! by an order; and one that nobody froze in time.

use app::{
    Actor,
    catalogue::value::{Fields, Value},
    draw::{follow::INSPECTIONS, pure::source::reveal_commitment},
    entry::NewEntry,
};
use proof::hash::Hash;

use crate::{
    browser::{Answer, Browser},
    portal::{person, publish},
    server::Server,
};

fn open(server: &Server, ledger: &str, pairs: &[(&str, &str)]) {
    let fields: Fields = pairs
        .iter()
        .map(|(id, value)| ((*id).to_owned(), Value::Text((*value).to_owned())))
        .collect();
    let entry = NewEntry {
        happened_on: "2023-01-03".parse().unwrap(),
        fields,
    };
    let opened = server.app().open(&Actor::system("test"), ledger, entry);
    opened.unwrap_or_else(|e| panic!("{ledger}: {e}"));
}

/// Six kindergartens and four officers.
pub fn registers(server: &Server) {
    for n in 1..=6 {
        let (name, code) = (format!("第{n}幼儿园"), format!("K{n}"));
        open(
            server,
            "school",
            &[
                ("name", name.as_str()),
                ("code", code.as_str()),
                ("kind", "幼儿园"),
                ("nature", "公办"),
                ("opened_on", "2015-09-01"),
                ("district", "东区"),
            ],
        );
    }
    for n in 1..=4 {
        let (name, number) = (format!("执法员{n}"), format!("C{n}"));
        open(
            server,
            "officer_certificate",
            &[
                ("officer", name.as_str()),
                ("number", number.as_str()),
                ("issued_on", "2022-01-01"),
                ("valid_until", "2029-12-31"),
            ],
        );
    }
}

/// The fields of a plan; what is given replaces the usual or is added.
pub fn plan<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("title", "春季抽查"),
        ("plan_name", "2023年度抽查计划"),
        ("matters", "食堂安全"),
        ("register", "school"),
        ("stratum_field", "kind"),
        ("strata", "幼儿园 50% 最多 2"),
        ("method", "equal"),
        ("suite", "sha256"),
        ("time", "2023-01-13 20:00"),
        ("lottery", "ssq"),
        ("issue", "2023005"),
        ("lottery_at", "2023-01-13 21:15"),
        ("team_size", "2"),
        ("capacity", "5"),
        ("until", "2023-03-31"),
    ];
    let kept = usual
        .into_iter()
        .filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more.iter().copied()).collect()
}

/// The value of a hidden field.
pub fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let (_, rest) = text
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Posts to an act below a page that has the form token; answers the status and the words.
fn act(browser: &mut Browser, page: &str, part: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let seen = browser.get(page);
    let Some(token) = seen.token() else {
        panic!("{page} has no form: {}", seen.text());
    };
    let mut all = vec![("token", token.as_str())];
    all.extend(fields);
    let answer = browser.post(&format!("{page}/{part}"), &all);
    (answer.status, answer.text())
}

#[track_caller]
fn refused((status, page): (u16, String), words: &str) {
    assert_eq!(status, 422, "{page}");
    assert!(page.contains(words), "“{words}” is not in {page}");
}

#[test]
fn a_draw_goes_through_the_pages_from_the_plan_to_an_order() {
    let server = Server::start();
    registers(&server);
    let mut legal = server.signed_in("legal");
    let form = legal.get("/inspections/new");
    let id = hidden(&form, "committed_as");
    assert!(form.text().contains(&format!("/draws/commit?draw={id}")));
    // The party makes its secret on a public page.
    let page = server.nobody().get(&format!("/draws/commit?draw={id}"));
    assert!(page.status == 200 && page.text().contains(&id));

    let secret = Hash::of(b"the party's");
    let commitment = reveal_commitment(&id, "市司法局", &secret).to_hex();
    let party = format!("市司法局 市监委 {commitment}");
    let answer = legal.submit(
        "/inspections/new",
        &plan(&[("parties", "市司法局 市监委 abc"), ("committed_as", &id)]),
    );
    assert!(answer.status == 422 && answer.text().contains("64 位十六进制数"));
    let answer = legal.submit(
        "/inspections/new",
        &plan(&[
            ("parties", &party),
            ("committed_as", &id),
            ("second_holder", "市公证处"),
        ]),
    );
    assert_eq!(answer.status, 303, "{}", answer.text());
    let desk = format!("/inspections/{id}");
    assert_eq!(act(&mut legal, &desk, "freeze", &[]).0, 303);

    server.clock.set("2023-01-13T13:20:00Z".parse().unwrap());
    // Days have gone by: the session has ended.
    legal = server.signed_in("legal");
    refused(act(&mut legal, &desk, "run", &[]), "还缺来源");
    let lottery = "lottery:ssq:2023005";
    let value = |name: &str, number: usize, value: &str| {
        vec![
            ("source".to_owned(), name.to_owned()),
            (format!("value-{number}"), value.to_owned()),
        ]
    };
    let give = |legal: &mut Browser, pairs: Vec<(String, String)>| {
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        act(legal, &desk, "value", &pairs)
    };
    refused(give(&mut legal, value(lottery, 0, "1 2 3")), "双色球应为");
    let numbers = "03 07 12 19 25 31+08";
    assert_eq!(give(&mut legal, value(lottery, 0, numbers)).0, 303);
    // The party reads its secret out.
    let reveal = "reveal:市司法局";
    let wrong = Hash::of(b"another").to_hex();
    refused(
        give(&mut legal, value(reveal, 1, &wrong)),
        "不是当初封存的那个秘密",
    );
    assert_eq!(give(&mut legal, value(reveal, 1, &secret.to_hex())).0, 303);
    assert_eq!(act(&mut legal, &desk, "run", &[]).0, 303);

    // Everybody sees it in the portal's own frame: half of six are three, but two at most.
    let mut anybody = server.nobody();
    let public = anybody.get(&format!("/draws/{id}")).text();
    for words in [
        "公开目录",
        "关怀版",
        "抽 50%，最多 2 个",
        "市司法局",
        "2 家",
    ] {
        assert!(public.contains(words), "{words}");
    }
    assert_eq!(anybody.get(&format!("/draws/{id}/bundle.json")).status, 200);
    assert_eq!(anybody.get("/draws/test-1999-1").status, 404);

    let entry = inspected(&mut legal, &id);
    followed(&mut legal, &desk, &entry);
    published(&server, &id, &desk, &entry);
}

/// From the finding to the portal: within twenty working days, by somebody else, in the columns of
/// the ledger and without the problem in words, which the unit alone can read.
fn published(server: &Server, id: &str, desk: &str, entry: &str) {
    let mut legal = server.signed_in("legal");
    let mut clerk = server.signed_in("clerk");
    let page = clerk.get(desk).text();
    // The spring festival lies between: counted by the State Council's calendar.
    assert!(
        page.contains("等待公示") && page.contains("2月15日（星期三）"),
        "{page}"
    );
    refused(
        act(&mut clerk, desk, "publish", &[]),
        "先在“公开”里公开双随机抽查台账",
    );
    let opened = server
        .app()
        .draft_from_ledger(&person(server, "clerk"), INSPECTIONS)
        .unwrap();
    publish(server, &opened);
    let mut anybody = server.nobody();
    let column = "/portal/columns/inspection-results";
    let rows = "/portal/rows/inspection-results/";
    assert!(
        anybody.get(column).links(rows).is_empty(),
        "not before it is published"
    );
    refused(act(&mut legal, desk, "publish", &[]), "都是您自己录入的");

    server.clock.set("2023-02-15T02:00:00Z".parse().unwrap());
    let mut clerk = server.signed_in("clerk");
    assert_eq!(act(&mut clerk, desk, "publish", &[]).0, 303);
    let row = anybody
        .get(column)
        .links("/portal/rows/inspection-results/")
        .remove(0);
    let shown = anybody.get(&row).text();
    let csv = anybody.get(&format!("{column}/data.csv")).text();
    for (name, value) in [
        ("抽查计划", "2023年度抽查计划"),
        ("抽查事项", "食堂安全"),
        ("形式", "本部门"),
        ("检查对象", "幼儿园"),
        ("检查日期", "2023年1月13日"),
        ("执法人员一", "执法员"),
        ("执法人员二", "执法员"),
        ("检查结果", "发现问题已责令改正"),
        ("抽取编号", id),
        ("公示日期", "2023年2月15日"),
    ] {
        assert!(
            shown.contains(name) && shown.contains(value),
            "{name}: {shown}"
        );
        assert!(csv.contains(name), "{name}: {csv}");
    }
    for page in [
        row.as_str(),
        column,
        &format!("{column}/data.json"),
        &format!("/draws/{id}"),
    ] {
        let text = anybody.get(page).text();
        assert!(
            !text.contains("没有留样"),
            "{page} tells the problem in words"
        );
    }
    assert!(
        anybody
            .get(&format!("/draws/{id}"))
            .links("/portal/rows/")
            .contains(&row)
    );
    assert!(!clerk.get(desk).text().contains("等待公示"));
    let inspection = entry.rsplit('/').next().unwrap();
    let inspection = server
        .app()
        .entry(&person(server, "legal"), inspection)
        .unwrap();
    let clocks = server.app().entry_clocks(&inspection);
    assert_eq!(
        clocks[0].0.stopped_on,
        Some("2023-02-15".parse().unwrap()),
        "in time"
    );

    // The unit reads its record behind the code that the inspector showed.
    let tasks: serde_json::Value =
        serde_json::from_slice(&server.signed_in("legal").get("/field/tasks").body).unwrap();
    let done = tasks["tasks"].as_array().unwrap().iter();
    let mut done = done.filter(|task| task["forms"][0]["done"] == true);
    let notice = done.next().unwrap()["notice"].as_str().unwrap().to_owned();
    let record = anybody.get(&notice).text();
    for words in [
        "检查记录",
        "没有留样",
        "不符合的检查内容",
        "测教整改〔2023〕1号",
        "2023年2月15日",
    ] {
        assert!(record.contains(words), "{words}: {record}");
    }
    let guessed = format!(
        "{}?k=00000000000000000000000000000000",
        notice.split('?').next().unwrap()
    );
    assert!(!anybody.get(&guessed).text().contains("没有留样"));
}

/// A record comes back from the field with a problem; answers the address of its entry.
fn inspected(legal: &mut Browser, id: &str) -> String {
    let tasks: serde_json::Value = serde_json::from_slice(&legal.get("/field/tasks").body).unwrap();
    let task = &tasks["tasks"][0];
    let record = serde_json::json!({
        "record": "0123456789abcdef", "draw": id, "unit": task["unit"], "matter": "食堂安全",
        "recorded_at": "2023-01-13T13:30:00Z", "sent_at": "2023-01-13T13:30:00Z",
        "answers": [{"point": "食堂安全", "finding": "不符合"}],
        "result": "发现问题已责令改正", "problem": "没有留样", "place": "食堂",
    });
    let form = [
        ("token", tasks["token"].as_str().unwrap()),
        ("record", &record.to_string()),
    ];
    let answer = legal.post("/field/records", &form);
    assert!(answer.text().contains("entered"), "{}", answer.text());
    let desk = legal.get(&format!("/inspections/{id}"));
    let links = desk.links("/entries/");
    assert!(
        links
            .iter()
            .any(|link| link.ends_with("/follow/rectification"))
    );
    assert!(
        links
            .iter()
            .any(|link| link.ends_with("/follow/penalty_ordinary"))
    );
    let entry = links.into_iter().find(|link| !link.contains("/follow/"));
    entry.unwrap()
}

/// One act opens the order; both know each other, and the act is not offered again.
fn followed(legal: &mut Browser, desk: &str, entry: &str) {
    // The result has to be published within its term: the clock runs.
    assert!(legal.get(entry).text().contains("公示抽查结果"));
    let follow = format!("{entry}/follow/rectification");
    let form = legal.get(&follow);
    for words in ["没有留样", "不符合的检查内容：食堂安全", "幼儿园"] {
        assert!(form.text().contains(words), "{words} is not carried over");
    }
    let value = |name: &str| hidden(&form, name);
    let party = value("party");
    let fields = [
        ("party", party.as_str()),
        ("found_on", "2023-01-13"),
        ("facts", "没有留样。"),
        ("basis", "《中华人民共和国食品安全法》第五十七条"),
        ("requirement", "立即改正"),
        ("due_on", "2023-02-13"),
    ];
    let answer = legal.submit(&follow, &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let order = answer.header("location").unwrap();
    let order = order.split('?').next().unwrap().to_owned();
    assert!(
        legal
            .get(&order)
            .links("/entries/")
            .contains(&entry.to_owned())
    );
    assert!(legal.get(entry).links("/entries/").contains(&order));
    assert!(legal.get(desk).links("/entries/").contains(&order));
    assert!(legal.get(entry).text().contains("测教整改〔2023〕1号"));
    let again = legal.get(&follow);
    assert!(again.status != 200 && again.text().contains("已有后续处理"));
}

#[test]
fn what_was_not_frozen_ten_minutes_before_is_void_for_everybody_to_see() {
    let server = Server::start();
    registers(&server);
    let mut legal = server.signed_in("legal");
    let answer = legal.submit("/inspections/new", &plan(&[]));
    assert_eq!(answer.status, 303, "{}", answer.text());
    let desk = answer.header("location").unwrap();
    let desk = desk.split('?').next().unwrap().to_owned();
    let id = desk.rsplit('/').next().unwrap().to_owned();
    // Nine minutes before the numbers are drawn.
    server.clock.set("2023-01-13T13:06:00Z".parse().unwrap());
    // Days have gone by: the session has ended.
    legal = server.signed_in("legal");
    refused(act(&mut legal, &desk, "freeze", &[]), "已经来不及");
    assert_eq!(server.app().void_late_draws().unwrap(), [id.as_str()]);
    let words = "名单没有在种子可知之前十分钟冻结";
    let mut anybody = server.nobody();
    for page in [format!("/draws/{id}"), format!("/draws/{id}/wall?step=3")] {
        assert!(anybody.get(&page).text().contains(words), "{page}");
    }
    // It can be repeated, by name.
    let again = format!("/inspections/new?repeats={id}");
    assert!(legal.get(&desk).links("/inspections/new").contains(&again));
}
