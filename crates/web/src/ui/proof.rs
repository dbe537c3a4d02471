//! The proof panel: that an event is in the log, shown so that an outsider can recompute it.

use maud::{Markup, html};

use super::badge::Tone;
use super::button::{Button, buttons};
use super::notice::{Notice, notice};
use super::sample::Sample;

/// How a proof stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofState {
    /// Recomputed just now and right.
    Proved,
    /// In the log, not yet under a checkpoint (a second at most).
    Waiting,
    /// Recomputed and wrong: what does not fit, with table and row.
    Broken(String),
    /// Personal values were erased as the law asks; the proof of the rest holds.
    Erased(String),
}

/// A proof of inclusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPanel {
    /// How it stands.
    pub state: ProofState,
    /// Number of the leaf in the log.
    pub leaf: u64,
    /// Hash of the leaf, hexadecimal.
    pub leaf_hash: String,
    /// Checkpoint: origin, size, root hash, time; none while waiting.
    pub checkpoint: Option<CheckpointFacts>,
    /// Hashes of the inclusion path, from the leaf upwards.
    pub path: Vec<String>,
    /// What to type to verify it elsewhere.
    pub command: String,
    /// Downloads: proof, checkpoint.
    pub downloads: Vec<Button>,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointFacts {
    /// Name of the log.
    pub origin: String,
    /// Leaves under it.
    pub size: u64,
    /// Root hash.
    pub root: String,
    /// When it was signed, as shown.
    pub signed: String,
    /// Who signed: name and key hash of each signature.
    pub signers: Vec<String>,
}

/// The proof.
pub fn proof_panel(view: &ProofPanel) -> Markup {
    html! {
        div.proof {
            (notice(&state(view)))
            dl.proof-facts {
                div { dt { "留痕序号" } dd { "#" (view.leaf) } }
                div { dt { "叶哈希" } dd { (hash(&view.leaf_hash)) } }
                @if let Some(point) = &view.checkpoint { (checkpoint(point)) }
            }
            @if !view.path.is_empty() {
                details {
                    summary { "证明路径，" (view.path.len()) " 个哈希" }
                    ol.proof-path { @for one in &view.path { li { (hash(one)) } } }
                }
            }
            p { "不信任本系统的人，可以在自己的电脑上验证：" }
            p.command { code { (view.command) } }
            (buttons(&view.downloads))
        }
    }
}

fn checkpoint(view: &CheckpointFacts) -> Markup {
    html! {
        div { dt { "存证点" } dd { (view.origin) "，共 " (view.size) " 条，" (view.signed) } }
        div { dt { "根哈希" } dd { (hash(&view.root)) } }
        @if !view.signers.is_empty() {
            div { dt { "签名" } dd { @for one in &view.signers { p { (one) } } } }
        }
    }
}

fn state(view: &ProofPanel) -> Notice {
    match &view.state {
        ProofState::Proved => Notice::new(
            Tone::Done,
            "已验证：这条留痕在存证里，登记以后没有人改动过。",
        ),
        ProofState::Waiting => Notice::new(Tone::Soon, "已登记，正在等下一个存证点（一秒以内）。"),
        ProofState::Broken(what) => Notice::new(Tone::Late, "验证不通过：数据与存证不一致。")
            .with(html! { p { (what) } p { "请保留现场，告诉系统管理员和审计管理员。" } }),
        ProofState::Erased(what) => {
            Notice::new(Tone::Current, "已验证；其中的个人信息已依法删除。")
                .with(html! { p { (what) } })
        }
    }
}

/// A hash in groups of eight, so that people can compare it.
pub fn hash(hexadecimal: &str) -> Markup {
    let characters: Vec<char> = hexadecimal.chars().collect();
    html! {
        code.hash {
            @for group in characters.chunks(8) { span { (group.iter().collect::<String>()) } }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let digest = |seed: &str| seed.repeat(8);
    let proved = ProofPanel {
        state: ProofState::Proved,
        leaf: 20_412,
        leaf_hash: digest("8f1c03ad"),
        checkpoint: Some(CheckpointFacts {
            origin: "yifa.yunchuan.example/log".into(),
            size: 20_871,
            root: digest("5be0aa47"),
            signed: "2023年1月12日 09:00:00".into(),
            signers: vec!["云川市教育局 +7a3f0c19".into()],
        }),
        path: vec![digest("00ab12cd"), digest("c4d1e2f3"), digest("9a9b9c9d")],
        command: "yifa log prove 12345-2022-0304 --checkpoint checkpoint.txt".into(),
        downloads: vec![Button::download("下载证明", "#proof-file")],
    };
    let waiting = ProofPanel {
        state: ProofState::Waiting,
        checkpoint: None,
        path: Vec::new(),
        ..proved.clone()
    };
    let broken = ProofPanel {
        state: ProofState::Broken("表 event，第 18733 行：内容与叶哈希不符。".into()),
        ..proved.clone()
    };
    vec![
        Sample::usual(proof_panel(&proved)),
        Sample::named("waiting", proof_panel(&waiting)),
        Sample::erroneous(proof_panel(&broken)),
    ]
}
