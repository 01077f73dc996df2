//! Why a link cannot be opened, in sentences for the one who clicked on it.

use std::fmt;

use crate::text::{Language, Message, render};

/// Why a link does not give a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It is no link of ours.
    NotOurs,
    /// The program through which it came cut it.
    Cut {
        /// Characters of the payload that arrived.
        arrived: usize,
        /// Characters that it had; 0 where not even that arrived.
        expected: usize,
    },
    /// More arrived than was sent.
    TooLong {
        /// Characters after its end.
        extra: usize,
    },
    /// As long as it should be, and not the same.
    Changed,
    /// A version to come.
    Newer {
        /// Its version.
        found: u32,
    },
    /// The checksum fits, the content makes no sense or is too large.
    Unreadable {
        /// Bytes that are accepted.
        cap: usize,
    },
}

impl LinkError {
    /// What is wrong and what to do, without a full stop.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotOurs => Message::new("link-not-ours"),
            Self::Cut {
                arrived,
                expected: 0,
            } => Message::new("link-cut-early").with("arrived", *arrived as u64),
            Self::Cut { arrived, expected } => Message::new("link-cut")
                .with("arrived", *arrived as u64)
                .with("expected", *expected as u64),
            Self::TooLong { extra } => Message::new("link-too-long").with("extra", *extra as u64),
            Self::Changed => Message::new("link-changed"),
            Self::Newer { found } => Message::new("link-newer").with("found", u64::from(*found)),
            Self::Unreadable { cap } => Message::new("link-unreadable").with("cap", *cap as u64),
        }
    }
}

/// In English; [`LinkError::message`] is for every language.
impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render(Language::English, &self.message()))
    }
}

impl std::error::Error for LinkError {}

/// Bytes that mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;
