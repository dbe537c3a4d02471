//! Many fixed words sought in one walk over the text.

/// A list of words, found by their first characters.
pub(crate) struct Lexicon {
    /// First character, word and its index in the list; sorted.
    words: Vec<(char, &'static str, usize)>,
    /// One bit for each character of the basic plane that begins a word.
    first: Vec<u64>,
}

impl Lexicon {
    pub fn new(list: impl IntoIterator<Item = &'static str>) -> Self {
        let mut words: Vec<(char, &'static str, usize)> = list
            .into_iter()
            .enumerate()
            .filter_map(|(index, word)| Some((word.chars().next()?, word, index)))
            .collect();
        // Longer words first, so that the longest one is found.
        words.sort_by_key(|(first, word, _)| (*first, std::cmp::Reverse(word.len())));
        let mut first = vec![0u64; 1024];
        for (character, _, _) in &words {
            let (slot, bit) = slot(*character);
            first[slot] |= bit;
        }
        Self { words, first }
    }

    /// Every place where a word begins: offset, word, its index in the list; the longest at each.
    pub fn find<'l>(
        &'l self,
        text: &'l str,
    ) -> impl Iterator<Item = (usize, &'static str, usize)> + 'l {
        text.char_indices()
            .filter(|(_, character)| self.begins(*character))
            .filter_map(move |(at, character)| {
                self.starting(text, at, character)
                    .next()
                    .map(|(word, index)| (at, word, index))
            })
    }

    /// Every word at every place: offset, word, its index in the list.
    pub fn find_all<'l>(
        &'l self,
        text: &'l str,
    ) -> impl Iterator<Item = (usize, &'static str, usize)> + 'l {
        text.char_indices()
            .filter(|(_, character)| self.begins(*character))
            .flat_map(move |(at, character)| {
                self.starting(text, at, character)
                    .map(move |(word, index)| (at, word, index))
            })
    }

    /// The longest word at the beginning of the text, and its index in the list.
    pub fn at_start(&self, text: &str) -> Option<(&'static str, usize)> {
        let first = text.chars().next().filter(|first| self.begins(*first))?;
        self.starting(text, 0, first).next()
    }

    /// Whether any word stands in the text.
    pub fn is_in(&self, text: &str) -> bool {
        self.find(text).next().is_some()
    }

    /// Whether a word of the list begins with this character.
    #[inline]
    fn begins(&self, character: char) -> bool {
        let (place, bit) = slot(character);
        self.first[place] & bit != 0
    }

    fn starting<'l>(
        &'l self,
        text: &'l str,
        at: usize,
        character: char,
    ) -> impl Iterator<Item = (&'static str, usize)> + 'l {
        let start = self
            .words
            .partition_point(|(first, _, _)| *first < character);
        let len = self.words[start..].partition_point(|(first, _, _)| *first == character);
        let range = start..start + len;
        self.words[range]
            .iter()
            .filter(move |(_, word, _)| text[at..].starts_with(word))
            .map(|(_, word, index)| (*word, *index))
    }
}

/// A list of words, found at the end of a text by their last characters.
pub(crate) struct Endings(Vec<(char, &'static str)>);

impl Endings {
    pub fn new(list: &[&'static str]) -> Self {
        let mut words: Vec<(char, &'static str)> = list
            .iter()
            .filter_map(|word| Some((word.chars().next_back()?, *word)))
            .collect();
        words.sort_by_key(|(last, word)| (*last, std::cmp::Reverse(word.len())));
        Self(words)
    }

    /// The longest word that the text ends in.
    pub fn of(&self, text: &str) -> Option<&'static str> {
        let last = text.chars().next_back()?;
        let start = self.0.partition_point(|(end, _)| *end < last);
        self.0[start..]
            .iter()
            .take_while(|(end, _)| *end == last)
            .find(|(_, word)| text.ends_with(word))
            .map(|(_, word)| *word)
    }
}

fn slot(character: char) -> (usize, u64) {
    let code = u32::from(character) as usize & 0xffff;
    (code >> 6, 1 << (code & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_wins() {
        let lexicon = Lexicon::new(["上一", "上一条", "条"]);
        let found: Vec<_> = lexicon
            .find("见上一条")
            .map(|(at, word, _)| (at, word))
            .collect();
        assert_eq!(found, [(3, "上一条"), (9, "条")]);
        assert_eq!(lexicon.find_all("上一条").count(), 3);
        assert!(lexicon.is_in("见上一") && !lexicon.is_in("见下"));
    }

    #[test]
    fn the_longest_ending_wins() {
        let endings = Endings::new(&["长", "增长", "多"]);
        assert_eq!(endings.of("同比增长"), Some("增长"));
        assert_eq!(endings.of("校长"), Some("长"));
        assert_eq!(endings.of("长幼"), None);
        assert_eq!(endings.of(""), None);
    }
}
