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
pub(crate) use rule;

/// A total and its parts, as figures.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub total: usize,
    pub parts: Vec<usize>,
    pub holds: bool,
    /// How sure the wording is of it.
    pub score: i32,
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

mod approximation_conflict;
mod average_mismatch;
mod common;
mod difference_mismatch;
mod growth_mismatch;
mod growth_outside_parts;
mod list_count_mismatch;
mod part_exceeds_whole;
mod rate_over_100;
mod repeated_figure_differs;
mod share_mismatch;
mod sum_mismatch;
mod table_mismatch;

/// Every rule, in the order in which they run.
pub(crate) const RULES: &[&Rule] = &[
    &table_mismatch::RULE,
    &sum_mismatch::RULE,
    &share_mismatch::RULE,
    &growth_mismatch::RULE,
    &difference_mismatch::RULE,
    &average_mismatch::RULE,
    &part_exceeds_whole::RULE,
    &repeated_figure_differs::RULE,
    &list_count_mismatch::RULE,
    &rate_over_100::RULE,
    &growth_outside_parts::RULE,
    &approximation_conflict::RULE,
];
