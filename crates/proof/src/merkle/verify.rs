//! Verifying proofs with nothing but hashes (RFC 9162, sections 2.1.3.2 and 2.1.4.2).

use super::ProofError;
use crate::hash::{Hash, node_hash};

/// The root to which an inclusion proof leads.
pub fn root_from_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
) -> Result<Hash, ProofError> {
    if size <= index {
        return Err(ProofError::OutOfRange);
    }
    let (mut node, mut last) = (index, size - 1);
    let mut root = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if node & 1 == 1 || node == last {
            root = node_hash(sibling, &root);
            // The last node of a row without a sibling rises unchanged until it has one.
            let rows = if node & 1 == 1 {
                0
            } else {
                node.trailing_zeros().min(63)
            };
            node >>= rows;
            last >>= rows;
        } else {
            root = node_hash(&root, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 {
        Ok(root)
    } else {
        Err(ProofError::WrongLength)
    }
}

/// Whether a leaf is in the tree with this size and root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if root_from_inclusion(leaf, index, size, proof)? == *root {
        Ok(())
    } else {
        Err(ProofError::RootMismatch)
    }
}

/// Whether the tree of the old size and root is the beginning of the new one.
/// From size 0 nothing can be proven: that is out of range.
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    if old == 0 || new < old {
        return Err(ProofError::OutOfRange);
    }
    if old == new {
        return match (proof.is_empty(), old_root == new_root) {
            (false, _) => Err(ProofError::WrongLength),
            (true, false) => Err(ProofError::RootMismatch),
            (true, true) => Ok(()),
        };
    }
    let mut hashes = proof.iter();
    let first = if old.is_power_of_two() {
        *old_root
    } else {
        *hashes.next().ok_or(ProofError::WrongLength)?
    };
    let rows = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> rows, (new - 1) >> rows);
    let (mut old_side, mut new_side) = (first, first);
    for sibling in hashes {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if node & 1 == 1 || node == last {
            old_side = node_hash(sibling, &old_side);
            new_side = node_hash(sibling, &new_side);
            let rows = if node & 1 == 1 {
                0
            } else {
                node.trailing_zeros().min(63)
            };
            node >>= rows;
            last >>= rows;
        } else {
            new_side = node_hash(&new_side, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::WrongLength);
    }
    if old_side == *old_root && new_side == *new_root {
        Ok(())
    } else {
        Err(ProofError::RootMismatch)
    }
}
