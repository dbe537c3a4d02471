//! Addresses: every link of the workbench is made here.

use form_urlencoded::Serializer;

/// An address with a query; empty values are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// Today's page.
pub const HOME: &str = "/";
/// Signing in.
pub const SIGN_IN: &str = "/sign-in";
/// Signing out.
pub const SIGN_OUT: &str = "/sign-out";
/// The deadline board.
pub const DEADLINES: &str = "/deadlines";
/// All ledgers.
pub const LEDGERS: &str = "/ledgers";
/// Search over all ledgers.
pub const SEARCH: &str = "/search";
/// All figures.
pub const FIGURES: &str = "/figures";
/// All reports.
pub const REPORTS: &str = "/reports";
/// The log.
pub const LOG: &str = "/log";
/// The signed head of the log, for outsiders.
pub const CHECKPOINT: &str = "/checkpoint";
/// Every component of the design system.
pub const GALLERY: &str = "/gallery";

/// A person's calendar feed.
pub fn feed(account: &str, token: &str) -> String {
    format!("/calendar/{account}/{token}.ics")
}
/// A ledger's list.
pub fn ledger(id: &str) -> String {
    format!("/ledgers/{id}")
}
/// A page or file below a ledger: `new`, `template.xlsx`, `export.xlsx`, `import`.
pub fn ledger_part(id: &str, part: &str) -> String {
    format!("/ledgers/{id}/{part}")
}
/// An upload waiting for confirmation, or a page below it.
pub fn import(id: &str) -> String {
    format!("/imports/{id}")
}
/// An entry.
pub fn entry(id: &str) -> String {
    format!("/entries/{id}")
}
/// A page below an entry: `amend`, `void`, `proof`.
pub fn entry_part(id: &str, part: &str) -> String {
    format!("/entries/{id}/{part}")
}
/// A figure for what is asked of it.
pub fn figure(id: &str, ask: &app::kernel::Ask, as_of: Option<u64>) -> String {
    asking(&format!("/figures/{id}"), ask, as_of)
}
/// The entries behind a figure, to download.
pub fn figure_export(id: &str, ask: &app::kernel::Ask, as_of: Option<u64>) -> String {
    asking(&format!("/figures/{id}/export.xlsx"), ask, as_of)
}
fn asking(path: &str, ask: &app::kernel::Ask, as_of: Option<u64>) -> String {
    let from = ask.from.map(|d| d.to_string()).unwrap_or_default();
    let to = ask.to.to_string();
    let as_of = as_of.map(|n| n.to_string()).unwrap_or_default();
    let only: Vec<(String, &String)> = ask
        .only
        .iter()
        .map(|(k, v)| (format!("only.{k}"), v))
        .collect();
    let mut pairs = vec![
        ("from", from.as_str()),
        ("to", to.as_str()),
        ("as_of", as_of.as_str()),
    ];
    pairs.extend(only.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    with_query(path, &pairs)
}
/// A report's desk.
pub fn report(id: &str) -> String {
    format!("/reports/{id}")
}
/// A page or file below a report: `edit`, `freeze`, `paper`, `report.docx`, `changes`.
pub fn report_part(id: &str, part: &str) -> String {
    format!("/reports/{id}/{part}")
}
