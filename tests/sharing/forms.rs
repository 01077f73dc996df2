//! Every form in which a report is shared.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use stallscope_shared::export::html::behind::Viewer;
use stallscope_shared::export::{csv, har, html, markdown, otlp};
use stallscope_shared::report::link::{self, Level};
use stallscope_shared::report::redaction::RedactedReport;
use stallscope_shared::text::Language;
use stallscope_viewer::worker::record;

/// Each form with its name: as it is sent, and where it is packed, as it is unpacked.
pub(crate) fn all(redacted: &RedactedReport) -> Vec<(String, Vec<u8>)> {
    let json = serde_json::to_vec_pretty(redacted.report()).unwrap();
    let mut forms = vec![
        ("json".to_owned(), json),
        ("csv".to_owned(), csv::csv(redacted).into_bytes()),
        ("har".to_owned(), har::har(redacted).into_bytes()),
        (
            "otlp".to_owned(),
            otlp::lines(redacted, &otlp::Context::default())
                .concat()
                .into_bytes(),
        ),
    ];
    for level in Level::ALL {
        let made = link::at(redacted, level);
        let opened = link::open(&made.fragment).unwrap();
        forms.push((
            format!("link, {}", level.word()),
            made.fragment.into_bytes(),
        ));
        forms.push((
            format!("opened link, {}", level.word()),
            serde_json::to_vec(&opened.report).unwrap(),
        ));
    }
    for language in Language::ALL {
        let tag = language.tag();
        forms.push((
            format!("ticket in {tag}"),
            markdown::ticket(redacted, language).into_bytes(),
        ));
        forms.push((
            format!("chat in {tag}"),
            markdown::chat(redacted, language).into_bytes(),
        ));
    }
    let options = html::Options {
        languages: &Language::ALL,
        ..html::Options::default()
    };
    let page = html::page(redacted, &options);
    let held = html::held(&page).unwrap();
    forms.push((
        "report in the page".to_owned(),
        serde_json::to_vec(held.report().unwrap()).unwrap(),
    ));
    let behind = record::behind(&page, &VIEWER).unwrap();
    forms.push(("recording in the page".to_owned(), recording(&behind)));
    forms.push(("page".to_owned(), page.into_bytes()));
    forms.push((
        "page with a viewer behind it".to_owned(),
        behind.into_bytes(),
    ));
    forms
}

/// What stands for the viewer's files.
pub(crate) const VIEWER: Viewer<'static> = Viewer {
    script: b"let wasm_bindgen;",
    style: b"main { margin: 0 }",
    module: b"\0asm",
};

/// What is recorded in a page, as it is before it is packed.
fn recording(page: &str) -> Vec<u8> {
    let (_, after) = page
        .split_once("<template id=\"stallscope-recording\"")
        .unwrap();
    let (_, after) = after.split_once('>').unwrap();
    let (text, _) = after.split_once("</template>").unwrap();
    let mut unpacked = Vec::new();
    let packed = STANDARD.decode(text).unwrap();
    DeflateDecoder::new(packed.as_slice())
        .read_to_end(&mut unpacked)
        .unwrap();
    assert!(unpacked.len() > 100, "the report's summary at least");
    unpacked
}
