//! Sequence numbers of one side as stream positions: 32 bits that wrap become 64 that do not.

/// How far from the reference a sequence number can be and still belong to the stream: the largest
/// window there is (RFC 7323 §2.3). What is further away is a stray or forged packet.
pub(crate) const REACH: i64 = 1 << 30;

/// Maps raw sequence numbers of one side to positions. The byte after the SYN is 0, the SYN is -1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sequence {
    base: u32,
    reference: i64,
    certainty: Certainty,
}

/// How sure it is where position 0 lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Certainty {
    /// Nothing of the side is known.
    #[default]
    Unknown,
    /// Taken from the first number seen; the stream began earlier.
    Provisional,
    /// The SYN, or the acknowledgement that completed the handshake, was seen; or bytes were delivered.
    Fixed,
}

impl Sequence {
    /// Some number of the side was seen.
    pub(crate) fn is_known(&self) -> bool {
        self.certainty != Certainty::Unknown
    }

    /// Position 0 will not move any more.
    pub(crate) fn is_fixed(&self) -> bool {
        self.certainty == Certainty::Fixed
    }

    /// Position 0 is `raw`, for now.
    pub(crate) const fn assume(&mut self, raw: u32) {
        self.base = raw;
        self.reference = 0;
        self.certainty = Certainty::Provisional;
    }

    /// Position 0 is `raw`, for good.
    pub(crate) const fn fix(&mut self, raw: u32) {
        self.base = raw;
        self.reference = 0;
        self.certainty = Certainty::Fixed;
    }

    /// Position 0 stays where it is.
    pub(crate) const fn settle(&mut self) {
        self.certainty = Certainty::Fixed;
    }

    /// The position of a raw number: the one nearest to the reference.
    pub(crate) const fn position(&self, raw: u32) -> i64 {
        let expected = self.base.wrapping_add(self.reference as u32);
        self.reference
            .saturating_add(raw.wrapping_sub(expected) as i32 as i64)
    }

    /// Whether a position can belong to the stream at all.
    pub(crate) const fn reaches(&self, position: i64) -> bool {
        let distance = position.saturating_sub(self.reference);
        distance <= REACH && distance >= -REACH
    }

    /// Moves the reference forward.
    pub(crate) fn advance(&mut self, position: i64) {
        self.reference = self.reference.max(position);
    }

    /// The number as Wireshark shows it: relative to the SYN, which is 0.
    pub(crate) const fn relative(&self, raw: u32) -> u32 {
        raw.wrapping_sub(self.base).wrapping_add(1)
    }
}

/// A position as the facts have it: never below 0.
pub(crate) fn offset(position: i64) -> u64 {
    u64::try_from(position).unwrap_or(0)
}
