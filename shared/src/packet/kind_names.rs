//! The words for what was not read, as the report and the text output show them.

use std::fmt;

use super::kind::{Fault, Kind, Layer, Malformed, WifiFrame};

impl Kind {
    /// The usual name, for numbers that have one.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::LinkType(link_type) => link_type_name(link_type.0),
            Self::Ethertype(ethertype) => ethertype_name(ethertype),
            Self::Llc(service) => llc_name(service),
            Self::Snap(organisation, protocol) => snap_name(organisation, protocol),
            Self::PppProtocol(protocol) => ppp_protocol_name(protocol),
            Self::IpProtocol(protocol) => ip_protocol_name(protocol),
            Self::Wifi(frame) => Some(frame.name()),
            Self::RingManagement => Some("ring management"),
            Self::GreAcknowledgment => Some("gre acknowledgment"),
            Self::FragmentSnapped => Some("snapped fragment"),
            Self::NestedTooDeep => Some("headers nested too deep"),
            Self::FurtherKinds => Some("further kinds"),
            Self::AddressFamily(_) | Self::MplsPayload(_) | Self::IpVersion(_) => None,
        }
    }
}

/// The name, or the number and what it is a number of.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.name() {
            return f.write_str(name);
        }
        match self {
            Self::LinkType(link_type) => write!(f, "link type {}", link_type.0),
            Self::Ethertype(ethertype) => write!(f, "ethertype 0x{ethertype:04x}"),
            Self::Llc(service) => write!(f, "llc 0x{service:02x}"),
            Self::Snap(organisation, protocol) => {
                write!(f, "snap {organisation:06x} 0x{protocol:04x}")
            }
            Self::PppProtocol(protocol) => write!(f, "ppp protocol 0x{protocol:04x}"),
            Self::AddressFamily(family) => write!(f, "address family {family}"),
            Self::MplsPayload(nibble) => write!(f, "mpls payload 0x{nibble:x}"),
            Self::IpProtocol(protocol) => write!(f, "ip protocol {protocol}"),
            Self::IpVersion(version) => write!(f, "ip version {version}"),
            _ => f.write_str("unknown"),
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.fault.name(), self.layer.name())
    }
}

impl Fault {
    /// The fault in one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Snapped => "snapped",
            Self::Truncated => "truncated",
            Self::Invalid => "invalid",
        }
    }
}

impl Layer {
    /// The protocol's usual name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Link => "link header",
            Self::Ethernet => "ethernet",
            Self::Vlan => "vlan tag",
            Self::Llc => "llc",
            Self::Mpls => "mpls",
            Self::Ppp => "ppp",
            Self::Pppoe => "pppoe",
            Self::Wifi => "802.11",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Ipv6Extension => "ipv6 extension header",
            Self::Fragments => "ip fragment",
            Self::Gre => "gre",
            Self::UdpTunnel => "udp tunnel",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
        }
    }
}

impl WifiFrame {
    /// The frame's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Management => "802.11 management",
            Self::Control => "802.11 control",
            Self::Extension => "802.11 extension",
            Self::NoData => "802.11 without data",
            Self::Encrypted => "802.11 encrypted",
            Self::Fragment => "802.11 fragment",
            Self::Aggregate => "802.11 aggregate",
        }
    }
}

/// The tcpdump.org registry; only types that are not read.
const fn link_type_name(link_type: u16) -> Option<&'static str> {
    Some(match link_type {
        107 => "frame relay",
        123 => "sunatm",
        129 => "linux arcnet",
        143 => "docsis",
        147..=162 => "user-defined link type",
        187 | 201 | 251 | 254 | 256 => "bluetooth",
        186 | 189 | 220 | 249 | 266 => "usb",
        195 | 215 | 230 | 283 => "ieee 802.15.4",
        197 => "erf",
        226 => "ipnet",
        227 => "can",
        231 => "d-bus",
        247 => "infiniband",
        253 => "netlink",
        271 => "vsock",
        _ => return None,
    })
}

/// IEEE 802 numbers.
const fn ethertype_name(ethertype: u16) -> Option<&'static str> {
    Some(match ethertype {
        0x0806 => "arp",
        0x0842 => "wake-on-lan",
        0x2000 => "cdp",
        0x2001 => "nhrp",
        0x22f3 => "trill",
        0x4305 => "batman",
        0x8035 => "rarp or slarp",
        0x809b => "appletalk",
        0x80f3 => "aarp",
        0x8137 => "ipx",
        0x8808 => "ethernet flow control",
        0x8809 => "lacp",
        0x8863 => "pppoe discovery",
        0x887b | 0x88e1 => "homeplug",
        0x888e => "eapol",
        0x8892 => "profinet",
        0x8899 => "realtek",
        0x88a2 => "aoe",
        0x88ca => "tipc",
        0x88cc => "lldp",
        0x88e5 => "macsec",
        0x88f7 => "ptp",
        0x8902 => "cfm",
        0x8906 => "fcoe",
        0x890d => "tdls",
        0x8914 => "fip",
        0x8915 => "roce",
        0x894f => "nsh",
        0x9000 => "ethernet loopback",
        _ => return None,
    })
}

/// IEEE 802.2 service access points.
const fn llc_name(service: u8) -> Option<&'static str> {
    Some(match service {
        0x00 => "llc null",
        0x42 => "stp",
        0xaa => "llc snap information",
        0xe0 | 0xff => "ipx",
        0xf0 => "netbeui",
        0xfe => "osi",
        _ => return None,
    })
}

const fn snap_name(organisation: u32, protocol: u16) -> Option<&'static str> {
    Some(match (organisation, protocol) {
        (0x00_000c, 0x0104) => "pagp",
        (0x00_000c, 0x0111) => "udld",
        (0x00_000c, 0x010b | 0x010c) => "stp",
        (0x00_000c, 0x2000) => "cdp",
        (0x00_000c, 0x2003) => "vtp",
        (0x00_000c, 0x2004) => "dtp",
        (0x08_0007, 0x809b) => "appletalk",
        _ => return None,
    })
}

/// IANA PPP numbers.
const fn ppp_protocol_name(protocol: u16) -> Option<&'static str> {
    Some(match protocol {
        0x002d | 0x002f => "compressed tcp",
        0x003d => "ppp multilink",
        0x0053 | 0x0055 => "ppp encrypted",
        0x00fb | 0x00fd => "ppp compressed",
        0x8021 => "ipcp",
        0x8057 => "ipv6cp",
        0x80fd => "ccp",
        0x8281 => "mplscp",
        0xc021 => "lcp",
        0xc023 => "pap",
        0xc025 => "lqr",
        0xc223 => "chap",
        _ => return None,
    })
}

/// IANA protocol numbers.
const fn ip_protocol_name(protocol: u8) -> Option<&'static str> {
    Some(match protocol {
        0 => "hop-by-hop options",
        2 => "igmp",
        8 => "egp",
        9 => "igrp",
        33 => "dccp",
        46 => "rsvp",
        50 => "esp",
        54 => "narp",
        59 => "no next header",
        88 => "eigrp",
        89 => "ospf",
        103 => "pim",
        108 => "ipcomp",
        112 => "vrrp or carp",
        115 => "l2tp version 3",
        124 => "is-is over ipv4",
        132 => "sctp",
        136 => "udp-lite",
        240 => "pfsync",
        _ => return None,
    })
}
