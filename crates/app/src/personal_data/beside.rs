//! Erasing beside entries: what citizens handed in, and the names of those who sat an exam.
//!
//! None of it is in the log, so nothing has to stay provable; each erasure is written down with its
//! ground all the same. Papers, records of the process and evidence are not erased: they are the
//! file of the case, kept for its term of archiving.

use std::collections::BTreeMap;

use store::ErasureRow;

use super::grounded;
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
    inquiry::{Attached, Kind, Standing},
};

/// What stays of an opinion on a draft: it is published with its answer.
const OF_OPINIONS: [&str; 3] = ["about", "paragraph", "content"];

impl App {
    /// Erases what somebody handed in, and the files that came with it.
    ///
    /// # Errors
    /// A denial; an input error without a ground, or while it still has to be handled.
    pub fn erase_item(&self, actor: &Actor, receipt: &str, ground: &str) -> Result<()> {
        authorise(actor, Action::KeepPersonalData, Resource::Organ)?;
        let ground = grounded(ground)?;
        let organ = actor.organ.as_str();
        let row = self.inbox.read(|db| db.inbox_item(organ, receipt))?;
        let row = row.ok_or(AppError::NotFound("这一件"))?;
        let input = |words: &str| Err(AppError::Input(words.to_owned()));
        if matches!(Standing::of(&row.state), Standing::Waiting | Standing::Held) {
            return input("这一件还没有办理：请先登记、答复或者不予登记，再删除。");
        }
        let read = |e: serde_json::Error| AppError::Fault(format!("inbox_item {receipt}：{e}"));
        let form: BTreeMap<String, String> = serde_json::from_str(&row.form).map_err(read)?;
        let files: Vec<Attached> = serde_json::from_str(&row.files).map_err(read)?;
        let opinion = Kind::of(&row.kind) == Some(Kind::Opinion);
        let stays = |name: &str| opinion && OF_OPINIONS.contains(&name);
        let (left, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
            form.into_iter().partition(|(name, _)| stays(name));
        if gone.is_empty() && files.is_empty() {
            return input("这一件里没有可以删除的内容。");
        }
        let left = serde_json::to_string(&left).map_err(read)?;
        let detail = format!("群众来件 {} 项、附件 {} 个", gone.len(), files.len());
        self.note_erased(actor, receipt, &["/form".to_owned()], ground, &detail)?;
        let hashes: Vec<&str> = files.iter().map(|f| f.hash.as_str()).collect();
        self.inbox
            .write(|db| db.erase_inbox(organ, receipt, &left, &hashes))?;
        Ok(self.inbox.bring_home()?)
    }

    /// Erases the name of somebody who sat an exam; answers how many candidates of the school were
    /// called so.
    ///
    /// # Errors
    /// A denial; an input error without a ground, before the exam is closed, or for a name that is
    /// not on the list.
    pub fn erase_candidate(
        &self,
        actor: &Actor,
        exam: &str,
        unit: &str,
        name: &str,
        ground: &str,
    ) -> Result<usize> {
        authorise(actor, Action::KeepPersonalData, Resource::Organ)?;
        let ground = grounded(ground)?;
        let (organ, unit, name) = (actor.organ.as_str(), unit.trim(), name.trim());
        if !self.exam(organ, exam)?.counted {
            return Err(AppError::Input(
                "考试还没有结束，成绩和证书还要用到姓名：请结束并计数以后再删除。".to_owned(),
            ));
        }
        let candidates = self.inbox.read(|db| db.candidates_of(organ, exam, unit))?;
        let called = candidates
            .into_iter()
            .filter(|c| !name.is_empty() && c.name == name);
        let called: Vec<String> = called.map(|c| c.candidate).collect();
        if called.is_empty() {
            return Err(AppError::Input(
                "名单里没有这个人：请写学校全称和姓名，与名单一致。".to_owned(),
            ));
        }
        let pointers: Vec<String> = called.iter().map(|c| format!("/candidate/{c}")).collect();
        let detail = format!("考生姓名 {} 人", called.len());
        self.note_erased(actor, exam, &pointers, ground, &detail)?;
        self.inbox.write(|db| {
            for candidate in &called {
                db.erase_candidate(organ, exam, candidate)?;
            }
            Ok::<_, AppError>(())
        })?;
        self.inbox.bring_home()?;
        Ok(called.len())
    }

    /// Written down first: the in-box may be another database, and what is done twice does no harm.
    fn note_erased(
        &self,
        actor: &Actor,
        of: &str,
        pointers: &[String],
        ground: &str,
        detail: &str,
    ) -> Result<()> {
        let at = self.clock.now().to_string();
        let row = |pointer: &String| ErasureRow {
            organ_id: actor.organ.clone(),
            entry_id: of.to_owned(),
            seq: 0,
            pointer: pointer.clone(),
            at: at.clone(),
            account_id: actor.account.clone(),
            ground: ground.to_owned(),
        };
        let rows: Vec<ErasureRow> = pointers.iter().map(row).collect();
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.store.write(|db| {
            db.put_erasures(&rows)?;
            self.note_audit(db, who, "erase", of, &format!("{detail}；依据：{ground}"))
        })
    }
}
