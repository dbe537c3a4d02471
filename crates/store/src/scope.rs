//! The rows that a person may see. Every query of many entries takes one.

use crate::text::SqlText;
use crate::value::UNIT_FIELD;

/// A row filter, made by `app` when it authorises. There is none that shows everything: it begins
/// with one organ and only gets narrower.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowFilter {
    /// The organs whose rows are visible; nothing of others is.
    pub organ_ids: Vec<String>,
    /// Only entries of these sections, if given; entries without a section are then not visible.
    pub sections: Option<Vec<String>>,
    /// Only entries of these units, if given: those with such a value of [`UNIT_FIELD`].
    pub units: Option<Vec<String>>,
}

impl RowFilter {
    /// All rows of one organ.
    pub fn organ(organ_id: &str) -> RowFilter {
        RowFilter {
            organ_ids: vec![organ_id.to_owned()],
            sections: None,
            units: None,
        }
    }

    /// The same, narrowed to entries of units where some are given.
    pub fn of_units(self, units: Option<Vec<String>>) -> RowFilter {
        RowFilter { units, ..self }
    }

    /// Whether rows of an organ may be visible at all.
    pub fn admits(&self, organ_id: &str) -> bool {
        self.organ_ids.iter().any(|id| id == organ_id)
    }

    /// Conditions on sections and units of the entry `e` in a statement.
    pub(crate) fn push_conditions<'a>(&'a self, sql: &mut SqlText<'a>) {
        if let Some(sections) = &self.sections {
            sql.push(" AND e.section_id IN (");
            sql.bind_list(sections.iter().map(String::as_str)).push(")");
        }
        if let Some(units) = &self.units {
            sql.push(
                " AND EXISTS (SELECT 1 FROM entry_value u WHERE u.organ_id = e.organ_id
                AND u.ledger = e.ledger AND u.happened_on = e.happened_on
                AND u.entry_id BETWEEN e.entry_id AND e.entry_id AND u.field = ",
            );
            sql.bind(UNIT_FIELD).push(" AND u.value IN (");
            sql.bind_list(units.iter().map(String::as_str)).push("))");
        }
    }
}
