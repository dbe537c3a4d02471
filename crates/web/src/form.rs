//! Posted forms: names with values, several of one name allowed, and files.

use app::AppError;
use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request, multipart::MultipartError},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{context::Web, errors};

/// A posted form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pairs: Vec<(String, String)>,
    /// The file: name and content.
    pub file: Option<(String, Vec<u8>)>,
    /// Further files, where several may be sent.
    pub more_files: Vec<(String, Vec<u8>)>,
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
            let multipart = Multipart::from_request(request, web).await;
            let multipart = multipart.map_err(|e| broken(web, e.into_response().status()))?;
            return read_multipart(web, multipart).await;
        }
        let body = Bytes::from_request(request, web).await;
        let body = body.map_err(|e| broken(web, e.into_response().status()))?;
        Ok(Self {
            pairs: form_urlencoded::parse(&body).into_owned().collect(),
            ..Self::default()
        })
    }
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
        "内容太大，最多 64 MB。请拆成几份再上传。"
    } else {
        "上传没有完成，请检查网络后重新上传。"
    };
    let mut response = errors::page(web, None, &AppError::Input(words.to_owned()));
    *response.status_mut() = status;
    response
}
