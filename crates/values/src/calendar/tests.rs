//! The calendar against the notices, and counting against cases worked by hand.

use super::*;
use crate::dates::Period;
use jiff::civil::date;
use proptest::prelude::*;
use std::io::Write as _;

fn day(text: &str) -> Date {
    text.parse().unwrap_or_else(|_| panic!("{text} is no date"))
}

fn counted(start: &str, limit: &str) -> Counted {
    let limit: Limit = limit
        .parse()
        .unwrap_or_else(|error| panic!("{limit}: {error}"));
    Term::new(day(start), limit).count(&Calendar::builtin())
}

fn steps(counted: &Counted) -> Vec<String> {
    counted.steps.iter().map(ToString::to_string).collect()
}

#[test]
fn each_year_has_its_working_days() {
    let calendar = Calendar::builtin();
    let years = [
        (2018, 250),
        (2019, 250),
        (2020, 249),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 248),
        (2026, 248),
    ];
    for (year, working_days) in years {
        let (before, last) = (date(year - 1, 12, 31), date(year, 12, 31));
        assert_eq!(
            calendar.working_days_between(before, last),
            working_days,
            "{year}"
        );
    }
    assert!(calendar.years().eq(2018..=2026));
}

#[test]
fn working_days_over_holidays() {
    let calendar = Calendar::builtin();
    let cases = [
        ("2025-09-26", 7, "2025-10-13"),
        ("2026-02-10", 20, "2026-03-16"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2024-02-02", 7, "2024-02-18"),
        ("2025-01-27", 3, "2025-02-07"),
        ("2025-01-26", 1, "2025-01-27"),
        ("2024-09-10", 20, "2024-10-14"),
        ("2026-01-01", 10, "2026-01-15"),
        ("2018-12-27", 5, "2019-01-04"),
        ("2021-12-31", 20, "2022-01-29"),
        ("2020-01-19", 5, "2020-02-03"),
        ("2026-09-18", 2, "2026-09-21"),
    ];
    for (start, days, due) in cases {
        let expected = Due {
            date: day(due),
            provisional: false,
        };
        assert_eq!(
            calendar.add_working_days(day(start), days),
            expected,
            "{start}"
        );
        assert_eq!(
            calendar.working_days_between(day(start), day(due)),
            i64::from(days)
        );
        let limit = Limit::WorkingDays(days);
        assert_eq!(
            limit.due(day(start), &calendar, LastDayRule::NextWorkingDay),
            expected
        );
    }
}

#[test]
fn a_last_day_on_a_rest_day_moves() {
    let cases = [
        (
            "2025-07-08",
            "90 calendar days",
            "2025-10-06",
            "2025-10-09",
            "2025-09-30",
        ),
        (
            "2026-09-16",
            "15 calendar days",
            "2026-10-01",
            "2026-10-08",
            "2026-09-30",
        ),
        (
            "2025-09-05",
            "30 calendar days",
            "2025-10-05",
            "2025-10-09",
            "2025-09-30",
        ),
        (
            "2024-09-20",
            "15 calendar days",
            "2024-10-05",
            "2024-10-08",
            "2024-09-30",
        ),
        (
            "2026-01-17",
            "15 calendar days",
            "2026-02-01",
            "2026-02-02",
            "2026-01-30",
        ),
        (
            "2025-12-04",
            "60 calendar days",
            "2026-02-02",
            "2026-02-02",
            "2026-02-02",
        ),
        (
            "2020-01-20",
            "15 calendar days",
            "2020-02-04",
            "2020-02-04",
            "2020-02-04",
        ),
        (
            "2024-08-31",
            "6 months",
            "2025-02-28",
            "2025-02-28",
            "2025-02-28",
        ),
        (
            "2024-02-29",
            "1 year",
            "2025-02-28",
            "2025-02-28",
            "2025-02-28",
        ),
    ];
    for (start, limit, raw, legal, target) in cases {
        let counted = counted(start, limit);
        assert_eq!(counted.raw, day(raw), "{start} {limit}");
        assert_eq!(
            (counted.legal, counted.target),
            (day(legal), day(target)),
            "{start} {limit}"
        );
        assert_eq!((counted.due, counted.provisional), (day(legal), false));
    }
}

#[test]
fn without_a_notice_a_date_is_provisional() {
    let calendar = Calendar::builtin();
    let three_months = counted("2026-11-30", "3 months");
    assert_eq!(three_months.raw, day("2027-02-28"));
    assert!(three_months.provisional);
    assert!(calendar.add_working_days(day("2026-12-25"), 10).provisional);
    assert!(!calendar.add_working_days(day("2026-12-25"), 4).provisional);
    assert!(calendar.add_working_days(day("2017-06-01"), 1).provisional);
    assert!(calendar.add_working_days(day("9999-12-30"), 10).provisional);

    let known = calendar.extended("year 2027 通知\nrest 2027-02-28 某节\n");
    let counted =
        known.map(|calendar| Term::new(day("2026-11-30"), Limit::Months(3)).count(&calendar));
    assert_eq!(
        counted.map(|c| (c.due, c.provisional)),
        Ok((day("2027-03-01"), false))
    );
}

#[test]
fn a_rest_that_crosses_into_an_unknown_year_is_provisional() {
    // Shown is a calendar that knows 2026 only, where the last day runs into the next year.
    let text = "year 2026 通知\nrest 2026-12-31 某节\n";
    let calendar = Calendar::default().extended(text).unwrap_or_default();
    let counted = Term::new(day("2026-12-30"), Limit::CalendarDays(1)).count(&calendar);
    assert_eq!(
        (counted.legal, counted.provisional),
        (day("2027-01-01"), true)
    );
    assert_eq!(
        steps(&counted).last().map(String::as_str),
        Some("2027年节假日安排未公布，日期为暂定")
    );
}

#[test]
fn notices_before_an_event() {
    let calendar = Calendar::builtin();
    let cases = [
        ("2025-10-16", 7, "2025-09-29", "2025-09-30"),
        ("2026-05-12", 7, "2026-04-28", "2026-04-29"),
    ];
    for (event, days, strict, lenient) in cases {
        let latest = |reading| calendar.latest_notice(day(event), days, reading).date;
        assert_eq!(latest(Reading::Strict), day(strict));
        assert_eq!(latest(Reading::Lenient), day(lenient));
    }
}

#[test]
fn fixed_dates_on_rest_days() {
    let calendar = Calendar::builtin();
    for (fixed, before) in [
        ("2022-01-31", "2022-01-30"),
        ("2025-01-31", "2025-01-27"),
        ("2026-03-01", "2026-02-28"),
        ("2020-01-31", "2020-01-23"),
        ("2023-04-01", "2023-03-31"),
        ("2024-01-31", "2024-01-31"),
    ] {
        assert_eq!(calendar.on_or_before(day(fixed)).date, day(before));
    }
}

#[test]
fn a_count_explains_itself() {
    assert_eq!(
        steps(&counted("2025-09-26", "7 working days")),
        [
            "2025年9月26日起算，当日不计",
            "2025年9月28日（星期日）调休上班，计入",
            "2025年10月1日至8日国庆节、中秋节放假，不计",
            "2025年10月11日（星期六）调休上班，计入",
            "周末2天，不计",
            "满7个工作日，止于2025年10月13日",
        ]
    );
    assert_eq!(
        steps(&counted("2025-07-08", "90 calendar days")),
        [
            "2025年7月8日起算，当日不计",
            "满90日，止于2025年10月6日",
            "2025年10月6日逢国庆节、中秋节，顺延至2025年10月9日",
        ]
    );
    assert_eq!(
        steps(&counted("2024-08-31", "6 months")),
        [
            "2024年8月31日起算，当日不计",
            "2025年2月没有31日，以该月最后一日为止",
            "满6个月，止于2025年2月28日",
        ]
    );
}

#[test]
fn suspended_days_are_not_counted() {
    let calendar = Calendar::builtin();
    // Three working days are used; the rest goes on the day after the cause has ended.
    let days = Period {
        from: day("2025-03-06"),
        to: day("2025-03-18"),
    };
    let term = Term::new(day("2025-03-03"), Limit::WorkingDays(7)).suspended(days);
    let counted = term.count(&calendar);
    assert_eq!(counted.due, day("2025-03-25"));
    assert_eq!(
        steps(&counted),
        [
            "2025年3月3日起算，当日不计",
            "2025年3月6日至18日中止，不计",
            "周末2天，不计",
            "满7个工作日，止于2025年3月25日",
        ]
    );
    let month = Term::new(day("2025-03-03"), Limit::Months(1)).suspended(days);
    assert_eq!(month.count(&calendar).raw, day("2025-04-16"));
    let days_after = Period {
        from: day("2025-03-13"),
        to: day("2025-03-18"),
    };
    let term = Term::new(day("2025-03-03"), Limit::WorkingDays(7)).suspended(days_after);
    assert_eq!(term.count(&calendar).due, day("2025-03-12"));
}

#[test]
fn an_extension_adds_to_the_end_as_counted() {
    let calendar = Calendar::builtin();
    // The first end is a Sunday and does not move before it is prolonged.
    let term = Term::new(day("2026-01-17"), Limit::CalendarDays(15));
    let extended = term.extended(Limit::CalendarDays(10)).count(&calendar);
    assert_eq!(extended.due, day("2026-02-11"));
    assert!(steps(&extended).contains(&"延长10日".to_owned()));
    let answer = Term::new(day("2025-09-26"), Limit::WorkingDays(20));
    let extended = answer.extended(Limit::WorkingDays(20)).count(&calendar);
    assert_eq!(
        extended.due,
        calendar.add_working_days(day("2025-09-26"), 40).date
    );
}

#[test]
fn hours_run_from_the_moment() {
    let limit = Limit::Hours(24);
    let end = limit.end_of_hours(date(2026, 2, 14).at(16, 30, 0, 0));
    assert_eq!(end, Some(date(2026, 2, 15).at(16, 30, 0, 0)));
    let due = limit.due(
        day("2026-02-14"),
        &Calendar::builtin(),
        LastDayRule::NextWorkingDay,
    );
    assert_eq!(
        due,
        Due {
            date: day("2026-02-15"),
            provisional: false
        }
    );
    assert_eq!(
        Limit::CalendarDays(1).end_of_hours(date(2026, 2, 14).at(0, 0, 0, 0)),
        None
    );
}

#[test]
fn limits_are_never_days_of_no_kind() {
    for text in [
        "7 working days",
        "1 working day",
        "90 calendar days",
        "3 months",
        "2 years",
        "24 hours",
    ] {
        assert_eq!(
            text.parse::<Limit>().map(|limit| limit.to_string()),
            Ok(text.to_owned())
        );
    }
    assert_eq!("7 days".parse::<Limit>(), Err(LimitError::NoKind));
    for text in [
        "",
        "days",
        "0 months",
        "10000 hours",
        "-1 days",
        "+1 months",
        "1.5 years",
    ] {
        assert_eq!(text.parse::<Limit>(), Err(LimitError::BadAmount), "{text}");
    }
    assert_eq!(
        "7 weeks".parse::<Limit>(),
        Err(LimitError::UnknownUnit("weeks".into()))
    );
    let chinese = ["20个工作日", "15日", "6个月", "2年", "24小时"];
    let limits = [
        "20 working days",
        "15 calendar days",
        "6 months",
        "2 years",
        "24 hours",
    ];
    for (limit, words) in limits.into_iter().zip(chinese) {
        assert_eq!(
            limit.parse::<Limit>().map(Limit::chinese),
            Ok(words.to_owned())
        );
    }
}

#[test]
fn an_organ_adds_its_own_days() {
    let base = Calendar::builtin();
    let local = base.extended("\u{FEFF}# 本省延长\r\nrest 2020-02-03..2020-02-09 延长假期\r\n");
    let local = local.unwrap_or_default();
    assert_eq!(
        local.add_working_days(day("2020-01-19"), 5).date,
        day("2020-02-10")
    );
    assert_eq!(local.day(day("2020-02-08")), Day::Rest("延长假期"));
    assert!(local.is_known(day("2020-02-03")));
    // A day off that is taken back becomes a plain working day.
    let back = base.extended("work 2026-01-02").unwrap_or_default();
    assert_eq!(back.day(day("2026-01-02")), Day::Working);
    assert_eq!(base.day(day("2026-01-04")), Day::MadeUp);
}

#[test]
fn a_mistake_in_a_calendar_names_its_line() {
    let cases = [
        (
            "rset 2027-01-01 元旦",
            1,
            "“rset”不是关键字，每行应以 year、rest 或 work 开头",
        ),
        (
            "\n\nrest 2027-02-30 春节",
            3,
            "“2027-02-30”不是日期，应写成 2026-02-15",
        ),
        ("rest", 1, "“”不是日期，应写成 2026-02-15"),
        ("year 27", 1, "“27”不是年份"),
        ("rest 2027-01-03..2027-01-01 元旦", 1, "止日早于起日"),
        ("rest 2027-01-01..2028-01-01 元旦", 1, "一次放假超过 62 天"),
        ("rest 2027-01-01", 1, "放假日后应写节日名称"),
        ("# 说明\nwork 2027-01-04", 2, "2027-01-04 本来就是工作日"),
        (
            "rest 2027-01-02 元旦\nwork 2027-01-02",
            2,
            "2027-01-02 在前面已经写过",
        ),
    ];
    for (text, line, problem) in cases {
        let error = Calendar::builtin()
            .extended(text)
            .map_err(|error| error.to_string());
        assert_eq!(error, Err(format!("第 {line} 行：{problem}")), "{text}");
    }
}

#[test]
fn special_days_are_listed_in_order() {
    let days = Calendar::builtin().special_days(2018);
    let names: Vec<String> = days
        .iter()
        .filter(|day| day.date.month() == 12)
        .map(|d| format!("{} {}", d.date, d.name))
        .collect();
    assert_eq!(
        names,
        ["2018-12-29 调休上班", "2018-12-30 元旦", "2018-12-31 元旦"]
    );
    assert!(Calendar::builtin().special_days(2027).is_empty());
}

#[test]
fn shared_vectors_agree() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/workdays.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: workdays.json: shared vectors not found"
        ));
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let calendar = Calendar::builtin();
    let rows = vectors["rows"].as_array().map_or(&[][..], Vec::as_slice);
    assert!(!rows.is_empty());
    for row in rows {
        let start = day(row["start"].as_str().unwrap_or_default());
        let days = u32::try_from(row["working_days"].as_u64().unwrap_or(0)).unwrap_or(0);
        let due = calendar.add_working_days(start, days);
        assert_eq!(
            Some(due.date.to_string().as_str()),
            row["due"].as_str(),
            "{row}"
        );
        assert!(!due.provisional);
    }
    for (year, days) in vectors["days"].as_object().into_iter().flatten() {
        let list = |key: &str| -> Vec<Date> {
            let days = days[key].as_array().into_iter().flatten();
            days.filter_map(|text| text.as_str()).map(day).collect()
        };
        let (off, worked) = (list("days_off_on_weekdays"), list("working_weekend_days"));
        let mut date = day(&format!("{year}-01-01"));
        while date.year().to_string() == *year {
            let expected = worked.contains(&date) || !is_weekend(date) && !off.contains(&date);
            assert_eq!(calendar.is_working_day(date), expected, "{date}");
            date = date.tomorrow().unwrap_or(Date::MAX);
        }
    }
}

fn any_date() -> impl Strategy<Value = Date> {
    (0..3652_u32).prop_map(|days| days_later(date(2017, 1, 1), days))
}

proptest! {
    #[test]
    fn subtracting_undoes_adding(start in any_date(), count in 0..300_u32) {
        let calendar = Calendar::builtin();
        let from = calendar.on_or_after(start).date;
        let due = calendar.add_working_days(from, count).date;
        prop_assert_eq!(calendar.subtract_working_days(due, count).date, from);
        prop_assert_eq!(calendar.working_days_between(from, due), i64::from(count));
        prop_assert_eq!(calendar.working_days_between(due, from), -i64::from(count));
        prop_assert!(count == 0 || calendar.is_working_day(due));
    }

    #[test]
    fn a_term_without_incidents_is_the_plain_count(start in any_date(), count in 1..200_u32) {
        let calendar = Calendar::builtin();
        let counted = Term::new(start, Limit::WorkingDays(count)).count(&calendar);
        prop_assert_eq!(
            Due { date: counted.due, provisional: counted.provisional },
            calendar.add_working_days(start, count)
        );
        prop_assert!(counted.target <= counted.raw && counted.raw <= counted.legal);
    }

    #[test]
    fn a_suspension_never_shortens(
        start in any_date(), count in 1..60_u32, after in 0..90_u32, length in 0..90_u32,
    ) {
        let calendar = Calendar::builtin();
        let from = days_later(start, after);
        let days = Period { from, to: days_later(from, length) };
        for limit in [Limit::WorkingDays(count), Limit::CalendarDays(count), Limit::Months(count)] {
            let plain = Term::new(start, limit).count(&calendar);
            let suspended = Term::new(start, limit).suspended(days).count(&calendar);
            prop_assert!(plain.raw <= suspended.raw);
            prop_assert!(!days.contains(suspended.raw));
        }
    }

    #[test]
    fn nothing_panics_at_the_ends_of_time(amount: u32, last: bool) {
        let start = if last { Date::MAX } else { Date::MIN };
        let calendar = Calendar::builtin();
        let working_days = Limit::WorkingDays(amount % 1000);
        for limit in [working_days, Limit::CalendarDays(amount), Limit::Months(amount),
            Limit::Years(amount), Limit::Hours(amount)]
        {
            let _ = Term::new(start, limit).count(&calendar);
        }
        let _ = (calendar.on_or_after(start), calendar.on_or_before(start));
        let _ = calendar.latest_notice(start, amount % 1000, Reading::Lenient);
    }

    #[test]
    fn no_calendar_text_panics(text in "((year|rest|work|#) ?[0-9.-]{0,22} ?.{0,4}\n){0,4}") {
        let _ = Calendar::builtin().extended(&text);
    }
}

#[test]
fn a_second_period_goes_on_from_the_last_day_as_counted() {
    // Six months from 31 August end on 29 February, three more on 29 May: nine in one would give
    // 31 May.
    let months = |n: u32| Limit::Months(n);
    let term = Term::new(day("2023-08-31"), months(6)).then(months(3));
    let counted = term.count(&Calendar::builtin());
    assert_eq!(counted.due, day("2024-05-29"));
    assert!(
        steps(&counted).contains(&"届满后接着算3个月".to_owned()),
        "{:?}",
        steps(&counted)
    );
    // The first one ends on a Sunday: the second does not gain the Monday.
    let term = Term::new(day("2024-03-15"), months(6)).then(months(3));
    let counted = term.count(&Calendar::builtin());
    assert_eq!(
        (counted.raw, counted.due),
        (day("2024-12-15"), day("2024-12-16"))
    );
}
