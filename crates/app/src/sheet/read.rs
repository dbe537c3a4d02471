//! Reading an uploaded sheet: its rows with their values, chunk by chunk, so that a sheet of a
//! million rows needs no more memory than one of a thousand. One thread takes rows out of the file,
//! another finds out what they say.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        mpsc::{SyncSender, sync_channel},
    },
};

use catalogue::{
    definition::{Catalogue, Field, FieldType, Ledger},
    field::{FieldContext, FieldError},
    value::{Fields, Value},
};
use kernel::{Command, Event, Happening, Refusal, Who, decide};
use office::{
    Limits,
    xlsx::{Book, Datum, Header, Row, Value as Cell, column_name, header},
};

use values::dates::Date;

use super::{CellFault, sheet_fields};
use crate::{
    append::natural_key,
    envelope::is_personal,
    error::{AppError, Result},
};

/// Rows handed on at a time.
pub(super) const CHUNK_ROWS: usize = 500;
/// Uploads larger than this are refused before they are read.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// A row as read: its values, or what is wrong with it.
pub(super) struct ReadRow {
    pub number: u32,
    /// The record id in its hidden column.
    pub record: Option<String>,
    /// Its cells, one for each sheet field; kept where something is wrong.
    pub cells: Vec<Datum>,
    pub read: std::result::Result<Content, Vec<CellFault>>,
}

/// What a row says.
pub(super) struct Content {
    /// Its fields, unless they are those of `opening`.
    rest: Fields,
    /// Cells that may be what an export showed instead of a personal value: not among the fields
    /// until the entry is known that the row was exported from.
    pub shown: Vec<Shown>,
    /// Its natural key, if the ledger has one.
    pub key: Option<String>,
    /// What happens if an entry is opened from it, or why none can be. Nothing is opened from a
    /// row that names its record.
    pub opening: Option<std::result::Result<Opening, Refusal>>,
}

impl Content {
    pub fn fields(&self) -> &Fields {
        let opened = match &self.opening {
            Some(Ok(opening)) => opening.events.first(),
            _ => None,
        };
        match opened.map(|event| &event.what) {
            Some(Happening::Opened { fields, .. }) => fields,
            _ => &self.rest,
        }
    }
}

/// A cell of a personal field that looks like an export's.
pub(super) struct Shown {
    /// Number of the column among the sheet fields.
    pub at: usize,
    /// What stands there.
    pub text: String,
    /// What it says if it is no mask.
    pub read: std::result::Result<Option<Value>, FieldError>,
}

/// The sign that stands for hidden characters; no personal value has it.
pub(super) const MASK: char = '*';

impl Shown {
    /// Part of the cell is hidden.
    pub fn is_masked(&self) -> bool {
        self.text.contains(MASK)
    }
}

/// An entry that a row opens.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The definition that it is opened under.
    pub ledger: Arc<Ledger>,
    /// What happens.
    pub events: Vec<Event>,
}

/// What reading says, in this order: which sheet it is, then its rows.
pub(super) enum Message {
    Sheet(Recognised),
    Rows(Vec<ReadRow>),
}

/// What is known of a sheet once its header was found.
pub(super) struct Recognised {
    /// Name of the worksheet.
    pub name: String,
    /// What the clerk should know of the header.
    pub remarks: Vec<String>,
    /// The column of each field of the ledger's sheet, if the sheet has one.
    pub places: Vec<Option<u16>>,
}

/// Who reads a sheet for which ledger.
pub(super) struct Reader<'a> {
    pub catalogue: &'a Catalogue,
    pub ledger: &'a Arc<Ledger>,
    pub who: Who<'a>,
}

impl Reader<'_> {
    /// Reads an upload and hands it on; answers what else the clerk should know.
    ///
    /// # Errors
    /// An input error when it is not a sheet of the ledger, is damaged or has no rows.
    pub fn read(&self, bytes: &[u8], to: &SyncSender<Message>) -> Result<Vec<String>> {
        let source = Source::open(bytes, self.ledger, self.catalogue)?;
        let recognised = Recognised {
            name: source.book.sheets()[source.sheet].name.clone(),
            remarks: source.remarks(),
            places: source.header.columns.clone(),
        };
        // Here and below: whoever does not listen any more has an error of its own.
        let _ = to.send(Message::Sheet(recognised));
        source.send(self, to)
    }
}

/// A sheet of a ledger, opened and recognised.
struct Source<'a> {
    book: Book<'a>,
    sheet: usize,
    header: Header,
    /// Other sheets of the file that look like the ledger's.
    unread: Vec<String>,
    ledger: &'a Ledger,
}

impl<'a> Source<'a> {
    /// Opens an upload.
    ///
    /// # Errors
    /// An input error that says why this is not a sheet of the ledger.
    fn open(bytes: &'a [u8], ledger: &'a Ledger, catalogue: &Catalogue) -> Result<Self> {
        let limits = Limits {
            file_bytes: FILE_BYTES_MAX,
            ..Limits::default()
        };
        let mut book = Book::from_bytes(bytes, &limits).map_err(input)?;
        if let Some(meta) = book.meta().map_err(input)?
            && meta.ledger != *ledger.id
        {
            let other = catalogue.ledger(&meta.ledger);
            let other = other.map_or(meta.ledger.clone(), |l| l.name.clone());
            return Err(AppError::Input(format!(
                "这是“{other}”的导入表，不是“{}”的。请到“{other}”台账导入，或下载本台账的模板。",
                ledger.name
            )));
        }
        let names: Vec<&str> = sheet_fields(ledger).map(|f| f.name.as_str()).collect();
        let sheets = book.sheets().iter().enumerate();
        let sheets = sheets.filter(|(_, sheet)| sheet.holds_data());
        let sheets: Vec<(usize, String)> = sheets.map(|(n, s)| (n, s.name.clone())).collect();
        if sheets.is_empty() {
            return Err(AppError::Input("文件里没有可见的工作表。".to_owned()));
        }
        // A cover may stand in front: the sheet with most of the ledger's columns is read.
        let mut headers = Vec::new();
        for (sheet, name) in sheets {
            let header = header::find(&mut book, sheet, &names).map_err(input)?;
            headers.extend(header.map(|header| (sheet, name, header)));
        }
        let best = headers.iter().map(|(.., header)| header.found()).max();
        let at = headers
            .iter()
            .position(|(.., header)| Some(header.found()) == best);
        let Some(at) = at else {
            return Err(AppError::Input(format!(
                "没有找到表头。请使用“{}”的模板，表头应有：{}。",
                ledger.name,
                names.join("、")
            )));
        };
        let (sheet, _, header) = headers.remove(at);
        let alike = headers
            .into_iter()
            .filter(|(.., other)| other.found() * 2 >= header.found());
        let unread = alike.map(|(_, name, _)| name).collect();
        Ok(Self {
            book,
            sheet,
            header,
            unread,
            ledger,
        })
    }

    /// What the clerk should know of the header.
    fn remarks(&self) -> Vec<String> {
        let header = &self.header;
        let quoted = |names: &[(u16, String)]| {
            let names: Vec<_> = names.iter().map(|(_, n)| format!("“{n}”")).collect();
            names.join("、")
        };
        let mut remarks = Vec::new();
        if !self.unread.is_empty() {
            remarks.push(format!(
                "只读取了一张工作表；“{}”也有本台账的表头，没有读取，请另存为文件分别导入。",
                self.unread.join("”“")
            ));
        }
        if !header.unknown.is_empty() {
            let names = quoted(&header.unknown);
            remarks.push(format!("这些列不属于本台账，没有读取：{names}。"));
        }
        if !header.repeated.is_empty() {
            let names = quoted(&header.repeated);
            remarks.push(format!("这些列出现了两次，只读取第一次：{names}。"));
        }
        let missing: Vec<_> = sheet_fields(self.ledger)
            .zip(&header.columns)
            .filter(|(_, column)| column.is_none())
            .map(|(f, _)| format!("“{}”", f.name))
            .collect();
        if !missing.is_empty() {
            remarks.push(format!(
                "表里没有这些列：{}。新增的记录这些项为空，已有的记录保持原样。",
                missing.join("、")
            ));
        }
        remarks
    }

    /// Reads all rows and hands them on: what stands in the file is taken out on this thread, and
    /// what it says is found out on another.
    fn send(self, reader: &Reader<'_>, to: &SyncSender<Message>) -> Result<Vec<String>> {
        let Self {
            mut book,
            sheet,
            header,
            ledger,
            ..
        } = self;
        let header = &header;
        std::thread::scope(|scope| {
            let (raw, taken_out) = sync_channel::<Vec<Row<'static>>>(super::IN_FLIGHT);
            scope.spawn(move || {
                let fields: Vec<&Field> = sheet_fields(ledger).collect();
                for rows in taken_out {
                    let read = rows
                        .iter()
                        .map(|row| read_row(row, header, &fields, reader));
                    if to.send(Message::Rows(read.collect())).is_err() {
                        // Nobody wants the rest.
                        return;
                    }
                }
            });
            let mut chunk = Vec::with_capacity(CHUNK_ROWS);
            let mut empty = true;
            let summary = book
                .rows(sheet, |row| {
                    if row.number <= header.row || is_export_note(row, &ledger.name) {
                        return ControlFlow::Continue(());
                    }
                    empty = false;
                    chunk.push(row.kept());
                    if chunk.len() < CHUNK_ROWS {
                        return ControlFlow::Continue(());
                    }
                    let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_ROWS));
                    match raw.send(full) {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(()),
                    }
                })
                .map_err(input)?;
            if empty {
                return Err(AppError::Input("表头下面没有数据行。".to_owned()));
            }
            if !chunk.is_empty() {
                let _ = raw.send(chunk);
            }
            let merged = summary.merged.len();
            let remark = (merged > 0).then(|| {
                format!(
                    "表里有 {merged} 处合并单元格：只有左上角的格子有内容，其余按空白处理，请核对。"
                )
            });
            Ok(remark.into_iter().collect())
        })
    }
}

fn input(error: office::OfficeError) -> AppError {
    AppError::Input(error.to_string())
}

/// The two lines below an exported list: how many there are, and who took them out.
fn is_export_note(row: &Row<'_>, ledger: &str) -> bool {
    let [only] = row.cells.as_slice() else {
        return false;
    };
    let words = row.text(only.column);
    let counted = words.strip_prefix(ledger).is_some_and(|rest| {
        let digits = rest
            .trim_start()
            .trim_start_matches(|c: char| c.is_ascii_digit());
        rest.starts_with(' ') && digits.starts_with(" 条，")
    });
    only.column == 0 && (counted || (words.contains(" 于 ") && words.ends_with(" 导出")))
}

fn read_row(row: &Row<'_>, header: &Header, fields: &[&Field], reader: &Reader<'_>) -> ReadRow {
    let record = header.record.map(|c| row.text(c)).filter(|t| !t.is_empty());
    let said = || read_fields(row, header, fields, &reader.who.context, record.is_some());
    let read = said().map(|(fields, shown)| {
        let key = natural_key(reader.ledger, &fields);
        let (rest, opening) = if record.is_some() {
            (fields, None)
        } else {
            // Mostly the fields go with what is opened; the few that are refused are read again.
            let opening = opening(reader, fields);
            let again = if opening.is_err() { said().ok() } else { None };
            (again.unwrap_or_default().0, Some(opening))
        };
        Content {
            rest,
            shown,
            key,
            opening,
        }
    });
    let opens = |content: &Content| content.opening.as_ref().is_none_or(|o| o.is_ok());
    let sound = read.as_ref().is_ok_and(|c| opens(c) && c.shown.is_empty());
    let cell = |c: &Option<u16>| c.and_then(|c| row.get(c)).map_or(Datum::Empty, Datum::from);
    ReadRow {
        number: row.number,
        record,
        cells: if sound {
            Vec::new()
        } else {
            header.columns.iter().map(cell).collect()
        },
        read,
    }
}

fn read_fields(
    row: &Row<'_>,
    header: &Header,
    fields: &[&Field],
    context: &FieldContext<'_>,
    has_record: bool,
) -> std::result::Result<(Fields, Vec<Shown>), Vec<CellFault>> {
    let mut values = Fields::new();
    let mut shown = Vec::new();
    let mut faults = Vec::new();
    for (at, (field, column)) in fields.iter().zip(&header.columns).enumerate() {
        let cell = column.and_then(|c| row.get(c));
        let read = read_cell(field, cell, context);
        if let Some(Cell::Text(text)) = cell
            && may_be_shown(field, text, has_record)
        {
            let text = text.trim().to_owned();
            shown.push(Shown { at, text, read });
            continue;
        }
        match read {
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
                value: cell.map(Cell::to_text).unwrap_or_default(),
            }),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    kernel::spelling::spell_fields(&mut values);
    Ok((values, shown))
}

/// Whether a cell may be what an export shows instead of the value: it has a mask; or it is a small
/// table with persons in it, which is exported in words.
fn may_be_shown(field: &Field, text: &str, has_record: bool) -> bool {
    let is_table = matches!(field.kind, FieldType::Rows { .. });
    (text.contains(MASK) || (is_table && has_record)) && is_personal(field)
}

/// The day on which a row says that it happened; today where the ledger has no date.
fn day_of(ledger: &Ledger, fields: &Fields, today: Date) -> Date {
    let date = ledger.date.as_ref().and_then(|id| fields.get(id.as_str()));
    let day = date.and_then(|value| match value {
        Value::Text(day) => day.parse().ok(),
        Value::List(days) => days.first()?.as_text()?.parse().ok(),
        _ => None,
    });
    day.unwrap_or(today)
}

/// What happens if an entry is opened with these fields.
fn opening(reader: &Reader<'_>, fields: Fields) -> std::result::Result<Opening, Refusal> {
    let newest = reader.ledger;
    let day = day_of(newest, &fields, reader.who.today);
    let ledger = reader.catalogue.ledger_on(&newest.id, day);
    let ledger = ledger.unwrap_or(newest);
    let events = decide(ledger, None, Command::Open { fields }, &reader.who, day)?;
    Ok(Opening {
        ledger: Arc::clone(ledger),
        events,
    })
}

/// A cell that the program holds as a number is read as one: a date may be a count of days.
fn read_cell(
    field: &Field,
    cell: Option<&Cell<'_>>,
    context: &FieldContext<'_>,
) -> std::result::Result<Option<Value>, FieldError> {
    match cell {
        Some(Cell::Number(number)) => match number.parse() {
            Ok(number) => field.kind.parse_number(number, context).map(Some),
            Err(_) => field.parse(number, context),
        },
        Some(Cell::Text(text)) => field.parse(text, context),
        Some(cell) => field.parse(&cell.to_text(), context),
        None => field.parse("", context),
    }
}
