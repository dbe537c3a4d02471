//! `yifa draw` on files, from the plan to the verification, and what it says of mistakes.

use std::io::Write as _;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const PLAN: &str = r#"
draw = "2023-test"
title = "民办学校抽查"
scope = "在册民办学校"
time = "2023-08-23 23:59:21"
reserve = 2

[[strata]]
name = "幼儿园"
rate = "40%"

[[strata]]
name = "小学"
count = 1

[[sources]]
name = "drand-quicknet"

[assignment]
places = [{ lead = true }, { lead = false }]
even = true
until = "2023-09-30"
"#;

const UNITS: &str = "编号,名称,层,片区\n\
    U1,第一幼儿园,幼儿园,东区\nU2,第二幼儿园,幼儿园,西区\nU3,第三幼儿园,幼儿园,东区\n\
    U4,第四幼儿园,幼儿园,西区\nU5,第一小学,小学,东区\nU6,第二小学,小学,西区\n";

const OFFICERS: &str = "编号,姓名,单位,任务上限,组长,证件有效期至,片区\n\
    I1,甲,督导室,2,是,2025-12-31,东区、西区\nI2,乙,督导室,2,是,2025-12-31,东区、西区\n\
    I3,丙,督导室,2,否,2025-12-31,东区、西区\nI4,丁,督导室,2,否,2025-12-31,东区、西区\n";

/// Round 1000 of drand's quicknet, as published.
const SIGNATURE: &str = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";

fn yifa(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yifa"))
        .arg("draw")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    text
}

#[track_caller]
pub fn works(folder: &Path, arguments: &[&str]) -> String {
    let output = yifa(folder, arguments);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{text}");
    text
}

#[track_caller]
pub fn fails(folder: &Path, arguments: &[&str], code: i32, words: &str) {
    let output = yifa(folder, arguments);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{text}");
    assert!(
        text.contains(words),
        "{arguments:?} does not say “{words}”:\n{text}"
    );
}

pub fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("plan.toml", PLAN),
        ("units.csv", UNITS),
        ("officers.csv", OFFICERS),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

pub const FREEZE: [&str; 5] = [
    "freeze",
    "--units",
    "units.csv",
    "--officers",
    "officers.csv",
];

#[test]
fn a_bureau_draws_with_files_alone_and_anybody_verifies() {
    let office = office();
    let here = office.path();
    let planned = works(here, &["plan", "plan.toml"]);
    assert!(planned.contains("drand-quicknet:1000"), "{planned}");
    let frozen = works(here, &FREEZE);
    assert!(frozen.contains("已冻结 6 个对象"), "{frozen}");
    assert!(frozen.contains("幼儿园：4 个，将抽 2 个"), "{frozen}");
    works(here, &["seed", &format!("drand-quicknet={SIGNATURE}")]);
    let drawn = works(here, &["run"]);
    assert!(drawn.contains("幼儿园：抽中 2 个"), "{drawn}");
    let verified = works(here, &["verify", "bundle.json"]);
    assert!(
        verified.contains("✓ 成立  种子由方案、名单和来源算出"),
        "{verified}"
    );
    assert!(!verified.contains('✗'), "{verified}");
    let teams = works(
        here,
        &["assign", "--frozen", "frozen.json", "--csv", "teams.csv"],
    );
    assert!(teams.contains("甲（I1）"), "{teams}");
    let sheet = fs::read_to_string(here.join("teams.csv")).unwrap();
    assert_eq!(sheet.lines().count(), 1 + 3 * 2, "{sheet}");
    // The same draw again is the same file.
    let bundle = fs::read(here.join("bundle.json")).unwrap();
    works(here, &["run", "--out", "again.json"]);
    assert_eq!(fs::read(here.join("again.json")).unwrap(), bundle);
    let ticket = works(here, &["ticket", "bundle.json", "U1"]);
    assert!(ticket.contains("sha256sum"), "{ticket}");
}

#[test]
fn a_ticket_is_what_sha256sum_says() {
    let office = office();
    let here = office.path();
    works(here, &["plan", "plan.toml"]);
    works(here, &FREEZE);
    works(here, &["seed", &format!("drand-quicknet={SIGNATURE}")]);
    works(here, &["run"]);
    let said = works(here, &["ticket", "bundle.json", "U5"]);
    let ticket = said.split("第 0 号票  ").nth(1).unwrap()[..64].to_owned();
    let command = said.lines().find(|line| line.contains("printf")).unwrap();
    let shell = Command::new("bash").args(["-c", command]).output();
    let Ok(shell) = shell.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()) else {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: no bash to run the command with"
        ));
        return;
    };
    assert!(shell.starts_with(&ticket), "{shell} instead of {ticket}");
}

#[test]
fn a_changed_bundle_is_refused_with_the_line_that_fails() {
    let office = office();
    let here = office.path();
    works(here, &["plan", "plan.toml"]);
    works(here, &FREEZE);
    works(here, &["seed", &format!("drand-quicknet={SIGNATURE}")]);
    works(here, &["run"]);
    let bundle = fs::read_to_string(here.join("bundle.json")).unwrap();
    let changed = bundle.replace(
        "\"capacity\":2,\"certificate_until\"",
        "\"capacity\":3,\"certificate_until\"",
    );
    assert_ne!(bundle, changed);
    fs::write(here.join("changed.json"), changed).unwrap();
    fails(
        here,
        &["verify", "changed.json"],
        1,
        "人员名单的树根与名单一致：不成立",
    );
    fs::write(
        here.join("half.json"),
        &bundle.as_bytes()[..bundle.len() / 2],
    )
    .unwrap();
    fails(
        here,
        &["verify", "half.json"],
        1,
        "文件是一份完整的抽取证明包：不成立",
    );
}

#[test]
fn mistakes_are_told_with_file_row_and_field() {
    let office = office();
    let here = office.path();
    works(here, &["plan", "plan.toml"]);
    fs::write(here.join("units.csv"), format!("{UNITS}U1,又一所,中学,\n")).unwrap();
    fails(
        here,
        &FREEZE,
        2,
        "units.csv 第 8 行“编号”：U1 与第 2 行重复",
    );
    fails(
        here,
        &FREEZE,
        2,
        "units.csv 第 8 行“层”：方案里没有层“中学”",
    );
    fs::write(here.join("units.csv"), UNITS).unwrap();
    fs::write(
        here.join("officers.csv"),
        OFFICERS.replace("2025-12-31", "明年"),
    )
    .unwrap();
    fails(here, &FREEZE, 2, "officers.csv 第 2 行“证件有效期至”");
    fs::write(
        here.join("plan.toml"),
        PLAN.replace("rate = \"40%\"", "rate = \"四成\""),
    )
    .unwrap();
    fails(here, &["plan", "plan.toml"], 2, "层“幼儿园”的比例“四成”");
    fs::write(
        here.join("plan.toml"),
        PLAN.replace("[[sources]]\nname = \"drand-quicknet\"", "sources = []"),
    )
    .unwrap();
    fails(here, &["plan", "plan.toml"], 2, "plan.toml");
}

#[test]
fn every_mistake_is_told_in_chinese() {
    let office = office();
    let here = office.path();
    fails(
        here,
        &["plan", "nothing.toml"],
        2,
        "找不到文件 nothing.toml",
    );
    fails(
        here,
        &["plan", "units.csv"],
        2,
        "units.csv 第 1 行：写法不对",
    );
    let plan = |from: &str, to: &str, words: &str| {
        fs::write(here.join("plan.toml"), PLAN.replace(from, to)).unwrap();
        fails(here, &["plan", "plan.toml"], 2, words);
    };
    plan(
        "rate = \"40%\"",
        "rat = 3",
        "plan.toml 第 10 行：不认识“rat”，可以写：name",
    );
    plan(
        "rate = \"40%\"",
        "rate = 3",
        "第 10 行：写的是整数“3”，应为文字",
    );
    plan("draw = \"2023-test\"", "", "缺少“draw”");
    plan(
        "count = 1",
        "count = 1\nmax = 1",
        "“最多”（max）只能与比例一起写",
    );
    fs::write(here.join("plan.toml"), PLAN).unwrap();
    works(here, &["plan", "plan.toml"]);
    fails(here, &["seed", "nothing"], 2, "应写成 名称=值");
    fails(
        here,
        &["seed", "drand-quicknet=@no.json"],
        2,
        "找不到文件 no.json",
    );
    fails(here, &["verify", "units.csv"], 1, "不是规范的 JSON");
    fails(here, &["verify", "plan.json"], 1, "不认识“");
    fails(here, &["verify"], 2, "缺少参数 <BUNDLE>");
    fails(here, &["weigh"], 2, "没有“weigh”这个命令");
    fails(
        here,
        &["plan", "plan.toml", "--out", "no/plan.json"],
        2,
        "没有这个文件夹",
    );
}

#[test]
fn a_forged_seed_is_not_taken() {
    let office = office();
    let here = office.path();
    works(here, &["plan", "plan.toml"]);
    let forged = SIGNATURE.replace("b446", "b447");
    fails(
        here,
        &["seed", &format!("drand-quicknet={forged}")],
        2,
        "签名",
    );
    let other = format!("{{\"round\":1001,\"signature\":\"{SIGNATURE}\"}}");
    fails(
        here,
        &["seed", &format!("drand-quicknet={other}")],
        2,
        "这是第 1001 轮的值",
    );
}

#[test]
fn constraints_that_collide_are_named_with_what_would_solve_it() {
    let office = office();
    let here = office.path();
    // Three teams, and one officer who may lead two of them.
    let officers = OFFICERS
        .replace("I2,乙,督导室,2,是", "I2,乙,督导室,2,否")
        .replace(
            "I4,丁,督导室,2,否,2025-12-31",
            "I4,丁,督导室,2,是,2023-09-01",
        );
    fs::write(here.join("officers.csv"), officers).unwrap();
    works(here, &["plan", "plan.toml"]);
    works(here, &FREEZE);
    works(here, &["seed", &format!("drand-quicknet={SIGNATURE}")]);
    fails(
        here,
        &["run"],
        1,
        "依靠 甲（I1），他们合计最多承担 2 个人次",
    );
    fails(
        here,
        &["assign", "--frozen", "frozen.json"],
        1,
        "换证后可用：丁（I4）（2023-09-01）",
    );
    fails(here, &["assign"], 1, "还差 1 个人次");
    // The proof that it is impossible is itself verified.
    let verified = works(here, &["verify", "bundle.json"]);
    assert!(verified.contains("“无法指派”的证明成立"), "{verified}");
}

#[test]
fn a_secret_is_committed_to_and_opened() {
    let office = office();
    let here = office.path();
    let made = works(
        here,
        &["secret", "--draw", "2023-test", "--party", "bureau"],
    );
    let secret = made.lines().nth(1).unwrap().trim().to_owned();
    let commitment = made.split("commitment = \"").nth(1).unwrap()[..64].to_owned();
    let source = format!(
        "[[sources]]\nname = \"drand-quicknet\"\n\n[[sources]]\nname = \"reveal:bureau\"\n\
         commitment = \"{commitment}\"\nholders = [\"教育局\", \"司法局\"]"
    );
    let plan = PLAN.replace("[[sources]]\nname = \"drand-quicknet\"", &source);
    fs::write(here.join("plan.toml"), plan).unwrap();
    works(here, &["plan", "plan.toml"]);
    works(here, &FREEZE);
    let beacon = format!("drand-quicknet={SIGNATURE}");
    fails(here, &["seed", &beacon], 2, "缺少来源 reveal:bureau");
    let wrong = format!("reveal:bureau={}", "0".repeat(64));
    fails(
        here,
        &["seed", &beacon, &wrong],
        2,
        "不是当初封存的那个秘密",
    );
    works(here, &["seed", &beacon, &format!("reveal:bureau={secret}")]);
    works(here, &["run"]);
    works(here, &["verify", "bundle.json"]);
}
