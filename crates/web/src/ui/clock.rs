//! The clock line: a time limit as a sentence, `最晚 12月7日（星期三），还有 5 个工作日`.
//!
//! Every date shows its weekday and what it means. Counting days is not done here: the view brings
//! the count, computed from the office's calendar.

use jiff::civil::{Date, Weekday};
use maud::{Markup, html};

use super::badge::{Badge, Tone, badge};
use super::icons::Icon;
use super::sample::Sample;

/// What kind of days a limit counts. A limit never has days of no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// Working days of the office's calendar.
    Working,
    /// Calendar days.
    Calendar,
}

impl DayKind {
    /// A count with its measure word: `5 个工作日`, `12 天`.
    pub fn count(self, days: u32) -> String {
        match self {
            DayKind::Working => format!("{days} 个工作日"),
            DayKind::Calendar => format!("{days} 天"),
        }
    }
}

/// How a clock stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Runs; negative when overdue.
    Running {
        /// Last day.
        due: Date,
        /// Days left, negative when over, counted in `kind`.
        days_left: i32,
        /// What is counted.
        kind: DayKind,
    },
    /// Time given to the party is over since this day; nobody is late.
    Lapsed(Date),
    /// Suspended, with the reason.
    Suspended(String),
    /// Stopped on this day, in time or not.
    Stopped {
        /// When.
        on: Date,
        /// Within the limit.
        in_time: bool,
    },
}

/// A time limit of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockLine {
    /// What must be done: `作出处罚决定`.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// The article.
    pub law: Option<String>,
    /// Where the computation is shown (怎样算出来的).
    pub how: Option<String>,
    /// No holiday notice for that year yet: the date may move.
    pub provisional: bool,
}

/// Weekday in Chinese.
pub fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

/// `2022年12月7日（星期三）`.
pub fn long_date(date: Date) -> String {
    format!(
        "{}年{}月{}日（{}）",
        date.year(),
        date.month(),
        date.day(),
        weekday(date)
    )
}

/// A date as readers and machines see it.
pub fn date(date: Date) -> Markup {
    html! { time.date datetime=(date) { (long_date(date)) } }
}

/// One clock line.
pub fn clock_line(view: &ClockLine) -> Markup {
    html! {
        p class={ "clock " (tone(&view.standing).class()) } {
            span.clock-name { (view.name) }
            span {
                @match &view.standing {
                    Standing::Running { due, days_left, kind } => {
                        "最晚 " (date(*due))
                        @if view.provisional { "（节假日安排未公布，暂定）" }
                        "，" (badge(&Badge::due(*days_left, *kind)))
                    }
                    Standing::Lapsed(due) => {
                        (date(*due)) " " (badge(&Badge::new(Tone::Plain, "期限届满")))
                    }
                    Standing::Suspended(reason) => {
                        (badge(&Badge::new(Tone::Soon, "中止计时").shape(Icon::Clock))) " " (reason)
                    }
                    Standing::Stopped { on, in_time } => {
                        (date(*on)) " "
                        @if *in_time { (badge(&Badge::done("按期完成"))) }
                        @else { (badge(&Badge::new(Tone::Late, "超期完成"))) }
                    }
                }
            }
            @if view.law.is_some() || view.how.is_some() {
                span.clock-ground {
                    @if let Some(law) = &view.law { span.law { (law) } }
                    @if let Some(how) = &view.how { a href=(how) { "怎样算出来的" } }
                }
            }
        }
    }
}

fn tone(standing: &Standing) -> Tone {
    match standing {
        Standing::Running { days_left: ..0, .. } => Tone::Late,
        Standing::Running {
            days_left: 0..=7, ..
        }
        | Standing::Suspended(_) => Tone::Soon,
        Standing::Running { .. } | Standing::Lapsed(_) => Tone::Plain,
        Standing::Stopped { in_time: true, .. } => Tone::Done,
        Standing::Stopped { in_time: false, .. } => Tone::Late,
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let line = |name: &str, standing, law: &str| ClockLine {
        name: name.into(),
        standing,
        law: Some(law.into()),
        how: Some("#how".into()),
        provisional: false,
    };
    let running = |day, days_left, kind| Standing::Running {
        due: Date::constant(2022, 12, day),
        days_left,
        kind,
    };
    vec![
        Sample::usual(html! {
            (clock_line(&line("作出处罚决定", running(30, 23, DayKind::Calendar), "行政处罚法 第六十条")))
            (clock_line(&line("答复申请人", running(14, 5, DayKind::Working), "政府信息公开条例 第三十三条")))
            (clock_line(&line("要求听证", Standing::Lapsed(Date::constant(2022, 12, 5)), "行政处罚法 第六十四条")))
            (clock_line(&line("答复申请人", Standing::Stopped { on: Date::constant(2022, 12, 5), in_time: true }, "政府信息公开条例 第三十三条")))
        }),
        Sample::erroneous(html! {
            (clock_line(&line("答复申请人", running(5, -2, DayKind::Working), "政府信息公开条例 第三十三条")))
            (clock_line(&line("答复申请人", Standing::Suspended("等待申请人补正，自2022年12月1日起。".into()), "政府信息公开条例 第三十条")))
            (clock_line(&ClockLine { provisional: true, ..line("答复申请人", Standing::Running { due: Date::constant(2027, 1, 11), days_left: 20, kind: DayKind::Working }, "政府信息公开条例 第三十三条") }))
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_shows_its_weekday() {
        assert_eq!(
            long_date(Date::constant(2022, 12, 7)),
            "2022年12月7日（星期三）"
        );
    }

    #[test]
    fn an_overdue_clock_says_so_in_words() {
        let view = ClockLine {
            name: "答复".into(),
            standing: Standing::Running {
                due: Date::constant(2022, 12, 5),
                days_left: -2,
                kind: DayKind::Working,
            },
            law: None,
            how: None,
            provisional: false,
        };
        assert!(clock_line(&view).into_string().contains("逾期 2 个工作日"));
    }
}
