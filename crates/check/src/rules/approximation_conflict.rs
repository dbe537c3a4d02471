//! Qualifiers that contradict the figure or each other.

use super::Outcome;
use crate::facts::Facts;
use crate::numbers::{Kind, Number, Qualifier};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 精确到个位的数又带“余”“多”（609余场、424多个），或者“约”“近”与“余”“多”“左右”重复使用。
    /// ## 为什么要紧
    /// 读者不知道这个数是实数还是约数；约数的两种说法互相抵触。
    /// ## 例
    /// 开展应急演练609余场；约100多件。
    /// ## 改正
    /// 开展应急演练609场（或600余场）；100多件。
    /// ## 已知误报
    /// 以“万”“亿”计的数（1.2万余）不报。
    "approximation-conflict", Warning, Relation, "约数与实数冲突", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for number in facts
        .numbers
        .iter()
        .filter(|number| number.kind == Kind::Quantity && number.countable())
    {
        let shown = &facts.text[number.whole.clone()];
        if is_exact_and_more(number) {
            let round = number.value.mantissa / 10 * 10;
            out.findings.push(
                RULE.at(
                    number.whole.clone(),
                    format!("“{shown}”既是精确数又带“余”“多”"),
                )
                .help(format!("写实数，或者写“{round}余”")),
            );
        } else if is_doubled(number) {
            out.findings.push(
                RULE.at(number.whole.clone(), format!("“{shown}”重复使用约数词"))
                    .help("保留一个约数词"),
            );
        }
    }
}

/// 424多: the last digit of a plain count is not a round one.
fn is_exact_and_more(number: &Number) -> bool {
    number.qualifiers.contains(&Qualifier::More)
        && !number.chinese
        && number.value.exponent == 0
        && number.value.mantissa > 20
        && number.value.mantissa % 10 != 0
}

/// 约100多件, 近500余人.
fn is_doubled(number: &Number) -> bool {
    let before = number.qualifiers.first();
    let behind = number.qualifiers.get(1);
    matches!(before, Some(Qualifier::About | Qualifier::Near))
        && matches!(behind, Some(Qualifier::More | Qualifier::About))
}
