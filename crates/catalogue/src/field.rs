//! Values of fields as people write and read them.
//!
//! One place for every type of field: what is typed or stands in a sheet becomes a
//! [`Value`](crate::value::Value) ([`FieldType::parse`], [`FieldType::parse_number`]), a value
//! becomes what people read ([`FieldType::format`]), what a form shows
//! ([`FieldType::input_text`]) or what outsiders may see ([`FieldType::mask`]), and a value that
//! comes from a machine is held against its type ([`FieldType::validate`]).
//!
//! Guarantees: `parse(input_text(v)) == v` for every valid value; whatever `parse` returns is
//! valid; nothing panics; an error says what is wrong and what would be right.
//! Left out: whether a school, officer or entry of that name exists (the registers know).

mod entry;
mod error;
mod number;
mod parse;
mod rows;
mod show;
mod validate;

pub use error::FieldError;
pub(crate) use parse::is_iso_date;

use crate::definition::FieldType;

/// What reading a value needs to know of the organ.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldContext<'a> {
    /// What may stand in a district field: the organ's districts and its own schools.
    /// Empty where they are not known: then any name will do.
    pub districts: &'a [String],
}

impl FieldType {
    /// Name of the type for people.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Text { .. } => "文字",
            Self::LongText => "长文字",
            Self::Number { .. } => "数字",
            Self::Money => "金额（元）",
            Self::Date => "日期",
            Self::DateRange => "起止日期",
            Self::Choice { .. } => "单选",
            Self::Choices { .. } => "多选",
            Self::Flag => "是否",
            Self::District => "区划",
            Self::Subject => "监管对象",
            Self::Unit => "单位",
            Self::Officer => "执法人员",
            Self::Person => "人名",
            Self::Phone => "电话",
            Self::Address => "地址",
            Self::IdentityNumber => "身份证号",
            Self::CreditCode => "统一社会信用代码",
            Self::LawCitation => "法律条文",
            Self::File => "文件",
            Self::Rows { .. } => "明细表",
            Self::Reference { .. } => "其他台账的记录",
        }
    }

    /// The word of the definition files: `text`, `date_range`.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::LongText => "long_text",
            Self::Number { .. } => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::DateRange => "date_range",
            Self::Choice { .. } => "choice",
            Self::Choices { .. } => "choices",
            Self::Flag => "flag",
            Self::District => "district",
            Self::Subject => "subject",
            Self::Unit => "unit",
            Self::Officer => "officer",
            Self::Person => "person",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::IdentityNumber => "identity_number",
            Self::CreditCode => "credit_code",
            Self::LawCitation => "law",
            Self::File => "file",
            Self::Rows { .. } => "rows",
            Self::Reference { .. } => "reference",
        }
    }

    /// How a value is written, for hints in forms and sheets; empty for plain text.
    pub fn how_to_write(&self) -> String {
        match self {
            Self::Number { decimals: 0, .. } => "填整数，不写单位".into(),
            Self::Number { decimals, .. } => format!("填数字，最多{decimals}位小数，不写单位"),
            Self::Money => "填数字，单位为元，最多2位小数".into(),
            Self::Date => "例：2022-03-05 或 2022年3月5日".into(),
            Self::DateRange => "例：2022-03-05至2022-03-09".into(),
            Self::Choice { options } => format!("从中选一项：{}", options.join("、")),
            Self::Choices { options } => {
                format!("可选多项，用“；”隔开：{}", options.join("、"))
            }
            Self::Flag => "填“是”或“否”".into(),
            Self::Rows { columns } => {
                let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
                format!("每行依次填 {}，行间用“；”隔开", names.join(" | "))
            }
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests;
