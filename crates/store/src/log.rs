//! The log's leaves, tiles and checkpoints. They belong to the deployment, not to an organ.
//!
//! The store keeps bytes; what they mean and whether they agree is for `proof` and `app`.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// One leaf of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafRow {
    /// Position in the log, from 0 without gaps.
    pub leaf_index: u64,
    /// The organ whose event it is.
    pub organ_id: String,
    /// The ledger of the entry.
    pub ledger: String,
    /// The entry.
    pub entry_id: String,
    /// The event's number within the entry.
    pub seq: u64,
    /// The bytes that are hashed.
    pub data: Vec<u8>,
}

/// A signed head of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointRow {
    /// How many leaves it covers.
    pub size: u64,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub created_at: String,
}

/// Last row by row id.
const SIZE: &str = "SELECT leaf_index + 1 FROM log_leaf ORDER BY leaf_index DESC LIMIT 1";
/// Row id.
const PUT_LEAF: &str = "INSERT INTO log_leaf (organ_id, ledger, seq, leaf_index, entry_id, data)
    VALUES ($1, $2, $3, $4, $5, $6)";
/// Row id.
const LEAVES: &str = "SELECT leaf_index, organ_id, ledger, entry_id, seq, data FROM log_leaf
    WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2";
/// Primary key.
const TILE: &str = "SELECT hashes FROM log_tile WHERE level = $1 AND tile_index = $2";
/// Primary key.
const PUT_TILE: &str = "INSERT INTO log_tile (level, tile_index, hashes) VALUES ($1, $2, $3)
    ON CONFLICT (level, tile_index) DO UPDATE SET hashes = excluded.hashes";
/// Row id.
const PUT_CHECKPOINT: &str = "INSERT INTO log_checkpoint (size, note, created_at)
    VALUES ($1, $2, $3)
    ON CONFLICT (size) DO UPDATE SET note = excluded.note, created_at = excluded.created_at";
/// Last row by row id.
const LAST_CHECKPOINT: &str = "SELECT size, note, created_at FROM log_checkpoint
    ORDER BY size DESC LIMIT 1";
/// Row id.
const CHECKPOINTS: &str = "SELECT size, note, created_at FROM log_checkpoint
    WHERE size >= $1 ORDER BY size LIMIT $2";

/// Row id.
const IMPOSSIBLE_CHECKPOINTS: &str = "SELECT size FROM log_checkpoint
    WHERE size < 0 ORDER BY size";

fn leaf(row: &Row<'_>) -> Result<LeafRow, StoreError> {
    Ok(LeafRow {
        leaf_index: row.natural(0)?,
        organ_id: row.text(1)?,
        ledger: row.text(2)?,
        entry_id: row.text(3)?,
        seq: row.natural(4)?,
        data: row.blob(5)?,
    })
}

fn checkpoint(row: &Row<'_>) -> Result<CheckpointRow, StoreError> {
    Ok(CheckpointRow {
        size: row.natural(0)?,
        note: row.text(1)?,
        created_at: row.text(2)?,
    })
}

impl Db {
    /// How many leaves the log has.
    pub fn log_size(&self) -> Result<u64, StoreError> {
        Ok(self
            .query_one(SIZE, &[], |row| row.natural(0))?
            .unwrap_or(0))
    }

    /// Append leaves. A position that is taken is refused.
    pub fn put_leaves(&self, leaves: &[LeafRow]) -> Result<(), StoreError> {
        self.insert_all(
            PUT_LEAF,
            leaves.iter().map(|l| {
                args![
                    &l.organ_id,
                    &l.ledger,
                    l.seq,
                    l.leaf_index,
                    &l.entry_id,
                    &l.data
                ]
            }),
        )
    }

    /// Leaves from a position on, in order.
    pub fn leaves(&self, from: u64, limit: usize) -> Result<Vec<LeafRow>, StoreError> {
        self.query(LEAVES, &args![from, limit], leaf)
    }

    /// The hashes of a tile, full or partial.
    pub fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.query_one(TILE, &args![u32::from(level), index], |row| row.blob(0))
    }

    /// Write tiles `(level, index, hashes)`; a partial tile gives way to a fuller one.
    pub fn put_tiles(&self, tiles: &[(u8, u64, Vec<u8>)]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT_TILE)?;
        for (level, index, hashes) in tiles {
            statement.execute(&args![u32::from(*level), *index, hashes])?;
        }
        Ok(())
    }

    /// Keep a checkpoint; one of the same size (with more signatures, say) takes its place.
    pub fn put_checkpoint(&self, row: &CheckpointRow) -> Result<(), StoreError> {
        self.execute(PUT_CHECKPOINT, &args![row.size, &row.note, &row.created_at])
            .map(drop)
    }

    /// The checkpoint that covers most.
    pub fn last_checkpoint(&self) -> Result<Option<CheckpointRow>, StoreError> {
        self.query_one(LAST_CHECKPOINT, &[], checkpoint)
    }

    /// Sizes of checkpoints that no log can have: somebody changed their rows.
    pub fn impossible_checkpoints(&self) -> Result<Vec<i64>, StoreError> {
        self.query(IMPOSSIBLE_CHECKPOINTS, &[], |row| row.int(0))
    }

    /// Checkpoints that cover at least `from_size` leaves, smallest first.
    pub fn checkpoints(
        &self,
        from_size: u64,
        limit: usize,
    ) -> Result<Vec<CheckpointRow>, StoreError> {
        self.query(CHECKPOINTS, &args![from_size, limit], checkpoint)
    }
}
