//! What is handed on, how, and what that takes out.

use serde::{Deserialize, Serialize};
use stallscope_shared::text::Language;

use super::sentence::Sentence;

/// What somebody chose for handing a report on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Kinds that are kept, one bit each, in the order of `Item::ALL`.
    pub keep: u16,
    /// Characters that the link may have.
    pub most: u32,
    /// Address of the viewer that the link opens; empty where none was given.
    pub base: String,
    /// Place in [`Language::ALL`] of the first language of pages and tickets.
    pub language: u8,
    /// All languages, side by side.
    pub is_bilingual: bool,
}

impl Choice {
    /// The languages of pages and tickets.
    #[must_use]
    pub fn languages(&self) -> &'static [Language] {
        let first = usize::from(self.language);
        let one = Language::ALL.get(first..).and_then(|from| from.get(..1));
        one.filter(|_| !self.is_bilingual).unwrap_or(&Language::ALL)
    }
}

/// What handing it on comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The link, or from `#` on where no viewer is named; none where it does not fit.
    pub link: Option<String>,
    /// What the link holds, or why there is none.
    pub notes: Vec<Sentence>,
    /// What can be taken out and is there.
    pub items: Vec<ItemLine>,
    /// How large the report is before and after.
    pub sizes: Sentence,
    /// Packets can be taken out of a capture.
    pub has_packets: bool,
}

/// One kind of thing that is taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemLine {
    /// Its bit in [`Choice::keep`]; none where it cannot be kept.
    pub bit: Option<u8>,
    /// What it is, and in how many places it is taken out.
    pub label: Sentence,
    /// Texts before and after, the first ones.
    pub changes: Vec<(String, String)>,
}

/// A file that is made of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// The evidence page.
    Page,
    /// A ticket in Markdown.
    Ticket,
    /// Attempts as a table.
    Table,
    /// HTTP exchanges.
    Har,
    /// The redacted report.
    Json,
    /// The cited packets.
    Packets,
}

impl FileKind {
    /// Every one, with its message and the name of its file, which says enough of some of them.
    pub const ALL: [(Self, Option<&'static str>, &'static str); 6] = [
        (Self::Page, Some("share-page"), "evidence.html"),
        (Self::Ticket, Some("share-ticket"), "ticket.md"),
        (Self::Packets, Some("share-packets"), "cited.pcapng"),
        (Self::Table, None, "attempts.csv"),
        (Self::Har, None, "exchanges.har"),
        (Self::Json, None, "report.json"),
    ];

    /// The name of its file.
    #[must_use]
    pub fn file(self) -> &'static str {
        let known = Self::ALL.iter().find(|(kind, ..)| *kind == self);
        known.map_or("", |(.., file)| file)
    }
}
