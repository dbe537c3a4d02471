//! An entry: what is known, what can be done, what happened, and the proof of it.

use app::{
    Action,
    catalogue::{
        definition::{Field as Definition, FieldType, Ledger},
        value::Value,
    },
    entry::{Entry, Past},
    kernel::Happening,
    values::dates,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use crate::{
    context::Web,
    pages::ledgers::{number_of, show as show_value, stage_badge},
    pages::{evidence, papers},
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        clock::long_date,
        facts::{Fact, facts},
        head::{Columns, PageHead, Panel, columns, page_head, panel},
        notice::Link,
        shell::Area,
        table::Cell,
        timeline::{Change, Moment, timeline},
    },
};

mod act;
mod acts;
mod change;
mod fields;
mod flow;
pub mod follow;
mod joint;
mod proof;
pub mod related;
mod retract;

pub use act::{act, act_form};
pub use change::{amend, amend_form, create, new_form, void, void_form};
pub use proof::{proof, proof_file};
pub use retract::{retract, retract_form};

pub(super) fn above(ledger: &Ledger) -> Vec<Link> {
    vec![
        Link::new("台账", routes::LEDGERS),
        Link::new(ledger.name.as_str(), routes::ledger(&ledger.id)),
    ]
}

fn day(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), long_date)
}

/// The instant of a record, in China.
pub fn recorded(text: &str) -> String {
    let Ok(at) = text.parse::<jiff::Timestamp>() else {
        return text.to_owned();
    };
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    at.to_zoned(zone)
        .strftime("%Y年%-m月%-d日 %H:%M")
        .to_string()
}

/// The page of an entry.
pub async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = page.app().entry(page.actor(), &id)?;
        let history = page.app().history(page.actor(), &id)?;
        let (_, scope) = page
            .app()
            .ledger(page.actor(), Action::Read, &entry.ledger.id)?;
        let writes = page
            .app()
            .ledger(page.actor(), Action::Correct, &entry.ledger.id)
            .is_ok();
        let ledger = &entry.ledger;
        let title = name_of(&entry);
        let mut badges: Vec<Badge> = stage_badge(&entry).into_iter().collect();
        if entry.state.voided {
            badges.push(Badge::void());
        }
        let mut actions = Vec::new();
        if writes && !entry.state.voided {
            actions.push(Button::go("更正", routes::entry_part(&id, "amend")));
            actions.push(Button::go("作废", routes::entry_part(&id, "void")).quiet());
        }
        if ledger.fields.iter().any(app::envelope::is_personal) {
            actions.push(Button::go("个人信息", routes::entry_part(&id, "personal")).quiet());
        }
        if ledger.publication.is_some() && !entry.state.voided {
            let from = format!("entry:{id}");
            actions.push(Button::go("公开这条记录", crate::publishing::start(&from)).quiet());
        }
        if !ledger.documents.is_empty() {
            actions.push(Button::go("案卷", routes::entry_part(&id, "file")));
        }
        actions.push(Button::go("查看存证", routes::entry_part(&id, "proof")));
        let head = page_head(&PageHead {
            title: title.clone(),
            kicker: (!title.contains(number_of(&entry))).then(|| entry.number.clone()),
            badges,
            actions,
            ..PageHead::default()
        });
        let known = known(&entry, scope.personal);
        let past: Vec<Moment> = history
            .iter()
            .rev()
            .map(|p| moment(p, &entry, &history, scope.personal))
            .collect();
        let others = related::of_entry(page, &entry)?;
        let joined = joint::of_entry(page, &entry)?;
        let leads = joint::leads(page, &entry)?;
        let keeps = page.app().may_keep_with(page.actor(), &id).is_ok();
        let papers = papers::of_entry(page, &entry, keeps)?;
        let evidence = evidence::of_entry(page, &entry, keeps)?;
        let process = evidence::process::of_entry(page, &entry, keeps)?;
        let follow_up = follow::panel_of(page, &entry);
        let landed = entry.state.landed_in().and_then(|id| ledger.stage(id));
        let matter = html! {
            @if let Some(stage) = landed {
                p.hint #by-the-book {
                    "补录：登记时填写的日期已到“" (stage.name)
                    "”环节，到那里为止没有经本系统逐项办理，也没有逐项核对。"
                }
            }
            (panel(&Panel::new("facts", "内容", facts(&known))))
            @if let Some(follow_up) = &follow_up { (follow_up) }
            @if let Some(joined) = &joined { (joined) }
            @for kept in [papers, evidence, process].into_iter().flatten() { (kept) }
            (panel(&Panel {
                count: Some(format!("{} 次", past.len())),
                ..Panel::new("history", "留痕", timeline(&past))
            }))
            @if let Some(others) = &others { (others) }
        };
        let acts = acts::acts(page, &entry, keeps)?;
        let clocks = crate::pages::deadlines::of_entry(page, &entry);
        let beside = (acts.is_some() || clocks.is_some()).then(|| html! {
            @if let Some(acts) = &acts { (acts) }
            @if let Some(clocks) = &clocks { (clocks) }
        });
        let main = html! {
            (head)
            @if let Some(leads) = &leads { (leads) }
            @if !ledger.stages.is_empty() { (flow::flow(&entry)) }
            @match beside {
                Some(beside) => (columns(&Columns { main: matter, aside: beside, aside_first: true })),
                None => (matter),
            }
        };
        page.show(View::of(Area::Ledgers, title, main).below(above(ledger)))
    })
    .await
}

pub(super) fn name_of(entry: &Entry) -> String {
    let named = [&entry.title, &entry.number]
        .into_iter()
        .find(|t| !t.is_empty());
    named.cloned().unwrap_or_else(|| entry.ledger.name.clone())
}

/// What is known, and in one line what is not.
fn known(entry: &Entry, personal: bool) -> Vec<Fact> {
    let (mut known, mut missing) = (Vec::new(), Vec::new());
    for field in &entry.ledger.fields {
        match entry.state.fields.get(field.id.as_str()) {
            Some(value) => known.push(fact(field, value, personal)),
            None => missing.push(field.name.as_str()),
        }
    }
    if !missing.is_empty() {
        let names = html! { span.missing { (missing.join("、")) } };
        known.push(Fact::wide("尚未填写", Cell::Other(names)));
    }
    known
}

fn fact(field: &Definition, value: &Value, personal: bool) -> Fact {
    let wide = matches!(field.kind, FieldType::LongText | FieldType::Rows { .. });
    let cell = match (value, &field.kind) {
        (Value::List(rows), FieldType::Rows { columns }) => {
            Cell::Other(rows_table(rows, columns, personal))
        }
        (Value::Text(text), FieldType::Date) => Cell::text(day(text)),
        _ => Cell::text(show_value(field, value, personal)),
    };
    if wide {
        Fact::wide(field.name.as_str(), cell)
    } else {
        Fact::new(field.name.as_str(), cell)
    }
}

fn rows_table(rows: &[Value], columns: &[Definition], personal: bool) -> Markup {
    use crate::ui::table::{Column, Row, Table, table};
    let cell = |row: &Value, column: &Definition| match row {
        Value::Record(cells) => cells.get(column.id.as_str()).map_or(Cell::Missing, |v| {
            Cell::text(show_value(column, v, personal))
        }),
        _ => Cell::Missing,
    };
    table(&Table {
        caption: "明细".to_owned(),
        columns: columns
            .iter()
            .map(|c| match c.kind {
                FieldType::Number { .. } | FieldType::Money => {
                    Column::number(c.name.as_str()).in_unit(c.unit.as_str())
                }
                _ => Column::text(c.name.as_str()),
            })
            .collect(),
        rows: rows
            .iter()
            .map(|row| Row::plain(columns.iter().map(|c| cell(row, c)).collect()))
            .collect(),
        ..Table::default()
    })
}

fn moment(past: &Past, entry: &Entry, history: &[Past], personal: bool) -> Moment {
    let ledger = &entry.ledger;
    let shown = |id: &str, value: &Value| {
        ledger
            .field(id)
            .map_or_else(String::new, |f| show_value(f, value, personal))
    };
    let name = |id: &str| {
        ledger
            .field(id)
            .map_or_else(|| id.to_owned(), |f| f.name.clone())
    };
    let (what, tone, note, changes) = match &past.event.what {
        Happening::Opened { .. } => ("登记".to_owned(), Tone::Plain, None, Vec::new()),
        Happening::Amended {
            changes, reason, ..
        } => {
            let changes = changes
                .iter()
                .map(|(id, new)| Change {
                    name: name(id),
                    old: value_before(history, past.event.seq, id).map(|v| shown(id, v)),
                    new: new.as_ref().map(|v| shown(id, v)),
                })
                .collect();
            (
                "更正".to_owned(),
                Tone::Soon,
                Some(format!("理由：{reason}")),
                changes,
            )
        }
        Happening::Acted { action, fields, .. } => {
            let what = ledger
                .action(action)
                .map_or_else(|| action.clone(), |a| a.name.clone());
            let before = |id: &str| value_before(history, past.event.seq, id);
            let changed = fields.iter().filter(|(id, v)| before(id) != Some(*v));
            let changes = changed
                .map(|(id, v)| Change {
                    name: name(id),
                    old: before(id).map(|v| shown(id, v)),
                    new: Some(shown(id, v)),
                })
                .collect();
            let back = taken_back(history, past.event.seq);
            let tone = if back { Tone::Plain } else { Tone::Done };
            (
                what,
                tone,
                back.then(|| "已撤回，不再算数。".to_owned()),
                changes,
            )
        }
        Happening::Retracted {
            seq,
            reason,
            cleared,
            restored,
            ..
        } => {
            let before = |id: &str| value_before(history, past.event.seq, id);
            let emptied = cleared.iter().map(|id| (id, None));
            let back = restored.iter().map(|(id, value)| (id, Some(value)));
            let changes = emptied.chain(back).map(|(id, value)| Change {
                name: name(id),
                old: before(id).map(|v| shown(id, v)),
                new: value.map(|v| shown(id, v)),
            });
            (
                format!("撤回“{}”", name_of_act(ledger, history, *seq)),
                Tone::Soon,
                Some(format!("理由：{reason}")),
                changes.collect(),
            )
        }
        Happening::Voided { reason } => (
            "作废".to_owned(),
            Tone::Late,
            Some(format!("理由：{reason}")),
            Vec::new(),
        ),
        kept => (kept_words(ledger, kept), Tone::Plain, None, Vec::new()),
    };
    let happened = past.event.happened_on.to_string();
    let recorded_at = recorded(&past.recorded_at);
    let same_day = recorded_at.starts_with(&dates::chinese(past.event.happened_on));
    Moment {
        what,
        who: past.actor.clone(),
        happened_on: day(&happened),
        recorded_at: (!same_day).then_some(recorded_at),
        changes,
        note,
        tone,
        proof: Some((
            past.leaf_index,
            format!(
                "{}#event-{}",
                routes::entry_part(&entry.id, "proof"),
                past.event.seq
            ),
        )),
        id: Some(format!("moment-{}", past.event.seq)),
    }
}

/// Whether a later event took an act back.
fn taken_back(history: &[Past], act: u32) -> bool {
    let is =
        |past: &Past| matches!(past.event.what, Happening::Retracted { seq, .. } if seq == act);
    history.iter().any(is)
}

/// What the act of an event is called.
fn name_of_act(ledger: &Ledger, history: &[Past], seq: u32) -> String {
    let past = history.iter().find(|past| past.event.seq == seq);
    let action = past.and_then(|past| match &past.event.what {
        Happening::Acted { action, .. } => ledger.action(action),
        _ => None,
    });
    action.map_or_else(|| format!("第{seq}步"), |action| action.name.clone())
}

/// The value of a field before an event.
fn value_before<'a>(history: &'a [Past], seq: u32, id: &str) -> Option<&'a Value> {
    let mut value = None;
    for past in history.iter().take_while(|p| p.event.seq < seq) {
        match &past.event.what {
            Happening::Opened { fields, .. } | Happening::Acted { fields, .. } => {
                value = fields.get(id).or(value);
            }
            Happening::Amended { changes, .. } => {
                if let Some(changed) = changes.get(id) {
                    value = changed.as_ref();
                }
            }
            Happening::Retracted {
                cleared, restored, ..
            } => {
                let kept = value.filter(|_| !cleared.iter().any(|field| field == id));
                value = restored.get(id).or(kept);
            }
            _ => {}
        }
    }
    value
}

/// A paper, evidence or a record, in one line of the history.
fn kept_words(ledger: &Ledger, kept: &Happening) -> String {
    let document = |id: &str| {
        let known = ledger.documents.iter().find(|d| *d.id == *id);
        known.map_or_else(|| id.to_owned(), |d| d.name.clone())
    };
    match kept {
        Happening::PaperWritten(paper) => {
            let name = document(&paper.document);
            if paper.version == 1 {
                format!("制作《{name}》")
            } else {
                format!("修改《{name}》（第 {} 稿）", paper.version)
            }
        }
        Happening::PaperSigned(paper) => {
            let number = paper.number.as_deref().unwrap_or_default();
            format!("签发《{}》{number}", document(&paper.document))
        }
        Happening::EvidenceAdded(_) => "附证据材料".to_owned(),
        Happening::ProcessRecorded(_) => "执法全过程记录".to_owned(),
        _ => String::new(),
    }
}
