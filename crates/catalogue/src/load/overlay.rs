//! An organ's additions: an overlay may tighten what the definitions set, never loosen it.

use values::calendar::Limit;

use super::{
    field::{field, public, refuse_duplicate, width},
    figure::{Home, figure, index_dimensions},
    ledger::{Draft, references},
    lists::Lists,
    node::Node,
    procedure::{check_number, limit},
    sink::{Placed, Sink},
};
use crate::{
    definition::{Clock, Document, Field},
    suggest::nearest,
};

/// Applies an overlay to every version of its ledger.
pub(crate) fn apply(root: Node<'_>, drafts: &mut [Draft], lists: &Lists, sink: &mut Sink<'_>) {
    let Some(of) = root.text("overlay") else {
        return;
    };
    if drafts.iter().all(|draft| *draft.ledger.id != *of.value) {
        let ids = drafts.iter().map(|draft| draft.ledger.id.as_str());
        let meant = nearest(&of, ids)
            .map(|id| format!("是不是 {id}？"))
            .unwrap_or_default();
        let help = format!("{meant}新台账写 id，不写 overlay");
        sink.error(
            of.at,
            "overlay-unknown",
            format!("没有台账 {} 可补充", of.value),
            help,
        );
        return;
    }
    let newest = drafts
        .iter()
        .rposition(|draft| *draft.ledger.id == *of.value);
    for (index, draft) in drafts.iter_mut().enumerate() {
        if *draft.ledger.id == *of.value {
            extend(root, draft, newest == Some(index), lists, sink);
        }
    }
}

fn extend(root: Node<'_>, draft: &mut Draft, newest: bool, lists: &Lists, sink: &mut Sink<'_>) {
    let ledger = &mut draft.ledger;
    sink.effective = Some(ledger.effective);
    if let Some(name) = root.text("name") {
        ledger.name = name.value;
    }
    if let Some(about) = root.text("about") {
        ledger.about = about.value;
    }
    let nodes = root.nodes("field");
    for node in &nodes {
        let id = node.words("id");
        match ledger
            .fields
            .iter_mut()
            .find(|field| field.id.as_str() == id)
        {
            Some(known) => tighten_field(known, *node, sink),
            None => add_field(&mut ledger.fields, *node, lists, sink),
        }
    }
    draft.references.extend(references(&ledger.fields, &nodes));
    for node in root.nodes("clock") {
        let known = ledger
            .clocks
            .iter_mut()
            .find(|clock| clock.id.as_str() == node.words("id"));
        if let Some(clock) = part(known, node, "期限", sink) {
            tighten_clock(clock, node, sink);
        }
    }
    for node in root.nodes("document") {
        let id = node.words("id");
        let known = ledger
            .documents
            .iter_mut()
            .find(|document| document.id.as_str() == id);
        if let Some(document) = part(known, node, "文书", sink) {
            change_document(document, node, sink);
        }
    }
    // Figures belong to the newest version; they count the entries of all.
    if newest {
        let home = Home {
            ledger: &ledger.id,
            fields: &ledger.fields,
            actions: &ledger.actions,
            lists,
        };
        let figures = root.nodes("figure").into_iter();
        let figures: Vec<_> = figures
            .filter_map(|node| figure(node, &home, sink))
            .collect();
        index_dimensions(&mut ledger.fields, &figures);
        draft.figures.extend(figures);
    }
}

fn part<'a, T>(
    known: Option<&'a mut T>,
    node: Node<'_>,
    words: &str,
    sink: &mut Sink<'_>,
) -> Option<&'a mut T> {
    if known.is_none() {
        let message = format!("台账没有{words} {}", node.words("id"));
        let help = format!("本地只能收紧已有的{words}；核对标识");
        sink.error(node.at("id"), "overlay-unknown", message, help);
    }
    known
}

fn add_field(fields: &mut Vec<Field>, node: Node<'_>, lists: &Lists, sink: &mut Sink<'_>) {
    for key in ["name", "type"] {
        if !node.has(key) {
            let message = format!("新字段缺少 {key}");
            let help = "补上；若要改已有的字段，核对标识".into();
            sink.error(node.at("id"), "key-missing", message, help);
        }
    }
    if let Some(field) = field(node, lists, false, sink) {
        refuse_duplicate(fields, &field, node, sink);
        fields.push(field);
    }
}

fn tighten_field(field: &mut Field, node: Node<'_>, sink: &mut Sink<'_>) {
    for key in node.keys() {
        if !matches!(
            key,
            "id" | "name" | "help" | "required" | "public" | "index" | "number"
        ) {
            let message = format!("本地不能改已有字段的 {key}");
            let help = "可以改 name、help、number，写 required = true，或收窄 public".into();
            sink.error(node.key_at(key), "overlay-forbidden", message, help);
        }
    }
    if let Some(name) = node.text("name") {
        field.name = name.value;
    }
    if let Some(help) = node.text("help") {
        field.help = help.value;
    }
    match node.flag("required") {
        Some(true) => field.required = true,
        Some(false) if field.required => {
            let message = format!("“{}”是必填的，本地不能改成不必填", field.name);
            sink.error(
                node.at("required"),
                "overlay-loosens",
                message,
                "删去 required".into(),
            );
        }
        _ => {}
    }
    if node.has("public") {
        let wanted = public(node);
        if width(wanted) > width(field.public) {
            let message = format!("“{}”的公开范围不能比原来宽", field.name);
            sink.error(
                node.at("public"),
                "overlay-loosens",
                message,
                "删去 public".into(),
            );
        } else {
            field.public = wanted;
        }
    }
    field.index |= node.flag("index").unwrap_or(false);
    if let Some(number) = node.text("number") {
        check_number(&number, sink);
        field.number = number.value;
    }
}

fn tighten_clock(clock: &mut Clock, node: Node<'_>, sink: &mut Sink<'_>) {
    if let Some(name) = node.text("name") {
        clock.name = name.value;
    }
    let Some(text) = node.text("limit") else {
        return;
    };
    let Some(wanted) = limit(&text, sink) else {
        return;
    };
    if is_shorter(wanted, clock.limit, &text, sink) {
        clock.limit = wanted;
    }
}

/// Whether a limit is at most as long as another; limits of different kinds have no order.
fn is_shorter(wanted: Limit, set: Limit, text: &Placed<String>, sink: &mut Sink<'_>) -> bool {
    use Limit::{CalendarDays, Hours, Months, WorkingDays, Years};
    let shorter = match (wanted, set) {
        (WorkingDays(a), WorkingDays(b))
        | (CalendarDays(a), CalendarDays(b))
        | (Months(a), Months(b))
        | (Years(a), Years(b))
        | (Hours(a), Hours(b)) => a <= b,
        // A month has at least 28 days, a year at least 365; working days take at least as long
        // as calendar days.
        (CalendarDays(a), WorkingDays(b)) => a <= b,
        (CalendarDays(a), Months(b)) => a <= b.saturating_mul(28),
        (CalendarDays(a), Years(b)) => a <= b.saturating_mul(365),
        (Months(a), Years(b)) => a <= b.saturating_mul(12),
        (Hours(a), CalendarDays(b)) => a <= b.saturating_mul(24),
        _ => {
            let message = format!("{}与{}无法比较长短", wanted.chinese(), set.chinese());
            let help = format!("用同一种时间写，不超过{}", set.chinese());
            sink.error(text.at, "overlay-loosens", message, help);
            return false;
        }
    };
    if !shorter {
        let message = format!("本地期限{}比原来的{}长", wanted.chinese(), set.chinese());
        let help = format!("只能缩短：不超过{}", set.chinese());
        sink.error(text.at, "overlay-loosens", message, help);
    }
    shorter
}

fn change_document(document: &mut Document, node: Node<'_>, sink: &mut Sink<'_>) {
    if let Some(name) = node.text("name") {
        document.name = name.value;
    }
    if let Some(number) = node.text("number") {
        check_number(&number, sink);
        document.number = number.value;
    }
}
