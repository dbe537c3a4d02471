//! The selection of RFC 3797, for comparison with committees that use it.
//!
//! Our own draw replaces its mechanics (docs/draw.md says why); this function only reproduces
//! published runs. MD5 is what the RFC prescribes, not what we would choose.

use md5::{Digest as _, Md5};

/// The part of the key string that one source gives: its numbers in increasing order, each
/// followed by a full stop, and a slash at the end.
pub fn source_text(numbers: &[u64]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let mut text: String = sorted.iter().map(|number| format!("{number}.")).collect();
    text.push('/');
    text
}

/// The positions selected, counted from 1 in the original list.
pub fn select(key: &str, pool: usize, count: usize) -> Vec<usize> {
    let mut rest: Vec<usize> = (1..=pool).collect();
    let mut selected = Vec::new();
    for counter in 0..=u16::MAX {
        if rest.is_empty() || selected.len() == count {
            break;
        }
        let value = digest(key, counter) % rest.len() as u128;
        selected.push(rest.remove(value as usize));
    }
    selected
}

/// The value of one draw: MD5 of the counter, the key and the counter again.
pub fn digest(key: &str, counter: u16) -> u128 {
    let counter = counter.to_be_bytes();
    let hash = Md5::new()
        .chain_update(counter)
        .chain_update(key)
        .chain_update(counter);
    u128::from_be_bytes(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        let sources: [&[u64]; 3] = [&[9319], &[2, 5, 12, 8, 10], &[9, 18, 26, 34, 41, 45]];
        let key: String = sources.iter().map(|numbers| source_text(numbers)).collect();
        assert_eq!(key, "9319./2.5.8.10.12./9.18.26.34.41.45./");
        assert_eq!(digest(&key, 0), 0x990d_d0a5_692a_029a_98b5_e01a_a28f_3459);
        let expected = [17, 7, 2, 16, 25, 23, 8, 24, 19, 13];
        assert_eq!(select(&key, 25, 10), expected);
    }

    #[test]
    fn a_pool_is_exhausted_and_not_more() {
        let mut all = select("1./", 7, 100);
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3, 4, 5, 6, 7]);
        assert!(select("1./", 0, 3).is_empty());
    }
}
