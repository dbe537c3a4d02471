//! Templates of papers.

use super::*;

fn with_paper(from: &str, to: &str) -> String {
    assert!(PAPER.contains(from), "the fixture has no {from}");
    let files = base(LEDGER).with(
        "documents/penalty/decision.toml",
        PAPER.replacen(from, to, 1),
    );
    drawn_with(&files, None)
}

#[test]
fn slots_and_conditions_are_held_against_the_ledger() {
    finds(
        &with_paper("罚款{fine}元", "罚款{fines}元"),
        "[field-unknown]",
        "没有字段 fines",
        "是不是 fine",
    );
    finds(
        &with_paper("{fine|大写}", "{party|大写}"),
        "[field-unfit]",
        "party 不是金额",
        "去掉 |大写",
    );
    finds(
        &with_paper("（{fine|大写}）", "（{fine"),
        "[slot-malformed]",
        "没有对应的“}”",
        "写法见",
    );
    finds(
        &with_paper("entry.fine > 0", "entry.fine > 0.5"),
        "[condition-never]",
        "永远比不上",
        "fine 的值是整数",
    );
}

#[test]
fn a_template_that_nobody_uses_is_found() {
    let files = base(LEDGER).with("documents/penalty/reminder.toml", PAPER);
    finds(
        &drawn_with(&files, None),
        "[paper-unused]",
        "没有一个台账的文书用模板 penalty/reminder",
        "在台账的 [[document]]",
    );
}

#[test]
fn a_paper_says_what_is_known_and_leaves_a_line_for_the_rest() {
    let (catalogue, _) = load(&base(LEDGER), None);
    let ledger = catalogue.ledger("case").expect("it is there");
    let template = catalogue.paper("penalty/decision").expect("it is there");
    let fields =
        crate::value::Fields::from([("fine".into(), crate::value::Value::Integer(123_450))]);
    let none = std::collections::BTreeMap::new();
    let paper = crate::paper::fill(template, ledger, &fields, &none);
    assert_eq!(
        paper.blocks[0].text,
        "决定罚款1234.50元（壹仟贰佰叁拾肆元伍角整）。"
    );
    assert_eq!(paper.issuer, crate::paper::BLANK);
    assert_eq!(paper.blanks, ["机关名称"]);
    let empty = crate::paper::fill(template, ledger, &Default::default(), &none);
    assert!(empty.blocks.is_empty(), "its condition does not hold");
}
