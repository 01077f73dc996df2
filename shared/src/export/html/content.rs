//! What a page is made of. The page is written from it and from nothing else, and holds it, so that anybody can write
//! the page again and compare.
//!
//! ```text
//!  template   = base64 of raw deflate of JSON
//!  JSON       = { page: 1, report, removed: [[word, count]…], kept: [word…], languages: [tag…], viewer }
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Options;
use crate::export::case::Case;
use crate::limits::LINK_BYTES;
use crate::report::link::{self, Level};
use crate::report::redaction::{Item, RedactedReport, Removed};
use crate::report::v1::Report;
use crate::text::Language;

/// Version of what a page holds.
const VERSION: u64 = 1;

/// Characters of the data of a page; with less detail where it would be more. With what is shown of it, a page stays
/// below 600 KB.
const CHARACTERS: usize = 400_000;

/// The same where a viewer stands behind the page, which has 330,000, and a recording for it.
const CHARACTERS_IN_FRONT: usize = 100_000;

/// What a page is made of.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) report: Report,
    pub(super) removed: Vec<Removed>,
    pub(super) kept: Vec<Item>,
    pub(super) languages: Vec<Language>,
    /// Address of a viewer that the page names.
    pub(super) viewer: Option<String>,
}

impl Content {
    /// The most detailed one that leaves the page small, with its text.
    pub(super) fn of(report: &RedactedReport, options: &Options<'_>) -> (Self, String) {
        let characters = if options.is_in_front {
            CHARACTERS_IN_FRONT
        } else {
            CHARACTERS
        };
        let mut content = Self {
            report: report.report().clone(),
            removed: report.removed().to_vec(),
            kept: report.kept().to_vec(),
            languages: if options.languages.is_empty() {
                vec![Language::default()]
            } else {
                options.languages.to_vec()
            },
            viewer: options.viewer.map(str::to_owned),
        };
        let mut text = content.text();
        let smaller: [fn(&Report) -> Report; 3] = [
            |report| link::level::with_whole(report, &Case::of(report).shown()),
            |report| link::level::at(Level::Failing, report),
            |report| link::level::at(Level::Bare, report),
        ];
        for shrink in smaller {
            if text.len() <= characters {
                break;
            }
            content.report = shrink(report.report());
            text = content.text();
        }
        // What is shown is what is held, to the last digit.
        let held = Self::read(&text).unwrap_or(content);
        (held, text)
    }

    /// What a page holds; `None` when it is none of ours, or of a later version.
    pub(super) fn read(text: &str) -> Option<Self> {
        let deflated = STANDARD.decode(text).ok()?;
        let json = link::inflated(&deflated, LINK_BYTES)?;
        let mut value: Value = serde_json::from_slice(&json).ok()?;
        if value.get("page")?.as_u64()? != VERSION {
            return None;
        }
        let removed = value.get("removed")?.as_array()?.iter();
        let removed: Option<Vec<Removed>> = removed.map(removed_of).collect();
        let is_short = |list: &str| {
            let list = value.get(list).and_then(Value::as_array);
            list.is_some_and(|list| list.len() <= Item::ALL.len())
        };
        if !is_short("removed") || !is_short("kept") {
            return None;
        }
        let kept = value.get("kept")?.as_array()?.iter();
        let kept: Option<Vec<Item>> = kept.map(|word| item_of(word.as_str()?)).collect();
        let tags = value.get("languages")?.as_array()?.iter();
        let languages: Option<Vec<Language>> =
            tags.map(|tag| Language::of_tag(tag.as_str()?)).collect();
        let languages = languages?;
        if languages.len() > Language::ALL.len() {
            return None;
        }
        let viewer = value
            .get("viewer")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let report = serde_json::from_value(value.get_mut("report")?.take()).ok()?;
        Some(Self {
            report,
            removed: removed?,
            kept: kept?,
            languages,
            viewer,
        })
    }

    fn text(&self) -> String {
        let removed: Vec<Value> = self
            .removed
            .iter()
            .map(|removed| json!([removed.item.word(), removed.count]))
            .collect();
        let kept: Vec<&str> = self.kept.iter().map(|item| item.word()).collect();
        let languages: Vec<&str> = self
            .languages
            .iter()
            .map(|language| language.tag())
            .collect();
        let value = json!({
            "page": VERSION, "report": serde_json::to_value(&self.report).unwrap_or_default(), "removed": removed,
            "kept": kept, "languages": languages, "viewer": self.viewer,
        });
        STANDARD.encode(link::deflated(value.to_string().as_bytes()))
    }
}

fn removed_of(value: &Value) -> Option<Removed> {
    let pair = value.as_array()?;
    Some(Removed {
        item: item_of(pair.first()?.as_str()?)?,
        count: pair.get(1)?.as_u64()?,
    })
}

fn item_of(word: &str) -> Option<Item> {
    Item::ALL.into_iter().find(|item| item.word() == word)
}
