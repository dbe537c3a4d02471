//! Several breakdowns of one total, each in a paragraph of its own: 共收到信件65件。 按内容分：……
//! 按类型分：……

use super::form::shares_complete;
use super::slip::one_part_mistyped;
use super::{Candidate, Likeness, Shape, fits, report, values};
use crate::arithmetic::looks_like_slip;
use crate::decimal::Decimal;
use crate::facts::partition::{divided, name};
use crate::facts::{Facts, Figure, Paragraph, Role, strip_copula};
use crate::rules::Outcome;

/// How many paragraphs back the total may stand.
const REACH: usize = 8;

/// Tries the total of an earlier paragraph for every paragraph that announces a breakdown. One that
/// does not fit is reported where another breakdown of the same total fits.
pub(super) fn run(facts: &Facts<'_>, out: &mut Outcome) {
    let mut open: Vec<Candidate> = Vec::new();
    for (index, paragraph) in facts.paragraphs.iter().enumerate() {
        if announces(facts, paragraph)
            && let Some(candidate) = candidate(facts, index)
        {
            open.push(candidate);
        }
    }
    let (holding, broken): (Vec<Candidate>, Vec<Candidate>) = open
        .into_iter()
        .partition(|candidate| fits(facts, candidate));
    for candidate in &holding {
        report(facts, candidate, Some(SURE), true, out);
        changes(facts, candidate, out);
    }
    for candidate in &broken {
        let agreeing = broken.iter().filter(|other| {
            other.total == candidate.total
                && other
                    .sum
                    .zip(candidate.sum)
                    .is_some_and(|(one, two)| one.same(two))
        });
        let slip = candidate
            .sum
            .is_some_and(|sum| looks_like_slip(facts.figures[candidate.total].value, sum));
        if slip && agreeing.count() >= 2 && !out.blamed[candidate.total] {
            report(facts, candidate, None, false, out);
            continue;
        }
        // A share behind each part, and all make a hundred: nothing is left out.
        let mistyped = slip
            || one_part_mistyped(
                facts.figures[candidate.total].value,
                &values(facts, candidate.parts()),
            );
        let complete = mistyped && shares_complete(facts, candidate.parts()) > 0;
        let another = complete
            || mistyped && nothing_else(facts, candidate)
            || holding.iter().any(|other| other.total == candidate.total);
        let blamed = candidate.parts().iter().any(|part| out.blamed[*part]);
        if another && !blamed && !out.blamed[candidate.total] {
            report(facts, candidate, None, false, out);
        }
    }
}

/// What such a list is worth.
const SURE: i32 = 8;

/// Whether the names leave nothing out: a division of its own, or all others at the end of many.
fn nothing_else(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    const MANY: usize = 4;
    let parts = candidate.parts();
    let large = facts.figures[candidate.total]
        .value
        .above(Decimal::whole(999));
    let others = || {
        parts.iter().any(|part| {
            let name = name(facts, &facts.figures[*part]);
            ["其他", "其它", "其余"]
                .iter()
                .any(|word| name.starts_with(word))
        })
    };
    large && (divided(facts, parts) || parts.len() >= MANY && others())
}

/// 总量27395人，比上年增加501人: where the levels add up, their changes do.
fn changes(facts: &Facts<'_>, levels: &Candidate, out: &mut Outcome) {
    let moved = |level: usize| {
        let (figure, next) = (&facts.figures[level], facts.figures.get(level + 1)?);
        let own = next.is_amount()
            && next.role == Role::Up
            && next.unit == figure.unit
            && next.clause == figure.clause;
        own.then_some(level + 1)
    };
    let parts: Option<Vec<usize>> = levels.parts().iter().map(|part| moved(*part)).collect();
    let (Some(total), Some(parts)) = (moved(levels.total), parts) else {
        return;
    };
    let candidate = Candidate::new(facts, total, parts, Shape::Heads, Likeness::Same);
    let value = facts.figures[total].value;
    let holds = fits(facts, &candidate);
    let slip = || {
        candidate.sum.is_some_and(|sum| looks_like_slip(value, sum))
            || one_part_mistyped(value, &values(facts, candidate.parts()))
    };
    if holds || !candidate.approximate && !out.blamed[total] && slip() {
        report(facts, &candidate, holds.then_some(SURE), holds, out);
    }
}

/// Whether the paragraph opens with 按……分： or 从……看，
fn announces(facts: &Facts<'_>, paragraph: &Paragraph) -> bool {
    let Some(first) = paragraph.figures.clone().next() else {
        return false;
    };
    let at = facts.figures[first].whole.start;
    let line = facts.text[..at].rfind('\n').map_or(0, |end| end + 1);
    let lead = unnumbered(facts.text[line..at].trim_start());
    let lead = lead.trim_start_matches("其中").trim_start();
    // 地方收入按构成分：
    let opens = ["按", "从", "依", "分"]
        .iter()
        .any(|word| lead.starts_with(word))
        || ["分：", "分:"].iter().any(|word| {
            lead.split_once('按')
                .is_some_and(|(_, rest)| rest.contains(word))
        });
    let divides = [
        "分：", "分:", "分类", "划分", "看，", "看,", "看：", "看。", "分，",
    ]
    .iter()
    .any(|word| lead.contains(word));
    // 在各类诉求中，
    let among = lead.starts_with('在') && (lead.contains("中，") || lead.contains("中,"));
    (opens && divides || among) && lead.chars().count() <= 30
}

/// The words behind a marker: （一）, 1.
fn unnumbered(line: &str) -> &str {
    let marks = ['（', '）', '(', ')', '、', '.', '．', ' ', '\u{3000}'];
    let ordinal = |next: char| next.is_ascii_digit() || "一二三四五六七八九十".contains(next);
    let rest = line.trim_start_matches(|next: char| ordinal(next) || marks.contains(&next));
    if line.len() - rest.len() <= 16 {
        rest
    } else {
        line
    }
}

/// The paragraph's figures as the parts of the nearest total before it.
fn candidate(facts: &Facts<'_>, index: usize) -> Option<Candidate> {
    let paragraph = &facts.paragraphs[index];
    let first = &facts.figures[paragraph.figures.start];
    let part = |other: &usize| {
        let figure = &facts.figures[*other];
        figure.is_amount()
            && figure.unit == first.unit
            && figure.role == first.role
            && figure.bracket == first.bracket
            && figure.sentence == first.sentence
            && !is_base(facts, *other)
    };
    // 居住场所22.38万起…；其中，较大火灾45起: what is divided again is no part beside it.
    let nested = |other: &&usize| {
        let start = facts.text[..facts.figures[**other].whole.start]
            .rfind(['；', '。', '\n'])
            .unwrap_or_default()
            .max(first.whole.end);
        let start = start.min(facts.figures[**other].whole.start);
        let words = &facts.text[start..facts.figures[**other].whole.start];
        !words.contains("其中") || **other == paragraph.figures.start
    };
    let mut all: Vec<usize> = paragraph.figures.clone().filter(part).collect();
    // 受理的9230件办件中，甲13件、乙15件: the total once more.
    if let [one, next, ..] = all[..] {
        let between = &facts.text[facts.figures[one].whole.end..facts.figures[next].whole.start];
        if between.chars().take(6).any(|mark| mark == '中') {
            all.remove(0);
        }
    }
    let parts: Vec<usize> = all.iter().take_while(nested).copied().collect();
    let open = parts.last().is_some_and(|last| {
        facts
            .tail(&facts.figures[*last])
            .trim_start()
            .starts_with('等')
    });
    if parts.len() < 2 || open {
        return None;
    }
    let total = facts.paragraphs[index.saturating_sub(REACH)..index]
        .iter()
        .rev()
        .flat_map(|before| before.figures.clone().rev())
        .find(|other| sums_up(facts, &facts.figures[*other], first));
    // 在外出农民工中，: the total is the one that bears the name.
    let total = match led_total(facts, paragraph) {
        Some(led) => Some(led),
        None => total,
    };
    let with = |total: usize| {
        let parts = parts.clone();
        Candidate::new(facts, total, parts, Shape::Heads, Likeness::Same)
    };
    // Without such a word the nearest amount that the parts fit exactly.
    let fitting = || {
        facts.paragraphs[index.saturating_sub(2)..index]
            .iter()
            .rev()
            .flat_map(|before| before.figures.clone().rev())
            .filter(|other| {
                let figure = &facts.figures[*other];
                figure.is_amount()
                    && figure.unit == first.unit
                    && figure.role == first.role
                    && figure.value.above(Decimal::whole(99))
            })
            .find(|other| fits(facts, &with(*other)))
    };
    let near = total.filter(|total| fits(facts, &with(*total)));
    near.or_else(fitting).or(total).map(with)
}

/// The amount of the paragraphs before whose words end as the name before 中， does.
fn led_total(facts: &Facts<'_>, paragraph: &Paragraph) -> Option<usize> {
    const BACK: usize = 24;
    let start = paragraph.figures.start;
    let first = &facts.figures[start];
    let line = facts.text[..first.whole.start]
        .rfind('\n')
        .map_or(0, |end| end + 1);
    let lead = unnumbered(facts.text[line..first.whole.start].trim_start());
    let name = lead.strip_prefix('在')?.split(['，', ',']).next()?;
    let name = name.strip_suffix('中').unwrap_or(name);
    (start.saturating_sub(BACK)..start).rev().find(|index| {
        let figure = &facts.figures[*index];
        let label = strip_copula(facts.label(figure));
        let label = ["总数", "总量", "总"]
            .iter()
            .find_map(|word| label.strip_suffix(word))
            .unwrap_or(label);
        figure.is_amount()
            && figure.unit == first.unit
            && figure.role == Role::Plain
            && figure.bracket == 0
            && name.chars().count() >= 3
            && label.ends_with(name)
    })
}

/// Whether a percentage is taken of this figure: 占年初预算2400万元的43.1%.
fn is_base(facts: &Facts<'_>, index: usize) -> bool {
    facts.figures.get(index + 1).is_some_and(|next| {
        next.role == Role::OfBase && next.segment == facts.figures[index].segment
    })
}

/// Whether the figure is announced as a whole of this kind of thing.
fn sums_up(facts: &Facts<'_>, figure: &Figure, part: &Figure) -> bool {
    // 共投入研究与试验发展（R&D）经费: a bracket does not end the words.
    let label = facts.text[..figure.whole.start]
        .rsplit(['。', '；', '，', ',', '\n'])
        .next()
        .unwrap_or_default();
    figure.unit == part.unit
        && figure.role == part.role
        && figure.bracket == 0
        && figure.is_amount()
        && ["共", "总", "合计", "累计"]
            .iter()
            .any(|word| label.contains(word))
}

#[cfg(test)]
mod tests {
    use crate::rules::check_rule;

    #[test]
    fn one_breakdown_of_several_is_wrong() {
        let head = "六月份共收到家长信箱来信58件。\n其中按事项分：招生入学21件、收费9件、师德5件、其他23件。";
        let last = "结果通过短信回复。";
        let marked = format!(
            "六月份共收到家长信箱来信⟦58⟧件。\n其中按事项分：招生入学21件、收费9件、师德5件、其他23件。\n按性质分：咨询31件、投诉19件、建议18件。\n{last}"
        );
        let silent = format!("{head}\n按性质分：咨询31件、投诉19件、建议8件。\n{last}");
        check_rule(
            &super::super::RULE,
            crate::Extent::Excerpt,
            &marked,
            &silent,
        );
    }

    #[test]
    fn a_single_breakdown_may_leave_things_out() {
        let text = "六月份共收到家长信箱来信58件。\n按性质分：咨询31件、投诉9件、建议8件。";
        check_rule(&super::super::RULE, crate::Extent::Excerpt, text, text);
    }
}
