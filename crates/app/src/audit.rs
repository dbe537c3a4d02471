//! The audit trail: what people did with the system, apart from what happened to entries.
//!
//! Signing in and failing to, grants, refusals, reads of sensitive values, exports, configuration.
//! Lines are appended and never changed or deleted (there is no statement for it), and each is a
//! leaf of the log: a salted commitment in the same transaction, so that a line that is changed or
//! taken out is found by the verification like any other. Only the audit administrator reads them.

use jiff::SignedDuration;
use proof::{
    hash::Hash,
    leaf::{Leaf, Salt, commitment},
};
use serde_json::{Value as Json, json};
use store::{AuditQuery, AuditRow, Db, LeafRow};

use crate::{
    App,
    append::append_leaf,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
};

/// What the leaves of the audit trail say in place of a ledger.
pub(crate) const LEDGER: &str = "@audit";
/// Pointer of the one commitment of a line.
const WHAT: &str = "/what";
/// Characters kept of a subject or detail: they may come from outside.
const CHARS_MAX: usize = 300;
/// Lines of a page.
pub const PAGE: usize = 100;

/// The kinds of lines, with the words for them.
pub const KINDS: &[(&str, &str)] = &[
    ("sign-in", "登录"),
    ("sign-in-failed", "登录失败"),
    ("locked", "账号锁定"),
    ("sign-out", "退出"),
    ("session-ended", "结束会话"),
    ("password", "修改口令"),
    ("second-factor", "设置第二因素"),
    ("identity", "关联统一身份"),
    ("refused", "越权被拒"),
    ("unmask", "查看完整个人信息"),
    ("export", "导出"),
    ("download", "下载"),
    ("person-export", "提供个人信息副本"),
    ("erase", "删除个人信息"),
    ("account", "账号变更"),
    ("unit", "单位变更"),
    ("section", "机构科室变更"),
    ("grant", "授权"),
    ("revoke", "收回角色"),
    ("review", "复核授权"),
    ("hand-over", "工作交接"),
    ("opinion", "答复意见"),
    ("collection", "填报任务"),
    ("configuration", "配置变更"),
    ("audit-read", "查阅审计"),
];

/// The word for a kind of line.
pub fn word(kind: &str) -> &str {
    KINDS
        .iter()
        .find(|(id, _)| *id == kind)
        .map_or(kind, |(_, word)| word)
}

/// What is looked for in the trail.
#[derive(Clone, Debug, Default)]
pub struct TrailAsk {
    /// First day, ISO; empty for 180 days ago.
    pub from: String,
    /// Last day, ISO; empty for today.
    pub to: String,
    /// Account id.
    pub account: String,
    /// Kind.
    pub kind: String,
    /// Words in subject or detail.
    pub words: String,
    /// Line after which the page begins.
    pub before: Option<u64>,
}

/// Words from outside as they enter the trail: on one line, in one spelling, not endless.
fn clean(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(CHARS_MAX)
        .collect();
    kernel::spelling::spelled(&text).into_owned()
}

/// The leaf of a line: the same bytes whenever it is derived from the same row.
pub(crate) fn leaf(row: &AuditRow) -> std::result::Result<Vec<u8>, String> {
    let salt = Hash::from_hex(&row.salt).ok_or_else(|| "盐值不成立".to_owned())?;
    let what = json!({ "detail": row.detail, "kind": row.kind, "subject": row.subject });
    let hash = commitment(WHAT, &Salt(salt.0), &what).map_err(|e| e.to_string())?;
    let key = key(row);
    let Json::Object(data) = json!({
        "actor": row.account_id,
        "entry": key,
        "ledger": LEDGER,
        "organ": row.organ_id,
        "seq": 0,
    }) else {
        return Err("not an object".to_owned());
    };
    let leaf = Leaf {
        kind: "audit.line".to_owned(),
        time: row.at.clone(),
        reference: format!("{LEDGER}/{key}/0"),
        data,
        private: [(WHAT.to_owned(), hash)].into(),
    };
    leaf.encode().map_err(|e| e.to_string())
}

/// What the leaf calls the line. Numbers of the database may differ between two copies of a
/// system; the salt does not.
fn key(row: &AuditRow) -> String {
    row.salt.chars().rev().take(16).collect()
}

impl App {
    /// Appends a line and its leaf within a transaction.
    pub(crate) fn note_audit(
        &self,
        db: &Db,
        (organ, account): (&str, &str),
        kind: &str,
        subject: &str,
        detail: &str,
    ) -> Result<()> {
        let mut row = AuditRow {
            audit_id: 0,
            organ_id: organ.to_owned(),
            at: self.clock.now().to_string(),
            account_id: account.to_owned(),
            kind: kind.to_owned(),
            subject: clean(subject),
            detail: clean(detail),
            leaf_index: None,
            salt: hex::encode(self.chance.bytes32()),
        };
        let data = leaf(&row).map_err(AppError::Fault)?;
        let leaf_index = append_leaf(db, |leaf_index| LeafRow {
            leaf_index,
            organ_id: organ.to_owned(),
            ledger: LEDGER.to_owned(),
            entry_id: key(&row),
            seq: 0,
            data,
        })?;
        row.leaf_index = Some(leaf_index);
        Ok(db.put_audit(&[row])?)
    }

    /// Appends a line about something that an actor did.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn audit(&self, actor: &Actor, kind: &str, subject: &str, detail: &str) -> Result<()> {
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.store
            .write(|db| self.note_audit(db, who, kind, subject, detail))
    }

    /// Appends a line about something that an actor tried and was refused.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn audit_refusal(&self, actor: &Actor, tried: &str, answer: &str) -> Result<()> {
        self.audit(actor, "refused", tried, answer)
    }

    /// Appends a line about something that somebody unknown tried and was refused: a few of them in
    /// a quarter of an hour, as the trail is not theirs to fill.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn audit_stranger(&self, address: &str, tried: &str, why: &str) -> Result<()> {
        let Some(organ) = self.top_organ().map(|o| o.id.clone()) else {
            return Ok(());
        };
        if !self.waiting()?.may_note_stranger(self.clock.now()) {
            return Ok(());
        }
        self.store.write(|db| {
            let detail = format!("{why}，来自 {address}");
            self.note_audit(db, (&organ, ""), "refused", tried, &detail)
        })
    }

    /// Appends a line about a file that was not taken in; what it answers is passed on.
    pub(crate) fn audit_upload<T>(&self, actor: &Actor, to: &str, taken: Result<T>) -> Result<T> {
        if let Err(AppError::Input(words)) = &taken {
            self.audit(actor, "refused", to, words)?;
        }
        taken
    }

    /// Lines of the actor's organ, newest first, with the names of accounts.
    ///
    /// # Errors
    /// A denial: only the audit administrator reads the trail.
    pub fn audit_trail(&self, actor: &Actor, ask: &TrailAsk) -> Result<Vec<AuditRow>> {
        authorise(actor, Action::ReadAudit, Resource::Organ)?;
        let day = |text: &str| text.parse::<values::dates::Date>().ok();
        let half_year = SignedDuration::from_hours(24 * 180);
        let from = day(&ask.from).map_or_else(
            || (self.clock.now() - half_year).to_string(),
            |day| start_of(day).to_string(),
        );
        let to = day(&ask.to).and_then(|day| day.tomorrow().ok());
        let to = to.map_or_else(|| "9999".to_owned(), |day| start_of(day).to_string());
        let rows = self.store.read(|db| {
            db.find_audit(&AuditQuery {
                organ_id: &actor.organ,
                from: &from,
                to: &to,
                account_id: &ask.account,
                kind: &ask.kind,
                words: ask.words.trim(),
                before: ask.before,
                limit: PAGE,
            })
        })?;
        Ok(rows)
    }
}

/// The first instant of a day in China.
fn start_of(day: values::dates::Date) -> jiff::Timestamp {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    day.to_zoned(zone)
        .map_or(jiff::Timestamp::UNIX_EPOCH, |z| z.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_from_outside_cannot_forge_a_second_line() {
        let forged = "a\r\n2022-01-01 sign-in admin\u{0}\u{1b}[2J";
        let cleaned = clean(forged);
        assert!(!cleaned.chars().any(char::is_control), "{cleaned:?}");
        assert_eq!(clean(&"长".repeat(1_000)).chars().count(), CHARS_MAX);
    }

    #[test]
    fn a_changed_line_has_another_leaf() {
        let row = AuditRow {
            audit_id: 1,
            organ_id: "o".to_owned(),
            at: "2022-03-05T10:00:00Z".to_owned(),
            account_id: "a".to_owned(),
            kind: "export".to_owned(),
            subject: "complaint".to_owned(),
            detail: "3 条".to_owned(),
            leaf_index: Some(1),
            salt: "07".repeat(32),
        };
        let honest = leaf(&row).expect("a leaf");
        assert!(
            !String::from_utf8_lossy(&honest).contains("complaint"),
            "nothing in the clear"
        );
        for changed in [
            AuditRow {
                detail: "2 条".to_owned(),
                ..row.clone()
            },
            AuditRow {
                account_id: "b".to_owned(),
                ..row.clone()
            },
            AuditRow {
                at: "2022-03-05T10:00:01Z".to_owned(),
                ..row.clone()
            },
        ] {
            assert_ne!(leaf(&changed).expect("a leaf"), honest);
        }
    }
}
