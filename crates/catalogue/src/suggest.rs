//! “Did you mean”: the nearest of the names that would have been right.

/// The candidate nearest to `word`, where one is near enough to be meant.
///
/// Near means: at most a third of the longer word's characters differ (one at least), or one word
/// contains the other.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(LENGTH_MAX).collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().take(LENGTH_MAX).collect();
        let allowed = (word.len().max(other.len()) / 3).max(1);
        let mut distance = distance(&word, &other);
        if distance > allowed && contains(&word, &other) {
            distance = allowed;
        }
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

const LENGTH_MAX: usize = 64;

/// Whether the shorter of two words of at least two characters stands inside the other.
fn contains(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 2 && long.windows(short.len()).any(|part| part == short)
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word() {
        let names = ["required", "index", "public", "name"];
        assert_eq!(nearest("requird", names), Some("required"));
        assert_eq!(nearest("nmae", names), Some("name"));
        assert_eq!(nearest("colour", names), None);
    }

    #[test]
    fn chinese_names_are_near_by_character() {
        let districts = ["海云区", "山南区", "市直学校"];
        assert_eq!(nearest("海运区", districts), Some("海云区"));
        assert_eq!(nearest("海云", districts), Some("海云区"));
        assert_eq!(nearest("河西", districts), None);
    }
}
