//! Tasks from above (上级任务对照): each with its answer and the ledgers that prove it.

use std::collections::BTreeMap;

use catalogue::definition::FigureKind;
use values::dates::Date;

use super::{NUMBER, day, happened, names_in, text};
use crate::{App, authorise::Actor, error::Result};

/// A ledger that proves something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Ledger id; empty where the name is no ledger.
    pub ledger: String,
    /// Its name, or what was written.
    pub name: String,
    /// Entries of the year; where something stands for years, also those before. Of one entry
    /// that is named by its number: 1, or 0 where there is none.
    pub entries: u64,
    /// The entry, where one is named.
    pub entry: Option<String>,
}

/// A task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its entry.
    pub entry: String,
    /// Number in its source.
    pub number: String,
    /// The task.
    pub task: String,
    /// Section.
    pub section: String,
    /// Due.
    pub due_on: Option<Date>,
    /// Answered.
    pub answered_on: Option<Date>,
    /// `进行中`.
    pub state: String,
    /// Ledgers that prove it.
    pub evidence: Vec<Evidence>,
    /// What is missing, in words.
    pub gaps: Vec<String>,
}

/// The tasks of one source.
#[derive(Clone, Debug)]
pub struct Tasks {
    /// The outline or notice.
    pub source: String,
    /// Its kind.
    pub kind: String,
    /// In the order of their numbers; none for readers who see totals only.
    pub tasks: Vec<Task>,
    /// How many there are.
    pub count: usize,
    /// How many of them lack nothing.
    pub whole: usize,
    /// The reader may not see the tasks.
    pub hidden: bool,
}

impl App {
    /// The tasks of a year by their sources, with what is missing for each.
    ///
    /// # Errors
    /// A denial.
    pub fn tasks_from_above(&self, actor: &Actor, year: i16) -> Result<Vec<Tasks>> {
        self.reads_figures(actor)?;
        let on = jiff::civil::date(year, 12, 31).min(self.clock.today());
        let mut sources: BTreeMap<(String, String), Vec<Task>> = BTreeMap::new();
        let mut entries = self.all_entries(actor, "outline_task")?;
        entries.retain(|e| happened(e).year() == year);
        entries.sort_by_cached_key(|e| order(text(e, "number")));
        for entry in &entries {
            let evidence = self.evidence(actor, text(entry, "evidence"), year)?;
            let mut task = Task {
                entry: entry.id.clone(),
                number: text(entry, "number").to_owned(),
                task: text(entry, "task").to_owned(),
                section: text(entry, "duty_section").to_owned(),
                due_on: day(entry, "due_on"),
                answered_on: day(entry, "answered_on"),
                state: text(entry, "state").to_owned(),
                evidence,
                gaps: Vec::new(),
            };
            task.gaps = missing(&task, on);
            let key = (
                text(entry, "source").to_owned(),
                text(entry, "kind").to_owned(),
            );
            sources.entry(key).or_default().push(task);
        }
        let hidden = !self.may_read(actor, "outline_task");
        let tasks = sources.into_iter();
        Ok(tasks
            .map(|((source, kind), mut tasks)| {
                let (count, whole) = (
                    tasks.len(),
                    tasks.iter().filter(|t| t.gaps.is_empty()).count(),
                );
                if hidden {
                    tasks.clear();
                }
                Tasks {
                    source,
                    kind,
                    tasks,
                    count,
                    whole,
                    hidden,
                }
            })
            .collect())
    }

    /// The ledgers named in a field, with how much of the year stands in each.
    pub(super) fn evidence(&self, actor: &Actor, named: &str, year: i16) -> Result<Vec<Evidence>> {
        let catalogue = self.catalogue();
        let known: Vec<&str> = catalogue.ledgers().map(|l| l.name.as_str()).collect();
        let names = names_in(named, &known).into_iter();
        names.map(|name| self.proof(actor, name, year)).collect()
    }

    /// What one name stands for: a ledger, or `台账：编号`, an entry of it.
    fn proof(&self, actor: &Actor, written: &str, year: i16) -> Result<Evidence> {
        let (name, number) = match written.split_once(NUMBER) {
            Some((name, number)) => (name, Some(number.trim())),
            None => (written, None),
        };
        let catalogue = self.catalogue();
        let by_id = catalogue.ledger(name);
        let found = by_id.or_else(|| catalogue.ledgers().find(|l| l.name == name));
        let mut evidence = Evidence {
            ledger: String::new(),
            name: name.to_owned(),
            entries: 0,
            entry: None,
        };
        let Some(ledger) = found else {
            return Ok(evidence);
        };
        evidence.ledger = ledger.id.to_string();
        if let Some(number) = number {
            written.clone_into(&mut evidence.name);
            let mut all = self.all_entries(actor, &ledger.id)?.into_iter();
            let entry = all.find(|e| e.number == number || e.title == number);
            evidence.entries = u64::from(entry.is_some());
            evidence.entry = entry.map(|e| e.id);
            return Ok(evidence);
        }
        evidence.name.clone_from(&ledger.name);
        let counts = self
            .store
            .read(|db| db.ledger_counts(&actor.organ, &ledger.id))?;
        // What stands, such as the items of a list, proves itself in later years too.
        let standing = ledger
            .figures
            .iter()
            .any(|f| matches!(f.kind, FigureKind::Stock(_) | FigureKind::DistinctStock(_)));
        let counted = counts.iter().filter(|(y, _)| {
            let (of, year) = (i64::from(*y), i64::from(year));
            of == year || (standing && of < year)
        });
        evidence.entries = counted.map(|(_, n)| *n).sum();
        Ok(evidence)
    }
}

/// `八（二十三）` after `二（五）`, `10` after `9`: by the numbers as people count.
fn order(number: &str) -> Vec<(u64, String)> {
    let parts = number.split(|c: char| !c.is_alphanumeric());
    parts
        .filter(|part| !part.is_empty())
        .map(|part| {
            let read = values::numerals::parse(part).and_then(|n| n.to_string().parse().ok());
            (read.unwrap_or(u64::MAX), part.to_owned())
        })
        .collect()
}

fn missing(task: &Task, on: Date) -> Vec<String> {
    let mut gaps = Vec::new();
    if task.answered_on.is_none() {
        gaps.push(match task.due_on {
            Some(due) if due < on => "逾期没有作答".to_owned(),
            _ => "还没有作答".to_owned(),
        });
    }
    if task.evidence.is_empty() {
        gaps.push("没有写明佐证台账".to_owned());
    }
    for evidence in &task.evidence {
        if evidence.ledger.is_empty() {
            gaps.push(format!("没有台账“{}”", evidence.name));
        } else if evidence.entries == 0 {
            gaps.push(match evidence.name.contains(NUMBER) {
                true => format!("找不到“{}”", evidence.name),
                false => format!("“{}”本年没有记录", evidence.name),
            });
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_stand_in_the_order_in_which_people_count() {
        let mut numbers = vec![
            "八（二十三）",
            "10",
            "五（十七）",
            "二（五）",
            "五（十五）",
            "9",
        ];
        numbers.sort_by_cached_key(|n| order(n));
        let sorted = [
            "二（五）",
            "五（十五）",
            "五（十七）",
            "八（二十三）",
            "9",
            "10",
        ];
        assert_eq!(numbers, sorted);
    }
}
