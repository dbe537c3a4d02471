//! Fields: what an entry keeps, of which type, and who sees it.

use crate::{
    definition::Citation,
    id::{FieldId, LedgerId},
};

/// A field of a ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Id, unique within the ledger.
    pub id: FieldId,
    /// Chinese name: form label, sheet column, list heading.
    pub name: String,
    /// What it holds.
    pub kind: FieldType,
    /// Must be filled when the entry is opened.
    pub required: bool,
    /// Can be filtered and sorted by.
    pub index: bool,
    /// What the public and the log's leaves may show.
    pub public: Visibility,
    /// Hint shown with the field.
    pub help: String,
    /// Law that asks for this field.
    pub law: Option<Citation>,
    /// Measure word or unit shown behind the value.
    pub unit: String,
    /// It names a minor: masked for everybody, never public.
    pub minor: bool,
    /// Pattern of the number (案号) that opening an entry takes where the field is left empty; empty
    /// for none.
    pub number: String,
}

/// What may be shown of a field outside the organ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Visibility {
    /// Nothing.
    #[default]
    Hidden,
    /// All of it.
    Shown,
    /// Masked by the rule of its type (a person's name, a number).
    Masked,
}

/// The types of the domain. Values are JSON-shaped: see [`crate::value::Value`].
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// One line, at most `max` characters.
    Text {
        /// Longest value in characters.
        max: u32,
    },
    /// Several lines.
    LongText,
    /// A number with a fixed count of decimals, stored as an integer scaled by `10^decimals`.
    Number {
        /// Decimals kept.
        decimals: u8,
        /// Least value allowed, scaled.
        min: Option<i64>,
        /// Greatest value allowed, scaled.
        max: Option<i64>,
    },
    /// An amount in fen.
    Money,
    /// A civil date.
    Date,
    /// Two dates, both included.
    DateRange,
    /// One of the options.
    Choice {
        /// Options in order.
        options: Vec<String>,
    },
    /// Any of the options.
    Choices {
        /// Options in order.
        options: Vec<String>,
    },
    /// Yes or no.
    Flag,
    /// A district of the organ (its list is part of the organ, not of the catalogue).
    District,
    /// An entry of the subject register, by name.
    Subject,
    /// A school, kindergarten or training institution, by name.
    Unit,
    /// An officer with a certificate, by name.
    Officer,
    /// A natural person's name; personal data.
    Person,
    /// A telephone number; personal data.
    Phone,
    /// A postal address; personal data.
    Address,
    /// A resident identity number; personal data, checksum verified.
    IdentityNumber,
    /// A unified social credit code, checksum verified (a warning, not a refusal).
    CreditCode,
    /// A citation of a statute.
    LawCitation,
    /// A file, by the hash of its content.
    File,
    /// A small table inside the entry.
    Rows {
        /// Its columns; no column is itself `Rows`.
        columns: Vec<Field>,
    },
    /// The key or title of an entry of another ledger.
    Reference {
        /// The other ledger.
        ledger: LedgerId,
    },
}

impl FieldType {
    /// Says whether values of this type are personal data and get a commitment of their own.
    pub fn is_personal(&self) -> bool {
        matches!(
            self,
            Self::Person | Self::Phone | Self::Address | Self::IdentityNumber
        )
    }
}
