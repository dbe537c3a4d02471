//! Text with slots: `聘任法治副校长{deputy_principals}人`.
//!
//! The same syntax in templates and in what people edit; `{organ}` and `{year}` are given. `{{` and `}}` stand for the brackets
//! themselves; a closing bracket alone is just that.

use std::fmt;

use super::{Given, Piece, Slot};
use crate::{
    definition::PeriodShift,
    id::{FieldId, FigureId},
};

/// What is wrong with a slot, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotError {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// What is wrong, in Chinese.
    pub message: String,
}

impl fmt::Display for SlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SlotError {}

/// Reads a text with slots. Printing the pieces one behind the other gives an equal text back.
pub fn parse_text(text: &str) -> Result<Vec<Piece>, SlotError> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        words.push_str(before);
        let bracket = if from.starts_with('{') { '{' } else { '}' };
        let doubled = from[1..].starts_with(bracket);
        if bracket == '}' || doubled {
            words.push(bracket);
            rest = &from[1 + usize::from(doubled)..];
            continue;
        }
        let start = text.len() - from.len();
        let length = 1 + from[1..].find(['{', '}']).unwrap_or(from.len() - 1);
        if !from[length..].starts_with('}') {
            let message = "“{”没有对应的“}”；要写括号本身，写两个：{{".to_owned();
            return Err(SlotError {
                start,
                end: start + length,
                message,
            });
        }
        let end = start + length + 1;
        let piece = slot(&from[1..length]).map_err(|message| SlotError {
            start,
            end,
            message,
        })?;
        if !words.is_empty() {
            pieces.push(Piece::Words(std::mem::take(&mut words)));
        }
        pieces.push(piece);
        rest = &from[length + 1..];
    }
    words.push_str(rest);
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    Ok(pieces)
}

/// The inside of a pair of brackets.
fn slot(inside: &str) -> Result<Piece, String> {
    if let Some(sourced) = inside.strip_prefix('=') {
        let Some((number, source)) = sourced.split_once('|') else {
            return Err("写明来源，如 {=609|应急演练计划}".into());
        };
        let (number, source) = (number.trim(), source.trim());
        if number.is_empty() || source.is_empty() {
            return Err("数和来源都要写，如 {=609|应急演练计划}".into());
        }
        return Ok(Piece::Sourced {
            number: number.into(),
            source: source.into(),
        });
    }
    match inside.trim() {
        "organ" => return Ok(Piece::Given(Given::Organ)),
        "year" => return Ok(Piece::Given(Given::Year)),
        _ => {}
    }
    let mut parts = inside.split('|').map(str::trim);
    let id = parts.next().unwrap_or_default();
    let figure = FigureId::new(id).ok_or_else(|| format!("“{id}”不是数据标识"))?;
    let mut slot = Slot {
        figure,
        period: None,
        shift: PeriodShift::Same,
        only: Vec::new(),
        titles: false,
    };
    parts.try_for_each(|part| option(&mut slot, part))?;
    Ok(Piece::Figure(slot))
}

fn option(slot: &mut Slot, part: &str) -> Result<(), String> {
    let twice = || format!("“{part}”与前面重复或矛盾");
    if let Some((field, value)) = part.split_once('=') {
        let (field, value) = (field.trim(), value.trim());
        let field = FieldId::new(field).ok_or_else(|| format!("“{field}”不是字段标识"))?;
        if value.is_empty() {
            return Err(format!("{field} 后面没有值，如 district=海云区"));
        }
        if slot.only.iter().any(|(known, _)| *known == field) {
            return Err(twice());
        }
        slot.only.push((field, value.to_owned()));
        return Ok(());
    }
    if part == "titles" {
        return if std::mem::replace(&mut slot.titles, true) {
            Err(twice())
        } else {
            Ok(())
        };
    }
    if slot.period.is_some() || slot.shift != PeriodShift::Same {
        return Err(twice());
    }
    if let Some(shift) = PeriodShift::named(part).filter(|shift| *shift != PeriodShift::Same) {
        slot.shift = shift;
        return Ok(());
    }
    match part.parse() {
        Ok(period) => slot.period = Some(period),
        Err(_) => {
            return Err(format!(
                "“{part}”看不懂；可写期间（2020-2022）、to_date、previous_year、eve、titles 或 字段=值"
            ));
        }
    }
    Ok(())
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(&words.replace('{', "{{").replace('}', "}}")),
            Self::Sourced { number, source } => write!(f, "{{={number}|{source}}}"),
            Self::Given(Given::Organ) => f.write_str("{organ}"),
            Self::Given(Given::Year) => f.write_str("{year}"),
            Self::Figure(slot) => slot.fmt(f),
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}", self.figure)?;
        if let Some(period) = self.period {
            write!(f, "|{period}")?;
        }
        if self.shift != PeriodShift::Same {
            write!(f, "|{}", self.shift.name())?;
        }
        for (field, value) in &self.only {
            write!(f, "|{field}={value}")?;
        }
        if self.titles {
            f.write_str("|titles")?;
        }
        f.write_str("}")
    }
}

impl PeriodShift {
    /// The shift of this name, as in `period = "previous_year"`.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Same, Self::PreviousYear, Self::Eve, Self::ToDate]
            .into_iter()
            .find(|shift| shift.name() == name)
    }

    /// The name in definitions and slots.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::PreviousYear => "previous_year",
            Self::Eve => "eve",
            Self::ToDate => "to_date",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(text: &str) -> String {
        parse_text(text)
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn every_kind_of_slot() {
        let text = "聘任{deputies}人，{deputies|2020-2022|district=海云区}，{a|previous_year}、\
                    {a|to_date}、{drills|titles}，演练{=609|应急演练计划}次{{注}}。";
        let pieces = parse_text(text).unwrap();
        assert_eq!(pieces.len(), 13);
        assert_eq!(print(text), text);
        let Piece::Figure(slot) = &pieces[3] else {
            panic!("a figure")
        };
        assert_eq!(
            slot.only,
            [(FieldId::new("district").unwrap(), "海云区".to_owned())]
        );
        assert_eq!(slot.period, "2020-2022".parse().ok());
    }

    #[test]
    fn errors_point_at_the_slot() {
        for (text, found, words) in [
            ("共{", "{", "没有对应"),
            ("共{Drills}次", "{Drills}", "不是数据标识"),
            ("共{}次", "{}", "不是数据标识"),
            ("共{a|去年}次", "{a|去年}", "看不懂"),
            ("共{a|2022|to_date}次", "{a|2022|to_date}", "矛盾"),
            ("共{a|district=}次", "{a|district=}", "没有值"),
            ("共{=609}次", "{=609}", "写明来源"),
            ("共{=|x}次", "{=|x}", "都要写"),
            ("共{a{b}次", "{a", "没有对应"),
        ] {
            let error = parse_text(text).unwrap_err();
            assert_eq!(&text[error.start..error.end], found);
            assert!(error.message.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn brackets_can_be_written() {
        assert_eq!(parse_text("{{x}}").unwrap(), [Piece::Words("{x}".into())]);
        assert_eq!(parse_text("a}b").unwrap(), [Piece::Words("a}b".into())]);
        assert_eq!(parse_text("").unwrap(), []);
    }

    proptest::proptest! {
        #[test]
        fn printing_and_reading_again_is_identity(text in "[{}|=a-c一0-9 ]{0,40}") {
            if let Ok(pieces) = parse_text(&text) {
                let printed: String = pieces.iter().map(ToString::to_string).collect();
                proptest::prop_assert_eq!(parse_text(&printed), Ok(pieces));
            }
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = parse_text(&text);
        }
    }
}
