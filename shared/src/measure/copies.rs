//! Which copy of something sent more than once arrived (M10, the Eifel test of RFC 3522).

use super::delivery::{overlaps, repetitions};
use super::{ExchangeTurn, HelloTurn};
use crate::attempt::Connection;
use crate::flow::facts::{Arrival, Retransmission, TcpFlow};
use crate::ids::Stamp;
use crate::side::Side;

/// Which copy arrived. The first one: what was lost or late, if anything, was the answer. A later one:
/// the copies before it were lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// What was sent more than once.
    pub subject: Subject,
    /// Who sent it.
    pub sender: Side,
    /// The copy that arrived first, from 1; by a D-SACK, the latest that it can have been. Less than
    /// `copies`: an answer to it was lost or late.
    pub arrived: u32,
    /// Copies sent before the answer.
    pub copies: u32,
    /// The copies, kept ones.
    pub sent: Vec<Stamp>,
    /// The answer that tells.
    pub answer: Option<Stamp>,
    /// How it tells.
    pub basis: AttributionBasis,
}

/// What was sent more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The SYN.
    Syn,
    /// The SYN-ACK.
    SynAck,
    /// A ClientHello, or a part of it.
    ClientHello,
    /// The server's handshake flight, or a part of it.
    ServerFlight,
    /// A request, or a part of it.
    Request,
    /// Other data.
    Data,
}

/// How the copy that arrived is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributionBasis {
    /// The answer echoes the timestamp of that copy, or of one not later than it.
    TimestampEcho,
    /// A D-SACK (RFC 2883) reports the other copy as a duplicate.
    DuplicateSack,
}

/// All that can be told.
pub(super) fn attributions(
    connection: &Connection,
    hellos: &[HelloTurn],
    exchanges: &[ExchangeTurn],
) -> Vec<Attribution> {
    let flow = &*connection.flow;
    let mut all: Vec<_> = syn(flow).into_iter().chain(syn_ack(flow)).collect();
    for side in [Side::Originator, Side::Responder] {
        let mut groups: Vec<Vec<&Retransmission>> = Vec::new();
        for copy in repetitions(&flow.sides[side]) {
            let same = groups
                .iter_mut()
                .find(|group| group.first().is_some_and(|first| first.start == copy.start));
            match same {
                Some(group) => group.push(copy),
                None => groups.push(vec![copy]),
            }
        }
        all.extend(groups.iter().filter_map(|group| {
            let subject = subject(connection, side, group.first()?, hellos, exchanges);
            data(flow, side, group, subject)
        }));
    }
    all
}

/// The SYN whose TSval only it had and the first SYN-ACK echoes.
fn syn(flow: &TcpFlow) -> Option<Attribution> {
    let handshake = &flow.handshake;
    let answer = handshake.syn_acks.first()?;
    if handshake.syns.len() < 2 {
        return None;
    }
    let sent = handshake
        .syns
        .iter()
        .filter(|syn| syn.stamp.packet < answer.stamp.packet);
    Some(Attribution {
        subject: Subject::Syn,
        sender: Side::Originator,
        arrived: u32::from(answer.echoes?).saturating_add(1),
        copies: u32::try_from(sent.count()).unwrap_or(u32::MAX),
        sent: handshake.syns.iter().map(|syn| syn.stamp).collect(),
        answer: Some(answer.stamp),
        basis: AttributionBasis::TimestampEcho,
    })
}

/// The SYN-ACK whose TSval only it had and the client's answer echoes.
fn syn_ack(flow: &TcpFlow) -> Option<Attribution> {
    let handshake = &flow.handshake;
    let answer = handshake.ack?;
    if handshake.syn_acks.len() < 2 {
        return None;
    }
    let mut first = flow.journal.head().into_iter();
    let entry = first.find(|entry| entry.stamp() == answer)?;
    let (_, echoed) = entry.timestamps()?;
    let mut echoed_ones = (1..)
        .zip(&handshake.syn_acks)
        .filter(|(_, syn_ack)| syn_ack.timestamps.is_some_and(|(tsval, _)| tsval == echoed));
    let (arrived, _) = echoed_ones.next()?;
    if echoed_ones.next().is_some() {
        return None;
    }
    let sent = handshake
        .syn_acks
        .iter()
        .filter(|syn_ack| syn_ack.stamp.packet < answer.packet);
    Some(Attribution {
        subject: Subject::SynAck,
        sender: Side::Responder,
        arrived,
        copies: u32::try_from(sent.count()).unwrap_or(u32::MAX),
        sent: handshake.syn_acks.iter().map(|s| s.stamp).collect(),
        answer: Some(answer),
        basis: AttributionBasis::TimestampEcho,
    })
}

/// What a repeated segment is part of. Requests are known by their packets, the others by position.
fn subject(
    connection: &Connection,
    side: Side,
    copy: &Retransmission,
    hellos: &[HelloTurn],
    exchanges: &[ExchangeTurn],
) -> Subject {
    if side != connection.client() {
        let flight = connection
            .tls()
            .and_then(|tls| tls.server_flight.as_deref());
        return match flight {
            Some(flight) if overlaps(copy, (flight.start, flight.end)) => Subject::ServerFlight,
            _ => Subject::Data,
        };
    }
    let is_part_of = |exchange: &ExchangeTurn| {
        copy.original.is_some_and(|original| {
            let request = exchange.request;
            request.from.packet <= original.packet && original.packet <= request.until.packet
        })
    };
    if hellos.iter().any(|hello| overlaps(copy, hello.range)) {
        Subject::ClientHello
    } else if exchanges.iter().any(is_part_of) {
        Subject::Request
    } else {
        Subject::Data
    }
}

/// Copies of one segment, the original not among them; `None` where nothing tells which one arrived.
fn data(
    flow: &TcpFlow,
    sender: Side,
    group: &[&Retransmission],
    subject: Subject,
) -> Option<Attribution> {
    let first = group.first()?;
    // The original is copy 1, so the copy at index 0 here is copy 2. Where a D-SACK says that a copy was
    // redundant, what later echoes say of the copies before it is void, but one of them was first.
    let found = (2..)
        .zip(group)
        .find(|(_, copy)| copy.arrival == Arrival::This);
    let redundant = || {
        (1..)
            .zip(group)
            .find(|(_, copy)| copy.arrival == Arrival::Earlier)
    };
    let (arrived, told) = found.or_else(redundant)?;
    let dsack = flow.sides[!sender]
        .sack
        .as_ref()
        .and_then(|sack| sack.first_dsack);
    // An ACK from before the copy was sent is no answer to it: then the D-SACK was.
    let ack = told.acked.filter(|ack| ack.packet > told.stamp.packet);
    let (answer, basis) = match (ack, dsack) {
        (Some(ack), Some(dsack)) if told.arrival == Arrival::Earlier && ack == dsack => {
            (Some(dsack), AttributionBasis::DuplicateSack)
        }
        (Some(ack), _) => (Some(ack), AttributionBasis::TimestampEcho),
        (None, dsack) => (dsack, AttributionBasis::DuplicateSack),
    };
    let before = group
        .iter()
        .filter(|copy| answer.is_none_or(|answer| copy.stamp.packet < answer.packet));
    Some(Attribution {
        subject,
        sender,
        arrived,
        copies: u32::try_from(before.count())
            .unwrap_or(u32::MAX)
            .saturating_add(1),
        sent: first
            .original
            .into_iter()
            .chain(group.iter().map(|copy| copy.stamp))
            .collect(),
        answer,
        basis,
    })
}
