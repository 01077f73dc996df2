//! Everything at once. Law: the report does not depend on how the bytes were cut, and it can be read back.
//!
//! Input: two bytes that say how to cut, then a capture.

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::v1::Report;

use crate::input::Input;

/// Attempts kept, so that the bounded way is taken too.
const KEPT: usize = 4;

/// Holds the law for these bytes.
pub fn target(data: &[u8]) {
    let mut input = Input::new(data);
    let cut = usize::from(input.u16());
    let keep = if cut.is_multiple_of(2) {
        Keep::All
    } else {
        Keep::Bounded(KEPT)
    };
    let whole = analysed(input.rest(), usize::MAX, keep);
    assert_eq!(
        whole,
        analysed(input.rest(), cut.max(1), keep),
        "cut at every {cut} bytes"
    );
    if let Ok(json) = whole {
        let report: Report = serde_json::from_str(&json).expect("a report can be read back");
        let again = serde_json::to_string(&report).expect("a report can be written");
        assert_eq!(json, again, "reading and writing a report changes nothing");
    }
}

fn analysed(capture: &[u8], chunk_bytes: usize, keep: Keep) -> Result<String, String> {
    let mut analyzer = Analyzer::new(Options { keep, digest: true });
    analyzer.begin("fuzz");
    let fed = capture
        .chunks(chunk_bytes)
        .try_for_each(|chunk| analyzer.feed(chunk))
        .and_then(|()| analyzer.end());
    fed.map_err(|error| error.to_string())?;
    Ok(serde_json::to_string(&analyzer.report()).expect("a report can be written"))
}
