//! What may happen to a capture between the wire and us, and what changes nothing but its form.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use stallscope_shared::capture::LinkType;

use crate::packets::{Packet, pcap, pcapng};

/// One change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transformation {
    /// The same packets, as pcapng.
    Rewritten,
    /// The same packets, as classic pcap in the other byte order.
    Classic,
    /// All clocks are off by so many nanoseconds.
    Shifted(i64),
    /// Every address is another one of the same kind.
    Renumbered,
    /// Behind another link layer.
    Relinked(LinkType),
    /// Packets of the capture so many further on lie between, of other hosts, as long as this one lasts.
    Merged(usize),
    /// Capturing began later by so many packets.
    WithoutFirst(usize),
    /// Capturing began when so many percent of the packets were over.
    WithoutPercent(usize),
    /// Of every conversation the first packets are missing, so many.
    EachWithoutFirst(usize),
    /// Capturing was over after so many percent of the packets.
    UntilPercent(usize),
    /// Of so many packets the last one was not captured, again and again.
    Thinned(usize),
    /// At most so many bytes of each packet were kept.
    Snapped(usize),
    /// Only what clients send was captured, or only what they receive.
    OneSided {
        /// What clients send.
        is_sent: bool,
    },
    /// Every packet was captured twice, so many nanoseconds apart.
    Doubled(i64),
}

use Transformation::{
    Classic, Doubled, EachWithoutFirst, Merged, OneSided, Relinked, Renumbered, Rewritten, Shifted,
    Snapped, Thinned, UntilPercent, WithoutFirst, WithoutPercent,
};

/// Every one. A shift is no multiple of any timer's period.
pub(crate) const ALL: [Transformation; 41] = [
    Rewritten,
    Classic,
    Shifted(12_345_678_901_234_567),
    Shifted(-987_654_321_012),
    Renumbered,
    Relinked(LinkType::RAW),
    Relinked(LinkType::ETHERNET),
    Merged(1),
    Merged(19),
    WithoutFirst(1),
    WithoutFirst(2),
    WithoutFirst(3),
    WithoutFirst(4),
    WithoutFirst(5),
    WithoutFirst(6),
    WithoutFirst(8),
    WithoutPercent(30),
    WithoutPercent(60),
    EachWithoutFirst(1),
    EachWithoutFirst(2),
    EachWithoutFirst(3),
    EachWithoutFirst(4),
    EachWithoutFirst(5),
    EachWithoutFirst(6),
    EachWithoutFirst(7),
    EachWithoutFirst(9),
    EachWithoutFirst(12),
    UntilPercent(30),
    UntilPercent(60),
    UntilPercent(90),
    Thinned(3),
    Thinned(7),
    Thinned(20),
    Snapped(64),
    Snapped(96),
    Snapped(128),
    OneSided { is_sent: true },
    OneSided { is_sent: false },
    Doubled(0),
    Doubled(3_000),
    Doubled(40_000),
];

impl Transformation {
    /// It takes nothing away and adds nothing that is about the same hosts: the verdicts must be the same.
    pub(crate) const fn is_faithful(self) -> bool {
        matches!(
            self,
            Rewritten | Classic | Shifted(_) | Renumbered | Relinked(_) | Merged(_)
        )
    }

    /// The capture after it; `None` where it cannot be made of this one. `other` is what is merged, `clients` are the
    /// addresses that ask.
    pub(crate) fn of(
        self,
        packets: &[Packet],
        other: &[Packet],
        clients: &BTreeSet<IpAddr>,
    ) -> Option<Vec<u8>> {
        let mut changed = packets.to_vec();
        match self {
            Rewritten => {}
            Classic => return pcap(packets),
            Shifted(by) => changed.iter_mut().for_each(|packet| packet.at += by),
            Renumbered => renumber(&mut changed),
            Relinked(link_type) => changed = relinked(packets, link_type),
            Merged(_) => changed = merged(packets, other),
            WithoutFirst(count) => drop(changed.drain(..count.min(packets.len()))),
            WithoutPercent(share) => drop(changed.drain(..packets.len() * share / 100)),
            EachWithoutFirst(count) => {
                let mut seen: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
                changed.retain(|packet| {
                    let seen = seen.entry(conversation(packet)).or_default();
                    *seen += 1;
                    *seen > count
                });
            }
            UntilPercent(share) => changed.truncate(packets.len() * share / 100),
            Thinned(period) => {
                let mut number = 0;
                changed.retain(|_packet| {
                    number += 1;
                    number % period != 0
                });
            }
            Snapped(length) => changed
                .iter_mut()
                .for_each(|packet| packet.bytes.truncate(length)),
            OneSided { is_sent } => changed.retain(|packet| {
                let source = packet.addresses().and_then(|(source, _)| address(source));
                source.is_none_or(|source| clients.contains(&source) == is_sent)
            }),
            Doubled(apart) => changed = doubled(packets, apart),
        }
        Some(pcapng(&changed))
    }
}

/// The address that a renumbered one has: its network stays of the same kind and the same size.
pub(crate) fn renumbered(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let [first, second, third, fourth] = address.octets();
            IpAddr::from([first, second, third ^ 0x14, fourth])
        }
        IpAddr::V6(address) => {
            let mut segments = address.segments();
            segments[3] ^= 0x0505;
            IpAddr::from(segments)
        }
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_longer| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// Who talks to whom, the same in both directions: addresses and, where they stand, ports.
fn conversation(packet: &Packet) -> Vec<u8> {
    let Some((source, destination)) = packet.addresses() else {
        return Vec::new();
    };
    let ip = &packet.bytes[packet.ip_at().unwrap_or_default()..];
    let ports_at = if ip[0] >> 4 == 4 {
        usize::from(ip[0] & 0x0f) * 4
    } else {
        40
    };
    let port = |at: usize| ip.get(at..at + 2).unwrap_or_default();
    let ends = [
        [source, port(ports_at)].concat(),
        [destination, port(ports_at + 2)].concat(),
    ];
    let [least, most] = if ends[0] < ends[1] { [0, 1] } else { [1, 0] };
    [ends[least].as_slice(), ends[most].as_slice()].concat()
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// Every address of an IP header is replaced wherever its bytes stand: in DNS answers, in what ICMP quotes, in tunnels.
fn renumber(packets: &mut [Packet]) {
    let mut known: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for packet in &*packets {
        let (source, destination) = packet.addresses().unzip();
        for bytes in source.into_iter().chain(destination) {
            if let Some(address) = address(bytes).filter(|address| !address.is_loopback()) {
                known.insert(bytes.to_vec(), octets(renumbered(address)));
            }
        }
    }
    let mut first_bytes = [false; 256];
    for bytes in known.keys() {
        first_bytes[usize::from(bytes[0])] = true;
    }
    for packet in packets {
        let Some(mut at) = packet.ip_at() else {
            continue;
        };
        while at + 4 <= packet.bytes.len() {
            let rest = &packet.bytes[at..];
            let is_candidate = first_bytes[usize::from(rest[0])];
            let sizes = [4, 16].into_iter().filter(|_| is_candidate);
            let found = sizes.filter_map(|size| known.get(rest.get(..size)?)).next();
            at += match found {
                Some(new) => {
                    packet.bytes[at..at + new.len()].copy_from_slice(new);
                    new.len()
                }
                None => 1,
            };
        }
    }
}

/// What is not IP has no place behind another link layer.
fn relinked(packets: &[Packet], link_type: LinkType) -> Vec<Packet> {
    let relink = |packet: &Packet| {
        let ip = packet.bytes.get(packet.ip_at()?..)?;
        let is_v6 = *ip.first()? >> 4 == 6;
        let header: &[u8] = match (link_type, is_v6) {
            (LinkType::RAW, _) => &[],
            (_, false) => &[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00],
            (_, true) => &[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd],
        };
        let not_captured = packet.original_length as usize - packet.bytes.len();
        Some(Packet {
            link_type,
            original_length: u32::try_from(header.len() + ip.len() + not_captured).ok()?,
            bytes: [header, ip].concat(),
            ..packet.clone()
        })
    };
    packets.iter().filter_map(relink).collect()
}

/// The other capture begins when this one does, and is over when this one is; its hosts have other addresses and names.
fn merged(packets: &[Packet], other: &[Packet]) -> Vec<Packet> {
    let mut own = relinked(packets, LinkType::RAW);
    let mut other = relinked(other, LinkType::RAW);
    renumber(&mut other);
    let start = |packets: &[Packet]| packets.iter().map(|packet| packet.at).min();
    let (Some(first), Some(shown)) = (start(&own), start(&other)) else {
        return own;
    };
    let last = own.iter().map(|packet| packet.at).max().unwrap_or(first);
    for packet in &mut other {
        packet.at += first - shown;
        rename(&mut packet.bytes);
    }
    other.retain(|packet| packet.at <= last);
    // Each keeps its own order, also where its clock stepped back.
    let mut mixed = Vec::new();
    let mut waiting = other.into_iter().peekable();
    for packet in own.drain(..) {
        mixed.extend(std::iter::from_fn(|| {
            waiting.next_if(|other| other.at < packet.at)
        }));
        mixed.push(packet);
    }
    mixed.extend(waiting);
    mixed
}

/// Names end otherwise, and stay as long as they were.
fn rename(bytes: &mut [u8]) {
    replace(bytes, b"example", b"exbmple");
    replace(bytes, b"lab\x04test", b"lab\x04tesu");
    replace(bytes, b"lab.test", b"lab.tesu");
}

fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let mut at = 0;
    while at + old.len() <= bytes.len() {
        if bytes[at..].starts_with(old) {
            bytes[at..at + new.len()].copy_from_slice(new);
        }
        at += 1;
    }
}

/// A copy comes so much later, behind what was captured in between.
fn doubled(packets: &[Packet], apart: i64) -> Vec<Packet> {
    let copy = |packet: &Packet| Packet {
        at: packet.at + apart,
        ..packet.clone()
    };
    if apart == 0 {
        let pairs = packets.iter().map(|packet| [packet.clone(), copy(packet)]);
        return pairs.flatten().collect();
    }
    let mut mixed = Vec::new();
    let mut copies = packets.iter().map(copy).peekable();
    for packet in packets {
        mixed.extend(std::iter::from_fn(|| {
            copies.next_if(|copy| copy.at < packet.at)
        }));
        mixed.push(packet.clone());
    }
    mixed.extend(copies);
    mixed
}
