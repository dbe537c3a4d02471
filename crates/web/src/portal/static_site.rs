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
        let body = if is_page {
            let html = String::from_utf8_lossy(&body).into_owned();
            for link in links(&html) {
                if is_exported(&link) {
                    open.push_back(link);
                }
            }
            redirect_running(&html, service).into_bytes()
        } else {
            body.to_vec()
        };
        exported.files += 1;
        exported.bytes += body.len() as u64;
        fs::write(path, body)?;
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

/// Links and forms that need the running system lead to it.
fn redirect_running(html: &str, service: &str) -> String {
    if service.is_empty() {
        return html.to_owned();
    }
    let service = service.trim_end_matches('/');
    let mut out = html.to_owned();
    for prefix in RUNNING {
        for attribute in ["href", "action"] {
            let from = format!("{attribute}=\"{prefix}");
            out = out.replace(&from, &format!("{attribute}=\"{service}{prefix}"));
        }
    }
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
        let page = "<a href=\"/portal/status\"></a><a href=\"/portal/articles/1\"></a>";
        let out = redirect_running(page, "https://jyj.example.cn/");
        assert!(out.contains("href=\"https://jyj.example.cn/portal/status\""));
        assert!(out.contains("href=\"/portal/articles/1\""));
        assert_eq!(
            file_of(Path::new("x"), "/portal/articles/1", true),
            Path::new("x/portal/articles/1/index.html")
        );
    }
}
