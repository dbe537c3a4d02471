//! What citizens ask: applications for disclosure, complaints, consultations, opinions on drafts.
//!
//! Handing in gives a receipt at once and durably, in the in-box, which may be a database of its
//! own. The office takes what is in it into its ledgers: complaints at once, applications when
//! somebody confirms them (for the internet the day of receipt is the day on which both sides
//! confirm, 政府信息公开条例 第三十一条), what looks like spam after somebody has looked. From then on
//! the ledger's procedure and clocks count, and the in-box keeps no more than the receipt and what
//! the ledger has no field for; whoever holds receipt and code sees where it stands, and reads the
//! papers that were signed for the sender.

mod item;
mod secret;
mod status;

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use sha2::{Digest, Sha256};
use store::{BlobRow, InboxRow};
use values::dates::Date;

pub use item::{Attached, HandIn, Item, Kind, Receipt, Remedy, Reply, Standing, Status};
pub use secret::FormTicket;

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    entry::NewEntry,
    error::{AppError, Result},
    kept::evidence::About,
};

/// Largest attached file.
pub const FILE_BYTES_MAX: usize = 10 << 20;
/// Longest text of one answer in a form.
pub const TEXT_CHARS_MAX: usize = 4_000;

/// Answers to a rating.
pub const RATINGS: [&str; 3] = ["满意", "基本满意", "不满意"];
/// Verdicts on opinions.
pub const VERDICTS: [&str; 3] = ["采纳", "部分采纳", "不采纳"];

impl App {
    /// Takes something in and gives a receipt. The same form again gives the same receipt.
    ///
    /// # Errors
    /// What is missing or too long, in words for the sender.
    pub fn hand_in(&self, organ: &str, hand_in: HandIn) -> Result<Receipt> {
        authorise(&Actor::public(organ), Action::Apply, Resource::Portal)?;
        let too_long = |text: &String| text.chars().count() > TEXT_CHARS_MAX;
        if hand_in.form.values().any(too_long) {
            return Err(AppError::Input(format!(
                "每一项最多写 {TEXT_CHARS_MAX} 个字；更长的内容请作为附件提交。"
            )));
        }
        let code = self.receipt_code(&hand_in.ticket)?;
        let now = self.clock.now().to_string();
        let year = u32::try_from(self.clock.today().year()).unwrap_or(0);
        let form_hash = hash(&hand_in.ticket.id);
        let mut files = Vec::new();
        let mut blobs = Vec::new();
        for (name, bytes) in hand_in.files {
            if bytes.len() > FILE_BYTES_MAX {
                return Err(AppError::Input(format!("附件“{name}”超过 10 MB。")));
            }
            let hash = hex::encode(Sha256::digest(&bytes));
            files.push(Attached {
                name,
                hash: hash.clone(),
            });
            blobs.push(BlobRow {
                organ_id: organ.to_owned(),
                hash,
                media_type: "application/octet-stream".to_owned(),
                bytes,
            });
        }
        let state = if hand_in.suspicious || looks_like_spam(&hand_in.form) {
            Standing::Held
        } else {
            Standing::Waiting
        };
        let json = |e: serde_json::Error| AppError::Fault(e.to_string());
        let form = serde_json::to_string(&hand_in.form).map_err(json)?;
        let files = serde_json::to_string(&files).map_err(json)?;
        self.inbox.write(|db| {
            if let Some(row) = db.inbox_by_form(organ, &form_hash)? {
                return Ok(Receipt {
                    number: row.receipt,
                    code: code.clone(),
                    received_at: row.received_at,
                });
            }
            let serial = db.next_number(organ, "receipt", year)?;
            let number = format!("{year}{serial:06}");
            for blob in &blobs {
                let hash = file_key(&number, &blob.hash);
                db.put_blob(&BlobRow {
                    hash,
                    ..blob.clone()
                })?;
            }
            db.put_inbox(&InboxRow {
                organ_id: organ.to_owned(),
                receipt: number.clone(),
                kind: hand_in.kind.id().to_owned(),
                state: state.id().to_owned(),
                code_hash: code_hash(&number, &code),
                form_hash: form_hash.clone(),
                subject: hand_in.subject.clone(),
                received_at: now.clone(),
                form: form.clone(),
                files: files.clone(),
                entry_id: None,
                remark: String::new(),
                rating: String::new(),
            })?;
            Ok(Receipt {
                number,
                code: code.clone(),
                received_at: now.clone(),
            })
        })
    }

    /// Takes waiting complaints and consultations into their ledger; how many. Applications wait
    /// for somebody who confirms them.
    ///
    /// # Errors
    /// When a database cannot be read or written.
    pub fn take_up_waiting(&self, organ: &str) -> Result<usize> {
        const AT_ONCE: usize = 200;
        let waiting = self.inbox.read(|db| db.inbox_by_itself(organ, AT_ONCE))?;
        let mut taken = 0;
        for row in waiting {
            let item = item_of(row)?;
            match self.take_up(organ, &item) {
                Ok(()) => taken += 1,
                // The ledger does not take it as it is written: a person looks at it.
                Err(AppError::Refused(_) | AppError::Input(_)) => {
                    self.set_standing(organ, &item, Standing::Held, None, "")?;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(taken)
    }

    /// Confirms an application, or releases what was held: it becomes an entry.
    ///
    /// # Errors
    /// A denial, or a refusal of the ledger.
    pub fn confirm_item(&self, actor: &Actor, receipt: &str) -> Result<()> {
        authorise(actor, Action::Receive, Resource::Portal)?;
        let item = self.item(&actor.organ, receipt)?;
        match item.standing {
            Standing::Waiting | Standing::Held if item.kind == Kind::Opinion => {
                self.set_standing(&actor.organ, &item, Standing::Waiting, None, "")
            }
            Standing::Waiting | Standing::Held => self.take_up(&actor.organ, &item),
            _ => Err(AppError::Input("这一件已经办理过了。".to_owned())),
        }
    }

    /// Does not take something up.
    ///
    /// # Errors
    /// A denial; a missing reason.
    pub fn refuse_item(&self, actor: &Actor, receipt: &str, reason: &str) -> Result<()> {
        authorise(actor, Action::Receive, Resource::Portal)?;
        let item = self.item(&actor.organ, receipt)?;
        if item.entry.is_some() {
            return Err(AppError::Input("已经登记入账，请在台账里办理。".to_owned()));
        }
        if reason.trim().is_empty() {
            return Err(AppError::Input(
                "请写明不予登记的理由：来件人会看到。".to_owned(),
            ));
        }
        self.set_standing(&actor.organ, &item, Standing::Refused, None, reason.trim())
    }

    /// Answers an opinion on a draft. What is published of it is `public_text`: staff take names and
    /// whatever else is nobody's business out of what was sent. Once answered it stays answered;
    /// the answer is a line of the audit trail, which is a leaf of the log.
    ///
    /// # Errors
    /// A denial; a verdict that is none, or without a reason; personal data in what is published;
    /// an opinion that was answered or refused before.
    pub fn answer_opinion(
        &self,
        actor: &Actor,
        receipt: &str,
        verdict: &str,
        reason: &str,
        public_text: &str,
    ) -> Result<()> {
        authorise(actor, Action::Receive, Resource::Portal)?;
        let mut item = self.item(&actor.organ, receipt)?;
        if item.kind != Kind::Opinion || !VERDICTS.contains(&verdict) {
            return Err(AppError::Input("请选择采纳、部分采纳或不采纳。".to_owned()));
        }
        let reason = reason.trim();
        if reason.is_empty() && verdict != "采纳" {
            return Err(AppError::Input(
                "不采纳或部分采纳的，请写明理由。".to_owned(),
            ));
        }
        if !values::personal::find(reason).is_empty() {
            return Err(AppError::Input(
                "采纳情况会公布，不能写个人信息。".to_owned(),
            ));
        }
        if item.standing != Standing::Waiting {
            return Err(AppError::Input(
                "只有等待答复的意见才能答复：这一条已经答复过、没有放行或不予登记。".to_owned(),
            ));
        }
        let public_text = public_text.trim();
        if public_text.is_empty() {
            return Err(AppError::Input("请写要公布的意见内容。".to_owned()));
        }
        let name = item.field("name").trim();
        let named = name.chars().count() > 1
            && [public_text, reason].iter().any(|text| text.contains(name));
        if named || !values::personal::find(public_text).is_empty() {
            return Err(AppError::Input(
                "要公布的意见内容里还有提意见人的姓名或号码：请删去后再答复。".to_owned(),
            ));
        }
        let remark = format!("{verdict}\n{reason}");
        let public = ("public_text".to_owned(), public_text.to_owned());
        item.form.extend([public]);
        self.set_standing(&actor.organ, &item, Standing::Answered, None, &remark)?;
        self.audit(actor, "opinion", receipt, &remark)
    }

    /// What staff may begin with when they write what is published of an opinion: without numbers
    /// and without the sender's name.
    pub fn public_text_of(item: &Item) -> String {
        let text = values::personal::redact(item.field("content"));
        match item.field("name").trim() {
            name if name.chars().count() > 1 => text.replace(name, "某某"),
            _ => text,
        }
    }

    fn take_up(&self, organ: &str, item: &Item) -> Result<()> {
        let Some(ledger) = item.kind.ledger() else {
            return Ok(());
        };
        let ledger = self
            .catalogue()
            .ledger(ledger)
            .ok_or_else(|| AppError::Fault(format!("目录里没有台账 {ledger}")))?;
        let today = self.clock.today();
        let new = NewEntry {
            happened_on: today,
            fields: entry_fields(item, today),
        };
        let system = Actor::system(organ);
        let changes = self.decide_openings(&system, ledger, vec![new])?;
        let entry = changes.first().map(|c| c.entry.clone()).unwrap_or_default();
        // First the ledger, then the in-box: killed in between, the number (the ledger's key) tells
        // that it is there already.
        let key = item.receipt.clone();
        let known = self.store.write(|db| {
            if let Some(known) = db.entry_by_key(organ, &ledger.id, &key)? {
                return Ok(Some(known));
            }
            self.append(db, organ, &changes)?;
            Ok::<_, AppError>(None)
        })?;
        let entry = known.unwrap_or(entry);
        let left = self.hand_over_files(&system, &entry, item)?;
        let gone: Vec<&Attached> = item.files.iter().filter(|f| !left.contains(f)).collect();
        let rest = Item {
            files: left.clone(),
            ..item.clone()
        };
        self.set_standing(organ, &rest, Standing::Taken, Some(entry), "")?;
        // Last: killed before, the file is handed over once more, which changes nothing.
        self.inbox.write(|db| {
            for file in &gone {
                db.drop_blob(organ, &file_key(&item.receipt, &file.hash))?;
            }
            Ok(())
        })
    }

    /// Files that came with an item become evidence of its entry; the in-box forgets them. What the
    /// entry does not take — a kind of file that is no evidence — stays with the item.
    fn hand_over_files(&self, system: &Actor, entry: &str, item: &Item) -> Result<Vec<Attached>> {
        let mut left = Vec::new();
        for file in &item.files {
            let Some(blob) = self.inbox_blob(&system.organ, &item.receipt, &file.hash)? else {
                continue;
            };
            let about = About {
                title: file.name.chars().take(200).collect(),
                kind: "电子数据".to_owned(),
                taken_by: "来件人".to_owned(),
                file_name: file.name.chars().take(200).collect(),
                ..About::default()
            };
            match self.add_evidence(system, entry, about, &blob.bytes) {
                Ok(_) => {}
                Err(AppError::Refused(_) | AppError::Input(_)) => {
                    let evidence = self.case_evidence(system, entry)?;
                    if !evidence.iter().any(|known| known.hash == file.hash) {
                        left.push(file.clone());
                    }
                }
                Err(other) => return Err(other),
            }
        }
        Ok(left)
    }

    /// A file of an item. Older items have their files under the hash alone.
    fn inbox_blob(&self, organ: &str, receipt: &str, hash: &str) -> Result<Option<BlobRow>> {
        self.inbox
            .read(|db| match db.blob(organ, &file_key(receipt, hash))? {
                Some(blob) => Ok(Some(blob)),
                None => Ok(db.blob(organ, hash)?),
            })
    }

    fn set_standing(
        &self,
        organ: &str,
        item: &Item,
        standing: Standing,
        entry: Option<String>,
        remark: &str,
    ) -> Result<()> {
        self.inbox.write(|db| {
            let row = db.inbox_item(organ, &item.receipt)?;
            let row = row.ok_or(AppError::NotFound("这一件"))?;
            let json = |e: serde_json::Error| AppError::Fault(e.to_string());
            let form = match standing {
                Standing::Taken => left_of(item)?,
                _ => serde_json::to_string(&item.form).map_err(json)?,
            };
            Ok(db.update_inbox(&InboxRow {
                form,
                files: serde_json::to_string(&item.files).map_err(json)?,
                state: standing.id().to_owned(),
                entry_id: entry.clone().or(row.entry_id.clone()),
                remark: remark.to_owned(),
                ..row
            })?)
        })
    }

    /// Items that stand somewhere, the newest first, for staff who handle the in-box.
    ///
    /// # Errors
    /// A denial.
    pub fn inbox(&self, actor: &Actor, standing: Standing, limit: usize) -> Result<Vec<Item>> {
        authorise(actor, Action::Receive, Resource::Portal)?;
        self.items(&actor.organ, standing, limit)
    }

    /// A page of the items that stand somewhere, who waits longest first, and how many there are.
    ///
    /// # Errors
    /// A denial.
    pub fn inbox_page(
        &self,
        actor: &Actor,
        standing: Standing,
        skip: usize,
        take: usize,
    ) -> Result<(Vec<Item>, u64)> {
        authorise(actor, Action::Receive, Resource::Portal)?;
        let (rows, count) = self.inbox.read(|db| {
            let rows = db.inbox_page(&actor.organ, standing.id(), skip, take)?;
            Ok::<_, AppError>((rows, db.inbox_count(&actor.organ, standing.id())?))
        })?;
        let items: Result<Vec<Item>> = rows.into_iter().map(item_of).collect();
        Ok((items?, count))
    }

    fn items(&self, organ: &str, standing: Standing, limit: usize) -> Result<Vec<Item>> {
        let rows = self
            .inbox
            .read(|db| db.inbox_in_state(organ, standing.id(), limit))?;
        rows.into_iter().map(item_of).collect()
    }

    /// One item, for staff who handle the in-box.
    ///
    /// # Errors
    /// A denial, or [`AppError::NotFound`].
    pub fn inbox_item(&self, actor: &Actor, receipt: &str) -> Result<Item> {
        authorise(actor, Action::Receive, Resource::Portal)?;
        self.item(&actor.organ, receipt)
    }

    /// A file that came with an item.
    ///
    /// # Errors
    /// A denial, or [`AppError::NotFound`].
    pub fn inbox_file(
        &self,
        actor: &Actor,
        receipt: &str,
        hash: &str,
    ) -> Result<(String, Vec<u8>)> {
        let item = self.inbox_item(actor, receipt)?;
        let missing = || AppError::NotFound("该附件");
        let file = item.files.iter().find(|f| f.hash == hash);
        let name = file.ok_or_else(missing)?.name.clone();
        let blob = self.inbox_blob(&actor.organ, &item.receipt, hash)?;
        Ok((name, blob.ok_or_else(missing)?.bytes))
    }

    fn item(&self, organ: &str, receipt: &str) -> Result<Item> {
        let row = self.inbox.read(|db| db.inbox_item(organ, receipt.trim()))?;
        item_of(row.ok_or(AppError::NotFound("这一件"))?)
    }

    /// Opinions on a publication, the oldest first. Names and numbers are for staff only.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn opinions(&self, organ: &str, publication: &str) -> Result<Vec<Item>> {
        const MOST: usize = 10_000;
        let rows = self
            .inbox
            .read(|db| db.inbox_about(organ, publication, MOST))?;
        rows.into_iter().map(item_of).collect()
    }
}

/// What a file of an item is kept under: each item has its own, so that it can be forgotten.
fn file_key(receipt: &str, hash: &str) -> String {
    format!("{receipt}/{hash}")
}

/// Spaces, full width and small letters mean nothing in numbers and codes.
fn tidy(text: &str) -> String {
    values::numerals::to_half_width(text)
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect::<String>()
        .to_uppercase()
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn code_hash(receipt: &str, code: &str) -> String {
    hash(&format!("{receipt}:{code}"))
}

fn item_of(row: InboxRow) -> Result<Item> {
    let fault = |e: serde_json::Error| AppError::Fault(format!("inbox_item {}：{e}", row.receipt));
    Ok(Item {
        form: serde_json::from_str(&row.form).map_err(fault)?,
        files: serde_json::from_str(&row.files).map_err(fault)?,
        kind: Kind::of(&row.kind).ok_or_else(|| AppError::Fault(row.kind.clone()))?,
        standing: Standing::of(&row.state),
        receipt: row.receipt,
        subject: row.subject,
        received_at: row.received_at,
        entry: row.entry_id,
        remark: row.remark,
        rating: row.rating,
    })
}

fn entry_fields(item: &Item, today: Date) -> Fields {
    let submitted = item.received_at.parse().map(crate::clock::civil);
    let submitted = submitted.unwrap_or(today);
    let number = item.receipt.clone();
    let given = |name: &str| item.field(name).to_owned();
    let pairs: Vec<(&str, String)> = match item.kind {
        Kind::Disclosure => vec![
            ("number", number),
            ("submitted_on", submitted.to_string()),
            ("way", "网络".to_owned()),
            // The day on which both sides confirm.
            ("received_on", today.to_string()),
            ("applicant", given("name")),
            ("applicant_kind", given("applicant_kind")),
            ("phone", given("phone")),
            ("content", given("content")),
            ("wanted_form", given("form")),
            ("delivery", given("delivery")),
            ("address", given("address")),
        ],
        Kind::Petition => vec![
            ("number", number),
            ("received_on", submitted.to_string()),
            ("channel", "网上信访".to_owned()),
            ("petitioner", given("name")),
            ("phone", given("phone")),
            ("kind", given("kind")),
            ("content", given("content")),
        ],
        _ => {
            let kind = match given("kind") {
                kind if kind.is_empty() => "咨询建议".to_owned(),
                kind => kind,
            };
            vec![
                ("number", number),
                ("received_on", submitted.to_string()),
                ("channel", "网站信箱".to_owned()),
                ("kind", kind),
                ("district", given("district")),
                ("respondent", given("respondent")),
                ("complainant", given("name")),
                ("phone", given("phone")),
                ("content", given("content")),
            ]
        }
    };
    let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    filled
        .map(|(id, value)| (id.to_owned(), Value::Text(value)))
        .collect()
}

/// What the in-box keeps of a form once the ledger has it: nothing of the person but how they
/// will prove who they are.
fn left_of(item: &Item) -> Result<String> {
    const KEPT: [&str; 1] = ["identity"];
    let kept = |(name, _): &(&String, &String)| KEPT.contains(&name.as_str());
    let left: BTreeMap<&String, &String> = item.form.iter().filter(kept).collect();
    serde_json::to_string(&left).map_err(|e| AppError::Fault(e.to_string()))
}

/// What nobody writes to an office: several links, or one sentence over and over.
fn looks_like_spam(form: &BTreeMap<String, String>) -> bool {
    let text: String = form
        .values()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("\n");
    let links = text.matches("http://").count() + text.matches("https://").count();
    let mut lines: Vec<&str> = text.lines().filter(|l| l.chars().count() > 5).collect();
    let all = lines.len();
    lines.sort_unstable();
    lines.dedup();
    links > 2 || all > lines.len() + 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_links_or_endless_repetition_are_held() {
        let form = |text: &str| BTreeMap::from([("content".to_owned(), text.to_owned())]);
        assert!(!looks_like_spam(&form(
            "见 https://example.cn 的公告，请问何时报名？"
        )));
        assert!(looks_like_spam(&form("http://a http://b http://c")));
        assert!(looks_like_spam(&form(&"买票请加微信\n".repeat(8))));
    }

    #[test]
    fn numbers_and_codes_are_read_as_people_type_them() {
        assert_eq!(tidy(" ａb-12 ３ "), "AB123");
    }
}
