//! Growing the tree: one node hash per leaf, each stored hash computed once.

use super::{Peaks, Tree, TreeError, tile_width};
use crate::hash::Hash;
use crate::tile::{TILE_HEIGHT, TILE_WIDTH};

/// The right edge of a tree: all that is needed to append to it.
#[derive(Debug, Clone, Default)]
pub struct Appender {
    peaks: Peaks,
    /// The rightmost tile of each level; it may be empty when the one before has just been filled.
    edges: Vec<Edge>,
}

#[derive(Debug, Clone, Default)]
struct Edge {
    index: u64,
    bytes: Vec<u8>,
    changed: bool,
}

/// A tile to be written over whatever the store has at this place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileChange {
    /// Level of the tile.
    pub level: u8,
    /// Index of the tile in its level.
    pub index: u64,
    /// The whole tile: a multiple of 32 bytes, at most 8192.
    pub bytes: Vec<u8>,
}

/// What an append did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Index of the first leaf of this batch.
    pub first: u64,
    /// Size of the tree afterwards.
    pub size: u64,
    /// Root of the tree afterwards.
    pub root: Hash,
    /// The tiles to write, each named once, in the order of level and index.
    pub tiles: Vec<TileChange>,
}

impl Appender {
    /// The appender of an empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up a stored tree of a known size; reads at most the rightmost tile of each level.
    /// A stored tile may be wider than the size says (a write that was not acknowledged): the
    /// surplus is cut and overwritten by the next append.
    pub fn load(
        size: u64,
        mut read_tile: impl FnMut(u8, u64) -> Option<Vec<u8>>,
    ) -> Result<Self, TreeError> {
        let mut edges = Vec::new();
        for level in 0u8.. {
            let shift = u32::from(level) * TILE_HEIGHT;
            let hashes = if shift < 64 { size >> shift } else { 0 };
            if hashes == 0 {
                break;
            }
            let index = hashes / TILE_WIDTH as u64;
            let needed = tile_width(level, index, size);
            let mut bytes = Vec::new();
            if needed > 0 {
                bytes = read_tile(level, index).ok_or(TreeError::MissingTile { level, index })?;
                if bytes.len() < needed * 32 {
                    let bytes = bytes.len();
                    return Err(TreeError::ShortTile {
                        level,
                        index,
                        needed,
                        bytes,
                    });
                }
                bytes.truncate(needed * 32);
            }
            edges.push(Edge {
                index,
                bytes,
                changed: false,
            });
        }
        let from_edges = |level: u8, index: u64| {
            let edge = edges
                .get(usize::from(level))
                .filter(|edge| edge.index == index)?;
            Some(edge.bytes.clone())
        };
        let roots = Tree::new(size, from_edges).peaks()?;
        Ok(Self {
            peaks: Peaks { size, roots },
            edges,
        })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.peaks.size
    }

    /// The root of the tree as it stands.
    pub fn root(&self) -> Hash {
        self.peaks.root()
    }

    /// Appends leaf hashes and says what to store.
    pub fn append(&mut self, leaves: impl IntoIterator<Item = Hash>) -> Appended {
        let first = self.peaks.size;
        let mut tiles = Vec::new();
        for leaf in leaves {
            let edges = &mut self.edges;
            self.peaks.push(leaf, |height, node| {
                if height % TILE_HEIGHT == 0 {
                    store_hash(edges, (height / TILE_HEIGHT) as usize, node, &mut tiles);
                }
            });
        }
        for (level, edge) in (0u8..).zip(&mut self.edges) {
            if std::mem::take(&mut edge.changed) {
                tiles.push(TileChange {
                    level,
                    index: edge.index,
                    bytes: edge.bytes.clone(),
                });
            }
        }
        tiles.sort_unstable_by_key(|tile| (tile.level, tile.index));
        Appended {
            first,
            size: self.peaks.size,
            root: self.peaks.root(),
            tiles,
        }
    }
}

/// Adds a hash to the edge of its level; a tile that it fills is handed out at once.
fn store_hash(edges: &mut Vec<Edge>, level: usize, node: Hash, full: &mut Vec<TileChange>) {
    if edges.len() == level {
        edges.push(Edge::default());
    }
    let Some(edge) = edges.get_mut(level) else {
        return;
    };
    if edge.bytes.capacity() == 0 {
        edge.bytes.reserve_exact(TILE_WIDTH * 32);
    }
    edge.bytes.extend_from_slice(&node.0);
    edge.changed = true;
    if edge.bytes.len() == TILE_WIDTH * 32 {
        let bytes = std::mem::take(&mut edge.bytes);
        full.push(TileChange {
            level: level as u8,
            index: edge.index,
            bytes,
        });
        edge.index += 1;
        edge.changed = false;
    }
}
