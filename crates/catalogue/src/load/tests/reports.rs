//! Report templates.

use super::*;

const REPORT: &str = r#"id = "annual"
name = "年度报告"
title = "{organ}{year}年工作报告"

[[part]]
id = "work"
level = 1
name = "主要工作"
required = true
law = "行政处罚法"

[[part.paragraph]]
[[part.paragraph.sentence]]
text = "全年立案{cases}件，其中违规补课{cases|cause=违规补课}件：{cases|titles}。"

[[part.paragraph.sentence]]
text = "演练{=609|应急演练计划}次。"
when = "figure.cases > 0 && figure.open_share < 50.5"
"#;

fn found(from: &str, to: &str) -> String {
    assert!(REPORT.contains(from), "the fixture has no {from}");
    let report = REPORT.replacen(from, to, 1);
    drawn_with(&base(LEDGER).with("reports/annual.toml", report), None)
}

#[test]
fn a_template_proves_clean() {
    assert_eq!(found("", ""), "没有发现问题\n");
    let files = base(LEDGER).with("reports/annual.toml", REPORT);
    let (catalogue, _) = load(&files, None);
    let sentences = &catalogue.report("annual").unwrap().parts[0].paragraphs[0].sentences;
    assert_eq!(sentences.len(), 2);
    assert_eq!(sentences[0].pieces.len(), 7);
}

#[test]
fn slots_are_proved() {
    insta::assert_snapshot!(found("{cases}", "{case}"), @r#"
    错误[slot-figure]: 没有数据 case
      --> catalogue/reports/annual.toml:14:13
       |
    14 | text = "全年立案{case}件，其中违规补课{cases|cause=违规补课}件：{cases|titles}。"
       |                 ^^^^^^
       |
       = 建议: 是不是 cases？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("{cases}", "{cases"), @r#"
    错误[slot-malformed]: “{”没有对应的“}”；要写括号本身，写两个：{{
      --> catalogue/reports/annual.toml:14:13
       |
    14 | text = "全年立案{cases件，其中违规补课{cases|cause=违规补课}件：{cases|titles}。"
       |                 ^^^^^^^^^^^^^^^^^^^^^^
       |
       = 建议: 写法见 docs/catalogue.md“Report templates”

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("{cases}", "{cases|明年}"), @r#"
    错误[slot-malformed]: “明年”看不懂；可写期间（2020-2022）、to_date、previous_year、eve、titles 或 字段=值
      --> catalogue/reports/annual.toml:14:13
       |
    14 | text = "全年立案{cases|明年}件，其中违规补课{cases|cause=违规补课}件：{cases|titles}。"
       |                 ^^^^^^^^^^^^
       |
       = 建议: 写法见 docs/catalogue.md“Report templates”

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("cause=违规补课", "cause=补课"), @r#"
    错误[option-unknown]: cause 没有“补课”这个值
      --> catalogue/reports/annual.toml:14:28
       |
    14 | text = "全年立案{cases}件，其中违规补课{cases|cause=补课}件：{cases|titles}。"
       |                                        ^^^^^^^^^^^^^^^^^^
       |
       = 建议: 是不是“违规补课”？可用：违规补课、无证办学

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("cause=违规补课", "street=东街"), @r#"
    错误[dimension-unknown]: cases 不能按 street 分组
      --> catalogue/reports/annual.toml:14:28
       |
    14 | text = "全年立案{cases}件，其中违规补课{cases|street=东街}件：{cases|titles}。"
       |                                        ^^^^^^^^^^^^^^^^^^^
       |
       = 建议: 可用：cause；或在它的定义里补上 by

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("{cases|titles}", "{open_share|titles}"), @r#"
    错误[slot-titles]: open_share 是计算出来的，没有记录可列
      --> catalogue/reports/annual.toml:14:48
       |
    14 | text = "全年立案{cases}件，其中违规补课{cases|cause=违规补课}件：{open_share|titles}。"
       |                                                                  ^^^^^^^^^^^^^^^^^^^
       |
       = 建议: 列出计算所用的那个数据的记录

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("figure.cases > 0", "figure.case > 0"), @r#"
    错误[slot-figure]: 没有数据 case
      --> catalogue/reports/annual.toml:18:9
       |
    18 | when = "figure.case > 0 && figure.open_share < 50.5"
       |         ^^^^^^^^^^^
       |
       = 建议: 是不是 cases？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("when = \"figure.cases > 0 && figure.open_share < 50.5\"", ""), @r#"
    警告[sentence-never]: 这一句没有数据，永远不会写出来
      --> catalogue/reports/annual.toml:17:8
       |
    17 | text = "演练{=609|应急演练计划}次。"
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = 建议: 总要写的话加上 when = "true"

    共 1 个问题：警告 1
    "#);
}

#[test]
fn parts_are_proved() {
    insta::assert_snapshot!(found("level = 1", "level = 4"), @r#"
    错误[type-mismatch]: level 应为 0 到 3 的整数，这里是 4
     --> catalogue/reports/annual.toml:7:9
      |
    7 | level = 4
      |         ^
      |
      = 建议: 例：level = 0

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("name = \"主要工作\"\n", ""), @r#"
    错误[key-missing]: 有级别的部分缺少标题 name
     --> catalogue/reports/annual.toml:6:6
      |
    6 | id = "work"
      |      ^^^^^^
      |
      = 建议: 写 name = "…"；没有标题的导语写 level = 0

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("{organ}{year}年", "{organ}{cases}年"), @r#"
    错误[slot-malformed]: 标题里只能有 {organ} 和 {year}
     --> catalogue/reports/annual.toml:3:9
      |
    3 | title = "{organ}{cases}年工作报告"
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = 建议: 例："{organ}{year}年法治政府建设工作报告"

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(found("id = \"annual\"", "id = \"yearly\""), @r#"
    错误[file-name]: 文件名是 annual.toml，标识却是 yearly
     --> catalogue/reports/annual.toml:1:6
      |
    1 | id = "yearly"
      |      ^^^^^^^^
      |
      = 建议: 把文件改名为 yearly.toml

    共 1 个问题：错误 1
    "#);
}

#[test]
fn a_template_has_parts() {
    let (head, _) = REPORT.split_once("[[part]]").unwrap();
    let (_, found) = load(&base(LEDGER).with("reports/annual.toml", head), None);
    let codes: Vec<&str> = found.iter().map(|found| &*found.code).collect();
    assert_eq!(codes, ["report-empty"]);
}

#[test]
fn names_of_persons_do_not_reach_a_report() {
    let ledger = LEDGER.replace("title = [\"number\", \"cause\"]", "title = [\"party\"]");
    let files = base(&ledger).with("reports/annual.toml", REPORT);
    insta::assert_snapshot!(drawn_with(&files, None), @r#"
    错误[slot-titles]: 记录的名称里有个人信息“当事人”，不能写进报告
      --> catalogue/reports/annual.toml:14:48
       |
    14 | text = "全年立案{cases}件，其中违规补课{cases|cause=违规补课}件：{cases|titles}。"
       |                                                                  ^^^^^^^^^^^^^^
       |
       = 建议: 在台账里另写 title，或不列名称

    共 1 个问题：错误 1
    "#);
}
