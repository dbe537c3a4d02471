//! What the words say of a total and its parts: whether they announce a division at all.

use std::sync::LazyLock;

use super::{Candidate, Shape};
use crate::decimal::Decimal;
use crate::facts::partition::{self, divided};
use crate::facts::{Facts, Figure, Role, strip_copula};
use crate::lexicon::Lexicon;
use crate::rules::common::shared_words;

/// Words that say that a figure sums up.
pub(super) fn names_total(label: &str) -> bool {
    const AT_AN_END: &[&str] = &["共", "总", "共有", "总人数", "共收到", "以上"];
    let label = strip_copula(label);
    ANYWHERE.is_in(label)
        || AT_AN_END
            .iter()
            .any(|word| label.ends_with(word) || label.starts_with(word))
}

static ANYWHERE: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new([
        "合计", "总计", "共计", "总数", "总量", "一共", "总共", "累计", "总额", "上述",
    ])
});

/// Words that divide a total.
pub(super) static DIVIDING: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new([
        "分为", "分别", "包括", "分成", "归为", "其中", "含", "按", "分类",
    ])
});

/// Whether the words say that these are the parts of this total; figures that merely stand in a
/// row are no contradiction, however near their sum comes.
pub(super) fn announced(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let total = &facts.figures[candidate.total];
    let Some(first) = candidate.parts().iter().min() else {
        return false;
    };
    let first = &facts.figures[*first];
    let sums_up = names_total(facts.label(total));
    match candidate.shape {
        Shape::Bracket | Shape::Across | Shape::Column => true,
        Shape::Before => sums_up && !is_sibling(facts, candidate),
        Shape::After | Shape::Heads => {
            if goes_on_in_other_units(facts, candidate) {
                return false;
            }
            let lead = lead(facts, total, first);
            // 合肥市14万户；其次为甲市和乙市，分别5万户、4万户: those that follow are no parts of the first.
            if lead.contains("其次") {
                return false;
            }
            let divided =
                lead.contains(['：', ':']) || DIVIDING.is_in(lead) || among(facts, total, lead);
            // 三年支出分别为甲、乙、丙，其中培训支出依次为…: the last of a row is not divided alone.
            // 甲112件、乙121件、丙9件。其中网上61件、微信58件: nor is one in the middle of a row.
            let named = shared_words(lead, facts.label(total)) >= 2;
            let apart = first.sentence != total.sentence && !named;
            if is_item(facts, candidate.total) && (lead.contains(['依', '别']) || apart) {
                return false;
            }
            // 建议36件。目前，A类30件，B类4件，C类2件: the names are a division.
            let large = total.value.above(Decimal::whole(999));
            let classes = (candidate.parts().len() >= 3 || large)
                && first.sentence <= total.sentence + 1
                && partition::divided(facts, candidate.parts())
                && !is_sibling(facts, candidate)
                && !is_item(facts, candidate.total);
            divided
                || classes
                || (!among_shares(facts, candidate)
                    && !is_sibling(facts, candidate)
                    && !is_item(facts, candidate.total)
                    && (sums_up || total.clause == first.clause))
        }
    }
}

/// 甲类共223件,占20%；乙类58件,占5%: a figure with a share of its own, before others with theirs,
/// is one of them.
fn among_shares(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let has_share = |index: usize| {
        facts.figures.get(index + 1).is_some_and(|next| {
            let figure = &facts.figures[index];
            next.is_percent() && next.role == Role::Share && next.clause == figure.clause
        })
    };
    has_share(candidate.total) && candidate.parts().iter().all(|part| has_share(*part))
}

/// 投诉15件、举报13件、咨询13件: the figure has its place in the same division as its parts.
fn is_sibling(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let mut all = candidate.parts().to_vec();
    all.push(candidate.total);
    divided(facts, &all)
}

/// 组织人事2件、党务政务1件: an item of a list that began before it.
pub(super) fn is_item(facts: &Facts<'_>, total: usize) -> bool {
    let Some(before) = total.checked_sub(1).map(|before| &facts.figures[before]) else {
        return false;
    };
    let figure = &facts.figures[total];
    before.is_quantity()
        && before.clause == figure.clause
        && before.bracket == figure.bracket
        && before.unit == figure.unit
        && before.role == figure.role
        && before.segment + 1 == figure.segment
        && !names_total(facts.label(figure))
}

/// 接听12个,其中解答6个、表扬1个、形成工单5件: the list is longer than its first unit.
fn goes_on_in_other_units(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let Some(last) = candidate.parts().iter().max() else {
        return false;
    };
    let part = &facts.figures[*last];
    facts.figures.get(last + 1).is_some_and(|next| {
        next.is_quantity()
            && next.clause == part.clause
            && next.bracket == part.bracket
            && next.role == part.role
            && next.alike(part) == 1
    })
}

/// The words between a total and its first part, within their sentence.
pub(super) fn lead<'f>(facts: &'f Facts<'_>, total: &Figure, first: &Figure) -> &'f str {
    let between = &facts.text[total.whole.end.min(first.whole.start)..first.whole.start];
    between
        .rsplit(['。', '；', ';', '\n'])
        .next()
        .unwrap_or(between)
}

/// 完成的4068批次抽检中，甲3108批次、乙960批次; 企业法人单位中，甲…: what follows divides the total.
pub(super) fn among(facts: &Facts<'_>, total: &Figure, lead: &str) -> bool {
    const NEAR: usize = 8;
    if lead.starts_with('中') {
        return true;
    }
    let Some((words, _)) = lead.split_once("中，").or_else(|| lead.split_once("中,")) else {
        return false;
    };
    let directly = facts.text[total.whole.end..].starts_with(lead);
    let length = words.chars().count();
    directly && length <= NEAR || length <= 16 && shared_words(words, facts.label(total)) >= 2
}
