//! ICMP

use std::net::IpAddr;

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
