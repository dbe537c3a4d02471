//! Files attached to a publication, on its page: added and taken off while it is a draft.

use app::{AppError, publication::desk::OnDesk};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::item;
use crate::{
    context::{Page, Web, download},
    ui::{
        button::TOKEN_FIELD,
        head::{Panel, panel},
    },
};

/// The files, with what can be done with them.
pub fn part(page: &Page, desk: &OnDesk, stage: &str) -> Markup {
    let id = &desk.entry.id;
    let open = stage == "draft";
    let files = &desk.draft.attachments;
    if files.is_empty() && !open {
        return html! {};
    }
    let action = item(id, "");
    let body = html! {
        @if !files.is_empty() {
            ul.attached-files {
                @for (hash, name) in files {
                    li {
                        a href=(item(id, &format!("files/{hash}"))) { (name) }
                        @if open {
                            form.inline-form method="post" action=(action) {
                                input type="hidden" name=(TOKEN_FIELD) value=(page.token());
                                input type="hidden" name="act" value="detach";
                                input type="hidden" name="file" value=(hash);
                                button.btn type="submit" { "移除" span.unseen { (name) } }
                            }
                        }
                    }
                }
            }
        }
        @if open {
            form.inline-form method="post" action=(action) enctype="multipart/form-data" {
                input type="hidden" name=(TOKEN_FIELD) value=(page.token());
                input type="hidden" name="act" value="attach";
                label for="attach" { "附上文件（可以选几个）" }
                input type="file" id="attach" name="file" multiple;
                button.btn type="submit" { "附上" }
            }
        }
    };
    let count = Some(format!("{} 个", files.len()));
    panel(&Panel {
        count,
        ..Panel::new("files", "附件", body)
    })
}

/// One of the files: always a download.
pub async fn file(
    State(web): State<Web>,
    Path((id, hash)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let desk = page.app().on_desk(page.actor(), &id)?;
        let found = desk.draft.attachments.iter().find(|(h, _)| *h == hash);
        let (_, name) = found.ok_or(AppError::NotFound("该附件"))?;
        let bytes = page.app().publication_file(page.actor(), &hash)?;
        download("application/octet-stream", name, bytes)
    })
    .await
}
