//! Evidence and the record of the whole process: lists on the entry's page, forms, files.
//!
//! Small files come with a plain form. With JavaScript, big ones come in pieces over the three
//! addresses below `uploads`, and go on where they stopped.

use std::io::{Read, Seek, SeekFrom};

use app::{
    AppError,
    entry::Entry,
    kept::{
        evidence::{About, Evidence, KINDS},
        sniff::Shown,
        upload::{PIECE_MAX, Upload},
    },
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use maud::{Markup, html};

use crate::{
    access::{self, Guard, Who::Workers},
    context::{Answer, Page, Web, see_other, stream},
    form::Form,
    pages::entry::{above, name_of, recorded},
    routes,
    shell::View,
    ui::{
        button::Button,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        shell::Area,
    },
};

pub mod process;

/// Bytes of a film that one answer carries at most: players ask for the next part.
const PART_MAX: u64 = 4 << 20;

/// Addresses of this family.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/entries/{entry}/evidence/new", get(new_form).post(create))
        .route("/entries/{entry}/evidence/{evidence}", get(file))
        .route("/entries/{entry}/uploads", post(start))
        .route("/entries/{entry}/uploads/{upload}", post(piece))
        .route("/entries/{entry}/uploads/{upload}/finish", post(finish))
        .route(
            "/entries/{entry}/process/new",
            get(process::record_form).post(process::record),
        )
}

/// Who may come.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/entries/{entry}/evidence/new", Workers, "adding evidence"),
    access::post("/entries/{entry}/evidence/new", Workers, "adding evidence"),
    access::get("/entries/{entry}/evidence/{evidence}", Workers, "a file of evidence"),
    access::post("/entries/{entry}/uploads", Workers, "beginning a big upload"),
    access::post("/entries/{entry}/uploads/{upload}", Workers, "a piece of a big upload"),
    access::post("/entries/{entry}/uploads/{upload}/finish", Workers, "the end of a big upload"),
    access::get("/entries/{entry}/process/new", Workers, "recording the process"),
    access::post("/entries/{entry}/process/new", Workers, "recording the process"),
];

fn file_address(entry: &str, evidence: &str) -> String {
    routes::entry_part(entry, &format!("evidence/{evidence}"))
}

fn above_form(entry: &Entry) -> Vec<Link> {
    let mut links = above(&entry.ledger);
    links.push(Link::new(name_of(entry), routes::entry(&entry.id)));
    links
}

/// A size for people.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} 字节"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        1_048_576..1_073_741_824 => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
        _ => format!("{:.2} GB", bytes as f64 / 1_073_741_824.0),
    }
}

/// The evidence of an entry, on its page.
pub fn of_entry(page: &Page, entry: &Entry, writes: bool) -> Result<Option<Markup>, AppError> {
    let evidence = page.app().case_evidence(page.actor(), &entry.id)?;
    if evidence.is_empty() && entry.ledger.actions.is_empty() && !writes {
        return Ok(None);
    }
    let body = html! {
        @if evidence.is_empty() {
            p.hint { "还没有证据材料。照片、录音、录像、扫描件都可以附上，系统会记下校验值，之后任何改动都能查出来。" }
        }
        ul.evidence-list { @for one in &evidence { (item(entry, one)) } }
    };
    let add = Button::go(
        "添加证据材料",
        routes::entry_part(&entry.id, "evidence/new"),
    );
    Ok(Some(panel(&Panel {
        count: (!evidence.is_empty()).then(|| format!("{} 份", evidence.len())),
        actions: (writes && !entry.state.voided)
            .then(|| add.quiet())
            .into_iter()
            .collect(),
        ..Panel::new("evidence", "证据材料", body)
    })))
}

fn item(entry: &Entry, one: &Evidence) -> Markup {
    let href = file_address(&entry.id, &one.id);
    let about = &one.about;
    let taken = [&about.taken_at, &about.place, &about.taken_by];
    let taken: Vec<&str> = taken
        .into_iter()
        .map(String::as_str)
        .filter(|t| !t.is_empty())
        .collect();
    html! {
        li.evidence id=(format!("evidence-{}", one.id)) {
            @if one.media.shown == Shown::Picture {
                a.evidence-picture href=(href) { img src=(href) alt=(about.title) loading="lazy"; }
            }
            div {
                p.evidence-title { a href=(href) download { (about.title) } " " span.hint { (one.media.word) "，" (size(one.size)) } }
                p.hint { (about.kind) @if !taken.is_empty() { " · " (taken.join("，")) } }
                @match one.media.shown {
                    Shown::Sound => audio controls preload="none" src=(href) {},
                    Shown::Film => video controls preload="none" src=(href) {},
                    _ => {},
                }
                p.hint { (one.who) " 于 " (recorded(&one.made_at)) " 附入；SHA-256 " code.hash { (one.hash) } }
            }
        }
    }
}

fn text(form: &Form, name: &str) -> Control {
    Control::Text {
        value: form.text(name).to_owned(),
    }
}

fn about(form: &Form) -> About {
    let text = |name: &str| form.text(name).to_owned();
    About {
        title: text("title"),
        kind: text("kind"),
        taken_at: text("taken_at"),
        place: text("place"),
        taken_by: text("taken_by"),
        file_name: form
            .file
            .as_ref()
            .map(|(name, _)| name.clone())
            .unwrap_or_default(),
    }
}

fn evidence_view(page: &Page, entry: &Entry, form: &Form, error: Option<String>) -> View {
    let file = Control::File {
        accept: "image/*,audio/*,video/*,.pdf,.doc,.docx,.xls,.xlsx,.txt".to_owned(),
        several: false,
        limit: "照片、录音、录像、扫描件、文档；大文件自动分块上传，断了可以接着传（最大 4 GB）。"
            .to_owned(),
        kept: Vec::new(),
    };
    let taken_by = if form.pairs().is_empty() {
        Control::Text {
            value: page.actor().name.clone(),
        }
    } else {
        text(form, "taken_by")
    };
    let fields = vec![
        Field::new("file", "文件", file).required(),
        Field::new("title", "证明什么", text(form, "title"))
            .required()
            .hint("例如：现场检查照片（教室和学生）。"),
        Field::new(
            "kind",
            "证据种类",
            Control::Choice {
                value: form.text("kind").to_owned(),
                choices: KINDS.iter().map(|k| Choice::same(*k)).collect(),
            },
        )
        .required()
        .law("行政处罚法 第四十六条"),
        Field::new("taken_at", "取得时间", text(form, "taken_at"))
            .hint("例如：2023年1月5日 9时30分"),
        Field::new("place", "取得地点", text(form, "place")),
        Field::new("taken_by", "取得人", taken_by),
    ];
    let pieces = routes::entry_part(&entry.id, "uploads");
    let body = form_view(&FormView {
        id: "evidence-form".to_owned(),
        action: routes::entry_part(&entry.id, "evidence/new"),
        token: page.token(),
        uploads: true,
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields,
            ..FormPart::default()
        }],
        buttons: vec![
            Button::submit("附入本案"),
            Button::go("不添加，返回", routes::entry(&entry.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: "添加证据材料".to_owned(),
        kicker: Some(name_of(entry)),
        lede: Some("附入后不能删除或替换；系统记下文件的校验值、谁在什么时候附入。".to_owned()),
        ..PageHead::default()
    });
    let main = html! { (head) div data-pieces=(pieces) data-piece-size=(PIECE_MAX / 2) { (body) } };
    View::of(Area::Ledgers, "添加证据材料", main).below(above_form(entry))
}

async fn new_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        page.show(evidence_view(page, &entry, &Form::default(), None))
    })
    .await
}

fn words(error: AppError) -> Result<String, AppError> {
    match error {
        AppError::Refused(refusal) => Ok(refusal.to_string()),
        AppError::Input(text) => Ok(text),
        other => Err(other),
    }
}

fn added(entry: &str) -> String {
    let address = routes::with_query(&routes::entry(entry), &[("done", "attached")]);
    format!("{address}#evidence")
}

async fn create(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        let Some((_, bytes)) = form.file.as_ref().filter(|(_, b)| !b.is_empty()) else {
            let error = Some("请选择文件。".to_owned());
            return page.show_rejected(evidence_view(page, &entry, &form, error));
        };
        match page
            .app()
            .add_evidence(page.actor(), &id, about(&form), bytes)
        {
            Ok(_) => see_other(&added(&id)),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(evidence_view(page, &entry, &form, Some(words)))
            }
        }
    })
    .await
}

fn json(value: &serde_json::Value) -> Answer {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    Ok((headers, value.to_string()).into_response())
}

fn upload_json(upload: &Upload) -> Answer {
    json(&serde_json::json!({
        "id": upload.id, "arrived": upload.arrived, "size": upload.size
    }))
}

async fn start(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let size = form.text("size").parse().unwrap_or(0);
        let (name, print) = (form.text("name"), form.text("fingerprint"));
        upload_json(
            &page
                .app()
                .start_upload(page.actor(), &id, name, size, print)?,
        )
    })
    .await
}

async fn piece(
    State(web): State<Web>,
    Path((_, upload)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let offset = form.text("offset").parse().unwrap_or(u64::MAX);
        let bytes = form.file.as_ref().map_or(&[][..], |(_, bytes)| bytes);
        upload_json(
            &page
                .app()
                .upload_piece(page.actor(), &upload, offset, bytes)?,
        )
    })
    .await
}

async fn finish(
    State(web): State<Web>,
    Path((id, upload)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        page.app()
            .finish_upload(page.actor(), &upload, about(&form))?;
        json(&serde_json::json!({ "to": added(&id) }))
    })
    .await
}

/// The first and last byte that a player asks for.
fn range(headers: &HeaderMap, size: u64) -> Option<(u64, u64)> {
    let asked = headers.get(header::RANGE)?.to_str().ok()?;
    let (from, to) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let from: u64 = from.parse().ok()?;
    let to = to
        .parse()
        .unwrap_or(u64::MAX)
        .min(from.saturating_add(PART_MAX - 1));
    (from < size && from <= to).then(|| (from, to.min(size - 1)))
}

/// A file of evidence. It is never a page: always a download, of a type from a fixed list; pictures,
/// sound and film show where a page of ours embeds them.
async fn file(
    State(web): State<Web>,
    Path((id, evidence)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let asked = headers.clone();
    web.page(headers, uri, move |page| {
        let (found, mut file) = page.app().evidence_file(page.actor(), &id, &evidence)?;
        let unreadable = |e: std::io::Error| AppError::Fault(e.to_string());
        let part = range(&asked, found.size);
        let (from, to) = part.unwrap_or((0, found.size.saturating_sub(1)));
        file.seek(SeekFrom::Start(from)).map_err(unreadable)?;
        let mut file = file.take(to - from + 1);
        let name = format!("{}.{}", found.about.title, found.media.ending);
        let mut response = stream(found.media.media_type, &name, move |out| {
            std::io::copy(&mut file, out).map(drop).map_err(unreadable)
        })?;
        let out = response.headers_mut();
        let length = (to + 1 - from).min(found.size);
        out.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if part.is_some() {
            let said = format!("bytes {from}-{to}/{}", found.size);
            if let Ok(said) = HeaderValue::from_str(&said) {
                out.insert(header::CONTENT_RANGE, said);
            }
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        Ok(response)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(text))])
    }

    #[test]
    fn a_player_gets_the_part_that_it_asks_for() {
        assert_eq!(range(&asked("bytes=0-1"), 10), Some((0, 1)));
        assert_eq!(range(&asked("bytes=5-"), 10), Some((5, 9)));
        assert_eq!(range(&asked("bytes=5-99"), 10), Some((5, 9)));
        let (from, to) = range(&asked("bytes=0-"), u64::MAX).unwrap();
        assert_eq!(to - from + 1, PART_MAX);
        for odd in [
            "bytes=10-",
            "bytes=-5",
            "bytes=3-1",
            "items=0-1",
            "bytes=x-y",
        ] {
            assert_eq!(range(&asked(odd), 10), None, "{odd}");
        }
    }

    #[test]
    fn sizes_are_said_for_people() {
        assert_eq!(size(812), "812 字节");
        assert_eq!(size(2048), "2 KB");
        assert_eq!(size(5 << 20), "5.0 MB");
        assert_eq!(size(3 << 30), "3.00 GB");
    }
}
