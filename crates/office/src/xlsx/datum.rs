//! One value on its way into a cell, and the formats that show it.
use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use super::Value;
use crate::Result;
use crate::text::printable;

/// Excel keeps fifteen digits; longer numbers go in as text, so that none is altered.
const DIGITS_MAX: usize = 15;
/// Excel's own limit for one cell is 32,767 UTF-16 units.
const TEXT_MAX: usize = 32_767;
/// Longer texts in a cell of text format are shown as `####` by older programs.
const TEXT_FORMAT_MAX: usize = 255;

/// More decimals than these are rounded in what is shown, not in what is kept.
const DECIMALS_MAX: usize = 6;

const FONT: &str = "宋体";

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Datum {
    /// Nothing.
    #[default]
    Empty,
    /// A text; never a formula, whatever it begins with.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A decimal number as text, such as `12.50`.
    Decimal(String),
    /// Money in fen, shown in yuan.
    Money(i64),
    /// A day.
    Date(Date),
    /// A number of per cent as text: `99.01` is shown as 99.01%.
    Percent(String),
}

impl From<&Value<'_>> for Datum {
    /// What was read, written back as it looked.
    fn from(value: &Value<'_>) -> Self {
        match value {
            Value::Number(number) => Self::Decimal(number.clone()),
            Value::Percent(number) => Self::Percent(number.clone()),
            Value::Date(moment) if moment.time() == jiff::civil::Time::midnight() => {
                Self::Date(moment.date())
            }
            other => Self::Text(other.to_text()),
        }
    }
}

impl Datum {
    /// The number behind the datum with its decimals, or `None` where it is no number that Excel
    /// keeps exactly.
    fn number(&self) -> Option<(f64, u8)> {
        let (digits, decimals, number): (String, u8, String) = match self {
            Self::Integer(number) => (number.to_string(), 0, number.to_string()),
            Self::Money(fen) => (fen.to_string(), 2, format!("{fen}e-2")),
            Self::Decimal(text) => (text.clone(), decimals_of(text), text.clone()),
            Self::Percent(text) => (text.clone(), decimals_of(text), format!("{text}e-2")),
            Self::Empty | Self::Text(_) | Self::Date(_) => return None,
        };
        let plain = digits
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
        let count = digits.bytes().filter(u8::is_ascii_digit).count();
        if !plain || count == 0 || DIGITS_MAX < count {
            return None;
        }
        let number = number.parse::<f64>().ok()?;
        number.is_finite().then_some((number, decimals))
    }

    /// The text that stands for the datum where it cannot be a number.
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Decimal(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Money(fen) => {
                let sign = if *fen < 0 { "-" } else { "" };
                format!(
                    "{sign}{}.{:02}",
                    fen.unsigned_abs() / 100,
                    fen.unsigned_abs() % 100
                )
            }
            Self::Date(day) => day.to_string(),
            Self::Percent(text) => format!("{text}%"),
        }
    }

    /// Writes the datum into a column that `look` describes.
    ///
    /// A datum of the column's own type takes the column's format, which costs nothing; looking a
    /// format up costs more than writing the cell.
    pub(super) fn write(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        formats: &Formats,
        look: Look,
    ) -> Result<()> {
        let number = match self {
            Self::Date(day) => serial(*day).map(|serial| (serial, 0)),
            _ => self.number(),
        };
        let Some((number, decimals)) = number else {
            return self.write_as_text(sheet, (row, column), formats, look);
        };
        let decimals = look.decimals().unwrap_or(decimals);
        let own = match self {
            Self::Percent(_) => Look::Percent(decimals),
            Self::Money(_) => Look::Money,
            Self::Date(_) => Look::Date,
            _ => Look::Number(decimals),
        };
        if own == look {
            sheet.write_number(row, column, number)?;
        } else {
            sheet.write_number_with_format(row, column, number, formats.of(own))?;
        }
        Ok(())
    }

    fn write_as_text(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        formats: &Formats,
        look: Look,
    ) -> Result<()> {
        match self {
            Self::Empty => {}
            Self::Text(text) if text.is_empty() => {}
            Self::Text(text) if look == Look::Text && text.len() <= TEXT_FORMAT_MAX => {
                sheet.write_string(row, column, &*printable(text))?;
            }
            other => write_text(sheet, row, column, &other.to_text(), formats)?,
        }
        Ok(())
    }
}

fn decimals_of(text: &str) -> u8 {
    let count = text
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    u8::try_from(count).unwrap_or(u8::MAX)
}

/// Excel's serial number of a day; `None` for days before 1 March 1900, where Excel counts wrongly.
fn serial(day: Date) -> Option<f64> {
    let days = jiff::civil::date(1899, 12, 30).until(day).ok()?.get_days();
    (days >= 61).then(|| f64::from(days))
}

/// Writes a text as a text: it stays one when somebody edits the cell.
pub(super) fn write_text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    formats: &Formats,
) -> Result<()> {
    let text = fitted(text);
    let long = TEXT_FORMAT_MAX < text.chars().count();
    let format = match (long, text.starts_with(['=', '+', '-', '@'])) {
        (false, _) => &formats.text,
        (true, false) => &formats.long_text,
        (true, true) => &formats.guarded,
    };
    sheet.write_string_with_format(row, column, &*text, format)?;
    Ok(())
}

/// Within what a cell can hold; a cut is marked as such.
pub(super) fn fitted(text: &str) -> std::borrow::Cow<'_, str> {
    const MARK: &str = "……（内容过长，此处截断）";
    let text = printable(text);
    if text.len() <= TEXT_MAX || text.encode_utf16().count() <= TEXT_MAX {
        return text;
    }
    let mut units = 0;
    let room = TEXT_MAX - MARK.chars().count();
    let kept = text.chars().take_while(|character| {
        units += character.len_utf16();
        units <= room
    });
    (kept.collect::<String>() + MARK).into()
}

/// Formats of one workbook.
pub(super) struct Formats {
    pub(super) header: Format,
    pub(super) required: Format,
    pub(super) text: Format,
    pub(super) long_text: Format,
    pub(super) guarded: Format,
    pub(super) money: Format,
    pub(super) date: Format,
    pub(super) decimals: [Format; DECIMALS_MAX + 1],
    pub(super) percents: [Format; DECIMALS_MAX + 1],
    pub(super) note: Format,
    pub(super) title: Format,
    pub(super) reason: Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        let base = Format::new()
            .set_font_name(FONT)
            .set_align(FormatAlign::VerticalCenter);
        let cell = base.clone();
        let header = base
            .clone()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_text_wrap()
            .set_background_color(Color::RGB(0x00E8_EEF5))
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0x00B8_C4D0));
        let fraction = |decimals: usize| match decimals {
            0 => String::new(),
            _ => format!(".{}", "0".repeat(decimals)),
        };
        Self {
            required: header.clone().set_font_color(Color::RGB(0x00C0_0000)),
            header,
            text: cell.clone().set_num_format("@"),
            long_text: cell.clone().set_text_wrap(),
            guarded: cell.clone().set_text_wrap().set_quote_prefix(),
            money: cell.clone().set_num_format("#,##0.00"),
            date: cell
                .clone()
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Center),
            decimals: std::array::from_fn(|n| {
                cell.clone().set_num_format(format!("0{}", fraction(n)))
            }),
            percents: std::array::from_fn(|n| {
                cell.clone().set_num_format(format!("0{}%", fraction(n)))
            }),
            note: base
                .clone()
                .set_font_color(Color::RGB(0x0059_636E))
                .set_text_wrap(),
            title: base.clone().set_bold().set_font_size(14),
            reason: base
                .clone()
                .set_text_wrap()
                .set_font_color(Color::RGB(0x00C0_0000))
                .set_background_color(Color::RGB(0x00FF_F2CC)),
        }
    }

    /// The format of a look.
    pub(super) fn of(&self, look: Look) -> &Format {
        let at = |decimals: u8| usize::from(decimals).min(DECIMALS_MAX);
        match look {
            Look::Text => &self.text,
            Look::LongText => &self.long_text,
            Look::Number(decimals) => &self.decimals[at(decimals)],
            Look::Percent(decimals) => &self.percents[at(decimals)],
            Look::Money => &self.money,
            Look::Date => &self.date,
        }
    }
}

/// How cells of a column look, filled or waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Text,
    LongText,
    Number(u8),
    Percent(u8),
    Money,
    Date,
}

impl Look {
    fn decimals(self) -> Option<u8> {
        match self {
            Self::Number(decimals) | Self::Percent(decimals) => Some(decimals),
            Self::Text | Self::LongText | Self::Money | Self::Date => None,
        }
    }
}

/// A workbook whose bytes depend on its content only.
pub(super) fn workbook(title: &str) -> Result<Workbook> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(fitted(title))
        .set_creation_datetime(&made);
    workbook.set_properties(&properties);
    // Half of the time at the usual level 6 goes into the last tenth of the size.
    workbook.set_zip_compression_level(3);
    Ok(workbook)
}

/// A name that Excel accepts for a sheet: at most 31 units, without its seven forbidden signs.
pub(super) fn sheet_name(wanted: &str) -> String {
    let clean: String = printable(wanted)
        .chars()
        .map(|c| {
            if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') {
                '_'
            } else {
                c
            }
        })
        .filter(|c| !c.is_control())
        .collect();
    let clean = clean.trim().trim_matches('\'');
    let mut units = 0;
    let short: String = clean
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= 31
        })
        .collect();
    // "History" is Excel's own, in any case.
    match short.trim_matches('\'') {
        "" => "数据".to_owned(),
        own if own.eq_ignore_ascii_case("history") => format!("{own}_"),
        other => other.to_owned(),
    }
}

/// A4 across, header on every page, as wide as the page.
pub(super) fn print_setup(sheet: &mut Worksheet, header_row: u32) -> Result<()> {
    const A4: u8 = 9;
    sheet.set_paper_size(A4);
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(header_row, header_row)?;
    sheet.set_footer("&C第 &P 页，共 &N 页");
    Ok(())
}
