//! Time and chance, passed in: outputs are reproducible and deadlines testable.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use jiff::{Timestamp, tz};
use values::dates::Date;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's clock, shifted by so many seconds: a demonstration that goes on in its year.
    Shifted(i64),
    /// A clock that stands until it is moved: demonstration years and tests.
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` (seconds since 1970, UTC).
    pub fn simulated(now: Timestamp) -> Self {
        Self::Simulated(Arc::new(AtomicI64::new(now.as_second())))
    }
    /// The machine's clock, shifted so that it is `now` at this moment.
    pub fn shifted_to(now: Timestamp) -> Self {
        Self::Shifted(now.as_second() - machine())
    }
    /// Moves a simulated clock; the machine's clock cannot be moved.
    pub fn set(&self, now: Timestamp) {
        if let Self::Simulated(seconds) = self {
            seconds.store(now.as_second(), Ordering::Relaxed);
        }
    }
    /// Now, to the second.
    pub fn now(&self) -> Timestamp {
        let seconds = match self {
            Self::System => machine(),
            Self::Shifted(seconds) => machine().saturating_add(*seconds),
            Self::Simulated(seconds) => seconds.load(Ordering::Relaxed),
        };
        Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
    }
    /// Today in China. The zone has had no change since 1991, so no zone database is needed.
    pub fn today(&self) -> Date {
        civil(self.now())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the machine's clock"
)]
fn machine() -> i64 {
    Timestamp::now().as_second()
}

/// The civil date in China of an instant.
pub fn civil(at: Timestamp) -> Date {
    at.to_zoned(tz::TimeZone::fixed(tz::offset(8))).date()
}

/// Where chance comes from: salts, ids, session tokens.
#[derive(Clone, Debug)]
pub enum Chance {
    /// The operating system.
    System,
    /// A fixed sequence: demonstration years and tests. Never for real secrets.
    Seeded(Arc<AtomicU64>),
}

impl Chance {
    /// A fixed sequence.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(AtomicU64::new(seed)))
    }
    /// Fills a buffer.
    pub fn fill(&self, buffer: &mut [u8]) {
        match self {
            Self::System => {
                // Without chance there are no salts and no sessions: nothing may go on.
                #[expect(clippy::expect_used, reason = "the system without randomness is lost")]
                getrandom::fill(buffer).expect("the operating system gives no randomness");
            }
            Self::Seeded(state) => {
                for chunk in buffer.chunks_mut(8) {
                    let word = splitmix(state.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed));
                    chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
                }
            }
        }
    }
    /// 32 random bytes.
    pub fn bytes32(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }
    /// A UUID of version 7: sortable by the time it was made.
    pub fn uuid7(&self, now: Timestamp) -> String {
        Ids::new(self, now).next_id()
    }
}

/// UUIDs of version 7 of one moment, each after the one before: what is written together then lies
/// together, in the order in which it was given (RFC 9562, monotonic random).
#[derive(Debug)]
pub struct Ids {
    millis: u64,
    /// The 74 random bits, the topmost clear so that counting on does not overflow.
    random: u128,
}

impl Ids {
    /// The ids of a moment, from a random one on.
    pub fn new(chance: &Chance, now: Timestamp) -> Self {
        let mut bytes = [0; 16];
        chance.fill(&mut bytes);
        Self {
            millis: u64::try_from(now.as_millisecond()).unwrap_or(0),
            random: u128::from_be_bytes(bytes) >> 55,
        }
    }

    /// The next one.
    pub fn next_id(&mut self) -> String {
        self.random += 1;
        let (high, low) = ((self.random >> 62) as u64, self.random as u64);
        let first = self.millis << 16 | 0x7000 | high & 0x0fff;
        let second = 1 << 63 | low & (u64::MAX >> 2);
        let hex = format!("{first:016x}{second:016x}");
        [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ]
        .join("-")
    }
}

/// The splitmix64 mixing function.
fn splitmix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_are_version_7() {
        let chance = Chance::seeded(1);
        let early = chance.uuid7(Timestamp::from_second(1_650_000_000).expect("in range"));
        let late = chance.uuid7(Timestamp::from_second(1_650_000_001).expect("in range"));
        assert!(early < late);
        assert_eq!(&early[14..15], "7");
        assert_eq!(early.len(), 36);
    }

    #[test]
    fn ids_of_one_moment_are_in_order_and_belong_to_it() {
        let chance = Chance::seeded(3);
        let now = Timestamp::from_second(1_650_000_000).expect("in range");
        let mut ids = Ids::new(&chance, now);
        let some: Vec<String> = (0..1_000).map(|_| ids.next_id()).collect();
        assert!(some.is_sorted_by(|a, b| a < b));
        let moment = &some[0][..13];
        assert!(some.iter().all(|id| id.len() == 36 && &id[..13] == moment));
        assert!(
            some.iter().all(|id| "89ab".contains(&id[19..20])),
            "the variant"
        );
        assert_ne!(Ids::new(&chance, now).next_id()[19..], some[0][19..]);
    }

    #[test]
    fn the_day_changes_at_midnight_in_china() {
        let clock = Clock::simulated("2022-12-31T15:59:59Z".parse().expect("an instant"));
        assert_eq!(clock.today().to_string(), "2022-12-31");
        clock.set("2022-12-31T16:00:00Z".parse().expect("an instant"));
        assert_eq!(clock.today().to_string(), "2023-01-01");
    }
}
