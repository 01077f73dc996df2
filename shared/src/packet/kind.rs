//! Names for what dissection met and did not read: the words of the "not understood" table.

use crate::capture::LinkType;

/// What a packet carries that is not read any further. The numbers are kept, so that unknown ones survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The capture's link type is not read.
    LinkType(LinkType),
    /// Neither IP nor a tag or tunnel that is taken off, by its `EtherType` (IEEE 802 registry).
    Ethertype(u16),
    /// An IEEE 802.2 frame other than SNAP and IP, by its destination service access point.
    Llc(u8),
    /// A SNAP frame of an organisation's own protocol: the three bytes of its OUI, then the protocol number.
    Snap(u32, u16),
    /// A PPP frame other than IP and MPLS, by its protocol field (IANA PPP registry).
    PppProtocol(u16),
    /// An address family of a BSD loopback header or a firewall log that is not IP.
    AddressFamily(u32),
    /// An IEEE 802.11 frame that carries no readable data.
    Wifi(WifiFrame),
    /// An MPLS payload that is neither IP nor recognisably Ethernet, by its first four bits.
    MplsPayload(u8),
    /// Where only IP can be, the version is neither 4 nor 6.
    IpVersion(u8),
    /// A token ring or FDDI frame that manages the ring.
    RingManagement,
    /// IP carries a protocol that is not read, by its number (IANA protocol registry).
    IpProtocol(u8),
    /// An enhanced GRE packet (RFC 2637) that only acknowledges.
    GreAcknowledgment,
    /// A later fragment whose end was not captured, so that its datagram cannot be put together.
    FragmentSnapped,
    /// More headers or tunnels inside each other than are followed.
    NestedTooDeep,
    /// All kinds that appeared after `limits::PACKET_KINDS` different ones.
    FurtherKinds,
}

/// IEEE 802.11 frames without readable data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WifiFrame {
    /// Beacons, probes, association and the like.
    Management,
    /// Acknowledgements, request to send and the like.
    Control,
    /// Extension frames and reserved types.
    Extension,
    /// A data frame without a body (Null, QoS Null, CF-Ack).
    NoData,
    /// The protected bit is set: the body is encrypted.
    Encrypted,
    /// One fragment of a larger MAC frame.
    Fragment,
    /// Several MAC frames aggregated in one (A-MSDU).
    Aggregate,
}

/// A header that dissection knows how to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// The header that the capture's link type stands for, other than those below.
    Link,
    /// Ethernet II or IEEE 802.3.
    Ethernet,
    /// A VLAN tag (IEEE 802.1Q, 802.1ad).
    Vlan,
    /// IEEE 802.2 LLC and SNAP.
    Llc,
    /// An MPLS label stack.
    Mpls,
    /// PPP or Cisco HDLC.
    Ppp,
    /// PPP over Ethernet.
    Pppoe,
    /// IEEE 802.11, or the radio header before it.
    Wifi,
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
    /// An IPv6 extension header, or an authentication header.
    Ipv6Extension,
    /// The fragments of one datagram, put together.
    Fragments,
    /// Generic routing encapsulation, ERSPAN included.
    Gre,
    /// VXLAN, GENEVE or GTP-U.
    UdpTunnel,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP or ICMPv6.
    Icmp,
}

/// A header that could not be read, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Malformed {
    /// Which header.
    pub layer: Layer,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The capture holds less of the packet than was on the wire, and the header is in the missing part.
    Snapped,
    /// The packet itself ends before the header does.
    Truncated,
    /// A field contradicts the header's own rules (version, header length, data offset).
    Invalid,
}
