//! Templates of papers, held against the ledgers whose documents name them.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    condition,
    field::find,
    ledger::Draft,
    node::Node,
    sink::{Placed, Sink},
};
use crate::{
    definition::{Field, FieldType},
    paper::{PaperParagraph, PaperPiece, PaperTemplate, ParagraphKind, parse_paper},
};

/// Reads a template. `name` is its path below `documents/` without the ending; `all_users`: no
/// ledger is left out.
pub(crate) fn paper(
    root: Node<'_>,
    name: &str,
    drafts: &[Draft],
    all_users: bool,
    sink: &mut Sink<'_>,
) -> Option<PaperTemplate> {
    let errors = sink.errors();
    let users: Vec<&[Field]> = drafts
        .iter()
        .filter(|draft| {
            let mut documents = draft.ledger.documents.iter();
            documents.any(|document| document.template == name)
        })
        .map(|draft| &*draft.ledger.fields)
        .collect();
    if users.is_empty() && all_users {
        let message = format!("没有一个台账的文书用模板 {name}");
        let help = format!("在台账的 [[document]] 里写 template = \"{name}\"，或删去这个文件");
        sink.warning(root.at("title"), "paper-unused", message, help);
    }
    let mut whole = |key: &str| pieces(root, key, &users, sink);
    let (issuer, title, to) = (whole("issuer"), whole("title"), whole("to"));
    let paragraphs = root
        .nodes("paragraph")
        .into_iter()
        .filter_map(|node| paragraph(node, &users, sink))
        .collect();
    let template = PaperTemplate {
        name: name.to_owned(),
        issuer,
        title,
        to,
        paragraphs,
        seal: root.flag("seal").unwrap_or(true),
    };
    (errors == sink.errors()).then_some(template)
}

fn paragraph(node: Node<'_>, users: &[&[Field]], sink: &mut Sink<'_>) -> Option<PaperParagraph> {
    let mut when = None;
    for fields in users {
        when = condition::over_entry(node, "when", fields, sink);
    }
    let each = node.text("each");
    let mut columns: Vec<&[Field]> = Vec::new();
    if let Some(each) = &each {
        for fields in users {
            let field = find(fields, each, each.at, sink)?;
            let FieldType::Rows { columns: found } = &field.kind else {
                let message = format!("{} 不是明细表，没有行可写", field.id);
                let help = "each 写 type = \"rows\" 的字段".into();
                sink.error(each.at, "field-unfit", message, help);
                return None;
            };
            columns.push(found);
        }
    }
    let known = if each.is_some() { &*columns } else { users };
    Some(PaperParagraph {
        kind: ParagraphKind::named(&node.words("kind")).unwrap_or_default(),
        pieces: pieces(node, "text", known, sink),
        when,
        each: each.and_then(|each| crate::id::FieldId::new(&each)),
    })
}

/// The text under a key, its slots held against the fields of every ledger that uses it.
fn pieces(node: Node<'_>, key: &str, users: &[&[Field]], sink: &mut Sink<'_>) -> Vec<PaperPiece> {
    let Some(text) = node.text(key) else {
        return Vec::new();
    };
    let pieces = match parse_paper(&text) {
        Ok(pieces) => pieces,
        Err(error) => {
            let at = sink.inside(&text, error.start, error.end);
            let help = "写法见 docs/catalogue.md“Papers”".into();
            sink.error(at, "slot-malformed", error.message, help);
            return Vec::new();
        }
    };
    for piece in &pieces {
        if let PaperPiece::Field { field, capital } = piece {
            for fields in users {
                check(&text, field, *capital, fields, sink);
            }
        }
    }
    pieces
}

fn check(text: &Placed<String>, id: &str, capital: bool, fields: &[Field], sink: &mut Sink<'_>) {
    let at = sink.words_in(text, id, "");
    let Some(field) = find(fields, id, at, sink) else {
        return;
    };
    if capital && field.kind != FieldType::Money {
        let message = format!("{id} 不是金额，不能写成大写");
        sink.error(at, "field-unfit", message, "去掉 |大写".into());
    }
}

/// All templates by name.
pub(crate) fn papers(
    files: &[(&str, Node<'_>)],
    drafts: &[Draft],
    all_users: bool,
    sink: &mut Sink<'_>,
) -> BTreeMap<String, Arc<PaperTemplate>> {
    let mut papers = BTreeMap::new();
    for (name, root) in files {
        if let Some(paper) = paper(*root, name, drafts, all_users, sink) {
            papers.insert((*name).to_owned(), Arc::new(paper));
        }
    }
    papers
}
