//! Handshake messages of one side, put together from record bodies (RFC 8446 §5.1: a message may span records,
//! a record may hold several).

use super::codepoints::{HandshakeType, Version};
use super::record::Head;
use crate::ids::Stamp;
use crate::limits::MESSAGE_BYTES;

/// Bytes of a message header: type and length.
pub(super) const HEADER_BYTES: usize = 4;
/// Most of what messages that span packets have: chains of certificates.
const USUAL_MESSAGE_BYTES: usize = 6 << 10;
/// Longest message that is believed; certificate chains of this size do not occur, random bytes mostly exceed it.
const MAX_MESSAGE: u32 = 1 << 18;

/// A message whose header was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct MessageHead {
    pub(super) kind: HandshakeType,
    /// Length of the body.
    pub(super) length: u32,
    /// The packet that carried its first byte, or its record's first byte where it begins the record.
    pub(super) first_byte: Stamp,
    /// Stream position of that byte.
    pub(super) start: u64,
    /// Version field of the record that completed its header.
    pub(super) record_version: Version,
    /// Records it spans so far.
    pub(super) record_count: u32,
}

/// What the next bytes of a body are.
#[derive(Debug)]
pub(super) enum Step<'a> {
    /// A message that lies in these bytes begins and is over; its body begins at that stream position.
    Whole {
        head: MessageHead,
        body_start: u64,
        body: &'a [u8],
    },
    /// A message begins.
    Begin(MessageHead),
    /// A message is over. `body` is empty for messages that nobody reads, and ends early where a hole or
    /// [`MESSAGE_BYTES`] cut it.
    End {
        head: MessageHead,
        body: Vec<u8>,
        has_hole: bool,
    },
    /// Not a message: the rest of this record cannot be read.
    Nonsense,
}

/// Bytes of a body and where they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment<'a> {
    pub(super) rest: &'a [u8],
    pub(super) carried: Stamp,
    /// Stream position of the first of them.
    pub(super) position: u64,
}

impl<'a> Fragment<'a> {
    fn take(&mut self, at_most: usize) -> &'a [u8] {
        let (taken, rest) = self
            .rest
            .split_at_checked(at_most)
            .unwrap_or((self.rest, &[]));
        self.rest = rest;
        self.position = self.position.saturating_add(taken.len() as u64);
        taken
    }
}

#[derive(Debug)]
struct Pending {
    head: MessageHead,
    left: u32,
    /// The beginning of the body, up to the first hole.
    buffer: Vec<u8>,
    has_hole: bool,
}

/// The handshake messages of one side.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    header: [u8; HEADER_BYTES],
    filled: u8,
    first: Option<(Stamp, u64)>,
    /// Records that the header being read spans.
    header_records: u32,
    pending: Option<Pending>,
    /// Nothing more of this record can be read.
    skips_record: bool,
    /// The current record's body has not been read from yet.
    is_record_start: bool,
    record: Option<Head>,
}

impl Assembly {
    /// A handshake record begins.
    pub(super) const fn begin_record(&mut self, record: Head) {
        self.record = Some(record);
        self.skips_record = false;
        self.is_record_start = true;
        if let Some(pending) = &mut self.pending {
            pending.head.record_count = pending.head.record_count.saturating_add(1);
        }
        self.header_records = self.header_records.saturating_add(1);
    }

    /// The next step; `None` when `fragment` is used up.
    pub(super) fn step<'a>(&mut self, fragment: &mut Fragment<'a>) -> Option<Step<'a>> {
        if self.skips_record {
            return None;
        }
        match self.pending.take() {
            Some(pending) => self.body(pending, fragment),
            None => self.message_header(fragment),
        }
    }

    /// `length` bytes of the current record's body are missing.
    pub(super) fn on_hole(&mut self, length: u64) {
        match &mut self.pending {
            Some(pending) if u64::from(pending.left) >= length => {
                pending.has_hole = true;
                pending.left = pending
                    .left
                    .saturating_sub(u32::try_from(length).unwrap_or(u32::MAX));
            }
            _ => self.lose(),
        }
    }

    /// Message boundaries are lost until the next record; what there is of the current message.
    pub(super) fn lose(&mut self) {
        self.pending = None;
        self.filled = 0;
        self.skips_record = true;
    }

    /// The message that is not over yet, and its beginning.
    pub(super) fn unfinished(&self) -> Option<(MessageHead, &[u8])> {
        let pending = self.pending.as_ref()?;
        Some((pending.head, &pending.buffer))
    }

    /// Stream position of a message whose header is not complete.
    pub(super) const fn header_start(&self) -> Option<u64> {
        match self.first {
            Some((_, start)) if self.filled > 0 => Some(start),
            _ => match self.record {
                Some(record) if self.is_record_start => Some(record.start),
                _ => None,
            },
        }
    }

    /// A message whose framing is not a record's (an SSLv2 ClientHello): `buffer` is its beginning.
    pub(super) fn begin_foreign(&mut self, head: MessageHead, buffer: Vec<u8>, left: u32) {
        self.pending = Some(Pending {
            head,
            left,
            buffer,
            has_hole: false,
        });
        self.skips_record = false;
    }

    fn message_header<'a>(&mut self, fragment: &mut Fragment<'a>) -> Option<Step<'a>> {
        let record = self.record?;
        if self.filled == 0 {
            let here = (fragment.carried, fragment.position);
            let first = if self.is_record_start {
                (record.first_byte, record.start)
            } else {
                here
            };
            self.first = (!fragment.rest.is_empty()).then_some(first);
            self.header_records = 1;
        }
        let [kind, a, b, c] = self.header_bytes(fragment)?;
        let (first_byte, start) = self.first?;
        let head = MessageHead {
            kind: HandshakeType(kind),
            length: u32::from_be_bytes([0, a, b, c]),
            first_byte,
            start,
            record_version: record.version,
            record_count: self.header_records,
        };
        if head.kind.name().is_none() || head.length > MAX_MESSAGE {
            self.lose();
            return Some(Step::Nonsense);
        }
        if fragment.rest.len() >= head.length as usize {
            return Some(Step::Whole {
                head,
                body_start: fragment.position,
                body: fragment.take(head.length as usize),
            });
        }
        self.pending = Some(Pending {
            head,
            left: head.length,
            buffer: Vec::new(),
            has_hole: false,
        });
        Some(Step::Begin(head))
    }

    /// The header that ends in this fragment, if one does.
    fn header_bytes(&mut self, fragment: &mut Fragment<'_>) -> Option<[u8; HEADER_BYTES]> {
        if let (0, Some(&whole)) = (self.filled, fragment.rest.first_chunk()) {
            fragment.take(HEADER_BYTES);
            self.is_record_start = false;
            return Some(whole);
        }
        while usize::from(self.filled) < HEADER_BYTES {
            let &byte = fragment.take(1).first()?;
            self.is_record_start = false;
            if let Some(place) = self.header.get_mut(usize::from(self.filled)) {
                *place = byte;
            }
            self.filled = self.filled.saturating_add(1);
        }
        self.filled = 0;
        Some(self.header)
    }

    fn body<'a>(&mut self, mut pending: Pending, fragment: &mut Fragment<'a>) -> Option<Step<'a>> {
        let bytes = fragment.take(pending.left as usize);
        self.is_record_start &= bytes.is_empty();
        pending.left = pending
            .left
            .saturating_sub(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        pending.keep(bytes);
        if pending.left > 0 {
            self.pending = Some(pending);
            return None;
        }
        Some(Step::End {
            head: pending.head,
            has_hole: pending.has_hole,
            body: pending.buffer,
        })
    }
}

impl Pending {
    fn keep(&mut self, bytes: &[u8]) {
        if self.has_hole || !is_read(self.head.kind) {
            return;
        }
        let room = MESSAGE_BYTES.saturating_sub(self.buffer.len());
        if self.buffer.capacity() == 0 {
            // All of an ordinary message at once; who announces more than comes gets no more than this.
            self.buffer
                .reserve_exact((self.head.length as usize).min(USUAL_MESSAGE_BYTES));
        }
        self.buffer
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }
}

/// Whether a message's body is needed, not just its header.
const fn is_read(kind: HandshakeType) -> bool {
    matches!(
        kind,
        HandshakeType::CLIENT_HELLO
            | HandshakeType::SERVER_HELLO
            | HandshakeType::HELLO_RETRY_REQUEST
            | HandshakeType::CERTIFICATE
            | HandshakeType::SERVER_KEY_EXCHANGE
    )
}
