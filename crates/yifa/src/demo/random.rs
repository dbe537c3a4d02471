//! A small repeatable source of chance.
//!
//! The demonstration must be the same on every machine and with every version of every library,
//! because its figures are compared with published ones. SplitMix64 is ten lines and never changes.

use jiff::{ToSpan, civil::Date};

/// SplitMix64.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Evenly one of `0..limit`; 0 where the range is empty.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        // 64 bits over ranges below a million: the remainder's bias is of no consequence here.
        if limit == 0 {
            0
        } else {
            (self.next() % limit as u64) as usize
        }
    }

    /// Evenly one of `low..=high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// A random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            let other = self.below(index + 1);
            items.swap(index, other);
        }
    }

    /// Evenly a day of the span.
    pub(super) fn day(&mut self, from: Date, to: Date) -> Date {
        let span = (to - from).get_days().max(0);
        plus(from, self.between(0, i64::from(span)))
    }

    /// Weights around `around`, so that shares differ as they do in life.
    pub(super) fn weights(&mut self, count: usize, around: i64) -> Vec<i64> {
        (0..count)
            .map(|_| self.between(around * 6 / 10, around * 14 / 10).max(1))
            .collect()
    }
}

/// The date some days later (or earlier).
pub(super) fn plus(date: Date, days: i64) -> Date {
    date.saturating_add(days.days())
}

/// Splits a total by weights into whole parts that add up to it exactly (largest remainder).
///
/// With `total` no greater than the sum of the weights, no part is greater than its weight.
pub(super) fn split(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i64 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<i64> = weights.iter().map(|w| total * w / sum).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&i| (-(total * weights[i] % sum), i));
    let missing = total - parts.iter().sum::<i64>();
    for &index in order.iter().take(missing as usize) {
        parts[index] += 1;
    }
    parts
}

/// The same with at least `least` in every part.
pub(super) fn split_at_least(total: i64, least: i64, weights: &[i64]) -> Vec<i64> {
    let rest = total - least * weights.len() as i64;
    split(rest.max(0), weights)
        .into_iter()
        .map(|part| part + least)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_stay_within_their_weights() {
        let weights = [130, 77, 1, 0, 412];
        for total in [0, 1, 308, 601, 620] {
            let parts = split(total, &weights);
            assert_eq!(parts.iter().sum::<i64>(), total);
            assert!(
                parts
                    .iter()
                    .zip(weights)
                    .all(|(part, weight)| *part <= weight),
                "{parts:?}"
            );
        }
    }
}
