//! TCP options (RFC 9293 §3.2, RFC 7323, RFC 2018, RFC 7413).

use crate::wire::{Reader, Truncated};

/// What the options of one TCP header say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpOptions {
    /// Maximum segment size (kind 2).
    pub mss: Option<u16>,
    /// Window scale shift (kind 3), as sent.
    pub window_scale: Option<u8>,
    /// SACK permitted (kind 4).
    pub sack_permitted: bool,
    /// SACK blocks (kind 5), left and right edge, in order; the first may be a D-SACK (RFC 2883).
    pub sack: [Option<(u32, u32)>; 4],
    /// Timestamps (kind 8): TSval, TSecr (RFC 7323).
    pub timestamps: Option<(u32, u32)>,
    /// Fast open cookie request or cookie (kind 34, or the experimental 254 with magic 0xF989, RFC 7413).
    pub fast_open: bool,
    /// A kind whose length ran past the header, or was below 2 or wrong for its kind.
    pub malformed: bool,
    /// The capture cut the options off: what is absent here was not observed.
    pub snapped: bool,
    /// The kinds in the order sent, zero-filled after the last: the sender's fingerprint (M13).
    /// Runs of no-op padding are kept; at most 16 kinds.
    pub kinds: [u8; 16],
}

impl TcpOptions {
    /// No options at all.
    pub const NONE: Self = Self {
        mss: None,
        window_scale: None,
        sack_permitted: false,
        sack: [None; 4],
        timestamps: None,
        fast_open: false,
        malformed: false,
        snapped: false,
        kinds: [0; 16],
    };

    /// Reads the bytes between the fixed header and the payload; `snapped` when there were more of them.
    #[inline]
    pub(super) fn parse(bytes: &[u8], snapped: bool) -> Self {
        match *bytes {
            [] => Self {
                snapped,
                ..Self::NONE
            },
            // Two no-ops and timestamps: nearly every segment of an established connection (RFC 7323 appendix A).
            [1, 1, 8, 10, v0, v1, v2, v3, e0, e1, e2, e3] => Self {
                timestamps: Some((
                    u32::from_be_bytes([v0, v1, v2, v3]),
                    u32::from_be_bytes([e0, e1, e2, e3]),
                )),
                kinds: TIMESTAMPS_ONLY,
                snapped,
                ..Self::NONE
            },
            _ => Self::parse_any(bytes, snapped),
        }
    }

    #[inline(never)]
    fn parse_any(bytes: &[u8], snapped: bool) -> Self {
        let mut options = Self {
            snapped,
            ..Self::NONE
        };
        let mut kinds = options.kinds;
        let mut slots = kinds.iter_mut();
        let mut rest = Reader::new(bytes);
        while let Ok(kind) = rest.u8() {
            if kind == END_OF_LIST {
                break;
            }
            if let Some(slot) = slots.next() {
                *slot = kind;
            }
            if kind == NO_OPERATION {
                continue;
            }
            match value(&mut rest) {
                Ok(Some(value)) => {
                    if options.set(kind, value).is_err() {
                        options.malformed = true;
                    }
                }
                Ok(None) => {
                    options.malformed = true;
                    break;
                }
                // Where the capture cut the options off, the missing bytes are no fault of the sender.
                Err(Truncated) => {
                    options.malformed = !snapped;
                    break;
                }
            }
        }
        options.kinds = kinds;
        options
    }

    /// Takes the value of one kind; an error when it is shorter or longer than the kind has it.
    fn set(&mut self, kind: u8, value: &[u8]) -> Result<(), Truncated> {
        match (kind, value) {
            (2, &[m0, m1]) => self.mss = Some(u16::from_be_bytes([m0, m1])),
            (3, &[shift]) => self.window_scale = Some(shift),
            (4, []) => self.sack_permitted = true,
            (5, blocks) => return self.set_sack(blocks),
            (8, _) => {
                let mut both = Reader::new(value);
                let timestamps = (both.u32()?, both.u32()?);
                if !both.is_empty() {
                    return Err(Truncated);
                }
                self.timestamps = Some(timestamps);
            }
            (34, _) | (254, [0xf9, 0x89, ..]) => self.fast_open = true,
            (2..=4, _) => return Err(Truncated),
            _ => {}
        }
        Ok(())
    }

    fn set_sack(&mut self, blocks: &[u8]) -> Result<(), Truncated> {
        let mut blocks = Reader::new(blocks);
        for slot in &mut self.sack {
            if blocks.is_empty() {
                return Ok(());
            }
            *slot = Some((blocks.u32()?, blocks.u32()?));
        }
        Ok(())
    }
}

impl Default for TcpOptions {
    fn default() -> Self {
        Self::NONE
    }
}

/// The bytes after kind and length; `None` when the length is below 2.
fn value<'a>(rest: &mut Reader<'a>) -> Result<Option<&'a [u8]>, Truncated> {
    let length = usize::from(rest.u8()?);
    match length.checked_sub(2) {
        Some(length) => rest.take(length).map(Some),
        None => Ok(None),
    }
}

const END_OF_LIST: u8 = 0;
const NO_OPERATION: u8 = 1;

/// The kinds of no-op, no-op, timestamps.
const TIMESTAMPS_ONLY: [u8; 16] = [1, 1, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
