//! Statutes that the checker knows by name.
//!
//! Facts only: names, and what replaced what when. The list is short on purpose: it serves to catch
//! misquoted and replaced titles, not to prove that a title exists. Callers add their own.

/// A statute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statute {
    /// Its name, without the name of the country.
    pub name: String,
    /// The statute that took its place.
    pub replaced_by: Option<String>,
    /// The year in which it was replaced.
    pub until: Option<i32>,
}

impl Statute {
    /// A statute in force.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            replaced_by: None,
            until: None,
        }
    }
}

/// The built-in list.
pub fn builtin() -> Vec<Statute> {
    include_str!("data/statutes.tsv")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut cells = line.split('\t');
            let name = cells.next().unwrap_or_default().to_owned();
            let until = cells.next().and_then(|year| year.parse().ok());
            let replaced_by = cells.next().map(str::to_owned);
            Statute {
                name,
                replaced_by,
                until,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_statutes_name_their_successors() {
        let list = builtin();
        assert!(list.len() > 30);
        let old = list
            .iter()
            .find(|statute| statute.name == "信访条例")
            .unwrap();
        assert_eq!(old.until, Some(2022));
        assert_eq!(old.replaced_by.as_deref(), Some("信访工作条例"));
        for statute in &list {
            assert_eq!(
                statute.until.is_some(),
                statute.replaced_by.is_some(),
                "{}",
                statute.name
            );
        }
    }
}
