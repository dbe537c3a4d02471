//! A period cut into what is added up already: years, months, days.

use crate::{FigureQuery, StoreError};

/// A period cut into whole months and the parts of months before and after. Ends are inclusive; an
/// empty part ends before it begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) months: (String, String),
    pub(crate) head: (String, String),
    pub(crate) tail: (String, String),
}

const FIRST_DAY: &str = "0000-01-01";
/// The month of the first day: where open periods begin.
pub(crate) const FIRST_MONTH: &str = "0000-01";
const LAST_DAY: &str = "9999-12-31";

impl<'a> FigureQuery<'a> {
    pub(crate) fn days(&self) -> (&'a str, &'a str) {
        (self.from.unwrap_or(FIRST_DAY), self.to.unwrap_or(LAST_DAY))
    }

    pub(crate) fn leaves(&self) -> u64 {
        self.as_of.unwrap_or(u64::MAX)
    }

    pub(crate) fn parts(&self) -> Result<Parts, StoreError> {
        let (from, to) = self.days();
        let first = Day::parse(from)?;
        let last = Day::parse(to)?;
        let nothing = || ("1".to_owned(), "0".to_owned());
        let whole_start = first.day == 1;
        let whole_end = last.day >= last.days_in_month();
        if first.month == last.month && !(whole_start && whole_end) {
            let head = (from.to_owned(), to.to_owned());
            return Ok(Parts {
                months: nothing(),
                head,
                tail: nothing(),
            });
        }
        let (month_first, head) = if whole_start {
            (first.month_text(), nothing())
        } else {
            (
                first.next_month(),
                (from.to_owned(), format!("{}-31", first.month_text())),
            )
        };
        let (month_last, tail) = if whole_end {
            (last.month_text(), nothing())
        } else {
            (
                last.previous_month(),
                (format!("{}-01", last.month_text()), to.to_owned()),
            )
        };
        // From after to: nothing, and no part of it either.
        if from > to {
            return Ok(Parts {
                months: nothing(),
                head: nothing(),
                tail: nothing(),
            });
        }
        Ok(Parts {
            months: (month_first, month_last),
            head,
            tail,
        })
    }
}

impl Parts {
    /// The same with whole years apart: years, months, days, each from one to another.
    pub(crate) fn with_years(self) -> [Vec<(String, String)>; 3] {
        let (first, last) = &self.months;
        let days = [self.head, self.tail];
        let days = days.into_iter().filter(|(from, to)| from <= to).collect();
        let (Some((year, begins)), Some((last_year, ends))) =
            (first.split_once('-'), last.split_once('-'))
        else {
            return [Vec::new(), Vec::new(), days];
        };
        let number = |year: &str| year.parse::<u32>().unwrap_or(0);
        let from = number(year) + u32::from(begins != "01");
        let to = (number(last_year) + u32::from(ends == "12")).checked_sub(1);
        let Some(to) = to.filter(|to| from <= *to) else {
            let months = [(first.clone(), last.clone())];
            let months = months.into_iter().filter(|(from, to)| from <= to).collect();
            return [Vec::new(), months, days];
        };
        let mut months = Vec::new();
        if begins != "01" {
            months.push((first.clone(), format!("{year}-12")));
        }
        if ends != "12" {
            months.push((format!("{last_year}-01"), last.clone()));
        }
        [
            vec![(format!("{from:04}"), format!("{to:04}"))],
            months,
            days,
        ]
    }
}

/// A day as year × 12 + month and day of the month.
struct Day {
    month: u32,
    day: u32,
}

impl Day {
    fn parse(text: &str) -> Result<Day, StoreError> {
        let number = |range: std::ops::Range<usize>| -> Option<u32> {
            text.get(range)
                .filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?
                .parse()
                .ok()
        };
        let shaped = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        match (number(0..4), number(5..7), number(8..10)) {
            (Some(year), Some(month @ 1..=12), Some(day @ 1..=31)) if shaped => Ok(Day {
                month: year * 12 + month - 1,
                day,
            }),
            _ => Err(StoreError::other(format!("{text:?} is no date"))),
        }
    }

    fn days_in_month(&self) -> u32 {
        let year = self.month / 12;
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        match self.month % 12 {
            1 if leap => 29,
            1 => 28,
            3 | 5 | 8 | 10 => 30,
            _ => 31,
        }
    }

    fn month_text(&self) -> String {
        month_text(self.month)
    }

    fn next_month(&self) -> String {
        month_text(self.month + 1)
    }

    fn previous_month(&self) -> String {
        month_text(self.month.saturating_sub(1))
    }
}

fn month_text(month: u32) -> String {
    format!("{:04}-{:02}", month / 12, month % 12 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: Option<&str>, to: Option<&str>, expected: [&str; 3]) {
        let query = FigureQuery {
            organ_id: "",
            figure: "",
            from,
            to,
            as_of: None,
        };
        let p = query.parts().unwrap();
        let show = |(a, b): &(String, String)| match a > b {
            true => String::new(),
            false => format!("{a}..{b}"),
        };
        assert_eq!(
            [show(&p.head), show(&p.months), show(&p.tail)],
            expected,
            "{from:?} {to:?}"
        );
    }

    #[test]
    fn a_period_is_cut_into_whole_months_and_parts() {
        check(
            Some("2024-01-01"),
            Some("2024-12-31"),
            ["", "2024-01..2024-12", ""],
        );
        check(
            Some("2024-02-01"),
            Some("2024-02-29"),
            ["", "2024-02..2024-02", ""],
        );
        check(
            Some("2023-02-01"),
            Some("2023-02-28"),
            ["", "2023-02..2023-02", ""],
        );
        check(
            Some("2024-02-01"),
            Some("2024-02-28"),
            ["2024-02-01..2024-02-28", "", ""],
        );
        check(
            Some("2024-03-05"),
            Some("2024-03-05"),
            ["2024-03-05..2024-03-05", "", ""],
        );
        check(
            Some("2023-12-05"),
            Some("2024-02-10"),
            [
                "2023-12-05..2023-12-31",
                "2024-01..2024-01",
                "2024-02-01..2024-02-10",
            ],
        );
        check(
            Some("2023-12-05"),
            Some("2024-01-10"),
            ["2023-12-05..2023-12-31", "", "2024-01-01..2024-01-10"],
        );
        check(None, Some("2024-06-30"), ["", "0000-01..2024-06", ""]);
        check(
            Some("2024-06-02"),
            None,
            ["2024-06-02..2024-06-31", "2024-07..9999-12", ""],
        );
        check(None, None, ["", "0000-01..9999-12", ""]);
        check(Some("2024-06-02"), Some("2024-05-01"), ["", "", ""]);
    }

    #[test]
    fn whole_years_of_a_period_are_apart() {
        let check = |from, to, expected: &str| {
            let query = FigureQuery {
                organ_id: "",
                figure: "",
                from,
                to,
                as_of: None,
            };
            let spans = query.parts().unwrap().with_years();
            let show = |(from, to): &(String, String)| format!("{from}..{to}");
            let spans: Vec<String> = spans.iter().flatten().map(show).collect();
            assert_eq!(spans.join(" "), expected, "{from:?} {to:?}");
        };
        let day = |day: &'static str| Some(day);
        check(day("2023-01-01"), day("2023-12-31"), "2023..2023");
        check(day("2023-01-01"), day("2024-12-31"), "2023..2024");
        check(None, day("2024-12-31"), "0000..2024");
        check(None, None, "0000..9999");
        check(None, day("2024-02-29"), "0000..2023 2024-01..2024-02");
        check(
            day("2022-11-20"),
            day("2025-02-03"),
            "2023..2024 2022-12..2022-12 2025-01..2025-01 2022-11-20..2022-11-31 \
             2025-02-01..2025-02-03",
        );
        check(day("2023-03-01"), day("2024-10-31"), "2023-03..2024-10");
        check(
            day("2023-03-01"),
            day("2024-12-31"),
            "2024..2024 2023-03..2023-12",
        );
        check(
            day("2023-05-05"),
            day("2023-05-06"),
            "2023-05-05..2023-05-06",
        );
        check(day("2024-01-01"), day("2023-12-31"), "");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2024-00-10",
            "2024-01-32",
            "2024/01/01",
            "二〇二四年",
        ] {
            let query = FigureQuery {
                organ_id: "",
                figure: "",
                from: Some(text),
                to: None,
                as_of: None,
            };
            assert!(query.parts().is_err(), "{text}");
        }
    }
}
