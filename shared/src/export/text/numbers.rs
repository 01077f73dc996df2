//! Numbers as people read them: three significant digits, a sensible unit.

use super::pen::Pen;

const SECOND: u128 = 1_000_000_000;

/// A length of time: `24.1 ms`, `9.97 s`, `16 min 40 s`.
pub(super) fn duration(pen: Pen, nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = u128::from(nanos.unsigned_abs());
    let units = [
        ("ns", 1),
        (pen.pick("µs", "us"), 1_000),
        ("ms", 1_000_000),
        ("s", SECOND),
    ];
    for (unit, size) in units {
        if let Some(number) = three_digits(nanos, size) {
            return format!("{sign}{number} {unit}");
        }
    }
    let seconds = nanos / SECOND;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    if hours == 0 {
        format!("{sign}{minutes} min {} s", seconds % 60)
    } else if days < 2 {
        format!("{sign}{hours} h {} min", minutes % 60)
    } else {
        format!("{sign}{days} d {} h", hours % 24)
    }
}

/// `value / size` with three significant digits; `None` from 1000 on.
fn three_digits(value: u128, size: u128) -> Option<String> {
    if size == 1 {
        return (value < 1_000).then(|| value.to_string());
    }
    for (decimals, power) in [(2, 100), (1, 10), (0, 1)] {
        let scaled = (value * power + size / 2) / size;
        if scaled < 1_000 {
            return Some(match decimals {
                0 => scaled.to_string(),
                _ => format!(
                    "{}.{:0decimals$}",
                    scaled / power,
                    scaled % power,
                    decimals = decimals
                ),
            });
        }
    }
    None
}

/// A count with its thousands set apart: `1,204`.
pub(super) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun: `1 packet`, `1,204 packets`.
pub(super) fn counted(value: u64, noun: &str) -> String {
    let plural = if value == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(value))
}

/// An amount of bytes, decimal: `412 B`, `1.50 MB`.
pub(super) fn bytes(value: u64) -> String {
    if value < 1_000 {
        return format!("{value} B");
    }
    for (unit, size) in [
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", SECOND),
        ("TB", 1_000 * SECOND),
    ] {
        if let Some(number) = three_digits(u128::from(value), size) {
            return format!("{number} {unit}");
        }
    }
    format!("{} TB", value / 1_000_000_000_000)
}

/// A share: `38.8 %`. Only none is `0 %` and only all is `100 %`.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole));
    if part == 0 || whole == 0 {
        return "0 %".to_owned();
    }
    if part >= whole {
        return "100 %".to_owned();
    }
    let tenths = ((part * 2_000 + whole) / (whole * 2)).clamp(1, 999);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::{Pen, bytes, count, duration, percent};

    const PEN: Pen = Pen {
        color: false,
        unicode: true,
    };

    #[test]
    fn lengths_of_time() {
        for (nanos, text) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1.00 µs"),
            (9_995, "10.0 µs"),
            (24_123_456, "24.1 ms"),
            (99_950_000, "100 ms"),
            (999_499_999, "999 ms"),
            (999_500_000, "1.00 s"),
            (9_970_000_000, "9.97 s"),
            (127_000_000_000, "127 s"),
            (1_000_000_000_000, "16 min 40 s"),
            (7_380_000_000_000, "2 h 3 min"),
            (273_600_000_000_000, "3 d 4 h"),
            (-1_500_000, "-1.50 ms"),
            (i64::MIN, "-106751 d 23 h"),
        ] {
            assert_eq!(duration(PEN, nanos), text, "{nanos}");
        }
    }

    #[test]
    fn counts_sizes_and_shares() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(200_000_000), "200 MB");
        assert_eq!(bytes(u64::MAX), "18446744 TB");
        assert_eq!(percent(0, 0), "0 %");
        assert_eq!(percent(31, 80), "38.8 %");
        assert_eq!(percent(1, 1_000_000), "0.1 %");
        assert_eq!(percent(999_999, 1_000_000), "99.9 %");
        assert_eq!(percent(5, 5), "100 %");
    }
}
