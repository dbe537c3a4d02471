//! The record of the whole process: its list on the entry's page, and the form of one.

use app::{
    AppError,
    entry::Entry,
    kept::process::{Record, Said, marks},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{above_form, file_address, text, words};
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    pages::entry::{name_of, recorded},
    routes,
    shell::View,
    ui::{
        button::Button,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        shell::Area,
    },
};

/// The record of the whole process, on the entry's page.
pub fn of_entry(page: &Page, entry: &Entry, writes: bool) -> Result<Option<Markup>, AppError> {
    let records = page.app().process_records(page.actor(), &entry.id)?;
    if records.is_empty() && entry.ledger.actions.is_empty() {
        return Ok(None);
    }
    let body = html! {
        @if records.is_empty() {
            p.hint { "还没有记录。检查、调查取证、告知、送达等环节的文字记录和音像索引写在这里；写入后只能查看，不能改动。" }
        }
        ol.process-list { @for one in &records { (record_item(entry, one)) } }
    };
    let add = Button::go("写入一条记录", routes::entry_part(&entry.id, "process/new"));
    Ok(Some(panel(&Panel {
        count: (!records.is_empty()).then(|| format!("{} 条", records.len())),
        actions: (writes && !entry.state.voided)
            .then(|| add.quiet())
            .into_iter()
            .collect(),
        ..Panel::new("process", "执法全过程记录", body)
    })))
}

fn record_item(entry: &Entry, record: &Record) -> Markup {
    let said = &record.said;
    html! {
        li.process {
            p { b { (said.step) } " " span.hint { (said.done_at) @if !said.place.is_empty() { "，" (said.place) } } }
            p.process-words { (said.words) }
            @if !said.officers.is_empty() { p.hint { "执法人员：" (said.officers) } }
            @if let Some(recording) = &said.recording {
                ul.process-marks {
                    @for mark in &said.marks {
                        @let href = format!("{}#t={}", file_address(&entry.id, recording), mark.second);
                        li { a href=(href) { (mark.at()) } " " (mark.what) }
                    }
                    @if said.marks.is_empty() { li { a href=(file_address(&entry.id, recording)) { "音像记录" } } }
                }
            }
            p.hint { (record.who) " 于 " (recorded(&record.made_at)) " 写入" }
        }
    }
}

fn record_view(
    page: &Page,
    entry: &Entry,
    form: &Form,
    error: Option<String>,
) -> Result<View, AppError> {
    let long = |name: &str, rows| Control::LongText {
        value: form.text(name).to_owned(),
        rows,
    };
    let evidence = page.app().case_evidence(page.actor(), &entry.id)?;
    let recordings = evidence.iter().filter(|e| {
        e.media.media_type.starts_with("audio/") || e.media.media_type.starts_with("video/")
    });
    let recordings: Vec<Choice> = recordings
        .map(|e| Choice::new(e.id.as_str(), e.about.title.as_str()))
        .collect();
    let mut fields = vec![
        Field::new("step", "环节", text(form, "step"))
            .required()
            .hint("例如：现场检查、调查询问、告知、送达。"),
        Field::new("done_at", "时间", text(form, "done_at"))
            .required()
            .hint("例如：2023年1月5日 9时30分至10时15分"),
        Field::new("place", "地点", text(form, "place")),
        Field::new("officers", "执法人员", text(form, "officers"))
            .hint("姓名和执法证号，两人以上。")
            .law("行政处罚法 第四十二条"),
        Field::new("words", "经过", long("words", 8))
            .required()
            .law("行政处罚法 第四十七条"),
    ];
    if !recordings.is_empty() {
        fields.push(Field::new(
            "recording",
            "音像记录",
            Control::Choice {
                value: form.text("recording").to_owned(),
                choices: recordings,
            },
        ));
        fields.push(
            Field::new("marks", "时间标记", long("marks", 4))
                .hint("每行一处：“00:03:15 出示执法证件”。"),
        );
    }
    let body = form_view(&FormView {
        id: "process-form".to_owned(),
        action: routes::entry_part(&entry.id, "process/new"),
        token: page.token(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields,
            ..FormPart::default()
        }],
        buttons: vec![
            Button::submit("写入记录"),
            Button::go("不写入，返回", routes::entry(&entry.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: "执法全过程记录".to_owned(),
        kicker: Some(name_of(entry)),
        lede: Some(
            "写入后只能查看，不能改动；要把录音录像编进索引，先把它附为证据材料。".to_owned(),
        ),
        ..PageHead::default()
    });
    Ok(View::of(Area::Ledgers, "执法全过程记录", html! { (head) (body) }).below(above_form(entry)))
}

pub(super) async fn record_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        page.show(record_view(page, &entry, &Form::default(), None)?)
    })
    .await
}

pub(super) async fn record(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        let text = |name: &str| form.text(name).to_owned();
        let said = marks(form.text("marks")).map(|marks| Said {
            step: text("step"),
            done_at: text("done_at"),
            place: text("place"),
            officers: text("officers"),
            words: form.text("words").replace("\r\n", "\n"),
            recording: Some(text("recording")).filter(|r| !r.is_empty()),
            marks,
        });
        let kept = said.and_then(|said| page.app().record_process(page.actor(), &id, said));
        match kept {
            Ok(()) => {
                let address = routes::with_query(&routes::entry(&id), &[("done", "recorded")]);
                see_other(&format!("{address}#process"))
            }
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(record_view(page, &entry, &form, Some(words))?)
            }
        }
    })
    .await
}
