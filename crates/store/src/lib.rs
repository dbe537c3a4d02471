//! Rows and SQL: the only place with SQL.
//!
//! It guarantees that what was acknowledged is on the disk, that a reader sees one moment, and that
//! roll-ups agree with what they roll up. It knows envelopes and rows: texts of JSON pass through
//! unread, what they mean is for the kernel, and only `app` joins the two.
//!
//! Read [`Store`] first, then [`Db`] noun by noun; `migrations/` has the tables.

mod account;
mod audit;
mod blob;
mod collection;
mod contribution;
mod counter;
mod credential;
mod deadline;
mod distinct;
mod double;
mod draw;
mod engine;
mod entry;
mod erasure;
mod error;
mod event;
mod figure;
mod files;
mod hand_in;
mod handover;
mod homing;
mod identity;
mod import_batch;
mod inbox;
mod keeper;
mod list;
mod log;
mod mention;
mod meta;
mod migrate;
mod notice;
mod organ;
mod paper;
mod participation;
mod period;
mod pool;
mod portal;
mod post;
mod role_grant;
mod scan;
mod scope;
mod search;
mod security_key;
mod session;
mod sql;
mod store;
mod text;
mod tokens;
mod unit;
mod upload;
mod value;
mod witness;

#[cfg(test)]
mod tests;

pub use account::AccountRow;
pub use audit::{AuditQuery, AuditRow};
pub use blob::BlobRow;
pub use collection::CollectionRow;
pub use contribution::{ContributionRow, Sums};
pub use credential::CredentialRow;
pub use deadline::{DeadlineQuery, DeadlineRow, OutcomeRow};
pub use distinct::{ItemSums, rows_of as distinct_rows_of};
pub use draw::{DrawEventRow, DrawRow, FieldRecordRow};
pub use entry::{EntryRow, KeyRow};
pub use erasure::ErasureRow;
pub use error::{StoreError, constraint};
pub use event::EventRow;
pub use figure::{
    DistinctRow, FigureCursor, FigureEntry, FigureQuery, LatestRow, Listed, MonthRow, SumRow,
};
pub use files::{Files, ReadSeek};
pub use hand_in::HandInRow;
pub use handover::{Handed, HandoverError};
pub use identity::{IdentityLinkRow, IdentityProviderRow};
pub use import_batch::ImportBatchRow;
pub use inbox::InboxRow;
pub use keeper::KeeperRow;
pub use list::{Count, Cursor, Filter, FilterOp, ListQuery, Page, Sort};
pub use log::{CheckpointRow, LeafRow};
pub use mention::{MentionIn, MentionRow};
pub use notice::{DigestRow, NoticeRow};
pub use organ::{OrganRow, PartRow};
pub use paper::{EvidenceRow, KEPT_TABLES, PaperRow, ProcessRow};
pub use participation::{AnswerRow, CandidateRow, ExamAnswerRow, ExamUnitRow, RoundRow};
pub use portal::PageViewRow;
pub use post::PostRow;
pub use role_grant::GrantRow;
pub use scan::{
    LedgerCountRow, RollupDayRow, RollupDistinctRow, RollupItemRow, RollupRow, RollupYearRow,
};
pub use scope::RowFilter;
pub use search::{SearchGroup, SearchHit, SearchText, SearchWithin, Written};
pub use security_key::SecurityKeyRow;
pub use session::SessionRow;
pub use sql::Db;
pub use store::{Store, Target};
pub use tokens::words_of;
pub use unit::UnitRow;
pub use upload::UploadRow;
pub use value::{UNIT_FIELD, ValueRow, decode_integer, encode_integer, indexed_text};
