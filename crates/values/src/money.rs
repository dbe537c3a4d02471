//! Money as whole fen.
//!
//! Sums must agree to the last fen, so an amount is an integer and every step is checked.
//! People write yuan, ten thousand yuan (万元), capitals (壹仟元整) and mixtures; all are read.

use std::fmt;
use std::str::FromStr;

use crate::decimal::{Decimal, Rounding};
use crate::numerals;

/// An amount in fen; 100 make a yuan. Any number is a valid amount.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(pub i64);

/// Why a text is not an amount. Shown to clerks, so printed in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyError {
    /// There is nothing.
    Empty,
    /// It is no number, or a number of something else.
    NotAnAmount,
    /// It has a part of a fen.
    TooPrecise,
    /// It is more than the system counts.
    TooLarge,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "没有填写金额",
            Self::NotAnAmount => "不是金额，应写成 1234.50 或 1.2万元",
            Self::TooPrecise => "金额不能有不足一分的部分",
            Self::TooLarge => "金额过大",
        })
    }
}

impl std::error::Error for MoneyError {}

impl Fen {
    /// Whole yuan; `None` beyond the range.
    #[must_use]
    pub fn from_yuan(yuan: i64) -> Option<Self> {
        yuan.checked_mul(100).map(Self)
    }

    /// The amount of a number of yuan.
    ///
    /// # Errors
    /// Where there is a part of a fen, or too much of it.
    pub fn from_decimal_yuan(yuan: Decimal) -> Result<Self, MoneyError> {
        let fen = yuan.checked_shift(2).ok_or(MoneyError::TooLarge)?;
        let fen = fen.to_integer().ok_or(MoneyError::TooPrecise)?;
        i64::try_from(fen)
            .map(Self)
            .map_err(|_| MoneyError::TooLarge)
    }

    /// The amount in yuan, with two decimals.
    #[must_use]
    pub fn yuan(self) -> Decimal {
        Decimal::new(self.0.into(), 2)
    }

    /// The amount in ten thousand yuan (万元), rounded to so many decimals; with six it is exact.
    #[must_use]
    pub fn ten_thousand_yuan(self, decimals: u8) -> Decimal {
        let exact = Decimal::new(self.0.into(), 6);
        exact
            .with_decimals(decimals, Rounding::HalfUp)
            .unwrap_or(exact)
    }

    /// The sum; `None` beyond the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` beyond the range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The sum of many; `None` beyond the range.
    #[must_use]
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self(0), Self::checked_add)
    }

    /// The amount for people to read: `1,234.50元`, without decimals where there are no fen.
    #[must_use]
    pub fn chinese(self) -> String {
        format!("{}元", self.plain())
    }

    /// The number of it, for where the unit stands elsewhere: `1,234.50`, `1,234`.
    #[must_use]
    pub fn plain(self) -> String {
        let text = self.to_string();
        text.strip_suffix(".00").unwrap_or(&text).to_owned()
    }

    /// The amount in capitals, as documents that change hands demand (壹仟贰佰叁拾肆元伍角整):
    /// nothing can be added behind it.
    #[must_use]
    pub fn capitals(self) -> String {
        let fen = self.0.unsigned_abs();
        let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
        let sign = if self.0 < 0 { "负" } else { "" };
        let mut words = sign.to_owned();
        if yuan > 0 || (jiao == 0 && fen == 0) {
            words += &format!("{}元", numerals::to_capitals(yuan));
        }
        if jiao > 0 {
            // A zero closes the gap that a missing last yuan would leave to a forger.
            let gap = if yuan > 0 && yuan % 10 == 0 {
                "零"
            } else {
                ""
            };
            words += &format!("{gap}{}角", numerals::to_capitals(jiao));
        }
        match fen {
            0 => words + "整",
            _ if jiao == 0 && yuan > 0 => format!("{words}零{}分", numerals::to_capitals(fen)),
            _ => format!("{words}{}分", numerals::to_capitals(fen)),
        }
    }
}

/// `1,234.50`, in yuan.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let digits = (fen / 100).to_string();
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        f.pad(&format!("{sign}{grouped}.{:02}", fen % 100))
    }
}

/// Reads `1,234.5元`, `￥1234.50`, `2.3万元`, `70万`, `1亿2000万元`, `12元5角3分`, `壹仟元整`.
/// A bare number is yuan.
impl FromStr for Fen {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let folded = numerals::to_half_width(text);
        let text = folded.trim();
        let text = text.strip_prefix("人民币").unwrap_or(text).trim_start();
        // The sign of the currency may stand on either side of the minus.
        let text = text.trim_start_matches(['￥', '¥']).trim_start();
        let (sign, text) = match text.strip_prefix(['-', '−', '负']) {
            Some(rest) => (-1, rest.trim_start_matches(['￥', '¥']).trim_start()),
            None => (1, text),
        };
        if text.is_empty() {
            return Err(MoneyError::Empty);
        }
        let text = match text.strip_suffix(['整', '正']) {
            Some(rest) if rest.ends_with(['元', '圆', '角']) => rest,
            Some(_) => return Err(MoneyError::NotAnAmount),
            None => text,
        };
        let amount = parse_unsigned(text)?;
        Ok(Self(sign * amount.0))
    }
}

fn parse_unsigned(text: &str) -> Result<Fen, MoneyError> {
    let number = |text: &str| {
        let text = text.trim();
        let number = numerals::parse(text).filter(|number| *number >= Decimal::ZERO);
        // The minus was taken before; a second one is none.
        number
            .filter(|_| !text.starts_with(['-', '+', '−', '负']))
            .ok_or(MoneyError::NotAnAmount)
    };
    let (yuan, small) = match text.split_once(['元', '圆', '块']) {
        Some((yuan, small)) => (Some(yuan), small),
        None if text.ends_with(['角', '分']) => (None, text),
        None => (Some(text), ""),
    };
    let whole = yuan.map_or(Ok(Decimal::ZERO), number)?;
    let mut small = small.trim_start_matches('零');
    let mut total = Fen::from_decimal_yuan(whole)?;
    for (unit, value) in [('角', 10), ('分', 1)] {
        if let Some((count, rest)) = small.split_once(unit) {
            let count = number(count)?
                .to_integer()
                .filter(|count| (0..=9).contains(count));
            let count = i64::try_from(count.ok_or(MoneyError::NotAnAmount)?).unwrap_or(0);
            total = total
                .checked_add(Fen(count * value))
                .ok_or(MoneyError::TooLarge)?;
            small = rest.trim_start_matches('零');
        }
    }
    // With jiao behind, yuan are whole.
    let has_small = text.ends_with(['角', '分']);
    if !small.is_empty() || has_small && whole.to_integer().is_none() {
        return Err(MoneyError::NotAnAmount);
    }
    Ok(total)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_as_people_write_them() {
        let cases = [
            ("1,234.5元", 123_450),
            ("1234.50", 123_450),
            ("￥1,234.50", 123_450),
            ("¥5", 500),
            ("2.3万元", 2_300_000),
            ("70万", 70_000_000),
            ("1亿2000万元", 12_000_000_000),
            ("12元5角3分", 1253),
            ("12元零3分", 1203),
            ("5角", 50),
            ("3分", 3),
            ("0", 0),
            ("壹仟贰佰叁拾肆元伍角整", 123_450),
            ("人民币壹拾万元整", 10_000_000),
            ("两千元", 200_000),
            ("-5元", -500),
            ("￥-5", -500),
            ("-￥5", -500),
            ("１２．５元", 1250),
            ("500 元", 50_000),
            ("2.345678万元", 2_345_678),
            ("五千元正", 500_000),
            ("0.07", 7),
        ];
        for (text, fen) in cases {
            assert_eq!(text.parse(), Ok(Fen(fen)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount() {
        let cases = [
            ("", MoneyError::Empty),
            ("￥", MoneyError::Empty),
            ("无", MoneyError::NotAnAmount),
            ("约5万元", MoneyError::NotAnAmount),
            ("5万余元", MoneyError::NotAnAmount),
            ("1.234元", MoneyError::TooPrecise),
            ("0.0000001万元", MoneyError::TooPrecise),
            ("5元12角", MoneyError::NotAnAmount),
            ("5.5元5角", MoneyError::NotAnAmount),
            ("--5", MoneyError::NotAnAmount),
            ("5元元", MoneyError::NotAnAmount),
            ("5整", MoneyError::NotAnAmount),
            ("100美元", MoneyError::NotAnAmount),
            ("100000万亿元", MoneyError::TooLarge),
            ("元", MoneyError::NotAnAmount),
            ("5分3角", MoneyError::NotAnAmount),
            ("角", MoneyError::NotAnAmount),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<Fen>(), Err(error), "{text}");
        }
    }

    #[test]
    fn amounts_are_printed_for_people() {
        assert_eq!(Fen(123_450).to_string(), "1,234.50");
        assert_eq!(Fen(-100_000_005).to_string(), "-1,000,000.05");
        assert_eq!(Fen(99).to_string(), "0.99");
        assert_eq!(Fen(5_000_000).chinese(), "50,000元");
        assert_eq!(Fen(5_050).chinese(), "50.50元");
        assert_eq!(Fen(2_345_678).ten_thousand_yuan(6).to_string(), "2.345678");
        assert_eq!(Fen(2_345_678).ten_thousand_yuan(2).to_string(), "2.35");
        assert_eq!(Fen(i64::MIN).to_string(), "-92,233,720,368,547,758.08");
    }

    #[test]
    fn capitals_leave_no_gap() {
        let cases = [
            (0, "零元整"),
            (123_450, "壹仟贰佰叁拾肆元伍角整"),
            (140_950, "壹仟肆佰零玖元伍角整"),
            (600_714, "陆仟零柒元壹角肆分"),
            (168_032, "壹仟陆佰捌拾元零叁角贰分"),
            (10_700_053, "壹拾万柒仟元零伍角叁分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (53, "伍角叁分"),
            (7, "柒分"),
            (1_000, "壹拾元整"),
            (-50_000, "负伍佰元整"),
        ];
        for (fen, words) in cases {
            assert_eq!(Fen(fen).capitals(), words);
        }
    }

    #[test]
    fn sums_do_not_overflow() {
        assert_eq!(Fen::sum([Fen(1), Fen(2)]), Some(Fen(3)));
        assert_eq!(Fen::sum([Fen(i64::MAX), Fen(1)]), None);
        assert_eq!(Fen::from_yuan(i64::MAX), None);
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(fen in -10_i64.pow(15)..10_i64.pow(15)) {
            let amount = Fen(fen);
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
            prop_assert_eq!(amount.chinese().parse(), Ok(amount));
            prop_assert_eq!(amount.capitals().parse(), Ok(amount), "{}", amount.capitals());
        }

        #[test]
        fn no_text_panics(text in "[-￥0-9.,万亿元角分整零壹]{0,12}|.{0,12}", fen: i64) {
            let _ = (text.parse::<Fen>(), Fen(fen).capitals());
        }
    }
}
