//! Addresses of the portal.

use app::publication::{Article, search::Target};

use crate::routes::with_query;

/// The front page.
pub const HOME: &str = "/portal";
/// All columns.
pub const COLUMNS: &str = "/portal/columns";
/// Search.
pub const SEARCH: &str = "/portal/search";
/// Open data.
pub const DATA: &str = "/portal/data";
/// Site map.
pub const SITE_MAP: &str = "/portal/site-map";
/// About the site, help, legal notice.
pub const ABOUT: &str = "/portal/about";
/// Annual reports.
pub const REPORTS: &str = "/portal/reports";
/// Verifying.
pub const VERIFY: &str = "/portal/verify";
/// Where to turn to.
pub const ASK: &str = "/portal/ask";
/// Where an item stands.
pub const STATUS: &str = "/portal/status";
/// Questionnaires.
pub const SURVEYS: &str = "/portal/surveys";
/// Exams.
pub const EXAMS: &str = "/portal/exams";

/// A column.
pub fn column(id: &str) -> String {
    format!("{COLUMNS}/{id}")
}
/// A later page of a column, from 2.
pub fn column_page(id: &str, page: usize) -> String {
    match page {
        0 | 1 => column(id),
        page => format!("{COLUMNS}/{id}/{page}"),
    }
}
/// A file of a column: `feed.atom`, `data.csv`.
pub fn column_file(id: &str, file: &str) -> String {
    format!("{COLUMNS}/{id}/{file}")
}
/// An article.
pub fn article(article: &Article) -> String {
    slug(article.slug())
}
/// An article by its slug.
pub fn slug(slug: &str) -> String {
    format!("/portal/articles/{slug}")
}
/// An article as a Word document.
pub fn word(article: &Article) -> String {
    format!("{}/text.docx", self::article(article))
}
/// A row of a register.
pub fn row(column: &str, entry: &str) -> String {
    format!("/portal/rows/{column}/{entry}")
}
/// Where a search hit leads.
pub fn target(target: &Target) -> String {
    match target {
        Target::Article(at) => slug(at),
        Target::Row(column, entry) => row(column, entry),
    }
}
/// An attached file.
pub fn file(hash: &str) -> String {
    format!("/portal/files/{hash}")
}
/// A form for handing something in.
pub fn ask(kind: app::inquiry::Kind) -> String {
    format!("{ASK}/{}", kind.id())
}
/// The form for an opinion on a draft.
pub fn opinion(slug: &str, paragraph: usize) -> String {
    let paragraph = match paragraph {
        0 => String::new(),
        n => n.to_string(),
    };
    let path = ask(app::inquiry::Kind::Opinion);
    with_query(&path, &[("about", slug), ("paragraph", &paragraph)])
}
/// A questionnaire.
pub fn survey(id: &str) -> String {
    format!("{SURVEYS}/{id}")
}
/// An exam, or a page below it.
pub fn exam(id: &str, part: &str) -> String {
    match part {
        "" => format!("{EXAMS}/{id}"),
        part => format!("{EXAMS}/{id}/{part}"),
    }
}
/// A report.
pub fn report(id: &str) -> String {
    format!("{REPORTS}/{id}")
}
/// A signed paper, as its code says it.
pub fn paper(entry: &str, paper: &str) -> String {
    format!("/portal/papers/{entry}/{paper}")
}
/// The proof of a signed paper, as a file.
pub fn paper_proof(entry: &str, paper: &str) -> String {
    format!("{}/proof", self::paper(entry, paper))
}
/// The proof of an event, as a file.
pub fn proof(entry: &str, seq: u64) -> String {
    format!("/portal/proofs/{entry}/{seq}")
}
/// Changes how pages look, and comes back.
pub fn mode(name: &str, value: &str, back: &str) -> String {
    with_query("/portal/mode", &[(name, value), ("back", back)])
}
