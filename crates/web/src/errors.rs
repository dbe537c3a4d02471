//! What went wrong, as a page: refusals with ground and remedy, faults with a reference number.

use app::AppError;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use sha2::{Digest, Sha256};

use crate::{
    context::{Page, Web, html as respond},
    portal, shell,
    ui::{
        badge::Tone,
        button::Button,
        head::{PageHead, page_head},
        notice::{FaultNotice, Notice, fault, notice},
        shell::{SignIn, sign_in},
    },
};

/// Where nothing is: known people get a page of the workbench, others are asked to sign in, so
/// that addresses do not tell what exists. Below the portal's address everybody gets the portal's.
pub async fn no_page(
    State(web): State<Web>,
    asked: portal::Asked,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if uri.path().starts_with("/portal/") {
        return portal::no_page(State(web), asked).await;
    }
    web.page(headers, uri, |_| Err(AppError::NotFound("这个页面")))
        .await
}

/// The page of an error.
pub fn page(web: &Web, page: Option<&Page>, error: &AppError) -> Response {
    let (status, title, body) = describe(error, crate::routes::HOME, "返回今日");
    let Some(page) = page else {
        let organ = web
            .app
            .top_organ()
            .map(|o| o.name.clone())
            .unwrap_or_default();
        let markup = sign_in(&SignIn {
            title: title.to_owned(),
            organ,
            about: None,
            note: None,
            main: body,
        });
        return respond(status, markup);
    };
    let head = page_head(&PageHead {
        title: title.to_owned(),
        ..PageHead::default()
    });
    let main = html! { (head) (body) };
    respond(
        status,
        shell::workbench(page, shell::View::new(title, main)),
    )
    .into_response()
}

/// Status, title and words for an error, with the way back.
pub fn describe(
    error: &AppError,
    home: &str,
    back: &'static str,
) -> (StatusCode, &'static str, Markup) {
    let back = || vec![Button::go(back, home)];
    let say = |tone, text: String| {
        notice(&Notice {
            tone,
            title: text,
            body: None,
            actions: back(),
        })
    };
    match error {
        AppError::Refused(refusal) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "不能这样办理",
            say(Tone::Late, refusal.to_string()),
        ),
        AppError::Denied(denied) => (
            StatusCode::FORBIDDEN,
            "没有权限",
            say(Tone::Late, denied.to_string()),
        ),
        AppError::NotFound(_) => (
            StatusCode::NOT_FOUND,
            "没有找到",
            say(Tone::Soon, error.to_string()),
        ),
        AppError::Input(text) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "没有办成",
            say(Tone::Late, text.clone()),
        ),
        AppError::Store(cause) => {
            let reference = logged(&cause.to_string());
            let what = store_words(cause);
            let status = StatusCode::SERVICE_UNAVAILABLE;
            (
                status,
                "暂时办不了",
                fault(&FaultNotice { what, reference }),
            )
        }
        AppError::Fault(cause) => {
            let reference = logged(cause);
            let what = "系统出了问题，这次没有办成。".to_owned();
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            (status, "系统故障", fault(&FaultNotice { what, reference }))
        }
    }
}

fn store_words(error: &app::StoreError) -> String {
    match error {
        app::StoreError::Busy => "系统正忙，请稍后再试。".to_owned(),
        app::StoreError::Unreachable { .. } => {
            "数据库服务器暂时连不上，请稍后再试；如刚才在保存，请先看看是否已经保存。".to_owned()
        }
        app::StoreError::DiskFull => "磁盘已满，无法保存。请联系系统管理员。".to_owned(),
        _ => "数据库暂时不能使用。".to_owned(),
    }
}

/// Logs a fault once, and answers the number by which it is found.
fn logged(cause: &str) -> String {
    let reference = hex::encode(&Sha256::digest(cause.as_bytes())[..4]);
    tracing::error!(reference, cause, "Fault {reference}");
    reference
}
