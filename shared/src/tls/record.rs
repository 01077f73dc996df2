//! The record layer of one side: in-order bytes become record headers and slices of bodies (RFC 8446 §5.1).
//!
//! Bodies are handed through, never copied. A hole inside a body that nobody needs is harmless; a hole over a header
//! loses the framing, which is found again by looking for the next bytes that can be a header.

use super::codepoints::{ContentType, Version};
use super::sniff::{HEADER_BYTES, V2_HEADER_BYTES, fits, is_header, v2_hello_length};
use crate::flow::chunk::{Chunk, Hole};
use crate::ids::Stamp;

/// A record's header and where it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) content: ContentType,
    pub(super) version: Version,
    pub(super) length: u16,
    /// The packet that carried the header's first byte.
    pub(super) first_byte: Stamp,
    /// Stream position of the header's first byte.
    pub(super) start: u64,
}

impl Head {
    /// Of the header that `input` begins with.
    const fn of(header: [u8; HEADER_BYTES], input: &Input<'_>) -> Self {
        let [content, major, minor, high, low] = header;
        Self {
            content: ContentType(content),
            version: Version(u16::from_be_bytes([major, minor])),
            length: u16::from_be_bytes([high, low]),
            first_byte: input.carried,
            start: input.position,
        }
    }
}

/// What the next bytes are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    /// A header is complete; `confirms` when it proves that framing lost in a hole was found again.
    Begin { head: Head, confirms: bool },
    /// Bytes of the current body; the body may be empty.
    Body { bytes: &'a [u8], ends: bool },
    /// The stream begins with an SSLv2-framed ClientHello; its first bytes are [`RecordLine::window`].
    BeginV2(Head),
    /// More of that ClientHello.
    BodyV2(&'a [u8]),
    /// The stream begins with bytes that are no record: [`RecordLine::window`].
    BeginStrange(Stamp),
    /// More of those bytes.
    Strange(&'a [u8]),
    /// The framing is lost; these bytes are of some record, or of none.
    Unframed(&'a [u8]),
    /// No header where one must be, without any hole: the framing is lost here.
    Unreadable,
}

/// A record that lies in one chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole<'a> {
    pub(super) head: Head,
    /// As in [`Step::Begin`].
    pub(super) confirms: bool,
    /// Stream position of the body's first byte.
    pub(super) body_start: u64,
    pub(super) body: &'a [u8],
}

/// What a hole does to the current record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Damage {
    /// It took bytes out of the current body.
    pub(super) hits_body: bool,
    /// The end of the current body is in it.
    pub(super) ends_body: bool,
    /// The framing is lost.
    pub(super) loses_framing: bool,
}

/// In-order bytes of one chunk that are still to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a> {
    pub(super) rest: &'a [u8],
    /// Stream position of the first of them.
    pub(super) position: u64,
    pub(super) carried: Stamp,
}

impl<'a> Input<'a> {
    pub(super) const fn new(chunk: &Chunk<'a>) -> Self {
        Self {
            rest: chunk.bytes,
            position: chunk.offset,
            carried: chunk.carried,
        }
    }

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

#[derive(Clone, Copy, Debug)]
enum State {
    /// Between records, or inside a header.
    Header,
    /// Inside a body, with so many bytes to come; none for an empty record whose end was not yet told.
    Body(u16),
    /// Inside an SSLv2-framed ClientHello, with so many bytes to come.
    BodyV2(u16),
    /// Not TLS from the first byte on.
    Strange,
    /// Looking for a header.
    Lost,
    /// Found one, in the window.
    Found,
}

/// The record layer of one side.
#[derive(Debug)]
pub(super) struct RecordLine {
    state: State,
    /// Header bytes read so far, or the last bytes while the framing is lost.
    window: [u8; V2_HEADER_BYTES],
    filled: u8,
    /// Where the header in `window` began.
    start: u64,
    first_byte: Option<Stamp>,
    /// The version field of the last record.
    version: Option<Version>,
    /// The current record was found by looking for it, and nothing has proved it right yet.
    is_guess: bool,
    /// Stream position after the last byte or hole.
    position: u64,
}

impl Default for RecordLine {
    fn default() -> Self {
        Self {
            state: State::Header,
            window: [0; V2_HEADER_BYTES],
            filled: 0,
            start: 0,
            first_byte: None,
            version: None,
            is_guess: false,
            position: 0,
        }
    }
}

impl RecordLine {
    /// The next record, where it lies in this chunk from its first byte to its last, as nearly all of a handshake do: both of
    /// its steps at once. `None` when [`Self::step`] has to look.
    pub(super) fn whole<'a>(&mut self, input: &mut Input<'a>) -> Option<Whole<'a>> {
        if !self.is_at_boundary() || self.version.is_none() {
            return None;
        }
        let (&header, rest) = input.rest.split_first_chunk::<HEADER_BYTES>()?;
        let head = Head::of(header, input);
        if !is_header(head.content.0, head.version, head.length) {
            return None;
        }
        let (body, _next) = rest.split_at_checked(head.length.into())?;
        input.take(HEADER_BYTES);
        let body_start = input.position;
        input.take(body.len());
        self.start = head.start;
        self.first_byte = Some(head.first_byte);
        self.version = Some(head.version);
        self.position = input.position;
        Some(Whole {
            head,
            confirms: std::mem::take(&mut self.is_guess),
            body_start,
            body,
        })
    }

    /// The next step; `None` when `input` is used up.
    pub(super) fn step<'a>(&mut self, input: &mut Input<'a>) -> Option<Step<'a>> {
        let step = match self.state {
            State::Body(left) => Some(self.body(left, input)),
            State::Found => {
                self.is_guess = true;
                self.head().map(|head| self.begin(head, false))
            }
            _ if input.rest.is_empty() => None,
            State::Header => self.header(input),
            State::BodyV2(left) => Some(self.body_v2(left, input)),
            State::Strange => Some(Step::Strange(input.take(usize::MAX))),
            State::Lost => Some(Step::Unframed(self.look(input))),
        };
        self.position = input.position;
        // An unfinished body with nothing to read is no step.
        step.filter(|step| {
            !matches!(
                step,
                Step::Body {
                    bytes: [],
                    ends: false
                }
            )
        })
    }

    /// All bytes of the chunk are inside the current body, and do not end it.
    pub(super) fn pass(&mut self, chunk: &Chunk<'_>) -> bool {
        let State::Body(left) = self.state else {
            return false;
        };
        match u16::try_from(chunk.bytes.len()) {
            Ok(length) if length < left => {
                self.state = State::Body(left.saturating_sub(length));
                self.position = chunk.offset.saturating_add(u64::from(length));
                true
            }
            _ => false,
        }
    }

    /// Bytes are missing here.
    pub(super) fn on_hole(&mut self, hole: &Hole) -> Damage {
        self.position = hole.offset.saturating_add(hole.length);
        match self.state {
            State::Strange => Damage::default(),
            State::Body(left) if u64::from(left) >= hole.length => {
                let left = left.saturating_sub(u16::try_from(hole.length).unwrap_or(u16::MAX));
                self.state = if left == 0 {
                    State::Header
                } else {
                    State::Body(left)
                };
                Damage {
                    hits_body: true,
                    ends_body: left == 0,
                    loses_framing: false,
                }
            }
            state => {
                self.lose();
                Damage {
                    hits_body: matches!(state, State::Body(_) | State::BodyV2(_)),
                    ends_body: matches!(state, State::Body(_)),
                    loses_framing: true,
                }
            }
        }
    }

    /// The bytes of a header that is not complete, or that turned out to be none.
    pub(super) fn window(&self) -> &[u8] {
        self.window
            .get(..usize::from(self.filled))
            .unwrap_or_default()
    }

    /// The packet that carried the first byte of a window that ends before the first record's header does.
    pub(super) const fn opening(&self) -> Option<Stamp> {
        match (self.state, self.version) {
            (State::Header, None) => self.first_byte,
            _ => None,
        }
    }

    /// Between two records.
    pub(super) const fn is_at_boundary(&self) -> bool {
        matches!(self.state, State::Header) && self.filled == 0
    }

    /// Stream position of the end of the current body.
    pub(super) fn body_end(&self) -> Option<u64> {
        match self.state {
            State::Body(left) => Some(self.position.saturating_add(u64::from(left))),
            _ => None,
        }
    }

    /// Stream position before which nothing is needed to place a record that is still being read.
    pub(super) const fn pending_start(&self) -> u64 {
        if self.filled > 0 {
            self.start
        } else {
            self.position
        }
    }

    fn body<'a>(&mut self, left: u16, input: &mut Input<'a>) -> Step<'a> {
        let bytes = input.take(usize::from(left));
        let left = left.saturating_sub(u16::try_from(bytes.len()).unwrap_or(u16::MAX));
        let ends = left == 0;
        self.state = if ends {
            State::Header
        } else {
            State::Body(left)
        };
        Step::Body { bytes, ends }
    }

    fn body_v2<'a>(&mut self, left: u16, input: &mut Input<'a>) -> Step<'a> {
        let bytes = input.take(usize::from(left));
        let left = left.saturating_sub(u16::try_from(bytes.len()).unwrap_or(u16::MAX));
        self.state = if left == 0 {
            State::Header
        } else {
            State::BodyV2(left)
        };
        self.filled = 0;
        Step::BodyV2(bytes)
    }

    fn header<'a>(&mut self, input: &mut Input<'a>) -> Option<Step<'a>> {
        if self.filled == 0 {
            self.start = input.position;
            self.first_byte = Some(input.carried);
            if let Some(step) = self.whole_header(input) {
                return Some(step);
            }
        }
        let is_opening = self.version.is_none();
        loop {
            let is_v2 = is_opening && self.window().first().is_some_and(|&byte| byte & 0x80 != 0);
            let needed = if is_v2 { V2_HEADER_BYTES } else { HEADER_BYTES };
            if usize::from(self.filled) >= needed {
                break;
            }
            let &byte = input.take(1).first()?;
            self.push(byte);
        }
        let head = self.head()?;
        if is_opening && let Ok(Some(length)) = v2_hello_length(self.window()) {
            return Some(self.begin_v2(head, length));
        }
        // Later records may be of any length, empty ones too, but no stream begins with an odd one.
        let is_header = is_header(head.content.0, head.version, head.length);
        if is_header && (!is_opening || fits(head.content, head.length)) {
            let confirms = std::mem::take(&mut self.is_guess);
            return Some(self.begin(head, confirms));
        }
        if is_opening {
            self.state = State::Strange;
            return Some(Step::BeginStrange(head.first_byte));
        }
        let was_guess = self.is_guess;
        self.lose();
        (!was_guess)
            .then_some(Step::Unreadable)
            .or_else(|| Some(Step::Unframed(self.look(input))))
    }

    /// The common case: a later record whose header is in one chunk.
    fn whole_header<'a>(&mut self, input: &mut Input<'a>) -> Option<Step<'a>> {
        let head = Head::of(*input.rest.first_chunk()?, input);
        if self.version.is_none() || !is_header(head.content.0, head.version, head.length) {
            return None;
        }
        input.take(HEADER_BYTES);
        let confirms = std::mem::take(&mut self.is_guess);
        Some(self.begin(head, confirms))
    }

    fn begin<'a>(&mut self, head: Head, confirms: bool) -> Step<'a> {
        self.filled = 0;
        self.version = Some(head.version);
        self.state = State::Body(head.length);
        Step::Begin { head, confirms }
    }

    fn begin_v2<'a>(&mut self, head: Head, length: u16) -> Step<'a> {
        let read = V2_HEADER_BYTES.saturating_sub(2);
        let left = usize::from(length).saturating_sub(read);
        self.version = Some(Version::SSL_2_0);
        self.state = State::BodyV2(u16::try_from(left).unwrap_or(u16::MAX));
        Step::BeginV2(Head { length, ..head })
    }

    fn lose(&mut self) {
        self.state = State::Lost;
        self.filled = 0;
        self.is_guess = false;
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.window.get_mut(usize::from(self.filled)) {
            *place = byte;
            self.filled = self.filled.saturating_add(1);
        }
    }

    /// The header in the first bytes of the window.
    fn head(&self) -> Option<Head> {
        let [content, major, minor, high, low, ..] = self.window;
        Some(Head {
            content: ContentType(content),
            version: Version(u16::from_be_bytes([major, minor])),
            length: u16::from_be_bytes([high, low]),
            first_byte: self.first_byte?,
            start: self.start,
        })
    }

    /// Reads up to the end of the next bytes that can be a header.
    fn look<'a>(&mut self, input: &mut Input<'a>) -> &'a [u8] {
        let all = input.rest;
        for (index, &byte) in all.iter().enumerate() {
            self.shift(byte);
            if usize::from(self.filled) < HEADER_BYTES || !self.can_be_header() {
                continue;
            }
            let read = index.saturating_add(1);
            let taken = input.take(read);
            self.start = input.position.saturating_sub(HEADER_BYTES as u64);
            self.first_byte = Some(input.carried);
            self.state = State::Found;
            return taken;
        }
        input.take(usize::MAX)
    }

    /// Keeps the last five bytes.
    fn shift(&mut self, byte: u8) {
        if usize::from(self.filled) < HEADER_BYTES {
            self.push(byte);
            return;
        }
        self.window.copy_within(1..HEADER_BYTES, 0);
        if let Some(last) = self.window.get_mut(HEADER_BYTES.saturating_sub(1)) {
            *last = byte;
        }
    }

    /// Whether the window is a header that random bytes are unlikely to imitate: known version, and a length that
    /// the content type can have.
    fn can_be_header(&self) -> bool {
        let [content, major, minor, high, low, ..] = self.window;
        let version = Version(u16::from_be_bytes([major, minor]));
        let is_version = match self.version {
            Some(known) if known != Version::SSL_2_0 => version == known,
            _ => matches!(version.0, 0x0301..=0x0303),
        };
        is_version && fits(ContentType(content), u16::from_be_bytes([high, low]))
    }
}
