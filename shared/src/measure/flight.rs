//! The server's handshake flight: how it was sent, the client kernel's ACK of it (M5), the client's time
//! after it (M6).

use super::Elapsed;
use super::packets::{Packets, end_of, has_data, has_new_data};
use crate::attempt::Connection;
use crate::flow::chunk::MarkKind;
use crate::flow::facts::TcpFlow;
use crate::flow::journal::{Entry, Notes};
use crate::ids::Stamp;
use crate::side::Side;
use crate::time::Nanos;
use crate::tls::facts::{Facts, Flight};

/// Pauses kept of one flight.
const PAUSES: usize = 4;

/// The server's answer to the last ClientHello, and the client's to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightTurn {
    /// From the packet with its first byte to the packet that put its last one in order.
    pub sent: Elapsed,
    /// Its bytes, as far as they are known.
    pub bytes: u64,
    /// Packets of it, kept ones, repetitions counted.
    pub segments: u32,
    /// Payload of the first of them: 1024 bytes are what path MTU probing falls back to (H12).
    pub first_segment: u32,
    /// Largest payload of them.
    pub largest_segment: u32,
    /// Times without a packet inside it of at least half a round trip, first ones, each with the flight's bytes
    /// before it: a sender that waits for its window to open pauses for a round trip (H14).
    pub pauses: Vec<(Elapsed, u64)>,
    /// It is over: its last message was read in clear, or the client spoke after it.
    pub is_over: bool,
    /// M5; `None` when it does not stop between records, or was not acknowledged.
    pub kernel_ack: Option<KernelAck>,
    /// M6; `None` while the client neither spoke nor closed.
    pub client_turn: Option<ClientTurn>,
}

/// M5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelAck {
    /// From the flight's last byte to the ACK of it.
    pub elapsed: Elapsed,
    /// The ACK came with payload: the process had spoken already.
    pub with_payload: bool,
}

/// M6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientTurn {
    /// From the flight's last byte to the client's next word.
    pub elapsed: Elapsed,
    /// What that was.
    pub end: TurnEnd,
}

/// The client's next word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnEnd {
    /// Payload.
    Spoke,
    /// A FIN or RST without another word.
    Closed,
}

/// An ACK that took its time (A10, H17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlowAck {
    /// From the server's data to the client's ACK of it.
    pub elapsed: Elapsed,
    /// The ACK carried no payload.
    pub is_bare: bool,
    /// The server's next data, which may have waited for the ACK.
    pub resumed: Option<Stamp>,
}

/// The flight; `None` while the server said nothing in TLS.
pub(super) fn turn(
    connection: &Connection,
    packets: &Packets<'_>,
    round_trip: Option<Nanos>,
) -> Option<FlightTurn> {
    let facts = connection.tls()?;
    let flight = facts.server_flight.as_deref()?;
    let client = connection.client();
    let mut turn = FlightTurn {
        sent: Elapsed {
            from: flight.first_byte,
            until: flight.last_byte,
        },
        bytes: flight.end.saturating_sub(flight.start),
        segments: 0,
        first_segment: 0,
        largest_segment: 0,
        pauses: Vec::new(),
        is_over: flight.is_over,
        kernel_ack: kernel_ack(&connection.flow, flight, !client),
        client_turn: client_turn(connection, facts, flight, packets),
    };
    let first = packets.at(flight.first_byte);
    let rest = packets.after(flight.first_byte);
    let mut last: Option<&Entry> = None;
    let mut before = 0u64;
    for entry in first.into_iter().chain(rest) {
        if entry.stamp().packet > flight.last_byte.packet {
            break;
        }
        if entry.side() == client || !has_data(entry) {
            continue;
        }
        if let Some((last, rtt)) = last.zip(round_trip) {
            let pause = Elapsed {
                from: last.stamp(),
                until: entry.stamp(),
            };
            if pause.length().get() >= rtt.get() / 2 && turn.pauses.len() < PAUSES {
                turn.pauses.push((pause, before));
            }
        } else {
            turn.first_segment = entry.payload;
        }
        before = before.saturating_add(u64::from(entry.payload));
        turn.segments = turn.segments.saturating_add(1);
        turn.largest_segment = turn.largest_segment.max(entry.payload);
        last = Some(entry);
    }
    Some(turn)
}

fn kernel_ack(flow: &TcpFlow, flight: &Flight, server: Side) -> Option<KernelAck> {
    let mark = flow.marks.iter().find(|mark| {
        mark.side == server && mark.kind == MarkKind::ServerFlight && mark.end == flight.end
    })?;
    let acked = mark.acked?;
    Some(KernelAck {
        elapsed: Elapsed {
            from: flight.last_byte,
            until: acked.stamp,
        },
        with_payload: acked.with_payload,
    })
}

/// What the client said after the flight. A lone ChangeCipherSpec of TLS 1.3 means nothing (RFC 8446
/// appendix D.4) and may be sent before the flight is read.
fn client_turn(
    connection: &Connection,
    facts: &Facts,
    flight: &Flight,
    packets: &Packets<'_>,
) -> Option<ClientTurn> {
    let client = connection.client();
    let from = flight.last_byte;
    let finished = facts.client_finished.map(|end| end.stamp);
    let is_tls13 = facts
        .version()
        .is_some_and(crate::tls::codepoints::Version::is_tls13);
    let idle_word = facts.change_cipher_spec[client].filter(|_| is_tls13);
    let spoke = packets
        .after(from)
        .filter(|entry| entry.side() == client && has_new_data(entry))
        .map(Entry::stamp)
        .find(|stamp| Some(*stamp) == finished || Some(*stamp) != idle_word);
    if let Some(until) = spoke {
        return Some(ClientTurn {
            elapsed: Elapsed { from, until },
            end: TurnEnd::Spoke,
        });
    }
    let flow = &connection.flow;
    let fin = flow.sides[client].fin.as_ref().map(|fin| fin.stamp);
    let resets = flow.resets.iter().filter(|reset| reset.by == client);
    let until = fin
        .into_iter()
        .chain(resets.map(|reset| reset.stamp))
        .filter(|stamp| stamp.packet > from.packet)
        .min_by_key(|stamp| stamp.packet)?;
    Some(ClientTurn {
        elapsed: Elapsed { from, until },
        end: TurnEnd::Closed,
    })
}

/// The longest time from data of the server that came in order to the client's ACK of it.
pub(super) fn slowest_ack(packets: &Packets<'_>, client: Side) -> Option<SlowAck> {
    let mut slowest: Option<SlowAck> = None;
    for stretch in packets.stretches() {
        let mut waiting: Option<&Entry> = None;
        // The slowest one stands at the end, and what comes next is what it let go on.
        let mut awaits_next = false;
        for entry in stretch.iter().copied() {
            if entry.side() != client {
                if has_data(entry) {
                    waiting.get_or_insert(entry);
                    if let Some(slow) = slowest.as_mut().filter(|_| awaits_next) {
                        slow.resumed = Some(entry.stamp());
                    }
                    awaits_next = false;
                }
                continue;
            }
            let Some(data) = waiting else { continue };
            if entry.notes().contains(Notes::SACK) {
                // It was answered at once, as out of order.
                waiting = None;
            } else if entry.acknowledges(client, end_of(data)) {
                waiting = None;
                let elapsed = Elapsed {
                    from: data.stamp(),
                    until: entry.stamp(),
                };
                let is_slower = |slow: SlowAck| slow.elapsed.length() < elapsed.length();
                if slowest.is_none_or(is_slower) {
                    slowest = Some(SlowAck {
                        elapsed,
                        is_bare: entry.payload == 0,
                        resumed: None,
                    });
                    awaits_next = true;
                }
            }
        }
    }
    slowest
}
