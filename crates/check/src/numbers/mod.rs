//! The number reader: every number in a text, what it is and what it counts.
//!
//! It reads Arabic, full-width and Chinese numerals, mixed units (2.3万), percent, permille,
//! fractions, ranges, qualifiers (近, 余, 至少) and measure words, and tells figures from dates,
//! years, ordinals, document and article numbers, codes, slogans and list markers.
//!
//! Guarantees: exact values, spans on character boundaries in ascending order, one pass, no panic.
//! Left out: what a figure means in its sentence; that is the business of the rules.

mod chinese;
mod cursor;
mod dates;
mod fixed;
mod han;
mod scan;
mod tail;
mod units;

use std::ops::Range;

use crate::decimal::Decimal;

pub use scan::read_numbers;
pub use units::{Unit, UnitClass};

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A counted or measured amount: 304件, 2.3万人.
    Quantity,
    /// 99.01%, 百分之九十.
    Percent,
    /// 5‰.
    Permille,
    /// 三分之二, 2/3: `value` is the numerator, `upper` the denominator.
    Fraction,
    /// 2—4次, 63%～68%: from `value` to `upper`.
    Range,
    /// 第3次.
    Ordinal,
    /// 2025年3月1日, 3月, 1至9月.
    Date,
    /// 2025年, 2021—2025年.
    Year,
    /// 〔2025〕12号.
    DocumentNumber,
    /// 第五十七条.
    ArticleNumber,
    /// Telephone numbers, hot lines, identifiers, B1, 1号文件.
    Code,
    /// “985”, “四个意识”, 1+N: a number inside a fixed term or slogan.
    FixedTerm,
    /// A list or heading marker: 一、 （二） 3. 四是.
    Heading,
}

/// A word that makes a figure less than exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Qualifier {
    /// 近: somewhat less.
    Near,
    /// 约, 左右: around.
    About,
    /// 余, 多: somewhat more.
    More,
    /// 超, 逾: more than.
    Over,
    /// 至少, 以上, 不少于: not less than.
    AtLeast,
    /// 不足, 不到: less than.
    Under,
    /// 以下, 以内, 不超过: not more than.
    AtMost,
}

impl Qualifier {
    /// Whether the figure is only near the stated value (近, 约, 余, 多), as opposed to a bound.
    pub fn is_approximate(self) -> bool {
        matches!(
            self,
            Self::Near | Self::About | Self::More | Self::Over | Self::Under
        )
    }
}

/// A number in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The figure itself with 万, 亿 and the percent sign, in bytes: `2.3万`, `99%`.
    pub span: Range<usize>,
    /// The figure with its qualifiers and its measure word: `近2.3万人次`.
    pub whole: Range<usize>,
    /// The exact value in plain units and the unit of its last place.
    pub value: Decimal,
    /// The end of a range, or the denominator of a fraction.
    pub upper: Option<Decimal>,
    /// The measure word or unit behind it.
    pub unit: Option<Unit>,
    /// What makes it less than exact, before the figure first.
    pub qualifiers: Vec<Qualifier>,
    /// What it is.
    pub kind: Kind,
    /// Written in Chinese characters.
    pub chinese: bool,
}

impl Number {
    /// Whether it states something that a source must vouch for: the report desk marks such a number
    /// as untraced unless it is a figure slot or has a source note. Dates, codes, article numbers and
    /// fixed terms state nothing.
    pub fn asks_source(&self) -> bool {
        matches!(
            self.kind,
            Kind::Quantity | Kind::Percent | Kind::Permille | Kind::Fraction | Kind::Range
        )
    }

    /// Whether it counts or measures something that can be added up: neither how long nor how old.
    pub fn countable(&self) -> bool {
        self.asks_source()
            && !matches!(
                self.unit_class(),
                Some(UnitClass::Duration | UnitClass::Age)
            )
    }

    /// The class of its unit.
    pub fn unit_class(&self) -> Option<UnitClass> {
        self.unit.map(|unit| unit.class)
    }

    /// Whether the wording says that the value is not exact.
    pub fn is_approximate(&self) -> bool {
        self.qualifiers
            .iter()
            .any(|qualifier| qualifier.is_approximate())
    }

    /// An exact or approximate quantity that counts or measures something.
    pub fn is_quantity(&self) -> bool {
        self.kind == Kind::Quantity && self.countable()
    }
}

#[cfg(test)]
mod tests;
