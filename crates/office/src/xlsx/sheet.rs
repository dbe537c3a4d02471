//! One worksheet as a stream of rows.
use std::borrow::Cow;
use std::io::Read;
use std::ops::ControlFlow;

use jiff::civil::{Date, DateTime, Time};
use quick_xml::events::{BytesStart, Event};

use super::book::Strings;
use super::column_name;
use super::number::{Class, Moment, decimal_text, moment, times_hundred};
use crate::xml::{Xml, push_text};
use crate::{Limits, OfficeError, Result};

const ROW_LAST: u32 = 1_048_576;
const COLUMN_COUNT: u32 = 16_384;
const MERGED_MAX: usize = 10_000;

/// A row with at least one filled cell.
#[derive(Debug, Default)]
pub struct Row<'a> {
    /// The number that Excel shows beside it.
    pub number: u32,
    /// Filled cells, in the order of the file, which is from left to right.
    pub cells: Vec<Cell<'a>>,
}

/// A filled cell; cells that are empty or hold only blanks are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell<'a> {
    /// Column counted from zero; see [`column_name`].
    pub column: u16,
    /// What it holds.
    pub value: Value<'a>,
    /// Whether a formula computed it.
    pub formula: bool,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A text as typed.
    Text(Cow<'a, str>),
    /// A number as decimal text: what Excel shows at full width, without exponent.
    Number(String),
    /// A number shown as percentage, in per cent: `99.01` for a stored 0.9901.
    Percent(String),
    /// A day, with the time where there is one.
    Date(DateTime),
    /// A time of day without a day.
    Time(Time),
    /// True or false.
    Bool(bool),
    /// An error such as `#N/A`, or a formula without a stored result (`#未计算`).
    Error(String),
}

impl Value<'_> {
    /// The same value, kept beyond the reading of its sheet.
    pub fn kept(&self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.as_ref().to_owned())),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Percent(number) => Value::Percent(number.clone()),
            Self::Date(moment) => Value::Date(*moment),
            Self::Time(time) => Value::Time(*time),
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Error(error) => Value::Error(error.clone()),
        }
    }

    /// As one line of text, as a person would type it.
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone().into_owned(),
            Self::Number(number) => number.clone(),
            Self::Percent(number) => format!("{number}%"),
            Self::Date(moment) if moment.time() == Time::midnight() => moment.date().to_string(),
            Self::Date(moment) => format!("{} {}", moment.date(), moment.time()),
            Self::Time(time) => time.to_string(),
            Self::Bool(true) => "是".to_owned(),
            Self::Bool(false) => "否".to_owned(),
            Self::Error(error) => error.clone(),
        }
    }
}

impl Row<'_> {
    /// The same row, kept beyond the reading of its sheet.
    pub fn kept(&self) -> Row<'static> {
        let cell = |cell: &Cell<'_>| Cell {
            column: cell.column,
            value: cell.value.kept(),
            formula: cell.formula,
        };
        Row {
            number: self.number,
            cells: self.cells.iter().map(cell).collect(),
        }
    }

    /// The value in a column counted from zero.
    pub fn get(&self, column: u16) -> Option<&Value<'_>> {
        self.cells
            .iter()
            .find(|cell| cell.column == column)
            .map(|cell| &cell.value)
    }

    /// The text in a column, without blanks around it; empty where there is none.
    pub fn text(&self, column: u16) -> String {
        self.get(column)
            .map(|value| value.to_text().trim().to_owned())
            .unwrap_or_default()
    }

    /// The address of a column in this row, such as `B12`.
    pub fn address(&self, column: u16) -> String {
        format!("{}{}", column_name(column), self.number)
    }
}

/// What was seen while streaming.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Filled rows handed out.
    pub rows: u32,
    /// Merged ranges: they stand behind the rows in the file, so they are known only at the end
    /// and only when the stream was not broken off.
    pub merged: Vec<Merged>,
}

/// A merged range; only its first cell holds a value. Rows as Excel shows them, columns from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// First row.
    pub first_row: u32,
    /// Last row.
    pub last_row: u32,
    /// First column.
    pub first_column: u16,
    /// Last column.
    pub last_column: u16,
}

/// What a sheet needs from its workbook.
pub(super) struct Context<'a> {
    pub(super) strings: &'a Strings,
    pub(super) classes: &'a [Class],
    pub(super) from_1904: bool,
    pub(super) sheet: &'a str,
    pub(super) limits: &'a Limits,
}

pub(super) fn stream<R: Read>(
    xml: &mut Xml<R>,
    context: &Context<'_>,
    each: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
) -> Result<Summary> {
    let mut summary = Summary::default();
    let mut row = Row::default();
    let mut next_column = 0_u32;
    let mut cell = RawCell::default();
    let mut row_bytes = 0_usize;
    loop {
        let event = xml.next()?;
        match &event {
            Event::Start(element) => match element.local_name().as_ref().as_bytes() {
                b"c" => {
                    cell.begin(element, &mut next_column, context)?;
                    cell.read(xml, context)?;
                    row_bytes += cell.text.len();
                    if row_bytes > context.limits.text_bytes.saturating_mul(16) {
                        return Err(too_long(format!("第 {} 行", row.number), context));
                    }
                    if let Some(value) = cell.value(context)? {
                        if row.cells.len() >= COLUMN_COUNT as usize {
                            return Err(bad_address(context));
                        }
                        row.cells.push(Cell {
                            column: cell.column,
                            value,
                            formula: cell.formula,
                        });
                    }
                }
                b"row" => {
                    row.number = row_number(element, row.number, context)?;
                    next_column = 0;
                    row_bytes = 0;
                }
                b"mergeCell" => note_merged(element, &mut summary.merged),
                _ => {}
            },
            Event::Empty(element) => match element.local_name().as_ref().as_bytes() {
                b"c" => cell.begin(element, &mut next_column, context)?,
                b"row" => row.number = row_number(element, row.number, context)?,
                b"mergeCell" => note_merged(element, &mut summary.merged),
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref().as_bytes() == b"row" => {
                if row.cells.is_empty() {
                    continue;
                }
                if summary.rows >= context.limits.rows {
                    return Err(OfficeError::TooManyRows {
                        sheet: context.sheet.to_owned(),
                        limit: context.limits.rows,
                    });
                }
                summary.rows += 1;
                if each(&row).is_break() {
                    return Ok(summary);
                }
                row.cells.clear();
            }
            Event::Eof => return Ok(summary),
            _ => {}
        }
    }
}

fn too_long(place: String, context: &Context<'_>) -> OfficeError {
    OfficeError::TextTooLong {
        place: format!("工作表“{}”中{place}", context.sheet),
        limit: context.limits.text_bytes,
    }
}

fn bad_address(context: &Context<'_>) -> OfficeError {
    OfficeError::Broken {
        part: format!("工作表“{}”", context.sheet),
        detail: "单元格地址有误".to_owned(),
    }
}

fn row_number(element: &BytesStart<'_>, before: u32, context: &Context<'_>) -> Result<u32> {
    let stated = plain_attribute(element, "r").and_then(|number| number.parse().ok());
    let number = stated.unwrap_or(before.saturating_add(1));
    if (1..=ROW_LAST).contains(&number) {
        Ok(number)
    } else {
        Err(bad_address(context))
    }
}

/// A cell as it stands in the file; its buffers are used again for every cell.
#[derive(Default)]
struct RawCell {
    column: u16,
    style: usize,
    kind: Kind,
    formula: bool,
    text: String,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Bool,
    Error,
    IsoDate,
}

impl RawCell {
    fn begin(
        &mut self,
        element: &BytesStart<'_>,
        next_column: &mut u32,
        context: &Context<'_>,
    ) -> Result<()> {
        self.kind = Kind::Number;
        self.style = 0;
        self.formula = false;
        self.text.clear();
        let mut column = *next_column;
        for (name, value) in plain_attributes(element) {
            match name {
                "r" => column = column_of(value).unwrap_or(column),
                "s" => self.style = value.parse().unwrap_or(0),
                "t" => {
                    self.kind = match value {
                        "s" => Kind::Shared,
                        "str" | "inlineStr" => Kind::Text,
                        "b" => Kind::Bool,
                        "e" => Kind::Error,
                        "d" => Kind::IsoDate,
                        _ => Kind::Number,
                    }
                }
                _ => {}
            }
        }
        if column >= COLUMN_COUNT {
            return Err(bad_address(context));
        }
        self.column = u16::try_from(column).map_err(|_| bad_address(context))?;
        *next_column = column + 1;
        Ok(())
    }

    /// Collects the text of `<v>` or of the `<t>` in `<is>`, up to the end of the cell.
    fn read<R: Read>(&mut self, xml: &mut Xml<R>, context: &Context<'_>) -> Result<()> {
        let inside = xml.depth();
        let (mut taking, mut phonetic) = (false, false);
        loop {
            let event = xml.next()?;
            match &event {
                Event::Start(element) => match element.local_name().as_ref().as_bytes() {
                    b"v" => taking = true,
                    b"t" => taking = !phonetic,
                    b"f" => self.formula = true,
                    b"rPh" => phonetic = true,
                    _ => {}
                },
                Event::Empty(element) if element.local_name().as_ref().as_bytes() == b"f" => {
                    self.formula = true;
                }
                Event::End(element) => match element.local_name().as_ref().as_bytes() {
                    b"rPh" => phonetic = false,
                    b"v" | b"t" => taking = false,
                    _ => {}
                },
                Event::Eof => return Err(OfficeError::Truncated),
                text if taking => push_text(text, &mut self.text),
                _ => {}
            }
            if self.text.len() > context.limits.text_bytes {
                return Err(too_long("一个单元格".to_owned(), context));
            }
            // The depth falls below the cell's own when the cell is closed.
            if xml.depth() < inside {
                return Ok(());
            }
        }
    }

    fn value<'s>(&self, context: &Context<'s>) -> Result<Option<Value<'s>>> {
        if self.text.is_empty() {
            let uncomputed = self.formula && self.kind == Kind::Number;
            return Ok(uncomputed.then(|| Value::Error("#未计算".to_owned())));
        }
        let value = match self.kind {
            Kind::Shared => {
                let text = self
                    .text
                    .trim()
                    .parse()
                    .ok()
                    .and_then(|at| context.strings.get(at));
                let text = text.ok_or_else(|| OfficeError::Broken {
                    part: format!("工作表“{}”", context.sheet),
                    detail: "文字丢失".to_owned(),
                })?;
                Value::Text(Cow::Borrowed(text))
            }
            Kind::Text => Value::Text(Cow::Owned(unescape_x(&self.text).into_owned())),
            Kind::Bool => Value::Bool(matches!(self.text.trim(), "1" | "true")),
            Kind::Error => Value::Error(self.text.clone()),
            Kind::IsoDate => iso_date(&self.text),
            Kind::Number => self.number(context),
        };
        let blank = matches!(&value, Value::Text(text) if text.trim().is_empty());
        Ok((!blank).then_some(value))
    }

    fn number<'s>(&self, context: &Context<'s>) -> Value<'s> {
        let Some(decimal) = decimal_text(&self.text) else {
            return Value::Text(Cow::Owned(self.text.clone()));
        };
        match context
            .classes
            .get(self.style)
            .copied()
            .unwrap_or(Class::Number)
        {
            Class::Number => Value::Number(decimal),
            Class::Percent => Value::Percent(times_hundred(&decimal)),
            Class::Date => {
                let serial = self.text.trim().parse().unwrap_or(f64::NAN);
                match moment(serial, context.from_1904) {
                    Some(Moment::Day(day)) => Value::Date(day),
                    Some(Moment::Time(time)) => Value::Time(time),
                    None => Value::Number(decimal),
                }
            }
        }
    }
}

fn iso_date<'s>(text: &str) -> Value<'s> {
    let text = text.trim().trim_end_matches('Z');
    let moment = text.parse::<DateTime>().ok();
    let moment = moment.or_else(|| text.parse::<Date>().ok().map(|day| day.at(0, 0, 0, 0)));
    moment.map_or_else(|| Value::Text(Cow::Owned(text.to_owned())), Value::Date)
}

/// Names and values of attributes that need no unescaping, for the two elements that stand in a
/// sheet a million times.
fn plain_attributes<'e>(element: &'e BytesStart<'_>) -> impl Iterator<Item = (&'e str, &'e str)> {
    let mut rest = element.attributes_raw();
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after
            .chars()
            .next()
            .filter(|sign| matches!(sign, '"' | '\''))?;
        let (value, after) = after[1..].split_once(quote)?;
        rest = after;
        Some((name.trim(), value))
    })
}

fn plain_attribute<'e>(element: &'e BytesStart<'_>, wanted: &str) -> Option<&'e str> {
    plain_attributes(element)
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

/// The column of an address such as `AB12`, counted from zero.
fn column_of(address: &str) -> Option<u32> {
    let letters = address.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.take(4).fold(0_u32, |column, letter| {
        column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    column.checked_sub(1)
}

fn note_merged(element: &BytesStart<'_>, merged: &mut Vec<Merged>) {
    let Some(range) = plain_attribute(element, "ref") else {
        return;
    };
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    let corner = |address: &str| {
        let column = u16::try_from(column_of(address)?).ok()?;
        let digits = address.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        Some((digits.parse::<u32>().ok()?, column))
    };
    if let (Some((first_row, first_column)), Some((last_row, last_column))) =
        (corner(first), corner(last))
        && merged.len() < MERGED_MAX
    {
        merged.push(Merged {
            first_row,
            last_row,
            first_column,
            last_column,
        });
    }
}

/// Excel writes characters that XML cannot hold as `_x000D_`.
pub(super) fn unescape_x(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let character = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        match character.and_then(char::from_u32) {
            Some(character) => {
                out.push(character);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}
