//! TCP options

/// What the options of one TCP header say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
