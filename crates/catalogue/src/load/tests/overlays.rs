//! What an organ may add, and what it may not loosen.

use super::*;

fn overlaid(overlay: &str) -> (Catalogue, String) {
    let files = base(LEDGER);
    let own = Files::new("本局/").with("case.toml", overlay);
    (load(&files, Some(&own)).0, drawn_with(&files, Some(&own)))
}

#[test]
fn an_overlay_adds_and_tightens() {
    let (catalogue, found) = overlaid(
        r#"overlay = "case"
name = "行政处罚案件"

[[field]]
id = "cause"
required = true

[[field]]
id = "party"
public = "hide"

[[field]]
id = "street"
name = "街道"
type = "choice"
options = ["东街", "西街"]

[[clock]]
id = "decide_in_time"
limit = "2 months"

[[document]]
id = "decision"
number = "云教罚〔{year}〕{seq}号"

[[figure]]
id = "cases_by_street"
name = "各街道案件"
unit = "件"
count = "entries"
by = ["street"]
"#,
    );
    // Months and days have no order where the months may be longer.
    insta::assert_snapshot!(found, @r#"
    错误[overlay-loosens]: 2个月与90日无法比较长短
      --> 本局/case.toml:20:9
       |
    20 | limit = "2 months"
       |         ^^^^^^^^^^
       |
       = 建议: 用同一种时间写，不超过90日

    共 1 个问题：错误 1
    "#);
    let ledger = catalogue.ledger("case").unwrap();
    assert_eq!(ledger.name, "行政处罚案件");
    assert!(ledger.field("cause").unwrap().required);
    assert!(ledger.field("street").unwrap().index);
    assert_eq!(ledger.documents[0].number, "云教罚〔{year}〕{seq}号");
    assert!(catalogue.figure("cases_by_street").is_some());
    let (catalogue, found) = overlaid(
        "overlay = \"case\"\n[[clock]]\nid = \"decide_in_time\"\nlimit = \"60 calendar days\"\n",
    );
    assert_eq!(found, "没有发现问题\n");
    assert_eq!(
        catalogue.ledger("case").unwrap().clocks[0]
            .limit
            .to_string(),
        "60 calendar days"
    );
}

#[test]
fn an_overlay_never_loosens() {
    let found = |text: &str| overlaid(&format!("overlay = \"case\"\n{text}\n")).1;
    insta::assert_snapshot!(found("[[field]]\nid = \"number\"\nrequired = false"), @r#"
    错误[overlay-loosens]: “案号”是必填的，本地不能改成不必填
     --> 本局/case.toml:4:12
      |
    4 | required = false
      |            ^^^^^
      |
      = 建议: 删去 required

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("[[field]]\nid = \"fine\"\npublic = \"show\""), @r#"
    错误[overlay-loosens]: “罚款”的公开范围不能比原来宽
     --> 本局/case.toml:4:10
      |
    4 | public = "show"
      |          ^^^^^^
      |
      = 建议: 删去 public

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("[[field]]\nid = \"fine\"\ntype = \"number\""), @r#"
    错误[overlay-forbidden]: 本地不能改已有字段的 type
     --> 本局/case.toml:4:1
      |
    4 | type = "number"
      | ^^^^
      |
      = 建议: 可以改 name、help、number，写 required = true，或收窄 public

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("[[clock]]\nid = \"decide_in_time\"\nlimit = \"120 calendar days\""), @r#"
    错误[overlay-loosens]: 本地期限120日比原来的90日长
     --> 本局/case.toml:4:9
      |
    4 | limit = "120 calendar days"
      |         ^^^^^^^^^^^^^^^^^^^
      |
      = 建议: 只能缩短：不超过90日

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("[[clock]]\nid = \"decide\"\nlimit = \"12 calendar days\""), @r#"
    错误[overlay-unknown]: 台账没有期限 decide
     --> 本局/case.toml:3:6
      |
    3 | id = "decide"
      |      ^^^^^^^^
      |
      = 建议: 本地只能收紧已有的期限；核对标识

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("[[field]]\nid = \"street\"\nname = \"街道\""), @r#"
    错误[key-missing]: 新字段缺少 type
     --> 本局/case.toml:3:6
      |
    3 | id = "street"
      |      ^^^^^^^^
      |
      = 建议: 补上；若要改已有的字段，核对标识

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(overlaid("overlay = \"cas\"\n").1, @r#"
    错误[overlay-unknown]: 没有台账 cas 可补充
     --> 本局/case.toml:1:11
      |
    1 | overlay = "cas"
      |           ^^^^^
      |
      = 建议: 是不是 case？新台账写 id，不写 overlay

    共 1 个问题：错误 1
    "#);
}

#[test]
fn an_organ_may_keep_ledgers_of_its_own() {
    let own = LEDGER
        .replace("\"case\"", "\"local_case\"")
        .replace("[[figure]]\nid = \"", "[[figure]]\nid = \"local_");
    let own = own
        .replace("of = \"open", "of = \"local_open")
        .replace("figure = \"cases\"", "figure = \"local_cases\"");
    let files = base(LEDGER);
    let own = Files::new("本局/").with("enforcement/local_case.toml", own);
    assert_eq!(drawn_with(&files, Some(&own)), "没有发现问题\n");
    let again = Files::new("本局/").with("enforcement/case.toml", LEDGER);
    insta::assert_snapshot!(drawn_with(&files, Some(&again)), @r#"
    错误[overlay-redefines]: 本地不能重新定义台账 case
     --> 本局/enforcement/case.toml:1:6
      |
    1 | id = "case"
      |      ^^^^^^
      |
      = 建议: 补充它：把 id 换成 overlay = "case"，只写要加的、要收紧的

    共 1 个问题：错误 1
    "#);
}

#[test]
fn an_organ_may_rename_sections() {
    let own = Files::new("本局/").with(
        "sections.toml",
        "[[section]]\nid = \"legal\"\nname = \"政策法规与审批科\"\n[[section]]\nid = \"aid\"\nname = \"资助中心\"\n",
    );
    let (catalogue, found) = load(&base(LEDGER), Some(&own));
    assert!(found.is_empty());
    let names: Vec<&str> = catalogue
        .sections()
        .iter()
        .map(|section| &*section.name)
        .collect();
    assert_eq!(names, ["政策法规与审批科", "资助中心"]);
}
