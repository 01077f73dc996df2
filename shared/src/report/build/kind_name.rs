//! Kebab-case names for what dissection did not read.

use crate::packet::{Fault, Kind, Layer, Malformed, WifiFrame};

/// What is not read any further.
pub(super) fn kind(kind: Kind) -> String {
    match kind {
        Kind::LinkType(link_type) => link_type.name().map_or_else(
            || format!("link-type-{}", link_type.0),
            |name| format!("link-type-{}", name.to_ascii_lowercase().replace('_', "-")),
        ),
        Kind::Ethertype(number) => {
            ethertype(number).map_or_else(|| format!("ethertype-0x{number:04x}"), str::to_owned)
        }
        Kind::Llc(0x42) => "spanning-tree".to_owned(),
        Kind::Llc(access_point) => format!("llc-0x{access_point:02x}"),
        Kind::Snap(organisation, protocol) => format!("snap-{organisation:06x}-0x{protocol:04x}"),
        Kind::PppProtocol(number) => format!("ppp-0x{number:04x}"),
        Kind::AddressFamily(number) => format!("address-family-{number}"),
        Kind::Wifi(frame) => wifi(frame).to_owned(),
        Kind::MplsPayload(bits) => format!("mpls-payload-{bits}"),
        Kind::IpVersion(version) => format!("ip-version-{version}"),
        Kind::RingManagement => "ring-management".to_owned(),
        Kind::IpProtocol(number) => {
            ip_protocol(number).map_or_else(|| format!("ip-protocol-{number}"), str::to_owned)
        }
        Kind::GreAcknowledgment => "gre-acknowledgment".to_owned(),
        Kind::FragmentSnapped => "snapped-fragment".to_owned(),
        Kind::NestedTooDeep => "nested-too-deep".to_owned(),
        Kind::FurtherKinds => "further-kinds".to_owned(),
    }
}

/// A header that could not be read.
pub(super) fn malformed(malformed: Malformed) -> String {
    let fault = match malformed.fault {
        Fault::Snapped => "snapped",
        Fault::Truncated => "truncated",
        Fault::Invalid => "invalid",
    };
    format!("{fault}-{}", layer(malformed.layer))
}

const fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Link => "link-header",
        Layer::Ethernet => "ethernet",
        Layer::Vlan => "vlan",
        Layer::Llc => "llc",
        Layer::Mpls => "mpls",
        Layer::Ppp => "ppp",
        Layer::Pppoe => "pppoe",
        Layer::Wifi => "wifi",
        Layer::Ipv4 => "ipv4",
        Layer::Ipv6 => "ipv6",
        Layer::Ipv6Extension => "ipv6-extension",
        Layer::Fragments => "fragments",
        Layer::Gre => "gre",
        Layer::UdpTunnel => "udp-tunnel",
        Layer::Tcp => "tcp",
        Layer::Udp => "udp",
        Layer::Icmp => "icmp",
    }
}

const fn wifi(frame: WifiFrame) -> &'static str {
    match frame {
        WifiFrame::Management => "wifi-management",
        WifiFrame::Control => "wifi-control",
        WifiFrame::Extension => "wifi-extension",
        WifiFrame::NoData => "wifi-no-data",
        WifiFrame::Encrypted => "wifi-encrypted",
        WifiFrame::Fragment => "wifi-fragment",
        WifiFrame::Aggregate => "wifi-aggregate",
    }
}

/// IEEE 802 EtherType registry, what is met every day.
const fn ethertype(number: u16) -> Option<&'static str> {
    Some(match number {
        0x0806 => "arp",
        0x8035 => "rarp",
        0x8100 => "vlan",
        0x8137 => "ipx",
        0x8809 => "lacp",
        0x888e => "eapol",
        0x88cc => "lldp",
        0x88f7 => "ptp",
        0x9000 => "loopback-test",
        _ => return None,
    })
}

/// IANA protocol numbers, what is met every day.
const fn ip_protocol(number: u8) -> Option<&'static str> {
    Some(match number {
        2 => "igmp",
        50 => "esp",
        88 => "eigrp",
        89 => "ospf",
        103 => "pim",
        112 => "vrrp",
        132 => "sctp",
        136 => "udp-lite",
        _ => return None,
    })
}
