//! What the page says: messages of the catalogue, numbers, lengths of time, words of the report.

pub(crate) mod words;

use stallscope_shared::text::{Language, Value};
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

/// A length of time in three digits.
pub(crate) fn length(language: Language, ns: i64) -> String {
    Value::Duration(Nanos(ns)).write(language)
}

/// A share of one, in percent.
pub(crate) fn share(language: Language, share: f64) -> String {
    Value::Share(share).write(language)
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
    use super::{bytes, number};

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
