//! An entry: what is known, what can be done, what happened, and the proof of it.

use std::collections::BTreeMap;

use app::{
    Action, AppError,
    catalogue::{
        definition::{Field as Definition, FieldType, Ledger},
        field::FieldContext,
        value::{Fields, Value},
    },
    entry::{Entry, NewEntry, Past},
    kernel::{Happening, decide::obstacle},
    values::dates,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use crate::{
    context::{Answer, Page, Web, download, see_other},
    form::Form,
    pages::ledgers::{show as show_value, stage_badge},
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        button::{Act, ActRefused, Button, action_list},
        clock::long_date,
        facts::{Fact, facts},
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{Columns, PageHead, Panel, columns, page_head, panel},
        notice::{Link, Notice, notice},
        proof::{CheckpointFacts, ProofPanel, ProofState, proof_panel},
        shell::Area,
        stages::{Stage, StageState, stages},
        table::Cell,
        timeline::{Change, Moment, timeline},
    },
};

fn above(ledger: &Ledger) -> Vec<Link> {
    vec![
        Link::new("台账", routes::LEDGERS),
        Link::new(ledger.name.as_str(), routes::ledger(&ledger.id)),
    ]
}

fn day(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), long_date)
}

/// The instant of a record, in China.
fn recorded(text: &str) -> String {
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
        actions.push(Button::go("查看存证", routes::entry_part(&id, "proof")));
        let head = page_head(&PageHead {
            title: title.clone(),
            kicker: Some(format!("{} {}", ledger.name, entry.number)),
            badges,
            actions,
            ..PageHead::default()
        });
        let known: Vec<Fact> = ledger
            .fields
            .iter()
            .map(|field| {
                fact(
                    field,
                    entry.state.fields.get(field.id.as_str()),
                    scope.personal,
                )
            })
            .collect();
        let past: Vec<Moment> = history
            .iter()
            .rev()
            .map(|p| moment(p, &entry, &history, scope.personal))
            .collect();
        let matter = html! {
            (panel(&Panel::new("facts", "内容", facts(&known))))
            (panel(&Panel {
                count: Some(format!("{} 次", past.len())),
                ..Panel::new("history", "留痕", timeline(&past))
            }))
        };
        let acts = acts(page, &entry, writes)?;
        let main = html! {
            (head)
            @if !ledger.stages.is_empty() { (flow(&entry)) }
            @match acts {
                Some(acts) => (columns(&Columns { main: matter, aside: acts, aside_first: true })),
                None => (matter),
            }
        };
        page.show(View::of(Area::Ledgers, title, main).below(above(ledger)))
    })
    .await
}

fn name_of(entry: &Entry) -> String {
    let named = [&entry.title, &entry.number]
        .into_iter()
        .find(|t| !t.is_empty());
    named.cloned().unwrap_or_else(|| entry.ledger.name.clone())
}

fn fact(field: &Definition, value: Option<&Value>, personal: bool) -> Fact {
    let wide = matches!(field.kind, FieldType::LongText | FieldType::Rows { .. });
    let cell = match (value, &field.kind) {
        (None, _) => Cell::Missing,
        (Some(Value::List(rows)), FieldType::Rows { columns }) => {
            Cell::Other(rows_table(rows, columns, personal))
        }
        (Some(value), _) => Cell::text(show_value(field, value, personal)),
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
            .map(|c| Column::text(c.name.as_str()))
            .collect(),
        rows: rows
            .iter()
            .map(|row| Row::plain(columns.iter().map(|c| cell(row, c)).collect()))
            .collect(),
        ..Table::default()
    })
}

fn flow(entry: &Entry) -> Markup {
    let now = entry.state.stage.as_deref().unwrap_or_default();
    let passed: Vec<&str> = entry
        .state
        .history
        .iter()
        .filter_map(|d| d.to.as_deref())
        .collect();
    let here = entry
        .ledger
        .stages
        .iter()
        .position(|s| s.id.as_str() == now)
        .unwrap_or(0);
    let views: Vec<Stage> = entry
        .ledger
        .stages
        .iter()
        .enumerate()
        .map(|(at, stage)| {
            let id = stage.id.as_str();
            let state = if id == now {
                StageState::Current
            } else if at == 0 || passed.contains(&id) {
                StageState::Passed
            } else if at < here {
                StageState::Skipped
            } else {
                StageState::Ahead
            };
            let done = entry
                .state
                .history
                .iter()
                .rev()
                .find(|d| d.to.as_deref() == Some(id));
            let view = Stage::new(stage.name.as_str(), state);
            match done {
                Some(done) => view.remark(day(&done.on)),
                None => view,
            }
        })
        .collect();
    stages(&views)
}

/// What can be done now, and why the rest cannot.
fn acts(page: &Page, entry: &Entry, writes: bool) -> Result<Option<Markup>, AppError> {
    if entry.ledger.actions.is_empty() || entry.state.voided {
        return Ok(None);
    }
    let who = page.app().who(page.actor())?;
    let mut views = Vec::new();
    for action in &entry.ledger.actions {
        let path = format!("act/{}", action.id);
        let button = Button::go(action.name.as_str(), routes::entry_part(&entry.id, &path));
        let refusal = obstacle(
            &entry.ledger,
            &entry.state,
            action,
            &asked_fields(action),
            &who,
        );
        let refused = match refusal {
            Some(refusal) => Some(ActRefused {
                reason: refusal.to_string(),
                law: None,
            }),
            None if !writes => Some(ActRefused {
                reason: "须由台账主管科室办理。".to_owned(),
                law: None,
            }),
            None => None,
        };
        let note = action.law.as_ref().map(|law| format!("依据：{law}"));
        views.push(Act {
            button,
            note: note.filter(|_| refused.is_none()),
            refused,
        });
    }
    views.sort_by_key(|v| v.refused.is_some());
    Ok(Some(panel(&Panel::new(
        "acts",
        "办理",
        action_list(&views),
    ))))
}

/// A stand-in for the fields that the act itself will ask for, so that they are not called missing.
fn asked_fields(action: &app::catalogue::definition::Action) -> Fields {
    action
        .asks
        .iter()
        .map(|id| (id.to_string(), Value::from("")))
        .collect()
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
        Happening::Amended { changes, reason } => {
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
            let changes = fields
                .iter()
                .map(|(id, v)| Change {
                    name: name(id),
                    old: value_before(history, past.event.seq, id).map(|v| shown(id, v)),
                    new: Some(shown(id, v)),
                })
                .collect();
            (what, Tone::Done, None, changes)
        }
        Happening::Voided { reason } => (
            "作废".to_owned(),
            Tone::Late,
            Some(format!("理由：{reason}")),
            Vec::new(),
        ),
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

/// The value of a field before an event.
fn value_before<'a>(history: &'a [Past], seq: u32, id: &str) -> Option<&'a Value> {
    let mut value = None;
    for past in history.iter().take_while(|p| p.event.seq < seq) {
        match &past.event.what {
            Happening::Opened { fields } | Happening::Acted { fields, .. } => {
                value = fields.get(id).or(value);
            }
            Happening::Amended { changes, .. } => {
                if let Some(changed) = changes.get(id) {
                    value = changed.as_ref();
                }
            }
            Happening::Voided { .. } => {}
        }
    }
    value
}

/// The form for a new entry.
pub async fn new_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (ledger, _) = page.app().ledger(page.actor(), Action::Write, &id)?;
        page.show(opening_view(
            page,
            &ledger,
            &Form::default(),
            &BTreeMap::new(),
            None,
        )?)
    })
    .await
}

/// Opens an entry.
pub async fn create(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let (ledger, _) = page.app().ledger(page.actor(), Action::Write, &id)?;
        let ids: Vec<&Definition> = editable(&ledger).collect();
        let (fields, mut errors) = read(page, &ids, &form)?;
        let mut whole = None;
        if errors.is_empty() {
            let happened_on = ledger
                .date
                .as_ref()
                .and_then(|d| fields.get(d.as_str())?.as_text()?.parse().ok())
                .unwrap_or_else(|| page.app().clock.today());
            match page.app().open(
                page.actor(),
                &ledger.id,
                NewEntry {
                    happened_on,
                    fields,
                },
            ) {
                Ok(id) => {
                    return see_other(&routes::with_query(
                        &routes::entry(&id),
                        &[("done", "opened")],
                    ));
                }
                Err(error) => whole = Some(take_errors(error, &mut errors)?),
            }
        }
        page.show_rejected(opening_view(
            page,
            &ledger,
            &form,
            &errors,
            whole.flatten(),
        )?)
    })
    .await
}

/// Splits a refusal into errors of fields and an error of the whole; a fault stays one.
fn take_errors(
    error: AppError,
    errors: &mut BTreeMap<String, String>,
) -> Result<Option<String>, AppError> {
    match error {
        AppError::Refused(app::kernel::Refusal::Fields(fields)) => {
            for refused in fields {
                errors.insert(refused.field, refused.error.to_string());
            }
            Ok(None)
        }
        AppError::Refused(refusal) => Ok(Some(refusal.to_string())),
        AppError::Input(text) => Ok(Some(text)),
        fault => Err(fault),
    }
}

/// The fields that a form asks for: files come with part B.
fn editable(ledger: &Ledger) -> impl Iterator<Item = &Definition> {
    ledger
        .fields
        .iter()
        .filter(|f| !matches!(f.kind, FieldType::File))
}

fn opening_view(
    page: &Page,
    ledger: &Ledger,
    form: &Form,
    errors: &BTreeMap<String, String>,
    whole: Option<String>,
) -> Result<View, AppError> {
    let mut fields = Vec::new();
    for field in editable(ledger) {
        let typed = typed(form, field, None);
        fields.push(control(page, ledger, field, &typed, errors)?);
    }
    let title = format!("登记{}", ledger.name);
    let part = routes::ledger_part(&ledger.id, "new");
    let body = form_view(&FormView {
        id: "entry".to_owned(),
        action: part,
        token: page.token(),
        draft: Some(format!("{}:{}/new", page.actor().account, ledger.id)),
        errors: whole.into_iter().collect(),
        parts: vec![FormPart {
            title: None,
            note: None,
            fields,
        }],
        buttons: vec![
            Button::submit("登记"),
            Button::go("不登记，返回列表", routes::ledger(&ledger.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: title.clone(),
        lede: Some(ledger.about.clone()).filter(|a| !a.is_empty()),
        ..PageHead::default()
    });
    Ok(View::of(Area::Ledgers, title, html! { (head) (body) }).below(above(ledger)))
}

/// What stands in a field of a form: as typed, or as stored.
#[derive(Default)]
struct Typed {
    one: String,
    several: Vec<String>,
    range: (String, String),
}

fn typed(form: &Form, field: &Definition, stored: Option<&Value>) -> Typed {
    let id = field.id.as_str();
    if !form.pairs().is_empty() {
        return Typed {
            one: form.text(id).to_owned(),
            several: form.all(id).map(str::to_owned).collect(),
            range: (
                form.text(&format!("{id}.from")).to_owned(),
                form.text(&format!("{id}.to")).to_owned(),
            ),
        };
    }
    let Some(value) = stored else {
        return Typed::default();
    };
    let items: Vec<String> = match value {
        Value::List(items) => items
            .iter()
            .filter_map(|v| v.as_text().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    };
    let range = match items.as_slice() {
        [from, to] => (from.clone(), to.clone()),
        _ => (String::new(), String::new()),
    };
    let one = match (value, &field.kind) {
        (Value::Flag(flag), _) => flag.to_string(),
        _ => field.kind.input_text(value),
    };
    Typed {
        one,
        several: items,
        range,
    }
}

fn control(
    page: &Page,
    ledger: &Ledger,
    field: &Definition,
    typed: &Typed,
    errors: &BTreeMap<String, String>,
) -> Result<Field, AppError> {
    let value = typed.one.clone();
    let same = |options: &[String]| options.iter().map(|o| Choice::same(o.as_str())).collect();
    let control = match &field.kind {
        FieldType::LongText => Control::LongText { value, rows: 4 },
        FieldType::Rows { .. } => Control::LongText { value, rows: 3 },
        FieldType::Number { .. } => Control::Number {
            value,
            unit: field.unit.clone(),
        },
        FieldType::Money => Control::Money { value },
        FieldType::Date => Control::Date { value },
        FieldType::DateRange => Control::DateRange {
            from: typed.range.0.clone(),
            to: typed.range.1.clone(),
        },
        FieldType::Choice { options } => Control::Choice {
            value,
            choices: same(options),
        },
        FieldType::District => {
            let districts = &page.app().organ(&page.actor().organ)?.districts;
            Control::Choice {
                value,
                choices: same(districts),
            }
        }
        FieldType::Choices { options } => Control::Choices {
            values: typed.several.clone(),
            choices: same(options),
        },
        FieldType::Flag => Control::YesNo {
            value: match value.as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
        },
        FieldType::Unit | FieldType::Subject | FieldType::Officer => {
            let known = app::listing::indexed_fields(ledger).any(|f| f.id == field.id);
            let values = if known {
                page.app()
                    .field_values(page.actor(), &ledger.id, &field.id)?
            } else {
                Vec::new()
            };
            let suggestions = values.iter().map(|v| Choice::same(v.as_str())).collect();
            Control::Lookup {
                value,
                suggestions,
                lookup: None,
            }
        }
        _ => Control::Text { value },
    };
    let how = match &field.kind {
        FieldType::Rows { .. } | FieldType::LawCitation => field.kind.how_to_write(),
        _ => String::new(),
    };
    let hint = [field.help.as_str(), &how]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>();
    Ok(Field {
        required: field.required,
        hint: (!hint.is_empty()).then(|| hint.join(" ")),
        law: field.law.as_ref().map(ToString::to_string),
        error: errors.get(field.id.as_str()).cloned(),
        private: app::envelope::is_personal(field),
        ..Field::new(field.id.as_str(), field.name.as_str(), control)
    })
}

type Read = (Fields, BTreeMap<String, String>);

/// Reads fields from a form; errors by field.
fn read(page: &Page, fields: &[&Definition], form: &Form) -> Result<Read, AppError> {
    let organ = page.app().organ(&page.actor().organ)?;
    let context = FieldContext {
        districts: &organ.districts,
    };
    let (mut values, mut errors) = (Fields::new(), BTreeMap::new());
    for field in fields {
        let id = field.id.as_str();
        let text = match &field.kind {
            FieldType::DateRange => {
                let (from, to) = (
                    form.text(&format!("{id}.from")),
                    form.text(&format!("{id}.to")),
                );
                if from.is_empty() && to.is_empty() {
                    String::new()
                } else {
                    format!("{from}至{to}")
                }
            }
            FieldType::Choices { .. } => form.all(id).collect::<Vec<_>>().join("；"),
            FieldType::Flag => match form.text(id) {
                "true" => "是".to_owned(),
                "false" => "否".to_owned(),
                other => other.to_owned(),
            },
            // Browsers send lines with CR LF.
            _ => form.text(id).replace("\r\n", "\n"),
        };
        match field.parse(&text, &context) {
            Ok(Some(value)) => {
                values.insert(id.to_owned(), value);
            }
            Ok(None) => {}
            Err(error) => {
                errors.insert(id.to_owned(), error.to_string());
            }
        }
    }
    Ok((values, errors))
}

/// The form for a correction.
pub async fn amend_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = correctable(page, &id)?;
        page.show(amend_view(
            page,
            &entry,
            &Form::default(),
            &BTreeMap::new(),
            None,
        )?)
    })
    .await
}

fn correctable(page: &Page, id: &str) -> Result<Entry, AppError> {
    let entry = page.app().entry(page.actor(), id)?;
    page.app()
        .ledger(page.actor(), Action::Correct, &entry.ledger.id)?;
    Ok(entry)
}

/// Corrects an entry.
pub async fn amend(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = correctable(page, &id)?;
        let ids: Vec<&Definition> = editable(&entry.ledger).collect();
        let (fields, mut errors) = read(page, &ids, &form)?;
        let mut whole = None;
        if errors.is_empty() {
            let changes: BTreeMap<String, Option<Value>> = ids
                .iter()
                .map(|f| (f.id.to_string(), fields.get(f.id.as_str()).cloned()))
                .collect();
            let based_on = form.text("revision").parse().unwrap_or(0);
            let reason = form.text("reason").to_owned();
            match page
                .app()
                .amend(page.actor(), &id, based_on, changes, reason)
            {
                Ok(()) => {
                    return see_other(&routes::with_query(
                        &routes::entry(&id),
                        &[("done", "amended")],
                    ));
                }
                Err(AppError::Refused(app::kernel::Refusal::ReasonMissing)) => {
                    let words = app::kernel::Refusal::ReasonMissing.to_string();
                    errors.insert("reason".to_owned(), words);
                }
                Err(error) => whole = take_errors(error, &mut errors)?,
            }
        }
        page.show_rejected(amend_view(page, &entry, &form, &errors, whole)?)
    })
    .await
}

fn amend_view(
    page: &Page,
    entry: &Entry,
    form: &Form,
    errors: &BTreeMap<String, String>,
    whole: Option<String>,
) -> Result<View, AppError> {
    let mut fields = Vec::new();
    for field in editable(&entry.ledger) {
        let typed = typed(form, field, entry.state.fields.get(field.id.as_str()));
        fields.push(control(page, &entry.ledger, field, &typed, errors)?);
    }
    let revision = if form.text("revision").is_empty() {
        entry.state.revision.to_string()
    } else {
        form.text("revision").to_owned()
    };
    let parts = vec![
        FormPart {
            fields,
            ..FormPart::default()
        },
        reason_part(form, errors, "更正理由"),
    ];
    let body = form_view(&FormView {
        id: "entry".to_owned(),
        action: routes::entry_part(&entry.id, "amend"),
        token: page.token(),
        hidden: vec![("revision".to_owned(), revision)],
        errors: whole.into_iter().collect(),
        parts,
        buttons: vec![
            Button::submit("保存更正"),
            Button::go("不更正，返回", routes::entry(&entry.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: format!("更正：{}", name_of(entry)),
        lede: Some("更正是一次新的留痕：原值不会消失，已定稿的报告不会改变。".to_owned()),
        ..PageHead::default()
    });
    let mut above = above(&entry.ledger);
    above.push(Link::new(name_of(entry), routes::entry(&entry.id)));
    Ok(View::of(Area::Ledgers, "更正", html! { (head) (body) }).below(above))
}

fn reason_part(form: &Form, errors: &BTreeMap<String, String>, label: &str) -> FormPart {
    let control = Control::LongText {
        value: form.text("reason").to_owned(),
        rows: 2,
    };
    let field = Field {
        error: errors.get("reason").cloned(),
        ..Field::new("reason", label, control).required()
    };
    FormPart {
        fields: vec![field],
        ..FormPart::default()
    }
}

/// The form for declaring void.
pub async fn void_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = correctable(page, &id)?;
        page.show(void_view(
            page,
            &entry,
            &Form::default(),
            &BTreeMap::new(),
            None,
        ))
    })
    .await
}

/// Declares an entry void.
pub async fn void(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = correctable(page, &id)?;
        let based_on = form.text("revision").parse().unwrap_or(0);
        let mut errors = BTreeMap::new();
        let whole =
            match page
                .app()
                .void(page.actor(), &id, based_on, form.text("reason").to_owned())
            {
                Ok(()) => {
                    return see_other(&routes::with_query(
                        &routes::entry(&id),
                        &[("done", "voided")],
                    ));
                }
                Err(AppError::Refused(app::kernel::Refusal::ReasonMissing)) => {
                    let words = app::kernel::Refusal::ReasonMissing.to_string();
                    errors.insert("reason".to_owned(), words);
                    None
                }
                Err(error) => take_errors(error, &mut errors)?,
            };
        page.show_rejected(void_view(page, &entry, &form, &errors, whole))
    })
    .await
}

fn void_view(
    page: &Page,
    entry: &Entry,
    form: &Form,
    errors: &BTreeMap<String, String>,
    whole: Option<String>,
) -> View {
    let body = form_view(&FormView {
        id: "void".to_owned(),
        action: routes::entry_part(&entry.id, "void"),
        token: page.token(),
        hidden: vec![("revision".to_owned(), entry.state.revision.to_string())],
        errors: whole.into_iter().collect(),
        parts: vec![reason_part(form, errors, "作废理由")],
        buttons: vec![
            Button::submit("作废这条记录").grave(),
            Button::go("不作废，返回", routes::entry(&entry.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: format!("作废：{}", name_of(entry)),
        lede: Some("作废后不再计入数据，记录和理由仍可查看。作废不能撤销。".to_owned()),
        ..PageHead::default()
    });
    let mut above = above(&entry.ledger);
    above.push(Link::new(name_of(entry), routes::entry(&entry.id)));
    View::of(Area::Ledgers, "作废", html! { (head) (body) }).below(above)
}

/// The form of an act.
pub async fn act_form(
    State(web): State<Web>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = page.app().entry(page.actor(), &id)?;
        page.app()
            .ledger(page.actor(), Action::Write, &entry.ledger.id)?;
        page.show(act_view(
            page,
            &entry,
            &action,
            &Form::default(),
            &BTreeMap::new(),
            None,
        )?)
    })
    .await
}

/// Does an act.
pub async fn act(
    State(web): State<Web>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = page.app().entry(page.actor(), &id)?;
        let fields = asked_definitions(&entry.ledger, &action)?;
        let (values, mut errors) = read(page, &fields, &form)?;
        let happened_on = match dates::parse_date(form.text("happened_on")) {
            Ok(day) => Some(day),
            Err(error) => {
                errors.insert("happened_on".to_owned(), error.to_string());
                None
            }
        };
        let mut whole = None;
        if errors.is_empty() {
            let based_on = form.text("revision").parse().ok();
            match page
                .app()
                .act(page.actor(), &id, based_on, &action, values, happened_on)
            {
                Ok(()) => {
                    return see_other(&routes::with_query(
                        &routes::entry(&id),
                        &[("done", "acted")],
                    ));
                }
                Err(error) => whole = take_errors(error, &mut errors)?,
            }
        }
        page.show_rejected(act_view(page, &entry, &action, &form, &errors, whole)?)
    })
    .await
}

fn asked_definitions<'a>(
    ledger: &'a Ledger,
    action: &str,
) -> Result<Vec<&'a Definition>, AppError> {
    let action = ledger
        .action(action)
        .ok_or(AppError::NotFound("该办理事项"))?;
    Ok(action
        .asks
        .iter()
        .filter_map(|id| ledger.field(id))
        .collect())
}

fn act_view(
    page: &Page,
    entry: &Entry,
    action: &str,
    form: &Form,
    errors: &BTreeMap<String, String>,
    whole: Option<String>,
) -> Result<View, AppError> {
    let definition = entry
        .ledger
        .action(action)
        .ok_or(AppError::NotFound("该办理事项"))?;
    let today = page.app().clock.today().to_string();
    let given = form.text("happened_on");
    let on = Control::Date {
        value: if given.is_empty() {
            today
        } else {
            given.to_owned()
        },
    };
    let mut fields = vec![Field {
        error: errors.get("happened_on").cloned(),
        ..Field::new("happened_on", "办理日期", on).required()
    }];
    for field in asked_definitions(&entry.ledger, action)? {
        let typed = typed(form, field, entry.state.fields.get(field.id.as_str()));
        fields.push(control(page, &entry.ledger, field, &typed, errors)?);
    }
    let who = page.app().who(page.actor())?;
    let asked = asked_fields(definition);
    let obstacle = obstacle(&entry.ledger, &entry.state, definition, &asked, &who);
    let body = form_view(&FormView {
        id: "act".to_owned(),
        action: routes::entry_part(&entry.id, &format!("act/{action}")),
        token: page.token(),
        hidden: vec![("revision".to_owned(), entry.state.revision.to_string())],
        errors: whole.into_iter().collect(),
        parts: vec![FormPart {
            fields,
            ..FormPart::default()
        }],
        buttons: vec![
            Button::submit(definition.name.as_str()),
            Button::go("不办理，返回", routes::entry(&entry.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: definition.name.clone(),
        kicker: Some(name_of(entry)),
        lede: definition.law.as_ref().map(|law| format!("依据：{law}")),
        ..PageHead::default()
    });
    let mut above = above(&entry.ledger);
    above.push(Link::new(name_of(entry), routes::entry(&entry.id)));
    let main = html! {
        (head)
        @if let Some(refusal) = obstacle {
            (notice(&Notice::new(Tone::Late, refusal.to_string())))
        } @else {
            (body)
        }
    };
    Ok(View::of(Area::Ledgers, definition.name.as_str(), main).below(above))
}

/// The proofs of an entry's history.
pub async fn proof(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| proof_page(page, &id))
        .await
}

fn proof_page(page: &Page, id: &str) -> Answer {
    let entry = page.app().entry(page.actor(), id)?;
    let proofs = page.app().proofs(page.actor(), id)?;
    let history = page.app().history(page.actor(), id)?;
    let key = page.app().verifier_key();
    let origin = key.split('+').next().unwrap_or_default().to_owned();
    let head = page_head(&PageHead {
        title: format!("存证：{}", name_of(&entry)),
        count: Some(format!("{} 次留痕", proofs.len())),
        lede: Some(
            "每一次登记、更正和办理都是日志里的一片叶子；改动其中任何一个字，根就对不上。"
                .to_owned(),
        ),
        ..PageHead::default()
    });
    let panels: Vec<Markup> = proofs
        .iter()
        .rev()
        .map(|p| {
            let past = history.iter().find(|h| u64::from(h.event.seq) == p.seq);
            let when = past.map(|h| recorded(&h.recorded_at)).unwrap_or_default();
            let who = past.map(|h| h.actor.clone()).unwrap_or_default();
            let file = routes::entry_part(id, &format!("proof/{}", p.seq));
            let body = proof_panel(&ProofPanel {
                state: ProofState::Proved,
                leaf: p.leaf_index,
                leaf_hash: p.leaf_hash.to_hex(),
                checkpoint: Some(CheckpointFacts {
                    origin: origin.clone(),
                    size: p.head.size,
                    root: p.root.to_base64(),
                    signed: recorded(&p.head.created_at),
                    signers: vec![key.clone()],
                }),
                path: p.path.iter().map(|h| h.to_hex()).collect(),
                command: format!("yifa log prove {id}"),
                downloads: vec![Button::download("下载证明文件", file)],
            });
            let leaf = html! {
                (body)
                details { summary { "叶子里写了什么（个人信息和具体内容只有承诺值，不是原文）" }
                    p.command { code { (p.leaf) } } }
            };
            panel(&Panel::new(
                format!("event-{}", p.seq),
                format!("第 {} 次留痕，{who}，{when}", p.seq),
                leaf,
            ))
        })
        .collect();
    let mut above = above(&entry.ledger);
    above.push(Link::new(name_of(&entry), routes::entry(id)));
    let main = html! { (head) @for one in &panels { (one) } };
    page.show(View::of(Area::Proofs, "存证", main).below(above))
}

/// One proof as a file to carry home.
pub async fn proof_file(
    State(web): State<Web>,
    Path((id, seq)): Path<(String, u64)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let proofs = page.app().proofs(page.actor(), &id)?;
        let proof = proofs
            .into_iter()
            .find(|p| p.seq == seq)
            .ok_or(AppError::NotFound("该留痕"))?;
        let name = format!("{id}-{seq}.tlog-proof");
        download("text/plain; charset=utf-8", &name, proof.file.into_bytes())
    })
    .await
}
