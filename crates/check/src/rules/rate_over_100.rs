//! Rates that cannot exceed one hundred percent.

use super::Outcome;
use crate::decimal::Decimal;
use crate::facts::{Facts, Role, strip_copula};
use crate::numbers::Qualifier;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 办结率、满意率、合格率、占比等超过100%，或者写成“超100%”。
    /// ## 为什么要紧
    /// 部分与整体之比最多是100%。
    /// ## 例
    /// 满意率超100%。
    /// ## 改正
    /// 满意率达100%。
    /// ## 已知误报
    /// 完成率、毛入学率、增长率等可以超过100%，不在检查之列。
    "rate-over-100", Error, Relation, "比率超过百分之百", run
}

/// Rates of a part to its whole.
const BOUNDED: &[&str] = &[
    "办结率",
    "满意率",
    "满意度",
    "合格率",
    "通过率",
    "参与率",
    "知晓率",
    "及时率",
    "录取率",
    "出勤率",
    "整改率",
    "采纳率",
    "答复率",
    "公开率",
    "配备率",
    "签约率",
    "达标率",
    "覆盖率",
    "优秀率",
    "及格率",
    "成功率",
    "化解率",
    "结案率",
    "立案率",
    "回复率",
    "出庭率",
    "巩固率",
    "净入学率",
    "受理率",
    "备案率",
    "持证率",
    "参训率",
    "参加率",
    "回访率",
    "支持率",
    "认可度",
    "占比",
    "审核率",
    "评查率",
    "压减率",
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for (index, figure) in facts.figures.iter().enumerate() {
        if !figure.is_percent() || matches!(figure.role, Role::Up | Role::Down) {
            continue;
        }
        let core = strip_copula(facts.label(figure));
        let bounded = BOUNDED.iter().any(|name| core.ends_with(name)) || core.ends_with('占');
        if !bounded {
            continue;
        }
        let hundred = Decimal::whole(100);
        let over = facts.numbers[figure.number]
            .qualifiers
            .contains(&Qualifier::Over);
        if !(figure.value.above(hundred) || (over && figure.value.same(hundred))) {
            continue;
        }
        let shown = facts.shown(figure);
        let finding = RULE
            .at(
                figure.whole.clone(),
                format!("{core} {shown}：比率不能超过 100%"),
            )
            .help("请核对比率；达到百分之百时写“100%”")
            .figures("≤ 100%", shown);
        out.blamed[index] = true;
        out.findings.push(finding);
    }
}
