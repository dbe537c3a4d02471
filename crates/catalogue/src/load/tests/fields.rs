//! Fields, what names them, and conditions over them.

use super::*;

#[test]
fn fields_are_proved() {
    insta::assert_snapshot!(drawn("id = \"closed_on\"", "id = \"filed_on\""), @r#"
    错误[id-duplicate]: 字段 filed_on 出现两次
      --> catalogue/enforcement/case.toml:24:6
       |
    24 | id = "filed_on"
       |      ^^^^^^^^^^
       |
       = 建议: 删去一个，或改标识

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("name = \"结案日期\"", "name = \"立案日期\""), @r#"
    错误[name-duplicate]: 有两个字段都叫“立案日期”
      --> catalogue/enforcement/case.toml:25:8
       |
    25 | name = "立案日期"
       |        ^^^^^^^^^^
       |
       = 建议: 表单和表格靠名称区分字段，请改一个名称

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("options = [\"违规补课\", \"无证办学\"]", "options = [\"违规补课\", \"违规补课\", \"甲；乙\"]"), @r#"
    错误[option-duplicate]: 选项“违规补课”出现两次
      --> catalogue/enforcement/case.toml:32:20
       |
    32 | options = ["违规补课", "违规补课", "甲；乙"]
       |                        ^^^^^^^^^^
       |
       = 建议: 删去一个

    错误[option-sign]: 选项“甲；乙”里有分隔符
      --> catalogue/enforcement/case.toml:32:28
       |
    32 | options = ["违规补课", "违规补课", "甲；乙"]
       |                                    ^^^^^^^^
       |
       = 建议: “；”和“|”在表格里用来隔开选项和列，请换一个写法

    共 2 个问题：错误 2
    "#);
    insta::assert_snapshot!(drawn("options = [\"违规补课\", \"无证办学\"]", ""), @r#"
    错误[options-missing]: 没有选项
      --> catalogue/enforcement/case.toml:28:1
       |
    28 | [[field]]
       | ^^^^^^^^^
       |
       = 建议: 写 options = ["…", "…"]

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("public = \"mask\"", "public = \"show\""), @r#"
    错误[public-personal]: “当事人”是个人信息，不能原样公开
      --> catalogue/enforcement/case.toml:43:10
       |
    43 | public = "show"
       |          ^^^^^^
       |
       = 建议: 写 public = "mask"（脱敏）或删去 public（不公开）

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("type = \"money\"", "type = \"money\"\nmin = 3"), @r#"
    错误[field-key-unfit]: money 字段没有 min
      --> catalogue/enforcement/case.toml:38:1
       |
    38 | min = 3
       | ^^^
       |
       = 建议: min 只用于 number 字段；删去，或核对 type

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("type = \"money\"", "type = \"number\"\nmin = 0.5\nmax = 2"), @r#"
    错误[bound-malformed]: min = 0.5 放不进保留0位小数的数字
      --> catalogue/enforcement/case.toml:38:7
       |
    38 | min = 0.5
       |       ^^^
       |
       = 建议: 核对 decimals，或换一个界限

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("type = \"money\"", "type = \"number\"\nmin = 5\nmax = 2"), @r#"
    错误[bounds-reversed]: max 小于 min，什么数都填不进
      --> catalogue/enforcement/case.toml:39:7
       |
    39 | max = 2
       |       ^
       |
       = 建议: 对调两个界限

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("name = \"物品\"", "name = \"物品\"\nindex = true"), @r#"
    错误[index-unfit]: 明细表字段不能筛选、排序
      --> catalogue/enforcement/case.toml:48:9
       |
    48 | index = true
       |         ^^^^
       |
       = 建议: 删去 index

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("type = \"person\"\npublic = \"mask\"", "type = \"reference\"\nof = \"cases\""), @r#"
    错误[reference-unknown]: 没有台账 cases
      --> catalogue/enforcement/case.toml:43:6
       |
    43 | of = "cases"
       |      ^^^^^^^
       |
       = 建议: 是不是 case？

    共 1 个问题：错误 1
    "#);
}

#[test]
fn what_names_a_field_finds_it() {
    insta::assert_snapshot!(drawn("date = \"filed_on\"", "date = \"file_on\""), @r#"
    错误[field-unknown]: 没有字段 file_on
     --> catalogue/enforcement/case.toml:6:8
      |
    6 | date = "file_on"
      |        ^^^^^^^^^
      |
      = 建议: 是不是 filed_on？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("date = \"filed_on\"", "date = \"number\""), @r#"
    错误[field-unfit]: number 是文字字段，不能作工作日期
     --> catalogue/enforcement/case.toml:6:8
      |
    6 | date = "number"
      |        ^^^^^^^^
      |
      = 建议: 用日期字段

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("key = [\"number\"]", "key = [\"cause\"]"), @r#"
    警告[key-optional]: 自然键的字段 cause 不是必填，空着就认不出记录
     --> catalogue/enforcement/case.toml:7:8
      |
    7 | key = ["cause"]
      |        ^^^^^^^
      |
      = 建议: 在字段上写 required = true，或换一个自然键

    共 1 个问题：警告 1
    "#);
    insta::assert_snapshot!(drawn("sum = \"fine\"", "sum = \"fines\""), @r#"
    错误[field-unknown]: 没有字段 fines
       --> catalogue/enforcement/case.toml:137:7
        |
    137 | sum = "fines"
        |       ^^^^^^^
        |
        = 建议: 是不是 fine？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("sum = \"fine\"", "sum = \"cause\""), @r#"
    错误[field-unfit]: cause 是单选字段，不能求和
       --> catalogue/enforcement/case.toml:137:7
        |
    137 | sum = "cause"
        |       ^^^^^^^
        |
        = 建议: 用数字或金额字段

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("sum = \"items.count\"", "sum = \"items.what\""), @r#"
    错误[field-unfit]: what 是文字字段，不能求和
       --> catalogue/enforcement/case.toml:143:7
        |
    143 | sum = "items.what"
        |       ^^^^^^^^^^^^
        |
        = 建议: 用数字或金额字段

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("by = [\"cause\"]\n\n[[figure]]\nid = \"cases_decided\"", "by = [\"items\"]\n\n[[figure]]\nid = \"cases_decided\""), @r#"
    错误[field-unfit]: items 是明细表字段，不能分组
       --> catalogue/enforcement/case.toml:124:7
        |
    124 | by = ["items"]
        |       ^^^^^^^
        |
        = 建议: 用单选、区划、是否、单位或文字字段

    共 1 个问题：错误 1
    "#);
}

#[test]
fn conditions_are_proved() {
    let when = "has(entry.fine) && entry.fine > 100000";
    insta::assert_snapshot!(drawn(when, "has(entry.fine) && entry.fine > 1000.5"), @r#"
    错误[condition-never]: fine 与 1000.5 永远比不上
       --> catalogue/enforcement/case.toml:131:28
        |
    131 | when = "has(entry.fine) && entry.fine > 1000.5"
        |                            ^^^^^^^^^^
        |
        = 建议: fine 的值是整数：数字按保留的小数位放大，金额以分为单位（12.5元写作 1250）

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn(when, "has(entry.fin) && entry.fine > 100000"), @r#"
    错误[field-unknown]: 没有字段 fin
       --> catalogue/enforcement/case.toml:131:13
        |
    131 | when = "has(entry.fin) && entry.fine > 100000"
        |             ^^^^^^^^^
        |
        = 建议: 是不是 fine？

    警告[condition-unguarded]: fine 可能没有填，条件就算不出来
       --> catalogue/enforcement/case.toml:131:27
        |
    131 | when = "has(entry.fin) && entry.fine > 100000"
        |                           ^^^^^^^^^^
        |
        = 建议: 先写 has(entry.fine) && …

    共 2 个问题：错误 1，警告 1
    "#);
    insta::assert_snapshot!(drawn(when, "entry.fine > 100000"), @r#"
    警告[condition-unguarded]: fine 可能没有填，条件就算不出来
       --> catalogue/enforcement/case.toml:131:9
        |
    131 | when = "entry.fine > 100000"
        |         ^^^^^^^^^^
        |
        = 建议: 先写 has(entry.fine) && …

    共 1 个问题：警告 1
    "#);
    insta::assert_snapshot!(drawn(when, "has(entry.fine) and entry.fine > 100000"), @r#"
    错误[condition-malformed]: 条件写法有误；“并且”写作 &&
       --> catalogue/enforcement/case.toml:131:25
        |
    131 | when = "has(entry.fine) and entry.fine > 100000"
        |                         ^
        |
        = 建议: 条件用 CEL 写，见 docs/catalogue.md“Conditions”

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn(when, "figure.cases > 1"), @r#"
    错误[condition-root]: 这里没有 figure
       --> catalogue/enforcement/case.toml:131:9
        |
    131 | when = "figure.cases > 1"
        |         ^^^^^^
        |
        = 建议: 这里只能用 entry.…

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("entry.cause == \\\"违规补课\\\"", "entry.cause == \\\"补课\\\""), @r#"
    错误[condition-never]: cause 与 "补课" 永远比不上
      --> catalogue/enforcement/case.toml:88:29
       |
    88 | when = "has(entry.cause) && entry.cause == \"补课\""
       |                             ^^^^^^^^^^^
       |
       = 建议: cause 的值是选项之一：违规补课、无证办学

    共 1 个问题：错误 1
    "#);
}

#[test]
fn the_rest_of_the_findings() {
    let code = |from: &str, to: &str| {
        assert!(LEDGER.contains(from), "the fixture has no {from}");
        let (_, found) = load(&base(&LEDGER.replacen(from, to, 1)), None);
        found
            .into_iter()
            .map(|found| found.code.into_owned())
            .collect::<Vec<_>>()
    };
    let column = "[[field.column]]\nid = \"count\"\nname = \"数量\"\ntype = \"number\"";
    assert_eq!(
        code(column, &column.replace("number", "rows")),
        ["column-nested"]
    );
    assert_eq!(
        code("type = \"money\"", "type = \"rows\""),
        ["columns-missing"]
    );
    assert_eq!(
        code("type = \"money\"", "type = \"reference\""),
        ["reference-missing"]
    );
    let asked = "base = { figure = \"cases\", period = \"to_date\" }";
    assert_eq!(
        code(asked, &format!("{asked}\nby = [\"party\"]")),
        ["formula-dimension"]
    );
}

#[test]
fn a_ledger_has_fields_and_its_entries_names() {
    let head = "id = \"case\"\nname = \"案件\"\nsection = \"legal\"\neffective = 2021-07-15\n";
    let codes = |text: &str| {
        let (_, found) = load(&base(text), None);
        found
            .into_iter()
            .map(|found| found.code.into_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(head), ["fields-missing"]);
    let field = "[[field]]\nid = \"count\"\nname = \"人数\"\ntype = \"number\"\n";
    assert_eq!(codes(&format!("{head}{field}")), ["title-missing"]);
}

#[test]
fn only_text_takes_numbers() {
    let money = drawn("type = \"money\"", "type = \"money\"\nnumber = \"{seq}号\"");
    assert!(money.contains("number-unfit"), "{money}");
    let blind = drawn("type = \"money\"", "type = \"text\"\nnumber = \"{year}号\"");
    assert!(blind.contains("number-malformed"), "{blind}");
}
