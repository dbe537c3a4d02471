//! Verifying: a record's number leads to what was published of it and to its proofs in the log.

use app::{AppError, log::PublicProof};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    frame::View,
    paths,
    visit::{Asked, Visit},
};
use crate::{Web, routes};

/// Below each published record: its proof.
pub fn seal(visit: &Visit, entry: &str) -> Result<Markup, AppError> {
    let proofs = visit.app().public_proofs(&visit.organ, entry)?;
    Ok(html! {
        details.seal {
            summary { "存证：这条记录共有 " (proofs.len()) " 次留痕" }
            p { "每一次登记、修改、发布都是日志里的一片，日志只能增长，由系统签名。下载证明文件可以自己核对。" }
            (list(&proofs))
            p { a href=(routes::CHECKPOINT) { "最新存证点" } " " a href=(paths::VERIFY) { "怎样核对" } }
        }
    })
}

fn list(proofs: &[PublicProof]) -> Markup {
    html! {
        ol.proof-list {
            @for p in proofs {
                li { span { (p.recorded_on) } " " span { (p.what) } " "
                    a href=(paths::proof(&p.entry, p.seq)) { "证明（第 " (p.leaf_index) " 片）" } }
            }
        }
    }
}

/// The proof of one event, as a file.
pub async fn proof_file(
    State(web): State<Web>,
    Path((entry, seq)): Path<(String, u64)>,
    asked: Asked,
) -> Response {
    web.visit(asked, move |visit| {
        let proofs = visit.app().public_proofs(&visit.organ, &entry)?;
        let proof = proofs.into_iter().find(|p| p.seq == seq);
        let proof = proof.ok_or(AppError::NotFound("这个证明"))?;
        let name = format!("yifa-{}-{seq}.tlog-proof", proof.leaf_index);
        crate::context::download("text/plain; charset=utf-8", &name, proof.file.into_bytes())
    })
    .await
}

/// The page for verifying.
pub async fn show(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let number = visit.asked("q");
        let main = html! {
            div.page-head { h1 { "查询验证" } p { "核对一份文书、报告或公开信息：它是不是本机关公开的，后来有没有改过、撤回过。" } }
            form.register-filter method="get" action=(paths::VERIFY) {
                div { label for="q" { "索引号、文号或名称" } input type="search" id="q" name="q" value=(number); }
                button.btn.btn-primary type="submit" { "查询" }
            }
            @if !number.trim().is_empty() { (found(visit, &number)?) }
            section.prose aria-labelledby="log" {
                h2 #log { "存证日志" }
                (head(visit)?)
                h2 { "怎样自己核对" }
                ol {
                    li { "打开一条公开信息，在页面下方展开“存证”，下载证明文件。" }
                    li { "用任何支持 C2SP tlog-proof 格式的工具，以下面的公钥核对证明文件。" }
                    li { "日志的全部内容在 " code { "/tile/…" } " 下公开，可以逐片下载，重算整棵树。" }
                }
                @if !visit.web.portal.alone {
                    p { a href="/draws" { "公开的抽取" } "另有单独的证据包，可以离线重算。" }
                }
            }
        };
        Ok(visit.page(View::new(paths::VERIFY, "查询验证", main)))
    })
    .await
}

fn found(visit: &Visit, number: &str) -> Result<Markup, AppError> {
    let site = visit.site()?;
    let wanted = number.trim();
    let exact: Vec<_> = site
        .articles
        .iter()
        .filter(|a| {
            a.index_number.eq_ignore_ascii_case(wanted)
                || a.slug() == wanted
                || (!a.document_number.is_empty() && a.document_number == wanted)
                || a.title == wanted
        })
        .cloned()
        .collect();
    Ok(html! {
        section aria-labelledby="found" {
            h2 #found { "查询结果" }
            @if exact.is_empty() {
                div.notice { p.notice-title { "没有公开过编号或名称为“" (wanted) "”的信息" }
                    p { "请核对编号；也可以" a href=(crate::routes::with_query(paths::SEARCH, &[("q", wanted)])) { "搜索相近的内容" } "。" } }
            }
            @for a in exact {
                div.notice {
                    @match &a.withdrawn {
                        Some(w) => { p.notice-title { "已撤回" } p { (a.title) "，" (w.on) "撤回。理由：" (w.reason) } },
                        None => { p.notice-title { "是本机关公开的" }
                            p { a href=(paths::article(&a)) { (a.title) } "，索引号 " (a.index_number) "，" (a.published_at) " 发布"
                                @if !a.validity.is_empty() { "，现在" (a.validity) } "。" } },
                    }
                    (list(&visit.app().public_proofs(&visit.organ, &a.id)?))
                }
            }
        }
    })
}

fn head(visit: &Visit) -> Result<Markup, AppError> {
    let head = visit.app().head()?;
    let key = visit.app().noted_verifier_key()?;
    Ok(html! {
        @match head {
            Some(head) => p { "日志现有 " (head.size) " 片，最近签名于 " (crate::pages::entry::recorded(&head.created_at)) "。 "
                a href=(routes::CHECKPOINT) { "下载存证点" } },
            None => p { "日志还没有内容。" },
        }
        p { "验证公钥：" code.key { (key) } }
    })
}
