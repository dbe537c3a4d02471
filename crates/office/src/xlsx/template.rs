//! An import sheet: made to be filled in by a clerk and read back without guessing.
//!
//! Column A is hidden and ties a row to its entry; columns from B on are the fields. Every header
//! carries a note, every choice a drop-down list, every date and number a check. A hidden sheet
//! names the ledger and the version of its definition, so that the wrong sheet is recognised.
//! Refused rows go back in the same layout, with the reasons beside them, ready to be mended and
//! handed in again.
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, ExcelDateTime, Format, Formula, IgnoreError, Note,
    Workbook, Worksheet,
};

use super::datum::{Datum, Formats, Look, fitted, print_setup, sheet_name, workbook, write_text};
use super::{GUIDE_SHEET, LIST_SHEET, META_SHEET, REASON_HEADER, RECORD_HEADER, column_name};
use crate::text::display_width;
use crate::{OfficeError, Result};

const LAST_ROW: u32 = 1_048_575;
/// Columns before the first field: the record id.
const FIRST_FIELD: u16 = 1;

/// An import sheet.
#[derive(Debug, Clone, Default)]
pub struct Template {
    /// Id of the ledger, for recognition.
    pub ledger: String,
    /// Name of the ledger, for people: the name of the sheet.
    pub name: String,
    /// Version of the definition, for recognition.
    pub version: String,
    /// The fields.
    pub columns: Vec<TemplateColumn>,
    /// Paragraphs of the explanation sheet, above the table of columns.
    pub guide: Vec<String>,
    /// Entries to begin with: a sheet that changes existing entries carries them.
    pub rows: Vec<TemplateRow>,
}

/// A field of an import sheet.
#[derive(Debug, Clone)]
pub struct TemplateColumn {
    /// Id of the field, for recognition even when the header was changed.
    pub field: String,
    /// Header.
    pub name: String,
    /// What may be filled in.
    pub kind: InputKind,
    /// Whether it must be filled in.
    pub required: bool,
    /// One or two sentences on what belongs here.
    pub help: String,
    /// The law that asks for it.
    pub law: Option<String>,
    /// A value as an example.
    pub example: String,
}

/// What may be filled into a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputKind {
    /// A line of text; also numbers that are names, such as telephone numbers.
    Text,
    /// Text of several lines.
    LongText,
    /// A whole number.
    Integer,
    /// A number with so many decimals.
    Decimal(u8),
    /// Yuan.
    Money,
    /// A day.
    Date,
    /// A percentage with so many decimals.
    Percent(u8),
    /// One of these.
    Choice(Vec<String>),
    /// Any of these, separated by `、`.
    Choices(Vec<String>),
    /// 是 or 否.
    YesNo,
}

/// A row that stands in the sheet from the start.
#[derive(Debug, Clone, Default)]
pub struct TemplateRow {
    /// Id of the entry.
    pub record: Option<String>,
    /// A datum per column.
    pub cells: Vec<Datum>,
}

/// A row that was not taken.
#[derive(Debug, Clone, Default)]
pub struct Refused {
    /// Its number in the sheet that was handed in.
    pub row: u32,
    /// Id of the entry, where the sheet had one.
    pub record: Option<String>,
    /// What stood in it, a datum per column.
    pub cells: Vec<Datum>,
    /// Why it was refused.
    pub faults: Vec<Fault>,
}

/// One reason, with its remedy.
#[derive(Debug, Clone, Default)]
pub struct Fault {
    /// The column at fault, counted from zero in [`Template::columns`].
    pub column: Option<usize>,
    /// What is wrong and what to do.
    pub reason: String,
}

/// Writes an import sheet.
pub fn write_template(template: &Template) -> Result<Vec<u8>> {
    write(template, &[])
}

/// Writes refused rows back into the import sheet, with the reasons in a column beside them.
pub fn write_refused(template: &Template, refused: &[Refused]) -> Result<Vec<u8>> {
    write(template, refused)
}

fn write(template: &Template, refused: &[Refused]) -> Result<Vec<u8>> {
    let columns = u16::try_from(template.columns.len())
        .ok()
        .filter(|count| *count < 16_000)
        .ok_or_else(|| OfficeError::CannotWrite("列数过多".to_owned()))?;
    let formats = Formats::new();
    let mut workbook = workbook(&template.name)?;
    let page = workbook.add_worksheet();
    page.set_name(data_sheet_name(&template.name))?;
    write_header(page, template, &formats)?;
    write_checks(page, template)?;
    write_rows(page, template, &formats)?;
    if !refused.is_empty() {
        write_refused_rows(page, template, columns + FIRST_FIELD, refused, &formats)?;
    }
    page.set_freeze_panes(1, 0)?;
    print_setup(page, 0)?;
    page.ignore_error_range(0, 0, LAST_ROW, columns + 1, IgnoreError::NumberStoredAsText)?;
    write_guide(&mut workbook, template, &formats)?;
    write_lists(&mut workbook, template, &formats)?;
    write_meta(&mut workbook, template)?;
    Ok(workbook.save_to_buffer()?)
}

/// The data sheet must not be taken for one of ours.
fn data_sheet_name(name: &str) -> String {
    match sheet_name(name) {
        own if [META_SHEET, LIST_SHEET, GUIDE_SHEET].contains(&own.as_str()) => "数据".to_owned(),
        other => other,
    }
}

fn fields(template: &Template) -> impl Iterator<Item = (u16, &TemplateColumn)> {
    (FIRST_FIELD..).zip(&template.columns)
}

fn write_header(page: &mut Worksheet, template: &Template, formats: &Formats) -> Result<()> {
    page.set_row_height(0, 30)?;
    page.write_string_with_format(0, 0, RECORD_HEADER, &formats.header)?;
    page.set_column_format(0, &formats.text)?;
    page.set_column_hidden(0)?;
    for (at, column) in fields(template) {
        let (name, format) = match column.required {
            true => (format!("{}*", column.name), &formats.required),
            false => (column.name.clone(), &formats.header),
        };
        page.write_string_with_format(0, at, &*fitted(&name), format)?;
        page.set_column_format(at, formats.of(column.kind.look()))?;
        page.set_column_width(at, column.width())?;
        page.insert_note(0, at, &note(&column.explanation()))?;
    }
    Ok(())
}

fn note(text: &str) -> Note {
    let lines: usize = text
        .lines()
        .map(|line| display_width(line).div_ceil(34).max(1))
        .sum();
    let height = u32::try_from(lines.clamp(2, 30)).unwrap_or(30) * 18 + 12;
    // A note holds some 32,000 units; an explanation that long helps nobody.
    let short: String = text.chars().take(2_000).collect();
    Note::new(short)
        .add_author_prefix(false)
        .set_author("依法")
        .set_width(260)
        .set_height(height)
        .set_font_name("宋体")
        .set_font_size(9)
        .set_background_color(Color::RGB(0x00FF_FBE6))
}

impl TemplateColumn {
    /// The note of the header.
    fn explanation(&self) -> String {
        let mut lines = vec![format!("{}（{}）", self.name, self.requirement())];
        if !self.help.is_empty() {
            lines.push(self.help.clone());
        }
        lines.push(format!("填写：{}", self.kind.how()));
        if let Some(law) = &self.law {
            lines.push(format!("依据：{law}"));
        }
        if !self.example.is_empty() {
            lines.push(format!("示例：{}", self.example));
        }
        lines.join("\n")
    }

    fn requirement(&self) -> &'static str {
        if self.required { "必填" } else { "选填" }
    }

    fn width(&self) -> u16 {
        let least = match self.kind {
            InputKind::LongText => 36,
            InputKind::Date => 13,
            InputKind::Text | InputKind::Choices(_) => 16,
            _ => 11,
        };
        let options = self
            .kind
            .options()
            .iter()
            .map(|one| display_width(one) + 4)
            .max();
        let wanted = (display_width(&self.name) + 4).max(options.unwrap_or(0));
        u16::try_from(wanted.clamp(least, 40)).unwrap_or(40)
    }
}

impl InputKind {
    fn look(&self) -> Look {
        match self {
            Self::Text | Self::Choice(_) | Self::Choices(_) | Self::YesNo => Look::Text,
            Self::LongText => Look::LongText,
            Self::Integer => Look::Number(0),
            Self::Decimal(decimals) => Look::Number(*decimals),
            Self::Percent(decimals) => Look::Percent(*decimals),
            Self::Money => Look::Money,
            Self::Date => Look::Date,
        }
    }

    /// Options in the list sheet.
    fn options(&self) -> Vec<&str> {
        match self {
            Self::Choice(options) | Self::Choices(options) => {
                options.iter().map(String::as_str).collect()
            }
            Self::YesNo => vec!["是", "否"],
            _ => Vec::new(),
        }
    }

    /// How to fill it in, in one line.
    fn how(&self) -> String {
        match self {
            Self::Text => "文字".to_owned(),
            Self::LongText => "文字，可以换行（Alt+Enter）".to_owned(),
            Self::Integer => "整数，不带单位".to_owned(),
            Self::Decimal(decimals) => format!("数字，最多 {decimals} 位小数，不带单位"),
            Self::Money => "金额，单位为元，最多 2 位小数".to_owned(),
            Self::Date => "日期，如 2025-3-1 或 2025年3月1日".to_owned(),
            Self::Percent(_) => "百分数，如 99.01%".to_owned(),
            Self::Choice(_) => "从下拉列表中选择一项".to_owned(),
            Self::Choices(_) => "从可选项中选择，可以多项，用顿号“、”分隔".to_owned(),
            Self::YesNo => "是 或 否".to_owned(),
        }
    }

    /// The same with the options, as far as they can be taken in at a glance.
    fn how_with_options(&self) -> String {
        const SHOWN: usize = 12;
        let options = self.options();
        if options.is_empty() || *self == Self::YesNo {
            return self.how();
        }
        let shown = options
            .get(..SHOWN.min(options.len()))
            .unwrap_or_default()
            .join("、");
        let rest = match options.len() {
            count if SHOWN < count => format!(" 等 {count} 项"),
            _ => String::new(),
        };
        format!("{}：{shown}{rest}", self.how())
    }

    /// The check of the cells, where the kind allows one.
    fn check(&self, list: Option<String>) -> Result<Option<DataValidation>> {
        const BIG: f64 = 1e15;
        let check = DataValidation::new();
        let check = match self {
            Self::Text | Self::LongText | Self::Choices(_) => return Ok(None),
            Self::Choice(_) | Self::YesNo => match list {
                Some(list) => check.allow_list_formula(Formula::new(list)),
                None => return Ok(None),
            },
            Self::Integer => check.allow_whole_number_formula(DataValidationRule::Between(
                Formula::new("-999999999999999"),
                Formula::new("999999999999999"),
            )),
            Self::Decimal(_) | Self::Money | Self::Percent(_) => {
                check.allow_decimal_number(DataValidationRule::Between(-BIG, BIG))
            }
            Self::Date => check.allow_date(DataValidationRule::Between(
                ExcelDateTime::from_ymd(1900, 3, 1)?,
                ExcelDateTime::from_ymd(2999, 12, 31)?,
            )),
        };
        let message = format!("此列请填写：{}。", self.how());
        Ok(Some(
            check
                .set_error_title("填写有误")?
                .set_error_message(message)?,
        ))
    }
}

fn write_checks(page: &mut Worksheet, template: &Template) -> Result<()> {
    for (at, column) in fields(template) {
        let count = column.kind.options().len();
        let list = (count > 0).then(|| {
            let letters = column_name(at);
            format!("='{LIST_SHEET}'!${letters}$2:${letters}${}", count + 1)
        });
        if let Some(check) = column.kind.check(list)? {
            page.add_data_validation(1, at, LAST_ROW, at, &check)?;
        }
    }
    Ok(())
}

fn write_rows(page: &mut Worksheet, template: &Template, formats: &Formats) -> Result<()> {
    for (row, entry) in (1_u32..).zip(&template.rows) {
        write_row(
            page,
            row,
            entry.record.as_deref(),
            &entry.cells,
            template,
            formats,
        )?;
    }
    Ok(())
}

fn write_row(
    page: &mut Worksheet,
    row: u32,
    record: Option<&str>,
    cells: &[Datum],
    template: &Template,
    formats: &Formats,
) -> Result<()> {
    if let Some(record) = record {
        write_text(page, row, 0, record, formats)?;
    }
    for ((at, column), datum) in fields(template).zip(cells) {
        datum.write(page, (row, at), formats, column.kind.look())?;
    }
    Ok(())
}

/// Refused rows follow the template's own; cells at fault are marked, reasons stand at the end.
fn write_refused_rows(
    page: &mut Worksheet,
    template: &Template,
    reason_column: u16,
    refused: &[Refused],
    formats: &Formats,
) -> Result<()> {
    let marked = Format::new().set_background_color(Color::RGB(0x00FF_D9D9));
    page.write_string_with_format(0, reason_column, REASON_HEADER, &formats.required)?;
    page.set_column_width(reason_column, 60)?;
    let first = u32::try_from(template.rows.len())
        .unwrap_or(LAST_ROW)
        .saturating_add(1);
    for (row, one) in (first..).zip(refused) {
        write_row(
            page,
            row,
            one.record.as_deref(),
            &one.cells,
            template,
            formats,
        )?;
        for fault in &one.faults {
            let Some(at) = fault.column.and_then(|at| u16::try_from(at).ok()) else {
                continue;
            };
            let at = at.saturating_add(FIRST_FIELD);
            if at < reason_column {
                page.set_cell_format(row, at, &merged_format(template, at, formats, &marked))?;
            }
        }
        let reasons: Vec<&str> = one
            .faults
            .iter()
            .map(|fault| fault.reason.as_str())
            .collect();
        let text = format!("原第 {} 行：{}", one.row, reasons.join("；"));
        page.write_string_with_format(row, reason_column, &*fitted(&text), &formats.reason)?;
    }
    Ok(())
}

/// The column's own format with the mark laid over it.
fn merged_format(template: &Template, at: u16, formats: &Formats, mark: &Format) -> Format {
    let column = template.columns.get(usize::from(at - FIRST_FIELD));
    let own = column.map(|column| formats.of(column.kind.look()));
    own.map_or_else(|| mark.clone(), |own| own.merge(mark))
}

fn write_guide(workbook: &mut Workbook, template: &Template, formats: &Formats) -> Result<()> {
    let page = workbook.add_worksheet();
    page.set_name(GUIDE_SHEET)?;
    page.write_string_with_format(
        0,
        0,
        &*fitted(&format!("{}填写说明", template.name)),
        &formats.title,
    )?;
    let standing = [
        "标 * 的列必须填写；不要改动表头，也不要增删列；数据从第 2 行起填写，每行一条。".to_owned(),
        "隐藏的“记录号”列由系统使用：新增的行留空；下载后修改的行请保留原样。".to_owned(),
        "不要合并单元格；公式只取计算结果；可以从别的表复制，建议“选择性粘贴—数值”。".to_owned(),
    ];
    let mut row = 1;
    for text in template.guide.iter().chain(&standing) {
        page.merge_range(row, 0, row, 5, &fitted(text), &formats.note)?;
        page.set_row_height(row, line_heights(display_width(text).div_ceil(140)))?;
        row += 1;
    }
    row += 1;
    for (at, (name, width)) in (0_u16..).zip(GUIDE_COLUMNS) {
        page.write_string_with_format(row, at, name, &formats.header)?;
        page.set_column_width(at, width)?;
    }
    for (row, column) in (row + 1..).zip(&template.columns) {
        let how = column.kind.how_with_options();
        let law = column.law.clone().unwrap_or_default();
        let texts = [
            &column.name,
            column.requirement(),
            &how,
            &column.help,
            &law,
            &column.example,
        ];
        let mut lines = 1;
        for ((at, text), (_, width)) in (0_u16..).zip(texts).zip(GUIDE_COLUMNS) {
            page.write_string_with_format(row, at, &*fitted(text), &formats.long_text)?;
            lines = lines.max(display_width(text).div_ceil(usize::from(width)));
        }
        page.set_row_height(row, line_heights(lines))?;
    }
    print_setup(page, 0)
}

const GUIDE_COLUMNS: [(&str, u16); 6] = [
    ("列名", 18),
    ("必填", 8),
    ("填写方法", 40),
    ("说明", 40),
    ("依据", 30),
    ("示例", 20),
];

/// Points of so many lines: programs differ in whether they find the height themselves.
fn line_heights(lines: usize) -> f64 {
    16.0 * f64::from(u32::try_from(lines.clamp(1, 20)).unwrap_or(20)) + 2.0
}

/// Options of every choice, in the same column as the field in the data sheet.
fn write_lists(workbook: &mut Workbook, template: &Template, formats: &Formats) -> Result<()> {
    let page = workbook.add_worksheet();
    page.set_name(LIST_SHEET)?;
    for (at, column) in fields(template) {
        let options = column.kind.options();
        if options.is_empty() {
            continue;
        }
        write_text(page, 0, at, &column.name, formats)?;
        for (row, option) in (1_u32..).zip(options) {
            write_text(page, row, at, option, formats)?;
        }
    }
    page.set_very_hidden(true);
    Ok(())
}

fn write_meta(workbook: &mut Workbook, template: &Template) -> Result<()> {
    let page = workbook.add_worksheet();
    page.set_name(META_SHEET)?;
    page.write_string(0, 0, "ledger")?
        .write_string(0, 1, &*fitted(&template.ledger))?;
    page.write_string(1, 0, "version")?
        .write_string(1, 1, &*fitted(&template.version))?;
    for (row, column) in (2_u32..).zip(&template.columns) {
        page.write_string(row, 0, "column")?
            .write_string(row, 1, &*fitted(&column.field))?
            .write_string(row, 2, &*fitted(&column.name))?;
    }
    page.set_very_hidden(true);
    Ok(())
}
