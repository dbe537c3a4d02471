//! Ledgers: from one file to one version of a ledger.

use std::collections::BTreeSet;

use super::{
    field::{fields, find_fit},
    figure::{FigureDraft, Home, figure, index_dimensions},
    lists::Lists,
    node::Node,
    procedure::procedure,
    sink::{At, Placed, Sink},
};
use crate::{
    definition::{Field, FieldType, Ledger, UnitAccess, Visibility},
    id::{FieldId, LedgerId, ModuleId, SectionId, StageId},
    suggest::nearest,
};

/// A version of a ledger whose figures are not resolved yet.
pub(crate) struct Draft {
    pub(crate) ledger: Ledger,
    pub(crate) figures: Vec<FigureDraft>,
    /// Where its day of effect stands.
    pub(crate) effective_at: At,
    /// The ledgers that its fields refer to, with the places.
    pub(crate) references: Vec<(LedgerId, At)>,
    /// Where each kind of subcase names its ledger.
    pub(crate) subcases: Vec<At>,
    /// Where each action says what must not have been done in the case.
    pub(crate) apart: Vec<At>,
}

/// Reads a ledger. `path` is the path below the root of the catalogue.
pub(crate) fn ledger(
    root: Node<'_>,
    path: &str,
    lists: &Lists,
    templates: &[&str],
    sink: &mut Sink<'_>,
) -> Option<Draft> {
    let id_text = root.text("id")?;
    let id = LedgerId::new(&id_text)?;
    let effective = root.date("effective")?;
    sink.effective = Some(effective.value);
    check_name(path, &id_text, &effective.value.to_string(), sink);
    let module = module(root, path, lists, sink);
    let section = section(root, lists, sink);
    let field_nodes = root.nodes("field");
    if field_nodes.is_empty() {
        let help = "写 [[field]]，至少一个字段".into();
        sink.error(id_text.at, "fields-missing", "台账没有字段".into(), help);
    }
    let errors = sink.errors();
    let mut fields = fields(&field_nodes, lists, false, sink);
    if errors < sink.errors() {
        // What refers to a broken field is not wrong as well.
        return None;
    }
    let procedure = procedure(root, &fields, lists, templates, sink);
    let date = date(root, &fields, sink);
    let key = keys(root, &fields, sink);
    let title = title(root, &fields, &id_text, sink);
    for field in &mut fields {
        let named = date
            .iter()
            .chain(&key)
            .chain(&title)
            .any(|id| *id == field.id);
        field.index |= named && !matches!(field.kind, FieldType::LongText);
        // What belongs to a case is looked up by its reference.
        field.index |= matches!(field.kind, FieldType::Reference { .. });
    }
    let home = Home {
        ledger: &id,
        fields: &fields,
        actions: &procedure.actions,
        lists,
    };
    let figures: Vec<FigureDraft> = root
        .nodes("figure")
        .into_iter()
        .filter_map(|node| figure(node, &home, sink))
        .collect();
    index_dimensions(&mut fields, &figures);
    let ledger = Ledger {
        name: root.text("name")?.value,
        module: module?,
        section: section?,
        effective: effective.value,
        law: lists.citations(root, "law", sink),
        about: root.words("about"),
        title,
        date,
        stages: procedure.stages,
        actions: procedure.actions,
        branches: procedure.branches,
        subcases: procedure.subcases,
        clocks: procedure.clocks,
        documents: procedure.documents,
        publication: procedure.publication,
        units: units(root, &fields, &key, sink),
        above: root.has("above"),
        keep_years: root.whole("keep_years").and_then(|n| u8::try_from(n).ok()),
        key,
        fields,
        figures: Vec::new(),
        file: sink.name(id_text.at.file).to_owned(),
        id,
    };
    let references = references(&ledger.fields, &field_nodes);
    let subcases = root
        .nodes("subcase")
        .iter()
        .map(|n| n.at("ledger"))
        .collect();
    let actions = root.nodes("action");
    let apart = actions.iter().map(|n| n.at("not_by_case")).collect();
    check_units(&ledger, &actions, sink);
    Some(Draft {
        ledger,
        figures,
        effective_at: effective.at,
        references,
        subcases,
        apart,
    })
}

/// The file is named after the ledger, a later version after its day as well.
fn check_name(path: &str, id: &Placed<String>, effective: &str, sink: &mut Sink<'_>) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix(".toml").unwrap_or(name);
    if stem != id.value && stem != format!("{}.{effective}", id.value) {
        let message = format!("文件名是 {name}，标识却是 {}", id.value);
        let help = format!(
            "把文件改名为 {}.toml（新版本：{0}.{effective}.toml），或改标识",
            id.value
        );
        sink.error(id.at, "file-name", message, help);
    }
}

fn module(root: Node<'_>, path: &str, lists: &Lists, sink: &mut Sink<'_>) -> Option<ModuleId> {
    let folder = path.split_once('/').map_or("", |(folder, _)| folder);
    let found = lists.modules.iter().find(|module| &*module.id == folder);
    if found.is_none() {
        let names = lists.modules.iter().map(|module| &*module.id);
        let meant = nearest(folder, names).map(|name| format!("是不是 {name}/？"));
        let help = format!("{}文件夹要先写进 modules.toml", meant.unwrap_or_default());
        sink.error(
            root.at("id"),
            "module-unknown",
            format!("没有模块“{folder}”"),
            help,
        );
    }
    found.map(|module| module.id.clone())
}

fn section(root: Node<'_>, lists: &Lists, sink: &mut Sink<'_>) -> Option<SectionId> {
    let section = root.text("section")?;
    let found = lists
        .sections
        .iter()
        .find(|known| *known.id == *section.value);
    if found.is_none() {
        let names = || lists.sections.iter().map(|section| &*section.id);
        let help = match nearest(&section, names()) {
            Some(meant) => format!("是不是 {meant}？"),
            None => format!(
                "sections.toml 里有：{}",
                names().collect::<Vec<_>>().join("、")
            ),
        };
        sink.error(
            section.at,
            "section-unknown",
            format!("没有科室 {}", section.value),
            help,
        );
    }
    found.map(|section| section.id.clone())
}

/// What units may do; a ledger without a field that names the unit cannot be open to units.
fn units(root: Node<'_>, fields: &[Field], key: &[FieldId], sink: &mut Sink<'_>) -> UnitAccess {
    let Some(access) = root.text("units") else {
        return UnitAccess::None;
    };
    let unit = fields.iter().find(|field| field.kind == FieldType::Unit);
    let shared_key = !key.is_empty() && unit.is_some_and(|unit| !key.contains(&unit.id));
    if shared_key && access.as_str() == "write" {
        let message = "自然键里没有单位，一个单位会撞上别的单位的记录".to_owned();
        let help = "在 key 里加上单位字段".to_owned();
        sink.error(access.at, "units-share-key", message, help);
    }
    if unit.is_none() {
        let message = "台账没有单位字段，分不清哪些记录是哪个单位的".to_owned();
        let help = "加一个 type = \"unit\" 的字段，或去掉 units".to_owned();
        sink.error(access.at, "units-without-unit", message, help);
    }
    match access.as_str() {
        "write" => UnitAccess::Write,
        _ => UnitAccess::Read,
    }
}

/// The role of units.
const UNIT_ROLE: &str = "school";

/// An act that only units may do needs a ledger in which units may write.
fn check_units(ledger: &Ledger, nodes: &[Node<'_>], sink: &mut Sink<'_>) {
    if ledger.units == UnitAccess::Write {
        return;
    }
    for node in nodes {
        let id = node.words("id");
        let action = ledger.action(&id).filter(|action| !action.by.is_empty());
        let Some(action) = action else { continue };
        if action.by.iter().all(|role| role == UNIT_ROLE) {
            let message = format!("没有人可以办“{}”：单位不能在本台账办理", action.name);
            let help = "在 by 里加上本机关的角色，或写 units = \"write\"".to_owned();
            sink.error(node.at("by"), "action-nobody", message, help);
        }
    }
}

fn date(root: Node<'_>, fields: &[Field], sink: &mut Sink<'_>) -> Option<FieldId> {
    let date = root.text("date")?;
    let is_date = |kind: &FieldType| *kind == FieldType::Date;
    find_fit(fields, &date, "作工作日期", is_date, "日期", sink).map(|field| field.id.clone())
}

fn keys(root: Node<'_>, fields: &[Field], sink: &mut Sink<'_>) -> Vec<FieldId> {
    let is_key = |kind: &FieldType| {
        !matches!(
            kind,
            FieldType::Rows { .. } | FieldType::File | FieldType::LongText
        )
    };
    let mut keys = Vec::new();
    for id in root.texts("key") {
        let Some(field) = find_fit(fields, &id, "作自然键", is_key, "单值", sink) else {
            continue;
        };
        if !field.required {
            let message = format!("自然键的字段 {} 不是必填，空着就认不出记录", field.id);
            let help = "在字段上写 required = true，或换一个自然键".into();
            sink.warning(id.at, "key-optional", message, help);
        }
        keys.push(field.id.clone());
    }
    keys
}

fn title(
    root: Node<'_>,
    fields: &[Field],
    id: &Placed<String>,
    sink: &mut Sink<'_>,
) -> Vec<FieldId> {
    if root.has("title") {
        let is_title = |kind: &FieldType| !matches!(kind, FieldType::Rows { .. } | FieldType::File);
        return root
            .texts("title")
            .iter()
            .filter_map(|id| find_fit(fields, id, "称呼记录", is_title, "单值", sink))
            .map(|field| field.id.clone())
            .collect();
    }
    let names = |kind: &FieldType| {
        matches!(
            kind,
            FieldType::Text { .. } | FieldType::Unit | FieldType::Subject | FieldType::Person
        )
    };
    let first = fields.iter().find(|field| names(&field.kind));
    if first.is_none() && !fields.is_empty() {
        let message = "记录没有名称：没有 title，也没有文字字段".to_owned();
        let help = "写 title = [\"字段标识\"]".into();
        sink.error(id.at, "title-missing", message, help);
    }
    first.map(|field| field.id.clone()).into_iter().collect()
}

/// The ledgers that reference fields name, with the places.
pub(crate) fn references(fields: &[Field], nodes: &[Node<'_>]) -> Vec<(LedgerId, At)> {
    let mut references = Vec::new();
    let mut note = |fields: &[Field], nodes: &[Node<'_>]| {
        for field in fields {
            if let FieldType::Reference { ledger } = &field.kind {
                let node = nodes.iter().find(|n| n.words("id") == field.id.as_str());
                references.extend(node.map(|node| (ledger.clone(), node.at("of"))));
            }
        }
    };
    note(fields, nodes);
    for field in fields {
        let node = nodes
            .iter()
            .find(|node| node.words("id") == field.id.as_str());
        if let (FieldType::Rows { columns }, Some(node)) = (&field.kind, node) {
            note(columns, &node.nodes("column"));
        }
    }
    references
}

/// The personal or hidden fields that a ledger's titles are made of.
pub(crate) fn hidden_titles(ledger: &Ledger) -> Vec<&Field> {
    let fields = ledger.title.iter().filter_map(|id| ledger.field(id));
    fields
        .filter(|field| field.kind.is_personal() && field.public != Visibility::Shown)
        .collect()
}

/// Says which subcases are none: their ledger must refer back and be able to end.
fn check_subcases(drafts: &[Draft], broken: &BTreeSet<String>, sink: &mut Sink<'_>) {
    for draft in drafts {
        for (subcase, at) in draft.ledger.subcases.iter().zip(&draft.subcases) {
            if broken.contains(subcase.ledger.as_str()) {
                continue;
            }
            let ledgers = drafts.iter().map(|other| &other.ledger);
            let Some(other) = ledgers.rev().find(|other| other.id == subcase.ledger) else {
                let message = format!("没有台账 {}", subcase.ledger);
                sink.error(*at, "reference-unknown", message, "先建立这个台账".into());
                continue;
            };
            let refers = other.field(&subcase.field).is_some_and(|field| {
                matches!(&field.kind, FieldType::Reference { ledger } if *ledger == draft.ledger.id)
            });
            if !refers {
                let message = format!(
                    "{} 没有指向 {} 的引用字段 {}",
                    other.id, draft.ledger.id, subcase.field
                );
                let help = format!("写 type = \"reference\"、of = \"{}\"", draft.ledger.id);
                sink.error(*at, "subcase-field", message, help);
            } else if other.stages.iter().all(|stage| !stage.end) {
                let message = format!("{} 没有结束的环节，等不到它办结", other.id);
                let help = "在它最后的环节上写 end = true".into();
                sink.error(*at, "subcase-endless", message, help);
            }
            let is_end = |id: &StageId| other.stage(id).is_some_and(|stage| stage.end);
            if let Some(odd) = subcase.until.iter().find(|id| !is_end(id)) {
                let message = format!("{} 没有结束的环节 {odd}", other.id);
                let help = "until 写它结束的环节".into();
                sink.error(*at, "subcase-until", message, help);
            }
        }
    }
}

/// Says which acts of cases, that others must not have done, are none.
fn check_apart(drafts: &[Draft], broken: &BTreeSet<String>, sink: &mut Sink<'_>) {
    for draft in drafts {
        for (action, at) in draft.ledger.actions.iter().zip(&draft.apart) {
            for (field, act) in &action.not_by_case {
                let kind = draft.ledger.field(field).map(|field| &field.kind);
                let Some(FieldType::Reference { ledger }) = kind else {
                    continue;
                };
                let mut known = drafts.iter().filter(|other| other.ledger.id == *ledger);
                let done = known.any(|other| other.ledger.action(act).is_some());
                if !done && !broken.contains(ledger.as_str()) {
                    let message = format!("{ledger} 没有办理 {act}");
                    let help = "写 引用字段:那个台账的办理".into();
                    sink.error(*at, "action-unknown", message, help);
                }
            }
        }
    }
}

/// Says which references lead nowhere.
///
/// `broken` are the ledgers of files that are left out, which are not unknown as well.
pub(crate) fn check_references(drafts: &[Draft], broken: &BTreeSet<String>, sink: &mut Sink<'_>) {
    check_subcases(drafts, broken, sink);
    check_apart(drafts, broken, sink);
    for (ledger, at) in drafts.iter().flat_map(|draft| &draft.references) {
        let known = drafts.iter().any(|draft| draft.ledger.id == *ledger);
        if known || broken.contains(ledger.as_str()) {
            continue;
        }
        let ids = drafts.iter().map(|draft| draft.ledger.id.as_str());
        let help = match nearest(ledger, ids) {
            Some(meant) => format!("是不是 {meant}？"),
            None => "先建立这个台账，或改用文字字段".into(),
        };
        sink.error(*at, "reference-unknown", format!("没有台账 {ledger}"), help);
    }
}
