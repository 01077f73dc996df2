//! What an attempt differs in from the others at its address: one thing at a time.

/// The one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arm {
    /// Nothing: what the others are compared with.
    Base,
    /// A ClientHello that fits one packet: no post-quantum key share.
    Small,
    /// A ClientHello that needs two: with a post-quantum key share.
    Large,
    /// The ClientHello in two segments, with a pause between them.
    Split,
    /// The ClientHello in two TLS records.
    Records,
    /// Another server name in the ClientHello.
    OtherName,
    /// No server name in the ClientHello.
    NoName,
    /// Segments of 1,200 bytes at most, in both directions.
    Mss1200,
    /// TLS 1.2 at most.
    Tls12,
    /// HTTP/1.1 only.
    Http1,
    /// HTTP/2 only.
    Http2,
    /// From the source port of the attempt before.
    SamePort,
    /// Resuming the session of the attempt before.
    Resumed,
    /// The second request on a connection, behind one that was answered.
    Reused,
    /// HTTP/3 only.
    Http3,
}

impl Arm {
    /// Every one, in the order of their codes.
    pub const ALL: [Self; 15] = [
        Self::Base,
        Self::Small,
        Self::Large,
        Self::Split,
        Self::Records,
        Self::OtherName,
        Self::NoName,
        Self::Mss1200,
        Self::Tls12,
        Self::Http1,
        Self::Http2,
        Self::SamePort,
        Self::Resumed,
        Self::Reused,
        Self::Http3,
    ];

    /// Its name, where people choose it and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Small => "small",
            Self::Large => "large",
            Self::Split => "split",
            Self::Records => "records",
            Self::OtherName => "sni-other",
            Self::NoName => "no-sni",
            Self::Mss1200 => "mss1200",
            Self::Tls12 => "tls12",
            Self::Http1 => "http1",
            Self::Http2 => "http2",
            Self::SamePort => "same-port",
            Self::Resumed => "resumed",
            Self::Reused => "reused",
            Self::Http3 => "http3",
        }
    }

    /// By its code.
    #[must_use]
    pub fn of_code(code: u64) -> Option<Self> {
        Self::ALL.get(usize::try_from(code).ok()?).copied()
    }
}
