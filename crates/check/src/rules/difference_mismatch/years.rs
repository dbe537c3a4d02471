//! A change between two years that are named: 2019年比2018年增加12件, with both values elsewhere in the
//! paragraph.

use std::ops::Range;

use super::{mistyped, report};
use crate::arithmetic::{looks_like_slip, sum_fits};
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::numbers::Kind;
use crate::rules::Outcome;

/// How many figures before the paragraph count.
const REACH: usize = 12;

/// Judges the change at `index`; `false` where its words name no two years.
pub(super) fn judged(
    facts: &Facts<'_>,
    range: Range<usize>,
    index: usize,
    out: &mut Outcome,
) -> bool {
    let figure = &facts.figures[index];
    let named = years(facts, index);
    let compares = facts.label(figure).contains(['比', '较']);
    let [new_year, old_year] = named[..] else {
        return false;
    };
    if !compares || new_year == old_year {
        return false;
    }
    // The values may stand in the paragraph before.
    let of_year = |year: i128| {
        (range.start.saturating_sub(REACH)..index)
            .rev()
            .find(|before| {
                let other = &facts.figures[*before];
                other.is_amount()
                    && other.unit == figure.unit
                    && matches!(other.role, Role::Plain | Role::Earlier)
                    && years(facts, *before) == [year]
            })
    };
    let (Some(new), Some(old)) = (of_year(new_year), of_year(old_year)) else {
        return false;
    };
    let (large, small) = if figure.role == Role::Up {
        (new, old)
    } else {
        (old, new)
    };
    let (whole, part) = (facts.figures[large].value, facts.figures[small].value);
    if sum_fits(whole, &[part, figure.value]) {
        report(facts, index, large, small, true, out);
        return true;
    }
    let fits = |whole: Decimal, part: Decimal| sum_fits(whole, &[part, figure.value]);
    let slip = whole
        .minus(part)
        .is_some_and(|difference| looks_like_slip(figure.value, difference))
        || mistyped(whole, |whole| fits(whole, part))
        || mistyped(part, |part| fits(whole, part));
    if slip && !out.blamed[large] && !out.blamed[small] {
        report(facts, index, large, small, false, out);
    }
    true
}

/// The years in the words before a figure, in their order.
fn years(facts: &Facts<'_>, index: usize) -> Vec<i128> {
    let figure = &facts.figures[index];
    let mut found: Vec<i128> = facts.numbers[..figure.number]
        .iter()
        .rev()
        .take(4)
        .take_while(|number| number.span.start >= figure.label.start)
        .filter(|number| matches!(number.kind, Kind::Year | Kind::Date))
        .map(|number| number.value.mantissa)
        .filter(|year| (1900..2200).contains(year))
        .collect();
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::super::RULE;
    use crate::rules::check_rule;

    #[test]
    fn two_years_named_behind_the_values() {
        let text = |change: &str| {
            format!(
                "2021年受理信访2805件次、2022年受理3165件次、2023年受理3084件次。\
                 总体上升：2022年相比2021年增加了{change}件次，2023年又有回落。"
            )
        };
        check_rule(&RULE, crate::Extent::Excerpt, &text("⟦630⟧"), &text("360"));
    }
}
