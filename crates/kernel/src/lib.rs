//! Decide, apply, clocks, figures: what the law makes of an act, as pure functions.
//!
//! ```text
//! decide(ledger, state, command, who, when) -> Result<Vec<Event>, Refusal>
//! apply(state, event)                       -> state        // cannot fail
//! contributions(ledger, state)              -> what the entry adds to each figure
//! evaluate(catalogue, figure, ask, folds)   -> the figure, exactly
//! ```
//!
//! Nothing here reads a clock, a file or a database, and nothing is async: `app` does that and
//! passes plain values in ([`facts`]). Reading order: [`event`], [`state`], [`happened`],
//! [`again`], [`mod@decide`], [`clock`], [`contribution`], [`figure`], [`simulate`].

pub mod again;
pub mod clock;
pub mod contribution;
pub mod decide;
pub mod event;
pub mod facts;
pub mod figure;
pub mod happened;
pub mod kept;
pub mod refusal;
pub mod simulate;
pub mod spelling;
pub mod state;

pub use clock::{Running, Standing, clocks};
pub use contribution::{Contribution, contributions};
pub use decide::{Command, Who, decide};
pub use event::{Event, Happening};
pub use facts::{CaseAct, Certificate, Facts, Lead, Matter, Officer, SubcaseFact};
pub use figure::{Answer, Ask, Folds, evaluate};
pub use refusal::Refusal;
pub use state::{Done, State, apply, apply_owned, replay};
