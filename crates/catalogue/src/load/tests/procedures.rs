//! Stages, actions, clocks, documents, publication.

use super::*;

#[test]
fn stages_lead_somewhere() {
    insta::assert_snapshot!(drawn("to = \"decided\"\n", ""), @r#"
    错误[stage-unreachable]: 从“立案”走不到环节“决定”
      --> catalogue/enforcement/case.toml:64:6
       |
    64 | id = "decided"
       |      ^^^^^^^^^
       |
       = 建议: 加一个 to = "decided" 的办理，或删去这个环节

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("to = \"closed\"\n", ""), @r#"
    错误[stage-unreachable]: 从“立案”走不到环节“结案”
      --> catalogue/enforcement/case.toml:68:6
       |
    68 | id = "closed"
       |      ^^^^^^^^
       |
       = 建议: 加一个 to = "closed" 的办理，或删去这个环节

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("end = true\n", ""), @r#"
    错误[procedure-endless]: 程序没有结束的环节
      --> catalogue/enforcement/case.toml:60:6
       |
    60 | id = "filed"
       |      ^^^^^^^
       |
       = 建议: 在最后的环节上写 end = true

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("from = [\"decided\"]", "from = [\"desided\"]"), @r#"
    错误[stage-unknown]: 没有环节 desided
      --> catalogue/enforcement/case.toml:94:9
       |
    94 | from = ["desided"]
       |         ^^^^^^^^^
       |
       = 建议: 是不是 decided？

    共 1 个问题：错误 1
    "#);
}

#[test]
fn what_only_units_may_do_needs_a_ledger_that_is_open_to_them() {
    let roles = "[[role]]\nid = \"officer\"\nname = \"执法人员\"\n[[role]]\nid = \"head\"\nname = \"负责人\"\n[[role]]\nid = \"school\"\nname = \"学校\"\n";
    let codes = |by: &str| {
        let ledger = LEDGER.replacen("by = [\"head\"]", by, 1);
        assert_ne!(ledger, LEDGER);
        let mut files = base(&ledger);
        files.add("roles.toml", roles);
        let (_, found) = load(&files, None);
        found.iter().map(|f| f.code.to_string()).collect::<Vec<_>>()
    };
    assert!(codes("by = [\"school\"]").contains(&"action-nobody".to_owned()));
    assert!(!codes("by = [\"school\", \"head\"]").contains(&"action-nobody".to_owned()));
}

#[test]
fn a_circle_apart_from_the_rest_is_found() {
    let ledger = LEDGER.replace("to = \"decided\"\n", "to = \"closed\"\n")
        .replace("[[clock]]", "[[stage]]\nid = \"heard\"\nname = \"听证\"\n\n[[action]]\nid = \"hear\"\nname = \"听证\"\nfrom = [\"decided\"]\nto = \"heard\"\nby = [\"head\"]\n\n[[action]]\nid = \"back\"\nname = \"退回\"\nfrom = [\"heard\"]\nto = \"decided\"\nby = [\"head\"]\n\n[[clock]]");
    let (_, found) = load(&base(&ledger), None);
    let codes: Vec<&str> = found.iter().map(|found| &*found.code).collect();
    assert_eq!(codes, ["stage-unreachable", "stage-unreachable"]);
}

#[test]
fn a_stage_without_a_way_out_is_found() {
    let ledger = LEDGER.replace(
        "[[clock]]",
        "[[stage]]\nid = \"lost\"\nname = \"搁置\"\n\n[[action]]\nid = \"shelve\"\nname = \"搁置\"\n\
         from = [\"filed\"]\nto = \"lost\"\nby = [\"head\"]\n\n[[clock]]",
    );
    insta::assert_snapshot!(drawn_with(&base(&ledger), None), @r#"
    错误[stage-endless]: 进入环节“搁置”后再也结束不了
       --> catalogue/enforcement/case.toml:100:6
        |
    100 | id = "lost"
        |      ^^^^^^
        |
        = 建议: 加一个通向结束环节的办理，或在它上面写 end = true

    共 1 个问题：错误 1
    "#);
}

#[test]
fn somebody_can_do_each_action() {
    insta::assert_snapshot!(drawn("by = [\"head\"]", "by = [\"heads\"]"), @r#"
    错误[role-unknown]: 没有角色 heads
      --> catalogue/enforcement/case.toml:83:7
       |
    83 | by = ["heads"]
       |       ^^^^^^^
       |
       = 建议: 是不是 head？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("by = [\"head\"]", "by = []"), @r#"
    错误[action-nobody]: 没有人可以办“作出决定”
      --> catalogue/enforcement/case.toml:83:6
       |
    83 | by = []
       |      ^^
       |
       = 建议: 写 by = ["角色"]，角色见 roles.toml

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("not_by = [\"notify\"]", "not_by = [\"decide\"]"), @r#"
    错误[action-nobody]: “作出决定”的 not_by 里有它自己，没有人可以办
      --> catalogue/enforcement/case.toml:79:6
       |
    79 | id = "decide"
       |      ^^^^^^^^
       |
       = 建议: 从 not_by 里删去它

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("from = [\"filed\"]\nby = [\"officer\"]", "from = [\"filed\"]\nneeds = [\"action:decide\"]\nby = [\"officer\"]"), @r#"
    错误[action-impossible]: “告知”永远办不了：要先做的办理永远做不成
      --> catalogue/enforcement/case.toml:73:6
       |
    73 | id = "notify"
       |      ^^^^^^^^
       |
       = 建议: 核对 needs 里的 action:…

    错误[action-impossible]: “作出决定”永远办不了：要先做的办理永远做不成
      --> catalogue/enforcement/case.toml:80:6
       |
    80 | id = "decide"
       |      ^^^^^^^^
       |
       = 建议: 核对 needs 里的 action:…

    共 2 个问题：错误 2
    "#);
    insta::assert_snapshot!(drawn("from = [\"filed\"]\nby", "by"), @r#"
    错误[action-without-stage]: 没有说明“告知”在哪些环节可以办
      --> catalogue/enforcement/case.toml:73:6
       |
    73 | id = "notify"
       |      ^^^^^^^^
       |
       = 建议: 写 from = ["环节标识"]

    共 1 个问题：错误 1
    "#);
}

#[test]
fn needs_and_asks_resolve() {
    insta::assert_snapshot!(drawn("\"document:decision\"", "\"document:decison\""), @r#"
    错误[document-unknown]: 没有文书 decison
      --> catalogue/enforcement/case.toml:86:10
       |
    86 | needs = ["document:decison", "evidence", "action:notify", "field:cause"]
       |          ^^^^^^^^^^^^^^^^^^
       |
       = 建议: 是不是 decision？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("\"evidence\"", "\"proofs\""), @r#"
    错误[need-malformed]: “proofs”看不懂
      --> catalogue/enforcement/case.toml:86:31
       |
    86 | needs = ["document:decision", "proofs", "action:notify", "field:cause"]
       |                               ^^^^^^^^
       |
       = 建议: 写 document:文书、evidence、action:办理、field:字段、over:期限、branch:并行事项 或 subcase:子案

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("asks = [\"fine\"]", "asks = [\"罚款\"]"), @r#"
    错误[id-malformed]: “罚款”不能作标识
      --> catalogue/enforcement/case.toml:87:9
       |
    87 | asks = ["罚款"]
       |         ^^^^^^
       |
       = 建议: 标识用小写英文字母开头，只含小写字母、数字和 _，不超过64个

    共 1 个问题：错误 1
    "#);
}

#[test]
fn clocks_start_and_stop() {
    insta::assert_snapshot!(drawn("limit = \"90 calendar days\"", "limit = \"90 days\""), @r#"
    错误[limit-malformed]: 应写明是工作日（working days）还是自然日（calendar days），各法对“日”的规定不同
       --> catalogue/enforcement/case.toml:104:9
        |
    104 | limit = "90 days"
        |         ^^^^^^^^^
        |
        = 建议: 例："7 working days"、"90 calendar days"、"3 months"；起算日就是最后一日的写 "on the day"

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("stops = [\"action:decide\"]", "stops = []"), @r#"
    错误[clock-never-stops]: 期限没有停止条件，永远走不完
       --> catalogue/enforcement/case.toml:103:9
        |
    103 | stops = []
        |         ^^
        |
        = 建议: 写 stops = ["action:办理标识"]

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("starts = \"stage:filed\"", "starts = \"stage:closed\""), @r#"
    错误[clock-never-stops]: 期限“作出决定”开始后到不了这个停止条件
       --> catalogue/enforcement/case.toml:103:10
        |
    103 | stops = ["action:decide"]
        |          ^^^^^^^^^^^^^^^
        |
        = 建议: stops 写开始之后才会发生的环节或办理

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("starts = \"stage:filed\"", "starts = \"filed\""), @r#"
    错误[trigger-malformed]: “filed”不是触发条件
       --> catalogue/enforcement/case.toml:102:10
        |
    102 | starts = "filed"
        |          ^^^^^^^
        |
        = 建议: 写 opened、stage:环节、action:办理 或 field:日期字段

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("starts = \"stage:filed\"", "starts = \"field:fine\""), @r#"
    错误[field-unfit]: fine 是金额（元）字段，不能触发期限
       --> catalogue/enforcement/case.toml:102:10
        |
    102 | starts = "field:fine"
        |          ^^^^^^^^^^^^
        |
        = 建议: 用日期字段

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("[[\"action:notify\", \"action:decide\"]]", "[\"action:notify\"]"), @r#"
    错误[type-mismatch]: 这里应为两个触发条件：中止的开始和结束
       --> catalogue/enforcement/case.toml:105:14
        |
    105 | suspended = ["action:notify"]
        |              ^^^^^^^^^^^^^^^
        |
        = 建议: 例：suspended = [["action:hear", "action:heard"]]

    共 1 个问题：错误 1
    "#);
}

#[test]
fn a_clock_over_what_cannot_happen_never_starts() {
    let ledger = LEDGER
        .replace("starts = \"stage:filed\"", "starts = \"action:close\"")
        .replace(
            "stops = [\"action:decide\"]",
            "stops = [\"field:closed_on\"]",
        )
        .replace("to = \"decided\"\n", "");
    insta::assert_snapshot!(drawn_with(&base(&ledger), None), @r#"
    错误[stage-unreachable]: 从“立案”走不到环节“决定”
      --> catalogue/enforcement/case.toml:64:6
       |
    64 | id = "decided"
       |      ^^^^^^^^^
       |
       = 建议: 加一个 to = "decided" 的办理，或删去这个环节

    错误[clock-never-starts]: 期限“作出决定”永远不会开始
       --> catalogue/enforcement/case.toml:101:10
        |
    101 | starts = "action:close"
        |          ^^^^^^^^^^^^^^
        |
        = 建议: starts 写一个走得到的环节或办得成的办理

    共 2 个问题：错误 2
    "#);
}

#[test]
fn documents_have_templates_and_numbers() {
    insta::assert_snapshot!(drawn("template = \"penalty/decision\"\n", ""), @r#"
    错误[key-missing]: 文书缺少 template
       --> catalogue/enforcement/case.toml:108:1
        |
    108 | [[document]]
        | ^^^^^^^^^^^^
        |
        = 建议: 补上 template = …（模板，documents/ 下的名称）

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("template = \"penalty/decision\"", "template = \"penalty/decisions\""), @r#"
    错误[template-unknown]: 没有文书模板 penalty/decisions
       --> catalogue/enforcement/case.toml:112:12
        |
    112 | template = "penalty/decisions"
        |            ^^^^^^^^^^^^^^^^^^^
        |
        = 建议: 是不是 penalty/decision？

    共 1 个问题：错误 1
    "#);
    insta::assert_snapshot!(drawn("〔{year}〕{seq}号", "〔{years}〕号"), @r#"
    错误[number-malformed]: 文号里没有 {years}，只有 {organ}、{year}、{seq}
       --> catalogue/enforcement/case.toml:111:10
        |
    111 | number = "{organ}罚决字〔{years}〕号"
        |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        |
        = 建议: 例："{organ}罚决字〔{year}〕{seq}号"

    错误[number-malformed]: 文号里没有 {seq}，每份文书都会是同一个号
       --> catalogue/enforcement/case.toml:111:10
        |
    111 | number = "{organ}罚决字〔{years}〕号"
        |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        |
        = 建议: 例："{organ}罚决字〔{year}〕{seq}号"

    共 2 个问题：错误 2
    "#);
}

#[test]
fn a_publication_shows_something() {
    let ledger = LEDGER
        .replace("public = \"show\"\n", "")
        .replace("public = \"mask\"\n", "");
    insta::assert_snapshot!(drawn_with(&base(&ledger), None), @r#"
    错误[publication-empty]: 公开的内容是空的：没有一个字段对外公开
       --> catalogue/enforcement/case.toml:113:10
        |
    113 | column = "行政处罚"
        |          ^^^^^^^^^^
        |
        = 建议: 在要公开的字段上写 public = "show" 或 "mask"

    共 1 个问题：错误 1
    "#);
}
