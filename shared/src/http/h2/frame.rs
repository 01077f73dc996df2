//! HTTP/2 frames (RFC 9113 §4 and §6): the header of nine bytes, and the payloads that matter.

use crate::http::facts::{ErrorCode, Settings};
use crate::wire::{Reader, Truncated};

/// Bytes of a frame's header.
pub(super) const HEADER_BYTES: usize = 9;

/// Largest payload before SETTINGS_MAX_FRAME_SIZE allows more (RFC 9113 §6.5.2).
pub(super) const DEFAULT_MAX_FRAME_BYTES: u32 = 16_384;

/// A frame type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameType(pub(super) u8);

impl FrameType {
    pub(super) const DATA: Self = Self(0);
    pub(super) const HEADERS: Self = Self(1);
    pub(super) const PRIORITY: Self = Self(2);
    pub(super) const RST_STREAM: Self = Self(3);
    pub(super) const SETTINGS: Self = Self(4);
    pub(super) const PUSH_PROMISE: Self = Self(5);
    pub(super) const PING: Self = Self(6);
    pub(super) const GOAWAY: Self = Self(7);
    pub(super) const WINDOW_UPDATE: Self = Self(8);
    pub(super) const CONTINUATION: Self = Self(9);
}

/// END_STREAM of DATA and HEADERS.
pub(super) const END_STREAM: u8 = 0x01;
/// ACK of SETTINGS and PING.
pub(super) const ACK: u8 = 0x01;
/// END_HEADERS of HEADERS, PUSH_PROMISE and CONTINUATION.
pub(super) const END_HEADERS: u8 = 0x04;
/// PADDED of DATA, HEADERS and PUSH_PROMISE.
pub(super) const PADDED: u8 = 0x08;
/// PRIORITY of HEADERS.
const PRIORITY: u8 = 0x20;

/// A frame's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameHeader {
    pub(super) length: u32,
    pub(super) kind: FrameType,
    pub(super) flags: u8,
    pub(super) stream: u32,
}

impl FrameHeader {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Truncated> {
        let mut reader = Reader::new(bytes);
        Ok(Self {
            length: reader.u24()?,
            kind: FrameType(reader.u8()?),
            flags: reader.u8()?,
            stream: reader.u32()? & 0x7fff_ffff,
        })
    }

    pub(super) const fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Whether an endpoint would take it: size, and stream zero where it belongs (RFC 9113 §6).
    pub(super) fn is_valid(self, max_bytes: u32) -> bool {
        let has_stream = self.stream != 0;
        self.length <= max_bytes
            && match self.kind {
                FrameType::DATA
                | FrameType::HEADERS
                | FrameType::PUSH_PROMISE
                | FrameType::CONTINUATION => has_stream,
                FrameType::PRIORITY => has_stream && self.length == 5,
                FrameType::RST_STREAM => has_stream && self.length == 4,
                FrameType::SETTINGS => !has_stream && self.length.is_multiple_of(6),
                FrameType::PING => !has_stream && self.length == 8,
                FrameType::GOAWAY => !has_stream && self.length >= 8,
                FrameType::WINDOW_UPDATE => self.length == 4,
                _ => true,
            }
    }

    /// Whether bytes from nowhere that read so may be taken for a frame.
    pub(super) fn is_likely(self, max_bytes: u32) -> bool {
        let defined = match self.kind {
            FrameType::DATA => END_STREAM | PADDED,
            FrameType::HEADERS => END_STREAM | END_HEADERS | PADDED | PRIORITY,
            FrameType::SETTINGS | FrameType::PING => ACK,
            FrameType::PUSH_PROMISE => END_HEADERS | PADDED,
            FrameType::CONTINUATION => END_HEADERS,
            FrameType(0..=8) => 0,
            _ => return false,
        };
        self.flags & !defined == 0 && self.is_valid(max_bytes)
    }

    /// The header block fragment in the payload of HEADERS.
    pub(super) fn fragment(self, payload: &[u8]) -> Result<&[u8], Truncated> {
        let priority = if self.kind == FrameType::HEADERS && self.has(PRIORITY) {
            5
        } else {
            0
        };
        let mut reader = Reader::new(self.unpadded(payload)?);
        reader.skip(priority)?;
        Ok(reader.rest())
    }

    /// The promised stream and the header block fragment in the payload of PUSH_PROMISE.
    pub(super) fn promise(self, payload: &[u8]) -> Result<(u32, &[u8]), Truncated> {
        let mut reader = Reader::new(self.unpadded(payload)?);
        let promised = reader.u32()? & 0x7fff_ffff;
        Ok((promised, reader.rest()))
    }

    fn unpadded(self, payload: &[u8]) -> Result<&[u8], Truncated> {
        if !self.has(PADDED) {
            return Ok(payload);
        }
        let mut reader = Reader::new(payload);
        let padding = usize::from(reader.u8()?);
        let length = reader.remaining().checked_sub(padding).ok_or(Truncated)?;
        reader.take(length)
    }
}

impl Settings {
    /// Takes the values of a SETTINGS payload.
    pub(super) fn absorb(&mut self, payload: &[u8]) -> Result<(), Truncated> {
        let mut reader = Reader::new(payload);
        while !reader.is_empty() {
            let name = reader.u16()?;
            let value = Some(reader.u32()?);
            match name {
                1 => self.header_table_size = value,
                3 => self.max_concurrent_streams = value,
                4 => self.initial_window_size = value,
                5 => self.max_frame_size = value,
                _ => {}
            }
        }
        Ok(())
    }
}

impl ErrorCode {
    /// The name in RFC 9113 §7; `None` for others.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0x0 => "NO_ERROR",
            0x1 => "PROTOCOL_ERROR",
            0x2 => "INTERNAL_ERROR",
            0x3 => "FLOW_CONTROL_ERROR",
            0x4 => "SETTINGS_TIMEOUT",
            0x5 => "STREAM_CLOSED",
            0x6 => "FRAME_SIZE_ERROR",
            0x7 => "REFUSED_STREAM",
            0x8 => "CANCEL",
            0x9 => "COMPRESSION_ERROR",
            0xa => "CONNECT_ERROR",
            0xb => "ENHANCE_YOUR_CALM",
            0xc => "INADEQUATE_SECURITY",
            0xd => "HTTP_1_1_REQUIRED",
            _ => return None,
        })
    }

    /// Its name, else its number as the registries write it.
    #[must_use]
    pub fn words(self) -> String {
        self.name()
            .map_or_else(|| format!("{:#x}", self.0), str::to_owned)
    }
}
