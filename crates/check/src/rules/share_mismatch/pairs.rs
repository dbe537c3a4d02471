//! Which amount a share or rate speaks of.

use std::ops::Range;

use super::named::{base_named, has_own_subject, named_base, named_rate};
use crate::facts::{Facts, Role, strip_copula};
use crate::rules::common::comparable;

/// A percentage with its part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub rate: usize,
    pub part: usize,
    /// The base, where the wording names it.
    pub base: Option<usize>,
    /// The base stands in words before the rate: 占报名总数的.
    pub named_base: bool,
    /// The rate has a name that the words of the part repeat.
    pub named: bool,
    /// The rate is one of what was not done, of done and not done together: 不捕率.
    pub negated: bool,
    /// The words leave no doubt that this part belongs to this rate.
    pub certain: bool,
    /// Shares listed by order (分别占) carry the number of their list.
    pub list: usize,
}

/// The shares and rates of a paragraph.
pub(super) fn shares(facts: &Facts<'_>, range: Range<usize>) -> Vec<Share> {
    let mut found = Vec::new();
    let mut index = range.start;
    while index < range.end {
        let figure = &facts.figures[index];
        if !figure.is_percent_like() || matches!(figure.role, Role::Up | Role::Down) {
            index += 1;
            continue;
        }
        let run = run_length(facts, index, range.end);
        // 不捕率、不诉率分别为: names of their own before the order.
        let paired = if run > 1 {
            by_names(facts, &facts.window(&range, index), index, run)
        } else {
            Vec::new()
        };
        let paired = if paired.len() < run && run > 1 {
            by_order(facts, &facts.window(&range, index), index, run)
        } else {
            paired
        };
        if paired.len() == run {
            found.extend(paired);
            index += run;
            continue;
        }
        found.extend(single(facts, &facts.window(&range, index), index));
        index += 1;
    }
    found
}

/// How many percentages stand in a row with nothing but marks between them.
fn run_length(facts: &Facts<'_>, first: usize, end: usize) -> usize {
    let head = &facts.figures[first];
    1 + (first + 1..end.min(first + 24))
        .take_while(|index| {
            let figure = &facts.figures[*index];
            let label = facts.label(figure).trim();
            figure.is_percent_like()
                && figure.sentence == head.sentence
                && figure.bracket == head.bracket
                && matches!(label, "" | "和" | "及" | "与" | "以及")
        })
        .count()
}

/// 分别占 17%、29%和44%: the amounts before, in the same order.
fn by_order(facts: &Facts<'_>, range: &Range<usize>, first: usize, run: usize) -> Vec<Share> {
    let label = facts.label(&facts.figures[first]);
    let spoken = ["分别", "依次", "各"]
        .iter()
        .any(|word| label.contains(word));
    let share_word = label.contains('占')
        || label.contains("比例")
        || label.contains("比重")
        || label.contains('率');
    if !spoken || !share_word {
        return Vec::new();
    }
    let head = &facts.figures[first];
    let mut parts: Vec<usize> = (range.start..first)
        .rev()
        .filter(|index| facts.figures[*index].bracket == head.bracket)
        .take_while(|index| facts.figures[*index].sentence + 1 >= head.sentence)
        // 甲40份、乙60份，共100份，分别占40%、60%: the total is no part of itself.
        .skip_while(|index| {
            strip_copula(facts.label(&facts.figures[*index])).ends_with(['共', '计'])
        })
        .take(run)
        .collect();
    parts.reverse();
    let fit = parts.len() == run
        && parts.iter().all(|part| {
            facts.figures[*part].is_amount()
                && comparable(&facts.figures[*part], &facts.figures[parts[0]])
        });
    if !fit {
        return Vec::new();
    }
    // 分别占总人口的51.2%和48.8%
    let base = parts
        .first()
        .and_then(|part| base_named(facts, range, *part, label));
    parts
        .iter()
        .enumerate()
        .map(|(order, part)| Share {
            rate: first + order,
            part: *part,
            base,
            named_base: base.is_some(),
            named: false,
            negated: false,
            certain: true,
            list: first,
        })
        .collect()
}

/// 不捕率、不诉率分别为39.1%和32.59%: each rate has a name of its own.
fn by_names(facts: &Facts<'_>, range: &Range<usize>, first: usize, run: usize) -> Vec<Share> {
    let head = &facts.figures[first];
    if !facts.label(head).contains("分别") {
        return Vec::new();
    }
    let start = range
        .clone()
        .take_while(|index| *index < first)
        .last()
        .map_or(head.label.start, |before| facts.figures[before].whole.end);
    let words = &facts.text[start.min(head.whole.start)..head.whole.start];
    let clause = words
        .rsplit(['。', '；', '，', '）', ',', ')'])
        .next()
        .unwrap_or(words);
    let names: Vec<&str> = clause
        .split(['、', '和', '及', '与'])
        .map(strip_copula)
        .collect();
    if names.len() != run || !names.iter().all(|name| name.ends_with('率')) {
        return Vec::new();
    }
    names
        .iter()
        .enumerate()
        .filter_map(|(order, name)| named_rate(facts, range, first + order, name, None))
        .collect()
}

fn single(facts: &Facts<'_>, range: &Range<usize>, index: usize) -> Option<Share> {
    let rate = &facts.figures[index];
    let plain = |part: usize, certain: bool| Share {
        rate: index,
        part,
        base: None,
        named_base: false,
        named: false,
        negated: false,
        certain,
        list: 0,
    };
    let label = facts.label(rate).trim();
    if label.is_empty()
        && let Some(owner) = rate.owner.filter(|owner| facts.figures[*owner].is_amount())
    {
        return Some(plain(owner, true));
    }
    if rate.role == Role::OfBase {
        return of_base(facts, range, index);
    }
    if rate.role == Role::Plain {
        // An unnamed percentage in the segment of an amount: 一线345名59.4%.
        let before = index
            .checked_sub(1)
            .filter(|before| *before >= range.start)?;
        let amount = &facts.figures[before];
        let close = amount.segment == rate.segment && label.is_empty() && amount.is_amount();
        return close.then(|| plain(before, false));
    }
    if let Some(share) = named_base(facts, range, index, label) {
        return Some(share);
    }
    let plain = |part: usize, certain: bool| {
        let base = (rate.role == Role::Share)
            .then(|| base_named(facts, range, part, label))
            .flatten();
        Share {
            base,
            named_base: base.is_some(),
            ..plain(part, certain)
        }
    };
    if let Some(part) = subject(facts, range, index, label) {
        return Some(plain(part, true));
    }
    let bracket = facts.speaks_in(index);
    let nearest = (range.start..index).rev().find(|before| {
        let figure = &facts.figures[*before];
        figure.bracket == bracket
            && figure.is_amount()
            && !matches!(figure.role, Role::Up | Role::Down)
    });
    let nearest = nearest.filter(|part| {
        let part_figure = &facts.figures[*part];
        // 4747所，比上年增长12%，占总数的68%: growth may stand between.
        let percent_between = (*part + 1..index).any(|between| {
            let figure = &facts.figures[between];
            figure.bracket == rate.bracket
                && figure.is_percent_like()
                && figure.segment != rate.segment
                && (rate.role != Role::Share || !matches!(figure.role, Role::Up | Role::Down))
        });
        part_figure.clause == rate.clause && (!percent_between || rate.role == Role::Rate)
    });
    if rate.role == Role::Rate {
        let name = strip_copula(facts.label(rate));
        return named_rate(facts, range, index, name, nearest);
    }
    // 女教师占40%,共320人 and 女生占48%(576人): the part stands behind.
    let behind = Some(index + 1).filter(|next| {
        *next < range.end && {
            let figure = &facts.figures[*next];
            let bare = facts
                .label(figure)
                .trim_matches([' ', '约', '为', '达', '共', '计'])
                .is_empty();
            let own = figure.owner == Some(index) || figure.segment == rate.segment + 1;
            figure.is_amount() && bare && own && figure.clause == rate.clause && label != "占"
        }
    });
    if let Some(part) = behind {
        return Some(plain(part, true));
    }
    let part = nearest.filter(|_| !has_own_subject(label))?;
    let adjacent = facts.figures[part].segment + 1 >= rate.segment || bracket != rate.bracket;
    Some(plain(part, adjacent))
}

/// 基础研究经费2023亿元，…。基础研究经费所占比重为6.57%: the amount of the sentence before that bears
/// the name of the subject.
fn subject(facts: &Facts<'_>, range: &Range<usize>, index: usize, label: &str) -> Option<usize> {
    const NAME_MIN: usize = 4;
    let rate = &facts.figures[index];
    let (subject, _) = label
        .split_once("所占")
        .or_else(|| label.split_once('占'))?;
    if rate.role != Role::Share || subject.chars().count() < NAME_MIN {
        return None;
    }
    (range.start..index).rev().find(|before| {
        let figure = &facts.figures[*before];
        figure.is_amount()
            && figure.role == Role::Plain
            && figure.sentence + 1 == rate.sentence
            && figure.bracket == rate.bracket
            && strip_copula(facts.label(figure)).ends_with(subject)
    })
}

/// `A 为 B 的 P%`: base and part are the two amounts before.
fn of_base(facts: &Facts<'_>, range: &Range<usize>, index: usize) -> Option<Share> {
    let rate = &facts.figures[index];
    let base = index
        .checked_sub(1)
        .filter(|before| *before >= range.start)?;
    let base_figure = &facts.figures[base];
    if base_figure.segment != rate.segment
        || !base_figure.is_amount()
        || facts.label(rate).trim() != "的"
    {
        return None;
    }
    let part = (range.start..base).rev().find(|before| {
        let figure = &facts.figures[*before];
        figure.bracket == rate.bracket && figure.is_amount()
    })?;
    let figure = &facts.figures[part];
    let near = figure.clause == rate.clause
        && figure.class == base_figure.class
        && !matches!(figure.role, Role::Up | Role::Down);
    near.then_some(Share {
        rate: index,
        part,
        base: Some(base),
        named_base: true,
        named: true,
        negated: false,
        certain: true,
        list: 0,
    })
}
