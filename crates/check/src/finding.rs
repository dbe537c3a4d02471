//! What the checker says: findings, and the relations it has verified.

use std::ops::Range;

pub use diagnostic::Severity;
use serde::Serialize;

/// A remark on another figure or place of the same text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The place, in bytes of the source.
    pub span: Range<usize>,
    /// The same in Unicode code points.
    pub chars: Range<usize>,
    /// What it has to do with the finding.
    pub label: String,
}

/// One thing that the checker says about a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable code of the rule.
    pub code: &'static str,
    /// How certain it is.
    pub severity: Severity,
    /// `true` for a relation that was checked and agrees.
    pub holds: bool,
    /// Where, in bytes of the source.
    pub span: Range<usize>,
    /// The same in Unicode code points.
    pub chars: Range<usize>,
    /// The headline, with both figures.
    pub message: String,
    /// The remedy.
    pub help: Option<String>,
    /// The other figures.
    pub related: Vec<Related>,
    /// What the arithmetic gives.
    pub computed: Option<String>,
    /// What the text says.
    pub stated: Option<String>,
}

impl Finding {
    /// A finding of the rule at a span of the flat text; positions are completed at the end.
    pub(crate) fn new(
        code: &'static str,
        severity: Severity,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            holds: false,
            span,
            chars: 0..0,
            message: message.into(),
            help: None,
            related: Vec::new(),
            computed: None,
            stated: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn related(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.related.push(Related {
            span,
            chars: 0..0,
            label: label.into(),
        });
        self
    }

    pub(crate) fn figures(
        mut self,
        computed: impl Into<String>,
        stated: impl Into<String>,
    ) -> Self {
        self.computed = Some(computed.into());
        self.stated = Some(stated.into());
        self
    }

    /// The finding as the workbench and the command line show it.
    pub fn diagnostic(&self, source: &str) -> diagnostic::Diagnostic {
        let mut shown = diagnostic::Diagnostic::new(self.severity, self.code, self.message.clone())
            .at(source, self.span.clone());
        for related in &self.related {
            shown = shown.label(related.span.clone(), related.label.clone());
        }
        match &self.help {
            Some(help) => shown.help(help.clone()),
            None => shown,
        }
    }
}

#[derive(Serialize)]
struct RelatedJson<'f> {
    start: usize,
    end: usize,
    label: &'f str,
}

#[derive(Serialize)]
struct FindingJson<'f> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'f str>,
    code: &'f str,
    severity: Severity,
    holds: bool,
    start: usize,
    end: usize,
    message: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'f str>,
    related: Vec<RelatedJson<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    computed: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stated: Option<&'f str>,
}

/// What a JSON finding belongs to.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'o> {
    /// A record of a JSON Lines file.
    Id(&'o str),
    /// A file.
    File(&'o str),
}

/// One finding as a line of JSON; positions in Unicode code points.
pub fn finding_json(finding: &Finding, origin: Origin<'_>) -> String {
    let (id, file) = match origin {
        Origin::Id(id) => (Some(id), None),
        Origin::File(file) => (None, Some(file)),
    };
    let related = finding.related.iter().map(|related| RelatedJson {
        start: related.chars.start,
        end: related.chars.end,
        label: &related.label,
    });
    let shown = FindingJson {
        id,
        file,
        code: finding.code,
        severity: finding.severity,
        holds: finding.holds,
        start: finding.chars.start,
        end: finding.chars.end,
        message: &finding.message,
        help: finding.help.as_deref(),
        related: related.collect(),
        computed: finding.computed.as_deref(),
        stated: finding.stated.as_deref(),
    };
    // Strings and numbers always serialise.
    serde_json::to_string(&shown).unwrap_or_default()
}
