//! The page's messages, read in place from what `build.rs` made of the Fluent files.

use std::sync::OnceLock;

use stallscope_shared::text::Language;

/// What fills a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// As it stands.
    Text(String),
    /// How many; chooses the form.
    Count(u64),
}

impl From<&str> for Gap {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Gap {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Gap {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

/// Values by name.
pub(crate) type Gaps<'a> = &'a [(&'static str, Gap)];

const NUL: char = '\u{0}';
const END: char = '\u{1}';
const GAP: char = '\u{2}';
const CHOICE: char = '\u{3}';

/// In the order of [`Language::ALL`].
const CATALOGUES: [&str; 2] = [
    include_str!(concat!(env!("OUT_DIR"), "/en.messages")),
    include_str!(concat!(env!("OUT_DIR"), "/zh-CN.messages")),
];

/// A message. One that a language lacks is written in English, and one that nobody has by its id.
pub(crate) fn render(language: Language, id: &str, gaps: Gaps<'_>) -> String {
    let in_language = pattern(language, id).map(|pattern| (language, pattern));
    let english = || {
        let pattern = pattern(Language::English, id)?;
        Some((Language::English, pattern))
    };
    let Some((language, pattern)) = in_language.or_else(english) else {
        return id.to_owned();
    };
    let mut text = String::new();
    Writer {
        rest: pattern,
        language,
        gaps,
    }
    .write(&mut text);
    text
}

/// There is a message of this id.
pub(crate) fn has(id: &str) -> bool {
    pattern(Language::English, id).is_some()
}

fn pattern(language: Language, id: &str) -> Option<&'static str> {
    static INDEX: [OnceLock<Vec<(&str, &str)>>; 2] = [const { OnceLock::new() }; 2];
    let place = language.index();
    let index = INDEX.get(place)?.get_or_init(|| {
        let mut index = Vec::new();
        let mut rest = CATALOGUES.get(place).copied().unwrap_or_default();
        while let Some((id, after)) = rest.split_once(NUL) {
            let end = end_of(after);
            let (pattern, after) = after.split_at(end);
            index.push((id, pattern));
            rest = after.strip_prefix(END).unwrap_or_default();
        }
        index
    });
    let at = index.binary_search_by_key(&id, |(id, _)| id).ok()?;
    index.get(at).map(|(_, pattern)| *pattern)
}

/// Where the pattern ends that stands in front.
fn end_of(text: &str) -> usize {
    // Each gap has one end of its own; a choice has one for its name, one for each variant, and one.
    let mut open = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            GAP => open += 1,
            CHOICE => open += 2,
            NUL => open += 1,
            END if open == 0 => return at,
            END => open -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Writes a pattern, gap by gap.
struct Writer<'a> {
    rest: &'a str,
    language: Language,
    gaps: Gaps<'a>,
}

impl<'a> Writer<'a> {
    fn write(mut self, text: &mut String) {
        while let Some(at) = self.rest.find([GAP, CHOICE]) {
            let (plain, rest) = self.rest.split_at(at);
            text.push_str(plain);
            let is_choice = rest.starts_with(CHOICE);
            let (name, rest) = rest
                .get(1..)
                .unwrap_or_default()
                .split_once(END)
                .unwrap_or_default();
            self.rest = rest;
            let gap = self
                .gaps
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, gap)| gap);
            if is_choice {
                Self {
                    rest: self.choose(gap),
                    language: self.language,
                    gaps: self.gaps,
                }
                .write(text);
            } else {
                match gap {
                    Some(Gap::Text(value)) => text.push_str(value),
                    Some(Gap::Count(count)) => text.push_str(&count.to_string()),
                    // What is missing is left standing: a test finds it, a reader sees it.
                    None => text.push_str(&format!("{{${name}}}")),
                }
            }
        }
        text.push_str(self.rest);
    }

    /// The variant that the value chooses; what stands behind the choice is left.
    fn choose(&mut self, gap: Option<&Gap>) -> &'a str {
        let mut chosen = None;
        while !self.rest.starts_with(END) && !self.rest.is_empty() {
            let (key, rest) = self.rest.split_once(NUL).unwrap_or_default();
            let (pattern, rest) = rest.split_at(end_of(rest));
            self.rest = rest.strip_prefix(END).unwrap_or_default();
            if chosen.is_none() && (key.is_empty() || gap.is_some_and(|gap| self.fits(key, gap))) {
                chosen = Some(pattern);
            }
        }
        self.rest = self.rest.strip_prefix(END).unwrap_or_default();
        chosen.unwrap_or_default()
    }

    /// A number itself, or the English form of one (Unicode CLDR plural rules; Chinese has no forms).
    fn fits(&self, key: &str, gap: &Gap) -> bool {
        let Gap::Count(count) = gap else {
            return false;
        };
        match (key, self.language) {
            ("one", Language::English) => *count == 1,
            ("one", Language::SimplifiedChinese) => false,
            (number, _) => number.parse() == Ok(*count),
        }
    }
}
