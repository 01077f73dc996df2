//! What a QUIC flow shows without its keys.

use std::net::{IpAddr, SocketAddr};

use crate::ids::Stamp;
use crate::side::PerSide;
use crate::time::{Nanos, Timestamp};

/// A QUIC version as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32);

impl Version {
    /// Marks a Version Negotiation packet (RFC 8999 §6).
    pub const NEGOTIATION: Self = Self(0);
    /// Version 1 (RFC 9000).
    pub const V1: Self = Self(1);
    /// Version 2 (RFC 9369 §3.1).
    pub const V2: Self = Self(0x6b33_43cf);

    /// The version's name; drafts are "draft-29" and the like.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "negotiation",
            1 => "v1",
            0x6b33_43cf => "v2",
            0xff00_0017 => "draft-23",
            0xff00_0018 => "draft-24",
            0xff00_0019 => "draft-25",
            0xff00_001a => "draft-26",
            0xff00_001b => "draft-27",
            0xff00_001c => "draft-28",
            0xff00_001d => "draft-29",
            0xff00_001e => "draft-30",
            0xff00_001f => "draft-31",
            0xff00_0020 => "draft-32",
            0xff00_0021 => "draft-33",
            0xff00_0022 => "draft-34",
            // Google's and Facebook's with the header of the drafts.
            0x5130_3530 => "Q050",
            0x5430_3530 => "T050",
            0x5430_3531 => "T051",
            0xface_b001 => "mvfst-1",
            0xface_b002 => "mvfst-2",
            _ => return None,
        })
    }

    /// Reserved to exercise version negotiation: `0x?a?a?a?a` (RFC 9000 §15).
    #[must_use]
    pub const fn is_reserved(self) -> bool {
        self.0 & 0x0f0f_0f0f == 0x0a0a_0a0a
    }
}

/// A connection ID: up to 20 bytes in versions 1 and 2 (RFC 9000 §17.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ConnectionId {
    length: u8,
    bytes: [u8; 20],
}

impl ConnectionId {
    /// From the bytes; `None` when there are more than 20.
    #[must_use]
    pub fn new(id: &[u8]) -> Option<Self> {
        let length = u8::try_from(id.len()).ok()?;
        let mut bytes = [0; 20];
        bytes.get_mut(..id.len())?.copy_from_slice(id);
        Some(Self { length, bytes })
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }
}

impl std::fmt::Debug for ConnectionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for byte in self.as_bytes() {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// How it is known which end is the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectionBasis {
    /// It sent an Initial, or the 0-RTT that only clients send, before the other end sent anything.
    ClientPacket,
    /// The other end sent a packet that only servers send: Retry or Version Negotiation.
    ServerPacket,
    /// The other end, which was seen first, has port 443 and this one has not.
    Port,
    /// It was merely seen first, within a connection that goes on.
    SeenFirst,
}

/// Why a flow begins here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// First datagram between these endpoints.
    First,
    /// The same endpoints were silent this long and then began a new connection with a client Initial.
    AfterSilence(Nanos),
    /// A client Initial with a fresh destination connection ID after an earlier connection.
    NewConnection,
}

/// The first packet of each kind that one side sent, by the headers that can be seen, those coalesced
/// behind others in one datagram too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirstPackets {
    /// Initial.
    pub initial: Option<Stamp>,
    /// 0-RTT.
    pub zero_rtt: Option<Stamp>,
    /// Handshake.
    pub handshake: Option<Stamp>,
    /// Short header (1-RTT).
    pub one_rtt: Option<Stamp>,
}

/// How much one side sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Datagrams.
    pub datagrams: u64,
    /// UDP payload bytes on the wire.
    pub bytes: u64,
    /// First datagram.
    pub first: Option<Stamp>,
    /// Last datagram.
    pub last: Option<Stamp>,
}

/// A Version Negotiation packet: the server is alive and speaks other versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionNegotiation {
    /// When it came.
    pub stamp: Stamp,
    /// What it offers, in order; at most [`crate::limits::QUIC_VERSIONS`].
    pub offered: Vec<Version>,
}

/// The longest time without a datagram from either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongestSilence {
    /// The last datagram before it.
    pub after: Stamp,
    /// The first datagram after it.
    pub until: Stamp,
}

/// An ICMP error that quotes a datagram of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpError {
    /// When it came.
    pub stamp: Stamp,
    /// Who sent it.
    pub reporter: IpAddr,
    /// It is ICMPv6.
    pub is_v6: bool,
    /// ICMP type.
    pub kind: u8,
    /// ICMP code.
    pub code: u8,
    /// Next-hop MTU, of fragmentation needed and packet too big: no refusal.
    pub mtu: Option<u32>,
    /// The quoted datagram was the client's.
    pub quotes_client: bool,
}

impl IcmpError {
    /// It says that the datagram did not arrive for good: unreachable or hop limit used up, and not
    /// merely too big (RFC 792, RFC 4443 §3).
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        match (self.is_v6, self.kind) {
            (false, 3) => self.code != 4,
            (false, 11) | (true, 1 | 3) => true,
            _ => false,
        }
    }
}

/// Whether the server was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The server sent at least one datagram.
    Answered,
    /// The server sent nothing, and no ICMP error came.
    Unanswered,
    /// The server sent nothing, and an ICMP error refused a datagram of the client.
    RefusedByIcmp,
    /// Only the server's side is in the capture.
    ClientNotObserved,
}

/// One QUIC connection's life on one 5-tuple.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The client's endpoint; it is `Side::Originator`.
    pub client: SocketAddr,
    /// The server's endpoint.
    pub server: SocketAddr,
    /// How the roles are known.
    pub direction: DirectionBasis,
    /// Why it begins here.
    pub beginning: Beginning,
    /// First datagram.
    pub first: Stamp,
    /// Last datagram.
    pub last: Stamp,
    /// Versions that long headers named, in order of appearance; at most
    /// [`crate::limits::QUIC_VERSIONS`]. Empty when only short headers were seen.
    pub versions: Vec<Version>,
    /// Destination of the client's first Initial.
    pub original_destination_id: Option<ConnectionId>,
    /// Source connection ID of the client's first long header packet.
    pub client_id: Option<ConnectionId>,
    /// Source connection ID that the server chose: of its first Initial or Handshake, of its Retry before.
    pub server_id: Option<ConnectionId>,
    /// Client datagrams that begin with an Initial, sent before the server was heard, in order; at most
    /// [`crate::limits::QUIC_INITIALS`]. A hello of more than one datagram makes several at once.
    pub client_initials: Vec<Stamp>,
    /// All of them, also those not kept.
    pub client_initial_count: u32,
    /// Retry (address validation): the server is alive and asked the client to come again.
    pub retry: Option<Stamp>,
    /// Version Negotiation.
    pub version_negotiation: Option<VersionNegotiation>,
    /// First packets of each kind, per side.
    pub packets: PerSide<FirstPackets>,
    /// How much each side sent, copies left out.
    pub traffic: PerSide<Traffic>,
    /// Datagrams captured again on a second interface.
    pub copy_count: u64,
    /// The longest time without any datagram; `None` with fewer than two.
    pub longest_silence: Option<LongestSilence>,
    /// ICMP errors that quote its datagrams, in order; at most [`crate::limits::QUIC_ICMP_ERRORS`].
    pub icmp_errors: Vec<IcmpError>,
    /// All of them, also those not kept.
    pub icmp_error_count: u32,
    /// Whether the server was heard.
    pub outcome: Outcome,
    /// Until when the capture was watched: its end, or when this flow was closed.
    pub observed_until: Timestamp,
}
