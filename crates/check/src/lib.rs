//! The report checker: text in, findings out. (Being built; the number reader stands.)

mod arithmetic;
pub mod decimal;
pub mod document;
mod facts;
mod finding;
pub mod numbers;

pub use decimal::Decimal;
pub use document::{Block, Document, Location};
pub use finding::{Finding, Origin, Related, Severity, finding_json};
pub use numbers::{Kind, Number, Qualifier, Unit, UnitClass, read_numbers};
mod engine;
mod options;
mod rules;
pub mod statutes;
pub use engine::{Input, Report, check};
pub use options::{Extent, Options};
pub use rules::Group;
