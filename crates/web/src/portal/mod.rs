//! The portal: what citizens, schools and parents see.
//!
//! Reading pages are made from [`app::publication::Site`] and nothing else, kept in memory until
//! what they show has changed (`cache`), and the same for everybody, so they can be exported as
//! files and served by any web server. Whatever a visitor hands in goes through `visit::hand_in`:
//! a ticket that proves when the form was opened, a limit per address, then one use case.
//! Reading order: `visit`, `frame`, `read`, `ask`, `take_part`, `exams`.

mod articles;
mod ask;
mod cache;
mod defined;
mod exams;
mod feeds;
pub(crate) mod frame;
mod home;
mod open_data;
mod papers;
mod paths;
mod qr;
mod read;
mod registers;
mod reports;
mod script;
mod search;
mod static_site;
mod surveys;
mod verify;
mod visit;
mod wizard;
mod word;

use app::AppError;
use axum::{
    Router,
    extract::State,
    response::{Redirect, Response},
    routing::{get, post},
};

pub use paths::{HOME, VERIFY};
pub use static_site::{Exported, export};
pub use visit::Desk;
pub(crate) use visit::{Asked, Visit};

use crate::{
    Web,
    access::{self, Guard, Who},
};

/// A published article by its index number or serial.
pub fn article(index_number: &str) -> String {
    let serial = index_number
        .split_once('/')
        .map_or(index_number, |(_, s)| s);
    paths::slug(serial)
}
/// A column's page.
pub fn column(id: &str) -> String {
    paths::column(id)
}
/// A row of a register.
pub fn row(column: &str, entry: &str) -> String {
    paths::row(column, entry)
}
/// The code of an address, as a drawing.
pub fn code(address: &str, what: &str) -> maud::Markup {
    qr::code(address, what)
}
/// A questionnaire's page.
pub fn survey_page(id: &str) -> String {
    paths::survey(id)
}
/// An exam's page.
pub fn exam_page(id: &str) -> String {
    paths::exam(id, "")
}
/// Data rows of licences or penalties as a file: XML or workbook.
pub fn credit_file(
    name: &str,
    file: app::publication::credit::CreditFile,
    xml: bool,
) -> Result<Vec<u8>, AppError> {
    match xml {
        true => Ok(open_data::credit_as_xml(&file)),
        false => open_data::credit_as_book(name, file),
    }
}
/// The text of an article, for the preview.
pub fn article_text(body: &str) -> maud::Markup {
    articles::text(body, None)
}

/// The portal's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/portal", get(home::show))
        .route("/portal/mode", get(visit::mode))
        .route("/portal/columns", get(home::columns))
        .route("/portal/columns/{column}", get(read::column))
        .route("/portal/columns/{column}/feed.atom", get(feeds::atom))
        .route("/portal/columns/{column}/data.csv", get(open_data::csv))
        .route("/portal/columns/{column}/data.json", get(open_data::json))
        .route("/portal/columns/{column}/data.xlsx", get(open_data::xlsx))
        .route(
            "/portal/columns/{column}/credit.xlsx",
            get(open_data::credit_xlsx),
        )
        .route(
            "/portal/columns/{column}/credit.json",
            get(open_data::credit_json),
        )
        .route(
            "/portal/columns/{column}/credit.xml",
            get(open_data::credit_xml),
        )
        .route("/portal/columns/{column}/{page}", get(read::column_page))
        .route("/portal/articles/{slug}", get(articles::show))
        .route("/portal/articles/{slug}/text.docx", get(word::text))
        .route("/portal/rows/{column}/{entry}", get(registers::row))
        .route("/portal/files/{hash}", get(articles::file))
        .route("/portal/search", get(search::show))
        .route("/portal/data", get(open_data::index))
        .route("/portal/data/catalog.json", get(open_data::dcat))
        .route("/portal/site-map", get(home::site_map))
        .route("/sitemap.xml", get(feeds::site_map))
        .route("/robots.txt", get(feeds::robots))
        .route("/portal/about", get(home::about))
        .route("/portal/reports", get(reports::index))
        .route("/portal/reports/{report}", get(reports::show))
        .route("/portal/verify", get(verify::show))
        .route("/portal/proofs/{entry}/{seq}", get(verify::proof_file))
        .route("/portal/papers/{entry}/{paper}", get(papers::show))
        .route("/portal/papers/{entry}/{paper}/proof", get(papers::proof))
        .route("/portal/ask", get(ask::index))
        .route("/portal/ask/{kind}", get(ask::start).post(ask::step))
        .route(
            "/portal/status",
            get(ask::status::form).post(ask::status::show),
        )
        .route("/portal/status/rate", post(ask::status::rate))
        .route("/portal/surveys", get(surveys::index))
        .route(
            "/portal/surveys/{id}",
            get(surveys::show).post(surveys::answer),
        )
        .route("/portal/surveys/{id}/results", get(surveys::results))
        .route("/portal/exams", get(exams::index))
        .route("/portal/exams/{id}", get(exams::show).post(exams::enter))
        .route(
            "/portal/exams/{id}/paper",
            get(exams::paper).post(exams::save),
        )
        .route("/portal/exams/{id}/result", get(exams::result))
        .route("/portal/exams/{id}/certificate", get(exams::certificate))
        .route(
            "/portal/exams/{id}/certificate.pdf",
            get(exams::certificate_pdf),
        )
        .route("/portal/exams/{id}/board", get(exams::board))
}

/// Everybody may come: what is here is published, and whatever is handed in passes a ticket and a
/// limit.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/portal", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/mode", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns/{column}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns/{column}/feed.atom", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns/{column}/data.csv", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns/{column}/data.json", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns/{column}/data.xlsx", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns/{column}/credit.xlsx", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns/{column}/credit.json", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns/{column}/credit.xml", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/columns/{column}/{page}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/articles/{slug}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/articles/{slug}/text.docx", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/rows/{column}/{entry}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/files/{hash}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/search", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/data", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/data/catalog.json", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/site-map", Who::Anyone, "the portal is for everybody"),
    access::get("/sitemap.xml", Who::Anyone, "the portal is for everybody"),
    access::get("/robots.txt", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/about", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/reports", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/reports/{report}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/verify", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/proofs/{entry}/{seq}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/papers/{entry}/{paper}", Who::Anyone, "whoever has the paper may check it"),
    access::get("/portal/papers/{entry}/{paper}/proof", Who::Anyone, "whoever has the paper may check it"),
    access::get("/portal/ask", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/ask/{kind}", Who::Anyone, "the portal is for everybody"),
    access::post("/portal/ask/{kind}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/status", Who::Anyone, "the portal is for everybody"),
    access::post("/portal/status", Who::Anyone, "the portal is for everybody"),
    access::post("/portal/status/rate", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/surveys", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/surveys/{id}", Who::Anyone, "the portal is for everybody"),
    access::post("/portal/surveys/{id}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/surveys/{id}/results", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/exams", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/exams/{id}", Who::Anyone, "the portal is for everybody"),
    access::post("/portal/exams/{id}", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/exams/{id}/paper", Who::Anyone, "the portal is for everybody"),
    access::post("/portal/exams/{id}/paper", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/exams/{id}/result", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/exams/{id}/certificate", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/exams/{id}/certificate.pdf", Who::Anyone, "the portal is for everybody"),
    access::get("/portal/exams/{id}/board", Who::Anyone, "the portal is for everybody"),
];

/// Where the portal has no page.
pub async fn no_page(State(web): State<Web>, asked: Asked) -> Response {
    web.visit(asked, |_| Err(AppError::NotFound("这个页面")))
        .await
}

/// The portal by itself: its own process, without the workbench.
pub fn alone() -> Router<Web> {
    routes().route("/", get(|| async { Redirect::to(HOME) }))
}
