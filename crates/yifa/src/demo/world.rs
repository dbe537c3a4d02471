//! What the writers of records share: the bureau's schools, chance, and the list that grows.

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use values::{calendar::Calendar, dates::Date};

use super::{
    names,
    plan::Plan,
    random::{Random, plus, split},
};

/// A record as the office wrote it, ready to be opened as an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoRecord {
    /// Ledger id.
    pub ledger: &'static str,
    /// The day of the work: the value of the ledger's own date field.
    pub happened_on: Date,
    /// The day the last of its facts was known.
    pub recorded_on: Date,
    /// The fields.
    pub fields: Fields,
}

/// A school or kindergarten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoSchool {
    /// Name.
    pub name: String,
    /// District, as the demonstration names it.
    pub district: &'static str,
    /// Kind, as in the school register.
    pub kind: &'static str,
    /// Pupils.
    pub students: i64,
    /// Teachers.
    pub teachers: i64,
    /// Founded by others than the state.
    pub private: bool,
}

impl DemoSchool {
    /// Primary or secondary, not a kindergarten.
    pub fn is_school(&self) -> bool {
        self.kind != "幼儿园"
    }
}

/// A training institution.
pub(super) struct Institution {
    pub(super) name: String,
    pub(super) district: &'static str,
    /// Its credit code, as the register has it.
    pub(super) code: String,
    /// It has left the register.
    pub(super) gone: bool,
}

/// A month and a day of the plan's year.
pub(super) type MonthDay = (i8, i8);

/// The bureau while its records are written.
pub(super) struct World<'a> {
    pub(super) plan: &'a Plan,
    pub(super) random: Random,
    pub(super) schools: Vec<DemoSchool>,
    /// Training institutions, as the register has them.
    pub(super) institutions: Vec<Institution>,
    calendar: Calendar,
    copy: u32,
    records: Vec<DemoRecord>,
}

impl<'a> World<'a> {
    pub(super) fn new(plan: &'a Plan, copy: u32) -> Self {
        let random = Random::new(u64::from(copy) << 32 | plan.year as u64);
        Self {
            plan,
            random,
            schools: schools(plan, copy),
            institutions: Vec::new(),
            calendar: Calendar::builtin(),
            copy,
            records: Vec::new(),
        }
    }

    /// A day of the plan's year.
    pub(super) fn day(&self, month: i8, day: i8) -> Date {
        jiff::civil::date(self.plan.year, month, day)
    }

    /// A working day of the span; its first day where it has none.
    pub(super) fn working_day(&mut self, from: Date, to: Date) -> Date {
        let mut date = self.random.day(from, to);
        while date > from && !self.calendar.is_working_day(date) {
            date = plus(date, -1);
        }
        date
    }

    /// A working day of the plan's year between two dates given as month and day.
    pub(super) fn weekday(&mut self, from: MonthDay, to: MonthDay) -> Date {
        let (from, to) = (self.day(from.0, from.1), self.day(to.0, to.1));
        self.working_day(from, to)
    }

    /// The first working day on or after a date.
    pub(super) fn open(&self, date: Date) -> Date {
        let mut date = date;
        while !self.calendar.is_working_day(date) {
            date = plus(date, 1);
        }
        date
    }

    /// A working day at least `low` and about `high` calendar days after a date.
    pub(super) fn after(&mut self, date: Date, low: i64, high: i64) -> Date {
        let later = plus(date, self.random.between(low, high));
        self.open(later)
    }

    /// `count` working days of the plan's year, sorted.
    pub(super) fn weekdays(&mut self, count: usize, from: MonthDay, to: MonthDay) -> Vec<Date> {
        let mut dates: Vec<Date> = (0..count).map(|_| self.weekday(from, to)).collect();
        dates.sort();
        dates
    }

    /// Primary and secondary schools.
    pub(super) fn only_schools(&self) -> Vec<DemoSchool> {
        self.schools
            .iter()
            .filter(|s| s.is_school())
            .cloned()
            .collect()
    }

    pub(super) fn person(&mut self) -> String {
        names::person(&mut self.random)
    }

    pub(super) fn phone(&mut self) -> String {
        names::phone(&mut self.random)
    }

    pub(super) fn district(&self, index: usize) -> &'static str {
        self.plan.districts[index].name
    }

    /// A number or name that must not repeat, marked with the copy of a multiplied year.
    pub(super) fn unique(&self, text: impl Into<String>) -> String {
        unique(text.into(), self.copy)
    }

    /// Which copy of a multiplied year this is.
    pub(super) fn copy(&self) -> u32 {
        self.copy
    }

    pub(super) fn take(&mut self, record: DemoRecord) {
        self.records.push(record);
    }

    pub(super) fn push(&mut self, draft: Draft) {
        self.records.push(draft.0);
    }

    pub(super) fn into_records(mut self) -> Vec<DemoRecord> {
        // Stable: what was written first on a day stays first.
        self.records.sort_by_key(|record| record.recorded_on);
        self.records
    }
}

fn unique(text: String, copy: u32) -> String {
    if copy == 0 {
        text
    } else {
        format!("{text}·{copy}")
    }
}

/// A record in the making.
pub(super) struct Draft(DemoRecord);

impl Draft {
    /// A record whose own date field is `field`.
    pub(super) fn new(ledger: &'static str, field: &str, date: Date) -> Self {
        let record = DemoRecord {
            ledger,
            happened_on: date,
            recorded_on: date,
            fields: BTreeMap::from([(field.to_owned(), date.to_string().into())]),
        };
        Self(record)
    }

    /// A value.
    pub(super) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.fields.insert(field.to_owned(), value.into());
        self
    }

    /// The day of something that has happened.
    pub(super) fn date(mut self, field: &str, date: Date) -> Self {
        self.0.recorded_on = self.0.recorded_on.max(date);
        self.term(field, date)
    }

    /// A day that lies ahead: the end of a term, a due date.
    pub(super) fn term(self, field: &str, date: Date) -> Self {
        self.with(field, date.to_string())
    }

    /// Several options.
    pub(super) fn choices(self, field: &str, options: &[&str]) -> Self {
        let list = options.iter().map(|option| Value::from(*option)).collect();
        self.with(field, Value::List(list))
    }

    /// A small table; none where it has no rows.
    pub(super) fn rows(self, field: &str, rows: Vec<Vec<(&str, Value)>>) -> Self {
        if rows.is_empty() {
            return self;
        }
        let record = |row: Vec<(&str, Value)>| {
            Value::Record(
                row.into_iter()
                    .map(|(id, value)| (id.to_owned(), value))
                    .collect(),
            )
        };
        self.with(field, Value::List(rows.into_iter().map(record).collect()))
    }

    /// Changes the draft where a condition holds.
    pub(super) fn when(self, holds: bool, change: impl FnOnce(Self) -> Self) -> Self {
        if holds { change(self) } else { self }
    }
}

/// The schools of a plan: names, and pupils and teachers that add up to the plan's totals.
pub(super) fn schools(plan: &Plan, copy: u32) -> Vec<DemoSchool> {
    let mut random = Random::new(plan.year as u64);
    let mut schools: Vec<DemoSchool> = Vec::new();
    for (index, group) in plan.schools.iter().enumerate() {
        let district = plan.districts[group.district].name;
        let place = plan.districts[group.district].name_in_schools(plan);
        for number in 1..=group.count {
            let name = unique(school_name(place, group.kind, number, group.count), copy);
            schools.push(DemoSchool {
                name,
                district,
                kind: group.kind,
                students: 0,
                teachers: 0,
                private: false,
            });
        }
        // The last group of a district in a row closes it: pupils are given per district.
        let next = plan.schools.get(index + 1);
        if next.is_none_or(|n| n.district != group.district || n.is_school() != group.is_school()) {
            let total = plan.students(group.district, group.is_school());
            let open: Vec<usize> = (0..schools.len())
                .filter(|&i| schools[i].students == 0)
                .collect();
            let weights: Vec<i64> = open
                .iter()
                .map(|&i| weight(schools[i].kind) * random.between(70, 130))
                .collect();
            for (&i, students) in open.iter().zip(split(total, &weights)) {
                schools[i].students = students;
            }
        }
    }
    let weights: Vec<i64> = schools.iter().map(|school| school.students).collect();
    for (school, teachers) in schools.iter_mut().zip(split(plan.teachers, &weights)) {
        school.teachers = teachers;
    }
    for (index, school) in schools.iter_mut().enumerate() {
        school.private = !school.is_school() && index.is_multiple_of(3);
    }
    schools
}

fn school_name(place: &str, kind: &str, number: usize, count: usize) -> String {
    match kind {
        "幼儿园" | "小学" => format!("{place}{}{kind}", names::ordinal(number)),
        "初级中学" => format!("{place}{}初级中学", names::ordinal(number)),
        "高级中学" => format!("{place}{}中学", names::ordinal(number)),
        "九年一贯制学校" => format!("{place}{}九年制学校", names::ordinal(number)),
        "完全中学" if count == 1 => format!("{place}实验中学"),
        "完全中学" => format!("{place}实验中学{}校区", names::ordinal(number)),
        "中等职业学校" => format!("{place}职业技术学校"),
        _ => format!("{place}特殊教育学校"),
    }
}

/// How large a kind of school is beside the others.
fn weight(kind: &str) -> i64 {
    match kind {
        "小学" => 10,
        "初级中学" => 12,
        "九年一贯制学校" => 16,
        "高级中学" => 22,
        "完全中学" => 24,
        "中等职业学校" => 15,
        "特殊教育学校" => 2,
        _ => 3,
    }
}
