//! Rounds of a beacon from a relay on this machine: fetched only where somebody names it, verified
//! whoever hands them over.

use std::{
    fs,
    io::{BufRead, BufReader, Write as _},
    net::TcpListener,
    thread,
};

use app::draw::{NewDraw, setup::LotteryChoice};
use yifa::relay::fetch_due;

use crate::draw::{
    files::{FREEZE, fails, office, works},
    office::Office,
};

/// Round 1000 of quicknet, as published.
const ROUND: &str = r#"{"round":1000,"randomness":"fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd","signature":"b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"}"#;
const PATH: &str = "/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/1000 ";

/// A relay that answers one round with what it is told to, until the test ends.
fn relay(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut lines = BufReader::new(&stream).lines();
            let asked = lines.next().unwrap().unwrap();
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|l| !l.is_empty()))
            {}
            let (status, body) = if asked.contains(PATH) {
                ("200 OK", answer.as_str())
            } else {
                ("404 Not Found", "")
            };
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}");
            let _ = write!(stream, "{head}\r\n\r\n{body}");
        }
    });
    address
}

#[test]
fn a_round_is_fetched_where_a_relay_is_named_and_verified_all_the_same() {
    let folder = office();
    let here = folder.path();
    works(here, &["plan", "plan.toml"]);
    works(here, &FREEZE);
    let honest = relay(ROUND.to_owned());
    let said = works(here, &["seed", "--fetch", &honest]);
    assert!(said.contains("签名成立"), "{said}");
    works(here, &["run"]);
    works(here, &["verify", "bundle.json"]);

    let lying = relay(ROUND.replace("b446", "b447"));
    fails(here, &["seed", "--fetch", &lying], 2, "签名");
    let late = relay(ROUND.replace("1000", "999"));
    fails(here, &["seed", "--fetch", &late], 2, "这是第 999 轮的值");
}

#[test]
fn without_a_network_one_sentence_says_what_to_do() {
    let folder = office();
    let here = folder.path();
    works(here, &["plan", "plan.toml"]);
    // Nobody listens there any more.
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let ask = |relay: &str, words: &str| fails(here, &["seed", "--fetch", relay], 2, words);
    ask(&nobody, "没有答复");
    ask(
        &nobody,
        "在能上网的电脑上打开 https://api.drand.sh/52db9ba7",
    );
    ask("ftp://relay", "应以 https:// 或 http:// 开头");
    // Another round is not there.
    let other = relay(String::new());
    fs::write(
        here.join("plan.json"),
        fs::read_to_string(here.join("plan.json"))
            .unwrap()
            .replace("drand-quicknet:1000", "drand-quicknet:1001")
            .replace("2023-08-23T15:59:21Z", "2023-08-23T15:59:24Z"),
    )
    .unwrap();
    fails(here, &["seed", "--fetch", &other], 2, "答复 404");
    // Without the flag nothing is fetched.
    fails(here, &["seed"], 2, "");
}

#[test]
fn a_server_with_a_relay_takes_the_round_by_itself() {
    let mut office = Office::new();
    office.app = office.app.with_relay(Some(relay(ROUND.to_owned())));
    office.at("2023-08-22T01:00:00Z");
    let setup = NewDraw {
        time: "2023-08-23T15:59:21Z".to_owned(),
        beacons: vec!["drand-quicknet".to_owned()],
        lottery: None::<LotteryChoice>,
        ..office.setup()
    };
    let id = office.app.plan_draw(&office.legal, setup).unwrap();
    office.app.freeze_draw(&office.legal, &id).unwrap();
    office.witness();
    // Nobody asks before the round is known.
    fetch_due(&office.app).unwrap();
    let sources = |office: &Office| office.app.draw(&office.legal, &id).unwrap().sources.len();
    assert_eq!(sources(&office), 0);
    office.at("2023-08-23T15:59:24Z");
    fetch_due(&office.app).unwrap();
    assert_eq!(sources(&office), 1);
    office.app.run_draw(&office.legal, &id).unwrap();
}
