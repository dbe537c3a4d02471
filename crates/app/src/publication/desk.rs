//! The publishing desk: write, review, publish, withdraw.
//!
//! Whoever wrote or changed a text does not release it; what has the form of personal data stops
//! it. A publication from an entry takes the public view as it is then, so that the reviewer sees
//! exactly what the public will see.

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use jiff::tz;
use kernel::{Command, Refusal, decide};
use office::{Limits, docx};
use sha2::{Digest, Sha256};
use store::{BlobRow, Db};
use values::personal;

use super::{
    Article, LEDGER, Shown,
    files::{is_read, remarks},
    original_and_public, text,
};
pub use super::{
    draft::{Draft, Stop, TO_WRITE},
    files::Remark,
};
use crate::{
    App,
    append::Change,
    authorise::{Action, Actor, Resource, authorise},
    entry::{Entry, NewEntry},
    error::{AppError, Result},
};

/// How a publication came about, as the ledger names it.
pub const ORIGIN_EDITOR: &str = "在线编写";
/// See [`ORIGIN_EDITOR`].
pub const ORIGIN_ENTRY: &str = "台账记录";
/// See [`ORIGIN_EDITOR`].
pub const ORIGIN_REGISTER: &str = "整本台账";
/// See [`ORIGIN_EDITOR`].
pub const ORIGIN_FILE: &str = "上传文件";

/// Largest file that is attached or read.
pub const FILE_BYTES_MAX: usize = 20 << 20;

/// A publication on the desk.
#[derive(Clone, Debug)]
pub struct OnDesk {
    /// The entry.
    pub entry: Entry,
    /// What was written.
    pub draft: Draft,
    /// What stops it.
    pub stops: Vec<Stop>,
    /// The source beside its public view, if it comes from an entry.
    pub source: Vec<Shown>,
    /// The source was changed after the publication was written.
    pub source_changed: bool,
    /// What the report checker says of the text; it warns, it does not stop.
    pub remarks: Vec<Remark>,
    /// Names of attached files that the program cannot read: somebody must look into them.
    pub unread: Vec<String>,
}

impl OnDesk {
    /// 索引号; empty before it is published.
    pub fn index_number(&self) -> String {
        text(&self.entry.state.fields, "index_number")
    }
}

impl App {
    /// Publications in a stage, the newest first.
    ///
    /// # Errors
    /// A denial.
    pub fn desk(&self, actor: &Actor, stage: &str) -> Result<Vec<Entry>> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let mut found = Vec::new();
        self.each_entry(&actor.organ, LEDGER, |entry| {
            if entry.state.stage.as_deref() == Some(stage) {
                found.push(entry);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// A publication on the desk.
    ///
    /// # Errors
    /// A denial, or [`AppError::NotFound`].
    pub fn on_desk(&self, actor: &Actor, id: &str) -> Result<OnDesk> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let entry = self.store.read(|db| self.publication(db, actor, id))?;
        let draft = Draft::of(&entry.state.fields);
        let mut source = Vec::new();
        let mut source_changed = false;
        if !draft.source_entry.is_empty() {
            let row = self
                .store
                .read(|db| db.entry(&actor.organ, &draft.source_entry))?;
            if let Some(row) = row.filter(|r| r.ledger != crate::report::LEDGER) {
                let from = self.entry_of(row)?;
                source = original_and_public(&from.ledger, &from.state.fields);
                let now: Vec<(String, String)> = facts_of(&source);
                source_changed = now != draft.facts;
            }
        }
        let unread = draft.attachments.iter().map(|(_, name)| name);
        Ok(OnDesk {
            stops: self
                .store
                .read(|db| self.all_stops(db, &actor.organ, &draft))?,
            remarks: remarks(&draft),
            unread: unread.filter(|name| !is_read(name)).cloned().collect(),
            entry,
            draft,
            source,
            source_changed,
        })
    }

    /// Starts a publication, or changes one that is still a draft; answers its id.
    ///
    /// # Errors
    /// A refusal with every field that is wrong, or a denial.
    pub fn save_publication(
        &self,
        actor: &Actor,
        id: Option<(&str, u32)>,
        draft: &Draft,
    ) -> Result<String> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        self.check_draft(draft)?;
        let fields = draft.fields();
        let Some((id, based_on)) = id else {
            return self.open_publication(actor, fields);
        };
        self.publication_command(actor, id, Some(based_on), |_, entry| {
            if entry.state.stage.as_deref() != Some("draft") {
                return Err(AppError::Input(
                    "已送审或已公开的信息不能直接修改：先退回或撤回。".to_owned(),
                ));
            }
            let old = entry.state.fields.keys();
            let kept = ["index_number", "published_at", "return_reason"];
            let mut changes: BTreeMap<String, Option<Value>> = old
                .filter(|k| !kept.contains(&k.as_str()))
                .map(|k| (k.clone(), None))
                .collect();
            changes.extend(fields.iter().map(|(k, v)| (k.clone(), Some(v.clone()))));
            Ok(Command::Amend {
                changes,
                reason: "修改待公开信息".to_owned(),
            })
        })?;
        Ok(id.to_owned())
    }

    fn check_draft(&self, draft: &Draft) -> Result<()> {
        if self.portal.column_named(&draft.column).is_none() {
            return Err(AppError::Input("请选择栏目。".to_owned()));
        }
        let empty = draft.body.trim().is_empty()
            && draft.facts.is_empty()
            && draft.attachments.is_empty()
            && draft.origin != ORIGIN_REGISTER;
        if empty {
            return Err(AppError::Input("请填写正文，或附上文件。".to_owned()));
        }
        Ok(())
    }

    fn open_publication(&self, actor: &Actor, fields: Fields) -> Result<String> {
        let ledger = self
            .catalogue()
            .ledger(LEDGER)
            .ok_or_else(|| AppError::Fault("目录里没有主动公开信息台账".to_owned()))?;
        let new = NewEntry {
            happened_on: self.clock.today(),
            fields,
        };
        let changes = self.decide_openings(actor, ledger, vec![new])?;
        let id = changes.first().map(|c| c.entry.clone()).unwrap_or_default();
        self.store
            .write(|db| self.append(db, &actor.organ, &changes))?;
        Ok(id)
    }

    /// What a publication of an entry would say.
    ///
    /// # Errors
    /// As for reading the entry; a ledger that is not published.
    pub fn draft_from_entry(&self, actor: &Actor, entry: &str) -> Result<Draft> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let entry = self.entry(actor, entry)?;
        let ledger = &entry.ledger;
        let source = original_and_public(ledger, &entry.state.fields);
        let facts = facts_of(&source);
        if facts.is_empty() {
            return Err(AppError::Input(format!(
                "“{}”没有可以公开的字段：定义里没有标明公开的内容。",
                ledger.name
            )));
        }
        let columns = &self.portal.columns;
        let wanted = ledger.publication.as_ref().map(|p| p.column.as_str());
        // The ledger may name no column of this portal: then somebody chooses one.
        let column = columns
            .iter()
            .find(|c| c.ledger.is_none() && Some(c.name.as_str()) == wanted);
        let titled = source
            .iter()
            .filter(|s| ledger.title.iter().any(|t| t.as_str() == s.field))
            .filter_map(|s| s.public.clone());
        let titled: Vec<String> = titled.collect();
        let organ = self.organ(&actor.organ)?.name.clone();
        let decided = super::date(&entry.state.fields, "decided_on");
        Ok(Draft {
            title: if titled.is_empty() {
                ledger.name.clone()
            } else {
                titled.join("：")
            },
            column: column.map(|c| c.name.clone()).unwrap_or_default(),
            made_on: Some(decided.unwrap_or(entry.state.happened_on(ledger))),
            decided_on: decided,
            document_number: source
                .iter()
                .find(|s| matches!(s.field.as_str(), "number" | "decision_number"))
                .and_then(|s| s.public.clone())
                .unwrap_or_default(),
            facts,
            author: organ.clone(),
            source: organ,
            origin: ORIGIN_ENTRY.to_owned(),
            source_ledger: ledger.id.to_string(),
            source_entry: entry.id.clone(),
            ..Draft::default()
        })
    }

    /// A frozen report as a draft: its text; the figures can be opened beside it.
    ///
    /// # Errors
    /// A report that is not frozen.
    pub fn draft_from_report(&self, actor: &Actor, id: &str) -> Result<Draft> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let system = Actor::system(&actor.organ);
        let report = self.draft(&system, id)?;
        let snapshot = self.snapshot(&system, &report)?;
        let snapshot = snapshot
            .ok_or_else(|| AppError::Input("报告还没有定稿：定稿后才能公开。".to_owned()))?;
        let mut body = String::new();
        for part in &snapshot.paper.parts {
            if !part.heading.is_empty() {
                end_line(&mut body);
                body.push_str(&format!("## {}", part.heading));
            }
            for paragraph in &part.paragraphs {
                end_line(&mut body);
                body.push_str(&paragraph.text());
            }
        }
        let organ = self.organ(&actor.organ)?.name.clone();
        let column = self.portal.column("reports");
        Ok(Draft {
            title: snapshot.paper.title.clone(),
            column: column.map(|c| c.name.clone()).unwrap_or_default(),
            made_on: report.frozen_on.as_deref().and_then(|d| d.parse().ok()),
            body,
            author: organ.clone(),
            source: organ,
            origin: ORIGIN_ENTRY.to_owned(),
            source_ledger: crate::report::LEDGER.to_owned(),
            source_entry: id.to_owned(),
            ..Draft::default()
        })
    }

    /// The whole of a ledger as a draft: once published, its public rows are a register.
    ///
    /// # Errors
    /// A ledger that no column lists.
    pub fn draft_from_ledger(&self, actor: &Actor, ledger: &str) -> Result<Draft> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let columns = &self.portal.columns;
        let column = columns.iter().find(|c| c.ledger.as_deref() == Some(ledger));
        let found = column.zip(self.catalogue().ledger(ledger));
        let (column, ledger) = found.ok_or_else(|| {
            AppError::Input(
                "没有栏目列出这本台账：先在设置文件 portal.toml 里给它一个栏目。".to_owned(),
            )
        })?;
        let shown: Vec<String> = ledger
            .fields
            .iter()
            .filter(|f| f.public != catalogue::definition::Visibility::Hidden)
            .map(|f| f.name.clone())
            .collect();
        let organ = self.organ(&actor.organ)?.name.clone();
        Ok(Draft {
            title: format!("公开{}", column.name),
            column: column.name.clone(),
            made_on: Some(self.clock.today()),
            summary: column.about.clone(),
            body: format!(
                "公开的项目：{}。台账更正后，公开的内容随之更正。",
                shown.join("、")
            ),
            author: organ.clone(),
            source: organ,
            origin: ORIGIN_REGISTER.to_owned(),
            source_ledger: ledger.id.to_string(),
            ..Draft::default()
        })
    }

    /// What a Word document says, as a draft. The file itself is not attached: it holds more than
    /// its text, and whoever wants it published attaches it, and has it looked through.
    ///
    /// # Errors
    /// A file that is too large or no Word document.
    pub fn draft_from_docx(&self, actor: &Actor, bytes: &[u8]) -> Result<Draft> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let read = docx::read(bytes, &Limits::default())
            .map_err(|e| AppError::Input(format!("这个文件读不了：{e}")))?;
        let mut body = String::new();
        let mut title = String::new();
        let mut row: Option<(usize, usize)> = None;
        for paragraph in &read.paragraphs {
            let words = paragraph.text.replace(['\n', '\t', '|'], " ");
            let words = words.trim();
            if let docx::Place::Cell { table, row: at, .. } = paragraph.place {
                if row == Some((table, at)) {
                    body.push_str(&format!(" {words} |"));
                } else {
                    end_line(&mut body);
                    body.push_str(&format!("| {words} |"));
                    row = Some((table, at));
                }
                continue;
            }
            row = None;
            if words.is_empty() {
                continue;
            }
            if title.is_empty() {
                title = words.to_owned();
                continue;
            }
            end_line(&mut body);
            if paragraph.heading.is_some() {
                body.push_str("## ");
            }
            body.push_str(paragraph.label.as_deref().unwrap_or_default());
            body.push_str(words);
        }
        let organ = self.organ(&actor.organ)?.name.clone();
        Ok(Draft {
            title,
            body,
            made_on: Some(self.clock.today()),
            author: organ.clone(),
            source: organ,
            origin: ORIGIN_FILE.to_owned(),
            ..Draft::default()
        })
    }

    /// Keeps a file; answers its hash.
    ///
    /// # Errors
    /// A file that is too large.
    pub fn keep_file(&self, organ: &str, bytes: &[u8], media_type: &str) -> Result<String> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(AppError::Input("文件太大，最多 20 MB。".to_owned()));
        }
        let hash = hex::encode(Sha256::digest(bytes));
        let row = BlobRow {
            organ_id: organ.to_owned(),
            hash: hash.clone(),
            media_type: media_type.to_owned(),
            bytes: bytes.to_vec(),
        };
        self.store.write(|db| db.put_blob(&row))?;
        Ok(hash)
    }

    /// Sends a draft to review.
    ///
    /// # Errors
    /// A refusal; personal data in the text.
    pub fn submit_publication(&self, actor: &Actor, id: &str) -> Result<()> {
        self.publication_command(actor, id, None, |db, entry| {
            self.refuse_personal(db, &actor.organ, entry)?;
            Ok(act("submit", Fields::new()))
        })
    }

    /// Sends a publication back to its writer.
    ///
    /// # Errors
    /// A refusal.
    pub fn send_back_publication(&self, actor: &Actor, id: &str, reason: &str) -> Result<()> {
        let reason = needed(reason, "请写明退回意见。")?;
        self.publication_command(actor, id, None, |_, _| {
            let fields = Fields::from([("return_reason".to_owned(), reason.clone().into())]);
            Ok(act("send_back", fields))
        })
    }

    /// Withdraws a publication. Its title stays in its place, unless another one is given: a title
    /// may be what should not be read any more.
    ///
    /// # Errors
    /// A refusal; personal data in what stays.
    pub fn withdraw_publication(
        &self,
        actor: &Actor,
        id: &str,
        reason: &str,
        other_title: &str,
    ) -> Result<()> {
        let other_title = other_title.trim();
        let reason = needed(reason, "请写明撤回的理由：它会公布在原来的位置。")?;
        if [reason.as_str(), other_title]
            .iter()
            .any(|t| !personal::find(t).is_empty())
        {
            return Err(AppError::Input(
                "撤回理由和留存标题会公布，不能写个人信息。".to_owned(),
            ));
        }
        self.publication_command(actor, id, None, |_, _| {
            let mut fields = Fields::from([("withdrawn_reason".to_owned(), reason.clone().into())]);
            if !other_title.is_empty() {
                fields.insert("withdrawn_title".to_owned(), other_title.into());
            }
            Ok(act("withdraw", fields))
        })
    }

    /// Releases a reviewed publication, with the number of the catalogue.
    ///
    /// # Errors
    /// A refusal: the same person, personal data.
    pub fn release_publication(&self, actor: &Actor, id: &str) -> Result<()> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let now = self.clock.now();
        let local = now.to_zoned(tz::TimeZone::fixed(tz::offset(8)));
        let at = local.strftime("%Y-%m-%d %H:%M").to_string();
        let year = u32::try_from(local.year()).unwrap_or(0);
        self.store.write(|db| {
            let entry = self.publication(db, actor, id)?;
            self.refuse_personal(db, &actor.organ, &entry)?;
            refuse_writer(&entry, actor)?;
            let fields = &entry.state.fields;
            let number = match text(fields, "index_number") {
                known if !known.is_empty() => known,
                _ => {
                    let serial = db.next_number(&actor.organ, "index_number", year)?;
                    format!("{}/{year}-{serial:05}", self.portal.organ_code)
                }
            };
            let given = Fields::from([
                ("index_number".to_owned(), number.into()),
                ("published_at".to_owned(), at.clone().into()),
            ]);
            let source = text(fields, "source_entry");
            let mut changes = vec![self.decided(actor, entry, act("publish", given))?];
            changes.extend(self.source_published(db, actor, &source)?);
            self.append(db, &actor.organ, &changes)
        })
    }

    /// The day of publication in the entry that it comes from: stops the entry's own clock.
    fn source_published(&self, db: &Db, actor: &Actor, source: &str) -> Result<Option<Change>> {
        let Some(row) = db.entry(&actor.organ, source)?.filter(|r| !r.voided) else {
            return Ok(None);
        };
        let entry = self.entry_of(row)?;
        let open = entry.ledger.field("published_on").is_some()
            && !entry.state.fields.contains_key("published_on");
        if !open {
            return Ok(None);
        }
        let today = Value::Text(self.clock.today().to_string());
        let command = Command::Amend {
            changes: BTreeMap::from([("published_on".to_owned(), Some(today))]),
            reason: "已在门户公开".to_owned(),
        };
        self.decided(actor, entry, command).map(Some)
    }

    fn publication(&self, db: &Db, actor: &Actor, id: &str) -> Result<Entry> {
        let row = db.entry(&actor.organ, id)?;
        let row = row
            .filter(|r| r.ledger == LEDGER)
            .ok_or(AppError::NotFound("这条公开信息"))?;
        self.entry_of(row)
    }

    fn publication_command(
        &self,
        actor: &Actor,
        id: &str,
        based_on: Option<u32>,
        command: impl Fn(&Db, &Entry) -> Result<Command>,
    ) -> Result<()> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        self.store.write(|db| {
            let entry = self.publication(db, actor, id)?;
            let now = entry.state.revision;
            if let Some(based_on) = based_on.filter(|seen| *seen != now) {
                return Err(Refusal::Stale { based_on, now }.into());
            }
            let command = command(db, &entry)?;
            let change = self.decided(actor, entry, command)?;
            self.append(db, &actor.organ, &[change])
        })
    }

    pub(crate) fn decided(&self, actor: &Actor, entry: Entry, command: Command) -> Result<Change> {
        let organ = self.organ(&actor.organ)?;
        let who = self.who(actor, &organ);
        let today = self.clock.today();
        let events = decide(&entry.ledger, Some(&entry.state), command, &who, today)?;
        Ok(Change {
            ledger: entry.ledger,
            entry: entry.id,
            opened_at: entry.opened_at,
            recorded_at: self.clock.now().to_string(),
            before: Some(entry.state),
            events,
        })
    }

    /// The article as it would be published: what the reviewer looks at.
    pub fn preview(&self, draft: &Draft) -> Article {
        let column = self.portal.column_named(&draft.column);
        Article {
            title: draft.title.clone(),
            column: column.map(|c| c.id.clone()).unwrap_or_default(),
            document_number: draft.document_number.clone(),
            summary: draft.summary.clone(),
            made_on: draft.made_on,
            author: draft.author.clone(),
            source: draft.source.clone(),
            body: draft.body.clone(),
            facts: draft.facts.clone(),
            validity: draft.validity.clone(),
            until_on: draft.until_on,
            comments_until: draft.comments_until,
            attachments: draft.attachments.clone(),
            ..super::empty_article()
        }
    }
}

fn act(action: &str, fields: Fields) -> Command {
    Command::Act {
        action: action.to_owned(),
        fields,
    }
}

fn needed(text: &str, otherwise: &str) -> Result<String> {
    match text.trim() {
        "" => Err(AppError::Input(otherwise.to_owned())),
        text => Ok(text.to_owned()),
    }
}

fn facts_of(source: &[Shown]) -> Vec<(String, String)> {
    source
        .iter()
        .filter_map(|s| Some((s.name.clone(), s.public.clone()?)))
        .collect()
}

fn end_line(body: &mut String) {
    if !body.is_empty() {
        body.push('\n');
    }
}

/// Whoever opened or changed it does not release it (保密审查由另一人进行).
fn refuse_writer(entry: &Entry, actor: &Actor) -> Result<()> {
    let wrote = |d: &kernel::Done| {
        matches!(d.what.as_str(), "opened" | "amended") && d.actor == actor.account
    };
    if entry.state.history.iter().any(wrote) {
        return Err(AppError::Input(
            "起草或修改过这条信息的人不能审核发布：请由另一人审核。".to_owned(),
        ));
    }
    Ok(())
}
