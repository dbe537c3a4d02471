//! The portal as files: every reading page, for a web server or mirror that runs nothing.
//!
//! It walks the pages as a reader would, from the front page along the links, through the same
//! router that serves them. What needs the running system (forms, search, questionnaires, exams)
//! is left out; links to it lead to the service's address.

use std::{
    collections::{BTreeSet, VecDeque},
    fs, io,
    path::{Path, PathBuf},
};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{StatusCode, header},
};
use tower::ServiceExt;

use super::paths;
use crate::{Web, ui::assets};

/// What was written.
#[derive(Debug, Default)]
pub struct Exported {
    /// Files.
    pub files: usize,
    /// Bytes.
    pub bytes: u64,
    /// Addresses that answered with an error, with the status.
    pub broken: Vec<(String, u16)>,
}

/// Pages that need the running system.
const RUNNING: [&str; 7] = [
    "/portal/search",
    "/portal/ask/",
    "/portal/status",
    "/portal/surveys",
    "/portal/exams",
    "/portal/mode",
    "/portal/verify?",
];

fn is_running(address: &str) -> bool {
    RUNNING.iter().any(|prefix| address.starts_with(prefix))
}

/// Writes all reading pages into a folder. `service` is the address of the running system.
///
/// # Errors
/// When the folder cannot be written.
pub async fn export(web: Web, folder: &Path, service: &str) -> io::Result<Exported> {
    let router = crate::portal_router(web);
    let mut exported = Exported::default();
    let mut seen = BTreeSet::new();
    let mut written = BTreeSet::new();
    let mut pages: Vec<(PathBuf, String)> = Vec::new();
    let mut open: VecDeque<String> = [paths::HOME, "/sitemap.xml", "/robots.txt"]
        .map(str::to_owned)
        .into();
    for asset in assets::ASSETS {
        open.push_back(assets::href(asset.path));
    }
    while let Some(address) = open.pop_front() {
        if !seen.insert(address.clone()) {
            continue;
        }
        let request = Request::builder().uri(&address).body(Body::empty());
        let Ok(request) = request else { continue };
        let Ok(response) = router.clone().oneshot(request).await;
        let status = response.status();
        if status != StatusCode::OK {
            exported.broken.push((address, status.as_u16()));
            continue;
        }
        let kind = response.headers().get(header::CONTENT_TYPE);
        let is_page = kind
            .and_then(|k| k.to_str().ok())
            .is_some_and(|k| k.starts_with("text/html"));
        let body = to_bytes(response.into_body(), usize::MAX)
            .await
            .map_err(io::Error::other)?;
        let path = file_of(folder, &address, is_page);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        written.insert(address);
        exported.files += 1;
        if !is_page {
            exported.bytes += body.len() as u64;
            fs::write(path, body)?;
            continue;
        }
        let html = String::from_utf8_lossy(&body).into_owned();
        for link in links(&html) {
            if is_exported(&link) {
                open.push_back(link);
            }
        }
        pages.push((path, html));
    }
    // Only now is it known what there is.
    for (path, html) in pages {
        let html = redirect(&html, service, &written);
        exported.bytes += html.len() as u64;
        fs::write(path, html)?;
    }
    Ok(exported)
}

/// A page becomes a folder with its index, so that its address stays the same.
fn file_of(folder: &Path, address: &str, is_page: bool) -> PathBuf {
    let path = folder.join(address.trim_start_matches('/'));
    if is_page {
        path.join("index.html")
    } else {
        path
    }
}

fn is_exported(link: &str) -> bool {
    let ours = link == paths::HOME || link.starts_with("/portal/");
    ours && !is_running(link) && !link.contains('?')
}

/// The addresses that a page leads to, without the part behind `#`.
fn links(html: &str) -> Vec<String> {
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter_map(|href| href.split('#').next())
        .filter(|href| !href.is_empty())
        .map(|href| href.replace("&amp;", "&"))
        .collect()
}

/// Forms, and links to what is no file here, lead to the running system.
fn redirect(html: &str, service: &str, written: &BTreeSet<String>) -> String {
    let service = service.trim_end_matches('/');
    if service.is_empty() {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("=\"/") {
        let (before, value) = rest.split_at(at + 2);
        let end = value.find('"').unwrap_or(value.len());
        let (address, after) = value.split_at(end);
        let name = before.trim_end_matches("=\"");
        let is_link = name.ends_with(" href");
        let path = address.split('#').next().unwrap_or_default();
        let is_here = written.contains(&path.replace("&amp;", "&"));
        out.push_str(before);
        if name.ends_with(" action") || (is_link && !is_here) {
            out.push_str(service);
        }
        out.push_str(address);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_pages_are_files_and_forms_lead_to_the_service() {
        assert!(is_exported("/portal/articles/2022-00001"));
        assert!(!is_exported("/portal/ask/complaint"));
        assert!(!is_exported("/sign-in"));
        let page = "<a href=\"/portal/status\"></a><a href=\"/portal/articles/1#p2\"></a>\
            <form action=\"/portal/columns/schools\"><img src=\"/x.png\">";
        let written = BTreeSet::from(["/portal/articles/1".to_owned()]);
        let out = redirect(page, "https://jyj.example.cn/", &written);
        assert!(out.contains("href=\"https://jyj.example.cn/portal/status\""));
        assert!(out.contains("href=\"/portal/articles/1#p2\""));
        assert!(out.contains("action=\"https://jyj.example.cn/portal/columns/schools\""));
        assert!(out.contains("src=\"/x.png\""));
        assert_eq!(
            file_of(Path::new("x"), "/portal/articles/1", true),
            Path::new("x/portal/articles/1/index.html")
        );
    }
}
