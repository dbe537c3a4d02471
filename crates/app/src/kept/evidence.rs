//! Evidence (证据材料): files with their hash, and who took what when and where.
//!
//! What is added stays: there is no use case that takes evidence away or changes what was said
//! about it. A mistake is mended by adding the right file and saying so.

use std::io::Read;

use kernel::{Command, kept};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{EvidenceRow, ReadSeek};

use super::{
    sha256,
    sniff::{self, Media},
};
use crate::{
    App,
    append::to_json,
    authorise::{Action, Actor},
    entry::Entry,
    error::{AppError, Result},
};

/// The kinds of evidence that the law knows (行政处罚法 第四十六条).
pub const KINDS: [&str; 8] = [
    "书证",
    "物证",
    "视听资料",
    "电子数据",
    "证人证言",
    "当事人的陈述",
    "鉴定意见",
    "勘验笔录、现场笔录",
];

/// Bytes of one file at most.
pub const SIZE_MAX: u64 = 4 << 30;

/// What is said about a piece of evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What it shows.
    pub title: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// When it was taken, as the officer says.
    #[serde(default)]
    pub taken_at: String,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// By whom.
    #[serde(default)]
    pub taken_by: String,
    /// What the file was called.
    #[serde(default)]
    pub file_name: String,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Id.
    pub id: String,
    /// What is said about it.
    pub about: About,
    /// What kind of file it is.
    pub media: Media,
    /// SHA-256 of its bytes.
    pub hash: String,
    /// Bytes.
    pub size: u64,
    /// Name of whoever added it.
    pub who: String,
    /// When, RFC 3339.
    pub made_at: String,
}

/// A file as it came in.
pub(super) struct Arrived {
    pub hash: String,
    pub size: u64,
    pub media: Media,
}

/// Reads a file through: its hash, its size, what it is.
pub(super) fn examine(mut file: impl Read) -> Result<Arrived> {
    let unreadable = |e: std::io::Error| AppError::Fault(format!("上传的文件读不出来：{e}"));
    let mut digest = Sha256::new();
    let mut start = Vec::new();
    let mut size = 0;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        let wanted = sniff::LOOKED_AT.saturating_sub(start.len());
        start.extend_from_slice(&buffer[..read.min(wanted)]);
        digest.update(&buffer[..read]);
        size += read as u64;
    }
    Ok(Arrived {
        hash: hex::encode(digest.finalize()),
        size,
        media: sniff::sniff(&start)?,
    })
}

/// The hash of a file, read through.
pub(crate) fn hash_of(mut file: impl Read) -> Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file
            .read(&mut buffer)
            .map_err(|e| AppError::Fault(format!("证据文件读不出来：{e}")))?;
        if read == 0 {
            return Ok(hex::encode(digest.finalize()));
        }
        digest.update(&buffer[..read]);
    }
}

impl App {
    /// The evidence of an entry, in the order in which it was added.
    ///
    /// # Errors
    /// As for reading the entry.
    pub fn case_evidence(&self, actor: &Actor, entry: &str) -> Result<Vec<Evidence>> {
        let names = self.account_names(&actor.organ)?;
        let rows = self.store.read(|db| {
            let entry = self.load(db, actor, Action::Read, entry)?;
            Ok::<_, AppError>(db.evidence(&actor.organ, &entry.id)?)
        })?;
        rows.into_iter()
            .map(|row| {
                let damaged = |what: &str| {
                    AppError::Fault(format!("evidence 表 {}：{what}", row.evidence_id))
                };
                Ok(Evidence {
                    about: serde_json::from_str(&row.about).map_err(|e| damaged(&e.to_string()))?,
                    media: sniff::known(&row.media_type)
                        .ok_or_else(|| damaged("文件类型不认识"))?,
                    who: names
                        .get(&row.account_id)
                        .unwrap_or(&row.account_id)
                        .clone(),
                    id: row.evidence_id,
                    hash: row.hash,
                    size: row.size,
                    made_at: row.made_at,
                })
            })
            .collect()
    }

    /// A piece of evidence with its bytes.
    ///
    /// # Errors
    /// As for reading the entry; a fault where the file is gone.
    pub fn evidence_file(
        &self,
        actor: &Actor,
        entry: &str,
        evidence: &str,
    ) -> Result<(Evidence, Box<dyn ReadSeek>)> {
        let all = self.case_evidence(actor, entry)?;
        let found = all.into_iter().find(|e| e.id == evidence);
        let found = found.ok_or(AppError::NotFound("该证据材料"))?;
        let file = self.files.open(&actor.organ, &found.hash)?;
        let file =
            file.ok_or_else(|| AppError::Fault(format!("证据文件 {} 不见了", found.hash)))?;
        Ok((found, file))
    }

    /// Adds evidence that came in one piece; answers its id.
    ///
    /// # Errors
    /// A denial, a refusal, or a sentence on what is wrong with the file.
    pub fn add_evidence(
        &self,
        actor: &Actor,
        entry: &str,
        about: About,
        bytes: &[u8],
    ) -> Result<String> {
        let about = checked(about)?;
        self.may_keep_with(actor, entry)?;
        let arrived = self.audit_upload(actor, entry, examine(bytes))?;
        self.files.put(&actor.organ, &arrived.hash, bytes)?;
        self.keep_evidence(actor, entry, &about, &arrived)
    }

    /// The entry, if the actor may keep something with it: asked before anything is written to the
    /// disk, and by pages that offer it.
    ///
    /// # Errors
    /// A denial or a refusal.
    pub fn may_keep_with(&self, actor: &Actor, entry: &str) -> Result<Entry> {
        let entry = self
            .store
            .read(|db| self.load(db, actor, Action::Act, entry))?;
        if entry.state.voided {
            return Err(kernel::Refusal::Voided.into());
        }
        crate::report::refuse_by_hand(&entry.ledger)?;
        Ok(entry)
    }

    pub(super) fn keep_evidence(
        &self,
        actor: &Actor,
        entry: &str,
        about: &About,
        arrived: &Arrived,
    ) -> Result<String> {
        let now = self.clock.now();
        let id = self.chance.uuid7(now);
        let about = to_json(about)?;
        self.keep(actor, entry, None, |db, entry| {
            let known = db.evidence(&actor.organ, &entry.id)?;
            if known.iter().any(|e| e.hash == arrived.hash) {
                return Err(AppError::Input(
                    "这份文件已经附在本案里了（内容完全相同），不用再传。".to_owned(),
                ));
            }
            db.put_evidence(&EvidenceRow {
                organ_id: actor.organ.clone(),
                entry_id: entry.id.clone(),
                evidence_id: id.clone(),
                hash: arrived.hash.clone(),
                media_type: arrived.media.media_type.to_owned(),
                size: arrived.size,
                about: about.clone(),
                account_id: actor.account.clone(),
                made_at: now.to_string(),
            })?;
            Ok(Command::AddEvidence(kept::Evidence {
                evidence: id.clone(),
                hash: arrived.hash.clone(),
                about: sha256(about.as_bytes()),
                size: arrived.size,
                media_type: arrived.media.media_type.to_owned(),
            }))
        })?;
        Ok(id)
    }
}

pub(super) fn checked(mut about: About) -> Result<About> {
    let parts = [
        &mut about.title,
        &mut about.taken_at,
        &mut about.place,
        &mut about.taken_by,
        &mut about.file_name,
    ];
    for text in parts {
        *text = kernel::spelling::spelled(text.trim()).into_owned();
        if text.chars().count() > 200 {
            return Err(AppError::Input(
                "证据的名称、地点、人员各不超过 200 个字。".to_owned(),
            ));
        }
    }
    if about.title.is_empty() {
        about.title = about.file_name.clone();
    }
    if about.title.is_empty() {
        return Err(AppError::Input(
            "请写明这份证据证明什么，例如“现场检查照片”。".to_owned(),
        ));
    }
    if !KINDS.contains(&about.kind.as_str()) {
        return Err(AppError::Input(format!(
            "证据种类应是：{}（行政处罚法 第四十六条）。",
            KINDS.join("、")
        )));
    }
    Ok(about)
}
