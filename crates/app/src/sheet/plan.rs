//! Plan: what an uploaded sheet would do, row by row, without doing it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, mpsc::sync_channel},
};

use catalogue::{
    definition::{Field, Ledger},
    value::{Fields, Value},
};
use kernel::{Command, Refusal, Who, decide};
use office::xlsx::{Datum, column_name};
use store::Db;

use super::{
    Applied, datum,
    decided::Decided,
    read::{Content, Message, Opening, ReadRow, Reader, Shown},
    sheet_fields,
};
use crate::{
    App,
    append::content_hash,
    authorise::Actor,
    entry::Entry,
    envelope::is_personal,
    error::{AppError, Result},
};

/// What an uploaded sheet would do.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Name of the worksheet.
    pub sheet: String,
    /// Rows in order: of each outcome the first [`KEPT_MAX`].
    pub rows: Vec<PlannedRow>,
    /// Things about the whole sheet that the clerk should know (unknown columns, merged cells).
    pub remarks: Vec<String>,
    counts: Applied,
}

/// Rows of one outcome kept for showing and for the sheet of refused rows; beyond it they are counted.
pub const KEPT_MAX: usize = 5_000;

/// A row of the sheet.
#[derive(Clone, Debug)]
pub struct PlannedRow {
    /// Its number as Excel shows it.
    pub number: u32,
    /// The record id in its hidden column.
    pub record: Option<String>,
    /// Its cells, one for each sheet field; kept for refused rows only.
    pub cells: Vec<Datum>,
    /// What it is called.
    pub title: String,
    /// What would happen.
    pub outcome: Outcome,
}

/// What would happen to a row.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A new entry.
    New(Opening),
    /// An entry would be corrected.
    Changed {
        /// The entry as it is.
        entry: Box<Entry>,
        /// New values by field; `None` removes.
        changes: BTreeMap<String, Option<Value>>,
    },
    /// The entry is there already, the same.
    Same(String),
    /// The row cannot be taken.
    Refused(Vec<CellFault>),
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellFault {
    /// Address: `C7`; only the row where no column is at fault.
    pub address: String,
    /// Number of the column among the sheet fields.
    pub column: Option<usize>,
    /// Name of the field.
    pub field: String,
    /// What stands there.
    pub value: String,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl Plan {
    /// How many rows of each outcome.
    pub fn counts(&self) -> Applied {
        self.counts
    }

    fn take(&mut self, row: PlannedRow) {
        let so_far = self.counts.add(&row.outcome);
        if so_far <= KEPT_MAX {
            self.rows.push(row);
        }
    }
}

impl Applied {
    /// All rows.
    pub fn total(&self) -> usize {
        self.new + self.changed + self.same + self.refused
    }

    /// Counts a row; answers how many there are of its outcome.
    pub(super) fn add(&mut self, outcome: &Outcome) -> usize {
        let count = match outcome {
            Outcome::New(_) => &mut self.new,
            Outcome::Changed { .. } => &mut self.changed,
            Outcome::Same(_) => &mut self.same,
            Outcome::Refused(_) => &mut self.refused,
        };
        *count += 1;
        *count
    }
}

impl App {
    /// Plans a sheet; answers also what it decided, for the confirmation.
    pub(crate) fn plan(
        &self,
        actor: &Actor,
        ledger: &Arc<Ledger>,
        bytes: &[u8],
    ) -> Result<(Plan, Decided)> {
        let mut plan = Plan::default();
        let mut decided = Decided::new(self.clock.today());
        let (sheet, remarks) = self.store.read(|db| {
            self.each_planned(db, actor, ledger, bytes, |rows| {
                decided.take(&rows);
                rows.into_iter().for_each(|row| plan.take(row));
                Ok(())
            })
        })?;
        decided.counts = plan.counts;
        let plan = Plan {
            sheet,
            remarks,
            ..plan
        };
        Ok((plan, decided))
    }

    /// Reads a sheet on a thread of its own and plans it chunk by chunk on this one. Answers the
    /// name of the worksheet and the remarks.
    pub(super) fn each_planned(
        &self,
        db: &Db,
        actor: &Actor,
        ledger: &Arc<Ledger>,
        bytes: &[u8],
        mut each: impl FnMut(Vec<PlannedRow>) -> Result<()>,
    ) -> Result<(String, Vec<String>)> {
        let organ = self.organ(&actor.organ)?;
        let who = self.who(actor, &organ);
        let reader = Reader {
            catalogue: self.catalogue(),
            ledger,
            who: who.clone(),
        };
        std::thread::scope(|scope| {
            let (to, messages) = sync_channel(super::IN_FLIGHT);
            let reading = scope.spawn(move || reader.read(bytes, &to));
            let mut recognised = None;
            for message in messages {
                match (message, &mut recognised) {
                    (Message::Sheet(sheet), _) => {
                        let places = sheet.places.clone();
                        let matcher = Matcher::new(self, db, actor, ledger, who.clone(), places)?;
                        recognised = Some((sheet, matcher));
                    }
                    (Message::Rows(rows), Some((_, matcher))) => each(matcher.plan(rows)?)?,
                    (Message::Rows(_), None) => {}
                }
            }
            let read = reading
                .join()
                .map_err(|_| AppError::Fault("reading the sheet panicked".to_owned()))?;
            let more = read?;
            let (sheet, _) = recognised
                .ok_or_else(|| AppError::Fault("the sheet was not recognised".to_owned()))?;
            let remarks = sheet.remarks.into_iter().chain(more).collect();
            Ok((sheet.name, remarks))
        })
    }
}

/// Matches rows with entries: by record id, then by natural key, else by content and count.
struct Matcher<'a> {
    app: &'a App,
    db: &'a Db,
    organ: &'a str,
    actor: &'a Actor,
    ledger: &'a Arc<Ledger>,
    who: Who<'a>,
    /// The fields of the sheet, each with its column: without one, the sheet says nothing of it.
    columns: Vec<(&'a Field, Option<u16>)>,
    /// Entries with a content, as they were before the first row that has it.
    by_content: HashMap<String, Vec<String>>,
    keys: HashMap<String, u32>,
    entries: HashMap<String, u32>,
    /// Nothing stands in the ledger yet: no row needs to be looked for.
    is_first: bool,
}

impl<'a> Matcher<'a> {
    fn new(
        app: &'a App,
        db: &'a Db,
        actor: &'a Actor,
        ledger: &'a Arc<Ledger>,
        who: Who<'a>,
        places: Vec<Option<u16>>,
    ) -> Result<Self> {
        let is_first = db.ledger_counts(&actor.organ, &ledger.id)?.is_empty();
        Ok(Self {
            app,
            db,
            organ: &actor.organ,
            actor,
            ledger,
            who,
            columns: sheet_fields(ledger).zip(places).collect(),
            by_content: HashMap::new(),
            keys: HashMap::new(),
            entries: HashMap::new(),
            is_first,
        })
    }

    fn plan(&mut self, chunk: Vec<ReadRow>) -> Result<Vec<PlannedRow>> {
        let key = |row: &ReadRow| row.read.as_ref().ok()?.key.clone();
        let keys: Vec<String> = if self.is_first {
            Vec::new()
        } else {
            chunk.iter().filter_map(key).collect()
        };
        let known = self
            .db
            .entries_by_keys(self.organ, &self.ledger.id, &keys)?;
        let named = chunk.iter().filter_map(|row| row.record.clone());
        let ids: HashSet<String> = named.chain(known.values().cloned()).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let entries = self.db.entries(self.organ, &ids)?;
        let mut found = HashMap::with_capacity(entries.len());
        for row in entries {
            if row.ledger == *self.ledger.id && !row.voided {
                let entry = self.app.entry_of(row)?;
                // What is not the unit's own is to it as if it were not there.
                if self.is_own(&entry.state.fields) {
                    found.insert(entry.id.clone(), entry);
                }
            }
        }
        chunk
            .into_iter()
            .map(|row| self.plan_row(row, &known, &mut found))
            .collect()
    }

    fn is_own(&self, fields: &Fields) -> bool {
        let field = self.ledger.unit_field();
        field.is_none_or(|f| crate::entry::is_own(self.actor, fields.get(f.id.as_str())))
    }

    fn plan_row(
        &mut self,
        mut row: ReadRow,
        known: &BTreeMap<String, String>,
        found: &mut HashMap<String, Entry>,
    ) -> Result<PlannedRow> {
        let read = std::mem::replace(&mut row.read, Err(Vec::new()));
        let (title, outcome) = match read {
            Err(faults) => (String::new(), Outcome::Refused(faults)),
            Ok(mut content) => {
                let title = self.ledger.title_of(content.fields());
                let outcome = self.outcome(&row, &mut content, known, found)?;
                if matches!(outcome, Outcome::Refused(_)) && row.cells.is_empty() {
                    row.cells = self.cells(content.fields());
                }
                (title, outcome)
            }
        };
        let refused = matches!(outcome, Outcome::Refused(_));
        Ok(PlannedRow {
            number: row.number,
            record: row.record,
            cells: if refused { row.cells } else { Vec::new() },
            title,
            outcome,
        })
    }

    /// The cells of a row that was sound in itself, for the sheet of refused rows.
    fn cells(&self, fields: &Fields) -> Vec<Datum> {
        let cell = |(field, _): &(&Field, Option<u16>)| {
            let value = fields.get(field.id.as_str());
            value.map_or(Datum::Empty, |value| datum(field, value, true))
        };
        self.columns.iter().map(cell).collect()
    }

    fn outcome(
        &mut self,
        row: &ReadRow,
        content: &mut Content,
        known: &BTreeMap<String, String>,
        found: &mut HashMap<String, Entry>,
    ) -> Result<Outcome> {
        let key = content.key.take();
        let is_own = self.is_own(content.fields());
        if let Some(field) = self.ledger.unit_field().filter(|_| !is_own) {
            let reason = crate::entry::other_unit(self.actor, field);
            return Ok(refused(row, reason, "请删去这一行"));
        }
        // A row that carries its record is known by that: what was masked may look alike.
        let twice = key
            .as_ref()
            .filter(|_| row.record.is_none())
            .and_then(|k| self.keys.insert(k.clone(), row.number));
        if let Some(earlier) = twice {
            let reason = format!("与第{earlier}行是同一条（{}相同）", key_names(self.ledger));
            return Ok(refused(row, reason, "请合并成一行或改正编号"));
        }
        let owner = key.as_ref().and_then(|key| known.get(key));
        let id = row.record.clone().or_else(|| owner.cloned());
        let Some(id) = id else {
            return match key {
                Some(_) => Ok(self.opened(row, content)),
                None => self.by_content(row, content),
            };
        };
        if owner.is_some_and(|owner| *owner != id) {
            let reason = format!("另一条记录已用这个{}", key_names(self.ledger));
            return Ok(refused(row, reason, "请改正编号"));
        }
        if let Some(earlier) = self.entries.insert(id.clone(), row.number) {
            let reason = format!("与第{earlier}行是同一条记录");
            return Ok(refused(
                row,
                reason,
                "请合并成一行；新增的行请把“记录号”列清空",
            ));
        }
        match found.remove(&id) {
            Some(entry) => Ok(self.corrected(row, entry, content)),
            None if row.record.is_some() => Ok(refused(
                row,
                NO_RECORD.to_owned(),
                "新增的行请把“记录号”列清空",
            )),
            None => Ok(self.opened(row, content)),
        }
    }

    /// A row without a key: the entries with the same content are used up one by one.
    fn by_content(&mut self, row: &ReadRow, content: &mut Content) -> Result<Outcome> {
        let hash = content_hash(content.fields())?;
        if !self.is_first && !self.by_content.contains_key(&hash) {
            let ids = self
                .db
                .entries_by_content(self.organ, &self.ledger.id, &hash)?;
            self.by_content.insert(hash.clone(), ids);
        }
        // With a part of it hidden, nothing can be said of the content.
        let same = self.by_content.get_mut(&hash).and_then(Vec::pop);
        Ok(match same.filter(|_| content.shown.is_empty()) {
            Some(id) => Outcome::Same(id),
            None => self.opened(row, content),
        })
    }

    fn opened(&self, row: &ReadRow, content: &mut Content) -> Outcome {
        let hidden = |shown: &Shown| {
            let (reason, remedy) = ("打码的内容不能登记为新记录", "请填写完整的内容");
            self.fault(row, shown, reason.to_owned(), remedy.to_owned())
        };
        if !content.shown.is_empty() {
            return Outcome::Refused(content.shown.iter().map(hidden).collect());
        }
        match content.opening.take() {
            Some(Ok(opening)) => Outcome::New(opening),
            Some(Err(refusal)) => self.refused(row, refusal),
            None => refused(row, NO_RECORD.to_owned(), "新增的行请把“记录号”列清空"),
        }
    }

    fn fault(&self, row: &ReadRow, shown: &Shown, reason: String, remedy: String) -> CellFault {
        let (field, place) = self.columns[shown.at];
        CellFault {
            address: address(row, place),
            column: Some(shown.at),
            field: field.name.clone(),
            value: shown.text.clone(),
            reason,
            remedy,
        }
    }

    /// What the cells say that may be an export's: nothing where they show what stands in the
    /// entry, otherwise a value or why there is none.
    fn told(
        &self,
        row: &ReadRow,
        entry: &Entry,
        content: &Content,
    ) -> std::result::Result<Vec<(&'a Field, Option<Value>)>, Vec<CellFault>> {
        let (mut values, mut faults) = (Vec::new(), Vec::new());
        for shown in &content.shown {
            let (field, _) = self.columns[shown.at];
            let old = entry.state.fields.get(field.id.as_str());
            if old.is_some_and(|old| is_export_of(field, old, &shown.text)) {
                continue;
            }
            match &shown.read {
                _ if shown.is_masked() => {
                    let reason = "打码的内容与原记录对不上".to_owned();
                    let remedy = "不改这一项就保持导出时的样子；要改就填写完整的内容";
                    faults.push(self.fault(row, shown, reason, remedy.to_owned()));
                }
                Ok(value) => {
                    let mut new = Fields::new();
                    new.extend(value.clone().map(|value| (field.id.to_string(), value)));
                    kernel::spelling::spell_fields(&mut new);
                    values.push((field, new.into_values().next()));
                }
                Err(error) => {
                    faults.push(self.fault(row, shown, error.message(), error.remedy()));
                }
            }
        }
        if faults.is_empty() {
            Ok(values)
        } else {
            Err(faults)
        }
    }

    /// What a matched row changes: the sheet says what stands in its columns, and nothing of the others.
    fn corrected(&self, row: &ReadRow, entry: Entry, content: &Content) -> Outcome {
        let told = match self.told(row, &entry, content) {
            Ok(told) => told,
            Err(faults) => return Outcome::Refused(faults),
        };
        let mut changes = BTreeMap::new();
        for (at, (field, _)) in self.columns.iter().enumerate() {
            let is_shown = content.shown.iter().any(|shown| shown.at == at);
            if self.columns[at].1.is_none() || is_shown {
                continue;
            }
            let id = field.id.as_str();
            let (old, new) = (entry.state.fields.get(id), content.fields().get(id));
            if old != new && !same_choices(old, new) && !is_masked(field, old, new) {
                changes.insert(id.to_owned(), new.cloned());
            }
        }
        for (field, new) in told {
            if entry.state.fields.get(field.id.as_str()) != new.as_ref() {
                changes.insert(field.id.to_string(), new);
            }
        }
        if changes.is_empty() {
            return Outcome::Same(entry.id);
        }
        let unknown = changes.keys().find(|id| entry.ledger.field(id).is_none());
        if let Some(field) = unknown.and_then(|id| self.ledger.field(id)) {
            let version = entry.ledger.effective;
            let reason = format!("这条记录按 {version} 版台账登记，没有“{}”一项", field.name);
            return refused(row, reason, "请把这一格清空");
        }
        if let Err(AppError::Input(reason)) = crate::report::refuse_frozen(&entry) {
            return refused(row, reason, "请删去这一行");
        }
        let command = Command::Amend {
            changes: changes.clone(),
            reason: super::REASON.to_owned(),
        };
        let today = self.who.today;
        match decide(&entry.ledger, Some(&entry.state), command, &self.who, today) {
            Ok(_) => Outcome::Changed {
                entry: Box::new(entry),
                changes,
            },
            Err(refusal) => self.refused(row, refusal),
        }
    }

    /// The kernel's refusal at the cells that it speaks of.
    fn refused(&self, row: &ReadRow, refusal: Refusal) -> Outcome {
        let Refusal::Fields(fields) = refusal else {
            return refused(row, refusal.to_string(), "请改正后重新上传");
        };
        let fault = |f: kernel::refusal::FieldRefusal| {
            let column = self
                .columns
                .iter()
                .position(|(field, _)| *field.id == *f.field);
            let place = column.and_then(|at| self.columns[at].1);
            let value = match column.and_then(|at| row.cells.get(at)) {
                Some(Datum::Text(text) | Datum::Decimal(text)) => text.clone(),
                Some(Datum::Integer(number)) => number.to_string(),
                Some(Datum::Date(day)) => day.to_string(),
                _ => String::new(),
            };
            CellFault {
                address: address(row, place),
                column,
                field: f.name,
                value,
                reason: f.error.message(),
                remedy: f.error.remedy(),
            }
        };
        Outcome::Refused(fields.into_iter().map(fault).collect())
    }
}

const NO_RECORD: &str = "记录号在本台账中找不到，可能已作废";

/// Where a cell stands; only the row where the sheet has no such column.
fn address(row: &ReadRow, place: Option<u16>) -> String {
    place.map_or_else(
        || format!("第{}行", row.number),
        |c| format!("{}{}", column_name(c), row.number),
    )
}

/// A cell is what an export shows of the value, to those who see names or to those who do not.
fn is_export_of(field: &Field, value: &Value, text: &str) -> bool {
    [true, false]
        .into_iter()
        .any(|names| match datum(field, value, names) {
            Datum::Text(shown) => shown.trim() == text,
            _ => false,
        })
}

/// The same choices in another order: a sheet gives them in the order of the definition.
fn same_choices(old: Option<&Value>, new: Option<&Value>) -> bool {
    let (Some(Value::List(old)), Some(Value::List(new))) = (old, new) else {
        return false;
    };
    let words = |list: &[Value]| -> Option<Vec<String>> {
        let mut words: Vec<String> = list
            .iter()
            .map(|value| value.as_text().map(str::to_owned))
            .collect::<Option<_>>()?;
        words.sort_unstable();
        Some(words)
    };
    words(old).is_some_and(|old| words(new).is_some_and(|new| old == new))
}

/// A sheet that somebody exported who sees personal fields masked: the mask is no new value.
fn is_masked(field: &Field, old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(old), Some(Value::Text(new))) => {
            is_personal(field) && (field.kind.mask(old) == *new || field.seen(old, true) == *new)
        }
        _ => false,
    }
}

fn refused(row: &ReadRow, reason: String, remedy: &str) -> Outcome {
    Outcome::Refused(vec![CellFault {
        address: format!("第{}行", row.number),
        column: None,
        field: String::new(),
        value: String::new(),
        reason,
        remedy: remedy.to_owned(),
    }])
}

fn key_names(ledger: &Ledger) -> String {
    let names: Vec<_> = ledger
        .key
        .iter()
        .filter_map(|id| ledger.field(id).map(|f| f.name.as_str()))
        .collect();
    names.join("、")
}
