//! The office's books as text: records of the ledgers that no published figure depends on.
//!
//! A book is a file of `demo/book/`: `@ ledger` with attributes, a line of field ids, then rows of
//! cells two or more blanks apart (`-` is an empty cell). A cell is what a clerk would type into
//! the import sheet, and is read by the field itself, so a book cannot hold what a sheet could not.
//! Attributes: `each=school|campus|private|institution|subject|district|month` repeats the rows,
//! `share=60` for so many of a hundred of them, `nth=0,3/5` for those whose number leaves this rest,
//! `times=4` so often, `profile=conghua` only there.
//! Blanks in braces are filled in, see [`Filler`].
//!
//! Guarantees: the same records every time; nothing after the last day of the plan's year.

use std::sync::LazyLock;

use catalogue::{
    definition::{Catalogue, FieldType, Ledger},
    field::FieldContext,
    value::{Fields, Value},
};
use values::dates::Date;

use super::{
    names,
    random::{Random, plus},
    world::{DemoRecord, DemoSchool, World},
};
use crate::builtin;

const BOOKS: &[(&str, &str)] = &[
    ("leadership", include_str!("book/leadership.txt")),
    ("powers", include_str!("book/powers.txt")),
    ("enforcement", include_str!("book/enforcement.txt")),
    ("training", include_str!("book/training.txt")),
    ("society", include_str!("book/society.txt")),
    ("education", include_str!("book/education.txt")),
    ("schools", include_str!("book/schools.txt")),
    ("teachers", include_str!("book/teachers.txt")),
    ("procedures", include_str!("book/procedures.txt")),
];

/// The definitions that say how a cell is read.
static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| catalogue::load(&builtin::files(), None).0);

/// Writes the books of the bureau. A row that its ledger would not take is a mistake in the
/// program itself, and stops it.
pub(super) fn write(world: &mut World) {
    let mut random = Random::new(0x0062_6f6f_6b73 ^ world.plan.year as u64);
    for (name, text) in BOOKS {
        for block in blocks(text) {
            if let Err(problem) = block.write(world, &mut random) {
                panic!("demo/book/{name}.txt, {}: {problem}", block.ledger);
            }
        }
    }
}

/// One ledger's part of a book.
struct Block {
    ledger: &'static str,
    attributes: Vec<(&'static str, &'static str)>,
    columns: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

fn cells(line: &'static str) -> Vec<&'static str> {
    line.split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect()
}

fn blocks(text: &'static str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(head) = line.strip_prefix("@ ") {
            let mut words = head.split_whitespace();
            blocks.push(Block {
                ledger: words.next().unwrap_or_default(),
                attributes: words.filter_map(|word| word.split_once('=')).collect(),
                columns: Vec::new(),
                rows: Vec::new(),
            });
        } else if let Some(block) = blocks.last_mut() {
            if block.columns.is_empty() {
                block.columns = cells(line);
            } else {
                block.rows.push(cells(line));
            }
        }
    }
    blocks
}

/// What a repeated row is about.
#[derive(Clone)]
struct About {
    school: Option<DemoSchool>,
    institution: Option<(String, &'static str)>,
    district: Option<&'static str>,
    month: Option<i8>,
    number: usize,
}

impl Block {
    fn attribute(&self, name: &str) -> Option<&'static str> {
        let found = self.attributes.iter().find(|(n, _)| *n == name);
        found.map(|(_, value)| *value)
    }

    fn number(&self, name: &str, usual: usize) -> usize {
        self.attribute(name)
            .and_then(|n| n.parse().ok())
            .unwrap_or(usual)
    }

    fn write(&self, world: &mut World, random: &mut Random) -> Result<(), String> {
        if let Some(profiles) = self.attribute("profile")
            && !profiles.split(',').any(|p| p == world.plan.profile)
        {
            return Ok(());
        }
        let ledger = CATALOGUE.ledger(self.ledger).ok_or("no such ledger")?;
        // In a multiplied year a record must differ from its like in the year before: where no
        // name is in the key that can carry the mark, the year is written once.
        let marked = key_that_carries_a_mark(ledger);
        if world.copy() > 0 && marked.is_none() && !ledger.key.is_empty() {
            return Ok(());
        }
        let share = self.number("share", 100);
        let times = self.number("times", 1);
        let mut number = 0;
        let (rests, of) = self
            .attribute("nth")
            .unwrap_or("0/1")
            .split_once('/')
            .ok_or("nth")?;
        let of: usize = of.parse().map_err(|_| "nth")?;
        for (place, about) in self.abouts(world)?.into_iter().enumerate() {
            if !rests.split(',').any(|rest| rest.parse() == Ok(place % of)) {
                continue;
            }
            if share < 100 && !random.chance(share) {
                continue;
            }
            for row in &self.rows {
                if row.len() != self.columns.len() {
                    return Err(format!("{} cells in {row:?}", row.len()));
                }
                for _ in 0..times {
                    number += 1;
                    let about = About {
                        number,
                        ..about.clone()
                    };
                    if let Some(record) = self.record(world, random, ledger, &about, row)? {
                        world.take(record);
                    }
                }
            }
        }
        Ok(())
    }

    fn abouts(&self, world: &World) -> Result<Vec<About>, String> {
        let one = About {
            school: None,
            institution: None,
            district: None,
            month: None,
            number: 0,
        };
        let schools = |keep: &dyn Fn(&DemoSchool) -> bool| {
            let kept = world.schools.iter().filter(|s| keep(s));
            kept.map(|s| About {
                school: Some(s.clone()),
                district: Some(s.district),
                ..one.clone()
            })
            .collect::<Vec<About>>()
        };
        let institutions = |keep: &dyn Fn(bool) -> bool| {
            let kept = world.institutions.iter().filter(|i| keep(i.gone));
            kept.map(|i| About {
                institution: Some((i.name.clone(), i.district)),
                district: Some(i.district),
                ..one.clone()
            })
            .collect::<Vec<About>>()
        };
        Ok(match self.attribute("each") {
            None => vec![one],
            Some("campus") => schools(&|_| true),
            Some("school") => schools(&|s| s.is_school()),
            Some("private") => schools(&|s| s.private),
            Some("institution") => institutions(&|gone| !gone),
            Some("district") => {
                let districts = world.plan.real_districts();
                districts
                    .map(|d| About {
                        district: Some(d),
                        ..one.clone()
                    })
                    .collect()
            }
            Some("month") => {
                let of = |month| About {
                    month: Some(month),
                    ..one.clone()
                };
                (1..=12).map(of).collect()
            }
            Some(other) => return Err(format!("each={other}")),
        })
    }

    fn record(
        &self,
        world: &mut World,
        random: &mut Random,
        ledger: &Ledger,
        about: &About,
        row: &[&'static str],
    ) -> Result<Option<DemoRecord>, String> {
        let districts: Vec<String> = world
            .plan
            .districts
            .iter()
            .map(|d| d.name.to_owned())
            .collect();
        let context = FieldContext {
            districts: &districts,
        };
        let mut fields = Fields::new();
        for (column, cell) in self.columns.iter().zip(row) {
            let field = ledger
                .field(column)
                .ok_or_else(|| format!("no field {column}"))?;
            let mut filler = Filler {
                world,
                random,
                about,
                ledger,
                fields: &fields,
            };
            let text = filler.fill(cell)?;
            if text.is_empty() || text == "-" {
                continue;
            }
            let value = field
                .kind
                .parse(&text, &context)
                .map_err(|e| format!("{column} {text:?}: {e}"))?;
            fields.insert((*column).to_owned(), value);
        }
        if let Some(key) = key_that_carries_a_mark(ledger)
            && let Some(Value::Text(text)) = fields.get_mut(key)
            && !text.contains('·')
        {
            *text = world.unique(text.clone());
        }
        let date = |id: &str| match fields.get(id) {
            Some(Value::Text(text)) => text.parse::<Date>().ok(),
            _ => None,
        };
        let own = ledger.date.as_ref().and_then(|id| date(id));
        let happened_on = own.ok_or("the record has no date")?;
        let last = world.day(12, 31);
        if happened_on > last {
            return Ok(None);
        }
        // The book was written when the last of its facts was known; what lies ahead is a term.
        let dates = ledger
            .fields
            .iter()
            .filter(|f| matches!(f.kind, FieldType::Date));
        let known = dates.filter_map(|f| date(f.id.as_str()));
        let recorded_on = known.filter(|d| *d <= last).fold(happened_on, Ord::max);
        Ok(Some(DemoRecord {
            ledger: self.ledger,
            happened_on,
            recorded_on,
            fields,
        }))
    }
}

/// The first key field that holds words of the office's own.
fn key_that_carries_a_mark(ledger: &Ledger) -> Option<&str> {
    let words = |id: &&catalogue::id::FieldId| {
        ledger.field(id.as_str()).is_some_and(|f| {
            matches!(
                f.kind,
                FieldType::Text { .. } | FieldType::Unit | FieldType::Subject
            )
        })
    };
    ledger.key.iter().find(words).map(|id| id.as_str())
}

/// Fills the blanks of a cell.
///
/// `{Y}` `{Y-1}` the year; `{place}` `{short}` `{district}` `{school}` `{institution}` `{person}`
/// `{phone}`; `{code FIELD}` the credit code of whom a field before names; `{n}` the number of
/// the row, `{n3}` with zeros; `{month}`, `{month-end}`; `{kind}`
/// the school's kind; `{students}` `{teachers}`; `{day 03-01 05-31}` a working day;
/// `{after FIELD 3 10}` a working day after another date, nothing once the year is over;
/// `{num 3 9}`; `{share students 90 100}` a part in percent; `{of FIELD 90 100}` the same of a
/// number before; `{pick 甲/乙}` in turn; `{maybe 80 是/否}` the first in 80 of 100 cases.
struct Filler<'a, 'w> {
    world: &'a mut World<'w>,
    random: &'a mut Random,
    about: &'a About,
    ledger: &'a Ledger,
    fields: &'a Fields,
}

impl Filler<'_, '_> {
    fn fill(&mut self, cell: &str) -> Result<String, String> {
        let mut text = String::new();
        let mut rest = cell;
        while let Some((before, after)) = rest.split_once('{') {
            let (blank, next) = after.split_once('}').ok_or("a brace is open")?;
            text.push_str(before);
            text.push_str(&self.blank(blank)?);
            rest = next;
        }
        text.push_str(rest);
        Ok(text)
    }

    fn blank(&mut self, blank: &str) -> Result<String, String> {
        let (name, rest) = blank.split_once(' ').unwrap_or((blank, ""));
        let number = |text: &str| text.parse::<i64>().map_err(|_| format!("{{{blank}}}"));
        let mut words = rest.split(' ');
        let mut word = || words.next().unwrap_or_default();
        let year = self.world.plan.year;
        Ok(match name {
            "Y" => year.to_string(),
            "Y-1" => (year - 1).to_string(),
            "Y-2" => (year - 2).to_string(),
            "Y+1" => (year + 1).to_string(),
            "Y+2" => (year + 2).to_string(),
            "place" => self.world.plan.place.to_owned(),
            "short" => self.world.plan.short.to_owned(),
            "n" => self.about.number.to_string(),
            "n3" => format!("{:03}", self.about.number),
            "month" => self.month().to_string(),
            "month-end" => self.world.day(self.month(), 1).last_of_month().to_string(),
            "person" => names::person(self.random),
            "phone" => names::phone(self.random),
            "code" if !rest.is_empty() => self.code_of(rest),
            "code" => names::credit_code(self.random),
            "district" => self.district()?.to_owned(),
            "institution" => self.institution()?,
            "school" => self.school()?.name,
            "kind" => self.school()?.kind.to_owned(),
            "stage" => stage(self.school()?.kind).to_owned(),
            "students" => self.school()?.students.to_string(),
            "teachers" => self.school()?.teachers.to_string(),
            "day" => {
                let (from, to) = (self.month_day(word())?, self.month_day(word())?);
                self.working_day(from, to).to_string()
            }
            "after" => {
                let Some(Value::Text(date)) = self.fields.get(word()) else {
                    return Ok(String::new());
                };
                let date: Date = date.parse().map_err(|_| format!("{{{blank}}}"))?;
                let days = self.random.between(number(word())?, number(word())?);
                let later = self.world.open(plus(date, days));
                match later <= self.world.day(12, 31) {
                    true => later.to_string(),
                    false => String::new(),
                }
            }
            "num" => self
                .random
                .between(number(word())?, number(word())?)
                .to_string(),
            "share" | "of" => {
                let whole = match word() {
                    "students" => self.school()?.students,
                    "teachers" => self.school()?.teachers,
                    field => match (self.fields.get(field), self.ledger.field(field)) {
                        // Money is kept in fen and typed in yuan.
                        (Some(Value::Integer(n)), Some(f)) if f.kind == FieldType::Money => n / 100,
                        (Some(Value::Integer(n)), _) => *n,
                        _ => return Ok(String::new()),
                    },
                };
                let part = self.random.between(number(word())?, number(word())?);
                (whole * part / 100).to_string()
            }
            "pick" => {
                let options: Vec<&str> = rest.split('/').collect();
                options[(self.about.number - 1) % options.len()].to_owned()
            }
            "maybe" => {
                let (chance, options) = rest.split_once(' ').ok_or("maybe")?;
                let (first, second) = options.split_once('/').unwrap_or((options, ""));
                let chance = number(chance)?.unsigned_abs() as usize;
                let chosen = if self.random.chance(chance) {
                    first
                } else {
                    second
                };
                chosen.to_owned()
            }
            other => return Err(format!("no blank {{{other}}}")),
        })
    }

    fn month(&self) -> i8 {
        self.about.month.unwrap_or(1)
    }

    fn month_day(&self, text: &str) -> Result<Date, String> {
        let parsed = text
            .split_once('-')
            .and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)));
        let (month, day) = parsed.ok_or_else(|| format!("no day {text}"))?;
        Ok(self.world.day(month, day))
    }

    fn working_day(&mut self, from: Date, to: Date) -> Date {
        let day = self.random.day(from, to);
        let open = self.world.open(day);
        if open <= to { open } else { day }
    }

    fn school(&mut self) -> Result<DemoSchool, String> {
        if let Some(school) = &self.about.school {
            return Ok(school.clone());
        }
        let schools = &self.world.schools;
        let at = (self.about.number * 7) % schools.len().max(1);
        schools.get(at).cloned().ok_or_else(|| "no schools".into())
    }

    fn district(&mut self) -> Result<&'static str, String> {
        if let Some(district) = self.about.district {
            return Ok(district);
        }
        Ok(self.school()?.district)
    }

    fn institution(&self) -> Result<String, String> {
        if let Some((name, _)) = &self.about.institution {
            return Ok(name.clone());
        }
        let all = &self.world.institutions;
        let at = (self.about.number * 5) % all.len().max(1);
        let found = all.get(at).map(|i| i.name.clone());
        found.ok_or_else(|| "no institutions".into())
    }

    /// The code that the register of institutions has of whom a field names, else one of its own.
    fn code_of(&self, field: &str) -> String {
        let name = self
            .fields
            .get(field)
            .and_then(Value::as_text)
            .unwrap_or_default();
        let known = self.world.institutions.iter().find(|i| i.name == name);
        known.map_or_else(|| names::credit_code_of(name), |i| i.code.clone())
    }
}

/// The stage of schooling in the words of most ledgers.
fn stage(kind: &str) -> &'static str {
    match kind {
        "小学" | "幼儿园" | "特殊教育学校" => "小学",
        "高级中学" | "完全中学" => "高中",
        "中等职业学校" => "中职",
        _ => "初中",
    }
}
