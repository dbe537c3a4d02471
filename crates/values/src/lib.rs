//! The values of an office's work: dates, working days and time limits, numbers and rates.
//!
//! Everything above stands on this crate, so it is small in what it asks for (a civil calendar
//! and nothing else) and slow to change. It reads no clock and no file, keeps no floating point,
//! and no text that somebody typed makes it panic. Errors are printed in Chinese, because clerks
//! read them beside the field or the row that they typed.
//!
//! Left out: what a value means in law, which is data of the catalogue.
//!
//! Reading order: [`dates`], [`calendar`], [`decimal`], [`ratio`], [`numerals`],
//! [`money`], [`identifiers`], [`document_number`], [`mask`], [`personal`].

pub mod calendar;
pub mod dates;
pub mod decimal;
pub mod document_number;
pub mod identifiers;
pub mod mask;
pub mod money;
pub mod numerals;
pub mod personal;
pub mod ratio;
