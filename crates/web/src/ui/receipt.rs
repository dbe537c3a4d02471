//! The receipt of a figure: what it is, how it was computed, which entries it counted.
//!
//! It is shown beside the paper, never on top of it, and is the head of a figure's own page.

use maud::{Markup, html};

use super::badge::Tone;
use super::facts::{Fact, facts};
use super::icons::{Icon, icon};
use super::notice::{Link, Notice, link, notice};
use super::sample::Sample;
use super::table::Cell;
use super::words;

/// A piece of a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Another figure with its value.
    Figure {
        /// Name.
        name: String,
        /// Value as printed.
        value: String,
        /// Its page.
        href: String,
    },
    /// `÷`, `×`, `（`.
    Sign(String),
}

/// What changed after a number was frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Frozen value.
    pub then: String,
    /// Value now.
    pub now: String,
    /// Entries that made the difference, with what happened.
    pub because: Vec<Link>,
}

/// A figure's receipt.
#[derive(Debug, Clone, Default)]
pub struct Receipt {
    /// Unique on the page.
    pub id: String,
    /// Name of the figure.
    pub name: String,
    /// As printed; none when there are no data.
    pub value: Option<String>,
    /// Measure word.
    pub unit: String,
    /// `2022年1月1日至12月31日`.
    pub period: String,
    /// What is counted, in a sentence from the definition.
    pub definition: String,
    /// For formulas.
    pub formula: Vec<Term>,
    /// Further facts: ledger, dimensions, definition version, law.
    pub facts: Vec<(String, String)>,
    /// Entries behind it: what the link says (`304 条记录`) and leads to.
    pub entries: Option<Link>,
    /// `按权限显示 120 条，共 304 条`.
    pub withheld: Option<String>,
    /// The figure's own page, when this is not it.
    pub page: Option<String>,
    /// Proof of the entries behind it.
    pub proof: Option<String>,
    /// What changed after the freeze.
    pub drift: Option<Drift>,
}

/// The receipt.
pub fn receipt(view: &Receipt) -> Markup {
    let more: Vec<Fact> = view
        .facts
        .iter()
        .map(|(name, value)| Fact::new(name.as_str(), Cell::text(value.as_str())))
        .collect();
    html! {
        section.receipt id=(view.id) aria-label=(format!("{}，{}", words::RECEIPT, view.name)) {
            p.receipt-name {
                @match &view.page { Some(href) => a href=(href) { (view.name) }, None => (view.name) }
            }
            p.receipt-value {
                @match &view.value {
                    Some(value) => { (value) " " span.unit { (view.unit) } }
                    None => span.missing { (words::NO_DATA) },
                }
            }
            p.hint { (view.period) }
            (formula(&view.formula))
            p { (view.definition) }
            @if !more.is_empty() { (facts(&more)) }
            @if let Some(drift) = &view.drift { (drifted(drift)) }
            p.receipt-links {
                @if let Some(entries) = &view.entries { a href=(entries.href) { (icon(Icon::Ledger)) (entries.label) } }
                @if let Some(proof) = &view.proof { a href=(proof) { (icon(Icon::Proof)) (words::PROOF) } }
            }
            @if let Some(withheld) = &view.withheld { p.hint { (withheld) } }
        }
    }
}

/// `= 办结 301 ÷ 受理 304 × 100%`.
pub fn formula(terms: &[Term]) -> Markup {
    html! {
        @if !terms.is_empty() {
            p.formula {
                span.formula-sign { "=" }
                @for term in terms {
                    @match term {
                        Term::Figure { name, value, href } => {
                            span.formula-term { span.hint { (name) } a href=(href) { (value) } }
                        }
                        Term::Sign(sign) => span.formula-sign { (sign) },
                    }
                }
            }
        }
    }
}

fn drifted(view: &Drift) -> Markup {
    let title = format!("定稿时 {}，现在 {}", view.then, view.now);
    notice(&Notice::new(Tone::Soon, title).with(html! {
        p { "报告保持定稿时的数。差异来自：" }
        ul { @for one in &view.because { li { (link(one)) } } }
    }))
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::empty(receipt(&Receipt {
            id: "sample-receipt-empty".into(),
            name: "平均满意度".into(),
            period: "2022年".into(),
            definition: "最近一次满意度调查的得分。本期没有调查，所以没有数，不是 0。".into(),
            ..Receipt::default()
        })),
        Sample::full(sample()),
    ]
}

pub(crate) fn sample() -> Markup {
    let figure = |name: &str, value: &str| Term::Figure {
        name: name.into(),
        value: value.into(),
        href: "#figure".into(),
    };
    receipt(&Receipt {
        id: "receipt".into(),
        name: "12345 投诉办结率".into(),
        value: Some("99.0".into()),
        unit: "%".into(),
        period: "2022年1月1日至12月31日".into(),
        definition: "本期受理的 12345 投诉中，到期末已经办结的比例，保留一位小数。".into(),
        formula: vec![
            figure("办结", "301"),
            Term::Sign("÷".into()),
            figure("受理", "304"),
        ],
        facts: vec![
            ("台账".into(), "12345 投诉".into()),
            ("定义版本".into(), "2021-07-15 起".into()),
            ("存证点".into(), "第 20,412 条，2023年1月12日 09:00".into()),
        ],
        entries: Some(Link::new("304 条记录", "#entries")),
        withheld: Some("按您的权限，可以打开其中 120 条。".into()),
        page: Some("#figure".into()),
        proof: Some("#proof".into()),
        drift: Some(Drift {
            then: "99.0%".into(),
            now: "99.3%".into(),
            because: vec![Link::new(
                "12345-2022-0188 更正办结日期，2023年1月14日",
                "#e188",
            )],
        }),
    })
}
