//! Who can be drawn: the frozen list and its root.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::suite::is_field;
use crate::hash::{Hash, leaf_hash};
use crate::merkle::{Appender, Tree, TreeError, root_of};

/// The largest weight.
pub const WEIGHT_MAX: u64 = u32::MAX as u64;

/// One unit that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its identifier in the register.
    pub id: String,
    /// The stratum it is drawn in.
    pub stratum: String,
    /// Its weight, 1 where all are equal.
    pub weight: u32,
}

impl Item {
    /// The leaf of the population tree.
    pub fn leaf_text(&self) -> String {
        format!(
            "population-item/v1\n{}\n{}\n{}\n",
            self.id, self.stratum, self.weight
        )
    }
}

/// The frozen list.
///
/// Invariant: identifiers are unique and in the order of their bytes, all fields are fields, no
/// weight is 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    items: Vec<Item>,
}

/// Why a list cannot be frozen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PopulationError {
    /// Two items have the same identifier.
    #[error("the identifier {id} occurs twice")]
    Duplicate {
        /// The identifier.
        id: String,
    },
    /// An identifier or a stratum is empty, has control characters or is not in NFC.
    #[error("item {index} has an identifier or stratum that is empty or not one line in NFC")]
    Field {
        /// Place in the list.
        index: usize,
    },
    /// A weight is 0.
    #[error("the weight of {id} is 0")]
    Weight {
        /// The identifier.
        id: String,
    },
    /// A published list is not in the order of its identifiers.
    #[error(
        "{id} is not in its place: the list is not in the order of the bytes of the identifiers"
    )]
    Order {
        /// The first identifier that is out of place.
        id: String,
    },
}

impl Population {
    /// Freezes a list in any order.
    pub fn freeze(mut items: Vec<Item>) -> Result<Self, PopulationError> {
        items.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        Self::frozen(items)
    }

    /// Takes up a list that must be in order already, as in a bundle.
    pub fn frozen(items: Vec<Item>) -> Result<Self, PopulationError> {
        for (index, item) in items.iter().enumerate() {
            if !is_field(&item.id) || !is_field(&item.stratum) {
                return Err(PopulationError::Field { index });
            }
            if item.weight == 0 {
                return Err(PopulationError::Weight {
                    id: item.id.clone(),
                });
            }
        }
        for pair in items.windows(2) {
            let id = pair[1].id.clone();
            match pair[0].id.cmp(&pair[1].id) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Err(PopulationError::Duplicate { id }),
                std::cmp::Ordering::Greater => return Err(PopulationError::Order { id }),
            }
        }
        Ok(Self { items })
    }

    /// The items in the order of their identifiers.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item with an identifier and its place.
    pub fn find(&self, id: &str) -> Option<(usize, &Item)> {
        let index = self
            .items
            .binary_search_by(|item| item.id.as_str().cmp(id))
            .ok()?;
        Some((index, &self.items[index]))
    }

    /// How many units each stratum has.
    pub fn strata(&self) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for item in &self.items {
            *counts.entry(item.stratum.as_str()).or_default() += 1;
        }
        counts
    }

    /// The root of the population tree.
    pub fn root(&self) -> Hash {
        root_of(&self.leaves())
    }

    /// The proof that a unit is in the list, for the unit itself.
    pub fn prove(&self, index: u64) -> Result<Vec<Hash>, TreeError> {
        let tiles = Appender::new().append(self.leaves()).tiles;
        let read = |level, index| {
            let tile = tiles
                .iter()
                .find(|tile| (tile.level, tile.index) == (level, index))?;
            Some(tile.bytes.clone())
        };
        Tree::new(self.items.len() as u64, read).inclusion_proof(index)
    }

    fn leaves(&self) -> Vec<Hash> {
        self.items
            .iter()
            .map(|item| leaf_hash(item.leaf_text().as_bytes()))
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::merkle::verify_inclusion;

    fn item(id: &str) -> Item {
        Item {
            id: id.into(),
            stratum: "公办".into(),
            weight: 1,
        }
    }

    #[test]
    fn the_root_does_not_depend_on_the_order_of_the_list() {
        let forward = Population::freeze(vec![item("a"), item("b"), item("丙")]).unwrap();
        let backward = Population::freeze(vec![item("丙"), item("b"), item("a")]).unwrap();
        assert_eq!(forward.root(), backward.root());
        assert_eq!(forward.strata(), BTreeMap::from([("公办", 3)]));
    }

    #[test]
    fn a_unit_gets_its_own_proof() {
        let population = Population::freeze((0..300).map(|i| item(&format!("U{i:04}"))).collect());
        let population = population.unwrap();
        let (index, unit) = population.find("U0280").unwrap();
        let proof = population.prove(index as u64).unwrap();
        let leaf = leaf_hash(unit.leaf_text().as_bytes());
        assert_eq!(
            verify_inclusion(&leaf, 280, 300, &proof, &population.root()),
            Ok(())
        );
        assert!(population.find("U0300").is_none());
    }

    #[test]
    fn wrong_lists_are_refused_with_the_place() {
        let duplicate = Population::freeze(vec![item("a"), item("b"), item("a")]);
        assert_eq!(
            duplicate,
            Err(PopulationError::Duplicate { id: "a".into() })
        );
        let order = Population::frozen(vec![item("b"), item("a")]);
        assert_eq!(order, Err(PopulationError::Order { id: "a".into() }));
        let field = Population::frozen(vec![item("a"), item("b\n")]);
        assert_eq!(field, Err(PopulationError::Field { index: 1 }));
        let weight = Population::frozen(vec![Item {
            weight: 0,
            ..item("a")
        }]);
        assert_eq!(weight, Err(PopulationError::Weight { id: "a".into() }));
    }
}
