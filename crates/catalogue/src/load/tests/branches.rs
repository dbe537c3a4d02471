//! Branches, subcases and waiting for clocks.

use super::*;

/// The small ledger with an expert opinion beside its first stage.
fn branched(from: &str, to: &str) -> String {
    let ledger = LEDGER.replace(
        "[[clock]]",
        "[[action]]\nid = \"ask_expert\"\nname = \"委托鉴定\"\nfrom = [\"filed\"]\nby = [\"officer\"]\n\n\
         [[action]]\nid = \"expert_said\"\nname = \"收到鉴定意见\"\nfrom = [\"filed\"]\nby = [\"officer\"]\n\n\
         [[branch]]\nid = \"expert\"\nname = \"鉴定\"\nbegins = \"ask_expert\"\nends = [\"expert_said\"]\n\n\
         [[clock]]",
    );
    let ledger = ledger.replace(
        "\"action:notify\", \"field",
        "\"branch:expert\", \"action:notify\", \"field",
    );
    assert!(ledger.contains(from), "the fixture has no {from}");
    drawn_with(&base(&ledger.replacen(from, to, 1)), None)
}

#[test]
fn a_branch_is_waited_for() {
    assert_eq!(branched("expert", "expert"), "没有发现问题\n");
    finds(
        &branched("\"branch:expert\", ", ""),
        "[branch-never-joins]",
        "“作出决定”不等“鉴定”结束",
        "在它的 needs 里加",
    );
    finds(
        &branched("\"branch:expert\"", "\"branch:experts\""),
        "[branch-unknown]",
        "没有并行事项 experts",
        "是不是 expert？",
    );
    finds(
        &branched("ends = [\"expert_said\"]", "ends = []"),
        "[branch-never-ends]",
        "“鉴定”开始后结束不了",
        "写 ends",
    );
    finds(
        &branched(
            "ends = [\"expert_said\"]",
            "ends = [\"expert_said\", \"close\"]",
        ),
        "[branch-moves]",
        "“结案”会改变环节",
        "并行事项的办理不写 to",
    );
}

#[test]
fn a_time_to_wait_for_is_a_clock() {
    finds(
        &drawn("\"evidence\"", "\"over:decide_in_times\""),
        "[clock-unknown]",
        "没有期限 decide_in_times",
        "是不是 decide_in_time？",
    );
}

fn with_subcase_text(need: &str) -> String {
    LEDGER.replace("\"evidence\"", need).replace(
        "[[clock]]",
        "[[subcase]]\nid = \"hearing\"\nname = \"听证\"\nledger = \"hearing\"\nfield = \"case\"\n\n[[clock]]",
    )
}

fn with_hearing(ledger: &str, field: &str, end: &str) -> crate::Files {
    let hearing = format!(
        "id = \"hearing\"\nname = \"听证\"\nsection = \"legal\"\neffective = 2021-01-01\n\
         [[field]]\nid = \"topic\"\nname = \"事由\"\ntype = \"text\"\n\
         [[field]]\nid = \"case\"\nname = \"案件\"\n{field}\n{end}"
    );
    base(ledger).with("enforcement/hearing.toml", hearing)
}

fn with_subcase(field: &str, end: &str, need: &str) -> String {
    drawn_with(&with_hearing(&with_subcase_text(need), field, end), None)
}

#[test]
fn who_may_not_act_because_of_the_case_is_said_by_an_act_of_the_case() {
    let field = "type = \"reference\"\nof = \"case\"";
    let stages = "[[stage]]\nid = \"open\"\nname = \"办理\"\n[[stage]]\nid = \"over\"\nname = \"结束\"\nend = true\n";
    let apart = |by: &str| {
        let act = format!(
            "{stages}[[action]]\nid = \"finish\"\nname = \"结束\"\nfrom = [\"open\"]\nto = \"over\"\nby = [\"officer\"]\nnot_by_case = [\"{by}\"]\n"
        );
        drawn_with(&with_hearing(LEDGER, field, &act), None)
    };
    assert_eq!(apart("case:decide"), "没有发现问题\n");
    finds(
        &apart("case:decided"),
        "[action-unknown]",
        "case 没有办理 decided",
        "写 引用字段:那个台账的办理",
    );
    finds(
        &apart("topic:decide"),
        "[field-unfit]",
        "不能指出所属案件",
        "用引用字段",
    );
    finds(
        &apart("decide"),
        "[need-malformed]",
        "看不懂",
        "写 引用字段",
    );
}

#[test]
fn a_subcase_refers_back_and_ends() {
    let field = "type = \"reference\"\nof = \"case\"";
    let end = "[[stage]]\nid = \"open\"\nname = \"办理\"\n[[stage]]\nid = \"over\"\nname = \"结束\"\nend = true\n\
               [[action]]\nid = \"finish\"\nname = \"结束\"\nfrom = [\"open\"]\nto = \"over\"\nby = [\"officer\"]\n";
    let need = "\"subcase:hearing\"";
    assert_eq!(with_subcase(field, end, need), "没有发现问题\n");
    finds(
        &with_subcase("type = \"text\"", end, need),
        "[subcase-field]",
        "hearing 没有指向 case 的引用字段 case",
        "写 type",
    );
    finds(
        &with_subcase(field, "", need),
        "[subcase-endless]",
        "hearing 没有结束的环节",
        "在它最后的环节上写",
    );
    let until = |stage: &str| format!("field = \"case\"\nuntil = [\"{stage}\"]");
    let ending = |stage: &str| {
        let ledger = with_subcase_text(need).replace("field = \"case\"", &until(stage));
        drawn_with(&with_hearing(&ledger, field, end), None)
    };
    assert_eq!(ending("over"), "没有发现问题\n");
    finds(
        &ending("open"),
        "[subcase-until]",
        "hearing 没有结束的环节 open",
        "until 写它结束的环节",
    );
    finds(
        &with_subcase(field, end, "\"subcase:hearings\""),
        "[subcase-unknown]",
        "没有子案 hearings",
        "是不是 hearing？",
    );
}

fn with_join(field: &str, action: &str) -> String {
    let ledger = LEDGER.replace(
        "[[clock]]",
        &format!(
            "[[field]]\nid = \"lead\"\nname = \"并入\"\n{field}\n\n[[action]]\nid = \"join\"\n\
             name = \"并案\"\nfrom = [\"filed\"]\nby = [\"officer\"]\njoins = \"lead\"\n{action}\n\n[[clock]]"
        ),
    );
    drawn_with(&base(&ledger), None)
}

#[test]
fn a_matter_is_joined_to_another_of_its_ledger_and_ends() {
    let own = "type = \"reference\"\nof = \"case\"";
    let whole = "to = \"closed\"\nasks = [\"lead\"]";
    assert_eq!(with_join(own, whole), "没有发现问题\n");
    finds(
        &with_join("type = \"text\"", whole),
        "[field-unfit]",
        "不能记载并入哪一件",
        "用指向本台账的引用",
    );
    finds(
        &with_join(own, "to = \"closed\""),
        "[join-unasked]",
        "没有问并入哪一件",
        "在 asks 里加",
    );
    finds(
        &with_join(own, "asks = [\"lead\"]"),
        "[join-endless]",
        "之后本件没有结束",
        "写 to",
    );
}
