//! What can be wrong with a value, in words for the person who typed it.

use std::fmt;

use values::dates::DateError;

use crate::decimal::format_short;

/// Why a text is not a value of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// Nothing there.
    Missing,
    /// The ledger has no such field.
    Unknown,
    /// Too many characters.
    TooLong {
        /// Characters given.
        length: usize,
        /// Characters allowed.
        max: usize,
    },
    /// Control characters, blanks at an end, several lines where one is expected.
    Untidy,
    /// Not a number.
    NotANumber {
        /// What was given.
        text: String,
    },
    /// More decimals than are kept.
    Decimals {
        /// What was given.
        text: String,
        /// Decimals kept.
        decimals: u8,
    },
    /// Larger than any number here.
    TooLarge,
    /// Below the least value.
    Below {
        /// Least value, scaled.
        min: i64,
        /// Decimals of the field.
        decimals: u8,
    },
    /// Above the greatest value.
    Above {
        /// Greatest value, scaled.
        max: i64,
        /// Decimals of the field.
        decimals: u8,
    },
    /// Not a date, or none that exists.
    NotADate {
        /// What was given.
        text: String,
        /// Why it is none.
        reason: DateError,
    },
    /// Not two dates.
    NotARange {
        /// What was given.
        text: String,
    },
    /// The end lies before the beginning.
    Reversed,
    /// None of the options.
    NotAnOption {
        /// What was given.
        text: String,
        /// What would be right.
        options: Vec<String>,
        /// The option that was probably meant.
        meant: Option<String>,
    },
    /// The same option twice.
    Twice {
        /// The option.
        text: String,
    },
    /// Neither yes nor no.
    NotAFlag {
        /// What was given.
        text: String,
    },
    /// None of the organ's districts.
    NotADistrict {
        /// What was given.
        text: String,
        /// The organ's districts.
        districts: Vec<String>,
        /// The district that was probably meant.
        meant: Option<String>,
    },
    /// Not an identity number; the text itself is personal data and is not repeated.
    NotAnIdentityNumber,
    /// A number that the spreadsheet program has cut.
    LostDigits,
    /// Not a telephone number.
    NotAPhone,
    /// Not the hash of an attached file.
    NotAFile,
    /// A row with more cells than there are columns.
    Cells {
        /// Cells given.
        found: usize,
        /// Names of the columns.
        columns: Vec<String>,
    },
    /// Something wrong in a row of a rows field.
    InRow {
        /// Row, from 1.
        row: usize,
        /// Name of the column.
        column: String,
        /// What is wrong there.
        error: Box<FieldError>,
    },
    /// A value of another shape, from a machine.
    Shape {
        /// The shape expected.
        expected: &'static str,
    },
}

impl FieldError {
    /// What is wrong.
    pub fn message(&self) -> String {
        match self {
            Self::Missing => "没有填写".into(),
            Self::Unknown => "台账没有这个字段".into(),
            Self::TooLong { length, max } => format!("有{length}个字，超过{max}个字"),
            Self::Untidy => "含有换行、控制字符或首尾空格".into(),
            Self::NotANumber { text } => format!("“{}”不是数字", short(text)),
            Self::Decimals { text, .. } => format!("“{}”的小数位太多", short(text)),
            Self::TooLarge => "数字太大".into(),
            Self::Below { min, decimals } => format!("小于{}", format_short(*min, *decimals)),
            Self::Above { max, decimals } => format!("大于{}", format_short(*max, *decimals)),
            Self::NotADate {
                text,
                reason: DateError::Unrecognised,
            } => {
                format!("“{}”不是日期", short(text))
            }
            Self::NotADate { text, reason } => format!("“{}”：{reason}", short(text)),
            Self::NotARange { text } => format!("“{}”不是起止日期", short(text)),
            Self::Reversed => "结束日期早于开始日期".into(),
            Self::NotAnOption { text, .. } => format!("“{}”不在选项中", short(text)),
            Self::Twice { text } => format!("“{}”填了两次", short(text)),
            Self::NotAFlag { text } => format!("“{}”不是“是”或“否”", short(text)),
            Self::NotADistrict { text, .. } => format!("“{}”不是本局的区划", short(text)),
            Self::NotAnIdentityNumber => "不是有效的身份证号（位数、日期或校验码不对）".into(),
            Self::LostDigits => "号码在表格里存成了数字，后几位已经丢失".into(),
            Self::NotAPhone => "不是电话号码".into(),
            Self::NotAFile => "不是已上传的文件".into(),
            Self::Cells { found, columns } => {
                format!("一行有{found}项，只应有{}项", columns.len())
            }
            Self::InRow { row, column, error } => {
                format!("第{row}行“{column}”：{}", error.message())
            }
            Self::Shape { expected } => format!("值的形式不对，应为{expected}"),
        }
    }

    /// What would be right; empty where the message says it already.
    pub fn remedy(&self) -> String {
        match self {
            Self::Missing => "请填写".into(),
            Self::Unknown => "请删去，或核对字段标识".into(),
            Self::TooLong { max, .. } => format!("请缩短到{max}个字以内"),
            Self::Untidy => "请写成一行，去掉首尾空格".into(),
            Self::NotANumber { .. } => "请只填数字，不写单位，如 12".into(),
            Self::Decimals { decimals: 0, .. } => "请填整数".into(),
            Self::Decimals { decimals, .. } => format!("最多{decimals}位小数"),
            Self::TooLarge => "请核对位数".into(),
            Self::Below { min, decimals } => {
                format!("应不小于{}", format_short(*min, *decimals))
            }
            Self::Above { max, decimals } => {
                format!("应不大于{}", format_short(*max, *decimals))
            }
            Self::NotADate { .. } => "请写成 2022-03-05 或 2022年3月5日".into(),
            Self::NotARange { .. } => "请写成 2022-03-05至2022-03-09".into(),
            Self::Reversed => "请核对两个日期的先后".into(),
            Self::NotAnOption { options, meant, .. } => choose(meant.as_deref(), options),
            Self::Twice { .. } => "请删去一个".into(),
            Self::NotAFlag { .. } => "请填“是”或“否”".into(),
            Self::NotADistrict {
                districts, meant, ..
            } => choose(meant.as_deref(), districts),
            Self::NotAnIdentityNumber => "请核对18位号码".into(),
            Self::LostDigits => "请把这一列设为文本格式后重新填写".into(),
            Self::NotAPhone => "请填数字，如 0473-1234567 或 13800000000".into(),
            Self::NotAFile => "请先上传文件".into(),
            Self::Cells { columns, .. } => format!("每行依次填 {}", columns.join(" | ")),
            Self::InRow { error, .. } => error.remedy(),
            Self::Shape { .. } => String::new(),
        }
    }

    /// Stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "value-missing",
            Self::Unknown => "value-unknown-field",
            Self::TooLong { .. } => "value-too-long",
            Self::Untidy => "value-untidy",
            Self::NotANumber { .. } => "value-not-a-number",
            Self::Decimals { .. } => "value-decimals",
            Self::TooLarge => "value-too-large",
            Self::Below { .. } => "value-below-min",
            Self::Above { .. } => "value-above-max",
            Self::NotADate { .. } => "value-not-a-date",
            Self::NotARange { .. } => "value-not-a-range",
            Self::Reversed => "value-reversed",
            Self::NotAnOption { .. } => "value-not-an-option",
            Self::Twice { .. } => "value-twice",
            Self::NotAFlag { .. } => "value-not-a-flag",
            Self::NotADistrict { .. } => "value-not-a-district",
            Self::NotAnIdentityNumber => "value-not-an-identity-number",
            Self::LostDigits => "value-lost-digits",
            Self::NotAPhone => "value-not-a-phone",
            Self::NotAFile => "value-not-a-file",
            Self::Cells { .. } => "value-cells",
            Self::InRow { error, .. } => error.code(),
            Self::Shape { .. } => "value-shape",
        }
    }
}

/// Message and remedy in one sentence.
impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        let remedy = self.remedy();
        if !remedy.is_empty() {
            write!(f, "；{remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldError {}

/// Options shown in a sentence.
const OPTIONS_SHOWN: usize = 12;

fn choose(meant: Option<&str>, options: &[String]) -> String {
    let shown = options
        .iter()
        .take(OPTIONS_SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>();
    let more = if options.len() > OPTIONS_SHOWN {
        "等"
    } else {
        ""
    };
    let meant = meant
        .map(|option| format!("是不是“{option}”？"))
        .unwrap_or_default();
    format!("{meant}可填：{}{more}", shown.join("、"))
}

/// The beginning of what was typed, fit for a sentence.
fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(30).filter(|c| !c.is_control()).collect();
    if text.chars().count() > 30 {
        shown.push('…');
    }
    shown
}
