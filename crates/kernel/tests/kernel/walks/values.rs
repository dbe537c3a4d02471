//! Values for fields: some valid value of a type, and those on which the conditions turn.

use std::collections::BTreeSet;

use catalogue::{
    condition::{Condition, Literal},
    definition::{Field, FieldType, Ledger},
    value::Value,
};
use values::dates::Date;

/// The choices of a walk, one after the other; a walk ends where they end, so that a shorter list
/// is a shorter walk.
pub struct Tape<'a> {
    choices: &'a [u16],
    at: usize,
}

impl<'a> Tape<'a> {
    pub fn new(choices: &'a [u16]) -> Self {
        Self { choices, at: 0 }
    }

    pub fn is_over(&self) -> bool {
        self.at >= self.choices.len()
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        let choice = self.choices.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        usize::from(choice) % bound.max(1)
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 1
    }

    pub fn pick<'b, T>(&mut self, from: &'b [T]) -> Option<&'b T> {
        from.get(self.below(from.len()))
    }
}

/// Choices without pattern, different for each `n`.
pub fn mixed(n: u16) -> Vec<u16> {
    let mut state = u32::from(n).wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u16::try_from(state >> 16).unwrap()
    };
    (0..96).map(|_| next()).collect()
}

/// Some valid value.
pub fn any(field: &Field, tape: &mut Tape<'_>, today: Date) -> Value {
    let choice = tape.below(7);
    let number = i64::try_from(choice).unwrap();
    match &field.kind {
        FieldType::Text { .. } => format!("文字{choice}").into(),
        FieldType::LongText => format!("第{choice}段说明").into(),
        FieldType::Number { min, max, .. } => {
            let least = min.unwrap_or(0);
            Value::Integer((least + number).min(max.unwrap_or(i64::MAX)))
        }
        FieldType::Money => Value::Integer(number * 7_001),
        FieldType::Date => later(today, number * 3 - 3).to_string().into(),
        FieldType::DateRange => {
            let to = later(today, number);
            Value::List(vec![today.to_string().into(), to.to_string().into()])
        }
        FieldType::Choice { options } => options[choice % options.len()].as_str().into(),
        FieldType::Choices { options } => {
            let first = choice % options.len();
            let some = options.iter().skip(first).take(2);
            Value::List(some.map(|option| option.as_str().into()).collect())
        }
        FieldType::Flag => Value::Flag(choice.is_multiple_of(2)),
        FieldType::District => "海云区".into(),
        FieldType::Subject | FieldType::Unit => format!("第{choice}学校").into(),
        FieldType::Officer | FieldType::Person => "李某".into(),
        FieldType::Phone => "13800138000".into(),
        FieldType::Address => "人民路1号".into(),
        FieldType::IdentityNumber => "11010519491231002X".into(),
        FieldType::CreditCode => "91350100M000100Y43".into(),
        FieldType::LawCitation => "行政处罚法 第五十七条".into(),
        FieldType::File => "ab".repeat(32).into(),
        FieldType::Rows { columns } => {
            let cells = columns.iter();
            let cells = cells.map(|column| (column.id.to_string(), any(column, tape, today)));
            Value::List(vec![Value::Record(cells.collect())])
        }
        FieldType::Reference { .. } => format!("甲{choice}").into(),
    }
}

pub fn later(day: Date, days: i64) -> Date {
    use jiff::ToSpan;
    day.checked_add(days.days()).unwrap()
}

/// All conditions of a procedure.
pub fn conditions(ledger: &Ledger) -> impl Iterator<Item = &Condition> {
    let acts = ledger.actions.iter().flat_map(|action| {
        let guards = action.guards.iter().map(|guard| &guard.when);
        guards.chain(&action.when)
    });
    let branches = ledger.branches.iter().filter_map(|b| b.when.as_ref());
    let subcases = ledger.subcases.iter().filter_map(|s| s.when.as_ref());
    acts.chain(branches).chain(subcases)
}

/// The fields that any condition of a procedure reads.
pub fn decisive(ledger: &Ledger) -> BTreeSet<&str> {
    conditions(ledger).flat_map(|c| c.fields("entry")).collect()
}

/// The values of a field on which the conditions turn; none for a field that no condition reads.
pub fn turning(ledger: &Ledger, field: &Field, today: Date) -> Vec<Value> {
    let id = field.id.as_str();
    if !conditions(ledger).any(|c| c.fields("entry").any(|read| read == id)) {
        return Vec::new();
    }
    let literals = || {
        let all = conditions(ledger).flat_map(Condition::comparisons);
        all.filter(|c| c.root == "entry" && c.field == id)
            .map(|comparison| &comparison.literal)
    };
    let mut values: Vec<Value> = match &field.kind {
        FieldType::Choice { options } => options.iter().map(|o| o.as_str().into()).collect(),
        FieldType::Choices { options } => {
            let one = |option: &String| Value::List(vec![option.as_str().into()]);
            options.iter().map(one).collect()
        }
        FieldType::Flag => vec![Value::Flag(true), Value::Flag(false)],
        FieldType::Number { .. } | FieldType::Money => {
            let around = literals().flat_map(|literal| match literal {
                Literal::Integer(n) => vec![n - 1, *n, n + 1],
                _ => Vec::new(),
            });
            let all: BTreeSet<i64> = around.chain([0, 1]).collect();
            all.into_iter()
                .filter(|n| *n >= 0)
                .map(Value::Integer)
                .collect()
        }
        FieldType::Date => vec![today.to_string().into()],
        _ => {
            let mut tape = Tape::new(&[3; 64]);
            vec![any(field, &mut tape, today)]
        }
    };
    values.dedup();
    values
}
