//! Workbench, portal and API: front doors over the use cases of `app`.
//!
//! The router below is the table of contents of the site. Handlers extract, call one function of
//! `app` and render; rules live in `app` and below. Pages work without JavaScript.

use std::{io, net::SocketAddr};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::compression::CompressionLayer;

pub mod access;
mod attempts;
mod client;
pub mod context;
mod errors;
mod form;
mod pages;
pub mod portal;
mod publishing;
pub mod routes;
mod shell;
mod streaming;
pub mod ui;

pub use context::Web;
use pages::{deadlines, entry, figures, home, import, ledgers, log, reports, sign_in};

/// Uploads may be this large.
const UPLOAD_BYTES_MAX: usize = 64 << 20;

/// The whole site. Every route also stands in [`access`], with who may come.
pub fn router(web: Web) -> Router {
    Router::new()
        .route("/", get(home::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/deadlines", get(deadlines::show))
        .route("/calendar/{account}/{token}", get(deadlines::feed))
        .route("/search", get(home::search))
        .route("/ledgers", get(ledgers::index))
        .route("/ledgers/{ledger}", get(ledgers::list))
        .route(
            "/ledgers/{ledger}/new",
            get(entry::new_form).post(entry::create),
        )
        .route("/ledgers/{ledger}/template.xlsx", get(ledgers::template))
        .route("/ledgers/{ledger}/export.xlsx", get(ledgers::export))
        .route(
            "/ledgers/{ledger}/import",
            get(import::form).post(import::upload),
        )
        .route(
            "/imports/{batch}",
            get(import::preview).post(import::confirm),
        )
        .route("/imports/{batch}/refused.xlsx", get(import::refused))
        .route("/entries/{entry}", get(entry::show))
        .route(
            "/entries/{entry}/amend",
            get(entry::amend_form).post(entry::amend),
        )
        .route(
            "/entries/{entry}/void",
            get(entry::void_form).post(entry::void),
        )
        .route(
            "/entries/{entry}/retract",
            get(entry::retract_form).post(entry::retract),
        )
        .route(
            "/entries/{entry}/act/{action}",
            get(entry::act_form).post(entry::act),
        )
        .route(
            "/entries/{entry}/follow/{kind}",
            get(entry::follow::follow_form).post(entry::follow::follow),
        )
        .route("/entries/{entry}/proof", get(entry::proof))
        .route("/entries/{entry}/proof/{seq}", get(entry::proof_file))
        .route("/figures", get(figures::index))
        .route("/figures/{figure}", get(figures::one::show))
        .route(
            "/figures/{figure}/export.xlsx",
            get(figures::entries::export),
        )
        .route("/reports", get(reports::index).post(reports::start))
        .route("/reports/{report}", get(reports::show))
        .route(
            "/reports/{report}/edit",
            get(reports::edit_form).post(reports::save),
        )
        .route("/reports/{report}/check", post(reports::check))
        .route("/reports/{report}/freeze", post(reports::freeze))
        .route("/reports/{report}/paper", get(reports::print))
        .route("/reports/{report}/report.docx", get(reports::docx))
        .route("/reports/{report}/report.pdf", get(reports::pdf))
        .route("/log", get(log::show))
        .route("/checkpoint", get(log::checkpoint))
        .route("/tile/{*path}", get(log::tile))
        .merge(pages::duties::routes())
        .route("/gallery", get(gallery))
        .route("/assets/{version}/{*path}", get(asset))
        .route("/healthz", get(|| async { "ok" }))
        .merge(pages::draws::routes())
        .merge(pages::field::routes())
        .route("/sign-in/code", post(sign_in::second))
        .route("/sign-in/key", post(sign_in::by_key))
        .merge(pages::me::routes())
        .merge(pages::admin::routes())
        .merge(pages::identity::routes())
        .merge(pages::below::routes())
        .merge(pages::collections::routes())
        .merge(portal::routes())
        .merge(publishing::routes())
        .merge(pages::papers::routes())
        .merge(pages::evidence::routes())
        .merge(pages::case_file::routes())
        .merge(pages::inbox::routes())
        .merge(pages::registers::routes())
        .route_layer(middleware::from_fn(access::only_known))
        .fallback(errors::no_page)
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX))
        .layer(middleware::from_fn_with_state(web.clone(), attempts::note))
        .layer(middleware::from_fn_with_state(web.clone(), client::known))
        .layer(middleware::from_fn(headers))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(log_request))
        .with_state(web)
}

/// The portal alone, for a process of its own: no page of the workbench can be reached.
pub fn portal_router(web: Web) -> Router {
    portal::alone()
        .route("/checkpoint", get(log::checkpoint))
        .route("/tile/{*path}", get(log::tile))
        .route("/assets/{version}/{*path}", get(asset))
        .route("/healthz", get(|| async { "ok" }))
        .fallback(portal::no_page)
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX))
        .layer(middleware::from_fn_with_state(web.clone(), client::known))
        .layer(middleware::from_fn(headers))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(log_request))
        .with_state(web)
}

/// A report as a print-ready page that stands alone: its stylesheet is inside.
pub fn report_html(paper: &app::report::Paper) -> String {
    pages::reports::standalone(paper).into_string()
}

/// Serves the site until the program is told to stop.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(web: Web, listener: tokio::net::TcpListener) -> io::Result<()> {
    serve_router(router(web), listener).await
}

/// Serves the portal alone until the program is told to stop.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve_portal(web: Web, listener: tokio::net::TcpListener) -> io::Result<()> {
    serve_router(portal_router(web), listener).await
}

async fn serve_router(router: Router, listener: tokio::net::TcpListener) -> io::Result<()> {
    axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(stop())
    .await
}

async fn stop() {
    // Without a signal handler the server simply runs on until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn gallery() -> Response {
    ui::gallery::gallery().into_response()
}

async fn asset(Path((_version, path)): Path<(String, String)>) -> Response {
    match ui::assets::find(&path) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.media_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.body,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Headers of every answer: nothing inline, nothing from elsewhere, nothing kept by proxies.
async fn headers(request: Request, next: Next) -> Response {
    let tls = context::behind_tls(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if tls {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    let fixed: [(HeaderName, &'static str); 5] = [
        (
            header::CONTENT_SECURITY_POLICY,
            ui::shell::CONTENT_SECURITY_POLICY,
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// One line per request. The path carries opaque ids only; queries may hold words and stay out.
async fn log_request(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let started = std::time::Instant::now();
    let response = next.run(request).await;
    let duration_us = started.elapsed().as_micros();
    let status = response.status().as_u16();
    tracing::info!(%method, path, status, duration_us, "{method} {path} {status}");
    response
}
