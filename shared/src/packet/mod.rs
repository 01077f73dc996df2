//! Dissection: one captured packet becomes its network and transport headers.

use std::net::IpAddr;

/// The IP header that carries the transport: the innermost one, tunnels taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpHeader {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// Time to live or hop limit.
    pub ttl: u8,
    /// IPv4 identification; `None` in IPv6, and `None` when it came out of reassembled fragments.
    pub identification: Option<u16>,
    /// The two ECN bits (RFC 3168).
    pub ecn: u8,
    /// The don't-fragment bit; `true` in IPv6.
    pub dont_fragment: bool,
    /// How many tunnel headers were taken off.
    pub tunnel_depth: u8,
}

/// TCP flags as on the wire, low nine bits: FIN 0x001 … CWR 0x080, AE 0x100 (RFC 9293 §3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpFlags(pub u16);

impl TcpFlags {
    /// No more data from the sender.
    pub const FIN: Self = Self(0x001);
    /// Synchronize sequence numbers.
    pub const SYN: Self = Self(0x002);
    /// Reset the connection.
    pub const RST: Self = Self(0x004);
    /// Push.
    pub const PSH: Self = Self(0x008);
    /// The acknowledgement number is significant.
    pub const ACK: Self = Self(0x010);
    /// The urgent pointer is significant.
    pub const URG: Self = Self(0x020);
    /// ECN echo.
    pub const ECE: Self = Self(0x040);
    /// Congestion window reduced.
    pub const CWR: Self = Self(0x080);

    /// All flags of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// At least one flag of `other` is set.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

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
    /// Fast open cookie request or cookie (kind 34).
    pub fast_open: bool,
    /// A kind whose length ran past the header, or was below 2.
    pub malformed: bool,
    /// The kinds in the order sent, zero-filled after the last: the sender's fingerprint (M13).
    /// Runs of no-op padding are kept; at most 16 kinds.
    pub kinds: [u8; 16],
}

/// One TCP header and what is known of its payload.
#[derive(Clone, Copy, Debug)]
pub struct TcpSegment<'a> {
    /// Source port.
    pub source_port: u16,
    /// Destination port.
    pub destination_port: u16,
    /// Sequence number.
    pub sequence: u32,
    /// Acknowledgement number; meaningful only with the ACK flag.
    pub acknowledgment: u32,
    /// Flags.
    pub flags: TcpFlags,
    /// Window as sent, not scaled.
    pub window: u16,
    /// Options.
    pub options: TcpOptions,
    /// The captured part of the payload; shorter than `payload_length` when the capture was snapped.
    pub payload: &'a [u8],
    /// Payload bytes on the wire, from the IP lengths.
    pub payload_length: u32,
}

/// One UDP header and what is known of its payload.
#[derive(Clone, Copy, Debug)]
pub struct UdpDatagram<'a> {
    /// Source port.
    pub source_port: u16,
    /// Destination port.
    pub destination_port: u16,
    /// The captured part of the payload.
    pub payload: &'a [u8],
    /// Payload bytes on the wire, from the UDP length (or IP length where it is 0).
    pub payload_length: u32,
}

/// An ICMP or ICMPv6 message; for errors, what it quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpMessage {
    /// It is ICMPv6 (RFC 4443), else ICMP (RFC 792).
    pub is_v6: bool,
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// Next-hop MTU of fragmentation needed / packet too big; `None` elsewhere and where it is 0.
    pub mtu: Option<u32>,
    /// The flow whose packet an error quotes, in the quoted packet's direction.
    pub quoted: Option<QuotedPacket>,
}

/// The start of a packet that an ICMP error quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotedPacket {
    /// Source address of the quoted packet.
    pub source: IpAddr,
    /// Destination address of the quoted packet.
    pub destination: IpAddr,
    /// IP protocol number of the quoted packet.
    pub protocol: u8,
    /// Source and destination port, where TCP or UDP and quoted far enough.
    pub ports: Option<(u16, u16)>,
    /// TCP sequence number, where quoted far enough.
    pub sequence: Option<u32>,
}

/// What one packet carries above IP.
#[derive(Clone, Copy, Debug)]
pub enum Transport<'a> {
    /// A TCP segment.
    Tcp(TcpSegment<'a>),
    /// A UDP datagram.
    Udp(UdpDatagram<'a>),
    /// An ICMP or ICMPv6 message.
    Icmp(IcmpMessage),
}

/// A packet whose network and transport headers were understood.
#[derive(Clone, Copy, Debug)]
pub struct Dissected<'a> {
    /// The innermost IP header.
    pub ip: IpHeader,
    /// What it carries.
    pub transport: Transport<'a>,
}
