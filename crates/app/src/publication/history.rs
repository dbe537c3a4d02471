//! What the public can see of how a row of a register came to be what it is.
//!
//! Power items change: added, moved, reworded. A column that says `history = true` shows each
//! change of its public fields with its day, before and after. It is folded from the events, so
//! nothing can be left out, and goes through the same public view as the row itself.

use std::collections::BTreeMap;

use kernel::{State, apply};

use super::view::public_facts;
use crate::{
    App,
    authorise::Actor,
    error::{AppError, Result},
};

/// A change of a field: name, before, after; empty where it was not there.
pub type Change = (String, String, String);

/// One version of a row: what changed in public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowVersion {
    /// The day of the change, ISO.
    pub on: String,
    /// What changed; of the first version everything.
    pub changes: Vec<Change>,
}

impl App {
    /// The versions of a row of a register, the oldest first; none where the column keeps no
    /// history in public, because then only what is there now is public.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a row that is not public.
    pub fn row_versions(&self, organ: &str, column: &str, entry: &str) -> Result<Vec<RowVersion>> {
        let missing = || AppError::NotFound("这条记录");
        let site = self.site(organ)?;
        let register = site.registers.get(column).ok_or_else(missing)?;
        register.row(entry).ok_or_else(missing)?;
        if !self.portal.column(column).is_some_and(|c| c.history) {
            return Ok(Vec::new());
        }
        let ledger = &register.ledger;
        let first = ledger.first_stage().map(|s| s.id.as_str());
        let mut state: Option<State> = None;
        let mut before: Vec<(String, String, String)> = Vec::new();
        let mut versions = Vec::new();
        for past in self.history(&Actor::system(organ), entry)? {
            let on = past.event.happened_on.to_string();
            let now = apply(state.take(), &past.event, first);
            let facts = public_facts(ledger, &now.fields);
            let changes = differences(&before, &facts);
            if !changes.is_empty() {
                versions.push(RowVersion { on, changes });
            }
            before = facts;
            state = Some(now);
        }
        Ok(versions)
    }
}

/// What differs, in the order of the fields as they are now, then what is gone.
fn differences(
    before: &[(String, String, String)],
    after: &[(String, String, String)],
) -> Vec<Change> {
    let old: BTreeMap<&str, &str> = before
        .iter()
        .map(|(id, _, t)| (id.as_str(), t.as_str()))
        .collect();
    let mut changes: Vec<Change> = after
        .iter()
        .filter_map(|(id, name, text)| {
            let was = old.get(id.as_str()).copied().unwrap_or_default();
            (was != text).then(|| (name.clone(), was.to_owned(), text.clone()))
        })
        .collect();
    let gone = before
        .iter()
        .filter(|(id, _, _)| after.iter().all(|(now, _, _)| now != id));
    changes.extend(gone.map(|(_, name, was)| (name.clone(), was.clone(), String::new())));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_changed_and_emptied_fields_are_named() {
        let fact = |id: &str, text: &str| (id.to_owned(), format!("名{id}"), text.to_owned());
        let before = [fact("a", "一"), fact("b", "二"), fact("c", "三")];
        let after = [fact("a", "一"), fact("b", "贰"), fact("d", "四")];
        let change = |n: &str, was: &str, is: &str| (n.to_owned(), was.to_owned(), is.to_owned());
        assert_eq!(
            differences(&before, &after),
            [
                change("名b", "二", "贰"),
                change("名d", "", "四"),
                change("名c", "三", "")
            ]
        );
    }
}
