//! What serves each duty that bureaus report about: `catalogue/coverage.toml`, proved and drawn.
//!
//! A target that is gone is an error, so the list cannot promise what is not there. What is open
//! says so.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::{Context, Result};
use catalogue::definition::Catalogue;
use serde::Deserialize;

use crate::builtin;

/// The list.
#[derive(Debug, Deserialize)]
pub struct Coverage {
    /// Its lines.
    pub duty: Vec<Duty>,
}

/// A duty, and what serves it.
#[derive(Debug, Deserialize)]
pub struct Duty {
    /// Its id.
    pub id: String,
    /// In short.
    pub name: String,
    /// `ledger:ID`, `figure:ID`, `report:ID`, `page:/ADDRESS`, `command:NAME`.
    #[serde(default)]
    pub serves: Vec<String>,
    /// The test that shows it: `file::function`.
    #[serde(default)]
    pub test: String,
    /// Where several duties share one book.
    #[serde(default)]
    pub note: String,
    /// What is not there yet.
    #[serde(default)]
    pub open: String,
}

/// The built-in list.
pub fn builtin_list() -> Result<Coverage> {
    let files = builtin::files();
    let found = files.iter().find(|(path, _)| *path == "coverage.toml");
    let (_, text) = found.context("没有 coverage.toml")?;
    toml::from_str(text).context("coverage.toml")
}

/// What is wrong with the list, one sentence each: a target that is not there, a duty that nothing
/// serves and that does not say so, an id twice. `commands` are the names of the command line.
pub fn problems(list: &Coverage, catalogue: &Catalogue, commands: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen = BTreeMap::new();
    for duty in &list.duty {
        if seen.insert(duty.id.as_str(), ()).is_some() {
            found.push(format!("{} 出现两次", duty.id));
        }
        if duty.serves.is_empty() && duty.open.is_empty() {
            found.push(format!("{}：没有对应，也没有说明", duty.id));
        }
        if !duty.serves.is_empty() && duty.test.is_empty() {
            found.push(format!("{}：没有写测试", duty.id));
        }
        for target in &duty.serves {
            if !alive(target, catalogue, commands) {
                found.push(format!("{}：没有 {target}", duty.id));
            }
        }
    }
    found
}

fn alive(target: &str, catalogue: &Catalogue, commands: &[String]) -> bool {
    match target.split_once(':') {
        Some(("ledger", id)) => catalogue.ledger(id).is_some(),
        Some(("figure", id)) => catalogue.figure(id).is_some(),
        Some(("report", id)) => catalogue.report(id).is_some(),
        Some(("page", path)) => web::access::table().any(|guard| guard.path == path),
        Some(("command", name)) => commands.iter().any(|c| c == name),
        _ => false,
    }
}

/// How a target is called by people.
fn named(target: &str, catalogue: &Catalogue) -> String {
    let (kind, id) = target.split_once(':').unwrap_or((target, ""));
    let (kind, name) = match kind {
        "ledger" => ("台账", catalogue.ledger(id).map(|l| l.name.clone())),
        "figure" => ("数据", catalogue.figure(id).map(|f| f.name.clone())),
        "report" => ("模板", catalogue.report(id).map(|r| r.name.clone())),
        "page" => ("页面", None),
        _ => ("命令", None),
    };
    match name {
        Some(name) => format!("{kind} {name}（`{id}`）"),
        None if kind == "命令" => format!("{kind} `yifa {id}`"),
        None => format!("{kind} `{id}`"),
    }
}

/// The list as a page of documentation.
pub fn markdown(list: &Coverage, catalogue: &Catalogue) -> String {
    let open: Vec<&Duty> = list.duty.iter().filter(|d| !d.open.is_empty()).collect();
    let mut text = String::from("# 覆盖：每一项职责由什么承担\n\n");
    text.push_str("由 `yifa catalogue coverage` 从 `catalogue/coverage.toml` 生成，不要手改。\n\n");
    let _ = writeln!(
        text,
        "{} 项职责，{} 项已有承担，{} 项还有未完成的内容。\n",
        list.duty.len(),
        list.duty.iter().filter(|d| !d.serves.is_empty()).count(),
        open.len(),
    );
    text.push_str("| 职责 | 承担 | 测试 | 说明 |\n| --- | --- | --- | --- |\n");
    for duty in &list.duty {
        let targets: Vec<String> = duty.serves.iter().map(|t| named(t, catalogue)).collect();
        let targets = match targets.is_empty() {
            true => "—".to_owned(),
            false => targets.join("；"),
        };
        let said: Vec<&str> = [duty.note.as_str(), duty.open.as_str()]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect();
        let test = duty.test.rsplit("::").next().unwrap_or_default();
        let test = match test {
            "" => String::new(),
            test => format!("`{test}`"),
        };
        let _ = writeln!(
            text,
            "| {}<br>`{}` | {targets} | {test} | {} |",
            duty.name,
            duty.id,
            said.join("；")
        );
    }
    text
}
