//! A moment in RFC 3339: UTC, nine decimals, proleptic Gregorian calendar.
//!
//! The day arithmetic is Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms": years begin in
//! March, so that the leap day is the last, and 400 years are one era of 146,097 days.

use std::fmt::Write as _;

use crate::time::Timestamp;
use crate::wire::Reader;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const DAYS_PER_ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;

/// A moment as a calendar and a clock show it, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year; 1677 to 2262.
    pub year: i64,
    /// Month, from 1.
    pub month: i64,
    /// Day of the month, from 1.
    pub day: i64,
    /// Hour.
    pub hour: i64,
    /// Minute.
    pub minute: i64,
    /// Second; no leap seconds, as in the Unix epoch.
    pub second: i64,
    /// Nanosecond.
    pub nanos: i64,
}

impl From<Timestamp> for Civil {
    fn from(at: Timestamp) -> Self {
        let seconds = at.nanos().div_euclid(NANOS_PER_SECOND);
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let days = seconds.div_euclid(SECONDS_PER_DAY) + EPOCH_DAYS;
        let era = days.div_euclid(DAYS_PER_ERA);
        let of_era = days.rem_euclid(DAYS_PER_ERA);
        let year_of_era =
            (of_era - of_era / 1_460 + of_era / 36_524 - of_era / (DAYS_PER_ERA - 1)) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let month = if march_month < 10 {
            march_month + 3
        } else {
            march_month - 9
        };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * march_month + 2) / 5 + 1,
            hour: of_day / 3_600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            nanos: at.nanos().rem_euclid(NANOS_PER_SECOND),
        }
    }
}

/// The moment as `2026-11-22T10:51:02.123456789Z`.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    let civil = Civil::from(at);
    let mut text = String::with_capacity(30);
    // Writing to a String cannot fail.
    let _infallible = write!(
        text,
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z",
        civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second, civil.nanos
    );
    text
}

/// The moment that an RFC 3339 text means: any offset, up to nine decimals. `None` when it is not one, or
/// lies outside 1677 to 2262.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    let mut reader = Reader::new(text.as_bytes());
    let year = digits(&mut reader, 4)?;
    let month = after(&mut reader, b"-").and_then(|()| digits(&mut reader, 2))?;
    let day = after(&mut reader, b"-").and_then(|()| digits(&mut reader, 2))?;
    let hour = after(&mut reader, b"Tt ").and_then(|()| digits(&mut reader, 2))?;
    let minute = after(&mut reader, b":").and_then(|()| digits(&mut reader, 2))?;
    let second = after(&mut reader, b":").and_then(|()| digits(&mut reader, 2))?;
    let is_valid = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        // A leap second (RFC 3339 §5.6) is the second after it, as in the Unix epoch.
        && second <= 60;
    if !is_valid {
        return None;
    }
    let nanos = fraction(&mut reader)?;
    let offset = offset_seconds(&mut reader)?;
    if !reader.is_empty() {
        return None;
    }
    let of_day = hour * 3_600 + minute * 60 + second - offset;
    let seconds = days_since_epoch(year, month, day) * SECONDS_PER_DAY + of_day;
    // In i128 the product cannot overflow; the narrowing says whether it is in range.
    let nanos = i128::from(seconds) * i128::from(NANOS_PER_SECOND) + i128::from(nanos);
    i64::try_from(nanos).ok().map(Timestamp::from_nanos)
}

fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let march_year = if month <= 2 { year - 1 } else { year };
    let march_month = if month > 2 { month - 3 } else { month + 9 };
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let of_year = (153 * march_month + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * DAYS_PER_ERA + of_era - EPOCH_DAYS
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn digits(reader: &mut Reader<'_>, count: usize) -> Option<i64> {
    let mut value = 0;
    for &byte in reader.take(count).ok()? {
        value = value * 10 + digit(byte)?;
    }
    Some(value)
}

fn digit(byte: u8) -> Option<i64> {
    byte.is_ascii_digit().then(|| i64::from(byte - b'0'))
}

fn after(reader: &mut Reader<'_>, one_of: &[u8]) -> Option<()> {
    let byte = reader.u8().ok()?;
    one_of.contains(&byte).then_some(())
}

/// Nanoseconds of an optional fraction of a second.
fn fraction(reader: &mut Reader<'_>) -> Option<i64> {
    if reader.rest().first() != Some(&b'.') {
        return Some(0);
    }
    reader.skip(1).ok()?;
    let mut nanos = 0;
    let mut unit = NANOS_PER_SECOND / 10;
    let mut is_empty = true;
    while let Some(value) = reader.rest().first().copied().and_then(digit) {
        if unit == 0 {
            return None;
        }
        reader.skip(1).ok()?;
        nanos += value * unit;
        unit /= 10;
        is_empty = false;
    }
    (!is_empty).then_some(nanos)
}

/// Seconds that the local time is ahead of UTC.
fn offset_seconds(reader: &mut Reader<'_>) -> Option<i64> {
    let sign = match reader.u8().ok()? {
        b'Z' | b'z' => return Some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits(reader, 2)?;
    let minutes = after(reader, b":").and_then(|()| digits(reader, 2))?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{parse, rfc3339};
    use crate::time::Timestamp;

    #[test]
    fn known_moments_are_written() {
        for (name, nanos, text) in [
            ("the epoch", 0, "1970-01-01T00:00:00.000000000Z"),
            ("one before", -1, "1969-12-31T23:59:59.999999999Z"),
            (
                "leap day of a century",
                951_782_400_000_000_000,
                "2000-02-29T00:00:00.000000000Z",
            ),
            (
                "RFC 3339 §5.8, first example",
                482_196_050_520_000_000,
                "1985-04-12T23:20:50.520000000Z",
            ),
            (
                "the first that fits",
                i64::MIN,
                "1677-09-21T00:12:43.145224192Z",
            ),
            (
                "the last that fits",
                i64::MAX,
                "2262-04-11T23:47:16.854775807Z",
            ),
        ] {
            assert_eq!(rfc3339(Timestamp::from_nanos(nanos)), text, "{name}");
            assert_eq!(parse(text), Some(Timestamp::from_nanos(nanos)), "{name}");
        }
    }

    #[test]
    fn other_spellings_are_read() {
        for (text, same) in [
            (
                "1996-12-19T16:39:57-08:00",
                "1996-12-20T00:39:57.000000000Z",
            ),
            ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000000000Z"),
            (
                "1937-01-01t12:00:27.87+00:20",
                "1937-01-01T11:40:27.870000000Z",
            ),
        ] {
            assert_eq!(parse(text).map(rfc3339).as_deref(), Some(same), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "1970-13-01T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00.0000000001Z",
            "1970-01-01T00:00:00Zz",
            "1970-01-01T00:00:00+24:00",
            "9999-12-31T23:59:59Z",
            "+970-01-01T00:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_survives(nanos in any::<i64>()) {
            let at = Timestamp::from_nanos(nanos);
            assert_eq!(parse(&rfc3339(at)), Some(at));
        }

        #[test]
        fn a_day_later_is_another_date(day in -106_000_i64..106_000) {
            let at = |day: i64| rfc3339(Timestamp::from_nanos(day * 86_400_000_000_000));
            assert!(at(day)[..10] < at(day + 1)[..10]);
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _any_answer = parse(&text);
        }

        #[test]
        fn a_changed_byte_does_not_panic(at in 0_usize..30, byte in 0_u8..128) {
            let mut text = rfc3339(Timestamp::from_nanos(0)).into_bytes();
            text[at] = byte;
            let _any_answer = parse(&String::from_utf8_lossy(&text));
        }
    }
}
