//! A paper as a sheet: on the screen as it prints.

use app::{
    kept::{
        paper::{Kind, PaperVersion},
        print::{CHECK_IT, is_ruled, rank, ruled_lines},
    },
    values::dates,
};
use maud::{Markup, html};

use crate::ui::paper::{Block, Paper, Run, paper};

/// A version of a paper; `address` is where it can be checked.
pub fn sheet(version: &PaperVersion, organ: &str, address: Option<&str>) -> Markup {
    let text = &version.text;
    let mut blocks = Vec::new();
    if let Some(number) = &version.number {
        blocks.push(Block::Other(html! { p.paper-number { (number) } }));
    }
    if !text.to.is_empty() {
        let to = text.to.trim_end_matches('：');
        blocks.push(Block::Other(html! { p.paper-line { (to) "：" } }));
    }
    for (at, block) in text.blocks.iter().enumerate() {
        let words = block.text.as_str();
        blocks.push(match block.kind {
            Kind::Heading => Block::Heading {
                level: rank(words),
                id: format!("h{at}"),
                text: words.to_owned(),
            },
            Kind::Body => Block::Paragraph(vec![Run::text(words)]),
            Kind::Line | Kind::Sign if is_ruled(words) => Block::Other(html! {
                @for line in ruled_lines(words) { p.paper-line.blank { (line) } }
            }),
            Kind::Line => Block::Other(html! { p.paper-line { (words) } }),
            Kind::Sign => Block::Other(html! {
                p.paper-sign { span { (words) } span.paper-rule {} span { "年　　月　　日" } }
            }),
            Kind::Note => Block::Other(html! { p.paper-note { (words) } }),
        });
    }
    let title = [text.issuer.as_str(), text.title.as_str()];
    paper(&Paper {
        title: title
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
        blocks,
        signed: text
            .seal
            .then(|| (organ.to_owned(), dates::chinese(version.date))),
        mark: (!version.signed).then(|| "草稿".to_owned()),
        code: address.map(|address| (crate::portal::code(address, CHECK_IT), CHECK_IT.to_owned())),
        ..Paper::default()
    })
}
