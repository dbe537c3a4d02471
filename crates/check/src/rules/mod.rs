//! The rules: one file each, registered in one list.
//!
//! A rule reads [`Facts`] and adds findings to the [`Outcome`]; relations that agree are added too,
//! marked as holding, because a clerk wants to know what was verified. Rules run in the order of
//! [`RULES`]: later ones may use what earlier ones settled, above all which figures form a list.

use diagnostic::Severity;

use crate::facts::Facts;
use crate::finding::Finding;
use crate::options::Options;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Relations between figures.
    Relation,
    /// Headings, ordinals, parts.
    Structure,
    /// Words, marks, titles.
    Wording,
    /// Personal data.
    Privacy,
}

/// One rule.
pub(crate) struct Rule {
    pub code: &'static str,
    pub severity: Severity,
    pub group: Group,
    /// A few words for lists.
    pub title: &'static str,
    /// The manual page: the doc comment of the rule.
    pub page: &'static str,
    pub run: fn(&Facts<'_>, &Options, &mut Outcome),
}

impl Rule {
    /// A finding of this rule.
    pub fn at(&self, span: std::ops::Range<usize>, message: impl Into<String>) -> Finding {
        Finding::new(self.code, self.severity, span, message)
    }
}

/// Declares a rule; its doc comment is the manual page and the output of `explain`.
macro_rules! rule {
    ($(#[doc = $line:literal])* $code:literal, $severity:ident, $group:ident, $title:literal, $run:path) => {
        $(#[doc = $line])*
        pub(crate) const RULE: $crate::rules::Rule = $crate::rules::Rule {
            code: $code,
            severity: diagnostic::Severity::$severity,
            group: $crate::rules::Group::$group,
            title: $title,
            page: concat!($($line, "\n"),*),
            run: $run,
        };
    };
}

/// A total and its parts, as figures.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub total: usize,
    pub parts: Vec<usize>,
    pub holds: bool,
    /// How sure the wording is of it.
    pub score: i32,
    /// The total stands behind its parts, in another sentence.
    pub apart: bool,
}

/// What the rules have found so far.
#[derive(Default)]
pub(crate) struct Outcome {
    pub findings: Vec<Finding>,
    pub lists: Vec<List>,
    /// The lists that a figure belongs to, as total or part.
    membership: Vec<Vec<usize>>,
    /// Figures that a relation already explains or blames.
    pub settled: Vec<bool>,
    /// Figures that an alarm already names.
    pub blamed: Vec<bool>,
}

impl Outcome {
    pub fn new(figures: usize) -> Self {
        Self {
            settled: vec![false; figures],
            membership: vec![Vec::new(); figures],
            blamed: vec![false; figures],
            ..Self::default()
        }
    }

    /// Remembers a total with its parts.
    pub fn add_list(&mut self, list: List) {
        let index = self.lists.len();
        for figure in list.parts.iter().chain([&list.total]) {
            self.membership[*figure].push(index);
        }
        self.lists.push(list);
    }

    /// The lists that the figure belongs to.
    pub fn lists_with(&self, figure: usize) -> impl Iterator<Item = &List> {
        self.membership
            .get(figure)
            .into_iter()
            .flatten()
            .map(|index| &self.lists[*index])
    }
}

/// Declares the list of the rules, in the order in which they run.
macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        /// Every rule, in the order in which they run.
        pub(crate) const RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

mod approximation_conflict;
mod average_mismatch;
mod common;
mod difference_mismatch;
mod document_number_form;
mod doubled_mark;
mod doubled_word;
mod empty_part;
mod growth_mismatch;
mod growth_outside_parts;
mod half_width_mark;
mod heading_level;
mod heading_order;
mod implied_whole;
mod impossible_date;
mod leftover_mark;
mod legal_term_mixed;
mod list_count_mismatch;
mod mark_before_etc;
mod minor_named;
mod missing_part;
mod missing_title;
mod mixed_spelling;
mod mixed_title_separators;
mod number_style;
mod organ_name_varies;
mod part_exceeds_whole;
mod part_order;
mod period_mismatch;
mod personal_data;
mod problem_without_measure;
mod rate_over_100;
mod repeated_figure_differs;
mod run_on_clause;
mod share_mismatch;
mod statute_title;
mod sum_mismatch;
mod table_mismatch;
mod unpaired_mark;
mod web_page_residue;
mod wrong_word;

rules![
    table_mismatch,
    sum_mismatch,
    share_mismatch,
    growth_mismatch,
    difference_mismatch,
    average_mismatch,
    part_exceeds_whole,
    repeated_figure_differs,
    list_count_mismatch,
    rate_over_100,
    growth_outside_parts,
    implied_whole,
    approximation_conflict,
    impossible_date,
    period_mismatch,
    heading_order,
    heading_level,
    empty_part,
    missing_part,
    problem_without_measure,
    part_order,
    missing_title,
    leftover_mark,
    web_page_residue,
    unpaired_mark,
    half_width_mark,
    doubled_mark,
    mark_before_etc,
    doubled_word,
    wrong_word,
    mixed_spelling,
    run_on_clause,
    legal_term_mixed,
    organ_name_varies,
    statute_title,
    document_number_form,
    mixed_title_separators,
    number_style,
    personal_data,
    minor_named,
];

/// Checks one rule: `marked` has the blamed stretches between ⟦ and ⟧, `silent` has none.
#[cfg(test)]
pub(crate) fn check_rule(rule: &Rule, extent: crate::Extent, marked: &str, silent: &str) {
    let options = Options {
        extent,
        ..Options::default()
    };
    let draw = |text: &str| {
        let report = crate::check(text, &options);
        let mut drawn = text.to_owned();
        for finding in report
            .findings
            .iter()
            .rev()
            .filter(|finding| finding.code == rule.code)
        {
            drawn.insert(finding.span.end, '⟧');
            drawn.insert(finding.span.start, '⟦');
        }
        drawn
    };
    assert_eq!(draw(&marked.replace(['⟦', '⟧'], "")), marked);
    assert_eq!(draw(silent), silent);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_code_and_a_whole_page() {
        let mut codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RULES.len());
        for rule in RULES {
            for part in [
                "## 发现什么",
                "## 为什么要紧",
                "## 例",
                "## 改正",
                "## 已知误报",
            ] {
                assert!(rule.page.contains(part), "{}: {part}", rule.code);
            }
        }
    }
}
