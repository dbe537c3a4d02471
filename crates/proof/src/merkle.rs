//! The Merkle tree of RFC 6962 over stored tiles.
//!
//! What a store keeps is one row of bytes per tile (level, index); see [`crate::tile`].
//! [`Appender`] grows the tree with one hash per leaf and says which tiles changed; [`Tree`] reads
//! tiles through a closure and answers with roots and proofs; the `verify` functions need neither.
//!
//! Guarantees: appending, recomputing and proving agree for every size; no function panics on any
//! input. Left out: durability and concurrency, which are the store's.

use crate::hash::{EMPTY_ROOT, Hash, node_hash};
use crate::tile::{TILE_HEIGHT, TILE_WIDTH};

mod append;
mod prove;
mod verify;

pub use append::{Appended, Appender, TileChange};
pub use prove::Tree;
pub use verify::{root_from_inclusion, verify_consistency, verify_inclusion};

/// Why stored tiles do not give the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A tile that the size demands is not there.
    #[error("tile {index} of level {level} is missing")]
    MissingTile {
        /// Level of the tile.
        level: u8,
        /// Index of the tile in its level.
        index: u64,
    },
    /// A tile is there, but holds too few hashes or is no sequence of hashes.
    #[error("tile {index} of level {level} has {bytes} bytes, {needed} hashes are needed")]
    ShortTile {
        /// Level of the tile.
        level: u8,
        /// Index of the tile in its level.
        index: u64,
        /// How many hashes the size demands.
        needed: usize,
        /// How many bytes are stored.
        bytes: usize,
    },
    /// A leaf or a size outside of the tree was asked for.
    #[error("{asked} lies outside of a tree of {size} leaves")]
    OutOfRange {
        /// The leaf or the smaller size.
        asked: u64,
        /// The size of the tree.
        size: u64,
    },
}

/// Why a proof does not convince.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf is not below the size, or the sizes are in the wrong order.
    #[error("the position lies outside of the tree")]
    OutOfRange,
    /// The proof has more or fewer hashes than its position demands.
    #[error("the proof has the wrong number of hashes")]
    WrongLength,
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    RootMismatch,
}

/// The root of a tree held as a list of leaf hashes.
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut appender = Peaks::default();
    for leaf in leaves {
        appender.push(*leaf, |_, _| {});
    }
    appender.root()
}

/// The roots of the perfect subtrees that make up a tree, from the largest to the smallest.
#[derive(Debug, Clone, Default)]
struct Peaks {
    size: u64,
    /// One per set bit of `size`, from the highest bit to the lowest.
    roots: Vec<Hash>,
}

impl Peaks {
    /// Adds a leaf and reports every node that becomes final, with its height.
    fn push(&mut self, leaf: Hash, mut finished: impl FnMut(u32, Hash)) {
        let mut node = leaf;
        finished(0, node);
        for height in 0..self.size.trailing_ones() {
            let Some(left) = self.roots.pop() else { break };
            node = node_hash(&left, &node);
            finished(height + 1, node);
        }
        self.roots.push(node);
        self.size += 1;
    }

    fn root(&self) -> Hash {
        let mut peaks = self.roots.iter().rev();
        let Some(&smallest) = peaks.next() else {
            return EMPTY_ROOT;
        };
        peaks.fold(smallest, |right, left| node_hash(left, &right))
    }
}

/// The size of the left part: the largest power of two below a size of at least two.
fn split(size: u64) -> u64 {
    1 << (63 - (size - 1).leading_zeros())
}

/// How many hashes the tile at an index holds in a tree of a size; the last one may be partial.
fn tile_width(level: u8, index: u64, size: u64) -> usize {
    let shift = u32::from(level) * TILE_HEIGHT;
    let hashes = if shift < 64 { size >> shift } else { 0 };
    let before = index.saturating_mul(TILE_WIDTH as u64);
    hashes.saturating_sub(before).min(TILE_WIDTH as u64) as usize
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
