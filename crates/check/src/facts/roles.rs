//! The role that the words before a figure give it.

use std::sync::LazyLock;

use super::{Facts, Figure};
use crate::lexicon::{Endings, Lexicon};
use crate::numbers::UnitClass;

/// What a figure is in its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// An amount, or a rate of no known kind.
    Plain,
    /// A share of something: 占, 占比, 比例.
    Share,
    /// A rate with a name of its own: 办结率, 满意度.
    Rate,
    /// `A 为 B 的 P%`: the base stands directly before.
    OfBase,
    /// It grew by this much.
    Up,
    /// It fell by this much.
    Down,
    /// The value of an earlier period.
    Earlier,
}

const UP: &[&str] = &[
    "增加",
    "增长",
    "增收",
    "增支",
    "增多",
    "增幅",
    "增速",
    "增长率",
    "上升",
    "上涨",
    "提高",
    "提升",
    "涨幅",
    "升幅",
    "扩大",
    "多出",
    "高出",
    "增",
    "多",
];

const DOWN: &[&str] = &[
    "负增长",
    "减少",
    "下降",
    "降低",
    "降幅",
    "减幅",
    "减收",
    "减支",
    "回落",
    "下跌",
    "下滑",
    "缩减",
    "压减",
    "收窄",
    "下降率",
    "压减率",
    "减少率",
    "降低率",
    "减",
    "少",
    "降",
];

/// Words that end like a change and are none.
const NO_CHANGE: &[&str] = &[
    "新增", "最多", "至多", "最少", "至少", "不少", "许多", "很多", "众多", "缺少", "诸多", "居多",
];

const EARLIER: &[&str] = &[
    "同期",
    "上年",
    "去年",
    "前年",
    "上一年",
    "前一年",
    "原有",
    "之前",
    "年前",
    "此前",
    "上季度",
    "上月",
    "上期",
    "上周",
];

static UPWARD: LazyLock<Endings> = LazyLock::new(|| Endings::new(UP));
static DOWNWARD: LazyLock<Endings> = LazyLock::new(|| Endings::new(DOWN));
static STEADY: LazyLock<Endings> = LazyLock::new(|| Endings::new(NO_CHANGE));
static COPULA: LazyLock<Endings> = LazyLock::new(|| Endings::new(COPULAS));
static PAST: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(EARLIER.iter().copied()));
static PAST_AT_END: LazyLock<Endings> = LazyLock::new(|| Endings::new(EARLIER));

/// Gives every figure its role.
pub(super) fn assign(facts: &mut Facts<'_>) {
    for index in 0..facts.figures.len() {
        let role = role_of(facts, index);
        facts.figures[index].role = role;
    }
}

fn role_of(facts: &Facts<'_>, index: usize) -> Role {
    let figure = &facts.figures[index];
    let label = facts.label(figure);
    let core = strip_copula(label);
    let relative = figure.is_percent() || figure.class == Some(UnitClass::Points);
    if let Some(change) = change_role(core, relative) {
        return change;
    }
    if figure.is_percent() || (figure.unit.is_empty() && is_rate_name(core)) {
        return percent_role(facts, figure, core);
    }
    let compares = label.contains(['比', '较']) && !label.ends_with('的');
    if from_to(facts, index) || set_against(facts, figure) {
        return Role::Earlier;
    }
    // 比2020年的11183批次增加5458批次
    let compared = label.trim_start().trim_start_matches('相');
    let dated = compared.starts_with(['比', '较']) && label.contains('年');
    if dated && label.trim_end().ends_with('的') {
        return Role::Earlier;
    }
    // 收案78件，比去年90件减少12件: what it is compared with, before the change.
    let named = !relative && PAST_AT_END.of(core.trim_end_matches('的')).is_some();
    // 上年结余41万元 is what there was this year from the last one.
    let carried = ["结余", "结转", "旧存"]
        .iter()
        .any(|word| label.contains(word));
    if (!compares || named) && !carried && PAST.is_in(label) {
        return Role::Earlier;
    }
    if label.trim().is_empty() {
        // 上年同期197件375人: what was said of the first goes for the second.
        return index
            .checked_sub(1)
            .map(|before| &facts.figures[before])
            .filter(|before| before.segment == figure.segment && before.role == Role::Earlier)
            .map_or(Role::Plain, |before| before.role);
    }
    Role::Plain
}

/// 由2022年的1250件下降到2023年的980件: the first is the earlier value.
fn from_to(facts: &Facts<'_>, index: usize) -> bool {
    let figure = &facts.figures[index];
    let Some(next) = facts.figures.get(index + 1) else {
        return false;
    };
    facts.label(figure).contains(['由', '从'])
        && next.segment == figure.segment
        && next.unit == figure.unit
        && facts.label(next).contains(['到', '至'])
}

/// 与上次普查的133972万人相比: the figure that another one is compared with.
fn set_against(facts: &Facts<'_>, figure: &Figure) -> bool {
    figure.is_quantity() && facts.tail(figure).trim_start().starts_with("相比")
}

fn percent_role(facts: &Facts<'_>, figure: &Figure, core: &str) -> Role {
    if is_rate_name(core) && !core.ends_with("占比率") {
        return Role::Rate;
    }
    if core.is_empty()
        && figure
            .owner
            .is_some_and(|owner| facts.figures[owner].is_quantity())
    {
        return Role::Share;
    }
    if core.contains('占')
        || ["比例", "比重", "份额"]
            .iter()
            .any(|word| core.ends_with(word))
    {
        return if core.ends_with('的') && core == "的" {
            Role::OfBase
        } else {
            Role::Share
        };
    }
    if core.ends_with('的') {
        return Role::OfBase;
    }
    Role::Plain
}

const COPULAS: &[&str] = &[
    "分别为",
    "分别",
    "依次为",
    "依次",
    "各为",
    "达到",
    "约为",
    "为",
    "达",
    "是",
    "了",
    "约",
    "近",
    "各",
    "幅度",
];

/// The words without 为, 达, 是 and the like at the end.
pub(crate) fn strip_copula(label: &str) -> &str {
    let mut core = label.trim();
    while let Some(word) = COPULA.of(core) {
        core = core[..core.len() - word.len()].trim_end();
    }
    core
}

/// A growth or a decline, by the last word; 增长到 and 降至 name a level instead.
fn change_role(core: &str, relative: bool) -> Option<Role> {
    // 同比+25%, 同比-3.2%
    if relative && core.ends_with(['+', '＋']) {
        return Some(Role::Up);
    }
    if relative && core.ends_with(['-', '－']) {
        return Some(Role::Down);
    }
    if STEADY.of(core).is_some() {
        return None;
    }
    // 正高204人 is a title; only rates go higher with these words.
    if relative && core.ends_with(['升', '涨', '高', '快']) {
        return Some(Role::Up);
    }
    if relative && core.ends_with(['跌', '低']) {
        return Some(Role::Down);
    }
    if UPWARD.of(core).is_some() && !core.ends_with("负增长") {
        return Some(Role::Up);
    }
    DOWNWARD.of(core).map(|_| Role::Down)
}

/// Whether the words end in the name of a rate (办结率, 满意度).
pub(crate) fn is_rate_name(core: &str) -> bool {
    let core = core.trim_end();
    core.ends_with('率')
        || core.ends_with("满意度")
        || core.ends_with("覆盖面")
        || core.ends_with("知晓度")
}
