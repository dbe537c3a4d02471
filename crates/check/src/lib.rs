//! The report checker: text in, findings out. (Being built; the number reader stands.)

pub mod decimal;
pub mod numbers;

pub use decimal::Decimal;
pub use numbers::{Kind, Number, Qualifier, Unit, UnitClass, read_numbers};
