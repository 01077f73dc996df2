//! HTTP/2 frames as they pass (RFC 9113 §4.1): which, of which stream, and the few bytes that say why something ended.

/// Types of frames (RFC 9113 §6).
pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const GOAWAY: u8 = 7;
/// A flag of DATA and HEADERS: nothing follows on the stream.
const END_STREAM: u8 = 1;

const HEADER: usize = 9;
/// The first bit of a stream's number is reserved.
const STREAM_ID: u32 = 0x7fff_ffff;
/// What a client says first (RFC 9113 §3.4).
const PREFACE: usize = 24;
/// As much of a payload as says why: the last stream and the error of a GOAWAY.
const KEPT: usize = 8;

/// A frame that begins, or whose first bytes are there where it says why something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: u8,
    flags: u8,
    pub(super) stream: u32,
    /// Error code of RST_STREAM and GOAWAY (RFC 9113 §7).
    pub(super) code: u32,
    /// Of a GOAWAY: the last stream that the server took notice of, or may (RFC 9113 §6.8).
    pub(super) last_stream: u32,
}

impl Frame {
    /// Nothing follows on its stream.
    pub(super) const fn ends_stream(self) -> bool {
        matches!(self.kind, DATA | HEADERS) && self.flags & END_STREAM != 0
    }
}

/// One direction.
#[derive(Debug)]
pub(super) struct Frames {
    /// Bytes that are no frame, or of a payload, and still to come.
    skip: usize,
    held: Vec<u8>,
}

impl Frames {
    /// What the client says.
    pub(super) const fn of_client() -> Self {
        Self {
            skip: PREFACE,
            held: Vec::new(),
        }
    }

    /// What the server says.
    pub(super) const fn of_server() -> Self {
        Self {
            skip: 0,
            held: Vec::new(),
        }
    }

    /// Takes bytes; the frames that began in them.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Vec<Frame> {
        let mut found = Vec::new();
        while !bytes.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = bytes.get(skipped..).unwrap_or_default();
            let wanted = self
                .wanted()
                .saturating_sub(self.held.len())
                .min(bytes.len());
            let (taken, rest) = bytes.split_at(wanted);
            self.held.extend_from_slice(taken);
            bytes = rest;
            if self.held.len() >= HEADER && self.held.len() == self.wanted() {
                found.extend(self.frame());
                self.skip = self.length().saturating_sub(self.kept());
                self.held.clear();
            }
        }
        found
    }

    fn byte(&self, at: usize) -> u8 {
        self.held.get(at).copied().unwrap_or(0)
    }

    fn length(&self) -> usize {
        let bytes = [0, self.byte(0), self.byte(1), self.byte(2)];
        usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX)
    }

    /// Bytes of the payload that are looked at.
    fn kept(&self) -> usize {
        match self.byte(3) {
            RST_STREAM | GOAWAY => self.length().min(KEPT),
            _ => 0,
        }
    }

    /// Bytes that are held until the frame is told.
    fn wanted(&self) -> usize {
        if self.held.len() < HEADER {
            HEADER
        } else {
            HEADER + self.kept()
        }
    }

    fn number(&self, at: usize) -> u32 {
        u32::from_be_bytes([
            self.byte(at),
            self.byte(at + 1),
            self.byte(at + 2),
            self.byte(at + 3),
        ])
    }

    fn frame(&self) -> Option<Frame> {
        let kind = self.byte(3);
        let code = match kind {
            RST_STREAM => self.number(HEADER),
            GOAWAY => self.number(HEADER + 4),
            _ => 0,
        };
        Some(Frame {
            kind,
            flags: self.byte(4),
            stream: self.number(5) & STREAM_ID,
            code,
            last_stream: match kind {
                GOAWAY => self.number(HEADER) & STREAM_ID,
                _ => 0,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, Frames, GOAWAY, HEADERS, PREFACE, RST_STREAM};

    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    }

    #[test]
    fn frames_are_told_however_they_are_cut() {
        let all = [
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            frame(4, 0, 0, &[0; 12]),
            frame(HEADERS, 5, 1, &[0x82; 40]),
            frame(4, 1, 0, &[]),
            frame(DATA, 1, 1, &[7; 5000]),
            frame(RST_STREAM, 0, 1, &[0, 0, 0, 7]),
            frame(GOAWAY, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 11, b'b', b'y', b'e']),
        ]
        .concat();
        assert_eq!(&all[..PREFACE], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        let mut whole = Frames::of_client();
        let expected = whole.feed(&all);
        let told: Vec<_> = expected
            .iter()
            .map(|frame| {
                (
                    frame.kind,
                    frame.stream,
                    frame.code,
                    frame.last_stream,
                    frame.ends_stream(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (4, 0, 0, 0, false),
                (HEADERS, 1, 0, 0, true),
                (4, 0, 0, 0, false),
                (DATA, 1, 0, 0, true),
                (RST_STREAM, 1, 7, 0, false),
                (GOAWAY, 0, 11, 1, false),
            ]
        );
        for cut in [1, 3, 9, 100] {
            let mut pieces = Frames::of_client();
            let found: Vec<_> = all
                .chunks(cut)
                .flat_map(|piece| pieces.feed(piece))
                .collect();
            assert_eq!(found, expected, "by {cut}");
        }
    }
}
