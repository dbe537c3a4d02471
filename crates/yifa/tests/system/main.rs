//! The whole system, assembled as it runs: the program at a terminal, demonstration years against
//! the published figures, reports entered from scratch, draws with their witnesses, and what the
//! sources and the list of duties promise. One program, so that it is linked once.

mod cli;
mod coverage;
mod draw;
mod duties;
mod from_scratch;
mod planted;
mod published;
mod reimport;
mod tidy;
mod years;
