//! What the page says: messages of the catalogue, numbers, lengths of time, words of the report.

mod catalogue;
pub(crate) mod words;

use stallscope_shared::text::{Language, duration, percent};
use stallscope_shared::time::Nanos;

pub(crate) use self::catalogue::{Gap, has, render};

/// A message of the catalogue, by its id and the values that fill its gaps.
macro_rules! say {
    ($language:expr, $id:expr $(, $name:literal = $value:expr)* $(,)?) => {
        $crate::text::render($language, $id, &[$(($name, $crate::text::Gap::from($value))),*])
    };
}
pub(crate) use say;

/// A length of time in three digits.
pub(crate) fn length(language: Language, ns: i64) -> String {
    duration(Nanos(ns), language)
}

/// A share of one, in percent. No line ends between number and sign.
pub(crate) fn share(share: f64) -> String {
    percent(share.clamp(0.0, 1.0)).replace(' ', "\u{a0}")
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

    use super::{Gap, Language, bytes, has, number, render, words};
    use stallscope_shared::report::v1::{Outcome, PhaseName};

    /// Beginnings of ids that stand in tables of the code and not in calls.
    const TABLES: [&str; 8] = [
        "fact-", "facts-", "field-", "column-", "key-", "quality-", "proof-", "m13-",
    ];

    /// The literals in a source that name messages.
    fn ids(source: &str) -> Vec<&str> {
        let told = source.split("tell!(").skip(1).filter_map(|call| {
            let id = call.trim_start().strip_prefix('"')?;
            id.split('"').next()
        });
        let called = source.split("say!(").skip(1).filter_map(|call| {
            let (before, rest) = call.split_once('"')?;
            // After the language comes the id; where that is a variable, the first literal is a gap's name.
            (before.matches(',').count() == 1 && !before.contains(')'))
                .then(|| rest.split('"').next())?
        });
        let listed = source.split('"').skip(1).step_by(2).filter(|literal| {
            TABLES.iter().any(|table| {
                literal.starts_with(table) && literal.len() > table.len() && !literal.contains('{')
            })
        });
        called.chain(told).chain(listed).collect()
    }

    #[test]
    fn every_message_that_is_asked_for_exists() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        for folder in ["views", "draw", "worker"] {
            let entries = fs::read_dir(sources.join(folder)).unwrap();
            files.extend(entries.map(|entry| entry.unwrap().path()));
        }
        let mut count = 0;
        for path in files {
            let source = fs::read_to_string(&path).unwrap();
            for id in ids(&source) {
                count += 1;
                // The worker has the texts of reports and pages as well.
                let is_of_worker = path.components().any(|part| part.as_os_str() == "worker");
                let is_known = has(id)
                    || (is_of_worker && stallscope_shared::text::has(Language::English, id));
                assert!(is_known, "{id} in {}", path.display());
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

    /// Every message of the page's files, with gaps filled by a number and by a word.
    #[test]
    fn what_the_page_writes_is_what_fluent_writes() {
        let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/locales");
        let mut count = 0;
        for language in Language::ALL {
            for file in ["words.ftl", "viewer.ftl"] {
                let source = fs::read_to_string(locales.join(language.tag()).join(file)).unwrap();
                let named = |line: &str| line.split_once(" = ").map(|(id, _)| id.to_owned());
                for id in source
                    .lines()
                    .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
                    .filter_map(named)
                {
                    for number in [0, 1, 2, 17] {
                        count += 1;
                        let names = gaps_of(&source);
                        let gaps: Vec<(&'static str, Gap)> = names
                            .iter()
                            .map(|name| {
                                let name: &'static str = name.clone().leak();
                                (
                                    name,
                                    if name.len().is_multiple_of(2) {
                                        Gap::Count(number)
                                    } else {
                                        Gap::Text(format!("{number} x"))
                                    },
                                )
                            })
                            .collect();
                        let fluent = gaps.iter().fold(
                            stallscope_shared::text::Message::new(id.clone()),
                            |message, (name, gap)| match gap {
                                Gap::Count(count) => message.with(name, *count),
                                Gap::Text(text) => message.with(name, text.as_str()),
                            },
                        );
                        assert_eq!(
                            render(language, &id, &gaps),
                            stallscope_shared::text::render(language, &fluent),
                            "{id}"
                        );
                    }
                }
            }
        }
        assert!(count > 1000, "{count} compared");
    }

    /// The names of all gaps in a Fluent file.
    fn gaps_of(source: &str) -> std::collections::BTreeSet<String> {
        source
            .split('$')
            .skip(1)
            .map(|rest| {
                rest.chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .collect()
            })
            .collect()
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
