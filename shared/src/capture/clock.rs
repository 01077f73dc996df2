//! Raw clock values of an interface become times.

use super::TimeUnit;
use crate::time::Timestamp;

/// How one interface counts time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    scale: Scale,
    offset_nanos: i64,
}

/// What turns a raw value into nanoseconds.
#[derive(Clone, Copy, Debug)]
enum Scale {
    Multiply(u64),
    Divide(u64),
    /// By two to this power, after multiplying by 10⁹.
    Shift(u8),
    /// So fine that 64 bits of it are less than a nanosecond.
    Vanishing,
}

impl Clock {
    /// A clock of this unit with `offset_seconds` added (`if_tsresol`, `if_tsoffset`).
    pub(super) fn new(unit: TimeUnit, offset_seconds: i64) -> Self {
        let scale = match unit {
            TimeUnit::Decimal(digits) if digits <= 9 => {
                Scale::Multiply(10_u64.saturating_pow(u32::from(9 - digits)))
            }
            TimeUnit::Decimal(digits) => match 10_u64.checked_pow(u32::from(digits - 9)) {
                Some(divisor) => Scale::Divide(divisor),
                None => Scale::Vanishing,
            },
            TimeUnit::Binary(bits) => Scale::Shift(bits & 0x7f),
        };
        Self {
            scale,
            offset_nanos: offset_seconds.saturating_mul(NANOS_PER_SECOND),
        }
    }

    /// The time of a raw value; `None` beyond the year 2262.
    #[inline]
    pub(super) fn at(self, raw: u64) -> Option<Timestamp> {
        let nanos = match self.scale {
            Scale::Multiply(factor) => raw.checked_mul(factor)?,
            Scale::Divide(divisor) => raw / divisor.max(1),
            Scale::Shift(bits) => {
                let nanos = (u128::from(raw) * NANOS_PER_SECOND.unsigned_abs() as u128) >> bits;
                u64::try_from(nanos).ok()?
            }
            Scale::Vanishing => 0,
        };
        Some(self.offset(i64::try_from(nanos).ok()?))
    }

    /// The time of a raw value beyond the year 2262, where no packet was captured: a time before 1970, which has
    /// the top bit set, or else the last moment there is.
    #[cold]
    pub(super) fn beyond(self, raw: u64) -> Timestamp {
        let before = i128::from(raw.cast_signed()).min(0);
        let nanos = match self.scale {
            Scale::Multiply(factor) => before * i128::from(factor),
            Scale::Shift(bits) => (before * i128::from(NANOS_PER_SECOND)) >> bits,
            Scale::Divide(_) | Scale::Vanishing => 0,
        };
        let nanos = i64::try_from(nanos).ok().filter(|nanos| *nanos < 0);
        self.offset(nanos.unwrap_or(i64::MAX))
    }

    const fn offset(self, nanos: i64) -> Timestamp {
        Timestamp::from_nanos(nanos.saturating_add(self.offset_nanos))
    }
}

impl TimeUnit {
    /// From the value of `if_tsresol`: the top bit chooses the base.
    pub(super) const fn from_resolution(value: u8) -> Self {
        if value & 0x80 == 0 {
            Self::Decimal(value)
        } else {
            Self::Binary(value & 0x7f)
        }
    }
}

const NANOS_PER_SECOND: i64 = 1_000_000_000;
