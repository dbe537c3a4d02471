//! Notices: what came to somebody, what is due, one digest a day.
//!
//! A notice is made once for each matter (`about`), however often the job runs. The inbox shows
//! them; the digest says the same as text, and goes out by mail where mail is set up. Notices are
//! not evidence: nothing in the law's course depends on one.

mod mail;

use std::fmt::Write as _;

use catalogue::definition::Document;
use jiff::tz;
use kernel::State;
use store::{AccountRow, Db, DeadlineQuery, DeadlineRow, DigestRow, NoticeRow, PaperRow};
use values::dates::{self, Date};

use crate::{
    App,
    append::Change,
    authorise::Actor,
    deadlines::DueGroup,
    entry::Entry,
    error::{AppError, Result},
};

pub use mail::{Mail, MailError};

/// Notices shown.
const SHOWN: usize = 200;
/// Counting stops here.
const UNREAD_MAX: usize = 99;
/// Deadlines of an organ that the daily job looks at in one go.
const DUE_PAGE: usize = 500;
/// Working days that notices look ahead: what ends right after a holiday is told of before it.
const AHEAD: u32 = 3;
/// Lines of a group in the digest.
const DIGEST_LINES: usize = 20;
/// The note that says for which day the job has run.
const TOLD_FOR: &str = "notices-told-for";
/// Digests go out from this hour on, by the clock in China.
const DIGEST_HOUR: i8 = 7;

/// Something that somebody was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `came`, `due`, `overdue` or `certificate`.
    pub kind: String,
    /// The words.
    pub text: String,
    /// The entry that it leads to.
    pub entry: Option<String>,
    /// When, RFC 3339.
    pub made_at: String,
    /// It had not been read before.
    pub new: bool,
}

impl App {
    /// What somebody was told, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn notices(&self, actor: &Actor) -> Result<Vec<Notice>> {
        let rows = self
            .store
            .read(|db| db.notices(&actor.organ, &actor.account, SHOWN))?;
        let notice = |row: NoticeRow| Notice {
            kind: row.kind,
            text: row.text,
            entry: row.entry_id,
            made_at: row.made_at,
            new: row.read_at.is_none(),
        };
        Ok(rows.into_iter().map(notice).collect())
    }

    /// How many notices somebody has not read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn unread(&self, actor: &Actor) -> Result<u64> {
        Ok(self
            .store
            .read(|db| db.unread(&actor.organ, &actor.account, UNREAD_MAX))?)
    }

    /// Marks all notices of somebody as read.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn mark_notices_read(&self, actor: &Actor) -> Result<()> {
        let now = self.clock.now().to_string();
        Ok(self
            .store
            .write(|db| db.mark_read(&actor.organ, &actor.account, &now))?)
    }

    /// Where somebody gets the digest.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn digest_address(&self, actor: &Actor) -> Result<Option<String>> {
        let rows = self.store.read(|db| db.digest_addresses(&actor.organ))?;
        let own = rows.into_iter().find(|r| r.account_id == actor.account);
        Ok(own.map(|r| r.address))
    }

    /// Sets where somebody gets the digest; an empty address ends it.
    ///
    /// # Errors
    /// A sentence for what is no mail address.
    pub fn set_digest_address(&self, actor: &Actor, address: &str) -> Result<()> {
        let address = address.trim();
        if address.is_empty() {
            return Ok(self
                .store
                .write(|db| db.delete_digest_address(&actor.organ, &actor.account))?);
        }
        mail::mailbox(address).map_err(|_| {
            AppError::Input("这不是邮箱地址，应像 name@example.gov.cn 这样。".to_owned())
        })?;
        let row = DigestRow {
            organ_id: actor.organ.clone(),
            account_id: actor.account.clone(),
            address: address.to_owned(),
            sent_for: String::new(),
        };
        Ok(self.store.write(|db| db.put_digest_address(&row))?)
    }

    /// Once a day: tells people what is due and which certificates end. Answers how many notices
    /// were new. Running it again on the same day is no work.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn tell_what_is_due(&self) -> Result<u64> {
        let today = self.clock.today();
        let day = today.to_string();
        if self.note(TOLD_FOR)?.as_deref() == Some(&day) {
            return Ok(0);
        }
        let organs: Vec<String> = self.organs().map(|o| o.id.clone()).collect();
        let told = self.store.write(|db| {
            let mut told = 0;
            for organ in &organs {
                let accounts = self.active(db, organ)?;
                told += self.tell_deadlines(db, organ, &accounts, today)?;
                told += self.tell_certificates(db, organ, &accounts)?;
            }
            db.put_meta(TOLD_FOR, &day)?;
            Ok::<_, AppError>(told)
        })?;
        Ok(told)
    }

    /// Tells of all deadlines up to a few working days from now, page after page by their days: a
    /// day that fills a page is begun anew with a larger one, and nobody is told twice.
    fn tell_deadlines(&self, db: &Db, organ: &str, accounts: &[Actor], today: Date) -> Result<u64> {
        let until = self.calendar.add_working_days(today, AHEAD).date;
        let until = until.to_string();
        let (mut from, mut page, mut told) = ("0000-01-01".to_owned(), DUE_PAGE, 0);
        loop {
            let query = DeadlineQuery {
                organ_id: organ,
                section_id: None,
                account_id: None,
                from: &from,
                to: &until,
            };
            let rows = db.deadlines(&query, page)?;
            told += self.tell_of(db, organ, accounts, today, &rows)?;
            match rows.last().filter(|_| rows.len() == page) {
                None => return Ok(told),
                Some(last) if last.due_on == from => page *= 2,
                Some(last) => from.clone_from(&last.due_on),
            }
        }
    }

    fn tell_of(
        &self,
        db: &Db,
        organ: &str,
        accounts: &[Actor],
        today: Date,
        rows: &[DeadlineRow],
    ) -> Result<u64> {
        let mut told = 0;
        for row in rows {
            let Some(due_on) = row.due_on.parse::<Date>().ok().filter(|_| !row.suspended) else {
                continue;
            };
            let Some(entry) = db.entry(organ, &row.entry_id)? else {
                continue;
            };
            let entry = self.entry_of(entry)?;
            let clock = entry.ledger.clocks.iter().find(|c| *c.id == *row.clock);
            let Some(clock) = clock else { continue };
            let overdue = due_on < today;
            let kind = if overdue { "overdue" } else { "due" };
            let verb = if overdue { "已逾期" } else { "即将到期" };
            let text = format!(
                "{verb}：{}，{}（{}），最晚 {}。",
                clock.name,
                name_of(&entry),
                entry.ledger.name,
                dates::chinese(due_on)
            );
            let about = format!("{kind}:{}:{}:{}", row.entry_id, row.clock, row.due_on);
            // Those of the section, and whoever is at it, from wherever he comes.
            let own = |a: &&Actor| a.keeps(&row.section_id) || a.account == row.account_id;
            let own = accounts.iter().filter(own);
            for account in own {
                let entry = Some(row.entry_id.as_str());
                told += u64::from(self.tell(db, account, kind, &about, entry, &text)?);
            }
        }
        Ok(told)
    }

    fn tell_certificates(&self, db: &Db, organ: &str, accounts: &[Actor]) -> Result<u64> {
        let mut told = 0;
        for one in self.ending_certificates(db, organ)? {
            let Some(until) = one.valid_until else {
                continue;
            };
            let text = format!(
                "{}的行政执法证（{}）有效期至 {}，请及时换发。",
                one.officer,
                one.number,
                dates::chinese(until)
            );
            let about = format!("certificate:{}:{until}", one.entry);
            let concerned = |a: &&Actor| a.is("legal_section") || a.name == one.officer;
            for account in accounts.iter().filter(concerned) {
                let entry = a_reader(account).then_some(one.entry.as_str());
                told += u64::from(self.tell(db, account, "certificate", &about, entry, &text)?);
            }
        }
        Ok(told)
    }

    /// Tells those who can do the next act that something came to them.
    pub(crate) fn tell_next(
        &self,
        db: &Db,
        actor: &Actor,
        change: &Change,
        after: &State,
    ) -> Result<()> {
        let before = change.before.as_ref().and_then(|s| s.stage.as_deref());
        let Some(stage) = after.stage.as_deref().filter(|s| before != Some(s)) else {
            return Ok(());
        };
        let ledger = &change.ledger;
        let here = |a: &&catalogue::definition::Action| a.from.iter().any(|s| &**s == stage);
        let roles: Vec<&str> = ledger
            .actions
            .iter()
            .filter(here)
            .flat_map(|a| &a.by)
            .map(AsRef::as_ref)
            .collect();
        if roles.is_empty() {
            return Ok(());
        }
        let stage_name = ledger.stage(stage).map_or(stage, |s| s.name.as_str());
        let title = ledger.title_of(&after.fields);
        let text = format!(
            "待您办理：{}，{title}，现在是“{stage_name}”环节。",
            ledger.name
        );
        let about = format!("came:{}:{}", change.entry, after.revision);
        for account in self.active(db, &actor.organ)? {
            let next = roles.iter().any(|role| account.is(role));
            // Roles that a whole section shares concern the section that keeps the ledger.
            let near = account.keeps(&ledger.section)
                || account.section.is_empty()
                || account.is("legal_section");
            if next && near && account.account != actor.account {
                let entry = Some(change.entry.as_str());
                self.tell(db, &account, "came", &about, entry, &text)?;
            }
        }
        Ok(())
    }

    /// Tells those who sign a paper off that a draft waits for them; nobody where the writer may.
    pub(crate) fn tell_signers(
        &self,
        db: &Db,
        actor: &Actor,
        entry: &Entry,
        document: &Document,
        paper: &PaperRow,
    ) -> Result<()> {
        let signs = |who: &Actor| document.sign.iter().any(|role| who.is(role));
        if document.sign.is_empty() || signs(actor) {
            return Ok(());
        }
        let text = format!(
            "待您签发：《{}》，{}（{}），第 {} 稿。",
            document.name,
            name_of(entry),
            entry.ledger.name,
            paper.version
        );
        let about = format!("sign:{}:{}", paper.paper_id, paper.version);
        for account in self.active(db, &actor.organ)?.iter().filter(|a| signs(a)) {
            self.tell(db, account, "came", &about, Some(&entry.id), &text)?;
        }
        Ok(())
    }

    fn tell(
        &self,
        db: &Db,
        to: &Actor,
        kind: &str,
        about: &str,
        entry: Option<&str>,
        text: &str,
    ) -> Result<bool> {
        let now = self.clock.now();
        Ok(db.put_notice(&NoticeRow {
            organ_id: to.organ.clone(),
            account_id: to.account.clone(),
            notice_id: self.chance.uuid7(now),
            kind: kind.to_owned(),
            about: about.to_owned(),
            entry_id: entry.map(str::to_owned),
            text: text.to_owned(),
            made_at: now.to_string(),
            read_at: None,
        })?)
    }

    /// The daily digest of somebody as text; `None` when there is nothing to say.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn digest(&self, actor: &Actor) -> Result<Option<String>> {
        let today = dates::chinese(self.clock.today());
        let mut text = format!("{}，{today}：\n", actor.name);
        let mut said = false;
        for group in self.board(actor, None, None, DIGEST_LINES)? {
            if group.id == "later" || group.count == 0 {
                continue;
            }
            said = true;
            digest_group(&mut text, &group);
        }
        let unread = self.unread(actor)?;
        if unread > 0 {
            said = true;
            let _ = writeln!(text, "\n收件箱里有 {unread} 条未读提醒。");
        }
        text.push_str("\n这封邮件由系统每日发送一次，可在收件箱页停用。\n");
        Ok(said.then_some(text))
    }

    /// Sends today's digests that have not been sent; answers how many went out.
    ///
    /// # Errors
    /// When the database cannot be read or written. A mail that does not go out is logged and tried
    /// again with the next run.
    pub fn send_digests(&self, mail: &Mail) -> Result<u64> {
        let now = self.clock.now();
        let hour = now.to_zoned(tz::TimeZone::fixed(tz::offset(8))).hour();
        if hour < DIGEST_HOUR {
            return Ok(0);
        }
        let today = self.clock.today();
        let day = today.to_string();
        let mut sent = 0;
        for organ in self.organs() {
            let organ = &organ.id;
            let (rows, accounts) = self.store.read(|db| {
                Ok::<_, AppError>((db.digest_addresses(organ)?, self.active(db, organ)?))
            })?;
            for row in rows.into_iter().filter(|r| r.sent_for != day) {
                let Some(actor) = accounts.iter().find(|a| a.account == row.account_id) else {
                    continue;
                };
                if let Some(text) = self.digest(actor)? {
                    let subject = format!("{}期限与待办", dates::chinese(today));
                    if let Err(error) = mail.send(&row.address, &subject, text) {
                        tracing::warn!(%error, "A digest did not go out");
                        continue;
                    }
                    sent += 1;
                }
                let done = DigestRow {
                    sent_for: day.clone(),
                    ..row
                };
                self.store.write(|db| db.put_digest_address(&done))?;
            }
        }
        Ok(sent)
    }
}

fn digest_group(text: &mut String, group: &DueGroup) {
    let _ = writeln!(text, "\n{}（{} 件）", group.name, group.count);
    for due in &group.dues {
        let kind = if due.statutory { "法定" } else { "承诺" };
        let _ = writeln!(
            text,
            "· {}　{}：{}，最晚 {}（{kind}期限）",
            name_of(&due.entry),
            due.entry.ledger.name,
            due.what,
            dates::chinese(due.due_on)
        );
    }
    let shown = group.dues.len() as u64;
    if group.count > shown {
        let _ = writeln!(text, "· 另有 {} 件", group.count - shown);
    }
}

fn name_of(entry: &crate::entry::Entry) -> String {
    let named = [&entry.title, &entry.number]
        .into_iter()
        .find(|t| !t.is_empty());
    named.cloned().unwrap_or_else(|| entry.ledger.name.clone())
}

/// Whoever may open an entry of the register of certificates.
fn a_reader(actor: &Actor) -> bool {
    actor.is("legal_section")
}

impl App {
    fn active(&self, db: &Db, organ: &str) -> Result<Vec<Actor>> {
        let accounts = db.accounts(organ)?.into_iter();
        let active = accounts.filter(|a: &AccountRow| a.state == "active");
        active.map(|account| self.actor_of(db, account)).collect()
    }
}
