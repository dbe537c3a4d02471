//! Names of things in the catalogue: one type per kind, so that a field cannot be passed for a stage.
//!
//! Shape: lower-case ASCII letters, digits and `_`, beginning with a letter, at most 64 bytes.
//! That makes an id safe in URLs, in SQL values, in CEL and in file names alike.

use std::{borrow::Borrow, fmt, ops::Deref, sync::Arc};

/// Says whether `text` has the shape of an id.
pub fn is_id(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id, if `text` has the shape of one.
            pub fn new(text: &str) -> Option<Self> {
                is_id(text).then(|| Self(text.into()))
            }
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    )*};
}

id_types! {
    /// A ledger (台账).
    LedgerId;
    /// A field of a ledger, or a column of a list-of-rows field.
    FieldId;
    /// A figure (数据); unique over the whole catalogue and stable across versions.
    FigureId;
    /// A stage (环节) of a procedure.
    StageId;
    /// An action (办理) of a procedure.
    ActionId;
    /// A branch (并行事项) beside the stages.
    BranchId;
    /// A kind of subcase (子案).
    SubcaseId;
    /// A clock (期限).
    ClockId;
    /// A document (文书).
    DocumentId;
    /// A section (科室) of an organ.
    SectionId;
    /// A role: who may do an action.
    RoleId;
    /// A module: a folder of the catalogue.
    ModuleId;
    /// A report template.
    TemplateId;
}
