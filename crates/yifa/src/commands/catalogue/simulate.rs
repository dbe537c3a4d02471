//! `yifa catalogue simulate`: every way through a procedure, with days and time limits.

use std::fmt::Write as _;

use anyhow::{Result, anyhow};
use app::Clock;
use app::kernel::simulate::{Simulation, simulate};
use catalogue::{definition::Ledger, flow::paths};
use values::{
    calendar::Calendar,
    dates::{Date, chinese, parse_date},
};

/// The ways as text.
pub fn pages(ledger: &Ledger, from: Option<&str>, max: usize) -> Result<String> {
    let from: Date = match from {
        Some(text) => parse_date(text).map_err(|e| anyhow!("--from {text}：{e}"))?,
        None => Clock::System.today(),
    };
    let calendar = Calendar::builtin();
    let ways = paths(ledger, max);
    let mut page = format!("{}：自{}登记起推演。\n", ledger.name, chinese(from));
    page.push_str("每一步都放在期限的最后一日办理；走哪条路径由案情决定，办理条件不在此判断。\n");
    for (number, path) in (1..).zip(&ways.paths) {
        let simulation = simulate(ledger, path, from, &calendar);
        let _ = writeln!(page, "\n路径{number}");
        write_way(&mut page, ledger, &simulation);
    }
    if ways.more {
        let _ = writeln!(page, "\n路径多于 {max} 条，用 --max 列出更多。");
    }
    Ok(page)
}

fn write_way(page: &mut String, ledger: &Ledger, simulation: &Simulation<'_>) {
    for step in &simulation.steps {
        let action = ledger.action(&step.action);
        let name = action.map_or(&*step.action, |action| &action.name);
        let _ = writeln!(page, "  {}  {name} → [{}]", step.on, step.stage);
    }
    for running in &simulation.clocks {
        let clock = running.clock;
        let kind = if clock.statutory { "法定" } else { "承诺" };
        let extended = clock.extension.as_ref().map(|(_, limit)| limit.chinese());
        let extended = extended.map_or(String::new(), |by| format!("，经批准可延长{by}"));
        let stopped = match running.stopped_on {
            Some(_) if running.lapsed => "程序结束时终止".to_owned(),
            Some(on) => format!("{on} 止"),
            None => "仍在计时".to_owned(),
        };
        let provisional = if running.counted.provisional {
            "（节假日安排未公布，暂定）"
        } else {
            ""
        };
        let law = clock.law.as_ref().map(ToString::to_string);
        let _ = writeln!(
            page,
            "    期限 {}：{} 起{}{extended}，至 {}{provisional}；{stopped}；{kind}{}",
            clock.name,
            running.started_on,
            clock.limit.chinese(),
            running.due(),
            law.map_or(String::new(), |law| format!("，{law}")),
        );
    }
}
