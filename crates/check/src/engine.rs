//! Runs the rules and completes the positions.

use crate::document::Document;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::options::Options;
use crate::rules::{Outcome, RULES};

/// What was found in a text.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What is wrong, in the order of the text.
    pub findings: Vec<Finding>,
    /// Relations that were checked and hold.
    pub checked: Vec<Finding>,
}

/// A text or a document.
pub trait Input {
    /// The document to check.
    fn with_document<R>(&self, work: impl FnOnce(&Document) -> R) -> R;
}

impl Input for Document {
    fn with_document<R>(&self, work: impl FnOnce(&Document) -> R) -> R {
        work(self)
    }
}

impl Input for str {
    fn with_document<R>(&self, work: impl FnOnce(&Document) -> R) -> R {
        work(&Document::from_text(self))
    }
}

/// Checks a document or a plain text.
pub fn check<I: Input + ?Sized>(input: &I, options: &Options) -> Report {
    input.with_document(|document| check_document(document, options))
}

fn check_document(document: &Document, options: &Options) -> Report {
    let facts = Facts::new(document, options.extent);
    let mut outcome = Outcome::new(facts.figures.len());
    for rule in RULES {
        if !options.allow.iter().any(|code| code == rule.code) {
            (rule.run)(&facts, options, &mut outcome);
        }
    }
    let mut findings = outcome.findings;
    for finding in &mut findings {
        finding.span = document.source_span(&finding.span);
        for related in &mut finding.related {
            related.span = document.source_span(&related.span);
        }
    }
    findings.sort_by(|one, other| {
        (one.span.start, one.span.end, one.code).cmp(&(
            other.span.start,
            other.span.end,
            other.code,
        ))
    });
    count_characters(document.source(), &mut findings);
    let (checked, findings) = findings.into_iter().partition(|finding| finding.holds);
    Report { findings, checked }
}

/// Fills in the positions in code points, with one walk over the text.
fn count_characters(source: &str, findings: &mut [Finding]) {
    let mut offsets: Vec<usize> = Vec::new();
    for finding in findings.iter() {
        offsets.extend([finding.span.start, finding.span.end]);
        for related in &finding.related {
            offsets.extend([related.span.start, related.span.end]);
        }
    }
    offsets.sort_unstable();
    offsets.dedup();
    let mut counts = Vec::with_capacity(offsets.len());
    let mut done = 0;
    let mut count = 0;
    for offset in &offsets {
        let offset = (*offset).min(source.len());
        count += source
            .get(done..offset)
            .map_or(0, |piece| piece.chars().count());
        done = offset;
        counts.push(count);
    }
    let at = |offset: usize| {
        offsets
            .binary_search(&offset)
            .map_or(0, |index| counts[index])
    };
    for finding in findings {
        finding.chars = at(finding.span.start)..at(finding.span.end);
        for related in &mut finding.related {
            related.chars = at(related.span.start)..at(related.span.end);
        }
    }
}
