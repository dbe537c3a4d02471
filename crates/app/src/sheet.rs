//! Sheets: the ledger's Excel template, import with a preview, export of what is seen.
//!
//! An upload changes nothing. It is kept, planned row by row (new, changed, same, refused), shown,
//! and applied in one transaction when it is confirmed. Unless nothing was written since, it is then
//! planned again from the kept file, so what is applied is true at that moment.

mod decided;
mod import;
mod packed;
mod plan;
mod read;

use decided::Decided;
pub use plan::{CellFault, KEPT_MAX, Outcome, Plan, PlannedRow};
pub use read::Opening;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use catalogue::{
    definition::{Field, FieldType, Ledger},
    value::Value,
};
use office::xlsx::{
    Column, Datum, InputKind, Kind, Refused, TableWriter, Template, TemplateColumn, write_refused,
    write_template,
};
use sha2::{Digest, Sha256};
use store::{BlobRow, Db, ImportBatchRow};
use values::dates::Date;

use crate::{
    App,
    append::to_json,
    authorise::{Action, Actor},
    error::{AppError, Result},
    listing::ListAsk,
};

/// Chunks of rows between two threads of an import: as many as one write takes, so that nobody waits
/// for it.
const IN_FLIGHT: usize = 4;
/// The reason of corrections by import.
pub(crate) const REASON: &str = "Excel 导入更正";

/// The media type of XLSX.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// An upload waiting for confirmation, or already applied.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Id.
    pub id: String,
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// Name of the file as uploaded.
    pub file_name: String,
    /// `planned` or `applied`.
    pub state: String,
}

/// What applying an upload did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Applied {
    /// Entries opened.
    pub new: usize,
    /// Entries corrected.
    pub changed: usize,
    /// Rows that were there already.
    pub same: usize,
    /// Rows left out.
    pub refused: usize,
}

/// The plan of the newest upload, for the page that is shown right after it and for the confirmation:
/// a large sheet need not be read once more. Each is handed out once, and only while nothing was
/// written since.
#[derive(Debug, Default)]
pub(crate) struct NewestPlan(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    batch: String,
    log_size: u64,
    plan: Option<Plan>,
    decided: Option<Decided>,
}

impl NewestPlan {
    fn keep(&self, batch: &str, log_size: u64, plan: &Plan, decided: Decided) {
        *self.kept() = Some(Kept {
            batch: batch.to_owned(),
            log_size,
            plan: Some(plan.clone()),
            decided: Some(decided),
        });
    }

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plan(&self, batch: &str, log_size: u64) -> Option<Plan> {
        let mut kept = self.kept();
        let kept = kept.as_mut();
        kept.filter(|k| k.batch == batch && k.log_size == log_size)?
            .plan
            .take()
    }

    fn decided(&self, batch: &str, log_size: u64, today: Date) -> Option<Decided> {
        let mut kept = self.kept();
        let kept = kept.as_mut();
        let decided = &mut kept
            .filter(|k| k.batch == batch && k.log_size == log_size)?
            .decided;
        decided.take_if(|decided| decided.is_good(today))
    }
}

/// A refused row as its sheet has it.
fn refused_row(row: PlannedRow) -> Option<Refused> {
    let Outcome::Refused(faults) = row.outcome else {
        return None;
    };
    let faults = faults.into_iter().map(|f| office::xlsx::Fault {
        column: f.column,
        reason: format!("{}；{}", f.reason, f.remedy),
    });
    Some(Refused {
        row: row.number,
        record: row.record,
        cells: row.cells,
        faults: faults.collect(),
    })
}

impl App {
    /// The ledger's import sheet.
    ///
    /// # Errors
    /// A denial, or a fault of the writer.
    pub fn template_sheet(&self, actor: &Actor, ledger: &str) -> Result<Vec<u8>> {
        let (ledger, _) = self.ledger(actor, Action::Write, ledger)?;
        let template = self.template_of(actor, &ledger)?;
        write_template(&template).map_err(|e| AppError::Fault(e.to_string()))
    }

    fn template_of(&self, actor: &Actor, ledger: &Ledger) -> Result<Template> {
        let organ = self.organ(&actor.organ)?;
        let districts = &organ.districts;
        let mut guide = vec![
            ledger.about.clone(),
            "每行一条记录；带 * 的列必填；不要改动表头和隐藏的“记录号”列。".to_owned(),
            "填好后在系统的台账页面选择“导入”，系统会先逐行核对，确认后才会入账。".to_owned(),
        ];
        if !ledger.law.is_empty() {
            let law: Vec<_> = ledger.law.iter().map(ToString::to_string).collect();
            guide.push(format!("依据：{}。", law.join("、")));
        }
        guide.retain(|line| !line.is_empty());
        Ok(Template {
            ledger: ledger.id.to_string(),
            name: ledger.name.clone(),
            version: ledger.effective.to_string(),
            columns: sheet_fields(ledger)
                .map(|f| template_column(f, districts))
                .collect(),
            guide,
            rows: Vec::new(),
        })
    }

    /// Takes an upload, plans it and keeps it for confirmation.
    ///
    /// # Errors
    /// A denial; an input error when the file is not the ledger's sheet.
    pub fn upload_sheet(
        &self,
        actor: &Actor,
        ledger: &str,
        file_name: &str,
        bytes: Vec<u8>,
    ) -> Result<(String, Plan)> {
        let (ledger, _) = self.ledger(actor, Action::Write, ledger)?;
        let size = self.store.read(Db::log_size)?;
        let plan = self.plan(actor, &ledger, &bytes);
        let (plan, decided) = self.audit_upload(actor, &ledger.id, plan)?;
        let now = self.clock.now();
        let id = self.chance.uuid7(now);
        let file_hash = hex::encode(Sha256::digest(&bytes));
        self.store.write(|db| {
            db.put_blob(&BlobRow {
                organ_id: actor.organ.clone(),
                hash: file_hash.clone(),
                media_type: XLSX.to_owned(),
                bytes,
            })?;
            db.put_import_batch(&ImportBatchRow {
                organ_id: actor.organ.clone(),
                batch_id: id.clone(),
                ledger: ledger.id.to_string(),
                account_id: actor.account.clone(),
                created_at: now.to_string(),
                state: "planned".to_owned(),
                file_name: file_name.chars().take(200).collect(),
                file_hash,
                summary: to_json(&plan.counts())?,
            })?;
            Ok::<_, AppError>(())
        })?;
        self.newest_plan.keep(&id, size, &plan, decided);
        Ok((id, plan))
    }

    /// An upload of the actor's own.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn batch(&self, actor: &Actor, id: &str) -> Result<(Batch, Vec<u8>)> {
        let (row, blob) = self.store.read(|db| {
            let row = db.import_batch(&actor.organ, id)?;
            let row = row.filter(|r| r.account_id == actor.account);
            let row = row.ok_or(AppError::NotFound("该次上传"))?;
            let blob = db.blob(&actor.organ, &row.file_hash)?;
            Ok::<_, AppError>((row, blob.ok_or(AppError::NotFound("上传的文件"))?))
        })?;
        let (ledger, _) = self.ledger(actor, Action::Write, &row.ledger)?;
        let batch = Batch {
            id: row.batch_id,
            ledger,
            file_name: row.file_name,
            state: row.state,
        };
        Ok((batch, blob.bytes))
    }

    /// Plans an upload again, as of now.
    ///
    /// # Errors
    /// As [`App::upload_sheet`].
    pub fn planned(&self, actor: &Actor, id: &str) -> Result<(Batch, Plan)> {
        let (batch, bytes) = self.batch(actor, id)?;
        let size = self.store.read(Db::log_size)?;
        let plan = match self.newest_plan.plan(id, size) {
            Some(plan) => plan,
            None => self.plan(actor, &batch.ledger, &bytes)?.0,
        };
        Ok((batch, plan))
    }

    /// Applies an upload in one transaction, planned anew within it if anything was written since it
    /// was shown. With refused rows nothing is applied, unless `good_rows_only` says that they may
    /// be left out.
    ///
    /// # Errors
    /// An input error when rows are refused, or it was applied before.
    pub fn apply_sheet(&self, actor: &Actor, id: &str, good_rows_only: bool) -> Result<Applied> {
        let (batch, bytes) = self.batch(actor, id)?;
        self.store.write(|db| {
            let row = db.import_batch(&actor.organ, id)?;
            let row = row.ok_or(AppError::NotFound("该次上传"))?;
            if row.state == "applied" {
                return Err(AppError::Input("这份表已经入账，不会重复入账。".to_owned()));
            }
            let (size, today) = (db.log_size()?, self.clock.today());
            let applied = match self.newest_plan.decided(id, size, today) {
                Some(decided) if decided.counts.refused > 0 && !good_rows_only => decided.counts,
                Some(decided) => {
                    let counts = decided.counts;
                    self.take_in(db, &actor.organ, |sink| {
                        self.each_decided(actor, decided, sink)
                    })?;
                    counts
                }
                None => self.import(db, actor, &batch.ledger, &bytes, good_rows_only)?,
            };
            if applied.refused > 0 && !good_rows_only {
                return Err(AppError::Input(format!(
                    "有 {} 行被退回，整份表都没有入账。请改好后重新上传，或选择“只导入合格的行”。",
                    applied.refused
                )));
            }
            db.put_import_batch(&ImportBatchRow {
                state: "applied".to_owned(),
                summary: to_json(&applied)?,
                ..row
            })?;
            Ok(applied)
        })
    }

    /// The refused rows of an upload as a sheet, with the reasons beside them.
    ///
    /// # Errors
    /// As [`App::planned`].
    pub fn refused_sheet(&self, actor: &Actor, id: &str) -> Result<Vec<u8>> {
        let (batch, plan) = self.planned(actor, id)?;
        let template = self.template_of(actor, &batch.ledger)?;
        let mut refused: Vec<Refused> = Vec::new();
        if plan.counts().refused <= plan::KEPT_MAX {
            refused.extend(plan.rows.into_iter().filter_map(refused_row));
        } else {
            // A plan keeps the first of them only; here all are given back.
            let (batch, bytes) = self.batch(actor, id)?;
            self.store.read(|db| {
                self.each_planned(db, actor, &batch.ledger, &bytes, |rows| {
                    refused.extend(rows.into_iter().filter_map(refused_row));
                    Ok(())
                })
            })?;
        }
        write_refused(&template, &refused).map_err(|e| AppError::Fault(e.to_string()))
    }

    /// What a list shows, as a workbook.
    ///
    /// # Errors
    /// A denial.
    pub fn export_sheet(&self, actor: &Actor, ledger: &str, ask: &ListAsk) -> Result<Vec<u8>> {
        let (ledger, scope) = self.ledger(actor, Action::Export, ledger)?;
        let fields: Vec<&Field> = sheet_fields(&ledger).collect();
        let mut columns: Vec<Column> = fields
            .iter()
            .map(|f| Column {
                name: f.name.clone(),
                kind: column_kind(f),
            })
            .collect();
        columns.push(Column {
            name: office::xlsx::RECORD_HEADER.to_owned(),
            kind: Kind::Text,
        });
        let fault = |e: office::OfficeError| AppError::Fault(e.to_string());
        let mut writer = TableWriter::new(&ledger.name, &columns).map_err(fault)?;
        let mut rows = 0u64;
        self.walk(actor, &ledger.id, ask, |entry| {
            let mut row: Vec<Datum> = Vec::with_capacity(fields.len() + 1);
            for field in &fields {
                let value = entry.state.fields.get(field.id.as_str());
                row.push(value.map_or(Datum::Empty, |v| datum(field, v, scope.personal)));
            }
            row.push(Datum::Text(entry.id.clone()));
            rows += 1;
            writer.push(&row).map_err(fault)
        })?;
        let notes = [
            format!("{} {rows} 条，{}", ledger.name, describe(ask)),
            format!(
                "{} 于 {} 导出",
                actor.name,
                values::dates::chinese(self.clock.today())
            ),
        ];
        self.store.write(|db| {
            let who = (actor.organ.as_str(), actor.account.as_str());
            self.note_audit(db, who, "export", &ledger.id, &format!("{rows} 条"))
        })?;
        writer.finish(&notes).map_err(fault)
    }
}

/// The fields that stand in sheets: all but files.
pub(crate) fn sheet_fields(ledger: &Ledger) -> impl Iterator<Item = &Field> {
    ledger
        .fields
        .iter()
        .filter(|f| !matches!(f.kind, FieldType::File))
}

fn describe(ask: &ListAsk) -> String {
    let mut parts = Vec::new();
    if let Some(year) = ask.year {
        parts.push(format!("{year} 年"));
    }
    if !ask.search.is_empty() {
        parts.push(format!("含“{}”", ask.search));
    }
    parts.extend(ask.filters.iter().map(|(_, value)| value.clone()));
    if parts.is_empty() {
        "全部".to_owned()
    } else {
        parts.join("，")
    }
}

fn template_column(field: &Field, districts: &[String]) -> TemplateColumn {
    let kind = match &field.kind {
        FieldType::LongText => InputKind::LongText,
        FieldType::Number { decimals: 0, .. } => InputKind::Integer,
        FieldType::Number { decimals, .. } => InputKind::Decimal(*decimals),
        FieldType::Money => InputKind::Money,
        FieldType::Date => InputKind::Date,
        FieldType::Choice { options } => InputKind::Choice(options.clone()),
        FieldType::Choices { options } => InputKind::Choices(options.clone()),
        FieldType::Flag => InputKind::YesNo,
        FieldType::District => InputKind::Choice(districts.to_vec()),
        _ => InputKind::Text,
    };
    let mut help = field.help.clone();
    let how = field.kind.how_to_write();
    if !how.is_empty() {
        help = if help.is_empty() {
            how
        } else {
            format!("{help} {how}")
        };
    }
    TemplateColumn {
        field: field.id.to_string(),
        name: field.name.clone(),
        kind,
        required: field.required,
        help,
        law: field.law.as_ref().map(ToString::to_string),
        example: String::new(),
    }
}

fn column_kind(field: &Field) -> Kind {
    match &field.kind {
        FieldType::Number { decimals: 0, .. } => Kind::Integer,
        FieldType::Number { decimals, .. } => Kind::Decimal(*decimals),
        FieldType::Money => Kind::Money,
        FieldType::Date => Kind::Date,
        _ => Kind::Text,
    }
}

/// Something in the field stays masked for everybody.
fn hides(field: &Field) -> bool {
    match &field.kind {
        FieldType::Rows { columns } => columns.iter().any(Field::is_sensitive),
        _ => field.is_sensitive(),
    }
}

pub(crate) fn datum(field: &Field, value: &Value, personal: bool) -> Datum {
    if crate::envelope::is_personal(field) && (!personal || hides(field)) {
        return Datum::Text(field.seen(value, personal));
    }
    match (&field.kind, value) {
        (FieldType::Number { decimals: 0, .. }, Value::Integer(n)) => Datum::Integer(*n),
        (FieldType::Number { .. }, Value::Integer(_)) => {
            Datum::Decimal(field.kind.input_text(value))
        }
        (FieldType::Money, Value::Integer(fen)) => Datum::Money(*fen),
        (FieldType::Date, Value::Text(day)) => day
            .parse()
            .map_or_else(|_| Datum::Text(day.clone()), Datum::Date),
        _ => Datum::Text(field.kind.input_text(value)),
    }
}

/// A table of texts as CSV, as spreadsheets open it.
pub fn table_csv(heads: &[String], rows: &[Vec<String>]) -> Vec<u8> {
    office::csv::write(std::iter::once(heads).chain(rows.iter().map(Vec::as_slice)))
}

/// A table of texts as a workbook.
///
/// # Errors
/// When it cannot be written.
pub fn table_xlsx(name: &str, heads: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>> {
    use office::xlsx::{Column, Datum, Kind, Table, write_table};
    let table = Table {
        sheet: name.to_owned(),
        columns: heads
            .iter()
            .map(|head| Column {
                name: head.clone(),
                kind: Kind::Text,
            })
            .collect(),
        rows: rows
            .iter()
            .map(|row| row.iter().map(|cell| Datum::Text(cell.clone())).collect())
            .collect(),
        notes: Vec::new(),
    };
    write_table(&table).map_err(|e| AppError::Fault(e.to_string()))
}
