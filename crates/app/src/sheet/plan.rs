//! Plan: what an uploaded sheet would do, row by row, without doing it.

use std::{
    collections::{BTreeMap, HashMap},
    ops::ControlFlow,
    sync::Arc,
};

use catalogue::{
    definition::{Field, Ledger},
    field::FieldContext,
    value::{Fields, Value},
};
use office::{
    Limits,
    xlsx::{Book, Datum, Header, Row, column_name, header},
};
use values::dates::Date;

use super::{Applied, sheet_fields};
use crate::{
    App,
    append::{content_hash, natural_key},
    authorise::Actor,
    entry::{Entry, NewEntry},
    error::{AppError, Result},
};

/// What an uploaded sheet would do.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Name of the worksheet.
    pub sheet: String,
    /// Rows in order.
    pub rows: Vec<PlannedRow>,
    /// Things about the whole sheet that the clerk should know (unknown columns, merged cells).
    pub remarks: Vec<String>,
}

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
    New(NewEntry),
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
        let mut counts = Applied::default();
        for row in &self.rows {
            match row.outcome {
                Outcome::New(_) => counts.new += 1,
                Outcome::Changed { .. } => counts.changed += 1,
                Outcome::Same(_) => counts.same += 1,
                Outcome::Refused(_) => counts.refused += 1,
            }
        }
        counts
    }
}

/// A row as read: its values, or what is wrong with it.
struct ReadRow {
    number: u32,
    record: Option<String>,
    cells: Vec<Datum>,
    read: std::result::Result<Fields, Vec<CellFault>>,
}

/// Uploads larger than this are refused before they are read.
const FILE_BYTES_MAX: u64 = 64 << 20;

impl App {
    /// Plans a sheet.
    pub(crate) fn plan(&self, actor: &Actor, ledger: &Arc<Ledger>, bytes: &[u8]) -> Result<Plan> {
        let limits = Limits {
            file_bytes: FILE_BYTES_MAX,
            ..Limits::default()
        };
        let input = |e: office::OfficeError| AppError::Input(e.to_string());
        let mut book = Book::from_bytes(bytes, &limits).map_err(input)?;
        if let Some(meta) = book.meta().map_err(input)?
            && meta.ledger != *ledger.id
        {
            let other = self.catalogue().ledger(&meta.ledger);
            let other = other.map_or(meta.ledger.clone(), |l| l.name.clone());
            return Err(AppError::Input(format!(
                "这是“{other}”的导入表，不是“{}”的。请到“{other}”台账导入，或下载本台账的模板。",
                ledger.name
            )));
        }
        let fields: Vec<&Field> = sheet_fields(ledger).collect();
        let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
        let sheet = book
            .sheets()
            .iter()
            .position(office::xlsx::Sheet::holds_data);
        let sheet = sheet.ok_or_else(|| AppError::Input("文件里没有可见的工作表。".to_owned()))?;
        let header = header::find(&mut book, sheet, &names).map_err(input)?;
        let header = header.ok_or_else(|| {
            AppError::Input(format!(
                "没有找到表头。请使用“{}”的模板，表头应有：{}。",
                ledger.name,
                names.join("、")
            ))
        })?;
        let mut plan = Plan {
            sheet: book.sheets()[sheet].name.clone(),
            ..Plan::default()
        };
        remark_header(&header, &fields, &mut plan.remarks);
        let context = self.context(&actor.organ)?;
        let mut read = Vec::new();
        let summary = book
            .rows(sheet, |row| {
                if row.number > header.row {
                    read.push(read_row(row, &header, &fields, &context));
                }
                ControlFlow::Continue(())
            })
            .map_err(input)?;
        if !summary.merged.is_empty() {
            plan.remarks.push(format!(
                "表里有 {} 处合并单元格：只有左上角的格子有内容，其余按空白处理，请核对。",
                summary.merged.len()
            ));
        }
        if read.is_empty() {
            return Err(AppError::Input("表头下面没有数据行。".to_owned()));
        }
        let told = fields.iter().zip(&header.columns);
        let told = told.filter_map(|(f, column)| column.map(|_| f.id.as_str()));
        let told: Vec<&str> = told.collect();
        plan.rows = self.match_rows(actor, ledger, read, &told)?;
        Ok(plan)
    }

    /// Matches rows with entries: by record id, then by natural key, else by content and count.
    fn match_rows(
        &self,
        actor: &Actor,
        ledger: &Arc<Ledger>,
        read: Vec<ReadRow>,
        told: &[&str],
    ) -> Result<Vec<PlannedRow>> {
        let today = self.clock.today();
        self.store.read(|db| {
            let keys: Vec<String> = read
                .iter()
                .filter_map(|r| natural_key(ledger, r.read.as_ref().ok()?))
                .collect();
            let known = db.entries_by_keys(&actor.organ, &ledger.id, &keys)?;
            let mut by_content: HashMap<String, Vec<String>> = HashMap::new();
            let mut seen_keys: HashMap<String, u32> = HashMap::new();
            let mut planned = Vec::with_capacity(read.len());
            for row in read {
                let fields = match row.read {
                    Ok(fields) => fields,
                    Err(faults) => {
                        planned.push(PlannedRow {
                            number: row.number,
                            record: row.record,
                            cells: row.cells,
                            title: String::new(),
                            outcome: Outcome::Refused(faults),
                        });
                        continue;
                    }
                };
                let title = ledger.title_of(&fields);
                let key = natural_key(ledger, &fields);
                let refuse = |reason: String, remedy: &str| {
                    Outcome::Refused(vec![CellFault {
                        address: format!("第{}行", row.number),
                        column: None,
                        field: String::new(),
                        value: String::new(),
                        reason,
                        remedy: remedy.to_owned(),
                    }])
                };
                let twice = key
                    .as_ref()
                    .and_then(|k| seen_keys.insert(k.clone(), row.number));
                let outcome = if let Some(earlier) = twice {
                    refuse(
                        format!("与第{earlier}行是同一条（{}相同）", key_names(ledger)),
                        "请合并成一行或改正编号",
                    )
                } else {
                    let id = match (&row.record, &key) {
                        (Some(record), _) => Some(record.clone()),
                        (None, Some(key)) => known.get(key).cloned(),
                        (None, None) => None,
                    };
                    let by_record = row.record.is_some();
                    match id {
                        Some(id) => {
                            let found = db.entry(&actor.organ, &id)?;
                            match found.filter(|e| e.ledger == *ledger.id && !e.voided) {
                                Some(found) => changed(self.entry_of(found)?, fields, told),
                                None if by_record => refuse(
                                    "记录号在本台账中找不到，可能已作废".to_owned(),
                                    "新增的行请把“记录号”列清空",
                                ),
                                None => new(ledger, fields, today),
                            }
                        }
                        None if key.is_some() => new(ledger, fields, today),
                        None => {
                            let hash = content_hash(&fields)?;
                            if !by_content.contains_key(&hash) {
                                let ids = db.entries_by_content(&actor.organ, &ledger.id, &hash)?;
                                by_content.insert(hash.clone(), ids);
                            }
                            match by_content.get_mut(&hash).and_then(Vec::pop) {
                                Some(id) => Outcome::Same(id),
                                None => new(ledger, fields, today),
                            }
                        }
                    }
                };
                let refused = matches!(outcome, Outcome::Refused(_));
                planned.push(PlannedRow {
                    number: row.number,
                    record: row.record,
                    cells: if refused { row.cells } else { Vec::new() },
                    title,
                    outcome,
                });
            }
            Ok(planned)
        })
    }
}

fn key_names(ledger: &Ledger) -> String {
    let names: Vec<_> = ledger
        .key
        .iter()
        .filter_map(|id| ledger.field(id).map(|f| f.name.as_str()))
        .collect();
    names.join("、")
}

fn new(ledger: &Ledger, fields: Fields, today: Date) -> Outcome {
    let date = ledger.date.as_ref().and_then(|id| fields.get(id.as_str()));
    let happened_on = date.and_then(|v| match v {
        Value::Text(day) => day.parse().ok(),
        Value::List(days) => days.first()?.as_text()?.parse().ok(),
        _ => None,
    });
    Outcome::New(NewEntry {
        happened_on: happened_on.unwrap_or(today).min(today),
        fields,
    })
}

/// What a matched row changes. The sheet speaks for the columns that it has: an empty cell empties
/// a field, a column that was left out leaves it alone.
fn changed(entry: Entry, fields: Fields, told: &[&str]) -> Outcome {
    let mut changes = BTreeMap::new();
    for id in told.iter().copied() {
        let (old, new) = (entry.state.fields.get(id), fields.get(id));
        if old != new {
            changes.insert(id.to_owned(), new.cloned());
        }
    }
    if changes.is_empty() {
        Outcome::Same(entry.id)
    } else {
        Outcome::Changed {
            entry: Box::new(entry),
            changes,
        }
    }
}

fn remark_header(header: &Header, fields: &[&Field], remarks: &mut Vec<String>) {
    if !header.unknown.is_empty() {
        let names: Vec<_> = header
            .unknown
            .iter()
            .map(|(_, n)| format!("“{n}”"))
            .collect();
        remarks.push(format!(
            "这些列不属于本台账，没有读取：{}。",
            names.join("、")
        ));
    }
    if !header.repeated.is_empty() {
        let names: Vec<_> = header
            .repeated
            .iter()
            .map(|(_, n)| format!("“{n}”"))
            .collect();
        remarks.push(format!(
            "这些列出现了两次，只读取第一次：{}。",
            names.join("、")
        ));
    }
    let missing: Vec<_> = fields
        .iter()
        .zip(&header.columns)
        .filter(|(_, column)| column.is_none())
        .map(|(f, _)| format!("“{}”", f.name))
        .collect();
    if !missing.is_empty() {
        remarks.push(format!(
            "表里没有这些列：{}。新增的记录里这些项为空，已有的记录保持原样。",
            missing.join("、")
        ));
    }
}

fn read_row(
    row: &Row<'_>,
    header: &Header,
    fields: &[&Field],
    context: &FieldContext<'_>,
) -> ReadRow {
    let mut values = Fields::new();
    let mut faults = Vec::new();
    for (at, (field, column)) in fields.iter().zip(&header.columns).enumerate() {
        let cell = column.and_then(|c| row.get(c));
        let text = cell.map(office::xlsx::Value::to_text).unwrap_or_default();
        match field.parse(&text, context) {
            Ok(Some(value)) => {
                values.insert(field.id.to_string(), value);
            }
            Ok(None) => {}
            Err(error) => faults.push(CellFault {
                address: column.map_or_else(
                    || format!("第{}行", row.number),
                    |c| format!("{}{}", column_name(c), row.number),
                ),
                column: Some(at),
                field: field.name.clone(),
                reason: error.message(),
                remedy: error.remedy(),
                value: text.clone(),
            }),
        }
    }
    let record = header.record.map(|c| row.text(c)).filter(|t| !t.is_empty());
    let cells = if faults.is_empty() {
        Vec::new()
    } else {
        let cell = |c: &Option<u16>| c.and_then(|c| row.get(c)).map_or(Datum::Empty, Datum::from);
        header.columns.iter().map(cell).collect()
    };
    ReadRow {
        number: row.number,
        record,
        cells,
        read: if faults.is_empty() {
            Ok(values)
        } else {
            Err(faults)
        },
    }
}
