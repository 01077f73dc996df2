//! Where packets are written down, and in which form.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::random::Dice;
use super::wire::{Content, Wire};
use crate::capture::{ByteOrder, LinkType};
use crate::packet::TcpFlags;
use crate::testkit::capture::{EnhancedPacket, PcapKind, PcapWriter, PcapngWriter};
use crate::testkit::packet::{Link, Segment};
use crate::time::{Nanos, Timestamp};

/// Where on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vantage {
    /// On the host itself, or on its cable.
    Host,
    /// Between, before whatever loses packets that the host sends.
    Near,
}

/// How a capture is written.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The link layer.
    pub link: Link,
    /// Bytes of each packet that are kept; 0 for all.
    pub snap: usize,
    /// Segments that come right behind one another are one packet, as segmentation and receive offload make them.
    pub is_merged: bool,
    /// Nanoseconds.
    pub is_fine: bool,
    /// pcapng.
    pub is_pcapng: bool,
    /// How long the capturing host's clock stands still; 1 ns when it does not.
    pub tick: i64,
    /// Of how many in a thousand the capture does not know.
    pub misses: u64,
}

/// Who writes down what passes.
#[derive(Clone, Debug)]
pub struct CapturePoint {
    vantage: Vantage,
    hosts: BTreeSet<IpAddr>,
    seen: Vec<(Timestamp, Wire)>,
}

impl CapturePoint {
    /// On these hosts.
    #[must_use]
    pub fn on(hosts: &[IpAddr]) -> Self {
        Self {
            vantage: Vantage::Host,
            hosts: hosts.iter().copied().collect(),
            seen: Vec::new(),
        }
    }

    /// A little way from these hosts: the first router.
    #[must_use]
    pub fn near(hosts: &[IpAddr]) -> Self {
        Self {
            vantage: Vantage::Near,
            ..Self::on(hosts)
        }
    }

    /// On this host as well.
    pub fn watch(&mut self, host: IpAddr) {
        self.hosts.insert(host);
    }

    /// What was seen, by time.
    #[must_use]
    pub fn seen(&self) -> Vec<&(Timestamp, Wire)> {
        let mut seen: Vec<_> = self.seen.iter().collect();
        seen.sort_by_key(|(at, _)| *at);
        seen
    }

    pub(super) fn sees_leaving(&mut self, now: Timestamp, wire: &Wire) {
        if self.vantage == Vantage::Host && self.hosts.contains(&wire.source.ip()) {
            self.seen.push((now, wire.clone()));
        }
    }

    pub(super) fn sees_arriving(&mut self, now: Timestamp, wire: &Wire) {
        if self.vantage == Vantage::Host && self.hosts.contains(&wire.destination.ip()) {
            self.seen.push((now, wire.clone()));
        }
    }

    /// A packet under way, as it left and as it will arrive, if it does.
    pub(super) fn sees_passing(
        &mut self,
        now: Timestamp,
        (delay, arrival): (Nanos, Option<Timestamp>),
        (before, after): (&Wire, &Wire),
    ) {
        if self.vantage != Vantage::Near {
            return;
        }
        let tenth = Nanos(delay.get() / 10);
        if self.hosts.contains(&before.source.ip()) {
            let mut wire = before.clone();
            wire.ttl = wire.ttl.saturating_sub(1);
            self.seen.push((now + tenth, wire));
        } else if let Some(arrival) = arrival {
            let mut wire = after.clone();
            wire.ttl = wire.ttl.saturating_add(1);
            self.seen.push((arrival + Nanos(-tenth.get()), wire));
        }
    }

    /// The capture file.
    #[must_use]
    pub fn file(&self, form: Form, dice: &mut Dice) -> Vec<u8> {
        let mut seen: Vec<(Timestamp, Wire)> = self.seen().into_iter().cloned().collect();
        if form.is_merged {
            seen = merged(seen);
        }
        seen.retain(|_| form.misses == 0 || dice.between(1, 1_000) > form.misses);
        for (at, _) in &mut seen {
            *at = Timestamp::from_nanos(at.nanos() - at.nanos().rem_euclid(form.tick.max(1)));
        }
        let is_v6 = seen.first().is_some_and(|(_, wire)| wire.source.is_ipv6());
        let link_type = form.link.link_type(is_v6);
        if form.is_pcapng {
            pcapng(&seen, form, link_type)
        } else {
            pcap(&seen, form, link_type)
        }
    }
}

fn pcap(seen: &[(Timestamp, Wire)], form: Form, link_type: LinkType) -> Vec<u8> {
    let kind = if form.is_fine {
        PcapKind::Nanos
    } else {
        PcapKind::Micros
    };
    let mut writer = PcapWriter::new(kind, ByteOrder::Little, link_type);
    for (at, wire) in seen {
        let frame = wire.packet().frame(form.link);
        let kept = kept(&frame, form);
        let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        writer.snapped_packet(*at, kept, length);
    }
    writer.bytes().to_vec()
}

fn pcapng(seen: &[(Timestamp, Wire)], form: Form, link_type: LinkType) -> Vec<u8> {
    let mut writer = PcapngWriter::new(ByteOrder::Little);
    let resolution: &[u8] = if form.is_fine { &[9] } else { &[6] };
    writer.section(&[]);
    writer.interface(link_type, 262_144, &[(9, resolution)]);
    for (at, wire) in seen {
        let frame = wire.packet().frame(form.link);
        let unit = if form.is_fine { 1 } else { 1_000 };
        writer.enhanced_packet(EnhancedPacket {
            interface: 0,
            ticks: at.nanos().unsigned_abs() / unit,
            bytes: kept(&frame, form),
            original_length: u32::try_from(frame.len()).unwrap_or(u32::MAX),
            options: &[],
        });
    }
    writer.bytes().to_vec()
}

fn kept(frame: &[u8], form: Form) -> &[u8] {
    match form.snap {
        0 => frame,
        snap => frame.get(..snap).unwrap_or(frame),
    }
}

/// Segments of a flow that continue one another at once, as one packet.
fn merged(seen: Vec<(Timestamp, Wire)>) -> Vec<(Timestamp, Wire)> {
    let mut merged: Vec<(Timestamp, Wire)> = Vec::new();
    for (at, wire) in seen {
        let joined = merged
            .last_mut()
            .is_some_and(|(last_at, last)| at.since(*last_at) <= AT_ONCE && join(last, &wire));
        if !joined {
            merged.push((at, wire));
        }
    }
    merged
}

/// What one poll of a network card takes in (`gro_flush_timeout` and interrupt moderation are in tens of microseconds).
const AT_ONCE: Nanos = Nanos::from_micros(100);
/// Largest packet that offload makes.
const LARGEST: usize = 64_000;

fn join(last: &mut Wire, next: &Wire) -> bool {
    if (last.source, last.destination) != (next.source, next.destination) {
        return false;
    }
    let (Content::Tcp(one), Content::Tcp(other)) = (&mut last.content, &next.content) else {
        return false;
    };
    let plain = |segment: &Segment| {
        let odd = TcpFlags::SYN | TcpFlags::FIN | TcpFlags::RST;
        !segment.payload.is_empty() && !segment.flags.intersects(odd)
    };
    let end = one
        .sequence
        .wrapping_add(u32::try_from(one.payload.len()).unwrap_or_default());
    let continues = plain(one)
        && plain(other)
        && end == other.sequence
        && one.acknowledgment == other.acknowledgment
        && one.options == other.options
        && !one.flags.contains(TcpFlags::PSH)
        && one.payload.len() + other.payload.len() <= LARGEST;
    if continues {
        one.payload.extend(&other.payload);
        one.flags = one.flags | other.flags;
    }
    continues
}
