//! Whether a condition can still be met by what an act will ask for.
//!
//! A page offers an act before its form is filled in. What the act asks for as a choice, several
//! choices or yes and no has few values, so all are tried; a condition that also turns on a text, a
//! number or a date that will be asked for is left open.

use catalogue::{
    condition::Condition,
    definition::{Field, FieldType, Ledger},
    value::{Fields, Value},
};

/// More combinations than these are not tried: the condition is left open.
const TRIED_MAX: usize = 512;

/// Says whether a condition holds for some values of the fields that are `asked` for, over what is
/// filled in already.
pub(super) fn could_hold(
    ledger: &Ledger,
    condition: &Condition,
    fields: &Fields,
    asked: impl Fn(&str) -> bool,
) -> bool {
    let mut open: Vec<(&str, Vec<Value>)> = Vec::new();
    for id in condition.fields("entry").filter(|id| asked(id)) {
        match ledger.field(id).and_then(values) {
            Some(values) => open.push((id, values)),
            None => return true,
        }
    }
    // One more than there are values: it may be left as it is.
    let ways = |(_, values): &(&str, Vec<Value>)| values.len() + 1;
    let combinations: usize = open.iter().map(ways).product();
    combinations > TRIED_MAX
        || (0..combinations).any(|combination| {
            let mut rest = combination;
            let mut filled = fields.clone();
            for (id, values) in &open {
                if let Some(value) = values.get(rest % (values.len() + 1)) {
                    filled.insert((*id).to_owned(), value.clone());
                }
                rest /= values.len() + 1;
            }
            condition.holds("entry", &filled).unwrap_or(false)
        })
}

/// The values of a field that has few; each alone and all together where several may be chosen.
fn values(field: &Field) -> Option<Vec<Value>> {
    let text = |option: &String| Value::from(option.as_str());
    Some(match &field.kind {
        FieldType::Choice { options } => options.iter().map(text).collect(),
        FieldType::Choices { options } => {
            let one = |option: &String| Value::List(vec![text(option)]);
            let all = Value::List(options.iter().map(text).collect());
            options.iter().map(one).chain([all]).collect()
        }
        FieldType::Flag => vec![Value::Flag(true), Value::Flag(false)],
        _ => return None,
    })
}
