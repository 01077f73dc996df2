//! Around each ClientHello: the client's time before it (M2), its delivery (M3), the server's time after
//! it (M4).

use super::Elapsed;
use super::delivery::{Delivery, delivery};
use super::packets::{Packets, has_data};
use crate::attempt::Connection;
use crate::ids::Stamp;
use crate::time::Nanos;
use crate::tls::facts::ClientHello;

/// One ClientHello and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelloTurn {
    /// The packet that carried its first byte.
    pub first_byte: Stamp,
    /// The packet that carried its last byte, the first time that was sent; the last byte seen of one that
    /// is not complete.
    pub sent: Stamp,
    /// Its stream positions, of the first byte and after the last.
    pub range: (u64, u64),
    /// M3; `None` when the server's packets are not in the capture.
    pub delivery: Option<Delivery>,
    /// M4: the server's first payload after it, in order or not.
    pub answer: Option<Elapsed>,
    /// M4 less the shortest round trip: what the server itself took, or loss cost.
    pub server_think: Option<Nanos>,
}

impl HelloTurn {
    /// M3: from its last byte to the ACK of it; `None` when it was not acknowledged.
    #[must_use]
    pub fn delivered_in(&self) -> Option<Nanos> {
        let acked = self.delivery.as_ref()?.acked?;
        Some(acked.at.since(self.sent.at))
    }
}

/// M2. What came before the hello must have been seen.
pub(super) fn client_think(connection: &Connection) -> Option<Elapsed> {
    let hello = connection.tls()?.client_hello()?.first_byte;
    let granted = connection
        .stream()
        .preludes
        .iter()
        .rev()
        .find_map(|prelude| prelude.response_complete);
    let syn_ack = || {
        let syn_acks = &connection.flow.handshake.syn_acks;
        syn_acks.first().map(|syn_ack| syn_ack.stamp)
    };
    let from = granted.or_else(syn_ack)?;
    // A hello in the SYN (RFC 7413) waited for nothing.
    (from.packet < hello.packet).then_some(Elapsed { from, until: hello })
}

/// M3 and M4 of every ClientHello.
pub(super) fn turns(
    connection: &Connection,
    packets: &Packets<'_>,
    round_trip: Option<Nanos>,
) -> Vec<HelloTurn> {
    let hellos = connection.tls().map_or(&[][..], |tls| &tls.client_hellos);
    hellos
        .iter()
        .map(|hello| turn(connection, packets, hello, round_trip))
        .collect()
}

fn turn(
    connection: &Connection,
    packets: &Packets<'_>,
    hello: &ClientHello,
    round_trip: Option<Nanos>,
) -> HelloTurn {
    let flow = &connection.flow;
    let client = connection.client();
    let last_piece = hello.pieces.last().map(|piece| piece.carried);
    let (sent, end) = match hello.complete {
        Some(complete) => (complete, hello.end),
        None => last_of_burst(connection, packets, hello)
            .unwrap_or_else(|| (last_piece.unwrap_or(hello.first_byte), hello.end)),
    };
    let range = (hello.start, end.max(hello.end));
    let answer = packets
        .after(sent)
        .find(|entry| entry.side() != client && has_data(entry))
        .map(|entry| Elapsed {
            from: sent,
            until: entry.stamp(),
        });
    HelloTurn {
        first_byte: hello.first_byte,
        sent,
        range,
        delivery: (!flow.is_one_sided()).then(|| delivery(flow, packets, client, range, sent)),
        server_think: answer
            .zip(round_trip)
            .map(|(answer, rtt)| Nanos(answer.length().get().saturating_sub(rtt.get()))),
        answer,
    }
}

/// The end of a ClientHello that cannot be read to its end, as in a capture that is cut short: all that the client sent
/// with it. A client that waits for the answer sends nothing behind it.
fn last_of_burst(
    connection: &Connection,
    packets: &Packets<'_>,
    hello: &ClientHello,
) -> Option<(Stamp, u64)> {
    let client = connection.client();
    let first = packets.at(hello.first_byte)?;
    let mut end = first.sequence.wrapping_add(first.payload);
    let mut last = first.stamp();
    // What is said after the server was heard answers that.
    let burst = packets.after(hello.first_byte).take_while(|entry| {
        entry.side() == client && entry.stamp().at.since(hello.first_byte.at) <= AT_ONCE
    });
    for entry in burst {
        if entry.payload == 0 || entry.sequence != end {
            continue;
        }
        end = end.wrapping_add(entry.payload);
        last = entry.stamp();
    }
    // Relative numbers count the SYN, positions do not.
    Some((last, u64::from(end).checked_sub(1)?))
}

/// A message is written in one call; half a period of CPU bandwidth control may lie in it.
const AT_ONCE: Nanos = Nanos::from_millis(50);
