//! Links. Laws: no text breaks or bloats the reader, and what a link says survives being sent again.
//!
//! Input: the columns inside of a link; length and checksum are made to fit, since no fuzzer finds those.

use stallscope_shared::report::link::{self, Level};
use stallscope_shared::report::redaction::{Item, Redaction};

/// Holds the laws for these bytes.
pub fn target(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _opened_or_refused = link::open(text);
    }
    let Ok(opened) = link::open(&link::framed(data)) else {
        return;
    };
    // Everything is kept, so that only the codec is looked at.
    let kept = Item::ALL
        .into_iter()
        .fold(Redaction::new(), Redaction::keeping);
    let once = link::open(&link::at(&kept.apply(&opened.report), Level::Everything).fragment);
    let once = once.expect("what was written is read");
    let again = link::open(&link::at(&kept.apply(&once.report), Level::Everything).fragment);
    assert_eq!(again.expect("what was written is read"), once);
}
