//! What tshark makes of packets that were captured twice: it knows of no copies, so each second one is one more
//! segment to it, and gets the name that a repeated segment gets. We leave them out of every count and mark them
//! in the journal; here they are put back, so that both count the same packets.

use std::collections::BTreeMap;

use stallscope_shared::report::v1::{End, JournalPacket, PerEnd};

use crate::streams::Pair;

/// How the report marks a second copy.
const MARK: &str = "captured-twice";

/// The second copies of one direction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Copies {
    pub(crate) payload_bytes: u64,
    pub(crate) syns: u64,
    pub(crate) syn_acks: u64,
    pub(crate) resets: u64,
    names: BTreeMap<&'static str, u64>,
}

impl Copies {
    /// How many of them get this name.
    pub(crate) fn named(&self, name: &str) -> u64 {
        self.names.get(name).copied().unwrap_or(0)
    }

    fn add<'a>(&mut self, copy: &JournalPacket, names: impl Iterator<Item = &'a &'static str>) {
        let has = |flag| has(copy, flag);
        self.payload_bytes += u64::from(copy.length);
        self.resets += u64::from(has("RST"));
        match (has("SYN"), has("ACK")) {
            (true, false) => self.syns += 1,
            (true, true) => self.syn_acks += 1,
            _ => {}
        }
        for name in names {
            *self.names.entry(name).or_default() += 1;
        }
    }
}

/// What Wireshark calls a segment that was there before, and that ends so many bytes behind the newest one.
fn names(copy: &JournalPacket, original: &JournalPacket, behind: u64) -> &'static [&'static str] {
    let was = |name: &str| original.notes.iter().any(|note| note == name);
    let takes_number = has(copy, "SYN") || has(copy, "FIN");
    match copy.length {
        _ if has(copy, "RST") => &[],
        0 if takes_number && behind == 0 => &["retransmission"],
        0 if takes_number => &["out_of_order"],
        0 if copy.window == Some(0) => &["zero_window"],
        0 if behind == 1 => &["keep_alive"],
        0 if behind > 0 || was("keep-alive-ack") => &[],
        0 => &["duplicate_ack"],
        _ if was("spurious-retransmission") => &["retransmission", "spurious_retransmission"],
        _ if was("fast-retransmission") => &["retransmission", "fast_retransmission"],
        _ if was("retransmission") => &["retransmission"],
        // One byte before the next number is what a keep-alive is.
        1 if !takes_number && behind == 0 => &["keep_alive"],
        _ if behind == 0 => &["retransmission"],
        _ => &["out_of_order"],
    }
}

/// The copies of both ends. None where the journal does not hold all packets of a long flow.
pub(crate) fn of(pair: &Pair<'_>) -> PerEnd<Copies> {
    let mut copies = PerEnd::<Copies>::default();
    if pair.ours.packets_left_out > 0 {
        return copies;
    }
    let mut sent: Vec<&JournalPacket> = Vec::new();
    // Whose last packet looks like a keep-alive: what acknowledges that is no duplicate.
    let mut probing: Option<End> = None;
    for packet in &pair.ours.packets {
        let of_end = sent.iter().rev().filter(|other| other.from == packet.from);
        let original = of_end.clone().find(|other| is_same(other, packet));
        if let Some(original) = original.filter(|_| is_copy(packet)) {
            let newest = of_end.filter_map(|other| end(other)).max();
            let behind = newest
                .zip(end(packet))
                .map_or(0, |(newest, end)| newest.saturating_sub(end));
            let copies = match packet.from {
                End::Client => &mut copies.client,
                End::Server => &mut copies.server,
            };
            let names = names(packet, original, behind);
            let answers = probing.is_some_and(|probing| probing != packet.from);
            copies.add(
                packet,
                names
                    .iter()
                    .filter(|name| !answers || **name != "duplicate_ack"),
            );
            if names == ["keep_alive"] {
                probing = Some(packet.from);
            }
        } else {
            sent.push(packet);
            if probing == Some(packet.from) {
                probing = None;
            }
        }
    }
    copies
}

/// How much later than our SYN its last copy before the answer came, nanoseconds.
pub(crate) fn syn_delay(pair: &Pair<'_>) -> i128 {
    let packets = pair.ours.packets.iter();
    let opening = packets.take_while(|packet| !has(packet, "ACK"));
    let syns: Vec<&JournalPacket> = opening.filter(|packet| has(packet, "SYN")).collect();
    let latest = syns.last().filter(|latest| is_copy(latest));
    let sent = syns.iter().rfind(|packet| !is_copy(packet));
    latest.zip(sent).map_or(0, |(latest, sent)| {
        i128::from(latest.at_ns) - i128::from(sent.at_ns)
    })
}

/// The packet is a second copy.
pub(crate) fn is_copy(packet: &JournalPacket) -> bool {
    packet.notes.iter().any(|note| note == MARK)
}

fn is_same(one: &JournalPacket, other: &JournalPacket) -> bool {
    let numbers = |packet: &JournalPacket| (packet.seq, packet.ack, packet.length);
    numbers(one) == numbers(other) && one.flags == other.flags
}

/// The number after the packet's last one. A reset's are not those of the stream.
fn end(packet: &JournalPacket) -> Option<u64> {
    let flag = u64::from(has(packet, "SYN") || has(packet, "FIN"));
    let end = packet.seq? + u64::from(packet.length) + flag;
    (!has(packet, "RST")).then_some(end)
}

fn has(packet: &JournalPacket, flag: &str) -> bool {
    let flags = packet.flags.as_deref().unwrap_or_default();
    flags.split(',').any(|set| set == flag)
}
