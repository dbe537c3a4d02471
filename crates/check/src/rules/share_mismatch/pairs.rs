//! Which amount a share or rate speaks of.

use std::ops::Range;

use crate::facts::{Facts, Role, strip_copula};
use crate::rules::common::{comparable, shared_ending, shared_words};

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
        let paired = if run > 1 {
            by_order(facts, &facts.window(&range, index), index, run)
        } else {
            Vec::new()
        };
        let paired = if paired.is_empty() && run > 1 {
            by_names(facts, &facts.window(&range, index), index, run)
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
    parts
        .iter()
        .enumerate()
        .map(|(order, part)| Share {
            rate: first + order,
            part: *part,
            base: None,
            named_base: false,
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
    let bracket = facts.speaks_in(index);
    let nearest = (range.start..index).rev().find(|before| {
        let figure = &facts.figures[*before];
        figure.bracket == bracket
            && figure.is_amount()
            && !matches!(figure.role, Role::Up | Role::Down)
    });
    let nearest = nearest.filter(|part| {
        let part_figure = &facts.figures[*part];
        let percent_between = (*part + 1..index).any(|between| {
            let figure = &facts.figures[between];
            figure.bracket == rate.bracket
                && figure.is_percent_like()
                && figure.segment != rate.segment
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

/// 具有高级职称的教师占全部教师的35%: the share of something that is named before 占, and not of the
/// figure before it.
fn has_own_subject(label: &str) -> bool {
    const LONG: usize = 5;
    let subject = label.split_once('占').map_or("", |(subject, _)| subject);
    subject.contains('的') && subject.trim().chars().count() >= LONG
}

/// 占报名总数的71.4%: the base is named; the part may stand behind.
fn named_base(facts: &Facts<'_>, range: &Range<usize>, index: usize, label: &str) -> Option<Share> {
    let rate = &facts.figures[index];
    let (_, named) = label.split_once('占')?;
    let name = named.trim_end_matches('的').trim();
    let totals = name.contains('总');
    let name = ["总数", "总量", "总额", "总人数", "人数", "总"]
        .iter()
        .find_map(|word| name.strip_suffix(word))
        .unwrap_or(name);
    if name.chars().count() < 2 {
        return None;
    }
    let amount = |other: &usize| {
        let figure = &facts.figures[*other];
        figure.is_amount() && !matches!(figure.role, Role::Up | Role::Down | Role::Earlier)
    };
    let own = has_own_subject(label);
    // 24.47万所,增加1.06万所,增长4.55%,占…的83%: changes and growth stand between.
    let before = (range.start..index).rev().filter(amount).find(|part| {
        let figure = &facts.figures[*part];
        !own && figure.bracket == rate.bracket && figure.clause == rate.clause
    });
    let named_by = |base: &usize| {
        // 立案的145件提案: the name may stand behind the figure.
        let figure = &facts.figures[*base];
        let shared =
            shared_words(name, facts.label(figure)).max(shared_words(name, facts.tail(figure)));
        shared >= 2.min(name.chars().count())
    };
    let behind = Some(index + 1).filter(|part| {
        *part < range.end && {
            let figure = &facts.figures[*part];
            figure.clause == rate.clause
                && figure.segment == rate.segment + 1
                && figure.is_amount()
                && facts
                    .label(figure)
                    .trim_matches([' ', '约', '为', '达', '共'])
                    .is_empty()
        }
    });
    // The part stands before the rate, with its base before it; else behind, in a segment of its own.
    let pair = |part: usize, limit: usize| {
        let same_kind = |base: &usize| comparable(&facts.figures[*base], &facts.figures[part]);
        let nearest = (range.start..limit)
            .rev()
            .filter(amount)
            .filter(same_kind)
            .find(named_by)?;
        // 提案共92件,其中集体提案25件,个人提案67件…占提案总数的: of those with the name the whole.
        let sentence = facts.figures[nearest].sentence;
        let base = (range.start..nearest)
            .filter(|_| totals)
            .filter(|other| facts.figures[*other].sentence == sentence)
            .filter(amount)
            .filter(named_by)
            .find(|other| {
                let (other, nearest) = (&facts.figures[*other], &facts.figures[nearest]);
                let whole = strip_copula(facts.label(other)).ends_with(['共', '总', '计'])
                    || other.value.above(nearest.value);
                whole && comparable(other, nearest)
            })
            .unwrap_or(nearest);
        let same = facts.figures[base].class == facts.figures[part].class;
        same.then_some((part, base))
    };
    let (part, base) = behind
        .and_then(|part| {
            pair(part, index)
                .filter(|(part, base)| comparable(&facts.figures[*part], &facts.figures[*base]))
        })
        .or_else(|| before.and_then(|part| pair(part, part)))?;
    Some(Share {
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

/// The words before a figure; before its bracket, where one closes directly before it: 直接纠错（包括
/// 撤销、变更）1639件.
fn name_before<'f>(facts: &'f Facts<'_>, index: usize) -> &'f str {
    const REACH: usize = 80;
    let figure = &facts.figures[index];
    let label = facts.label(figure);
    let before = &facts.text[..figure.label.start];
    if !label.trim().is_empty() || !before.ends_with(['）', ')']) {
        return label;
    }
    let from = before
        .char_indices()
        .rev()
        .take(REACH)
        .last()
        .map_or(0, |(at, _)| at);
    let near = &before[from..];
    let Some(open) = near.rfind(['（', '(']) else {
        return label;
    };
    let start = near[..open]
        .rfind(['，', '。', '；', '、', '：', ',', '\n', '）', ')'])
        .map_or(0, |at| {
            at + near[at..].chars().next().map_or(1, char::len_utf8)
        });
    &near[start..open]
}

/// 不捕率 stands for 不批准逮捕: how long the name is, if it is an abbreviation of the last words.
fn abbreviated(stem: &str, label: &str) -> usize {
    let length = stem.chars().count();
    if !stem.starts_with(['不', '未']) || length > 4 {
        return 0;
    }
    let label = strip_copula(label);
    let mut rest = match label.rfind(&stem[..'不'.len_utf8()]) {
        Some(at) => &label[at..],
        None => return 0,
    };
    for character in stem.chars() {
        match rest.find(character) {
            Some(at) => rest = &rest[at + character.len_utf8()..],
            None => return 0,
        }
    }
    if rest.is_empty() { length } else { 0 }
}

/// Whether the label denies the act that the last `shared` characters of the rate's name say.
fn undone(stem: &str, label: &str, shared: usize) -> bool {
    let denied = |words: &str| words.ends_with(['未', '不', '没', '待']);
    if shared == 0 || stem.starts_with(['不', '未']) {
        return false;
    }
    let from = stem.char_indices().rev().nth(shared - 1);
    let act = from.map_or(stem, |(from, _)| &stem[from..]);
    label.rfind(act).is_some_and(|at| denied(&label[..at]))
}

/// 办结率: the part is the amount whose words name the same act.
fn named_rate(
    facts: &Facts<'_>,
    range: &Range<usize>,
    index: usize,
    name: &str,
    nearest: Option<usize>,
) -> Option<Share> {
    let rate = &facts.figures[index];
    let stem = name.strip_suffix('率').unwrap_or(name);
    let clause = (range.start..index)
        .rev()
        .take_while(|before| facts.figures[*before].sentence == rate.sentence);
    let best = clause
        .filter(|before| {
            let figure = &facts.figures[*before];
            figure.is_amount() && (figure.bracket == rate.bracket || rate.owner == Some(*before))
        })
        .map(|before| {
            let label = name_before(facts, before);
            let shared = shared_ending(stem, label);
            // 已解决31件，未解决3件，解决率91%: what was not done is not what the rate counts.
            let shared = if undone(stem, label, shared) {
                0
            } else {
                shared
            };
            (shared.max(abbreviated(stem, label)), before)
        })
        .filter(|(shared, _)| *shared >= 2)
        .max_by_key(|(shared, before)| {
            (
                facts.figures[*before].clause == rate.clause,
                *shared,
                *before,
            )
        });
    if let Some((_, part)) = best {
        return Some(Share {
            rate: index,
            part,
            base: None,
            named_base: false,
            named: true,
            negated: stem.starts_with(['不', '未']),
            certain: true,
            list: 0,
        });
    }
    let part = nearest?;
    let label = name_before(facts, part);
    let opinions = ["满意", "知晓", "参与", "覆盖", "支持", "认可", "公开"];
    let opinion = opinions.iter().any(|word| stem.contains(word));
    // 检查覆盖率 is taken of what was 检查.
    let object = opinions
        .iter()
        .find_map(|word| stem.strip_suffix(word))
        .filter(|object| object.chars().count() >= 2);
    let named = object.is_some_and(|object| label.contains(object));
    // 结案率 behind 审结962件: the same act in other words.
    let same_act = named && facts.figures[part].segment + 1 == rate.segment
        || !opinion
            && facts.figures[part].segment + 1 == rate.segment
            && stem.chars().any(|act| {
                "结办改立采录格成通解回签持培达参考到收".contains(act) && label.contains(act)
            });
    Some(Share {
        rate: index,
        part,
        base: None,
        named_base: false,
        named: same_act,
        negated: false,
        certain: same_act,
        list: 0,
    })
}
