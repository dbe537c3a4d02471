//! An article to take along, as a Word document.

use app::{AppError, publication::word};
use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    paths,
    visit::{Asked, Content},
};
use crate::Web;

/// The document.
pub async fn text(State(web): State<Web>, Path(slug): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let site = visit.site()?;
        let standing = site.article(&slug).filter(|a| a.withdrawn.is_none());
        let article = standing.ok_or(AppError::NotFound("这条信息"))?;
        let address = visit.settings().full(&paths::article(article));
        let bytes = word::document(article, &visit.organ_name(), &address)?;
        let name = format!("{}.docx", article.title);
        Ok(Content::download(app::report::DOCX, name, bytes))
    })
    .await
}
