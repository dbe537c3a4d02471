//! `yifa workdays`: working days by the State Council's calendar.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, anyhow};
use values::{calendar::Calendar, dates};

/// The commands.
#[derive(clap::Subcommand)]
pub enum Command {
    /// 从某日起第 N 个工作日是哪天（次日起算）
    Add {
        /// 起算日期
        date: String,
        /// 工作日数
        days: u32,
        /// 补充的日历
        #[command(flatten)]
        extra: Extra,
    },
    /// 两日之间有几个工作日（不含前一日，含后一日）
    Between {
        /// 前一日
        from: String,
        /// 后一日
        to: String,
        /// 补充的日历
        #[command(flatten)]
        extra: Extra,
    },
    /// 列出一年的放假和调休
    List {
        /// 年份
        year: i16,
        /// 补充的日历
        #[command(flatten)]
        extra: Extra,
    },
}

/// An own calendar file.
#[derive(clap::Args)]
pub struct Extra {
    /// 补充的节假日文件（新一年的通知，不必等程序升级）
    #[arg(long)]
    calendar: Option<PathBuf>,
}

impl Extra {
    fn calendar(&self) -> Result<Calendar> {
        let calendar = Calendar::builtin();
        let Some(path) = &self.calendar else {
            return Ok(calendar);
        };
        let text =
            fs::read_to_string(path).with_context(|| format!("读不了 {}", path.display()))?;
        calendar
            .extended(&text)
            .map_err(|e| anyhow!("{}：{e}", path.display()))
    }
}

/// Runs a command.
pub fn run(command: &Command) -> Result<ExitCode> {
    let day = |text: &str| dates::parse_date(text).map_err(|e| anyhow!("“{text}”：{e}"));
    match command {
        Command::Add { date, days, extra } => {
            let due = extra.calendar()?.add_working_days(day(date)?, *days);
            let note = if due.provisional {
                "（暂定：这段时间的放假通知尚未公布）"
            } else {
                ""
            };
            println!(
                "{} {}{note}",
                due.date,
                dates::chinese_with_weekday(due.date)
            );
        }
        Command::Between { from, to, extra } => {
            println!(
                "{}",
                extra.calendar()?.working_days_between(day(from)?, day(to)?)
            );
        }
        Command::List { year, extra } => {
            let calendar = extra.calendar()?;
            let days = calendar.special_days(*year);
            if days.is_empty() {
                return Err(anyhow!(
                    "{year} 年的放假通知不在程序里；可用 --calendar 补充。"
                ));
            }
            for special in days {
                let weekday = dates::chinese_weekday(special.date.weekday());
                let what = if special.working { "上班" } else { "放假" };
                println!("{} {weekday} {what}（{}）", special.date, special.name);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
