//! The table of routes: every address that the site answers, and who gets in.
//!
//! A request whose method and path are not in the table is refused, whatever the router knows, and
//! the tests walk the table with one person of each kind. Each area brings its own part, beside its
//! routes; [`AREAS`] names them all. The table says who may come at most: what somebody sees behind
//! the door is for `app::authorise`.

use axum::{
    extract::{MatchedPath, Request},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::pages;

/// Who may come at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Whoever has the address: it carries a secret of its own.
    Bearer,
    /// Whoever is signed in.
    SignedIn,
    /// People of the organ and of its units, for their work.
    Workers,
    /// People of the organ: not units, not administrators.
    Staff,
    /// People of the organ and its units, and the audit administrator, who looks at the log.
    WorkersAndAudit,
    /// People of units.
    Units,
    /// The system administrator.
    SystemAdmin,
    /// The security administrator.
    SecurityAdmin,
    /// The audit administrator.
    AuditAdmin,
    /// The security and the audit administrator, who confirm what the third asks.
    Confirmers,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path as the router knows it.
    pub path: &'static str,
    /// Who may come at most.
    pub who: Who,
    /// What it is for; for what is open to anybody, why.
    pub why: &'static str,
}

/// A page or file.
pub const fn get(path: &'static str, who: Who, why: &'static str) -> Guard {
    Guard {
        method: "GET",
        path,
        who,
        why,
    }
}

/// An act.
pub const fn post(path: &'static str, who: Who, why: &'static str) -> Guard {
    Guard {
        method: "POST",
        path,
        who,
        why,
    }
}

/// All parts of the table. A new area adds one line.
pub const AREAS: &[&[Guard]] = &[
    WORKBENCH,
    pages::duties::GUARDS,
    pages::draws::GUARDS,
    pages::field::GUARDS,
    pages::identity::GUARDS,
    pages::me::GUARDS,
    pages::admin::GUARDS,
    pages::below::GUARDS,
    pages::collections::GUARDS,
    crate::portal::GUARDS,
    crate::publishing::GUARDS,
    pages::papers::GUARDS,
    pages::evidence::GUARDS,
    pages::case_file::GUARDS,
    pages::inbox::GUARDS,
    pages::registers::GUARDS,
];

/// All lines of the table.
pub fn table() -> impl Iterator<Item = &'static Guard> {
    AREAS.iter().flat_map(|area| area.iter())
}

use Who::{Anyone, Bearer, SignedIn, Staff, Workers, WorkersAndAudit};

#[rustfmt::skip]
const WORKBENCH: &[Guard] = &[
    get("/", SignedIn, "today's page"),
    get("/sign-in", Anyone, "the way in"),
    post("/sign-in", Anyone, "the way in"),
    post("/sign-in/code", Anyone, "the way in: the second factor"),
    post("/sign-in/key", Anyone, "the way in: the second factor by a security key"),
    post("/sign-out", SignedIn, "the way out"),
    get("/deadlines", Staff, "the deadline board"),
    get("/calendar/{account}/{token}", Bearer, "a calendar feed: programs cannot sign in"),
    get("/search", SignedIn, "search over all ledgers that one may read: none for administrators"),
    get("/ledgers", SignedIn, "the ledgers that one may read: none for administrators"),
    get("/ledgers/{ledger}", Workers, "a list"),
    get("/ledgers/{ledger}/new", Workers, "the form of a new entry"),
    post("/ledgers/{ledger}/new", Workers, "opening an entry"),
    get("/ledgers/{ledger}/template.xlsx", Workers, "the import sheet"),
    get("/ledgers/{ledger}/export.xlsx", Workers, "what a list shows"),
    get("/ledgers/{ledger}/import", Workers, "the form of an upload"),
    post("/ledgers/{ledger}/import", Workers, "an upload"),
    get("/imports/{batch}", Workers, "one's own upload"),
    post("/imports/{batch}", Workers, "confirming one's own upload"),
    get("/imports/{batch}/refused.xlsx", Workers, "the refused rows of one's own upload"),
    get("/entries/{entry}", Workers, "an entry"),
    get("/entries/{entry}/amend", Workers, "correcting an entry"),
    post("/entries/{entry}/amend", Workers, "correcting an entry"),
    get("/entries/{entry}/void", Workers, "declaring an entry void"),
    post("/entries/{entry}/void", Workers, "declaring an entry void"),
    get("/entries/{entry}/retract", Workers, "taking an act back"),
    post("/entries/{entry}/retract", Workers, "taking an act back"),
    get("/entries/{entry}/act/{action}", Workers, "an act of the procedure"),
    post("/entries/{entry}/act/{action}", Workers, "an act of the procedure"),
    get("/entries/{entry}/follow/{kind}", Staff, "what follows from an inspection"),
    post("/entries/{entry}/follow/{kind}", Staff, "opening what follows from an inspection"),
    get("/entries/{entry}/proof", Workers, "the proofs of an entry"),
    get("/entries/{entry}/proof/{seq}", Workers, "a proof as a file"),
    get("/figures", Staff, "all figures"),
    get("/figures/{figure}", Staff, "a figure"),
    get("/figures/{figure}/export.xlsx", Staff, "the entries behind a figure"),
    get("/reports", Staff, "all reports"),
    post("/reports", Staff, "starting a report"),
    get("/reports/{report}", Staff, "a report's desk"),
    get("/reports/{report}/edit", Staff, "writing a report"),
    post("/reports/{report}/edit", Staff, "writing a report"),
    post("/reports/{report}/check", Staff, "proof-reading a report"),
    post("/reports/{report}/freeze", Staff, "freezing a report"),
    get("/reports/{report}/paper", Staff, "a report to print"),
    get("/reports/{report}/report.docx", Staff, "a report as a document"),
    get("/reports/{report}/report.pdf", Staff, "a report as a document"),
    get("/log", WorkersAndAudit, "the log"),
    get("/checkpoint", Anyone, "the signed head of the log: proofs are for outsiders"),
    get("/tile/{*path}", Anyone, "hashes of the log: proofs are for outsiders"),
    get("/gallery", Anyone, "samples of components, no data"),
    get("/assets/{version}/{*path}", Anyone, "stylesheet and scripts"),
    get("/healthz", Anyone, "for whoever watches the process"),
];

/// The line for a method and a path of the router. `HEAD` is `GET` without a body.
pub fn guard(method: &Method, path: &str) -> Option<&'static Guard> {
    let method = if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    table().find(|guard| guard.method == method && guard.path == path)
}

impl Who {
    /// Says whether somebody who is signed in may come at all.
    pub fn admits(self, actor: &app::Actor) -> bool {
        let (unit, administers) = (actor.unit.is_some(), actor.administers());
        match self {
            Self::Anyone | Self::Bearer | Self::SignedIn => true,
            Self::Workers => !administers,
            Self::Staff => !administers && !unit,
            Self::WorkersAndAudit => !administers || actor.is("audit_admin"),
            Self::Units => unit,
            Self::SystemAdmin => actor.is("system_admin"),
            Self::SecurityAdmin => actor.is("security_admin"),
            Self::AuditAdmin => actor.is("audit_admin"),
            Self::Confirmers => actor.is("security_admin") || actor.is("audit_admin"),
        }
    }

    /// Who may, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Anyone | Self::Bearer | Self::SignedIn => "已登录的人员",
            Self::Workers => "本局和学校、机构的工作人员",
            Self::Staff => "本局工作人员",
            Self::WorkersAndAudit => "工作人员或审计管理员",
            Self::Units => "学校、幼儿园和培训机构",
            Self::SystemAdmin => "系统管理员",
            Self::SecurityAdmin => "安全管理员",
            Self::AuditAdmin => "审计管理员",
            Self::Confirmers => "安全管理员或审计管理员",
        }
    }
}

/// The line for an address as it was asked for: of several that fit, the one that says most.
pub fn asked(method: &str, path: &str) -> Option<&'static Guard> {
    let fitting = table().filter(|guard| guard.method == method && fits(guard.path, path));
    fitting.max_by_key(|guard| {
        guard
            .path
            .split('/')
            .filter(|s| !s.starts_with('{'))
            .count()
    })
}

fn fits(template: &str, path: &str) -> bool {
    let mut asked = path.split('/');
    for part in template.split('/') {
        if part.starts_with("{*") {
            return asked.next().is_some();
        }
        let Some(given) = asked.next() else {
            return false;
        };
        if !part.starts_with('{') && part != given {
            return false;
        }
    }
    asked.next().is_none()
}

/// Lets a request through only where the table has a line for it.
pub(crate) async fn only_known(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map(MatchedPath::as_str).unwrap_or_default();
    let method = request.method();
    if guard(method, path).is_some() {
        return next.run(request).await;
    }
    let allowed: Vec<&str> = table()
        .filter(|guard| guard.path == path)
        .map(|guard| guard.method)
        .collect();
    if allowed.is_empty() {
        tracing::error!(%method, path, "{method} {path} is not in the table of routes");
        return StatusCode::NOT_FOUND.into_response();
    }
    (
        StatusCode::METHOD_NOT_ALLOWED,
        [(header::ALLOW, allowed.join(", "))],
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The routes as the sources write them: `.route("/path", get(…).post(…))`.
    fn written(folder: &Path, found: &mut BTreeSet<(String, String)>) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                written(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("access.rs") {
                routes_of(&fs::read_to_string(&path).expect("a source"), found);
            }
        }
    }

    fn routes_of(text: &str, found: &mut BTreeSet<(String, String)>) {
        for call in text.split(".route(").skip(1) {
            let mut depth = 1;
            let end = call.find(|c| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                depth == 0
            });
            let call = &call[..end.unwrap_or(call.len())];
            let Some(path) = call.trim_start().strip_prefix('"') else {
                panic!("a route without a literal path cannot be held against the table: {call}");
            };
            let path = path.split('"').next().unwrap_or_default();
            // Whatever takes other methods is not in the table, and so it is found here.
            for (word, method) in [
                ("get(", "GET"),
                ("post(", "POST"),
                ("put(", "PUT"),
                ("delete(", "DELETE"),
                ("patch(", "PATCH"),
                ("head(", "HEAD"),
                ("options(", "OPTIONS"),
                ("any(", "any method"),
                ("on(", "some method"),
                ("fallback(", "every other method"),
            ] {
                let calls = |c: &str| c.ends_with(|b: char| !b.is_alphanumeric() && b != '_');
                if call.match_indices(word).any(|(at, _)| calls(&call[..at])) {
                    found.insert((method.to_owned(), path.to_owned()));
                }
            }
        }
    }

    #[test]
    fn an_address_is_held_against_the_line_that_says_most() {
        let path = |method, asked: &str| super::asked(method, asked).map(|guard| guard.path);
        assert_eq!(path("GET", "/collections/new"), Some("/collections/new"));
        assert_eq!(
            path("GET", "/collections/1"),
            Some("/collections/{collection}")
        );
        assert_eq!(path("GET", "/tile/0/x001/234"), Some("/tile/{*path}"));
        assert_eq!(path("GET", "/"), Some("/"));
        assert_eq!(path("POST", "/figures"), None);
        assert_eq!(path("GET", "/entries/1/2/3/4"), None);
    }

    #[test]
    fn the_table_and_the_router_name_the_same_routes() {
        let mut routes = BTreeSet::new();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        written(&sources, &mut routes);
        let line = |guard: &Guard| (guard.method.to_owned(), guard.path.to_owned());
        let lines: BTreeSet<_> = table().map(line).collect();
        let missing: Vec<_> = routes.difference(&lines).collect();
        assert!(
            missing.is_empty(),
            "not in the table of routes: {missing:?}"
        );
        let gone: Vec<_> = lines.difference(&routes).collect();
        assert!(gone.is_empty(), "in the table, but no route: {gone:?}");
        assert_eq!(
            lines.len(),
            table().count(),
            "a route is in the table twice"
        );
        assert!(table().all(|guard| !guard.why.is_empty()));
    }
}
