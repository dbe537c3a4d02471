//! The paper of a report: set like an official document, every number with its origin.
//!
//! In the text a number is one of three things: a figure (underlined, leads to its receipt), a
//! number with a source note (superscript mark), or untraced (marked, counted at the top).
//! Print set-up and grid follow GB/T 9704-2012: A4, 28 characters × 22 lines, see `@page paper` in
//! `assets/yifa.css`. On screen the same paper shrinks to the width of the screen.

use maud::{Markup, html};

use super::sample::Sample;

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Words.
    Text(String),
    /// A figure from the ledgers.
    Figure {
        /// The number as printed.
        text: String,
        /// Its receipt, or its page.
        href: String,
        /// For the way back from its receipt; unique on the page.
        id: Option<String>,
        /// Its receipt is shown beside the paper now.
        open: bool,
        /// What the ledgers say now, when that differs from this frozen number.
        now: Option<String>,
    },
    /// A number with a source note.
    Sourced {
        /// The number as printed.
        text: String,
        /// Number of the note.
        note: u16,
    },
    /// A number that nothing vouches for.
    Untraced {
        /// The number as printed.
        text: String,
        /// For the link from the list of problems; unique on the page.
        id: String,
    },
}

impl Run {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Run::Text(text.into())
    }

    /// A figure with its receipt closed.
    pub fn figure(text: impl Into<String>, href: impl Into<String>) -> Self {
        Run::Figure {
            text: text.into(),
            href: href.into(),
            id: None,
            open: false,
            now: None,
        }
    }
}

/// A block of the paper.
#[derive(Debug, Clone)]
pub enum Block {
    /// `一、`, level 1 to 4 as in the standard; the text carries its ordinal.
    Heading {
        /// 1 `一、`, 2 `（一）`, 3 `1.`, 4 `（1）`.
        level: u8,
        /// For the outline; unique on the page.
        id: String,
        /// Text with ordinal.
        text: String,
    },
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A table or something else.
    Other(Markup),
}

/// Red head of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedHead {
    /// `云川市教育局文件`.
    pub mark: String,
    /// Document number.
    pub number: String,
    /// Signer, on documents to a superior organ.
    pub signer: Option<String>,
}

/// A paper.
#[derive(Debug, Clone, Default)]
pub struct Paper {
    /// Red head, when it is a document and not a draft.
    pub head: Option<RedHead>,
    /// Title.
    pub title: String,
    /// Addressee, without colon.
    pub addressee: Option<String>,
    /// Body.
    pub blocks: Vec<Block>,
    /// Source notes, in order.
    pub notes: Vec<String>,
    /// Issuing organ and date below the body.
    pub signed: Option<(String, String)>,
    /// The word across a paper that is not valid: `草稿`.
    pub mark: Option<String>,
    /// A code to be read by a telephone, with its words, below everything else.
    pub code: Option<(Markup, String)>,
}

/// The paper.
pub fn paper(view: &Paper) -> Markup {
    html! {
        article.paper {
            div.sheet {
                @if let Some(mark) = &view.mark { p.paper-mark { (mark) } }
                @if let Some(head) = &view.head { (red_head(head)) }
                h1.paper-title { (view.title) }
                @if let Some(addressee) = &view.addressee { p.paper-to { (addressee) "：" } }
                @for one in &view.blocks { (block(one)) }
                @if let Some((organ, date)) = &view.signed {
                    div.paper-signed { p { (organ) } p { (date) } }
                }
                (source_notes(&view.notes))
                @if let Some((code, words)) = &view.code {
                    figure.paper-code { (code) figcaption { (words) } }
                }
            }
        }
    }
}

fn red_head(view: &RedHead) -> Markup {
    html! {
        header.red-head {
            p.red-head-mark { (view.mark) }
            p.red-head-number .with-signer[view.signer.is_some()] {
                span { (view.number) }
                @if let Some(signer) = &view.signer {
                    span { "签发人：" span.kai { (signer) } }
                }
            }
        }
    }
}

fn block(view: &Block) -> Markup {
    html! {
        @match view {
            Block::Heading { level: 1, id, text } => h2.paper-h1 id=(id) { (text) },
            Block::Heading { level: 2, id, text } => h3.paper-h2 id=(id) { (text) },
            Block::Heading { level: 3, id, text } => h4.paper-h3 id=(id) { (text) },
            Block::Heading { id, text, .. } => h5.paper-h3 id=(id) { (text) },
            Block::Paragraph(runs) => p class=[runs.iter().any(has_blank).then_some("blank")] { @for one in runs { (run(one)) } },
            Block::Other(markup) => div.paper-other { (markup) },
        }
    }
}

/// Whether a run leaves a blank to be filled by hand. Such a paragraph may break inside of it: as one
/// word the blank would pull the line before it apart.
fn has_blank(view: &Run) -> bool {
    matches!(view, Run::Text(text) if text.contains("__"))
}

/// One run of a sentence, for editors that set their own paragraphs.
pub fn run(view: &Run) -> Markup {
    html! {
        @match view {
            Run::Text(text) => (text),
            Run::Figure { text, href, id, open, now } => {
                a.figure .figure-open[*open] .figure-moved[now.is_some()] href=(href) id=[id.as_deref()]
                    aria-current=[open.then_some("true")] { (text) }
                @if let Some(now) = now { span.figure-now { "（现为 " (now) "）" } }
            }
            Run::Sourced { text, note } => {
                (text) sup.source-mark { a href=(format!("#note-{note}")) { "注" (note) } }
            }
            Run::Untraced { text, id } => {
                mark.untraced id=(id) { (text) span.untraced-word { "未溯源" } }
            }
        }
    }
}

fn source_notes(notes: &[String]) -> Markup {
    html! {
        @if !notes.is_empty() {
            ol.source-notes {
                @for (at, text) in notes.iter().enumerate() {
                    li id=(format!("note-{}", at + 1)) { (text) }
                }
            }
        }
    }
}

pub(crate) fn sample_paper() -> Paper {
    let heading = |level, id: &str, text: &str| Block::Heading {
        level,
        id: id.into(),
        text: text.into(),
    };
    Paper {
        head: Some(RedHead {
            mark: "云川市教育局文件".into(),
            number: "云教发〔2023〕4号".into(),
            signer: Some("周启明".into()),
        }),
        title: "云川市教育局关于2022年法治政府建设情况的报告".into(),
        addressee: Some("市委、市政府".into()),
        blocks: vec![
            heading(1, "p-one", "一、主要举措和成效"),
            heading(2, "p-two", "（一）依法化解矛盾纠纷"),
            Block::Paragraph(vec![
                Run::text("畅通群众诉求渠道，全年累计受理12345热线投诉"),
                Run::Figure {
                    text: "304".into(),
                    href: "#receipt".into(),
                    id: None,
                    open: true,
                    now: None,
                },
                Run::text("件，办结"),
                Run::Figure {
                    text: "301".into(),
                    href: "#f2".into(),
                    id: None,
                    open: false,
                    now: Some("302".into()),
                },
                Run::text("件，办结率"),
                Run::figure("99.0%", "#f3"),
                Run::text("。聘任社会监督员"),
                Run::Untraced {
                    text: "60".into(),
                    id: "p-untraced".into(),
                },
                Run::text("名，占全市在编教师的"),
                Run::Sourced {
                    text: "0.5%".into(),
                    note: 1,
                },
                Run::text("。"),
            ]),
            heading(3, "p-three", "1.规范行政执法"),
            Block::Paragraph(vec![
                Run::text("全年办理行政处罚案件"),
                Run::figure("0", "#f4"),
                Run::text("件，未发生因行政处罚引起的行政复议和行政诉讼。"),
            ]),
            heading(1, "p-four", "二、存在的不足和原因"),
            Block::Paragraph(vec![Run::text(
                "校外培训监管力量不足，执法人员持证比例与任务不相适应，主要原因是机构改革后执法职责划转时间较短。",
            )]),
        ],
        notes: vec!["市人力资源和社会保障局2022年编制统计。".into()],
        signed: Some(("云川市教育局".into(), "2023年1月12日".into())),
        mark: None,
        code: None,
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![Sample::full(paper(&sample_paper()))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untraced_number_is_said_in_words() {
        let html = run(&Run::Untraced {
            text: "60".into(),
            id: "u".into(),
        })
        .into_string();
        assert!(html.contains("未溯源"), "{html}");
    }

    #[test]
    fn no_space_enters_a_sentence() {
        let runs = Block::Paragraph(vec![
            Run::text("受理"),
            Run::figure("304", "#f"),
            Run::text("件"),
        ]);
        assert_eq!(
            block(&runs).into_string(),
            "<p>受理<a class=\"figure\" href=\"#f\">304</a>件</p>"
        );
    }
}
