//! Tunnels that a packet can be put into.

use std::net::{IpAddr, Ipv4Addr};

use super::link::{Link, ethernet};
use super::{Packet, length_u16};

/// A way of carrying an IP packet in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tunnel {
    /// IP in IPv4.
    Ip,
    /// GRE without options.
    Gre,
    /// GRE with checksum, key and sequence number.
    GreWithAll,
    /// Ethernet in GRE.
    Gretap,
    /// PPP in enhanced GRE, with an acknowledgement.
    Pptp,
    /// ERSPAN type II.
    Erspan,
    /// ERSPAN type III with a subheader.
    Erspan3,
    /// Ethernet in IP.
    EtherIp,
    /// VXLAN.
    Vxlan,
    /// VXLAN with the protocol of what follows, and a network service header.
    VxlanGpe,
    /// GENEVE with one option, Ethernet inside.
    Geneve,
    /// GENEVE with IP inside.
    GeneveIp,
    /// GTP-U with a sequence number and an extension header.
    GtpU,
    /// GRE in UDP.
    GreInUdp,
    /// L2TP with length and offset.
    L2tp,
    /// An authentication header around IP in IP.
    Authenticated,
}

impl Tunnel {
    /// Every one.
    pub const ALL: [Self; 16] = [
        Self::Ip,
        Self::Gre,
        Self::GreWithAll,
        Self::Gretap,
        Self::Pptp,
        Self::Erspan,
        Self::Erspan3,
        Self::EtherIp,
        Self::Vxlan,
        Self::VxlanGpe,
        Self::Geneve,
        Self::GeneveIp,
        Self::GtpU,
        Self::GreInUdp,
        Self::L2tp,
        Self::Authenticated,
    ];

    /// The packet, from 192.0.2.1 to 192.0.2.2, that carries `ip`.
    pub(super) fn wrap(self, ip: &[u8]) -> Packet {
        let is_v6 = ip.first().is_some_and(|first| first >> 4 == 6);
        let ethertype: [u8; 2] = if is_v6 { [0x86, 0xdd] } else { [0x08, 0x00] };
        let protocol = if is_v6 { 41 } else { 4 };
        let ppp = Link::Ppp.frame(ip);
        let frame = ethernet(ethertype, &[], ip);
        match self {
            Self::Ip => outer(protocol, &[], ip),
            Self::Gre => outer(47, &[0, 0, ethertype[0], ethertype[1]], ip),
            Self::GreWithAll => {
                let header = [&[0xb0, 0, ethertype[0], ethertype[1]][..], &[1; 12]].concat();
                outer(47, &header, ip)
            }
            Self::Gretap => outer(47, &[0x20, 0, 0x65, 0x58, 0, 0, 0, 1], &frame),
            Self::Pptp => {
                let length = length_u16(ppp.len()).to_be_bytes();
                let header = [
                    &[0x30, 0x81, 0x88, 0x0b],
                    &length[..],
                    &[0, 1, 0, 0, 0, 1, 0, 0, 0, 2],
                ];
                outer(47, &header.concat(), &ppp)
            }
            Self::Erspan => {
                let header = [&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10][..], &[1; 7]];
                outer(47, &header.concat(), &frame)
            }
            Self::Erspan3 => {
                let header = [
                    &[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20][..],
                    &[1; 11],
                    &[9; 8],
                ];
                outer(47, &header.concat(), &frame)
            }
            Self::EtherIp => outer(97, &[0x30, 0], &frame),
            Self::Authenticated => {
                let header = [&[protocol, 4][..], &[1; 22]].concat();
                outer(51, &header, ip)
            }
            _ => self.wrap_in_udp(ip, &frame, ethertype),
        }
    }

    fn wrap_in_udp(self, ip: &[u8], frame: &[u8], ethertype: [u8; 2]) -> Packet {
        let next = if ethertype == [0x86, 0xdd] { 2 } else { 1 };
        match self {
            Self::Vxlan => over_udp(4789, &[8, 0, 0, 0, 0, 0, 5, 0], frame),
            Self::VxlanGpe => {
                let service = [0, 2, 1, next, 0, 0, 1, 255];
                over_udp(
                    4790,
                    &[&[0x0c, 0, 0, 4, 0, 0, 5, 0], &service[..]].concat(),
                    ip,
                )
            }
            Self::Geneve => {
                let header = [2, 0, 0x65, 0x58, 0, 0, 5, 0, 1, 2, 3, 1, 0, 0, 0, 0];
                over_udp(6081, &header, frame)
            }
            Self::GeneveIp => over_udp(6081, &[0, 0, ethertype[0], ethertype[1], 0, 0, 5, 0], ip),
            Self::GtpU => {
                let length = length_u16(ip.len().saturating_add(8)).to_be_bytes();
                let header = [
                    0x36, 0xff, length[0], length[1], 0, 0, 0, 1, 0, 1, 0, 0x85, 1, 0, 9, 0,
                ];
                over_udp(2152, &header, ip)
            }
            Self::GreInUdp => over_udp(4754, &[0, 0, ethertype[0], ethertype[1]], ip),
            _ => {
                let ppp = Link::Ppp.frame(ip);
                let length = length_u16(ppp.len().saturating_add(12)).to_be_bytes();
                let header = [0x42, 2, length[0], length[1], 0, 1, 0, 1, 0, 2, 0xee, 0xee];
                over_udp(1701, &header, &ppp)
            }
        }
    }
}

fn outer(protocol: u8, header: &[u8], payload: &[u8]) -> Packet {
    let source = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let destination = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
    Packet::of(source, destination, protocol, &[header, payload].concat())
}

fn over_udp(port: u16, header: &[u8], payload: &[u8]) -> Packet {
    let destination = std::net::SocketAddr::from(([192, 0, 2, 2], port));
    Packet::udp("192.0.2.1:50000", destination, &[header, payload].concat())
}
