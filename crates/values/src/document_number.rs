//! Document numbers (发文字号, 文号): `云教罚决字〔2022〕3号`.
//!
//! Form by GB/T 9704-2012: the organ's code, the year of four digits in the brackets 〔〕
//! (U+3014, U+3015), a serial without leading zeros and without 第, then 号. An organ gives its
//! numbers by a [`Pattern`]; [`DocumentNumber`] reads and checks those of anybody.

use std::fmt;
use std::str::FromStr;

use crate::numerals;

/// The largest serial within a year.
const SERIAL_MAX: u32 = 99_999;

/// A document number in its lawful form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber {
    code: String,
    year: i16,
    serial: u32,
}

/// Why a text is not a document number, with what it should be where that can be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentNumberError {
    /// What is wrong.
    pub problem: DocumentNumberProblem,
    /// The lawful form of what was probably meant.
    pub meant: Option<DocumentNumber>,
}

/// What is wrong with a document number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentNumberProblem {
    /// It has another form altogether.
    WrongForm,
    /// The year stands in brackets other than 〔〕.
    WrongBrackets,
    /// The serial begins with a zero.
    LeadingZero,
    /// The serial has 第 before it.
    Ordinal,
    /// The year does not have four digits from 1900 to 2099.
    WrongYear,
    /// There are spaces or full-width digits in it.
    WrongCharacters,
}

impl fmt::Display for DocumentNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.problem {
            DocumentNumberProblem::WrongForm => "不是文号，应如“云教罚决字〔2022〕3号”",
            DocumentNumberProblem::WrongBrackets => "文号的年份应使用六角括号“〔〕”",
            DocumentNumberProblem::LeadingZero => "文号的序号不编虚位（1 不编为 01）",
            DocumentNumberProblem::Ordinal => "文号的序号前不加“第”",
            DocumentNumberProblem::WrongYear => "文号的年份应写四位",
            DocumentNumberProblem::WrongCharacters => "文号中不应有空格和全角数字",
        })?;
        match &self.meant {
            Some(meant) => write!(f, "，应为“{meant}”"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for DocumentNumberError {}

impl DocumentNumber {
    /// A number of its parts; `None` for a year outside of 1900 to 2099, a serial of zero or
    /// beyond 99999, or a code with brackets or digits in it. The code may be empty.
    #[must_use]
    pub fn new(code: &str, year: i16, serial: u32) -> Option<Self> {
        let is_code = |character: char| {
            character.is_ascii_uppercase() || character.is_alphabetic() && !character.is_ascii()
        };
        let fits = (1900..=2099).contains(&year)
            && (1..=SERIAL_MAX).contains(&serial)
            && code.chars().count() <= 20
            && code.chars().all(is_code);
        fits.then(|| Self {
            code: code.to_owned(),
            year,
            serial,
        })
    }

    /// The code of organ and kind of document: `云教罚决字`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The year.
    #[must_use]
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The serial within code and year.
    #[must_use]
    pub fn serial(&self) -> u32 {
        self.serial
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{}〕{}号", self.code, self.year, self.serial)
    }
}

impl FromStr for DocumentNumber {
    type Err = DocumentNumberError;

    fn from_str(text: &str) -> Result<Self, DocumentNumberError> {
        let wrong_form = DocumentNumberError {
            problem: DocumentNumberProblem::WrongForm,
            meant: None,
        };
        let folded = numerals::to_half_width(text);
        let compact: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
        let Some(parts) = Parts::split(&compact) else {
            return Err(wrong_form);
        };
        let serial = parts.serial.strip_prefix('第').unwrap_or(parts.serial);
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(parts.year) || !is_number(serial) {
            return Err(wrong_form);
        }
        let meant = match (parts.year.len(), parts.year.parse(), serial.parse()) {
            (4, Ok(year), Ok(serial)) => Self::new(parts.code, year, serial),
            _ => None,
        };
        let problem = if parts.brackets != ('〔', '〕') {
            DocumentNumberProblem::WrongBrackets
        } else if parts.year.len() != 4 {
            DocumentNumberProblem::WrongYear
        } else if serial.len() < parts.serial.len() {
            DocumentNumberProblem::Ordinal
        } else if serial.starts_with('0') {
            DocumentNumberProblem::LeadingZero
        } else if compact != text.trim() {
            DocumentNumberProblem::WrongCharacters
        } else {
            return meant.ok_or(wrong_form);
        };
        Err(DocumentNumberError { problem, meant })
    }
}

/// A document number as written, brackets of any kind.
struct Parts<'a> {
    code: &'a str,
    brackets: (char, char),
    year: &'a str,
    serial: &'a str,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let open = |c: char| matches!(c, '〔' | '[' | '(' | '【' | '﹝' | '〖' | '{' | '<' | '〈');
        let close = |c: char| matches!(c, '〕' | ']' | ')' | '】' | '﹞' | '〗' | '}' | '>' | '〉');
        let (start, opening) = text.char_indices().find(|(_, c)| open(*c))?;
        let behind = &text[start + opening.len_utf8()..];
        let (end, closing) = behind.char_indices().find(|(_, c)| close(*c))?;
        let serial = behind[end + closing.len_utf8()..].strip_suffix('号')?;
        let brackets = (opening, closing);
        Some(Self {
            code: &text[..start],
            brackets,
            year: &behind[..end],
            serial,
        })
    }
}

/// How an organ writes a kind of number: `{organ}罚决字〔{year}〕{seq}号`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Invariant: `{year}` and `{seq}` once, `{organ}` at most once, and no two slots side by
    /// side, so that what was written can be read back.
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Organ,
    Year,
    Serial,
}

/// The parts of a number that was written by a [`Pattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// What stands for the organ; empty where the pattern has no such slot.
    pub organ: String,
    /// The year.
    pub year: i16,
    /// The serial.
    pub serial: u32,
}

/// Why a text is not a pattern of document numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternError {
    /// `{…}` with a word that is none of organ, year, seq, or without its end.
    UnknownSlot(String),
    /// A slot that must be there is not.
    Missing(&'static str),
    /// A slot stands twice.
    Twice(&'static str),
    /// Two slots stand side by side.
    Touching,
    /// The year does not stand in 〔〕; with the pattern as it should be.
    WrongBrackets(String),
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSlot(slot) => {
                write!(
                    f,
                    "文号格式中没有“{{{slot}}}”，可用 {{organ}}、{{year}}、{{seq}}"
                )
            }
            Self::Missing(slot) => write!(f, "文号格式缺少 {{{slot}}}"),
            Self::Twice(slot) => write!(f, "文号格式中 {{{slot}}} 出现两次"),
            Self::Touching => f.write_str("文号格式中两个变量之间应有文字"),
            Self::WrongBrackets(meant) => {
                write!(f, "文号的年份应使用六角括号“〔〕”，应为“{meant}”")
            }
        }
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// The number of this organ, year and serial.
    #[must_use]
    pub fn format(&self, organ: &str, year: i16, serial: u32) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Organ => organ.to_owned(),
            Piece::Year => year.to_string(),
            Piece::Serial => serial.to_string(),
        });
        pieces.collect()
    }

    /// The parts of a number of this pattern; `None` for any other text.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Numbered> {
        let mut numbered = Numbered {
            organ: String::new(),
            year: 0,
            serial: 0,
        };
        let mut rest = text;
        for (index, piece) in self.pieces.iter().enumerate() {
            let end = match self.pieces.get(index + 1) {
                Some(Piece::Words(next)) => rest.find(next.as_str())?,
                _ => rest.len(),
            };
            let end = if let Piece::Words(words) = piece {
                if !rest.starts_with(words.as_str()) {
                    return None;
                }
                words.len()
            } else {
                end
            };
            let (part, behind) = rest.split_at(end);
            rest = behind;
            let is_number = !part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit());
            match piece {
                Piece::Words(_) => {}
                Piece::Organ => part.clone_into(&mut numbered.organ),
                Piece::Year if is_number && part.len() == 4 => numbered.year = part.parse().ok()?,
                Piece::Serial if is_number => numbered.serial = part.parse().ok()?,
                Piece::Year | Piece::Serial => return None,
            }
        }
        rest.is_empty().then_some(numbered)
    }

    fn check(self, text: &str) -> Result<Self, PatternError> {
        let count = |slot: &Piece| self.pieces.iter().filter(|piece| *piece == slot).count();
        for (slot, word, needed) in [
            (Piece::Organ, "organ", false),
            (Piece::Year, "year", true),
            (Piece::Serial, "seq", true),
        ] {
            match count(&slot) {
                0 if needed => return Err(PatternError::Missing(word)),
                2.. => return Err(PatternError::Twice(word)),
                _ => {}
            }
        }
        let is_slot = |piece: &Piece| !matches!(piece, Piece::Words(_));
        if self
            .pieces
            .windows(2)
            .any(|pair| is_slot(&pair[0]) && is_slot(&pair[1]))
        {
            return Err(PatternError::Touching);
        }
        for (open, close) in ["[]", "()", "（）", "【】", "﹝﹞", "［］", "〖〗", "｛｝"]
            .iter()
            .filter_map(|pair| Some((pair.chars().next()?, pair.chars().nth(1)?)))
        {
            let wrong = format!("{open}{{year}}{close}");
            if text.contains(&wrong) {
                return Err(PatternError::WrongBrackets(
                    text.replace(&wrong, "〔{year}〕"),
                ));
            }
        }
        Ok(self)
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (words, slot) = rest
                .split_once('{')
                .map_or((rest, None), |(w, s)| (w, Some(s)));
            if !words.is_empty() {
                pieces.push(Piece::Words(words.to_owned()));
            }
            let Some(slot) = slot else { break };
            let Some((name, behind)) = slot.split_once('}') else {
                return Err(PatternError::UnknownSlot(slot.to_owned()));
            };
            pieces.push(match name {
                "organ" => Piece::Organ,
                "year" => Piece::Year,
                "seq" => Piece::Serial,
                _ => return Err(PatternError::UnknownSlot(name.to_owned())),
            });
            rest = behind;
        }
        Self { pieces }.check(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Words(words) => f.write_str(words),
            Piece::Organ => f.write_str("{organ}"),
            Piece::Year => f.write_str("{year}"),
            Piece::Serial => f.write_str("{seq}"),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_taken_apart() {
        let number: DocumentNumber = "云教罚决字〔2022〕13号".parse().unwrap();
        assert_eq!(
            (number.code(), number.year(), number.serial()),
            ("云教罚决字", 2022, 13)
        );
        assert_eq!("〔2022〕3号".parse::<DocumentNumber>().unwrap().code(), "");
    }

    #[test]
    fn wrong_forms_come_with_the_right_one() {
        use DocumentNumberProblem::*;
        let cases = [
            ("云教[2022]3号", WrongBrackets, true),
            ("云教（2022）3号", WrongBrackets, true),
            ("云教【2022】3号", WrongBrackets, true),
            ("云教﹝2022﹞3号", WrongBrackets, true),
            ("云教〔2022]3号", WrongBrackets, true),
            ("云教〔22〕3号", WrongYear, false),
            ("云教〔2022〕第3号", Ordinal, true),
            ("云教〔2022〕03号", LeadingZero, true),
            ("云教〔２０２２〕3号", WrongCharacters, true),
            ("云教〔2022〕 3 号", WrongCharacters, true),
            ("云教2022年3号", WrongForm, false),
            ("云教〔2022〕3", WrongForm, false),
            ("云教〔2022〕三号", WrongForm, false),
            ("云教〔2222〕3号", WrongForm, false),
            ("云教〔2022〕0号", LeadingZero, false),
            ("", WrongForm, false),
        ];
        for (text, problem, has_meant) in cases {
            let error = text.parse::<DocumentNumber>().unwrap_err();
            assert_eq!(error.problem, problem, "{text}");
            let meant = has_meant.then(|| "云教〔2022〕3号".to_owned());
            assert_eq!(error.meant.map(|meant| meant.to_string()), meant, "{text}");
        }
        let error = "云教[2022]3号".parse::<DocumentNumber>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "文号的年份应使用六角括号“〔〕”，应为“云教〔2022〕3号”"
        );
    }

    #[test]
    fn patterns_write_and_read() {
        let pattern: Pattern = "{organ}罚决字〔{year}〕{seq}号".parse().unwrap();
        let number = pattern.format("云教", 2022, 3);
        assert_eq!(number, "云教罚决字〔2022〕3号");
        let numbered = Numbered {
            organ: "云教".into(),
            year: 2022,
            serial: 3,
        };
        assert_eq!(pattern.read(&number), Some(numbered));
        for text in [
            "云教罚决字〔2022〕03号",
            "云教罚字〔2022〕3号",
            "云教罚决字〔2022〕3号等",
            "",
        ] {
            assert_eq!(pattern.read(text), None, "{text}");
        }
        assert_eq!(pattern.to_string(), "{organ}罚决字〔{year}〕{seq}号");
    }

    #[test]
    fn wrong_patterns_are_explained() {
        let cases = [
            (
                "{organ}罚[{year}]{seq}号",
                PatternError::WrongBrackets("{organ}罚〔{year}〕{seq}号".into()),
            ),
            ("{organ}罚〔{year}〕号", PatternError::Missing("seq")),
            ("{year}年{year}月{seq}", PatternError::Twice("year")),
            ("{year}{seq}", PatternError::Touching),
            (
                "{organ}〔{jahr}〕{seq}号",
                PatternError::UnknownSlot("jahr".into()),
            ),
            ("{organ}〔{year", PatternError::UnknownSlot("year".into())),
            ("", PatternError::Missing("year")),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<Pattern>(), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(year in 1900..=2099_i16, serial in 1..=99_999_u32) {
            let number = DocumentNumber::new("云教许决", year, serial).unwrap();
            prop_assert_eq!(number.to_string().parse(), Ok(number));
            let pattern: Pattern = "{organ}许〔{year}〕{seq}号".parse().unwrap();
            let numbered = pattern.read(&pattern.format("云教", year, serial)).unwrap();
            prop_assert_eq!((numbered.year, numbered.serial), (year, serial));
        }

        #[test]
        fn no_text_panics(text in "[云教〔〕\\[\\]（）{}0-9号第 yearsqogn]{0,24}|.{0,24}") {
            let _ = text.parse::<DocumentNumber>();
            if let Ok(pattern) = text.parse::<Pattern>() {
                let _ = pattern.read(&text);
                prop_assert_eq!(pattern.to_string(), text);
            }
        }
    }
}
