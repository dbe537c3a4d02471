//! Figures and formulas.

use super::*;
use crate::definition::{FigureKind, Operation, PeriodShift};

#[test]
fn a_formula_has_the_dimensions_that_its_operands_share() {
    let (catalogue, _) = load(&base(LEDGER), None);
    let share = catalogue.figure("open_share").unwrap();
    assert_eq!(share.by.len(), 1);
    assert_eq!(share.decimals, 1);
    let FigureKind::Formula(formula) = &share.kind else {
        panic!("a formula")
    };
    assert_eq!(formula.operation, Operation::Share);
    assert_eq!(formula.base.as_ref().unwrap().period, PeriodShift::ToDate);
    // A fixed dimension is no longer free.
    assert_eq!(catalogue.figure("growth").unwrap().by, []);
}

#[test]
fn figures_are_proved() {
    insta::assert_snapshot!(drawn("sum = \"fine\"\n", ""), @r#"
    错误[figure-quantity]: 没有说明数什么
       --> catalogue/enforcement/case.toml:134:6
        |
    134 | id = "fines"
        |      ^^^^^^^
        |
        = 建议: 写 count、sum、distinct、latest、formula 之一，如 count = "entries"

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("sum = \"fine\"\n", "sum = \"fine\"\ncount = \"entries\"\n"), @r#"
    错误[figure-quantity]: 一个数据只能有一种算法，这里有 count、sum
       --> catalogue/enforcement/case.toml:137:1
        |
    137 | sum = "fine"
        | ^^^
        |
        = 建议: 只留一个

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("count = \"action:decide\"", "count = \"action:deside\""), @r#"
    错误[action-unknown]: 没有办理 deside
       --> catalogue/enforcement/case.toml:130:9
        |
    130 | count = "action:deside"
        |         ^^^^^^^^^^^^^^^
        |
        = 建议: 是不是 decide？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("count = \"action:decide\"", "count = \"cases\""), @r#"
    错误[count-malformed]: 不知道“cases”数什么
       --> catalogue/enforcement/case.toml:130:9
        |
    130 | count = "cases"
        |         ^^^^^^^
        |
        = 建议: 写 "entries"、"action:办理标识" 或 "rows:字段标识"

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("unit = \"元\"", "unit = \"%\""), @r#"
    错误[unit-percent]: 数出来的数不是百分数
       --> catalogue/enforcement/case.toml:136:8
        |
    136 | unit = "%"
        |        ^^^
        |
        = 建议: 百分数用 formula = "rate" 等由两个数据计算，百分数相加没有意义

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("unit = \"%\"\nformula = \"share\"", "unit = \"件\"\nformula = \"share\""), @r#"
    错误[unit-not-percent]: 比率的单位是 %，不是“件”
       --> catalogue/enforcement/case.toml:157:8
        |
    157 | unit = "件"
        |        ^^^^
        |
        = 建议: 写 unit = "%"

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("kind = \"stock\"\n", ""), @r#"
    错误[figure-key-unfit]: until 只用于存量
       --> catalogue/enforcement/case.toml:150:1
        |
    150 | until = "closed_on"
        | ^^^^^
        |
        = 建议: 写 kind = "stock"

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("sum = \"fine\"", "sum = \"fine\"\nper = [\"cause\"]"), @r#"
    错误[figure-key-unfit]: per 不能与 sum 一起用
       --> catalogue/enforcement/case.toml:138:1
        |
    138 | per = ["cause"]
        | ^^^
        |
        = 建议: per 只用于 latest；请删去

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("id = \"fines\"", "id = \"cases\""), @r#"
    错误[figure-duplicate]: 数据 cases 定义了两次
       --> catalogue/enforcement/case.toml:134:6
        |
    134 | id = "cases"
        |      ^^^^^^^
        |
        = 建议: 数据标识全目录唯一；另一个在 catalogue/enforcement/case.toml

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("id = \"fines\"", "id = \"year\""), @r#"
    错误[id-reserved]: year 在报告里另有含义，不能作数据标识
       --> catalogue/enforcement/case.toml:134:6
        |
    134 | id = "year"
        |      ^^^^^^
        |
        = 建议: 换一个标识

    共 1 个问题：错误 1
    "#);
}

#[test]
fn formulas_are_proved() {
    insta::assert_snapshot!(drawn("of = \"open_cases\"", "of = \"opened_cases\""), @r#"
    错误[operand-unknown]: 没有数据 opened_cases
       --> catalogue/enforcement/case.toml:159:6
        |
    159 | of = "opened_cases"
        |      ^^^^^^^^^^^^^^
        |
        = 建议: 是不是 open_cases？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("of = \"open_cases\"", "of = \"open_share\""), @r#"
    错误[formula-cycle]: 计算绕成了圈：open_share → open_share
       --> catalogue/enforcement/case.toml:159:6
        |
    159 | of = "open_share"
        |      ^^^^^^^^^^^^
        |
        = 建议: 数据不能由自己算出；换一个 of 或 base

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("of = \"open_cases\"\n", ""), @r#"
    错误[operands]: 计算缺少 of
       --> catalogue/enforcement/case.toml:154:1
        |
    154 | [[figure]]
        | ^^^^^^^^^^
        |
        = 建议: 例：of = "complaint_closed"，base = "complaint_received"

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("of = \"open_cases\"", "of = [\"open_cases\", \"cases\"]"), @r#"
    错误[operands]: 只有 sum 可以有几个 of
       --> catalogue/enforcement/case.toml:159:6
        |
    159 | of = ["open_cases", "cases"]
        |      ^^^^^^^^^^^^^^^^^^^^^^^
        |
        = 建议: 只留一个

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("only = { cause = \"违规补课\" }", "only = { cause = \"违规\" }"), @r#"
    错误[option-unknown]: cause 没有“违规”这个值
       --> catalogue/enforcement/case.toml:167:17
        |
    167 | of = { figure = "cases", only = { cause = "违规" } }
        |                 ^^^^^^^
        |
        = 建议: 是不是“违规补课”？可用：违规补课、无证办学

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("only = { cause = \"违规补课\" }", "only = { party = \"张三\" }"), @r#"
    错误[dimension-unknown]: cases 不能按 party 分组
       --> catalogue/enforcement/case.toml:167:17
        |
    167 | of = { figure = "cases", only = { party = "张三" } }
        |                 ^^^^^^^
        |
        = 建议: 可用：cause；或在它的定义里补上 by

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("formula = \"share\"\nof = \"open_cases\"\nbase = {", "formula = \"difference\"\nof = \"fines\"\nbase = {"), @r#"
    警告[unit-mixed]: 量词不同的数在一起加减：元、件、%
       --> catalogue/enforcement/case.toml:157:8
        |
    157 | unit = "%"
        |        ^^^
        |
        = 建议: 核对量词；同一种东西才能相加减

    共 1 个问题：警告 1
    "#);
}
