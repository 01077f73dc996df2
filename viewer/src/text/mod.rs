//! What the page says: messages of the catalogue, numbers, lengths of time, words of the report.

pub(crate) mod words;

use stallscope_shared::report::build::text_of;
use stallscope_shared::report::v1::Message;
use stallscope_shared::text::{Language, Value, has, render};
use stallscope_shared::time::Nanos;

/// A message of the catalogue, by its id and the values that fill its gaps.
macro_rules! say {
    ($language:expr, $id:expr $(, $name:literal = $value:expr)* $(,)?) => {
        stallscope_shared::text::render(
            $language,
            &stallscope_shared::text::Message::new($id)$(.with($name, $value))*,
        )
    };
}
pub(crate) use say;

/// A sentence of a report in the page's language; in English where only another tool knows the message.
pub(crate) fn sentence(language: Language, english: &str, message: Option<&Message>) -> String {
    let known = message.filter(|message| has(language, &message.id));
    known.map_or_else(
        || english.to_owned(),
        |message| render(language, &text_of(message)),
    )
}

/// A length of time in three digits.
pub(crate) fn length(language: Language, ns: i64) -> String {
    Value::Duration(Nanos(ns)).write(language)
}

/// A share of one, in percent.
pub(crate) fn share(language: Language, share: f64) -> String {
    Value::rate(share).write(language)
}

/// A whole number, in groups of three digits.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at != 0 && at % 3 == first {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of bytes: `930 B`, `24.1 kB`, `200.0 MB`.
pub(crate) fn bytes(number: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", number / unit, number % unit / (unit / 10));
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use stallscope_shared::report::v1::{Outcome, PhaseName};
    use stallscope_shared::text::has;

    use super::{Language, bytes, number, words};

    /// Beginnings of ids that stand in tables of the code and not in calls.
    const TABLES: [&str; 8] = [
        "fact-", "facts-", "field-", "column-", "key-", "quality-", "proof-", "m13-",
    ];

    /// The literals in a source that name messages.
    fn ids(source: &str) -> Vec<&str> {
        let called = source.split("say!(").skip(1).filter_map(|call| {
            let (before, rest) = call.split_once('"')?;
            // After the language comes the id; where that is a variable, the first literal is a gap's name.
            (before.matches(',').count() == 1 && !before.contains(')'))
                .then(|| rest.split('"').next())?
        });
        let listed = source.split('"').skip(1).step_by(2).filter(|literal| {
            TABLES
                .iter()
                .any(|table| literal.starts_with(table) && literal.len() > table.len())
        });
        called.chain(listed).collect()
    }

    #[test]
    fn every_message_that_is_asked_for_exists() {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/views")];
        let mut count = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let source = fs::read_to_string(&path).unwrap();
                for id in ids(&source) {
                    count += 1;
                    assert!(has(Language::English, id), "{id} in {}", path.display());
                }
            }
        }
        assert!(count > 150, "{count} found");
    }

    #[test]
    fn words_of_the_report_have_messages() {
        assert_eq!(
            words::outcome(Language::English, Outcome::TlsStalled),
            "TLS stalled"
        );
        assert_eq!(
            words::phase(Language::SimplifiedChinese, PhaseName::Wait),
            "等待"
        );
        assert_eq!(
            words::note(Language::English, "client-hello"),
            "ClientHello"
        );
        assert_eq!(
            words::note(Language::English, "some-new-note"),
            "some new note"
        );
        let moment = words::moment(Some("2026-11-22T09:50:12.499127000Z"), 671_000);
        assert_eq!(moment.as_deref(), Some("2026-11-22 09:50:12.499798"));
    }

    #[test]
    fn numbers_are_grouped() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (45_480, "45,480"),
            (123_456, "123,456"),
            (12_345_678, "12,345,678"),
        ] {
            assert_eq!(number(count), text);
        }
        assert_eq!(bytes(656_383), "656.3 kB");
    }
}
