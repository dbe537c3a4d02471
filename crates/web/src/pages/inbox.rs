//! The inbox: what came to me, what is due, and where the daily digest goes.

use app::notice::Notice;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
    routing::{get, post},
};
use maud::{Markup, html};

use crate::{
    access::{self, Guard, Who::Staff},
    context::{Page, Web, see_other},
    form::Form,
    pages::entry::recorded,
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone, badge},
        button::Button,
        empty::{Empty, empty},
        field::{Control, Field},
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        shell::Area,
    },
};

/// The inbox.
pub const INBOX: &str = "/inbox";
const READ: &str = "/inbox/read";
const DIGEST: &str = "/inbox/digest";

/// Addresses of this family.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/inbox", get(show))
        .route("/inbox/read", post(read))
        .route("/inbox/digest", post(digest))
}

/// Who may come.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get(INBOX, Staff, "one's own notices"),
    access::post(READ, Staff, "marking one's own notices as read"),
    access::post(DIGEST, Staff, "where one's own digest goes"),
];

async fn show(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| page.show(view(page, None)?))
        .await
}

fn view(page: &Page, error: Option<String>) -> Result<View, app::AppError> {
    let notices = page.app().notices(page.actor())?;
    let new = notices.iter().filter(|n| n.new).count();
    let mut actions = Vec::new();
    if new > 0 {
        actions.push(Button::post("全部标为已读", READ, page.token()));
    }
    let list = if notices.is_empty() {
        empty(&Empty {
            title: "没有提醒".to_owned(),
            teaches: "案件转到您手里、期限快到或者逾期、执法证快到期，都会在这里提醒。".to_owned(),
            actions: Vec::new(),
        })
    } else {
        html! { ul.notices { @for one in &notices { (item(one)) } } }
    };
    let main = html! {
        (page_head(&PageHead {
            title: "收件箱".to_owned(),
            count: (new > 0).then(|| format!("{new} 条未读")),
            lede: Some("转到您手里的事项，以及三天内到期和已经逾期的事项。".to_owned()),
            actions,
            ..PageHead::default()
        }))
        (list)
        (digest_panel(page, error)?)
    };
    Ok(View::of(Area::Today, "收件箱", main))
}

/// Says whether it asks for something to be done, not only for time to be watched.
pub(super) fn is_work(notice: &Notice) -> bool {
    !matches!(notice.kind.as_str(), "overdue" | "due" | "certificate")
}

pub(super) fn item(notice: &Notice) -> Markup {
    let kind = match notice.kind.as_str() {
        "overdue" => Badge::new(Tone::Late, "逾期"),
        "due" => Badge::new(Tone::Soon, "快到期"),
        "certificate" => Badge::new(Tone::Soon, "执法证"),
        _ => Badge::new(Tone::Current, "待办理"),
    };
    html! {
        li.notice-line .notice-new[notice.new] {
            (badge(&kind))
            div {
                p {
                    @match &notice.entry {
                        Some(entry) => a href=(routes::entry(entry)) { (notice.text) },
                        None => (notice.text),
                    }
                }
                p.hint { (recorded(&notice.made_at)) @if notice.new { "，未读" } }
            }
        }
    }
}

fn digest_panel(page: &Page, error: Option<String>) -> Result<Markup, app::AppError> {
    let address = page.app().digest_address(page.actor())?;
    let text = page.app().digest(page.actor())?;
    let control = Control::Text {
        value: address.clone().unwrap_or_default(),
    };
    let field = Field {
        error,
        ..Field::new("address", "每日摘要发到邮箱", control)
    };
    let body = html! {
        @match text {
            Some(text) => details { summary { "今天的摘要" } pre.digest { (text) } },
            None => p.hint { "今天没有要提醒的事项。" },
        }
        (form_view(&FormView {
            id: "digest".to_owned(),
            action: DIGEST.to_owned(),
            token: page.token(),
            parts: vec![FormPart {
                fields: vec![field.hint("每天一封；留空就不发。是否真正发出，取决于系统管理员有没有配置邮件服务器。")],
                ..FormPart::default()
            }],
            buttons: vec![Button::submit("保存邮箱")],
            ..FormView::default()
        }))
    };
    Ok(panel(&Panel::new("digest-panel", "每日摘要", body)))
}

async fn read(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, _| {
        page.app().mark_notices_read(page.actor())?;
        see_other(INBOX)
    })
    .await
}

async fn digest(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        match page
            .app()
            .set_digest_address(page.actor(), form.text("address"))
        {
            Ok(()) => see_other(&routes::with_query(INBOX, &[("done", "saved")])),
            Err(app::AppError::Input(words)) => page.show_rejected(view(page, Some(words))?),
            Err(error) => Err(error),
        }
    })
    .await
}
