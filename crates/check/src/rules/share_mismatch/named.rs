//! Rates and shares that say by their own words of what they are taken: 办结率, 占提案总数的.

use std::ops::Range;

use super::Share;
use crate::facts::{Facts, Role, strip_copula};
use crate::rules::common::{comparable, shared_ending, shared_words};

/// 具有高级职称的教师占全部教师的35%: the share of something that is named before 占, and not of the
/// figure before it.
pub(super) fn has_own_subject(label: &str) -> bool {
    const LONG: usize = 5;
    let subject = label.split_once('占').map_or("", |(subject, _)| subject);
    subject.contains('的') && subject.trim().chars().count() >= LONG
}

/// 占报名总数的71.4%: the base is named; the part may stand behind.
pub(super) fn named_base(
    facts: &Facts<'_>,
    range: &Range<usize>,
    index: usize,
    label: &str,
) -> Option<Share> {
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
    let named_most = |nearest: usize, part: usize| {
        // 提出建议737件，其中确定刑建议493件，采纳687件，占同期提出建议数的: of those before the one
        // that bears more of the name and can be a whole.
        let shared = |index: usize| shared_words(name, facts.label(&facts.figures[index]));
        let own = shared(nearest);
        let small = facts.figures[nearest]
            .value
            .below(facts.figures[part].value);
        (range.start..nearest)
            .rev()
            .filter(|_| small)
            .filter(amount)
            .filter(|other| comparable(&facts.figures[*other], &facts.figures[part]))
            .find(|other| shared(*other) > own)
            .unwrap_or(nearest)
    };
    let pair = |part: usize, limit: usize| {
        let same_kind = |base: &usize| comparable(&facts.figures[*base], &facts.figures[part]);
        let nearest = (range.start..limit)
            .rev()
            .filter(amount)
            .filter(same_kind)
            .filter(|base| !facts.figures[*base].value.below(facts.figures[part].value))
            .find(named_by)
            .or_else(|| {
                (range.start..limit)
                    .rev()
                    .filter(amount)
                    .filter(same_kind)
                    .find(named_by)
            })?;
        let nearest = named_most(nearest, part);
        // 占农民工总量的: of what is called so, in this paragraph or before.
        let called = |label: &str| ["总", "共", "计"].iter().any(|word| label.contains(word));
        let nearest = if totals && !called(facts.label(&facts.figures[nearest])) {
            base_named(facts, range, part, label)
                .filter(|base| called(facts.label(&facts.figures[*base])))
                .unwrap_or(nearest)
        } else {
            nearest
        };
        // 占全市一般公共预算收入的: not of a part of it that stands nearer.
        let nearest = match name.strip_prefix('全') {
            Some(_) if !facts.label(&facts.figures[nearest]).contains('全') => {
                base_named(facts, range, part, label).unwrap_or(nearest)
            }
            _ => nearest,
        };
        // 提案共92件,其中集体提案25件,个人提案67件…占提案总数的: of those with the name the whole.
        let sentence = facts.figures[nearest].sentence;
        let base = (range.start..nearest)
            .filter(|_| totals)
            .filter(|other| facts.figures[*other].sentence == sentence)
            .filter(amount)
            .filter(named_by)
            .find(|other| {
                let (other, nearest) = (&facts.figures[*other], &facts.figures[nearest]);
                let ends = |figure: &crate::facts::Figure| {
                    shared_ending(name, facts.label(figure))
                        .max(shared_ending(name, facts.tail(figure)))
                };
                if ends(other) < ends(nearest) {
                    return false;
                }
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
pub(super) fn named_rate(
    facts: &Facts<'_>,
    range: &Range<usize>,
    index: usize,
    name: &str,
    nearest: Option<usize>,
) -> Option<Share> {
    let rate = &facts.figures[index];
    let stem = name.strip_suffix('率').unwrap_or(name);
    // 城镇化率 is taken of 城镇人口.
    let stem = stem.strip_suffix('化').unwrap_or(stem);
    if stem.ends_with("执行")
        && let Some(share) = used_of_planned(facts, range, index)
    {
        return Some(share);
    }
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
                "结办改立采录格成通解回签持培达参考到收接".contains(act) && label.contains(act)
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

/// The amount before `part` that bears the name of the base, 占总人口的: its words end as the name
/// does. Amounts of earlier paragraphs count where this one has none.
pub(super) fn base_named(
    facts: &Facts<'_>,
    range: &Range<usize>,
    part: usize,
    label: &str,
) -> Option<usize> {
    const REACH: usize = 40;
    let (_, named) = label.split_once('占')?;
    let end = ["比例", "比重", "的"]
        .iter()
        .filter_map(|word| named.find(word))
        .min();
    let name = named[..end.unwrap_or(named.len())].trim_start_matches(['全', '同', '期']);
    let name = ["总数", "总量", "总额", "总人数"]
        .iter()
        .find_map(|word| name.strip_suffix(word))
        .unwrap_or(name);
    let length = name.chars().count();
    if !(3..=16).contains(&length) {
        return None;
    }
    let head = &facts.figures[part];
    let wanted = length.min(4);
    let bears = |index: &usize| {
        let figure = &facts.figures[*index];
        let label = strip_copula(facts.label(figure)).trim_end_matches(['共', '有']);
        figure.is_amount()
            && figure.unit == head.unit
            && figure.role == Role::Plain
            && figure.bracket == 0
            && figure.value.above(head.value)
            && shared_ending(name, label) >= wanted
            && label.ends_with(&name[name.char_indices().rev().nth(1).map_or(0, |(at, _)| at)..])
    };
    let total = |index: &usize| {
        let label = strip_copula(facts.label(&facts.figures[*index]));
        let label = ["总数", "总量", "总额", "总人数", "共"]
            .iter()
            .find_map(|word| label.strip_suffix(word));
        label.is_some_and(|label| label.ends_with(name))
            && facts.figures[*index].unit == head.unit
            && facts.figures[*index].is_amount()
            && facts.figures[*index].role == Role::Plain
    };
    if named.contains('总') {
        let from = range.start.saturating_sub(REACH);
        if let Some(total) = (from..part).rev().find(total) {
            return Some(total);
        }
    }
    let own = (range.start..part).rev().find(bears);
    own.or_else(|| {
        (range.start.saturating_sub(REACH)..range.start)
            .rev()
            .find(bears)
    })
    .or_else(|| only_total(facts, range.start.saturating_sub(REACH)..part, part, name))
}

/// 占外贸总值的, where 进出口总值 is the only 总值 before.
fn only_total(facts: &Facts<'_>, range: Range<usize>, part: usize, name: &str) -> Option<usize> {
    const TOTALS: &[&str] = &["总值", "总收入", "总支出", "总产值", "总投入", "总面积"];
    let head = &facts.figures[part];
    let word = TOTALS.iter().find(|word| name.ends_with(**word))?;
    let mut found = range.filter(|index| {
        let figure = &facts.figures[*index];
        figure.is_amount()
            && figure.unit == head.unit
            && figure.role == Role::Plain
            && figure.value.above(head.value)
            && strip_copula(facts.label(figure)).ends_with(word)
    });
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

/// 批复指标71.5亿元，已用指标62.1亿元，执行率87%: what was used of what was planned.
fn used_of_planned(facts: &Facts<'_>, range: &Range<usize>, index: usize) -> Option<Share> {
    const USED: &[&str] = &["已用", "支出", "使用", "执行", "决算", "支付"];
    const PLANNED: &[&str] = &["预算", "批复", "指标", "计划", "下达", "安排"];
    const LEFT: &[&str] = &["结余", "结转", "剩余"];
    let rate = &facts.figures[index];
    let says = |index: usize, words: &[&str]| {
        let label = facts.label(&facts.figures[index]);
        words.iter().any(|word| label.contains(word))
    };
    let mut amounts: Vec<usize> = (range.start..index)
        .rev()
        .take_while(|before| facts.figures[*before].clause == rate.clause)
        .filter(|before| {
            let figure = &facts.figures[*before];
            figure.is_amount() && figure.bracket == rate.bracket && !says(*before, LEFT)
        })
        .collect();
    amounts.reverse();
    let [base, part] = amounts[..] else {
        return None;
    };
    let planned = says(base, PLANNED) && !says(base, USED) && says(part, USED);
    (planned && comparable(&facts.figures[part], &facts.figures[base])).then_some(Share {
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
