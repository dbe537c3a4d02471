//! Posted forms: names with values, several of one name allowed, and files.
//!
//! Files are held in memory until the form is done with, so only some are read at a time: people
//! who are signed in do not wait behind those who are not.

use std::sync::{Arc, LazyLock};

use app::AppError;
use axum::{
    body::to_bytes,
    extract::{FromRequest, Multipart, Request, multipart::MultipartError},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{context, context::Web, errors};

/// The longest form without files: the whole text of a report is far shorter.
const WORDS_BYTES_MAX: usize = 4 << 20;

/// Places for forms with files of people who are signed in.
static KNOWN: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(12)));
/// Places for those of everybody else.
static STRANGERS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(6)));

/// A posted form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pairs: Vec<(String, String)>,
    /// The file: name and content.
    pub file: Option<(String, Vec<u8>)>,
    /// Further files, where several may be sent.
    pub more_files: Vec<(String, Vec<u8>)>,
    /// Held as long as the files are.
    _place: Option<Arc<OwnedSemaphorePermit>>,
}

impl Form {
    /// The first value of a name; empty when it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.pairs
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v.as_str())
    }
    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.pairs
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
    /// All files that have a name and content.
    pub fn files(&self) -> impl Iterator<Item = &(String, Vec<u8>)> {
        let all = self.file.iter().chain(&self.more_files);
        all.filter(|(name, bytes)| !name.is_empty() && !bytes.is_empty())
    }
    /// All pairs.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }
}

impl FromRequest<Web> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let content_type = content_type
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        if content_type.starts_with("multipart/form-data") {
            let place = place(web, request.headers()).await;
            let multipart = Multipart::from_request(request, web).await;
            let multipart = multipart.map_err(|e| broken(web, e.into_response().status()))?;
            let held = place.map(Arc::new);
            return Ok(Self {
                _place: held,
                ..read_multipart(web, multipart).await?
            });
        }
        let body = to_bytes(request.into_body(), WORDS_BYTES_MAX).await;
        let body = body.map_err(|_| broken(web, StatusCode::PAYLOAD_TOO_LARGE))?;
        Ok(Self {
            pairs: form_urlencoded::parse(&body).into_owned().collect(),
            ..Self::default()
        })
    }
}

/// Waits for a place to read files into.
async fn place(web: &Web, headers: &HeaderMap) -> Option<OwnedSemaphorePermit> {
    let (web, token) = (web.clone(), context::cookie(headers));
    let session = move || token.and_then(|token| web.app.session(&token).ok().flatten());
    let known = tokio::task::spawn_blocking(move || session().is_some());
    let places = match known.await {
        Ok(true) => &KNOWN,
        _ => &STRANGERS,
    };
    Arc::clone(places).acquire_owned().await.ok()
}

async fn read_multipart(web: &Web, mut multipart: Multipart) -> Result<Form, Response> {
    let broken = |error: MultipartError| broken(web, error.status());
    let mut form = Form::default();
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file_name) = field.file_name() {
            let file_name = file_name.to_owned();
            let bytes = field.bytes().await.map_err(broken)?.to_vec();
            match form.file {
                None => form.file = Some((file_name, bytes)),
                Some(_) => form.more_files.push((file_name, bytes)),
            }
        } else {
            form.pairs.push((name, field.text().await.map_err(broken)?));
        }
    }
    Ok(form)
}

/// What did not arrive whole, as a page.
fn broken(web: &Web, status: StatusCode) -> Response {
    let words = if status == StatusCode::PAYLOAD_TOO_LARGE {
        "内容太大：文件最多 64 MB，文字最多 4 MB。请拆成几份再提交。"
    } else {
        "上传没有完成，请检查网络后重新上传。"
    };
    let mut response = errors::page(web, None, &AppError::Input(words.to_owned()));
    *response.status_mut() = status;
    response
}
