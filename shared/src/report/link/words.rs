//! Words that need not be spelled out in a link: fields, values and messages of the report.
//!
//! A link holds their places in the list, so a line never moves and never goes; new ones are added at the end. A
//! word that is not in the list is spelled out, which costs a few characters and nothing else.

use std::collections::BTreeMap;
use std::sync::OnceLock;

const LIST: &str = include_str!("words.txt");

/// The word at a place.
pub(super) fn word(place: usize) -> Option<&'static str> {
    table().0.get(place).copied()
}

/// The place of a word.
pub(super) fn place(word: &str) -> Option<usize> {
    table().1.get(word).copied()
}

/// How many there are.
pub(super) fn count() -> usize {
    table().0.len()
}

type Table = (Vec<&'static str>, BTreeMap<&'static str, usize>);

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let words: Vec<&str> = LIST.lines().collect();
        let places = words
            .iter()
            .enumerate()
            .map(|(place, word)| (*word, place))
            .collect();
        (words, places)
    })
}

#[cfg(test)]
mod tests {
    use super::{LIST, count, place, word};

    /// Lines of the first release, and their CRC-32: what links out there rely on.
    const FROZEN: (usize, u32) = (1146, 0x50d0_d189);

    #[test]
    fn lines_that_links_rely_on_stand_where_they_stood() {
        let (lines, sum) = FROZEN;
        let mut crc = flate2::Crc::new();
        for line in LIST.lines().take(lines) {
            crc.update(line.as_bytes());
            crc.update(b"\n");
        }
        assert_eq!(
            (lines <= count(), crc.sum()),
            (true, sum),
            "add words at the end only"
        );
    }

    #[test]
    fn every_word_stands_once() {
        for index in 0..count() {
            assert_eq!(word(index).and_then(place), Some(index));
        }
    }
}
