//! Link layers that a packet can be put into.

use super::length_u16;
use crate::capture::LinkType;

/// A way of framing an IP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Ethernet II, padded to 60 bytes with bytes that are not zero.
    Ethernet,
    /// One 802.1Q tag.
    Vlan,
    /// An 802.1ad tag and an 802.1Q tag.
    QinQ,
    /// IEEE 802.3 with LLC and SNAP.
    Snap,
    /// Two MPLS labels.
    Mpls,
    /// Ethernet over MPLS with a control word.
    Pseudowire,
    /// A backbone service tag before a second Ethernet header.
    Backbone,
    /// PPP over Ethernet.
    Pppoe,
    /// Linux cooked, version 1.
    Sll,
    /// Linux cooked, version 2.
    Sll2,
    /// No link header.
    Raw,
    /// No link header, under OpenBSD's number.
    RawOpenBsd,
    /// No link header, under the number of the IP version.
    RawByVersion,
    /// BSD loopback, little endian.
    NullLittle,
    /// BSD loopback, big endian.
    NullBig,
    /// OpenBSD loopback.
    Loop,
    /// PPP without framing, protocol field compressed.
    PppBare,
    /// PPP with address and control.
    Ppp,
    /// PPP over Ethernet without the Ethernet header.
    PppEther,
    /// Cisco HDLC.
    CiscoHdlc,
    /// 802.11 QoS data with four addresses.
    Wifi,
    /// 802.11 QoS data behind radiotap with a time stamp and flags that say it is padded.
    Radiotap,
    /// 802.11 data behind a Prism header.
    Prism,
    /// 802.11 data behind an AVS header.
    Avs,
    /// Ethernet behind a per-packet information header.
    Ppi,
    /// FDDI.
    Fddi,
    /// Token ring with source routing.
    TokenRing,
    /// Netfilter log.
    Nflog,
    /// Packet filter log.
    Pflog,
    /// Apple's packet tap around Ethernet.
    Pktap,
}

impl Link {
    /// Every one.
    pub const ALL: [Self; 30] = [
        Self::Ethernet,
        Self::Vlan,
        Self::QinQ,
        Self::Snap,
        Self::Mpls,
        Self::Pseudowire,
        Self::Backbone,
        Self::Pppoe,
        Self::Sll,
        Self::Sll2,
        Self::Raw,
        Self::RawOpenBsd,
        Self::RawByVersion,
        Self::NullLittle,
        Self::NullBig,
        Self::Loop,
        Self::PppBare,
        Self::Ppp,
        Self::PppEther,
        Self::CiscoHdlc,
        Self::Wifi,
        Self::Radiotap,
        Self::Prism,
        Self::Avs,
        Self::Ppi,
        Self::Fddi,
        Self::TokenRing,
        Self::Nflog,
        Self::Pflog,
        Self::Pktap,
    ];

    /// The link type of a capture that holds such frames; `is_v6` tells what is inside.
    #[must_use]
    pub const fn link_type(self, is_v6: bool) -> LinkType {
        LinkType(match self {
            Self::Ethernet
            | Self::Vlan
            | Self::QinQ
            | Self::Snap
            | Self::Mpls
            | Self::Pseudowire
            | Self::Backbone
            | Self::Pppoe => 1,
            Self::Sll => 113,
            Self::Sll2 => 276,
            Self::Raw => 101,
            Self::RawOpenBsd => 14,
            Self::RawByVersion if is_v6 => 229,
            Self::RawByVersion => 228,
            Self::NullLittle | Self::NullBig => 0,
            Self::Loop => 108,
            Self::PppBare | Self::Ppp => 9,
            Self::PppEther => 51,
            Self::CiscoHdlc => 104,
            Self::Wifi => 105,
            Self::Radiotap => 127,
            Self::Prism => 119,
            Self::Avs => 163,
            Self::Ppi => 192,
            Self::Fddi => 10,
            Self::TokenRing => 6,
            Self::Nflog => 239,
            Self::Pflog => 117,
            Self::Pktap => 258,
        })
    }

    /// The frame around an IP packet.
    #[must_use]
    pub fn frame(self, ip: &[u8]) -> Vec<u8> {
        let is_v6 = ip.first().is_some_and(|first| first >> 4 == 6);
        let ethertype: [u8; 2] = if is_v6 { [0x86, 0xdd] } else { [0x08, 0x00] };
        let header: Vec<u8> = match self {
            Self::Ethernet => return ethernet(ethertype, &[], ip),
            Self::Vlan => return ethernet([0x81, 0x00], &tag(7, ethertype), ip),
            Self::QinQ => {
                let tags = [tag(9, [0x81, 0x00]), tag(7, ethertype)].concat();
                return ethernet([0x88, 0xa8], &tags, ip);
            }
            Self::Snap => {
                let length = length_u16(ip.len().saturating_add(8));
                return ethernet(length.to_be_bytes(), &snap(ethertype), ip);
            }
            Self::Mpls => return ethernet([0x88, 0x47], &[0, 1, 0, 64, 0, 2, 1, 64], ip),
            Self::Pseudowire => {
                let inner = ethernet(ethertype, &[], ip);
                return ethernet([0x88, 0x47], &[0, 1, 1, 64, 0, 0, 0, 0], &inner);
            }
            Self::Backbone => {
                let inner = ethernet(ethertype, &[], ip);
                return ethernet([0x88, 0xe7], &[0, 0, 0, 5], &inner);
            }
            Self::Pppoe => return ethernet([0x88, 0x64], &pppoe(is_v6, ip.len()), ip),
            Self::Sll => [&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], &ethertype[..]].concat(),
            Self::Sll2 => [
                &ethertype[..],
                &[0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0],
            ]
            .concat(),
            Self::Raw | Self::RawOpenBsd | Self::RawByVersion => Vec::new(),
            Self::NullLittle => vec![if is_v6 { 30 } else { 2 }, 0, 0, 0],
            Self::NullBig => vec![0, 0, 0, if is_v6 { 28 } else { 2 }],
            Self::Loop => vec![0, 0, 0, if is_v6 { 24 } else { 2 }],
            Self::PppBare => vec![ppp(is_v6)],
            Self::Ppp => vec![0xff, 0x03, 0, ppp(is_v6)],
            Self::PppEther => pppoe(is_v6, ip.len()),
            Self::CiscoHdlc => [&[0x0f, 0x00], &ethertype[..]].concat(),
            Self::Wifi => wifi([0x88, 0x03], false, ethertype),
            Self::Radiotap => [radiotap(), wifi([0x88, 0x02], true, ethertype)].concat(),
            Self::Prism => [prism(), wifi([0x08, 0x01], false, ethertype)].concat(),
            Self::Avs => [avs(), wifi([0x08, 0x01], false, ethertype)].concat(),
            Self::Ppi => {
                let header = vec![0, 0, 12, 0, 1, 0, 0, 0, 9, 9, 9, 9];
                return [header, ethernet(ethertype, &[], ip)].concat();
            }
            Self::Fddi => [&[0x54], &[2; 12][..], &snap(ethertype)].concat(),
            Self::TokenRing => [
                &[0x10, 0x40, 2, 2, 2, 2, 2, 2, 0x82, 2, 2, 2, 2, 2][..],
                &[0x06, 0x30, 0, 1, 0, 2],
                &snap(ethertype),
            ]
            .concat(),
            Self::Nflog => nflog(is_v6, ip.len()),
            Self::Pflog => [&[61, if is_v6 { 24 } else { 2 }][..], &[0; 62]].concat(),
            Self::Pktap => return [pktap(), ethernet(ethertype, &[], ip)].concat(),
        };
        [header, ip.to_vec()].concat()
    }
}

/// An Ethernet frame, padded as a network card does (IEEE 802.3 §4.2.3.3), but not with zeros.
pub(super) fn ethernet(ethertype: [u8; 2], between: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    frame.extend(ethertype);
    frame.extend(between);
    frame.extend(payload);
    frame.resize(frame.len().max(60), 0xee);
    frame
}

fn tag(vlan: u8, ethertype: [u8; 2]) -> Vec<u8> {
    [[0x20, vlan], ethertype].concat()
}

fn snap(ethertype: [u8; 2]) -> Vec<u8> {
    [&[0xaa, 0xaa, 0x03, 0, 0, 0], &ethertype[..]].concat()
}

const fn ppp(is_v6: bool) -> u8 {
    if is_v6 { 0x57 } else { 0x21 }
}

fn pppoe(is_v6: bool, length: usize) -> Vec<u8> {
    let length = length_u16(length.saturating_add(2)).to_be_bytes();
    [&[0x11, 0, 0, 9], &length[..], &[0, ppp(is_v6)]].concat()
}

/// A data frame with the given frame control: QoS and a fourth address where it says so; padded to four bytes
/// where asked.
fn wifi(control: [u8; 2], is_padded: bool, ethertype: [u8; 2]) -> Vec<u8> {
    let mut header = control.to_vec();
    header.extend([0; 20]);
    header.extend([0x10, 0x00]);
    if control[1] & 3 == 3 {
        header.extend([0; 6]);
    }
    if control[0] & 0x80 != 0 {
        header.extend([0, 0]);
    }
    if is_padded {
        header.resize(header.len().next_multiple_of(4), 0xee);
    }
    header.extend(snap(ethertype));
    header
}

/// Two presence words, a time stamp aligned to eight, flags: data padding.
fn radiotap() -> Vec<u8> {
    let mut header = vec![0, 0, 26, 0, 0x03, 0, 0, 0x80, 0, 0, 0, 0];
    header.extend([0; 4]);
    header.extend([7; 8]);
    header.extend([0x20, 0]);
    header
}

fn prism() -> Vec<u8> {
    [&[0x44, 0, 0, 0, 144, 0, 0, 0][..], &[0; 136]].concat()
}

fn avs() -> Vec<u8> {
    [&[0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64][..], &[0; 56]].concat()
}

/// A prefix attribute of odd length, then the packet.
fn nflog(is_v6: bool, length: usize) -> Vec<u8> {
    let family = if is_v6 { 10 } else { 2 };
    let mut header = vec![family, 0, 0, 1, 7, 0, 10, 0, b'i', b'n', 0, 0];
    header.extend(length_u16(length.saturating_add(4)).to_le_bytes());
    header.extend([9, 0]);
    header
}

fn pktap() -> Vec<u8> {
    [&[108, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0][..], &[0; 96]].concat()
}
