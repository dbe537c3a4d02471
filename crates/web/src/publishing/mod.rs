//! The publishing desk: what staff do for the portal.
//!
//! Publications are written here, reviewed by a second person beside their original, published and
//! withdrawn; what citizens hand in is looked at; questionnaires and exams are opened and closed.

mod desk;
mod files;
mod inbox;
mod numbers;
mod rounds;

use axum::{
    Router,
    routing::{get, post},
};

use crate::{
    Web,
    access::{self, Guard, Who},
};

/// The desk.
pub const DESK: &str = "/publishing";
/// The in-box.
pub const INBOX: &str = "/received";
/// Questionnaires and exams.
pub const ROUNDS: &str = "/rounds";

/// The portal in numbers.
pub const NUMBERS: &str = "/publishing/numbers";

/// A publication on the desk, or a page below it.
pub fn item(id: &str, part: &str) -> String {
    match part {
        "" => format!("{DESK}/{id}"),
        part => format!("{DESK}/{id}/{part}"),
    }
}
/// Starts a publication from something.
pub fn start(from: &str) -> String {
    crate::routes::with_query("/publishing/new", &[("from", from)])
}
/// Something handed in.
pub fn received(receipt: &str) -> String {
    format!("{INBOX}/{receipt}")
}

/// The pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/publishing", get(desk::index))
        .route("/publishing/new", get(desk::new_form).post(desk::create))
        .route("/publishing/upload", post(desk::upload))
        .route("/publishing/numbers", get(numbers::show))
        .route("/publishing/credit/{file}", get(numbers::credit_file))
        .route("/publishing/{id}/files/{hash}", get(files::file))
        .route("/publishing/{id}", get(desk::show).post(desk::act))
        .route("/publishing/{id}/edit", get(desk::edit).post(desk::save))
        .route("/received", get(inbox::index))
        .route("/received/{receipt}", get(inbox::show).post(inbox::act))
        .route("/received/{receipt}/files/{hash}", get(inbox::file))
        .route("/rounds", get(rounds::index))
        .route(
            "/rounds/survey",
            get(rounds::survey_form).post(rounds::open_survey),
        )
        .route(
            "/rounds/exam",
            get(rounds::exam_form).post(rounds::open_exam),
        )
        .route(
            "/rounds/survey/{id}",
            get(rounds::survey).post(rounds::close_survey),
        )
        .route(
            "/rounds/exam/{id}",
            get(rounds::exam).post(rounds::change_exam),
        )
        .route("/rounds/exam/{id}/results.xlsx", get(rounds::exam_results))
}

/// Who may come to them.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/publishing", Who::Staff, "the publishing desk"),
    access::get("/publishing/new", Who::Staff, "writing a publication"),
    access::post("/publishing/new", Who::Staff, "writing a publication"),
    access::post("/publishing/upload", Who::Staff, "a publication from a document"),
    access::get("/publishing/numbers", Who::Staff, "the portal in numbers"),
    access::get("/publishing/credit/{file}", Who::Staff, "data rows for the credit platform"),
    access::get("/publishing/{id}/files/{hash}", Who::Staff, "a file attached to a publication"),
    access::get("/publishing/{id}", Who::Staff, "a publication beside its original"),
    access::post("/publishing/{id}", Who::Staff, "reviewing, publishing, withdrawing"),
    access::get("/publishing/{id}/edit", Who::Staff, "changing a draft"),
    access::post("/publishing/{id}/edit", Who::Staff, "changing a draft"),
    access::get("/received", Who::Staff, "what citizens handed in"),
    access::get("/received/{receipt}", Who::Staff, "something handed in"),
    access::post("/received/{receipt}", Who::Staff, "taking something up"),
    access::get("/received/{receipt}/files/{hash}", Who::Staff, "an attached file"),
    access::get("/rounds", Who::Staff, "questionnaires and exams"),
    access::get("/rounds/survey", Who::Staff, "writing a questionnaire"),
    access::post("/rounds/survey", Who::Staff, "opening a questionnaire"),
    access::get("/rounds/exam", Who::Staff, "writing an exam"),
    access::post("/rounds/exam", Who::Staff, "opening an exam"),
    access::get("/rounds/survey/{id}", Who::Staff, "a questionnaire"),
    access::post("/rounds/survey/{id}", Who::Staff, "closing a questionnaire, its codes"),
    access::get("/rounds/exam/{id}", Who::Staff, "an exam"),
    access::post("/rounds/exam/{id}", Who::Staff, "closing an exam, its candidates"),
    access::get("/rounds/exam/{id}/results.xlsx", Who::Staff, "the results of an exam"),
];
