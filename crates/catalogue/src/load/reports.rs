//! Report templates: every slot names a figure that can answer it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    condition::{compile, only_root, place},
    formula::{FieldsOf, fixed_values},
    ledger::hidden_titles,
    lists::Lists,
    node::Node,
    sink::{Placed, Sink},
};
use crate::{
    condition::Condition,
    definition::{Figure, FigureKind, Ledger},
    id::{FigureId, LedgerId, TemplateId},
    report::{Paragraph, Part, Piece, ReportTemplate, Sentence, Slot, parse_text},
    suggest::nearest,
};

/// What the text of a report can quote.
pub(crate) struct Quotable<'a> {
    pub(crate) figures: &'a BTreeMap<FigureId, std::sync::Arc<Figure>>,
    pub(crate) ledgers: BTreeMap<&'a LedgerId, &'a Ledger>,
    pub(crate) fields: FieldsOf<'a>,
    /// Figures of files that are left out: not unknown as well.
    pub(crate) broken: &'a BTreeSet<String>,
    pub(crate) lists: &'a Lists,
}

/// Reads a report template.
pub(crate) fn report(
    root: Node<'_>,
    path: &str,
    quotable: &Quotable<'_>,
    sink: &mut Sink<'_>,
) -> Option<ReportTemplate> {
    let errors = sink.errors();
    sink.effective = None;
    let id = root.text("id")?;
    let stem = path.rsplit('/').next().unwrap_or(path);
    if stem.strip_suffix(".toml") != Some(&id.value) {
        let message = format!("文件名是 {stem}，标识却是 {}", id.value);
        sink.error(
            id.at,
            "file-name",
            message,
            format!("把文件改名为 {}.toml", id.value),
        );
    }
    let title = root.text("title")?;
    check_title(&title, sink);
    let mut seen = BTreeSet::new();
    let mut parts = Vec::new();
    for node in root.nodes("part") {
        let Some(part) = part(node, quotable, sink) else {
            continue;
        };
        if !seen.insert(part.id.clone()) {
            let message = format!("部分 {} 出现两次", part.id);
            sink.error(node.at("id"), "id-duplicate", message, "改标识".into());
        }
        parts.push(part);
    }
    if parts.is_empty() {
        let help = "写 [[part]]，至少一个部分".into();
        sink.error(id.at, "report-empty", "模板没有内容".into(), help);
    }
    let template = ReportTemplate {
        name: root.text("name")?.value,
        title: title.value,
        law: quotable.lists.citations(root, "law", sink),
        parts,
        id: TemplateId::new(&id)?,
    };
    (errors == sink.errors()).then_some(template)
}

fn check_title(title: &Placed<String>, sink: &mut Sink<'_>) {
    let is_given = |piece: &Piece| matches!(piece, Piece::Words(_) | Piece::Given(_));
    if !parse_text(title).is_ok_and(|pieces| pieces.iter().all(is_given)) {
        let message = "标题里只能有 {organ} 和 {year}".to_owned();
        let help = "例：\"{organ}{year}年法治政府建设工作报告\"".into();
        sink.error(title.at, "slot-malformed", message, help);
    }
}

fn part(node: Node<'_>, quotable: &Quotable<'_>, sink: &mut Sink<'_>) -> Option<Part> {
    let level = node
        .whole("level")
        .and_then(|level| u8::try_from(level).ok())?;
    if level > 0 && !node.has("name") {
        let help = "写 name = \"…\"；没有标题的导语写 level = 0".into();
        sink.error(
            node.at("id"),
            "key-missing",
            "有级别的部分缺少标题 name".into(),
            help,
        );
    }
    let paragraphs = node.nodes("paragraph").into_iter().map(|node| Paragraph {
        sentences: node
            .nodes("sentence")
            .into_iter()
            .filter_map(|node| sentence(node, quotable, sink))
            .collect(),
    });
    let paragraphs = paragraphs.collect();
    Some(Part {
        id: node.text("id")?.value,
        level,
        name: node.words("name"),
        required: node.flag("required").unwrap_or(false),
        help: node.words("help"),
        law: quotable.lists.law(node, sink),
        paragraphs,
    })
}

fn sentence(node: Node<'_>, quotable: &Quotable<'_>, sink: &mut Sink<'_>) -> Option<Sentence> {
    let text = node.text("text")?;
    let when = node
        .text("when")
        .and_then(|when| condition(&when, quotable, sink));
    let pieces = match parse_text(&text) {
        Ok(pieces) => pieces,
        Err(error) => {
            let at = sink.inside(&text, error.start, error.end);
            let help = "写法见 docs/catalogue.md“Report templates”".into();
            sink.error(at, "slot-malformed", error.message, help);
            return None;
        }
    };
    for piece in &pieces {
        if let Piece::Figure(slot) = piece {
            check_slot(slot, &text, quotable, sink);
        }
    }
    let says_figures = pieces.iter().any(|piece| matches!(piece, Piece::Figure(_)));
    if when.is_none() && !node.has("when") && !says_figures {
        let message = "这一句没有数据，永远不会写出来".to_owned();
        let help = "总要写的话加上 when = \"true\"".into();
        sink.warning(text.at, "sentence-never", message, help);
    }
    Some(Sentence {
        text: text.value,
        pieces,
        when,
    })
}

fn condition(
    text: &Placed<String>,
    quotable: &Quotable<'_>,
    sink: &mut Sink<'_>,
) -> Option<Condition> {
    let condition = compile(text, sink)?;
    only_root(&condition, "figure", text, sink);
    for id in condition.fields("figure") {
        if !quotable.figures.contains_key(id) {
            let at = place(text, "figure", id, sink);
            unknown_figure(id, at, quotable, sink);
        }
    }
    Some(condition)
}

fn unknown_figure(id: &str, at: super::sink::At, quotable: &Quotable<'_>, sink: &mut Sink<'_>) {
    if quotable.broken.contains(id) {
        return;
    }
    let ids = quotable.figures.keys().map(|id| id.as_str());
    let help = match nearest(id, ids) {
        Some(meant) => format!("是不是 {meant}？"),
        None => "先在某个台账里定义它（[[figure]]）；没有台账的数写 {=数|来源}".into(),
    };
    sink.error(at, "slot-figure", format!("没有数据 {id}"), help);
}

fn check_slot(slot: &Slot, text: &Placed<String>, quotable: &Quotable<'_>, sink: &mut Sink<'_>) {
    // A slot may be written with other blanks than it is printed with; then its head is found.
    let printed = slot.to_string();
    let head = format!("{{{}", slot.figure);
    let found = text.find(&printed).map(|at| (at, printed.len()));
    let found = found.or_else(|| text.find(&head).map(|at| (at, head.len())));
    let at = found.map_or(text.at, |(start, length)| {
        sink.inside(text, start, start + length)
    });
    let Some(figure) = quotable.figures.get(&slot.figure) else {
        unknown_figure(&slot.figure, at, quotable, sink);
        return;
    };
    let only: Vec<(&str, &str)> = slot
        .only
        .iter()
        .map(|(field, value)| (field.as_str(), value.as_str()))
        .collect();
    for problem in fixed_values(figure, &only, &quotable.fields) {
        sink.error(at, problem.code, problem.message, problem.help);
    }
    if slot.titles {
        check_titles(figure, at, quotable, sink);
    }
}

/// Names of entries can be listed only where there are entries, and where they name nobody.
fn check_titles(
    figure: &Figure,
    at: super::sink::At,
    quotable: &Quotable<'_>,
    sink: &mut Sink<'_>,
) {
    if matches!(figure.kind, FigureKind::Formula(_)) {
        let message = format!("{} 是计算出来的，没有记录可列", figure.id);
        let help = "列出计算所用的那个数据的记录".into();
        sink.error(at, "slot-titles", message, help);
        return;
    }
    let ledger = quotable.ledgers.get(&figure.ledger);
    for field in ledger
        .map(|ledger| hidden_titles(ledger))
        .unwrap_or_default()
    {
        let message = format!("记录的名称里有个人信息“{}”，不能写进报告", field.name);
        let help = "在台账里另写 title，或不列名称".into();
        sink.error(at, "slot-titles", message, help);
    }
}
