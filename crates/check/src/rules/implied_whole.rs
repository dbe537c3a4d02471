//! All or nothing in words, beside a figure that says otherwise.

use std::sync::LazyLock;

use super::Outcome;
use super::common::{comparable, shared_words};
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::lexicon::Lexicon;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 文字说“全部办结”“全覆盖”“清零”“未发生”，同一句或同一段的数字却不是百分之百或零。
    /// ## 为什么要紧
    /// “全部”就是100%，“未发生”就是0，文字和数字打架，读者不知道该信哪个。
    /// ## 例
    /// 受理投诉304件，办结301件，全部办结。
    /// ## 改正
    /// 受理投诉304件，办结301件，其余3件正在办理。
    /// ## 已知误报
    /// 说的是不同时期（上半年、去年同期）时保持沉默；“由85%提高到100%”不报。
    "implied-whole", Error, Relation, "“全部”“未发生”与数字不符", run
}

/// Acts of which all can be done; the rate is named after them.
const ACTS: &[&str] = &[
    "办结", "办复", "答复", "整改", "合格", "达标", "回复", "审结", "化解", "覆盖", "签订", "备案",
];

/// Words for all, directly before the act or a few characters before it.
const ALL: &[&str] = &["全部", "均已", "均按", "全数", "悉数"];

/// Words that set another time or another share of the cases.
const ELSEWHEN: &[&str] = &[
    "上半年",
    "下半年",
    "季度",
    "上年",
    "去年",
    "前年",
    "同期",
    "以来",
    "截至",
    "截止",
    "其余",
    "剩余",
    "余下",
    "此后",
    "随后",
    "目前",
    "现已",
    "年底",
    "年末",
];

/// Words that say that there was none of it.
const NONE: &[&str] = &["未发生", "全年无", "本年度无", "没有发生"];

/// What can claim that all is done.
static CLAIMS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::new(ALL.iter().copied().chain(["覆盖", "清零"])));
static OTHER_TIMES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(ELSEWHEN.iter().copied()));

/// The last characters before a place.
fn before(text: &str, at: usize, count: usize) -> &str {
    let text = &text[..at];
    let from = text.char_indices().rev().take(count).last();
    &text[from.map_or(at, |(from, _)| from)..]
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        let figures = paragraph.figures.clone();
        let mut start = figures.start;
        while start < figures.end {
            let sentence = facts.figures[start].sentence;
            let end = (start..figures.end)
                .find(|index| facts.figures[*index].sentence != sentence)
                .unwrap_or(figures.end);
            all_done(facts, start..end, out);
            start = end;
        }
        none_happened(facts, figures, out);
    }
}

/// The sentence around some figures, from mark to mark.
fn sentence(facts: &Facts<'_>, figures: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let ends = ['。', '！', '？', '\n'];
    let first = facts.figures[figures.start].whole.start;
    let last = facts.figures[figures.end - 1].whole.end;
    let start = facts.text[..first].rfind(ends).map_or(0, |at| {
        at + facts.text[at..].chars().next().map_or(1, char::len_utf8)
    });
    let end = facts.text[last..]
        .find(ends)
        .map_or(facts.text.len(), |at| last + at);
    start..end
}

/// 全部办结 beside a rate of less than a hundred, or beside fewer done than there were.
fn all_done(facts: &Facts<'_>, figures: std::ops::Range<usize>, out: &mut Outcome) {
    const SENTENCE_MAX: usize = 1500;
    let span = sentence(facts, &figures);
    if span.len() > SENTENCE_MAX {
        return;
    }
    let words = &facts.text[span.clone()];
    if !CLAIMS.is_in(words) || OTHER_TIMES.is_in(words) {
        return;
    }
    for act in ACTS {
        let Some(claim) = claim(words, act).map(|at| at.start + span.start..at.end + span.start)
        else {
            continue;
        };
        let rate_name = format!("{act}率");
        let rates: Vec<usize> = figures
            .clone()
            .filter(|index| {
                let figure = &facts.figures[*index];
                figure.is_percent() && facts.label(figure).contains(&rate_name)
            })
            .collect();
        let hundred = Decimal::whole(100);
        let own = facts.text[..claim.start].trim_end();
        if own.ends_with("100%") || own.ends_with("100％") {
            continue;
        }
        let full = rates
            .iter()
            .any(|rate| facts.figures[*rate].value.same(hundred));
        let short_rate = rates.iter().copied().find(|rate| {
            let figure = &facts.figures[*rate];
            figure.value.below(hundred) && figure.role == Role::Rate && !figure.approximate
        });
        let short = short_rate
            .filter(|_| !full)
            .map(|rate| (rate, None))
            .or_else(|| fewer(facts, &figures, act).map(|(done, of)| (done, Some(of))));
        let Some((at, whole)) = short.filter(|(at, _)| !out.blamed[*at]) else {
            continue;
        };
        let figure = &facts.figures[at];
        let mut finding = RULE
            .at(
                claim.clone(),
                format!("“{}”与“{}”不符", &facts.text[claim], facts.shown(figure)),
            )
            .help("请核对是否真的全部完成，文字和数字改成一致")
            .figures("100%".to_owned(), facts.shown(figure).to_owned())
            .related(figure.span.clone(), "数字");
        if let Some(whole) = whole {
            finding = finding.related(facts.figures[whole].span.clone(), "总数");
        }
        out.blamed[at] = true;
        out.findings.push(finding);
        return;
    }
}

/// Where the words say that all of it is done: 全部办结, 均已按期办结, 实现全覆盖.
fn claim(words: &str, act: &str) -> Option<std::ops::Range<usize>> {
    const BETWEEN: usize = 4;
    // 隐患清零: none is left, which is said of what has to be put right.
    if matches!(act, "整改" | "化解" | "办结")
        && let Some(at) = words.find("清零")
        && !words[..at].ends_with(['未', '不'])
    {
        return Some(at..at + "清零".len());
    }
    for (at, _) in words.match_indices(act) {
        let from = words[..at]
            .char_indices()
            .rev()
            .nth(BETWEEN + 1)
            .map_or(0, |(from, _)| from);
        let before = &words[from..at];
        let rate = words[at + act.len()..].starts_with('率');
        let all = ALL.iter().filter_map(|word| before.rfind(word)).max();
        if let Some(all) = all.filter(|_| !rate) {
            let clear = !before[all..].contains(['，', '、', '；', '未', '不']);
            if clear {
                return Some(from + all..at + act.len());
            }
        }
        if act == "覆盖" && !rate && before.ends_with('全') {
            return Some(at - '全'.len_utf8()..at + act.len());
        }
    }
    None
}

/// 受理304件，办结301件: fewer done than there were, side by side.
fn fewer(facts: &Facts<'_>, figures: &std::ops::Range<usize>, act: &str) -> Option<(usize, usize)> {
    (figures.start + 1..figures.end).find_map(|done| {
        let (whole, part) = (&facts.figures[done - 1], &facts.figures[done]);
        let named = |label: &str| {
            let label = label.trim();
            label == act
                || label
                    .strip_prefix(['已', '共'])
                    .is_some_and(|rest| rest == act)
        };
        let clear = whole.is_amount()
            && part.is_amount()
            && comparable(whole, part)
            && whole.role == Role::Plain
            && part.role == Role::Plain
            && !whole.approximate
            && !part.approximate
            && whole.clause == part.clause
            && named(facts.label(part))
            && part.value.below(whole.value);
        clear.then_some((done, done - 1))
    })
}

/// 未发生安全事故 beside 发生安全事故2起.
fn none_happened(facts: &Facts<'_>, figures: std::ops::Range<usize>, out: &mut Outcome) {
    if figures.is_empty() {
        return;
    }
    let (first, last) = (
        &facts.figures[figures.start],
        &facts.figures[figures.end - 1],
    );
    let start = facts.text[..first.whole.start]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let behind = &facts.text[last.whole.end..];
    let span = start..last.whole.end + behind.find('\n').unwrap_or(behind.len());
    let words = &facts.text[span.clone()];
    for (at, found) in NONE
        .iter()
        .flat_map(|none| words.match_indices(none).take(8))
    {
        let behind = &words[at + found.len()..];
        let end = behind
            .find(['，', '。', '；', '、', '\n', '（'])
            .unwrap_or(behind.len());
        let what = &behind[..end];
        if what.chars().count() < 3 || what.chars().count() > 20 {
            continue;
        }
        let happened = figures.clone().find(|index| {
            let figure = &facts.figures[*index];
            let label = facts.label(figure);
            let said = label.rsplit("发生").next().unwrap_or_default();
            let said_of_it = if found == "未发生" {
                label.contains("发生") && shared_words(what, said) >= 4.min(what.chars().count())
            } else {
                what.chars().count() >= 4 && label.contains(what)
            };
            figure.is_amount()
                && figure.role == Role::Plain
                && !figure.value.is_zero()
                && said_of_it
                && !label.contains(found)
                && !OTHER_TIMES.is_in(before(facts.text, figure.whole.start, 30))
        });
        let claim_at = span.start + at;
        if OTHER_TIMES.is_in(before(facts.text, claim_at, 12)) {
            continue;
        }
        if let Some(index) = happened {
            let figure = &facts.figures[index];
            out.findings.push(
                RULE.at(
                    claim_at..claim_at + found.len() + what.len(),
                    format!(
                        "“{found}{what}”与“{}{}”不符",
                        facts.label(figure),
                        facts.shown(figure)
                    ),
                )
                .help("请核对有没有发生，文字和数字改成一致")
                .figures("0".to_owned(), facts.shown(figure).to_owned())
                .related(figure.span.clone(), "数字"),
            );
            out.blamed[index] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;
    use crate::Extent::Excerpt;

    #[test]
    fn all_and_nothing() {
        let silent = "受理投诉304件，办结304件，全部办结。办结率由85%提高到100%，全部办结。上半年未发生校园安全事故，下半年发生校园安全事故1起。";
        check_rule(
            &RULE,
            Excerpt,
            "受理投诉304件，办结301件，⟦全部办结⟧。",
            silent,
        );
        check_rule(
            &RULE,
            Excerpt,
            "事项⟦均已按期办结⟧，办结率98.5%。",
            "受理8件，办结7件，其余1件将按期全部办结。",
        );
        check_rule(
            &RULE,
            Excerpt,
            "实现监管⟦全覆盖⟧，检查覆盖率96%。",
            "覆盖率达到100%，实现全覆盖。满意率96%，实现全覆盖。",
        );
        check_rule(
            &RULE,
            Excerpt,
            "全年⟦未发生校园安全责任事故⟧。共处置事件3起，其中发生校园安全责任事故1起。",
            "全年未发生校园安全责任事故。处理学生伤害纠纷3起。",
        );
    }
}
