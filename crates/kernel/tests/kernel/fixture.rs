//! A small catalogue, and an office that works with it in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::Arc,
};

use catalogue::{
    Files,
    definition::{Catalogue, Figure, Ledger},
    field::FieldContext,
    value::{Fields, Value},
};
use kernel::{
    Answer, Ask, Command, Contribution, Event, Facts, Folds, Refusal, State, Who, apply,
    contribution, contributions, decide, evaluate, figure::fits,
};
use values::{calendar::Calendar, dates::Date};

/// Visits to institutions: one figure of each kind.
pub const VISIT: &str = r#"id = "visit"
name = "检查"
section = "legal"
effective = 2021-01-01
date = "held_on"
key = ["number"]
title = ["number"]

[[field]]
id = "number"
name = "编号"
type = "text"
required = true
[[field]]
id = "held_on"
name = "检查日期"
type = "date"
required = true
[[field]]
id = "ended_on"
name = "结束日期"
type = "date"
[[field]]
id = "school"
name = "学校"
type = "unit"
[[field]]
id = "district"
name = "区域"
type = "district"
[[field]]
id = "kind"
name = "类别"
type = "choice"
options = ["日常", "专项"]
[[field]]
id = "people"
name = "人数"
type = "number"
min = 0
[[field]]
id = "fee"
name = "费用"
type = "money"
[[field]]
id = "score"
name = "得分"
type = "number"
decimals = 1
[[field]]
id = "items"
name = "问题"
type = "rows"
[[field.column]]
id = "what"
name = "内容"
type = "text"
required = true
[[field.column]]
id = "count"
name = "处数"
type = "number"

[[stage]]
id = "open"
name = "办理"
[[stage]]
id = "decided"
name = "已处理"
[[stage]]
id = "closed"
name = "办结"
end = true

[[action]]
id = "remind"
name = "提醒"
from = ["open", "decided"]
by = ["officer"]
repeat = true
[[action]]
id = "hear"
name = "听取意见"
from = ["open"]
by = ["officer"]
[[action]]
id = "decide"
name = "作出处理"
from = ["open"]
to = "decided"
by = ["head"]
not_by = ["hear"]
needs = ["action:hear", "field:kind"]
asks = ["fee"]
when = "has(entry.people) && entry.people > 0"
law = "行政处罚法 第五十七条"
[[action]]
id = "close"
name = "办结"
from = ["decided"]
to = "closed"
by = ["officer"]
asks = ["ended_on"]
[[action]]
id = "seal"
name = "加盖印章"
from = ["open"]
to = "closed"
by = ["officer"]
officers = 2
officers_law = "行政处罚法 第四十二条"
needs = ["document:notice", "evidence"]
law = "行政处罚法 第五十七条"

[[document]]
id = "notice"
name = "检查通知书"
template = "visit/notice"

[[figure]]
id = "visits"
name = "检查"
unit = "次"
count = "entries"
by = ["kind", "district"]
[[figure]]
id = "people"
name = "参加人次"
unit = "人次"
sum = "people"
by = ["district"]
[[figure]]
id = "fees"
name = "费用"
unit = "万元"
sum = "fee"
decimals = 2
[[figure]]
id = "scores"
name = "得分合计"
unit = "分"
sum = "score"
[[figure]]
id = "problems"
name = "问题"
unit = "项"
count = "rows:items"
[[figure]]
id = "places"
name = "问题处数"
unit = "处"
sum = "items.count"
[[figure]]
id = "reminders"
name = "提醒"
unit = "次"
count = "action:remind"
[[figure]]
id = "large"
name = "大型检查"
unit = "次"
count = "entries"
when = "has(entry.people) && entry.people >= 50"
[[figure]]
id = "ended"
name = "结束的检查"
unit = "次"
count = "entries"
on = "ended_on"
[[figure]]
id = "standing"
name = "在办"
unit = "件"
count = "entries"
kind = "stock"
until = "ended_on"
by = ["kind"]
[[figure]]
id = "schools"
name = "检查学校"
unit = "所"
distinct = "school"
by = ["district"]
[[figure]]
id = "schools_standing"
name = "在检学校"
unit = "所"
distinct = "school"
kind = "stock"
until = "ended_on"
[[figure]]
id = "last_score"
name = "最近得分"
unit = "分"
latest = "score"
[[figure]]
id = "last_scores"
name = "各区最近得分"
unit = "分"
latest = "score"
per = ["district"]
by = ["district"]
[[figure]]
id = "special_share"
name = "专项占比"
unit = "%"
formula = "share"
of = { figure = "visits", only = { kind = "专项" } }
base = "visits"
[[figure]]
id = "growth"
name = "同比增长"
unit = "%"
formula = "growth"
of = "visits"
base = { figure = "visits", period = "previous_year" }
[[figure]]
id = "per_visit"
name = "次均人数"
unit = "人"
formula = "average"
of = "people"
base = "visits"
[[figure]]
id = "change"
name = "增减"
unit = "件"
formula = "difference"
of = "standing"
base = { figure = "standing", period = "eve" }
[[figure]]
id = "all_signs"
name = "提醒和问题"
unit = "次"
formula = "sum"
of = ["reminders", "problems", "last_score"]
"#;

/// A small catalogue with one ledger.
pub fn files(ledger: &str, toml: &str) -> Files {
    Files::new("catalogue/")
        .with("modules.toml", "[[module]]\nid = \"work\"\nname = \"工作\"\n")
        .with("sections.toml", "[[section]]\nid = \"legal\"\nname = \"法规科\"\n")
        .with(
            "roles.toml",
            "[[role]]\nid = \"officer\"\nname = \"执法人员\"\n[[role]]\nid = \"head\"\nname = \"负责人\"\n",
        )
        .with(
            "statutes.toml",
            "[[statute]]\nname = \"行政处罚法\"\nkind = \"法律\"\nadopted = 2021-01-22\nin_force = 2021-07-15\n",
        )
        .with(format!("work/{ledger}.toml"), toml)
}

/// The same, proved.
pub fn catalogue_of(ledger: &str, toml: &str) -> Catalogue {
    let (catalogue, findings) = catalogue::load(&files(ledger, toml), None);
    assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
    catalogue
}

pub fn load() -> Catalogue {
    catalogue_of("visit", VISIT)
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// An office: entries by name, the log, and the lines of all figures.
pub struct Office {
    pub catalogue: Catalogue,
    pub districts: Vec<String>,
    pub today: Date,
    pub calendar: Calendar,
    pub facts: Facts,
    pub entries: BTreeMap<String, State>,
    pub log: Vec<(String, Event)>,
    /// Lines that still count, with the position in the log of the event that added them.
    pub lines: Vec<(u64, String, Contribution)>,
    /// Everything that was ever appended: contributions, and their negations.
    pub appended: Vec<Contribution>,
}

impl Office {
    pub fn new() -> Self {
        Self {
            catalogue: load(),
            districts: ["海云区", "海北区", "市直属"].map(str::to_owned).to_vec(),
            today: day("2030-12-31"),
            calendar: Calendar::builtin(),
            facts: Facts::default(),
            entries: BTreeMap::new(),
            log: Vec::new(),
            lines: Vec::new(),
            appended: Vec::new(),
        }
    }

    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(self.catalogue.ledger("visit").unwrap())
    }

    /// What somebody does. The roles are those of a person of this name in the stories.
    pub fn does(
        &mut self,
        actor: &str,
        entry: &str,
        command: Command,
        on: &str,
    ) -> Result<(), Refusal> {
        let ledger = self.ledger();
        let roles: Vec<String> = match actor {
            "局长" => vec!["head".to_owned()],
            "过客" => Vec::new(),
            _ => vec!["officer".to_owned(), "head".to_owned()],
        };
        let who = Who {
            actor,
            roles: &roles,
            role_names: self.catalogue.roles(),
            today: self.today,
            context: FieldContext {
                districts: &self.districts,
            },
            calendar: &self.calendar,
            facts: Facts {
                past: self.past(entry),
                ..self.facts.clone()
            },
        };
        let before = self.entries.get(entry).cloned();
        let events = decide(&ledger, before.as_ref(), command, &who, day(on))?;
        for event in events {
            self.append(&ledger, entry, event);
        }
        Ok(())
    }

    /// What happened to an entry.
    fn past(&self, entry: &str) -> Vec<Event> {
        let its = self.log.iter().filter(|(of, _)| of == entry);
        its.map(|(_, event)| event.clone()).collect()
    }

    fn append(&mut self, ledger: &Ledger, entry: &str, event: Event) {
        let leaf = self.log.len() as u64;
        let before = self.entries.get(entry).cloned();
        let lines_before = before.as_ref().map(|s| contributions(ledger, s));
        let stage = ledger.first_stage().map(|s| s.id.as_str());
        let after = apply(before, &event, stage);
        let lines_after = contributions(ledger, &after);
        let (removed, added) =
            contribution::difference(&lines_before.unwrap_or_default(), &lines_after);
        for line in removed {
            let at = self
                .lines
                .iter()
                .position(|(_, of, l)| of == entry && *l == line)
                .expect("only what stands is taken back");
            self.lines.remove(at);
            let value = -line.value;
            self.appended.push(Contribution { value, ..line });
        }
        for line in added {
            self.lines.push((leaf, entry.to_owned(), line.clone()));
            self.appended.push(line);
        }
        self.log.push((entry.to_owned(), event));
        self.entries.insert(entry.to_owned(), after);
    }

    pub fn opens(&mut self, entry: &str, fields: Fields) -> Result<(), Refusal> {
        let on = fields
            .get("held_on")
            .and_then(|v| v.as_text())
            .unwrap_or("2022-01-01")
            .to_owned();
        self.does("王五", entry, Command::Open { fields }, &on)
    }

    pub fn amends(&mut self, entry: &str, change: (&str, Option<Value>)) -> Result<(), Refusal> {
        let changes = BTreeMap::from([(change.0.to_owned(), change.1)]);
        let command = Command::Amend {
            changes,
            reason: "笔误".into(),
        };
        self.does("王五", entry, command, "2022-06-01")
    }

    pub fn acts(
        &mut self,
        actor: &str,
        entry: &str,
        action: &str,
        on: &str,
    ) -> Result<(), Refusal> {
        let command = Command::Act {
            action: action.to_owned(),
            fields: Fields::new(),
        };
        self.does(actor, entry, command, on)
    }

    pub fn voids(&mut self, entry: &str) -> Result<(), Refusal> {
        let command = Command::Void {
            reason: "重复登记".into(),
        };
        self.does("王五", entry, command, "2022-06-01")
    }

    pub fn answer(&self, figure: &str, ask: &Ask) -> Answer {
        let figure = self.catalogue.figure(figure).expect(figure);
        let Ok(answer) = evaluate(&self.catalogue, figure, ask, self);
        answer
    }

    /// A figure of a period as it is printed; `-` is "no data".
    pub fn says(&self, figure: &str, period: &str) -> String {
        self.says_of(figure, &Ask::period(period.parse().unwrap()))
    }

    pub fn says_of(&self, figure: &str, ask: &Ask) -> String {
        let decimals = self.catalogue.figure(figure).expect(figure).decimals;
        let value = self.answer(figure, ask).value;
        value.map_or("-".to_owned(), |v| {
            v.decimal(decimals, values::decimal::Rounding::HalfUp)
                .to_string()
        })
    }
}

fn within(on: Date, ask: &Ask) -> bool {
    ask.from.is_none_or(|from| from <= on) && on <= ask.to
}

/// Sums and counts over everything appended, negations included; last values over what stands.
impl Folds for Office {
    type Error = Infallible;

    fn sum(&self, figure: &Figure, ask: &Ask) -> Result<i128, Infallible> {
        Ok(self
            .appended
            .iter()
            .filter(|l| l.figure == figure.id && within(l.on, ask) && fits(&l.dims, &ask.only))
            .map(|l| i128::from(l.value))
            .sum())
    }

    fn distinct(&self, figure: &Figure, ask: &Ask) -> Result<i128, Infallible> {
        let mut sums: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        for l in &self.appended {
            if l.figure == figure.id && within(l.on, ask) && fits(&l.dims, &ask.only) {
                *sums.entry((&l.dims, &l.item)).or_default() += l.value;
            }
        }
        let present = sums.iter().filter(|(_, n)| **n > 0);
        let keys: BTreeSet<&str> = present.map(|((_, item), _)| *item).collect();
        Ok(keys.len() as i128)
    }

    fn latest(&self, figure: &Figure, ask: &Ask) -> Result<Option<i128>, Infallible> {
        let mut last: BTreeMap<&str, (Date, u64, &Contribution)> = BTreeMap::new();
        for (leaf, _, l) in &self.lines {
            if l.figure == figure.id && within(l.on, ask) {
                let newest = last.entry(&l.item).or_insert((l.on, *leaf, l));
                if (newest.0, newest.1) <= (l.on, *leaf) {
                    *newest = (l.on, *leaf, l);
                }
            }
        }
        let fitting: Vec<i128> = last
            .values()
            .filter(|(_, _, l)| fits(&l.dims, &ask.only))
            .map(|(_, _, l)| i128::from(l.value))
            .collect();
        Ok((!fitting.is_empty()).then(|| fitting.iter().sum()))
    }
}

/// Fields written as in a story: `school=一中 people=30`. Numbers and dates are understood.
pub fn fields(catalogue: &Catalogue, districts: &[String], text: &str) -> Fields {
    let ledger = catalogue.ledger("visit").unwrap();
    let context = FieldContext { districts };
    text.split_whitespace()
        .map(|pair| {
            let (id, text) = pair.split_once('=').expect(pair);
            let field = ledger.field(id).expect(id);
            let value = field.kind.parse(text, &context).expect(pair);
            (id.to_owned(), value)
        })
        .collect()
}
