//! Beacon rounds that a server fetches by itself, where its office allows that: what is waited for,
//! and what came. How it is fetched is not known here; whatever came is verified by its signature
//! like a value that was typed in, so the relay need not be trusted.

use std::sync::Arc;

use proof::draw::{beacon::Chain, source::Source};

use super::Stage;
use crate::{App, authorise::Actor, error::Result};

/// A round that a frozen draw waits for and that is known by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundDue {
    /// The organ.
    pub organ: String,
    /// The draw.
    pub draw: String,
    /// The source, as the plan names it.
    pub source: String,
    /// The chain.
    pub chain: Chain,
    /// The round.
    pub round: u64,
}

/// Draws looked at.
const RECENT: usize = 50;

impl App {
    /// The same system, where rounds of beacons come from a relay by themselves.
    #[must_use]
    pub fn with_relay(mut self, relay: Option<String>) -> Self {
        self.relay = relay.map(Arc::from);
        self
    }

    /// The relay that rounds come from by themselves, if there is one.
    pub fn relay(&self) -> Option<&str> {
        self.relay.as_deref()
    }

    /// The rounds that are waited for and known by now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn rounds_due(&self) -> Result<Vec<RoundDue>> {
        let now = self.clock.now().as_second();
        let mut due = Vec::new();
        for organ in self.organs().map(|organ| organ.id.clone()) {
            let organ = organ.as_str();
            for row in self.store.read(|db| db.draws(organ, RECENT))? {
                if row.stage != Stage::Frozen.text() {
                    continue;
                }
                let draw = self
                    .store
                    .read(|db| self.load_draw(db, organ, &row.draw_id))?;
                for source in &draw.plan.sources {
                    let Ok(Source::Beacon(chain, round)) = source.name.parse() else {
                        continue;
                    };
                    let known = draw.sources.iter().any(|value| value.name == source.name);
                    if !known && chain.round_time(round) <= now {
                        due.push(RoundDue {
                            organ: organ.to_owned(),
                            draw: draw.id.clone(),
                            source: source.name.clone(),
                            chain,
                            round,
                        });
                    }
                }
            }
        }
        Ok(due)
    }

    /// Takes what a relay answered, verified.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn take_round(&self, due: &RoundDue, answer: &str) -> Result<()> {
        self.draw_value(&Actor::system(&due.organ), &due.draw, &due.source, answer)
    }
}
