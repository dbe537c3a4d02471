//! Files, the lists they refer to, versions.

use super::*;
use crate::definition::{DateSource, FigureKind, Measure};

#[test]
fn the_small_catalogue_proves_clean() {
    let files = base(LEDGER);
    let (catalogue, found) = load(&files, None);
    assert_eq!(render_text(&found, &files.sources()), "没有发现问题\n");
    let ledger = catalogue.ledger("case").unwrap();
    assert_eq!(ledger.fields.len(), 7);
    assert_eq!(ledger.law[0].to_string(), "《行政处罚法》第六十条");
    // Named by date, key, title or a dimension: can be filtered by.
    let indexed: Vec<&str> = ledger
        .fields
        .iter()
        .filter(|field| field.index)
        .map(|field| field.id.as_str())
        .collect();
    assert_eq!(indexed, ["number", "filed_on", "cause"]);
    assert_eq!(ledger.figures.len(), 7);
    let FigureKind::Flow(fold) = &catalogue.figure("cases_decided").unwrap().kind else {
        panic!("a flow")
    };
    assert_eq!(fold.on, DateSource::Action);
    let FigureKind::Flow(fold) = &catalogue.figure("items_seized").unwrap().kind else {
        panic!("a flow")
    };
    assert!(matches!(fold.measure, Measure::RowsSum(..)));
    assert_eq!(catalogue.figure("fines").unwrap().decimals, 2);
}

#[test]
fn syntax_is_explained() {
    insta::assert_snapshot!(drawn("id = \"number\"", "id = “number”"), @r#"
    错误[toml-syntax]: 这里用了中文标点
      --> catalogue/enforcement/case.toml:11:6
       |
    11 | id = “number”
       |      ^^^^^^^^
       |
       = 建议: 引号、等号、逗号、方括号要用英文（半角）的
       = 依据: TOML: string values must be quoted, expected literal string

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("name = \"案号\"", "name = \"案号"), @r#"
    错误[toml-syntax]: 引号没有成对，或含有不能直接写的字符
      --> catalogue/enforcement/case.toml:12:11
       |
    12 | name = "案号
       |             ^
       |
       = 建议: 文字前后各一个英文引号；反斜杠写两个 \\
       = 依据: TOML: invalid basic string, expected `"`

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("name = \"案号\"", "name = \"案号\"\nname = \"编号\""), @r#"
    错误[toml-syntax]: 同一个键写了两次
      --> catalogue/enforcement/case.toml:13:1
       |
    13 | name = "编号"
       | ^^^^
       |
       = 建议: 删去一个；同类的几项写成几个 [[…]]
       = 依据: TOML: duplicate key

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("name = \"案号\"", "name = 案号"), @r#"
    错误[toml-syntax]: 文字没有加引号
      --> catalogue/enforcement/case.toml:12:8
       |
    12 | name = 案号
       |        ^^^^
       |
       = 建议: 写成 键 = "文字"
       = 依据: TOML: string values must be quoted, expected literal string

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("name = \"案号\"", "name \"案号\""), @r#"
    错误[toml-syntax]: 缺少等号
      --> catalogue/enforcement/case.toml:12:6
       |
    12 | name "案号"
       |      ^
       |
       = 建议: 写成 键 = 值
       = 依据: TOML: key with no value, expected `=`

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("options = [\"违规补课\", \"无证办学\"]", "options = [\"违规补课\" \"无证办学\"]"), @r#"
    错误[toml-syntax]: 列表写法有误
      --> catalogue/enforcement/case.toml:32:19
       |
    32 | options = ["违规补课" "无证办学"]
       |                       ^
       |
       = 建议: 各项之间用英文逗号：["甲", "乙"]
       = 依据: TOML: missing comma between array elements, expected `,`

    共 1 个问题：错误 1
    "#);
}

#[test]
fn keys_and_shapes_are_held_against_the_format() {
    insta::assert_snapshot!(drawn("required = true", "requird = true"), @r#"
    错误[key-unknown]: 字段没有名为 requird 的键
      --> catalogue/enforcement/case.toml:14:1
       |
    14 | requird = true
       | ^^^^^^^
       |
       = 建议: 是不是 required？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("name = \"案号\"\n", ""), @r#"
    错误[key-missing]: 字段缺少 name
      --> catalogue/enforcement/case.toml:10:1
       |
    10 | [[field]]
       | ^^^^^^^^^
       |
       = 建议: 补上 name = …（字段名称）

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("effective = 2021-07-15", "effective = \"2021-07-15\""), @r#"
    错误[type-mismatch]: effective 应为日期，这里是文字
     --> catalogue/enforcement/case.toml:4:13
      |
    4 | effective = "2021-07-15"
      |             ^^^^^^^^^^^^
      |
      = 建议: 不加引号、不带时间，例：effective = 2021-07-15

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("type = \"money\"", "type = \"mony\""), @r#"
    错误[value-unknown]: type 不能是“mony”
      --> catalogue/enforcement/case.toml:37:8
       |
    37 | type = "mony"
       |        ^^^^^^
       |
       = 建议: 是不是 money？可用：text、long_text、number、money、date、date_range、choice、choices、flag、district、unit、subject、officer、person、phone、address、identity_number、credit_code、law、file、rows、reference

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("id = \"number\"", "id = \"案号\""), @r#"
    错误[id-malformed]: “案号”不能作标识
      --> catalogue/enforcement/case.toml:11:6
       |
    11 | id = "案号"
       |      ^^^^^^
       |
       = 建议: 标识用小写英文字母开头，只含小写字母、数字和 _，不超过64个

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("name = \"案号\"", "name = \" \""), @r#"
    错误[text-empty]: name 是空的
      --> catalogue/enforcement/case.toml:12:8
       |
    12 | name = " "
       |        ^^^
       |
       = 建议: 写上内容，或删去这一行

    共 1 个问题：错误 1
    "#);
}

#[test]
fn names_of_other_files_are_known() {
    insta::assert_snapshot!(drawn("section = \"legal\"", "section = \"legl\""), @r#"
    错误[section-unknown]: 没有科室 legl
     --> catalogue/enforcement/case.toml:3:11
      |
    3 | section = "legl"
      |           ^^^^^^
      |
      = 建议: 是不是 legal？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("行政处罚法 第六十条", "行政惩罚法 第六十条"), @r#"
    错误[statute-unknown]: 法规名单里没有《行政惩罚法》
     --> catalogue/enforcement/case.toml:5:8
      |
    5 | law = ["行政惩罚法 第六十条"]
      |        ^^^^^^^^^^^^^^^^^^^^^
      |
      = 建议: 是不是《行政处罚法》？先把它写进 statutes.toml

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("行政处罚法 第六十条", "行政处罚法 有关规定"), @r#"
    错误[article-malformed]: “有关规定”不像条文号
     --> catalogue/enforcement/case.toml:5:8
      |
    5 | law = ["行政处罚法 有关规定"]
      |        ^^^^^^^^^^^^^^^^^^^^^
      |
      = 建议: 法规简称后空一格写条文，如“第六十条”“第二十条第一款”“第三十三条之一”“附件2”

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("行政处罚法 第六十条", "行政处罚法 第六十条 [sure]"), @r#"
    错误[mark-unknown]: 没有名为 sure 的标记
     --> catalogue/enforcement/case.toml:5:8
      |
    5 | law = ["行政处罚法 第六十条 [sure]"]
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = 建议: 可用：verified、secondary、local、recalled

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("id = \"case\"", "id = \"penalty\""), @r#"
    错误[file-name]: 文件名是 case.toml，标识却是 penalty
     --> catalogue/enforcement/case.toml:1:6
      |
    1 | id = "penalty"
      |      ^^^^^^^^^
      |
      = 建议: 把文件改名为 penalty.toml（新版本：penalty.2021-07-15.toml），或改标识

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn_with(&Files::new("").with("elsewhere/case.toml", LEDGER), None).lines().take(8).collect::<Vec<_>>().join("\n"), @r#"
    错误[module-unknown]: 没有模块“elsewhere”
     --> elsewhere/case.toml:1:6
      |
    1 | id = "case"
      |      ^^^^^^
      |
      = 建议: 文件夹要先写进 modules.toml
    "#);
}

#[test]
fn a_repealed_statute_is_told() {
    insta::assert_snapshot!(drawn("行政处罚法 第六十条", "旧办法 第二条"), @r#"
    警告[statute-repealed]: 《旧办法》到 2021-01-01 已经失效
     --> catalogue/enforcement/case.toml:5:8
      |
    5 | law = ["旧办法 第二条"]
      |        ^^^^^^^^^^^^^^^
      |
      = 建议: 台账自 2021-07-15 起生效，改引当时有效的法规

    共 1 个问题：警告 1
    "#);
}

#[test]
fn a_citation_is_no_surer_than_its_statute() {
    let ledger = LEDGER.replacen("行政处罚法 第六十条", "行政许可法 第三十三条之一第二款", 1);
    let (catalogue, found) = load(&base(&ledger), None);
    assert!(found.is_empty());
    let law = &catalogue.ledger("case").unwrap().law[0];
    assert_eq!(law.mark, crate::definition::Mark::Recalled);
}

#[test]
fn a_mistake_is_not_echoed_by_what_depends_on_it() {
    // The field is broken; the figures over it, and formulas over those, are not wrong as well.
    let files = base(&LEDGER.replace("type = \"money\"", "type = \"mony\"")).with(
        "enforcement/other.toml",
        r#"id = "other"
name = "其他"
section = "legal"
effective = 2021-01-01
[[field]]
id = "case"
name = "案件"
type = "reference"
of = "case"
[[field]]
id = "topic"
name = "主题"
type = "text"
[[figure]]
id = "others"
name = "其他"
unit = "%"
formula = "rate"
of = "cases_decided"
base = "cases"
"#,
    );
    let codes: Vec<String> = load(&files, None)
        .1
        .into_iter()
        .map(|found| found.code.into_owned())
        .collect();
    assert_eq!(codes, ["value-unknown"]);
}

#[test]
fn versions_stand_side_by_side() {
    let later = LEDGER
        .replace("effective = 2021-07-15", "effective = 2023-01-01")
        .replace("违规补课", "违规培训");
    let files = base(LEDGER).with("enforcement/case.2023-01-01.toml", &*later);
    let (catalogue, found) = load(&files, None);
    assert_eq!(render_text(&found, &files.sources()), "没有发现问题\n");
    assert_eq!(catalogue.versions("case").len(), 2);
    let day = |text: &str| text.parse().unwrap();
    let on = |date: &str| {
        catalogue
            .ledger_on("case", day(date))
            .unwrap()
            .effective
            .to_string()
    };
    assert_eq!(on("2020-01-01"), "2021-07-15");
    assert_eq!(on("2022-12-31"), "2021-07-15");
    assert_eq!(on("2023-01-01"), "2023-01-01");
    assert_eq!(catalogue.figures().count(), 7);
    assert_eq!(catalogue.versions("case")[0].figures.len(), 7);

    let overlapping = base(LEDGER).with("enforcement/case.2021-07-15.toml", LEDGER);
    insta::assert_snapshot!(drawn_with(&overlapping, None), @r#"
    错误[version-overlap]: case 有两个版本都从 2021-07-15 起生效
     --> catalogue/enforcement/case.toml:4:13
      |
    4 | effective = 2021-07-15
      |             ^^^^^^^^^^
      |
      = 建议: 改一个生效日期，或删去一个；另一个在 catalogue/enforcement/case.2021-07-15.toml

    共 1 个问题：错误 1
    "#);
}

#[test]
fn files_that_are_no_definitions_are_told() {
    let files = base(LEDGER)
        .with("enforcement/case.tml", LEDGER)
        .with("README.md", "# 目录")
        .with("coverage.toml", "penalty = \"case\"")
        .with("enforcement/large.toml", "# ".repeat(1 << 20));
    let (catalogue, found) = load(&files, None);
    let codes: Vec<&str> = found.iter().map(|found| &*found.code).collect();
    assert_eq!(codes, ["file-ignored", "file-too-large"]);
    assert!(catalogue.ledger("case").is_some());
}

#[test]
fn the_page_of_a_ledger_reads_well() {
    let (catalogue, _) = load(&base(LEDGER), None);
    let ledger = catalogue.ledger("case").unwrap();
    insta::assert_snapshot!(crate::reference::reference(&catalogue, ledger), @r#"
    案件（case）
    模块：行政执法
    科室：法规科
    自 2021-07-15 起
    依据：《行政处罚法》第六十条
    日期：立案日期
    自然键：案号
    称呼：案号、案由

    字段
      案号（number）：文字；必填；可筛选；公开
      立案日期（filed_on）：日期；必填；可筛选
      结案日期（closed_on）：日期
      案由（cause）：单选；可筛选；违规补课、无证办学
      罚款（fine）：金额（元）
      当事人（party）：人名；脱敏公开
      物品（items）：明细表
        · 名称（what）：文字；必填
        · 数量（count）：数字

    环节
      立案、决定、结案（结束）

    办理
      告知（notify）：在立案；由执法人员
      作出决定（decide）：立案 → 决定；由负责人；办过“告知”的人不得办；持证执法人员2名；需要《处罚决定书》、证据材料、先办“告知”、已填“案由”；填罚款；条件 has(entry.cause) && entry.cause == "违规补课"；《行政处罚法》第五十七条
      结案（close）：决定 → 结案；由执法人员；填结案日期

    期限
      作出决定（decide_in_time）：进入“立案”起90日内；至“作出决定”止；法定；“告知”至“作出决定”不计；经“告知”可延长60日

    文书
      处罚决定书（decision）：文号 {organ}罚决字〔{year}〕{seq}号；模板 penalty/decision

    公开
      行政处罚：“作出决定”后；7个工作日内公开

    数据
      立案（cases）：单位：件；期间累计；数记录；可按案由分组
      作出决定（cases_decided）：单位：件；期间累计；数“作出决定”的次数，条件 has(entry.fine) && entry.fine > 100000
      罚款金额（fines）：单位：元；期间累计；“罚款”
      扣押物品（items_seized）：单位：件；期间累计；“物品”中 count 之和
      在办案件（open_cases）：单位：件；期末存量；数记录，到“结案日期”为止；可按案由分组
      在办占比（open_share）：单位：%；“在办案件” ÷ “立案”（累计）；可按案由分组
      同比增长（growth）：单位：%；（“立案”（违规补课） − “立案”（违规补课，上年同期）） ÷ “立案”（违规补课，上年同期）
    "#);
}

#[test]
fn a_wrong_folder_is_told() {
    insta::assert_snapshot!(drawn_with(&Files::new("catalogue/"), None), @r#"
    错误[catalogue-empty]: 这里没有一个台账
     --> catalogue/
     = 建议: 核对文件夹：台账在 模块/台账.toml

    共 1 个问题：错误 1
    "#);
    let lists = Files::new("").with("modules.toml", "");
    let (_, found) = load(&lists, None);
    assert_eq!(found[0].code, "catalogue-empty");
}

#[test]
fn a_catalogue_can_be_shared_between_threads() {
    fn is_shared<T: Send + Sync + 'static>(_: &T) {}
    is_shared(&load(&base(LEDGER), None).0);
}

#[test]
fn a_ledger_open_to_units_says_whose_an_entry_is() {
    let drawn = drawn(
        "section = \"legal\"",
        "section = \"legal\"\nunits = \"write\"",
    );
    assert!(drawn.contains("错误[units-without-unit]"), "{drawn}");
    let files = base(
        &LEDGER
            .replace(
                "section = \"legal\"",
                "section = \"legal\"\nunits = \"read\"",
            )
            .replacen(
                "[[figure]]",
                "[[field]]\nid = \"school\"\nname = \"学校\"\ntype = \"unit\"\n\n[[figure]]",
                1,
            ),
    );
    assert!(
        !drawn_with(&files, None).contains("units-"),
        "reading needs no key of its own"
    );
    let files = base(
        &LEDGER
            .replace(
                "section = \"legal\"",
                "section = \"legal\"\nunits = \"write\"",
            )
            .replacen(
                "[[figure]]",
                "[[field]]\nid = \"school\"\nname = \"学校\"\ntype = \"unit\"\n\n[[figure]]",
                1,
            ),
    );
    let drawn = drawn_with(&files, None);
    assert!(drawn.contains("错误[units-share-key]"), "{drawn}");
}
