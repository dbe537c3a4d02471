//! The proofs that an entry's history is in the log.

use app::AppError;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{above, name_of, recorded};
use crate::{
    context::{Answer, Page, Web, download},
    routes,
    shell::View,
    ui::{
        button::Button,
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        proof::{CheckpointFacts, ProofPanel, ProofState, proof_panel},
        shell::Area,
    },
};

/// The proofs of an entry's history.
pub async fn proof(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| proof_page(page, &id))
        .await
}

fn proof_page(page: &Page, id: &str) -> Answer {
    let entry = page.app().entry(page.actor(), id)?;
    let proofs = page.app().proofs(page.actor(), id)?;
    let history = page.app().history(page.actor(), id)?;
    let key = page.app().verifier_key();
    let origin = key.split('+').next().unwrap_or_default().to_owned();
    let head = page_head(&PageHead {
        title: format!("存证：{}", name_of(&entry)),
        count: Some(format!("{} 次留痕", proofs.len())),
        lede: Some(
            "每一次登记、更正和办理都是日志里的一片叶子；改动其中任何一个字，根就对不上。"
                .to_owned(),
        ),
        ..PageHead::default()
    });
    let panels: Vec<Markup> = proofs
        .iter()
        .rev()
        .map(|p| {
            let past = history.iter().find(|h| u64::from(h.event.seq) == p.seq);
            let when = past.map(|h| recorded(&h.recorded_at)).unwrap_or_default();
            let who = past.map(|h| h.actor.clone()).unwrap_or_default();
            let file = routes::entry_part(id, &format!("proof/{}", p.seq));
            let body = proof_panel(&ProofPanel {
                state: ProofState::Proved,
                leaf: p.leaf_index,
                leaf_hash: p.leaf_hash.to_hex(),
                checkpoint: Some(CheckpointFacts {
                    origin: origin.clone(),
                    size: p.head.size,
                    root: p.root.to_base64(),
                    signed: recorded(&p.head.created_at),
                    signers: vec![key.clone()],
                }),
                path: p.path.iter().map(|h| h.to_hex()).collect(),
                command: format!("yifa log prove {id}"),
                downloads: vec![Button::download("下载证明文件", file)],
            });
            let leaf = html! {
                (body)
                details { summary { "叶子里写了什么（个人信息和具体内容只有承诺值，不是原文）" }
                    p.command { code { (p.leaf) } } }
            };
            panel(&Panel::new(
                format!("event-{}", p.seq),
                format!("第 {} 次留痕，{who}，{when}", p.seq),
                leaf,
            ))
        })
        .collect();
    let mut above = above(&entry.ledger);
    above.push(Link::new(name_of(&entry), routes::entry(id)));
    let main = html! { (head) @for one in &panels { (one) } };
    page.show(View::of(Area::Proofs, "存证", main).below(above))
}

/// One proof as a file to carry home.
pub async fn proof_file(
    State(web): State<Web>,
    Path((id, seq)): Path<(String, u64)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let proofs = page.app().proofs(page.actor(), &id)?;
        let proof = proofs
            .into_iter()
            .find(|p| p.seq == seq)
            .ok_or(AppError::NotFound("该留痕"))?;
        let name = format!("{id}-{seq}.tlog-proof");
        download("text/plain; charset=utf-8", &name, proof.file.into_bytes())
    })
    .await
}
