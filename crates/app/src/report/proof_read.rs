//! Proof-reading at the desk: what the checker says of the text, and what the ledgers say of its
//! numbers.
//!
//! The checker knows the text alone. Here its findings get their place in the report, and every
//! number that was typed beside the name of a figure is held against the ledgers; so is last
//! year's frozen report, whose figures this year starts from. Nothing here refuses anything: the
//! writer decides.

use std::ops::Range;

use catalogue::definition::Figure;
use check::{Extent, Number, Options, Severity};
use kernel::Ask;
use values::{dates::Period, decimal::Rounding, ratio::Ratio};

use super::{Draft, Paper, PaperParagraph, PaperPiece, draft_of};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::Result,
};

/// Something that a proof-reader would say about a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Code of the rule: `yifa check explain CODE` says more; `report-differs`, `figure-typed`
    /// and `opening-differs` are the desk's own.
    pub code: &'static str,
    /// How certain it is.
    pub severity: Severity,
    /// Id of the part it stands in, where it stands in one.
    pub part: Option<String>,
    /// Heading of that part.
    pub heading: String,
    /// The words it is about.
    pub quote: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Words that say that a number is not this year's.
const OTHER_YEARS: &[&str] = &[
    "上年",
    "去年",
    "同期",
    "上一年",
    "前年",
    "近三年",
    "近五年",
    "以来",
    "累计",
    "目标",
    "计划",
];

/// Shorter names stand in too many sentences.
const NAME_CHARS_MIN: usize = 4;

/// Quotes are cut here.
const QUOTE_CHARS_MAX: usize = 24;

impl App {
    /// Everything that a proof-reader would say about the report as it stands.
    ///
    /// # Errors
    /// A denial or a fault.
    pub fn proof_read(&self, actor: &Actor, draft: &Draft, paper: &Paper) -> Result<Vec<Remark>> {
        authorise(actor, Action::ReadFigures, Resource::Reports)?;
        let mut remarks = checked(draft, paper);
        remarks.extend(self.against_ledgers(actor, draft, paper)?);
        remarks.extend(self.opening(actor, draft)?);
        // Errors first, else in the order of the text.
        remarks.sort_by_key(|remark| remark.severity);
        Ok(remarks)
    }

    /// Typed numbers beside the name of a figure, held against the ledgers.
    fn against_ledgers(&self, actor: &Actor, draft: &Draft, paper: &Paper) -> Result<Vec<Remark>> {
        let mut asked = Vec::new();
        for part in &paper.parts {
            for paragraph in &part.paragraphs {
                for typed in typed_numbers(paragraph) {
                    if let Some(figure) = self.named(&typed) {
                        asked.push((part, typed, figure));
                    }
                }
            }
        }
        let asks: Vec<(String, Ask)> = asked
            .iter()
            .map(|(.., figure)| (figure.id.to_string(), Ask::period(draft.period())))
            .collect();
        let readings = self.readings(actor, &asks, None)?;
        let mut remarks = Vec::new();
        for ((part, typed, figure), reading) in asked.into_iter().zip(readings) {
            let Some(ledger) = reading.text() else {
                continue;
            };
            let value = typed.number.value;
            let same = (reading.answer.value).is_some_and(|exact| stands_for(value, exact));
            let remark = Remark {
                code: if same {
                    "figure-typed"
                } else {
                    "report-differs"
                },
                severity: if same {
                    Severity::Note
                } else {
                    Severity::Error
                },
                part: Some(part.id.clone()),
                heading: part.heading.clone(),
                quote: typed.shown,
                message: if same {
                    format!("“{}”台账里有，与所写一致", figure.name)
                } else {
                    let unit = &figure.unit;
                    format!(
                        "“{}”报告写 {value}{unit}，台账是 {ledger}{unit}",
                        figure.name
                    )
                },
                help: format!("改用数据 {{{}}}，以后随台账更新", figure.id),
            };
            remarks.push(remark);
        }
        Ok(remarks)
    }

    /// The figure whose name stands directly before the number, with the same measure word.
    fn named(&self, typed: &Typed) -> Option<&Figure> {
        let (before, number) = (typed.before.as_str(), &typed.number);
        if !number.qualifiers.is_empty() || OTHER_YEARS.iter().any(|word| before.contains(word)) {
            return None;
        }
        let unit = match number.kind {
            check::Kind::Percent => "%",
            _ => number.unit.as_ref().map_or("", |unit| unit.text),
        };
        let figures = self.catalogue().figures();
        figures
            .map(AsRef::as_ref)
            .filter(|figure| figure.unit == unit && figure.name.chars().count() >= NAME_CHARS_MIN)
            .find(|figure| bare(before) == figure.name)
    }

    /// Figures of last year's frozen report that the ledgers no longer give.
    fn opening(&self, actor: &Actor, draft: &Draft) -> Result<Vec<Remark>> {
        let mut last = None;
        for entry in self.reports(actor)? {
            let other = draft_of(&entry)?;
            if other.year == draft.year - 1 && other.snapshot.is_some() {
                last = Some(other);
                break;
            }
        }
        let Some(last) = last else {
            return Ok(Vec::new());
        };
        let Some(snapshot) = self.snapshot(actor, &last)? else {
            return Ok(Vec::new());
        };
        let year_end = Period::year(last.year).to.to_string();
        let changes = self.changes(actor, &snapshot)?;
        let moved = changes
            .into_iter()
            .filter(|change| change.now != change.frozen.text && change.frozen.to == year_end);
        let remark = |change: super::Change| Remark {
            code: "opening-differs",
            severity: Severity::Warning,
            part: None,
            heading: format!("{} 年度报告", last.year),
            quote: change.frozen.name.clone(),
            message: format!(
                "上年报告公布 {}{}，台账现在是 {}{}",
                change.frozen.text, change.frozen.unit, change.now, change.frozen.unit
            ),
            help: "本年的期初数与上年公布的不一致，请在文中说明，或核对更正".to_owned(),
        };
        Ok(moved.map(remark).collect())
    }
}

/// The words before a number without what merely leads up to them: 全年共办理…达.
fn bare(before: &str) -> &str {
    const LEADING: &[&str] = &[
        "全年",
        "本年度",
        "今年",
        "全市",
        "全区",
        "全县",
        "我局",
        "共计",
        "共",
        "其中",
        "开展",
        "完成",
        "实施",
        "组织",
    ];
    let mut words = before.trim().trim_end_matches(['为', '达', '共', '是']);
    while let Some(rest) = LEADING.iter().find_map(|lead| words.strip_prefix(lead)) {
        words = rest;
    }
    words
}

/// What the checker says of the text, each finding with its part.
fn checked(draft: &Draft, paper: &Paper) -> Vec<Remark> {
    let mut text = String::new();
    let mut places: Vec<(usize, usize)> = Vec::new();
    let mut line = |text: &mut String, words: &str, part: usize| {
        places.push((text.len(), part));
        text.push_str(words);
        text.push('\n');
    };
    line(&mut text, &paper.title, usize::MAX);
    for (index, part) in paper.parts.iter().enumerate() {
        if !part.heading.is_empty() {
            line(&mut text, &part.heading, index);
        }
        for paragraph in &part.paragraphs {
            line(&mut text, &paragraph.text(), index);
        }
    }
    let options = Options {
        extent: Extent::Whole,
        report_year: Some(i32::from(draft.year)),
        ..Options::default()
    };
    let report = check::check(text.as_str(), &options);
    let remark = |finding: check::Finding| {
        let at = places.partition_point(|(start, _)| *start <= finding.span.start);
        let part = at
            .checked_sub(1)
            .and_then(|at| paper.parts.get(places[at].1));
        Remark {
            code: finding.code,
            severity: finding.severity,
            part: part.map(|part| part.id.clone()),
            heading: part.map(|part| part.heading.clone()).unwrap_or_default(),
            quote: quote(&text[finding.span.clone()]),
            message: finding.message,
            help: finding.help.unwrap_or_default(),
        }
    };
    report.findings.into_iter().map(remark).collect()
}

/// Whether what is written stands for the value: a figure stands for all that rounds to it, 99% for
/// 99.01.
fn stands_for(written: check::Decimal, exact: Ratio) -> bool {
    let decimals = u8::try_from(-i16::from(written.exponent)).unwrap_or(0);
    let places = written.exponent.min(0);
    let written = written.in_units_of(places);
    written.is_some_and(|units| {
        values::decimal::Decimal::new(units, decimals) == exact.decimal(decimals, Rounding::HalfUp)
    })
}

fn quote(words: &str) -> String {
    let words = words.trim();
    let mut cut: String = words.chars().take(QUOTE_CHARS_MAX).collect();
    if cut.len() < words.len() {
        cut.push('…');
    }
    cut
}

/// A number that somebody typed.
struct Typed {
    number: Number,
    /// As written, with its measure word.
    shown: String,
    /// The words since the mark or the number before it.
    before: String,
}

/// The typed numbers of a paragraph: none that a slot put there.
fn typed_numbers(paragraph: &PaperParagraph) -> Vec<Typed> {
    let text = paragraph.text();
    let mut typed: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for piece in &paragraph.pieces {
        let span = at..at + piece.text().len();
        at = span.end;
        if matches!(
            piece,
            PaperPiece::Untraced { .. } | PaperPiece::Sourced { .. }
        ) {
            typed.push(span);
        }
    }
    let mut from = 0;
    let mut found = Vec::new();
    for number in check::read_numbers(&text) {
        let whole = number.whole.clone();
        if number.countable() && typed.iter().any(|span| span.contains(&number.span.start)) {
            let between = &text[from.min(whole.start)..whole.start];
            let before = between
                .rsplit(['，', '。', '；', '、', '：', '（', '“', '\n'])
                .next();
            found.push(Typed {
                shown: text[whole.clone()].to_owned(),
                before: before.unwrap_or_default().to_owned(),
                number,
            });
        }
        from = whole.end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> PaperPiece {
        PaperPiece::Words {
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_name_stands_alone_before_its_number() {
        assert_eq!(bare("全年共开展应急演练"), "应急演练");
        assert_eq!(bare("消防应急演练"), "消防应急演练");
    }

    #[test]
    fn a_typed_figure_stands_for_what_rounds_to_it() {
        let rate = Ratio::new(30_100, 304).unwrap();
        assert!(stands_for(check::Decimal::whole(99), rate));
        assert!(stands_for(check::Decimal::new(9901, -2), rate));
        assert!(!stands_for(check::Decimal::new(991, -1), rate));
        let all = Ratio::new(100, 1).unwrap();
        assert!(stands_for(check::Decimal::new(1000, -1), all));
    }

    #[test]
    fn typed_numbers_keep_the_words_before_them() {
        let untraced = |text: &str| PaperPiece::Untraced {
            text: text.to_owned(),
        };
        let paragraph = PaperParagraph {
            pieces: vec![
                words("开展演练"),
                untraced("609"),
                words("场，办结投诉举报"),
                untraced("304"),
                words("件。"),
            ],
        };
        let found = typed_numbers(&paragraph);
        let shown: Vec<(&str, &str)> = found
            .iter()
            .map(|typed| (typed.before.as_str(), typed.shown.as_str()))
            .collect();
        assert_eq!(shown, [("开展演练", "609场"), ("办结投诉举报", "304件")]);
    }
}
