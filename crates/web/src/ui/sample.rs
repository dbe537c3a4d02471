//! Samples: each component shows itself empty, usual, full and erroneous.
//!
//! The gallery page and the tests read the same samples, so a broken state fails before a clerk
//! meets it.

use maud::Markup;

/// One state of a component.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Which state: `empty`, `usual`, `full` or `erroneous`, or a name of its own.
    pub state: &'static str,
    /// How it looks.
    pub markup: Markup,
}

impl Sample {
    /// A state with a name of its own.
    pub fn named(state: &'static str, markup: Markup) -> Self {
        Self { state, markup }
    }

    /// Nothing there yet.
    pub fn empty(markup: Markup) -> Self {
        Self::named("empty", markup)
    }

    /// What is seen on most days.
    pub fn usual(markup: Markup) -> Self {
        Self::named("usual", markup)
    }

    /// Everything it can show at once, with long texts.
    pub fn full(markup: Markup) -> Self {
        Self::named("full", markup)
    }

    /// Something is wrong and it says what.
    pub fn erroneous(markup: Markup) -> Self {
        Self::named("erroneous", markup)
    }
}
