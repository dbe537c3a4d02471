//! Parts that are larger than their whole.

use std::sync::LazyLock;

use super::Outcome;
use super::common::{comparable, shared_words};
use crate::facts::{Facts, Figure, Role};
use crate::lexicon::Lexicon;
use crate::numbers::UnitClass;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// “其中”后的数大于总数；办结、采纳、合格等后一环节的数大于收到、征集、抽检等前一环节的数。
    /// ## 为什么要紧
    /// 部分不会大于整体，这样的数字不用核对原始台账就知道有错。
    /// ## 例
    /// 征集意见建议326条，采纳867条。
    /// ## 改正
    /// 征集意见建议867条，采纳326条。
    /// ## 已知误报
    /// 含上年结转、旧存的办结数可以大于本年收案数，写明“含结转”即不报。
    "part-exceeds-whole", Error, Relation, "部分大于整体", run
}

/// The stages of a piece of work; a later one never counts more than an earlier one.
const STAGES: &[&[&str]] = &[
    &[
        "收到",
        "下发",
        "发出",
        "接到",
        "接收",
        "征集",
        "收集",
        "申请",
        "报名",
        "来信",
        "来访",
        "抽检",
        "抽查",
        "排查",
        "复查",
        "发放",
        "应参加",
    ],
    &["受理", "立案", "转办", "有效", "发现"],
    &[
        "审结",
        "办结",
        "整改",
        "采纳",
        "采用",
        "答复",
        "回复",
        "合格",
        "录取",
        "化解",
        "解决",
        "收回",
        "实际参加",
    ],
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        for part in paragraph.figures.clone().skip(1) {
            let figure = &facts.figures[part];
            let plain =
                figure.is_amount() && !matches!(figure.role, Role::Up | Role::Down | Role::Earlier);
            if !plain || figure.approximate {
                continue;
            }
            let whole = (facts.window(&paragraph.figures, part).start..part)
                .rev()
                .take_while(|index| facts.figures[*index].sentence == figure.sentence)
                .find(|index| {
                    let other = &facts.figures[*index];
                    other.bracket == figure.bracket
                        && other.is_amount()
                        && !matches!(other.role, Role::Up | Role::Down)
                });
            let Some(whole) = whole.or_else(|| only_before(facts, part)) else {
                continue;
            };
            let whole = of_which(facts, part, whole);
            judge(facts, part, whole, out);
        }
    }
}

/// 总量27395万人，增加501万人。其中，外出61821万人: the only amount of its unit in the sentence before.
fn only_before(facts: &Facts<'_>, part: usize) -> Option<usize> {
    const REACH: usize = 8;
    let figure = &facts.figures[part];
    let mut before = (part.saturating_sub(REACH)..part).filter(|index| {
        let other = &facts.figures[*index];
        other.sentence + 1 == figure.sentence
            && other.paragraph == figure.paragraph
            && other.bracket == figure.bracket
            && other.is_amount()
            && other.unit == figure.unit
            && other.role == Role::Plain
    });
    let only = before.next().filter(|_| before.next().is_none())?;
    let whole = &facts.figures[only];
    let between = facts.text.get(whole.whole.end..figure.whole.start)?;
    let (_, opening) = between.rsplit_once('。')?;
    // 月均收入4432元。其中，外出的5013元: an average is no whole of others.
    let money = whole.class == Some(UnitClass::Money);
    let (one, other) = (facts.label(whole), facts.label(figure));
    let same = shared_words(one, other) >= 2 && !one.contains('均') && !other.contains('均');
    (opening.starts_with("其中") && same && !money).then_some(only)
}

/// In 其中甲19人，乙15人 the whole of the second part is the whole of the first.
fn of_which(facts: &Facts<'_>, part: usize, before: usize) -> usize {
    let (figure, sibling) = (&facts.figures[part], &facts.figures[before]);
    let listed = facts.label(sibling).trim_start().starts_with("其中")
        && figure.clause == sibling.clause
        && figure.unit == sibling.unit
        && sibling.segment + 1 == figure.segment
        && facts.label(figure).chars().count() <= 10;
    // 94.9万人，比上年增加0.1万人，其中城镇41.4万人，乡村53.5万人: of the value, not of the change.
    let value = (0..before)
        .rev()
        .take(3)
        .find(|index| !matches!(facts.figures[*index].role, Role::Up | Role::Down));
    let whole = value.filter(|whole| {
        let other = &facts.figures[*whole];
        // 造林148亩、其中甲地43亩，修复草原517亩: the comma ends what the pause mark began.
        let mark = |from: usize, to: usize| facts.text.get(from..to).unwrap_or_default();
        let begun = mark(other.whole.end, sibling.label.start).contains('、');
        let ended = mark(sibling.whole.end, figure.label.start).contains(['，', ',']);
        listed
            && !(begun && ended)
            && other.sentence == figure.sentence
            && other.bracket == figure.bracket
            && other.unit == figure.unit
    });
    whole.unwrap_or(before)
}

fn judge(facts: &Facts<'_>, part: usize, whole: usize, out: &mut Outcome) {
    let (small, large) = (&facts.figures[part], &facts.figures[whole]);
    if large.approximate || !comparable(small, large) {
        return;
    }
    let label = facts.label(small).trim_start();
    let next_sentence = small.sentence == large.sentence + 1
        && facts.text[large.whole.end..small.whole.start].contains("。其中");
    let of_which = next_sentence
        || small.clause == large.clause
            && ["其中", "包括", "内含"]
                .iter()
                .any(|word| label.starts_with(word))
        || whole < part
            && small.clause == large.clause
            && facts.text[large.whole.end..small.whole.start]
                .rsplit_once("其中")
                // 收入7亿元（其中税收5亿元）、补助21亿元: the bracket ends what it divides.
                .is_some_and(|(_, behind)| !behind.contains(['）', ')']));
    if !of_which && !later_stage(facts, small, large) {
        return;
    }
    if !small.value.above(large.value) {
        if !out.settled[part] {
            report(facts, part, whole, true, out);
        }
        return;
    }
    // 部门收到19条，区县收到11条，其中咨询12条、投诉18条: both lists divide the same total.
    let of_larger = out.lists_with(whole).any(|list| {
        let total = facts.figures[list.total].value;
        list.holds && list.total < whole && !small.value.above(total)
    });
    if of_larger {
        return;
    }
    if !out.blamed[part] && !out.blamed[whole] {
        report(facts, part, whole, false, out);
    }
}

/// So far around the figures words of the same sentence are looked for.
const SENTENCE_CHARS: usize = 120;

/// How many bytes the sentence goes on.
fn rest_of_sentence(chars: impl Iterator<Item = char>) -> usize {
    chars
        .take(SENTENCE_CHARS)
        .take_while(|next| !matches!(next, '。' | '\n'))
        .map(char::len_utf8)
        .sum()
}

/// 收到 before 受理 before 办结, side by side in one clause.
fn later_stage(facts: &Facts<'_>, small: &Figure, large: &Figure) -> bool {
    if small.clause != large.clause || small.segment > large.segment + 2 {
        return false;
    }
    // 下发整改通知书 is 下发: the first act in the words counts.
    let stage = |figure: &Figure| {
        let (_, _, word) = ACTS.0.find(facts.label(figure)).next()?;
        Some(ACTS.1[word])
    };
    let (Some(early), Some(late)) = (stage(large), stage(small)) else {
        return false;
    };
    if early >= late {
        return false;
    }
    // 上年结转3件,本年收到41件,办结43件: said anywhere in the sentence.
    let back = rest_of_sentence(facts.text[..large.label.start].chars().rev());
    let ahead = rest_of_sentence(facts.text[small.whole.end..].chars());
    let around = &facts.text[large.label.start - back..small.whole.end + ahead];
    !CARRIED.is_in(around)
}

/// The acts of all stages, with the stage of each.
static ACTS: LazyLock<(Lexicon, Vec<usize>)> = LazyLock::new(|| {
    let acts = || {
        let stages = STAGES.iter().enumerate();
        stages.flat_map(|(stage, acts)| acts.iter().map(move |act| (stage, *act)))
    };
    (
        Lexicon::new(acts().map(|(_, act)| act)),
        acts().map(|(stage, _)| stage).collect(),
    )
});

/// Words that say that older cases are counted too.
static CARRIED: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new([
        "结转", "旧存", "积案", "上年", "往年", "历年", "收案", "新收",
    ])
});

fn report(facts: &Facts<'_>, part: usize, whole: usize, holds: bool, out: &mut Outcome) {
    let (small, large) = (&facts.figures[part], &facts.figures[whole]);
    let message = if holds {
        format!("部分 {} 不大于整体 {}", small.value, large.value)
    } else {
        format!("部分 {} 大于整体 {}", small.value, large.value)
    };
    let mut finding = RULE
        .at(small.span.clone(), message)
        .help("请核对两个数，或者写明口径（例如含上年结转）")
        .figures(format!("≤ {}", large.value), small.value.to_string())
        .related(large.span.clone(), "整体");
    finding.holds = holds;
    if !holds {
        out.blamed[part] = true;
    }
    out.findings.push(finding);
}
