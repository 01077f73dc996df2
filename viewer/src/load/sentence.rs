//! A text in every language. The worker knows the texts of causes and writes them; the page chooses one.

use serde::{Deserialize, Serialize};
use stallscope_shared::text::Language;

/// A text in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sentence {
    /// The same in all of them: a number, a name, an address.
    Plain(String),
    /// One for each, in the order of [`Language::ALL`].
    Each([String; Language::ALL.len()]),
}

impl Sentence {
    /// Written by a function that knows how.
    pub fn write(write: impl Fn(Language) -> String) -> Self {
        let each = Language::ALL.map(write);
        let [first, others @ ..] = &each;
        if others.iter().all(|other| other == first) {
            return Self::Plain(first.clone());
        }
        Self::Each(each)
    }

    /// In this language.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Each(each) => each.get(language.index()).map_or("", String::as_str),
        }
    }

    /// There is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of(Language::default()).is_empty()
    }
}

impl Default for Sentence {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_in_all_languages_is_kept_once() {
        assert_eq!(
            Sentence::write(|_| "JA4".to_owned()),
            Sentence::Plain("JA4".to_owned())
        );
        let tag = Sentence::write(|language| language.tag().to_owned());
        for language in Language::ALL {
            assert_eq!(tag.of(language), language.tag());
        }
    }
}
