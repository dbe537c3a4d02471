//! Roots and proofs out of stored tiles.

use super::{TreeError, split, tile_width};
use crate::hash::{EMPTY_ROOT, Hash, node_hash};
use crate::tile::{TILE_HEIGHT, TILE_WIDTH};

/// A tree of some size, read through a function that hands out stored tiles.
///
/// The function gets level and index and gives the stored bytes; a tile wider than this size
/// demands is fine, since later hashes only follow earlier ones. So one store answers for every
/// size it ever had.
pub struct Tree<R> {
    size: u64,
    read_tile: R,
    /// The tile read last: neighbouring questions mostly fall into it.
    last: Option<(u8, u64, Vec<u8>)>,
}

impl<R: FnMut(u8, u64) -> Option<Vec<u8>>> Tree<R> {
    /// A view of the first `size` leaves.
    pub fn new(size: u64, read_tile: R) -> Self {
        Self {
            size,
            read_tile,
            last: None,
        }
    }

    /// The root of the tree.
    pub fn root(&mut self) -> Result<Hash, TreeError> {
        self.range_root(0, self.size)
    }

    /// The hash of one leaf.
    pub fn leaf(&mut self, index: u64) -> Result<Hash, TreeError> {
        if self.size <= index {
            return Err(TreeError::OutOfRange {
                asked: index,
                size: self.size,
            });
        }
        self.subtree(0, index)
    }

    /// The inclusion proof of a leaf, from its sibling up to the child of the root.
    pub fn inclusion_proof(&mut self, index: u64) -> Result<Vec<Hash>, TreeError> {
        if self.size <= index {
            return Err(TreeError::OutOfRange {
                asked: index,
                size: self.size,
            });
        }
        let (mut start, mut end) = (0, self.size);
        let mut proof = Vec::new();
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                proof.push(self.range_root(middle, end)?);
                end = middle;
            } else {
                proof.push(self.range_root(start, middle)?);
                start = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// The proof that the tree of an earlier size is the beginning of this one; empty for the same
    /// size and for size 0, from which nothing can be proven.
    pub fn consistency_proof(&mut self, old: u64) -> Result<Vec<Hash>, TreeError> {
        if self.size < old {
            return Err(TreeError::OutOfRange {
                asked: old,
                size: self.size,
            });
        }
        if old == 0 || old == self.size {
            return Ok(Vec::new());
        }
        let (mut start, mut end) = (0, self.size);
        let mut proof = Vec::new();
        while end != old {
            let middle = start + split(end - start);
            if old <= middle {
                proof.push(self.range_root(middle, end)?);
                end = middle;
            } else {
                proof.push(self.range_root(start, middle)?);
                start = middle;
            }
        }
        if start != 0 {
            proof.push(self.range_root(start, end)?);
        }
        proof.reverse();
        Ok(proof)
    }

    /// The roots of the perfect subtrees, from the largest to the smallest.
    pub(super) fn peaks(&mut self) -> Result<Vec<Hash>, TreeError> {
        self.peaks_of(0, self.size)
    }

    /// The root of the leaves `start..end`, which must begin a subtree.
    fn range_root(&mut self, start: u64, end: u64) -> Result<Hash, TreeError> {
        let peaks = self.peaks_of(start, end)?;
        let mut peaks = peaks.into_iter().rev();
        let Some(smallest) = peaks.next() else {
            return Ok(EMPTY_ROOT);
        };
        Ok(peaks.fold(smallest, |right, left| node_hash(&left, &right)))
    }

    fn peaks_of(&mut self, mut start: u64, end: u64) -> Result<Vec<Hash>, TreeError> {
        let mut peaks = Vec::new();
        while start < end {
            let height = 63 - (end - start).leading_zeros();
            peaks.push(self.subtree(height, start >> height)?);
            start += 1 << height;
        }
        Ok(peaks)
    }

    /// The root of the perfect subtree of a height at an index: the tile below it, hashed up.
    fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, TreeError> {
        let level = (height / TILE_HEIGHT) as u8;
        let above = height % TILE_HEIGHT;
        let first = index << above;
        let within = (first % TILE_WIDTH as u64) as usize;
        let width = 1usize << above;
        let bytes = self.tile(level, first / TILE_WIDTH as u64, within + width)?;
        let mut hashes: Vec<Hash> = bytes[within * 32..(within + width) * 32]
            .chunks_exact(32)
            .filter_map(Hash::from_slice)
            .collect();
        while hashes.len() > 1 {
            hashes = hashes
                .chunks_exact(2)
                .map(|pair| node_hash(&pair[0], &pair[1]))
                .collect();
        }
        Ok(hashes[0])
    }

    /// A stored tile with at least as many hashes as needed.
    fn tile(&mut self, level: u8, index: u64, needed: usize) -> Result<&[u8], TreeError> {
        let known = matches!(&self.last, Some((l, i, _)) if (*l, *i) == (level, index));
        if !known {
            let bytes =
                (self.read_tile)(level, index).ok_or(TreeError::MissingTile { level, index })?;
            self.last = Some((level, index, bytes));
        }
        let bytes = self.last.as_ref().map_or(&[][..], |(_, _, bytes)| bytes);
        let wanted = tile_width(level, index, self.size).max(needed);
        if bytes.len() < wanted * 32 {
            let bytes = bytes.len();
            return Err(TreeError::ShortTile {
                level,
                index,
                needed: wanted,
                bytes,
            });
        }
        Ok(bytes)
    }
}
