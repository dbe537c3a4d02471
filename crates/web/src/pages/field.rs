//! The field page: an installable page for inspectors that works without a network.
//!
//! The page, its script and today's tasks are kept on the telephone by a service worker and
//! IndexedDB. Records are saved there first and sent when the network is back; the server takes
//! each key once (`app::draw::field`).

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    draw::field::{Record, Task},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use maud::html;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;
use serde_json::json;

use crate::{
    access::{self, Guard, Who},
    context::{Web, html as respond},
    form::Form,
    ui::{assets, raw::doctype},
};

/// The page. The slash belongs to it: the service worker rules what is below.
pub const FIELD: &str = "/field/";

/// The routes of this family.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/field/", get(page))
        .route("/field/manifest.webmanifest", get(manifest))
        .route("/field/sw.js", get(worker))
        .route("/field/tasks", get(tasks))
        .route("/field/records", post(receive))
}

/// Who may come.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/field/", Who::Anyone, "an empty page: tasks come after signing in"),
    access::get("/field/manifest.webmanifest", Who::Anyone, "browsers fetch it without cookies"),
    access::get("/field/sw.js", Who::Anyone, "a script, no data"),
    access::get("/field/tasks", Who::Staff, "the visits to make"),
    access::post("/field/records", Who::Staff, "a record from the field"),
];

/// The page: the same for everybody, so that it can be kept.
async fn page() -> Response {
    let markup = html! {
        (doctype())
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="theme-color" content="#17456b";
                title { "现场检查 - 依法" }
                link rel="stylesheet" href=(assets::href("yifa.css"));
                link rel="icon" type="image/svg+xml" href=(assets::href("yifa.svg"));
                link rel="manifest" href="/field/manifest.webmanifest";
                script type="module" src=(assets::href("js/field.js")) {}
            }
            body.field-app {
                header.field-head {
                    h1 { "现场检查" }
                    p data-state role="status" {}
                    a href="/inspections" { "工作台" }
                }
                main #main tabindex="-1" data-view {
                    noscript { p { "现场检查需要启用 JavaScript。" } }
                }
            }
        }
    };
    let mut response = respond(StatusCode::OK, markup);
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-cache"),
    );
    response
}

async fn manifest() -> Response {
    let icon = json!({
        "src": assets::href("yifa.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any",
    });
    let body = json!({
        "name": "依法 现场检查", "short_name": "现场检查", "lang": "zh-CN",
        "start_url": FIELD, "scope": FIELD, "display": "standalone",
        "background_color": "#fbfaf7", "theme_color": "#17456b", "icons": [icon],
    });
    typed("application/manifest+json", body.to_string())
}

/// The service worker, with the addresses of this version's files.
async fn worker() -> Response {
    let files: Vec<String> = [
        "yifa.css",
        "yifa.svg",
        "js/field.js",
        "js/field-store.js",
        "js/field-parts.js",
    ]
    .into_iter()
    .map(assets::href)
    .chain([FIELD.to_owned(), "/field/manifest.webmanifest".to_owned()])
    .collect();
    let body = assets::find("js/field-worker.js").map_or("", |asset| asset.body);
    let head = format!(
        "const VERSION = 'field-{:016x}';\nconst FILES = {};\n",
        assets::VERSION,
        json!(files)
    );
    typed("text/javascript; charset=utf-8", head + body)
}

fn typed(kind: &'static str, body: String) -> Response {
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        body,
    )
        .into_response()
}

/// A task with the code that the inspected unit scans.
#[derive(Serialize)]
struct Sent {
    #[serde(flatten)]
    task: Task,
    code: Vec<String>,
}

/// Rows of dark (1) and light (0) modules.
fn code(text: &str) -> Vec<String> {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return Vec::new();
    };
    let module = |x, y| if code.get_module(x, y) { '1' } else { '0' };
    let row = |y| (0..code.size()).map(|x| module(x, y)).collect();
    (0..code.size()).map(row).collect()
}

/// The visits to make, with the token for sending records back.
async fn tasks(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    let scheme = headers
        .get("x-forwarded-proto")
        .and_then(|h| h.to_str().ok())
        .filter(|s| *s == "https")
        .unwrap_or("http");
    let base = format!("{scheme}://{host}");
    web.page(headers, uri, move |page| {
        authorise(page.actor(), Action::Inspect, Resource::Organ)?;
        let tasks = page.app().field_tasks(page.actor())?;
        let tasks: Vec<Sent> = tasks
            .into_iter()
            .map(|task| Sent {
                code: code(&format!("{base}{}", task.notice)),
                task,
            })
            .collect();
        let body = json!({
            "who": page.actor().name, "account": page.actor().account, "token": page.token(),
            "now": page.app().clock.now().to_string(), "tasks": tasks,
        });
        Ok(typed("application/json", body.to_string()))
    })
    .await
}

/// Takes a record: `token` and `record` (JSON).
async fn receive(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let answer = |status: StatusCode, body: serde_json::Value| {
            Ok((status, typed("application/json", body.to_string())).into_response())
        };
        let record: Record = match serde_json::from_str(form.text("record")) {
            Ok(record) => record,
            Err(_) => {
                return answer(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    json!({ "error": "记录读不出来。" }),
                );
            }
        };
        let key = record.record.clone();
        match page.app().take_record(page.actor(), record) {
            Ok(received) => answer(
                StatusCode::OK,
                json!({ "record": key, "received": received }),
            ),
            Err(AppError::Input(words)) => {
                answer(StatusCode::UNPROCESSABLE_ENTITY, json!({ "error": words }))
            }
            Err(AppError::Refused(refusal)) => answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                json!({ "error": refusal.to_string() }),
            ),
            Err(other) => Err(other),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_square_and_has_its_three_marks() {
        let rows = code("http://127.0.0.1/draws/x-2024-1/notice/1234");
        assert!(rows.len() >= 21 && rows.iter().all(|row| row.len() == rows.len()));
        assert!(rows[0].starts_with("1111111") && rows[0].ends_with("1111111"));
        assert!(rows[rows.len() - 1].starts_with("1111111"));
    }
}
