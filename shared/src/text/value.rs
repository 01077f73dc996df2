//! Values that fill the gaps of messages, with their units, and how each language writes them.

use std::net::{IpAddr, SocketAddr};

use super::{Language, Message, render};
use crate::ids::Stamp;
use crate::time::Nanos;

/// What fills a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A name or an address, as it stands.
    Text(String),
    /// How many; chooses the plural form.
    Count(u64),
    /// A length of time.
    Duration(Nanos),
    /// A share, in millionths of the whole.
    Share(u32),
    /// The number of a packet, as Wireshark counts.
    Packet(u32),
    /// Several values, written as a list.
    List(Vec<Self>),
    /// A message inside a message.
    Message(Box<Message>),
}

impl Value {
    /// Some of all, as a share.
    #[must_use]
    pub fn share(some: u64, all: u64) -> Self {
        let millionths = some.saturating_mul(1_000_000) / all.max(1);
        Self::Share(u32::try_from(millionths).unwrap_or(u32::MAX))
    }

    /// A rate between 0 and 1, as a share.
    #[must_use]
    pub fn rate(rate: f64) -> Self {
        Self::Share((rate.clamp(0.0, 1.0) * 1e6).round() as u32)
    }

    /// How it is written in a language.
    #[must_use]
    pub fn write(&self, language: Language) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Duration(length) => duration(*length, language),
            Self::Share(millionths) => percent(f64::from(*millionths) / 1e6),
            Self::Packet(number) => number.to_string(),
            Self::List(values) => {
                let between = match language {
                    Language::English => ", ",
                    Language::SimplifiedChinese => "、",
                };
                let written: Vec<String> =
                    values.iter().map(|value| value.write(language)).collect();
                written.join(between)
            }
            Self::Message(message) => render(language, message),
        }
    }
}

/// Three digits that count, in the largest unit that leaves at least one before the point.
#[must_use]
pub fn duration(length: Nanos, language: Language) -> String {
    let nanos = length.get();
    if nanos == 0 {
        return match language {
            Language::English => "0 s".to_owned(),
            Language::SimplifiedChinese => "0 秒".to_owned(),
        };
    }
    let sign = if nanos < 0 { "-" } else { "" };
    let size = nanos.unsigned_abs() as f64;
    let (value, english, chinese) = if size >= 1e9 {
        (size / 1e9, "s", "秒")
    } else if size >= 1e6 {
        (size / 1e6, "ms", "毫秒")
    } else if size >= 1e3 {
        (size / 1e3, "µs", "微秒")
    } else {
        (size, "ns", "纳秒")
    };
    let unit = match language {
        Language::English => english,
        Language::SimplifiedChinese => chinese,
    };
    let number = if value >= 99.95 {
        decimal(value, 0)
    } else if value >= 9.995 {
        decimal(value, 1)
    } else {
        decimal(value, 2)
    };
    format!("{sign}{number} {unit}")
}

/// A share of one in whole percents, tenths below ten, and never 0 % or 100 % for what is not.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if share > 0.0 && percent < 0.1 {
        "< 0.1 %".to_owned()
    } else if share < 1.0 && percent > 99.0 {
        decimal(percent.min(99.9), 1) + " %"
    } else if percent < 9.95 && percent.fract() != 0.0 {
        decimal(percent, 1) + " %"
    } else {
        decimal(percent, 0) + " %"
    }
}

/// A number that is not negative with so many decimals, as `{:.*}` writes it: rounded from its exact value, halves to
/// the even side. That formatting weighs 11 kB in the page's module.
fn decimal(value: f64, decimals: u32) -> String {
    /// Bits of a number behind its leading one, and where its exponent counts from (IEEE 754 binary64).
    const FRACTION: u32 = 52;
    const BIAS: u64 = 1023 + FRACTION as u64;
    let bits = value.to_bits();
    let mantissa = bits & ((1 << FRACTION) - 1) | 1 << FRACTION;
    let unit = 10_u64.pow(decimals);
    let shift = BIAS.saturating_sub(bits >> FRACTION & 0x7ff) as u32;
    let scaled = mantissa.saturating_mul(unit);
    let rounded = match shift {
        // So large that it has no fraction.
        0 => (value as u64).saturating_mul(unit),
        1..u64::BITS => {
            let (floor, rest) = (scaled >> shift, scaled & ((1 << shift) - 1));
            let half = 1 << (shift - 1);
            floor + u64::from(rest > half || rest == half && floor % 2 == 1)
        }
        // So small that nothing of it is left.
        _ => 0,
    };
    let (whole, part) = (rounded / unit, rounded % unit);
    match decimals {
        0 => whole.to_string(),
        _ => format!("{whole}.{part:0width$}", width = decimals as usize),
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Count(u64::from(count))
    }
}

impl From<Nanos> for Value {
    fn from(length: Nanos) -> Self {
        Self::Duration(length)
    }
}

impl From<Stamp> for Value {
    fn from(stamp: Stamp) -> Self {
        Self::Packet(stamp.packet.number.get())
    }
}

impl From<SocketAddr> for Value {
    fn from(address: SocketAddr) -> Self {
        Self::Text(address.to_string())
    }
}

impl From<IpAddr> for Value {
    fn from(address: IpAddr) -> Self {
        Self::Text(address.to_string())
    }
}

impl From<Message> for Value {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::decimal;

    proptest! {
        #[test]
        fn decimals_are_those_of_the_library(
            value in prop_oneof![0.0..1000.0, 0.0..1e13, (0_u32..100_000).prop_map(|eighths| f64::from(eighths) / 8.0)],
            decimals in 0_u32..3,
        ) {
            let digits = decimals as usize;
            prop_assert_eq!(decimal(value, decimals), format!("{value:.digits$}"));
        }
    }

    #[test]
    fn the_ends_of_numbers_have_decimals_too() {
        for value in [
            0.0,
            f64::MIN_POSITIVE,
            0.125,
            0.5,
            1.5,
            2.5,
            9.995,
            99.95,
            9.3e9,
            9e15,
            1e16,
        ] {
            for decimals in 0..3 {
                let digits = decimals as usize;
                assert_eq!(decimal(value, decimals), format!("{value:.digits$}"));
            }
        }
    }
}
