//! A draw through the pages: planned with a party present, frozen, seeded, drawn, inspected, followed
//! by an order; and one that nobody froze in time.

use app::{
    Actor,
    catalogue::value::{Fields, Value},
    draw::pure::source::reveal_commitment,
    entry::NewEntry,
};
use proof::hash::Hash;

use crate::{
    browser::{Answer, Browser},
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
fn registers(server: &Server) {
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
fn plan<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
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
fn hidden(page: &Answer, name: &str) -> String {
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
        &plan(&[("parties", &party), ("committed_as", &id)]),
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
