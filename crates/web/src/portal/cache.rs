//! Pages in memory: made once, handed out until what they show has changed.
//!
//! A page is true while the site's version, the day and the minute stay the same (the minute for
//! counts of views and for rounds that open). It is kept compressed, so handing it out costs a
//! look-up and a copy of a pointer. Two modes of one page are two pages; `Vary` says so.

use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use app::AppError;
use axum::{
    body::Body as HttpBody,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use super::{
    script,
    visit::{Body, Content, Mode, Visit},
};

/// Pages kept; then the oldest state of all is forgotten at once.
const PAGES_MAX: usize = 4_096;
/// Bytes kept in all, compressed copies included.
const BYTES_MAX: usize = 256 << 20;
/// Larger bodies are made anew each time.
const BODY_MAX: usize = 8 << 20;
/// Smaller bodies are not worth compressing.
const SMALL: usize = 512;
/// How long others may keep a page.
const CACHE_CONTROL: &str = "public, max-age=60";

/// What a page is kept under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    address: String,
    mode: Mode,
}

impl Key {
    /// The key of a visit.
    pub fn of(visit: &Visit) -> Self {
        let path = visit.uri.path();
        // Most pages read nothing of the query: with any query they are the same page.
        let address = match visit.uri.query() {
            Some(query) if reads_query(path) => format!("{path}?{query}"),
            _ => path.to_owned(),
        };
        Self {
            address,
            mode: visit.mode,
        }
    }
}

/// Pages that look at the query: search, verifying, and the lists of columns with their filters.
fn reads_query(path: &str) -> bool {
    let list = path
        .strip_prefix("/portal/columns/")
        .is_some_and(|rest| !rest.contains('.'));
    list || path == super::paths::SEARCH || path == super::paths::VERIFY
}

/// What a page depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    version: u64,
    minute: i64,
}

impl Freshness {
    /// As it is now, if that can be said without work.
    pub fn now(visit: &Visit) -> Option<Self> {
        let version = visit.app().fresh_site_version(&visit.organ)?;
        Some(Self::of(visit, version))
    }
    /// As it is after a page was made.
    pub fn after(visit: &Visit) -> Result<Self, AppError> {
        Ok(Self::of(visit, visit.site()?.version))
    }
    fn of(visit: &Visit, version: u64) -> Self {
        let minute = visit.app().clock.now().as_second().div_euclid(60);
        Self { version, minute }
    }
}

/// A page as it is kept.
#[derive(Debug)]
pub struct Kept {
    media_type: &'static str,
    disposition: Option<HeaderValue>,
    plain: Body,
    zipped: Option<Body>,
    etag: HeaderValue,
}

impl Kept {
    /// A page ready to be handed out.
    pub fn new(content: Content, traditional: bool) -> Self {
        let body = match (content.is_page && traditional, content.body) {
            (true, body) => {
                let text = String::from_utf8_lossy(&body).into_owned();
                script::to_traditional(&text).into_bytes()
            }
            (false, body) => body,
        };
        let hash = hex::encode(&Sha256::digest(&body)[..12]);
        let etag = HeaderValue::from_str(&format!("W/\"{hash}\""));
        Self {
            media_type: content.media_type,
            disposition: content.file_name.as_deref().and_then(disposition),
            zipped: zip(&body, content.media_type),
            plain: Body::from(body),
            etag: etag.unwrap_or(HeaderValue::from_static("W/\"0\"")),
        }
    }

    fn bytes(&self) -> usize {
        self.plain.len() + self.zipped.as_ref().map_or(0, Body::len)
    }

    fn answer(&self, asked: &HeaderMap) -> Response {
        let mut response = Response::new(HttpBody::empty());
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        let control = HeaderValue::from_static(CACHE_CONTROL);
        headers.insert(header::CACHE_CONTROL, control);
        let vary = HeaderValue::from_static("Cookie, Accept-Encoding");
        headers.insert(header::VARY, vary);
        if asked.get(header::IF_NONE_MATCH) == Some(&self.etag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        let kind = HeaderValue::from_static(self.media_type);
        headers.insert(header::CONTENT_TYPE, kind);
        if let Some(disposition) = &self.disposition {
            headers.insert(header::CONTENT_DISPOSITION, disposition.clone());
        }
        let accepts = asked.get(header::ACCEPT_ENCODING);
        let accepts = accepts.and_then(|v| v.to_str().ok()).unwrap_or_default();
        let body = match self.zipped.as_ref().filter(|_| accepts.contains("gzip")) {
            Some(zipped) => {
                let gzip = HeaderValue::from_static("gzip");
                headers.insert(header::CONTENT_ENCODING, gzip);
                zipped
            }
            None => &self.plain,
        };
        *response.body_mut() = HttpBody::from(body.clone());
        response
    }
}

fn disposition(name: &str) -> Option<HeaderValue> {
    let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let encoded = encoded.replace('+', "%20");
    HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}")).ok()
}

fn zip(body: &[u8], media_type: &str) -> Option<Body> {
    let packed = media_type.contains("openxml") || media_type.starts_with("image/");
    if body.len() < SMALL || packed {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    Some(Body::from(encoder.finish().ok()?))
}

/// The pages.
#[derive(Default)]
pub struct PageCache(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    kept: HashMap<Key, (Freshness, Arc<Kept>)>,
    bytes: usize,
}

impl Pages {
    fn keep(&mut self, key: Key, fresh: Freshness, page: Kept, bytes_max: usize) {
        let bytes = page.bytes();
        if self.kept.len() >= PAGES_MAX || self.bytes + bytes > bytes_max {
            self.kept.retain(|_, (of, _)| *of == fresh);
            self.bytes = self.kept.values().map(|(_, page)| page.bytes()).sum();
        }
        if self.kept.len() >= PAGES_MAX || self.bytes + bytes > bytes_max {
            self.kept.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        if let Some((_, old)) = self.kept.insert(key, (fresh, Arc::new(page))) {
            self.bytes -= old.bytes();
        }
    }
}

impl PageCache {
    /// The kept page, if it is still true.
    pub fn answer(&self, key: &Key, fresh: &Freshness, asked: &HeaderMap) -> Option<Response> {
        let kept = {
            let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let (of, kept) = pages.kept.get(key)?;
            (of == fresh).then(|| Arc::clone(kept))?
        };
        Some(kept.answer(asked))
    }

    /// Keeps a page and hands it out.
    pub fn keep(&self, key: Key, fresh: Freshness, page: Kept, asked: &HeaderMap) -> Response {
        let response = page.answer(asked);
        if page.plain.len() <= BODY_MAX {
            let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            pages.keep(key, fresh, page, BYTES_MAX);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_by_bytes() {
        let fresh = Freshness {
            version: 1,
            minute: 1,
        };
        let mut pages = Pages::default();
        for n in 0..100 {
            let key = Key {
                address: format!("/portal/{n}"),
                mode: Mode::default(),
            };
            let page = Kept::new(Content::file("image/png", vec![0; 1_000]), false);
            pages.keep(key.clone(), fresh, page, 10_000);
            let counted: usize = pages.kept.values().map(|(_, p)| p.bytes()).sum();
            assert!(counted == pages.bytes && pages.bytes <= 10_000);
            assert!(pages.kept.contains_key(&key), "the newest is there");
        }
    }

    #[test]
    fn only_pages_that_read_the_query_differ_by_it() {
        assert!(reads_query("/portal/columns/schools") && reads_query("/portal/search"));
        assert!(reads_query("/portal/columns/schools/2"));
        assert!(!reads_query("/portal/columns/schools/data.csv"));
        assert!(!reads_query("/portal/articles/2022-00001"));
    }
}
