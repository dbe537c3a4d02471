//! Personal data (个人信息保护法): seeing a masked value whole with a reason, giving out what is
//! held about a person, erasing on request or term.
//!
//! Erasing takes values and their salts out of the events and out of the entry; the leaves stay.
//! A leaf commits to each personal value by itself, so what is left can still be proved, and what
//! is gone can be guessed by nobody. Each erased value is written down with its ground, and the
//! verification tells erased values from lost ones. What is held about a person is looked for in
//! `held`.

mod beside;
mod held;

pub use held::{HeldAbout, HeldLine};

use std::collections::BTreeMap;

use catalogue::{
    definition::{Field, FieldType, Ledger},
    value::{Fields, Value},
};
use kernel::{Happening, State};
use store::{ErasureRow, ListQuery, RowFilter};
use values::dates::Date;

use crate::{
    App,
    append::{Change, entry_row, natural_key, to_json},
    authorise::{Action, Actor, Resource, authorise},
    entry::{Entry, event_of, unit_of},
    envelope::{self, Salts},
    error::{AppError, Result},
};

/// Entries past their term listed at once.
const DUE_MAX: usize = 200;
/// Entries looked through at a time for those past their term.
const DUE_PAGE: usize = 1_000;
/// Why a value is not erased.
const NEEDED: &str =
    "有数据按这个项目去重或分类，删除会改变已报出的数，不能删除；可改为更正后作废。";

/// A personal value of an entry.
#[derive(Clone, Debug)]
pub struct Held {
    /// The entry.
    pub entry: Entry,
    /// The fields: id, name, value whole.
    pub fields: Vec<(String, String, String)>,
}

/// The personal values that an entry holds now.
fn personal(entry: &Entry) -> Vec<(String, String, String)> {
    let fields = entry.ledger.fields.iter();
    let held = fields.filter(|f| envelope::is_personal(f)).filter_map(|f| {
        let value = entry.state.fields.get(f.id.as_str())?;
        Some((f.id.to_string(), f.name.clone(), f.format(value)))
    });
    held.collect()
}

impl App {
    /// The personal values of an entry, whole. The reason is kept in the audit trail.
    ///
    /// # Errors
    /// A denial, or an input error without a reason.
    pub fn unmask(&self, actor: &Actor, id: &str, reason: &str) -> Result<Held> {
        let reason = reason.trim();
        if reason.chars().count() < 4 {
            return Err(AppError::Input(
                "请写明查看完整个人信息的理由（至少四个字），理由会记入审计。".to_owned(),
            ));
        }
        let entry = self.entry(actor, id)?;
        let resource = Resource::Entry {
            ledger: &entry.ledger,
            organ: &actor.organ,
            unit: unit_of(&entry.ledger, &entry.state.fields),
        };
        authorise(actor, Action::Unmask, resource)?;
        let fields = personal(&entry);
        let names: Vec<&str> = fields.iter().map(|(_, name, _)| name.as_str()).collect();
        let detail = format!(
            "{}：{}；理由：{reason}",
            entry.ledger.name,
            names.join("、")
        );
        self.audit(actor, "unmask", id, &detail)?;
        Ok(Held { entry, fields })
    }

    /// Entries whose personal values have been kept longer than their ledger's term.
    ///
    /// # Errors
    /// A denial.
    pub fn past_their_term(&self, actor: &Actor) -> Result<Vec<Held>> {
        authorise(actor, Action::KeepPersonalData, Resource::Organ)?;
        let today = self.clock.today();
        let mut due = Vec::new();
        for ledger in self.catalogue().ledgers() {
            let Some(last) = years_before(today, ledger.kept_years()) else {
                continue;
            };
            if !ledger.fields.iter().any(envelope::is_personal) {
                continue;
            }
            let mut query =
                ListQuery::new(&actor.organ, &ledger.id, RowFilter::organ(&actor.organ));
            query.to = Some(last.to_string());
            query.include_voided = true;
            query.limit = DUE_PAGE;
            query.descending = false;
            // Oldest first, page by page: what is going on for long keeps nothing behind it back.
            loop {
                let page = self.store.read(|db| db.list(&query))?;
                for row in page.rows {
                    let entry = self.entry_of(row)?;
                    let fields = personal(&entry);
                    if is_done(&entry) && !fields.is_empty() {
                        due.push(Held { entry, fields });
                    }
                    if due.len() == DUE_MAX {
                        return Ok(due);
                    }
                }
                match page.next {
                    Some(next) => query.after = Some(next),
                    None => break,
                }
            }
        }
        Ok(due)
    }

    /// Erases personal fields of an entry from its state and from all of its events; answers how
    /// many values were erased.
    ///
    /// # Errors
    /// A denial; an input error without a ground, or where a figure counts by the field.
    pub fn erase(&self, actor: &Actor, id: &str, fields: &[String], ground: &str) -> Result<usize> {
        authorise(actor, Action::KeepPersonalData, Resource::Organ)?;
        let ground = grounded(ground)?;
        if fields.is_empty() {
            return Err(AppError::Input("请选择要删除的项目。".to_owned()));
        }
        let at = self.clock.now().to_string();
        let who = (actor.organ.as_str(), actor.account.as_str());
        let count = self.store.write(|db| {
            let row = db.entry(who.0, id)?;
            let entry = self.entry_of(row.ok_or(AppError::NotFound("该记录"))?)?;
            let ledger = &entry.ledger;
            for field in fields {
                refuse_needed(ledger, field)?;
            }
            let rows = db.events(who.0, id)?;
            let mut erased = Vec::new();
            let mut events = Vec::with_capacity(rows.len());
            for row in &rows {
                let mut event = event_of(row)?;
                let mut salts: Salts =
                    serde_json::from_str(&row.salts).map_err(|e| AppError::Fault(e.to_string()))?;
                let mut gone = false;
                for field in fields {
                    if remove(&mut event.what, field) {
                        let pointer = format!("/person/{field}");
                        salts.remove(&pointer);
                        gone = true;
                        erased.push(ErasureRow {
                            organ_id: who.0.to_owned(),
                            entry_id: id.to_owned(),
                            seq: row.seq,
                            pointer,
                            at: at.clone(),
                            account_id: who.1.to_owned(),
                            ground: ground.to_owned(),
                        });
                    }
                }
                if gone {
                    let (body, salts) = (to_json(&event.what)?, to_json(&salts)?);
                    db.erase_event(who.0, id, row.seq, &body, &salts)?;
                }
                events.push(event);
            }
            if erased.is_empty() {
                return Err(AppError::Input("这些项目里没有可以删除的内容。".to_owned()));
            }
            db.put_erasures(&erased)?;
            self.write_state_again(db, who.0, &entry, &events)?;
            let detail = format!("{}；依据：{}", fields.join("、"), ground);
            self.note_audit(db, who, "erase", id, &detail)?;
            Ok::<_, AppError>(erased.len())
        })?;
        self.store.bring_home()?;
        Ok(count)
    }

    /// The entry's rows as its events now give them.
    fn write_state_again(
        &self,
        db: &store::Db,
        organ: &str,
        entry: &Entry,
        events: &[kernel::Event],
    ) -> Result<()> {
        let stage = entry.ledger.first_stage().map(|s| s.id.as_str());
        let mut state = None;
        for event in events {
            state = Some(kernel::apply(state, event, stage));
        }
        let Some(state) = state else {
            return Ok(());
        };
        let change = Change {
            ledger: entry.ledger.clone(),
            entry: entry.id.clone(),
            opened_at: entry.opened_at.clone(),
            recorded_at: entry.changed_at.clone(),
            before: Some(entry.state.clone()),
            events: Vec::new(),
        };
        let adds = |state: &State| kernel::contributions(&entry.ledger, state);
        if adds(&entry.state) != adds(&state) {
            return Err(AppError::Input(NEEDED.to_owned()));
        }
        let (row, values) = entry_row(organ, &entry.changed_at, &change, &state)?;
        let words = self.words_of(&row)?;
        db.delete_values(organ, &entry.id)?;
        db.put_entries(&[row])?;
        db.put_values(&values)?;
        // A key that names a person goes with the name. The entry is then found by its id alone.
        let key = |fields: &Fields| natural_key(&entry.ledger, fields);
        if key(&entry.state.fields) != key(&state.fields) {
            db.delete_key(organ, &entry.id)?;
        }
        Ok(db.queue_search(&[words])?)
    }
}

/// Nothing is erased without saying on what ground.
fn grounded(ground: &str) -> Result<&str> {
    let ground = ground.trim();
    if ground.chars().count() < 4 {
        return Err(AppError::Input(
            "请写明删除的依据（本人请求、保存期限届满等），至少四个字。".to_owned(),
        ));
    }
    Ok(ground)
}

/// What is still going on is needed, however old it is.
fn is_done(entry: &Entry) -> bool {
    let stage = entry.state.stage.as_deref();
    let stage = stage.and_then(|stage| entry.ledger.stage(stage));
    entry.state.voided || stage.is_none_or(|stage| stage.end)
}

fn years_before(today: Date, years: u8) -> Option<Date> {
    today
        .checked_sub(jiff::Span::new().years(i64::from(years)))
        .ok()
}

/// A field is erased only where nothing else is computed from it: a figure would change, and with
/// it what was reported.
fn refuse_needed(ledger: &Ledger, id: &str) -> Result<()> {
    let field: Option<&Field> = ledger.field(id);
    let personal = field.is_some_and(envelope::is_personal);
    if !personal {
        return Err(AppError::Input("只能删除个人信息项目。".to_owned()));
    }
    let used = ledger.figures.iter().any(|figure| {
        let by = figure.by.iter().any(|d| d.field.as_str() == id);
        let fold = figure.kind.fold();
        by || fold.is_some_and(|fold| {
            fold.keys.iter().any(|k| k.as_str() == id)
                || fold.when.is_some()
                    && matches!(field.map(|f| &f.kind), Some(FieldType::Rows { .. }))
        })
    });
    if used {
        return Err(AppError::Input(NEEDED.to_owned()));
    }
    Ok(())
}

fn remove(what: &mut Happening, field: &str) -> bool {
    fn out<V>(map: &mut BTreeMap<String, V>, field: &str) -> bool {
        map.remove(field).is_some()
    }
    match what {
        Happening::Opened { fields, .. } | Happening::Acted { fields, .. } => out(fields, field),
        Happening::Amended { changes, .. } => {
            // A correction that took the value away says nothing of it.
            let said = matches!(changes.get(field), Some(Some(_)));
            said && out::<Option<Value>>(changes, field)
        }
        Happening::Retracted { restored, .. } => out(restored, field),
        _ => false,
    }
}
