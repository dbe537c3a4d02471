//! Big files in pieces: each piece is acknowledged, and an interrupted upload goes on.
//!
//! The same person sending the same file (name, size, time of change: its fingerprint) to the same
//! entry finds the upload where it stopped, also after the browser was closed. What is not finished
//! within a week is given up.

use jiff::SignedDuration;
use store::UploadRow;

use super::{
    evidence::{About, SIZE_MAX, checked, examine},
    sha256,
};
use crate::{
    App,
    authorise::Actor,
    error::{AppError, Result},
};

/// Bytes of a piece at most.
pub const PIECE_MAX: usize = 8 << 20;
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An upload under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Id.
    pub id: String,
    /// Bytes that have arrived and are on the disk.
    pub arrived: u64,
    /// Bytes in all.
    pub size: u64,
}

impl App {
    /// Begins an upload, or finds the same one again.
    ///
    /// # Errors
    /// A denial, or a sentence on a file that is too large or empty.
    pub fn start_upload(
        &self,
        actor: &Actor,
        entry: &str,
        file_name: &str,
        size: u64,
        fingerprint: &str,
    ) -> Result<Upload> {
        self.may_keep_with(actor, entry)?;
        if size == 0 || size > SIZE_MAX {
            return Err(AppError::Input("文件是空的，或者超过 4 GB。".to_owned()));
        }
        let now = self.clock.now();
        let fingerprint = sha256(format!("{file_name}\n{size}\n{fingerprint}").as_bytes());
        let row = self.store.write(|db| {
            let known = db.upload_of_file(&actor.organ, entry, &actor.account, &fingerprint)?;
            if let Some(known) = known {
                return Ok::<_, AppError>(known);
            }
            let row = UploadRow {
                organ_id: actor.organ.clone(),
                upload_id: self.chance.uuid7(now),
                entry_id: entry.to_owned(),
                account_id: actor.account.clone(),
                file_name: file_name.chars().take(200).collect(),
                size,
                fingerprint,
                created_at: now.to_string(),
            };
            db.put_upload(&row)?;
            Ok(row)
        })?;
        self.upload_of(&row)
    }

    /// Takes a piece at its place. A place other than the end of what has arrived is answered with
    /// where to go on, and nothing is written.
    ///
    /// # Errors
    /// When the upload is not the actor's, or the disk is full.
    pub fn upload_piece(
        &self,
        actor: &Actor,
        upload: &str,
        offset: u64,
        bytes: &[u8],
    ) -> Result<Upload> {
        let row = self.own_upload(actor, upload)?;
        let before = self.upload_of(&row)?;
        let end = offset.saturating_add(bytes.len() as u64);
        if bytes.len() > PIECE_MAX || end > row.size {
            return Err(AppError::Input(
                "上传的分块比说好的大，请重新上传。".to_owned(),
            ));
        }
        if offset == before.arrived {
            self.files
                .write_piece(&actor.organ, upload, offset, bytes)?;
        }
        self.upload_of(&row)
    }

    /// Makes evidence of an upload that is whole; answers its id.
    ///
    /// # Errors
    /// When pieces are missing or the file is of a kind that is not taken.
    pub fn finish_upload(&self, actor: &Actor, upload: &str, about: About) -> Result<String> {
        let row = self.own_upload(actor, upload)?;
        let state = self.upload_of(&row)?;
        if state.arrived != row.size {
            return Err(AppError::Input(format!(
                "文件还没有传完：{} 字节中到了 {} 字节。",
                row.size, state.arrived
            )));
        }
        let about = checked(About {
            file_name: row.file_name.clone(),
            ..about
        })?;
        let file = self.files.read_upload(&actor.organ, upload)?;
        let arrived = match self.audit_upload(actor, &row.entry_id, examine(file)) {
            Ok(arrived) => arrived,
            Err(refused) => {
                self.give_up(&row)?;
                return Err(refused);
            }
        };
        // The file stands before the event that names it.
        self.files
            .keep_upload(&actor.organ, upload, &arrived.hash)?;
        let kept = self.keep_evidence(actor, &row.entry_id, &about, &arrived);
        self.store
            .write(|db| db.delete_upload(&actor.organ, upload))?;
        kept
    }

    /// Gives up uploads that nobody finished.
    ///
    /// # Errors
    /// When the database or the folder cannot be written.
    pub fn drop_old_uploads(&self) -> Result<()> {
        let before = (self.clock.now() - KEPT_FOR).to_string();
        for organ in self.organs() {
            let organ = &organ.id;
            for row in self.store.read(|db| db.uploads_before(organ, &before))? {
                self.give_up(&row)?;
            }
        }
        Ok(())
    }

    fn give_up(&self, row: &UploadRow) -> Result<()> {
        self.files.drop_upload(&row.organ_id, &row.upload_id)?;
        Ok(self
            .store
            .write(|db| db.delete_upload(&row.organ_id, &row.upload_id))?)
    }

    fn own_upload(&self, actor: &Actor, upload: &str) -> Result<UploadRow> {
        let row = self.store.read(|db| db.upload(&actor.organ, upload))?;
        row.filter(|row| row.account_id == actor.account)
            .ok_or(AppError::NotFound("该上传"))
    }

    fn upload_of(&self, row: &UploadRow) -> Result<Upload> {
        Ok(Upload {
            id: row.upload_id.clone(),
            arrived: self.files.arrived(&row.organ_id, &row.upload_id)?,
            size: row.size,
        })
    }
}
