//! Every form in which a report is shared.

use stallscope_shared::export::{csv, har, html, markdown};
use stallscope_shared::report::link::{self, Level};
use stallscope_shared::report::redaction::RedactedReport;
use stallscope_shared::text::Language;

/// Each form with its name: as it is sent, and where it is packed, as it is unpacked.
pub(crate) fn all(redacted: &RedactedReport) -> Vec<(String, Vec<u8>)> {
    let json = serde_json::to_vec_pretty(redacted.report()).unwrap();
    let mut forms = vec![
        ("json".to_owned(), json),
        ("csv".to_owned(), csv::csv(redacted).into_bytes()),
        ("har".to_owned(), har::har(redacted).into_bytes()),
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
    forms.push(("page".to_owned(), page.into_bytes()));
    forms
}
