//! The record of the whole process (执法全过程记录): in words, and as an index of sound and film.
//!
//! A record says what was done, when, where and by whom; where a recording exists, it names the
//! evidence and marks the moments in it. Once written it is only read.

use kernel::{Command, kept};
use serde::{Deserialize, Serialize};
use store::ProcessRow;

use super::sha256;
use crate::{
    App,
    append::to_json,
    authorise::{Action, Actor},
    error::{AppError, Result},
};

/// One record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Which step of the work: `现场检查`.
    pub step: String,
    /// When it was done, as the officer says: `2023-01-05 09:30`.
    pub done_at: String,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// The officers present.
    #[serde(default)]
    pub officers: String,
    /// What was done.
    pub words: String,
    /// The evidence that is the recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
    /// Moments of the recording.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Moment>,
}

/// A moment of a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Seconds from its start.
    pub second: u32,
    /// What is to be seen or heard.
    pub what: String,
}

/// A record as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// What it says.
    pub said: Said,
    /// Who wrote it.
    pub who: String,
    /// When, RFC 3339.
    pub made_at: String,
    /// SHA-256 of what is stored.
    pub hash: String,
}

impl Moment {
    /// `00:03:15`.
    pub fn at(&self) -> String {
        let s = self.second;
        format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    }
}

/// Reads time marks: one a line, `03:15 出示执法证件`.
///
/// # Errors
/// A sentence that names the line.
pub fn marks(lines: &str) -> Result<Vec<Moment>> {
    let mut marks = Vec::new();
    for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let malformed = || {
            AppError::Input(format!(
                "时间标记“{line}”看不懂：每行写“时:分:秒 内容”，例如“00:03:15 出示执法证件”。"
            ))
        };
        let (time, what) = line.split_once(char::is_whitespace).ok_or_else(malformed)?;
        let parts: Option<Vec<u32>> = time
            .split([':', '：'])
            .map(|p| p.parse().ok().filter(|n| *n < 100))
            .collect();
        let second = match parts.as_deref() {
            Some([m, s]) if *s < 60 => m * 60 + s,
            Some([h, m, s]) if *m < 60 && *s < 60 => h * 3600 + m * 60 + s,
            _ => return Err(malformed()),
        };
        let what = what.trim().to_owned();
        marks.push(Moment { second, what });
    }
    marks.sort_by_key(|m| m.second);
    Ok(marks)
}

impl App {
    /// The record of the whole process of an entry, in the order in which it was written.
    ///
    /// # Errors
    /// As for reading the entry.
    pub fn process_records(&self, actor: &Actor, entry: &str) -> Result<Vec<Record>> {
        let names = self.account_names(&actor.organ)?;
        let rows = self.store.read(|db| {
            let entry = self.load(db, actor, Action::Read, entry)?;
            Ok::<_, AppError>(db.process_records(&actor.organ, &entry.id)?)
        })?;
        rows.into_iter()
            .map(|row| {
                let said = serde_json::from_str(&row.body).map_err(|e| {
                    AppError::Fault(format!("process_record 表 {}：{e}", row.record_id))
                })?;
                Ok(Record {
                    id: row.record_id,
                    said,
                    who: names
                        .get(&row.account_id)
                        .unwrap_or(&row.account_id)
                        .clone(),
                    made_at: row.made_at,
                    hash: row.hash,
                })
            })
            .collect()
    }

    /// Writes a record. It cannot be changed afterwards.
    ///
    /// # Errors
    /// A denial, a refusal, or a sentence on what is missing.
    pub fn record_process(&self, actor: &Actor, entry: &str, said: Said) -> Result<()> {
        let said = checked(said)?;
        let now = self.clock.now();
        let id = self.chance.uuid7(now);
        let body = to_json(&said)?;
        let hash = sha256(body.as_bytes());
        self.keep(actor, entry, None, |db, entry| {
            if let Some(recording) = &said.recording {
                let known = db.evidence(&actor.organ, &entry.id)?;
                if !known.iter().any(|e| e.evidence_id == *recording) {
                    return Err(AppError::Input(
                        "所选的录音录像不在本案的证据材料里。".to_owned(),
                    ));
                }
            }
            db.put_process_record(&ProcessRow {
                organ_id: actor.organ.clone(),
                entry_id: entry.id.clone(),
                record_id: id.clone(),
                body: body.clone(),
                hash: hash.clone(),
                account_id: actor.account.clone(),
                made_at: now.to_string(),
            })?;
            Ok(Command::RecordProcess(kept::Record { record: id, hash }))
        })
    }
}

fn checked(mut said: Said) -> Result<Said> {
    let parts = [
        &mut said.step,
        &mut said.done_at,
        &mut said.place,
        &mut said.officers,
        &mut said.words,
    ];
    for text in parts {
        *text = kernel::spelling::spelled(text.trim()).into_owned();
        if text.chars().count() > 10_000 {
            return Err(AppError::Input(
                "每一项不超过一万字；长笔录请作为证据材料上传。".to_owned(),
            ));
        }
    }
    for mark in &mut said.marks {
        mark.what = kernel::spelling::spelled(&mark.what).into_owned();
    }
    if said.step.is_empty() || said.done_at.is_empty() || said.words.is_empty() {
        return Err(AppError::Input("记录要写明环节、时间和经过。".to_owned()));
    }
    if said.recording.is_none() && !said.marks.is_empty() {
        return Err(AppError::Input(
            "时间标记要对着一段录音或录像，请先选择它。".to_owned(),
        ));
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_marks_are_read_in_both_lengths_and_sorted() {
        let read = marks("01:02:03 清点人数\n03:15 出示执法证件\n").unwrap();
        let shown: Vec<String> = read
            .iter()
            .map(|m| format!("{} {}", m.at(), m.what))
            .collect();
        assert_eq!(shown, ["00:03:15 出示执法证件", "01:02:03 清点人数"]);
        for wrong in ["三分 出示", "03:75 出示", "03:15", "1:2:3:4 出示"] {
            assert!(marks(wrong).is_err(), "{wrong}");
        }
    }
}
