//! The ladder of an attempt: its packets between two lines, time downward, long silences squeezed.

use stallscope_shared::report::v1::End;

use crate::load::dossier::{Dossier, Packet, Silence};

/// A piece of the ladder, from top to bottom.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rung {
    /// A packet.
    Packet {
        /// Index in the attempt's `packets`.
        index: usize,
        /// Where it stands.
        y: f64,
        /// Which repetition it is, from 1; absent when it is none.
        copy: Option<u32>,
    },
    /// Nothing for longer than is drawn.
    Silence {
        /// Upper edge.
        y: f64,
        /// How long, nanoseconds.
        length_ns: i64,
        /// Whose packet ended nothing: index in the attempt's `silences`, where one is known.
        silence: Option<usize>,
    },
    /// Packets that the journal does not hold.
    LeftOut {
        /// Upper edge.
        y: f64,
        /// How many.
        count: u64,
    },
}

/// The whole drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ladder {
    /// Its pieces.
    pub(crate) rungs: Vec<Rung>,
    /// How high it is.
    pub(crate) height: f64,
}

/// Height of a packet's row.
pub(crate) const STEP: f64 = 22.0;

/// Height of a silence.
pub(crate) const SILENCE: f64 = 40.0;

/// Upper edge of the first row.
const TOP: f64 = 34.0;

/// A pause this much longer than the usual one is a silence of its own.
const TIMES_USUAL: i64 = 5;

/// No shorter pause is one: it is less than a packet takes around the earth.
const LEAST_NS: i64 = 150_000_000;

/// A longer pause is always one, however slow the others are.
const MOST_NS: i64 = 1_000_000_000;

/// What the capture point knows once a packet has passed it, of the side that sent the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flight {
    /// The other side has acknowledged everything before this sequence number.
    pub(crate) acknowledged: u64,
    /// Bytes beyond that which were sent.
    pub(crate) in_flight: u64,
}

/// For each packet, what of its sender's bytes is acknowledged and what is on its way; `None` where the other side
/// has said nothing yet, or has said it in packets that are not kept.
pub(crate) fn flights(attempt: &Dossier) -> Vec<Option<Flight>> {
    let gap = (attempt.packets_left_out > 0).then_some(attempt.packets.len() / 2);
    let (mut sent, mut acknowledged) = ([None::<u64>; 2], [None::<u64>; 2]);
    let mut flights = Vec::with_capacity(attempt.packets.len());
    for (index, packet) in attempt.packets.iter().enumerate() {
        if gap == Some(index) {
            (sent, acknowledged) = ([None; 2], [None; 2]);
        }
        let (own, other) = match packet.from {
            End::Client => (0, 1),
            End::Server => (1, 0),
        };
        // SYN and FIN take a number each (RFC 9293 §3.4).
        let flags = packet.flags.as_deref().unwrap_or_default();
        let control = u64::from(flags.contains("SYN")) + u64::from(flags.contains("FIN"));
        let end = packet.seq.map(|seq| {
            seq.saturating_add(u64::from(packet.length))
                .saturating_add(control)
        });
        raise(&mut sent, own, end);
        raise(&mut acknowledged, other, packet.ack);
        let known = |of: &[Option<u64>; 2]| of.get(own).copied().flatten();
        flights.push(
            known(&sent)
                .zip(known(&acknowledged))
                .map(|(sent, acknowledged)| Flight {
                    acknowledged,
                    in_flight: sent.saturating_sub(acknowledged),
                }),
        );
    }
    flights
}

fn raise(marks: &mut [Option<u64>; 2], side: usize, to: Option<u64>) {
    if let (Some(mark), Some(to)) = (marks.get_mut(side), to) {
        *mark = Some(mark.map_or(to, |mark| mark.max(to)));
    }
}

/// Lays the attempt's packets out.
pub(crate) fn ladder(attempt: &Dossier) -> Ladder {
    let packets = &attempt.packets;
    let least = least_silence(packets);
    let mut rungs = Vec::new();
    let mut y = TOP;
    let mut before: Option<&Packet> = None;
    // The journal holds the first half and the last: where numbers of one side leap, the others are left out.
    let gap_after = (attempt.packets_left_out > 0).then_some(packets.len() / 2);
    for (index, packet) in packets.iter().enumerate() {
        if gap_after == Some(index) {
            rungs.push(Rung::LeftOut {
                y,
                count: attempt.packets_left_out,
            });
            y += SILENCE;
        } else if let Some(before) = before {
            let length_ns = packet.at_ns.saturating_sub(before.at_ns);
            if length_ns >= least {
                rungs.push(Rung::Silence {
                    y,
                    length_ns,
                    silence: silence_in(&attempt.silences, before.at_ns, packet.at_ns),
                });
                y += SILENCE;
            }
        }
        rungs.push(Rung::Packet {
            index,
            y,
            copy: copy_number(packets, index),
        });
        y += STEP;
        before = Some(packet);
    }
    if let Some((index, silence)) = last_silence(attempt) {
        rungs.push(Rung::Silence {
            y,
            length_ns: silence.end_ns.saturating_sub(silence.start_ns),
            silence: Some(index),
        });
        y += SILENCE;
    }
    Ladder {
        rungs,
        height: y + STEP / 2.0,
    }
}

fn least_silence(packets: &[Packet]) -> i64 {
    let mut pauses: Vec<i64> = packets
        .iter()
        .zip(packets.iter().skip(1))
        .map(|(one, next)| next.at_ns.saturating_sub(one.at_ns))
        .collect();
    pauses.sort_unstable();
    let middle = pauses.len().saturating_sub(1) / 2;
    let usual = pauses.get(middle).copied().unwrap_or_default();
    usual.saturating_mul(TIMES_USUAL).clamp(LEAST_NS, MOST_NS)
}

/// The longest silence that the stretch overlaps by half or more of itself.
fn silence_in(silences: &[Silence], from: i64, to: i64) -> Option<usize> {
    silences.iter().position(|silence| {
        let overlap = to
            .min(silence.end_ns)
            .saturating_sub(from.max(silence.start_ns));
        overlap.saturating_mul(2) >= to.saturating_sub(from)
    })
}

/// A silence after the last packet, which nothing ended. Of an end that was told goodbye nothing is awaited.
fn last_silence(attempt: &Dossier) -> Option<(usize, &Silence)> {
    let last = attempt.packets.last()?.at_ns;
    if attempt.is_closed {
        return None;
    }
    attempt.silences.iter().enumerate().find(|(_, silence)| {
        silence.until.is_none() && silence.end_ns.saturating_sub(last) >= LEAST_NS
    })
}

/// Which repetition of the same bytes a packet is.
fn copy_number(packets: &[Packet], index: usize) -> Option<u32> {
    let packet = packets.get(index)?;
    let is_again = |packet: &Packet| {
        packet
            .notes
            .iter()
            .any(|note| note.contains("retransmission"))
    };
    if !is_again(packet) {
        return None;
    }
    let earlier = packets
        .get(..index)?
        .iter()
        .filter(|other| other.from == packet.from && other.seq == packet.seq && is_again(other))
        .count();
    u32::try_from(earlier + 1).ok()
}

/// An arrow's ends: from the sender's line to the other's.
pub(crate) fn arrow(from: End, left: f64, right: f64) -> (f64, f64) {
    match from {
        End::Client => (left, right),
        End::Server => (right, left),
    }
}

#[cfg(test)]
mod tests {
    use stallscope_shared::report::v1::{AttemptKind, Outcome, PacketRef};

    use super::*;

    fn packet(number: u32, at_ms: i64, notes: &[&str]) -> Packet {
        Packet {
            packet: reference(number),
            at_ns: at_ms * 1_000_000,
            from: End::Client,
            flags: Some("ACK".to_owned()),
            seq: Some(1),
            ack: None,
            length: 10,
            notes: notes.iter().map(|note| (*note).to_owned()).collect(),
        }
    }

    const fn reference(number: u32) -> PacketRef {
        PacketRef {
            capture: 0,
            number,
            offset: 0,
            length: 0,
        }
    }

    fn attempt(packets: Vec<Packet>) -> Dossier {
        Dossier {
            id: 1,
            kind: AttemptKind::Tcp,
            client: "a:1".to_owned(),
            server: "b:2".to_owned(),
            name: None,
            started_ns: 0,
            outcome: Outcome::TlsStalled,
            is_tls: true,
            is_closed: false,
            target: None,
            verdict: None,
            phases: Vec::new(),
            silences: Vec::new(),
            packets,
            packets_left_out: 0,
            sections: Vec::new(),
        }
    }

    #[test]
    fn a_long_pause_is_squeezed_and_knows_who_was_awaited() {
        let mut attempt = attempt(vec![
            packet(1, 0, &[]),
            packet(2, 1, &[]),
            packet(3, 10_001, &[]),
        ]);
        attempt.silences.push(Silence {
            after: reference(2),
            until: Some(reference(3)),
            start_ns: 1_000_000,
            end_ns: 10_001_000_000,
            awaiting: "ServerHello".to_owned(),
            from: End::Server,
            proofs: Vec::new(),
        });
        let ladder = ladder(&attempt);
        let silence = ladder.rungs.get(2).unwrap();
        assert!(
            matches!(
                silence,
                Rung::Silence {
                    length_ns: 10_000_000_000,
                    silence: Some(0),
                    ..
                }
            ),
            "{silence:?}"
        );
        assert!(ladder.height < 200.0);
    }

    #[test]
    fn what_is_on_its_way_is_what_was_sent_and_not_acknowledged() {
        let from = |from, flags: &str, seq, ack, length| Packet {
            from,
            flags: Some(flags.to_owned()),
            seq: Some(seq),
            ack,
            length,
            ..packet(1, 0, &[])
        };
        let mut attempt = attempt(vec![
            from(End::Client, "SYN", 0, None, 0),
            from(End::Server, "SYN,ACK", 0, Some(1), 0),
            from(End::Client, "ACK", 1, Some(1), 0),
            from(End::Client, "PSH,ACK", 1, Some(1), 500),
            from(End::Client, "PSH,ACK", 501, Some(1), 100),
            from(End::Server, "ACK", 1, Some(501), 0),
            from(End::Client, "FIN,ACK", 601, Some(1), 0),
        ]);
        let seen: Vec<Option<(u64, u64)>> = flights(&attempt)
            .into_iter()
            .map(|flight| flight.map(|flight| (flight.acknowledged, flight.in_flight)))
            .collect();
        assert_eq!(
            seen,
            [
                None,
                None,
                Some((1, 0)),
                Some((1, 500)),
                Some((1, 600)),
                Some((1, 0)),
                Some((501, 101))
            ]
        );
        attempt.packets_left_out = 9;
        assert_eq!(
            flights(&attempt).get(3),
            Some(&None),
            "nothing is known behind a gap"
        );
    }

    #[test]
    fn repetitions_are_numbered() {
        let again = &["retransmission"][..];
        let ladder = ladder(&attempt(vec![
            packet(1, 0, &[]),
            packet(2, 1, again),
            packet(3, 2, again),
        ]));
        let copies: Vec<Option<u32>> = ladder
            .rungs
            .iter()
            .filter_map(|rung| match rung {
                Rung::Packet { copy, .. } => Some(*copy),
                _ => None,
            })
            .collect();
        assert_eq!(copies, [None, Some(1), Some(2)]);
    }

    #[test]
    fn what_the_journal_lacks_is_said_in_its_place() {
        let mut attempt = attempt(
            (1..=4)
                .map(|number| packet(number, i64::from(number), &[]))
                .collect(),
        );
        attempt.packets_left_out = 900;
        let rungs = ladder(&attempt).rungs;
        assert!(
            matches!(rungs.get(2), Some(Rung::LeftOut { count: 900, .. })),
            "{rungs:?}"
        );
    }
}
