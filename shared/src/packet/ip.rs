//! IP

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
