//! The log: its head, its key, and its files for outsiders.

use app::{Action, Resource, authorise::authorise};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use maud::html;

use crate::{
    context::Web,
    pages::entry::recorded,
    routes,
    shell::View,
    ui::{
        button::Button,
        facts::{Fact, facts},
        head::{PageHead, Panel, page_head, panel},
        shell::Area,
        table::Cell,
    },
};

/// The page of the log.
pub async fn show(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::ReadLog, Resource::Log)?;
        let head = page.app().checkpoint()?;
        let key = page.app().verifier_key();
        let known = [
            Fact::new("留痕总数", head.size.to_string()),
            Fact::new("签名时间", recorded(&head.created_at)),
            Fact::wide("验证公钥", Cell::Other(html! { code { (key) } })),
        ];
        let actions = vec![Button::download("下载存证点", routes::CHECKPOINT)];
        let main = html! {
            (page_head(&PageHead {
                title: "存证".to_owned(),
                count: Some(format!("{} 次留痕", head.size)),
                lede: Some("全系统的每一次办理都写进同一棵只能增长的树，树根由系统签名。".to_owned()),
                actions,
                ..PageHead::default()
            }))
            (panel(&Panel::new("head", "最新存证点", html! {
                (facts(&known))
                pre.command { (head.note) }
            })))
            (panel(&Panel::new("verify", "怎样核对", html! {
                p { "在服务器上核对全部数据（任何一个字节被改动，都会指出是哪张表的哪一行）：" }
                p.command { code { "yifa log verify" } }
                p { "在别处核对：下载存证点和 " code { "/tile/…" }
                    " 下的文件，格式为 C2SP tlog-tiles，任何兼容的工具都能验证。" }
                p { "核对一件事：打开那条记录，点“查看存证”，下载证明文件。" }
            })))
        };
        page.show(View::of(Area::Proofs, "存证", main))
    })
    .await
}

/// The signed head, for outsiders.
pub async fn checkpoint(State(web): State<Web>) -> Response {
    file(
        web,
        "checkpoint".to_owned(),
        "text/plain; charset=utf-8",
        "no-cache",
    )
    .await
}

/// A tile or entry bundle, for outsiders. Tiles never change.
pub async fn tile(State(web): State<Web>, Path(path): Path<String>) -> Response {
    let path = format!("tile/{path}");
    file(
        web,
        path,
        "application/octet-stream",
        "public, max-age=31536000, immutable",
    )
    .await
}

async fn file(web: Web, path: String, kind: &'static str, cache: &'static str) -> Response {
    let app = web.app.clone();
    let read = tokio::task::spawn_blocking(move || app.log_file(&path)).await;
    match read {
        Ok(Ok(bytes)) => (
            [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)],
            bytes,
        )
            .into_response(),
        Ok(Err(app::AppError::NotFound(_))) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
