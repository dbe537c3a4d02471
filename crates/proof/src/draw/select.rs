//! Tickets and the order of a stratum.
//!
//! Every unit has a ticket of its own, a hash of seed and unit. Whether it is drawn depends on
//! nothing else in the list than on how many smaller tickets there are: not on the order of the
//! list, not on who was removed from it. All arithmetic is on integers.

use serde::{Deserialize, Serialize};

use super::population::Item;
use super::suite::Suite;
use crate::hash::Hash;

/// With the method of several tickets a unit holds at most this many.
pub const TICKETS_MAX: u32 = 64;

/// How weights count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// One ticket each; all are equal.
    Equal,
    /// As many tickets as the weight says; the smallest counts.
    Tickets,
    /// One ticket, turned into an exponential waiting time with the weight as its rate.
    Exponential,
}

/// A unit with its place in the order of its stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// Index into the items that were ranked.
    pub item: usize,
    /// The ticket that counts.
    pub ticket: Hash,
    /// Its number among the tickets of the unit.
    pub number: u32,
    /// The logarithm of the ticket, for the exponential method.
    pub waiting: Option<u128>,
}

/// The ticket of a unit.
pub fn ticket(suite: Suite, seed: &Hash, draw: &str, stratum: &str, unit: &str, j: u32) -> Hash {
    suite.hash(&[
        "draw-ticket/v1",
        &seed.to_hex(),
        draw,
        stratum,
        unit,
        &j.to_string(),
    ])
}

/// Puts the units of one stratum in order: the first ones are drawn, the next ones are the reserve.
pub fn rank(
    suite: Suite,
    method: Method,
    seed: &Hash,
    draw: &str,
    stratum: &str,
    items: &[&Item],
) -> Vec<Ranked> {
    let shared = suite.start(&["draw-ticket/v1", &seed.to_hex(), draw, stratum]);
    let mut ranked: Vec<Ranked> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let first = shared.finish(&[&item.id, "0"]);
        let mut best = Ranked {
            item: index,
            ticket: first,
            number: 0,
            waiting: None,
        };
        match method {
            Method::Equal => {}
            Method::Tickets => {
                for number in 1..item.weight {
                    let ticket = shared.finish(&[&item.id, &number.to_string()]);
                    if ticket < best.ticket {
                        best = Ranked {
                            ticket,
                            number,
                            ..best
                        };
                    }
                }
            }
            Method::Exponential => best.waiting = Some(waiting(&first)),
        }
        ranked.push(best);
    }
    let id = |ranked: &Ranked| items[ranked.item].id.as_str();
    ranked.sort_unstable_by(|a, b| {
        let by_value = match (a.waiting, b.waiting) {
            // a/weight_a against b/weight_b without division: below 2^73 times below 2^32.
            (Some(of_a), Some(of_b)) => {
                let (weight_a, weight_b) = (items[a.item].weight, items[b.item].weight);
                (of_a * u128::from(weight_b)).cmp(&(of_b * u128::from(weight_a)))
            }
            _ => a.ticket.cmp(&b.ticket),
        };
        by_value.then_with(|| id(a).cmp(id(b)))
    });
    ranked
}

/// 2^64 times the binary logarithm of 2^256 / (ticket + 1), rounded down in a fixed way.
///
/// Divided by the weight it is exponentially distributed, so that the smallest ones are a weighted
/// sample without replacement (Efraimidis and Spirakis 2006).
pub fn waiting(ticket: &Hash) -> u128 {
    let half = |from: usize| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&ticket.0[from..from + 16]);
        u128::from_be_bytes(bytes)
    };
    // x = ticket + 1, which may be 2^256.
    let (low, carry) = half(16).overflowing_add(1);
    let (high, overflow) = half(0).overflowing_add(u128::from(carry));
    if overflow {
        return 0;
    }
    // The position of the highest bit of x, and x scaled to 128 bits.
    let (position, mut mantissa) = if high > 0 {
        let zeros = high.leading_zeros();
        let below = if zeros == 0 { 0 } else { low >> (128 - zeros) };
        (255 - zeros, (high << zeros) | below)
    } else {
        let zeros = low.leading_zeros();
        (127 - zeros, low << zeros)
    };
    let mut fraction = 0u64;
    for _ in 0..64 {
        let (upper, lower) = square(mantissa);
        // The square divided by 2^127; where that has 129 bits, halve it and note a one.
        let one = upper >> 127;
        mantissa = if one == 1 {
            upper
        } else {
            (upper << 1) | (lower >> 127)
        };
        fraction = (fraction << 1) | one as u64;
    }
    (256u128 << 64) - ((u128::from(position) << 64) | u128::from(fraction))
}

/// The square of a number as its upper and lower 128 bits.
fn square(number: u128) -> (u128, u128) {
    const MASK: u128 = u64::MAX as u128;
    let (high, low) = (number >> 64, number & MASK);
    let (high_high, high_low, low_low) = (high * high, high * low, low * low);
    // number^2 = high_high * 2^128 + high_low * 2^65 + low_low
    let (lower, carry) = low_low.overflowing_add(high_low << 65);
    (high_high + (high_low >> 63) + u128::from(carry), lower)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn hash(hex: &str) -> Hash {
        Hash::from_hex(hex).unwrap()
    }

    #[test]
    fn logarithms_at_the_ends_and_between() {
        let rows = [
            ("00".repeat(32), 4_722_366_482_869_645_213_696),
            ("ff".repeat(32), 0),
            (format!("{}fe", "ff".repeat(31)), 1),
            (format!("80{}", "00".repeat(31)), 18_446_744_073_709_551_616),
            (format!("7f{}", "ff".repeat(31)), 18_446_744_073_709_551_616),
            (format!("c0{}", "00".repeat(31)), 7_656_090_530_189_244_513),
            (
                format!("{}{}", "00".repeat(16), "ff".repeat(16)),
                2_361_183_241_434_822_606_848,
            ),
        ];
        for (ticket, expected) in rows {
            assert_eq!(waiting(&hash(&ticket)), expected, "{ticket}");
        }
    }

    fn items(weights: &[u32]) -> Vec<Item> {
        let item = |(i, weight): (usize, &u32)| Item {
            id: format!("u{i}"),
            stratum: "s".into(),
            weight: *weight,
        };
        weights.iter().enumerate().map(item).collect()
    }

    /// How often each unit is among the first `k` over fixed seeds.
    fn counts(method: Method, weights: &[u32], k: usize, draws: u32) -> Vec<i64> {
        let items = items(weights);
        let items: Vec<&Item> = items.iter().collect();
        let mut counts = vec![0; weights.len()];
        for draw in 0..draws {
            let seed = Hash::of(format!("sim {draw}").as_bytes());
            for ranked in &rank(Suite::Sha256, method, &seed, "sim", "s", &items)[..k] {
                counts[ranked.item] += 1;
            }
        }
        counts
    }

    /// Exact probability that each unit is among the first two, in parts of a million.
    fn first_two_ppm(weights: &[u32]) -> Vec<i64> {
        let total: u32 = weights.iter().sum();
        let share = |w: u32, of: u32| f64::from(w) / f64::from(of);
        (0..weights.len())
            .map(|i| {
                let second: f64 = (0..weights.len())
                    .filter(|j| *j != i)
                    .map(|j| share(weights[j], total) * share(weights[i], total - weights[j]))
                    .sum();
                ((share(weights[i], total) + second) * 1e6) as i64
            })
            .collect()
    }

    #[test]
    fn units_are_drawn_as_often_as_their_weights_say() {
        let weights = [1, 2, 3, 5, 1];
        let draws = 4000;
        for method in [Method::Equal, Method::Tickets, Method::Exponential] {
            let expected = match method {
                Method::Equal => vec![400_000; 5],
                _ => first_two_ppm(&weights),
            };
            for (unit, count) in counts(method, &weights, 2, draws).into_iter().enumerate() {
                // Four standard deviations of a count of 4000 draws are at most 127.
                let deviation = count - expected[unit] * i64::from(draws) / 1_000_000;
                assert!(
                    deviation.abs() < 127,
                    "{method:?} {unit}: {count}, {expected:?}"
                );
            }
        }
    }

    /// How far counts are from what is expected, by Pearson.
    fn chi_square(counts: &[i64], expected: &[f64]) -> f64 {
        let one = |(count, expected): (&i64, &f64)| (*count as f64 - expected).powi(2) / expected;
        counts.iter().zip(expected).map(one).sum()
    }

    #[test]
    fn a_hundred_thousand_draws_are_uniform_or_as_the_weights_say() {
        let draws = 100_000;
        // With 4 degrees of freedom a fair draw stays below 18.47 in 999 of 1000 cases; the seeds
        // are fixed, so this one always does.
        let equal = counts(Method::Equal, &[1; 5], 1, draws);
        assert!(chi_square(&equal, &[20_000.0; 5]) < 18.47, "{equal:?}");
        let weights = [1, 2, 3, 5, 1];
        let expected = weights.map(|w| f64::from(draws) * f64::from(w) / 12.0);
        for method in [Method::Tickets, Method::Exponential] {
            let weighted = counts(method, &weights, 1, draws);
            assert!(
                chi_square(&weighted, &expected) < 18.47,
                "{method:?} {weighted:?}"
            );
        }
    }

    #[test]
    fn the_fate_of_a_unit_does_not_depend_on_the_others() {
        let all = items(&[1; 20]);
        let seed = Hash::of(b"seed");
        let order = |items: &[&Item]| -> Vec<String> {
            let ranked = rank(Suite::Sha256, Method::Equal, &seed, "d", "s", items);
            ranked.iter().map(|r| items[r.item].id.clone()).collect()
        };
        let mut forward: Vec<&Item> = all.iter().collect();
        let whole = order(&forward);
        forward.reverse();
        assert_eq!(order(&forward), whole);
        let removed = whole[4].clone();
        forward.retain(|item| item.id != removed);
        let rest: Vec<String> = whole.into_iter().filter(|id| *id != removed).collect();
        assert_eq!(order(&forward), rest);
    }
}
