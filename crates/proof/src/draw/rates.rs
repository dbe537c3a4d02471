//! How many units each stratum gives.
//!
//! A stratum has a fixed number or a rate. The strata with rates are rounded together by largest
//! remainders, so that the whole is never below what the rates promise and no stratum is moved by
//! more than one.

/// Parts in a rate of one.
pub const RATE_ONE: u64 = 1_000_000;

/// What the plan says for a stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// A number of units.
    Count(u64),
    /// Millionths of the units of the stratum, at most [`RATE_ONE`].
    Rate(u64),
}

/// A stratum with its number of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stratum<'a> {
    /// Name of the stratum.
    pub name: &'a str,
    /// How many units it has.
    pub units: u64,
    /// What the plan says.
    pub share: Share,
}

/// How many are drawn from each stratum, in the order of the strata given.
pub fn allot(strata: &[Stratum]) -> Vec<u64> {
    let mut taken = Vec::with_capacity(strata.len());
    // Of the strata with a rate: remainder, name, place.
    let mut remainders: Vec<(u128, &str, usize)> = Vec::new();
    let mut parts_left = 0u128;
    for (place, stratum) in strata.iter().enumerate() {
        match stratum.share {
            Share::Count(count) => taken.push(count.min(stratum.units)),
            Share::Rate(rate) => {
                let one = u128::from(RATE_ONE);
                let parts = u128::from(stratum.units) * u128::from(rate.min(RATE_ONE));
                taken.push(u64::try_from(parts / one).unwrap_or(u64::MAX));
                parts_left += parts % one;
                remainders.push((parts % one, stratum.name, place));
            }
        }
    }
    let seats = parts_left.div_ceil(u128::from(RATE_ONE));
    remainders.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    for (_, (_, _, place)) in (0..seats).zip(remainders) {
        taken[place] += 1;
    }
    taken
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rates(units: &[(&'static str, u64)], rate: u64) -> Vec<u64> {
        let stratum = |(name, units): &(&'static str, u64)| Stratum {
            name,
            units: *units,
            share: Share::Rate(rate),
        };
        allot(&units.iter().map(stratum).collect::<Vec<_>>())
    }

    #[test]
    fn largest_remainders_get_the_seats_that_rounding_leaves() {
        // 5 %: quotas 2.1, 0.45, 1.45 make 4.00; one seat is left and b goes before c.
        assert_eq!(rates(&[("a", 42), ("b", 9), ("c", 29)], 50_000), [2, 1, 1]);
        assert_eq!(
            rates(&[("c", 9), ("b", 9)], 50_000),
            [0, 1],
            "ties by name, not by place"
        );
        assert_eq!(rates(&[("a", 7)], RATE_ONE), [7]);
        assert_eq!(rates(&[("a", 7)], 0), [0]);
    }

    #[test]
    fn counts_stand_beside_rates() {
        let strata = [
            Stratum {
                name: "a",
                units: 10,
                share: Share::Count(3),
            },
            Stratum {
                name: "b",
                units: 10,
                share: Share::Rate(100_000),
            },
            Stratum {
                name: "c",
                units: 2,
                share: Share::Count(5),
            },
        ];
        assert_eq!(allot(&strata), [3, 1, 2]);
    }

    proptest! {
        #[test]
        fn the_whole_is_what_the_rates_promise(
            strata in prop::collection::vec((0u64..100_000, 0..=RATE_ONE), 1..20)
        ) {
            let names: Vec<String> = (0..strata.len()).map(|i| format!("s{i}")).collect();
            let strata: Vec<Stratum> = strata.iter().zip(&names)
                .map(|((units, rate), name)| Stratum { name, units: *units, share: Share::Rate(*rate) })
                .collect();
            let taken = allot(&strata);
            let mut promised = 0;
            for (stratum, taken) in strata.iter().zip(&taken) {
                let Share::Rate(rate) = stratum.share else { unreachable!() };
                let parts = stratum.units * rate;
                promised += parts;
                prop_assert!(*taken == parts / RATE_ONE || *taken == parts.div_ceil(RATE_ONE));
                prop_assert!(*taken <= stratum.units);
            }
            prop_assert_eq!(taken.iter().sum::<u64>(), promised.div_ceil(RATE_ONE));
        }
    }
}
