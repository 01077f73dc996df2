//! TCP as a sequence of events. Law: a side's bytes are handed out in order, once, each at its own
//! position, whatever the order, repetition and loss of the segments that carry them.
//!
//! Input: initial sequence numbers, then segments: kind, position, length, acknowledgement.

use std::net::{IpAddr, Ipv4Addr};

use stallscope_shared::flow::chunk::{Chunk, Hole, Mark, StreamSink};
use stallscope_shared::flow::table::FlowTable;
use stallscope_shared::packet::{IpHeader, TcpFlags, TcpOptions, TcpSegment};
use stallscope_shared::side::{PerSide, Side};

use super::stamp;
use crate::input::Input;

/// Segments of one input.
const SEGMENTS: u32 = 4096;

/// Holds the law for these bytes.
pub fn target(data: &[u8]) {
    let mut input = Input::new(data);
    let wire = Wire {
        first: PerSide {
            originator: input.u32(),
            responder: input.u32(),
        },
    };
    let mut table = FlowTable::<Listener>::new();
    let mut number = 0;
    wire.shake_hands(&mut table, &mut number);
    while !input.is_empty() && number < SEGMENTS {
        wire.send(&mut table, &mut input, number);
        number += 1;
        check(&mut table);
    }
    table.finish();
    check(&mut table);
}

/// Every flow that is over and whose start was seen has heard only what was sent.
fn check(table: &mut FlowTable<Listener>) {
    while let Some(flow) = table.take_finished() {
        if flow.facts.joined_midway() {
            continue;
        }
        for (side, offset, byte) in flow.sink.heard {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "sequence numbers are taken modulo 2^32"
            )]
            let expected = sent(side, offset as u32);
            assert_eq!(byte, expected, "{side:?} byte {offset}");
        }
    }
}

/// The byte that a side sends at a position.
fn sent(side: Side, position: u32) -> u8 {
    let salt = if side == Side::Originator { 0x5b } else { 0xc4 };
    let [byte, ..] = position.wrapping_mul(0x9e37_79b1).to_be_bytes();
    byte ^ salt
}

struct Wire {
    first: PerSide<u32>,
}

impl Wire {
    fn shake_hands(&self, table: &mut FlowTable<Listener>, number: &mut u32) {
        let (client, server) = (Side::Originator, Side::Responder);
        for (side, flags, position) in [
            (client, TcpFlags::SYN, u32::MAX),
            (
                server,
                TcpFlags(TcpFlags::SYN.0 | TcpFlags::ACK.0),
                u32::MAX,
            ),
            (client, TcpFlags::ACK, 0),
        ] {
            self.carry(table, side, flags, position, &[], 0, *number);
            *number += 1;
        }
    }

    fn send(&self, table: &mut FlowTable<Listener>, input: &mut Input<'_>, number: u32) {
        let kind = input.byte();
        let side = if kind & 1 == 0 {
            Side::Originator
        } else {
            Side::Responder
        };
        // Mostly near the start, where segments meet; now and then anywhere.
        let position = if kind & 0x80 == 0 {
            u32::from(input.byte()) * 16
        } else {
            input.u32()
        };
        let length = u32::from(input.byte()) * if kind & 0x40 == 0 { 1 } else { 16 };
        let flags = match kind >> 1 & 0x1f {
            30 => TcpFlags::RST.0,
            29 => TcpFlags::FIN.0 | TcpFlags::ACK.0,
            28 => TcpFlags::SYN.0,
            27 => 0,
            _ => TcpFlags::ACK.0,
        };
        let acknowledged = u32::from(input.byte()) * 16;
        if flags == TcpFlags::SYN.0 {
            // Another number would begin another stream, in which the positions are others.
            self.carry(table, side, TcpFlags::SYN, u32::MAX, &[], 0, number);
            return;
        }
        let payload: Vec<u8> = (0..length)
            .map(|at| sent(side, position.wrapping_add(at)))
            .collect();
        self.carry(
            table,
            side,
            TcpFlags(flags),
            position,
            &payload,
            acknowledged,
            number,
        );
    }

    /// One segment; position `u32::MAX` is that of the SYN, one before the first byte.
    #[expect(clippy::too_many_arguments, reason = "the fields of a header")]
    fn carry(
        &self,
        table: &mut FlowTable<Listener>,
        side: Side,
        flags: TcpFlags,
        position: u32,
        payload: &[u8],
        acknowledged: u32,
        number: u32,
    ) {
        let addresses = PerSide {
            originator: (IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 40_000),
            responder: (IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)), 443),
        };
        let ((source, source_port), (destination, destination_port)) =
            (addresses[side], addresses[!side]);
        let ip = IpHeader {
            source,
            destination,
            ttl: 64,
            identification: u16::try_from(number).ok(),
            ecn: 0,
            dont_fragment: true,
            tunnel_depth: 0,
        };
        let segment = TcpSegment {
            source_port,
            destination_port,
            sequence: self.first[side].wrapping_add(1).wrapping_add(position),
            acknowledgment: self.first[!side].wrapping_add(1).wrapping_add(acknowledged),
            flags,
            window: 0x2000,
            options: TcpOptions::NONE,
            payload,
            payload_length: u32::try_from(payload.len()).unwrap_or(u32::MAX),
        };
        table.on_segment(&ip, &segment, stamp(number));
    }
}

/// Takes the bytes of one flow and checks that they come in order.
#[derive(Default)]
struct Listener {
    next: PerSide<u64>,
    heard: Vec<(Side, u64, u8)>,
}

impl StreamSink for Listener {
    fn on_bytes(&mut self, chunk: Chunk<'_>) {
        let next = &mut self.next[chunk.side];
        assert_eq!(
            chunk.offset, *next,
            "bytes are repeated or left out without a hole"
        );
        *next += chunk.bytes.len() as u64;
        for (at, byte) in (chunk.offset..).zip(chunk.bytes) {
            self.heard.push((chunk.side, at, *byte));
        }
    }

    fn on_hole(&mut self, hole: Hole) {
        let next = &mut self.next[hole.side];
        assert_eq!(hole.offset, *next, "a hole is not where the bytes ended");
        assert!(hole.length > 0, "a hole without bytes");
        *next += hole.length;
    }

    fn skip_until(&self, _side: Side) -> Option<u64> {
        None
    }

    fn next_mark(&mut self) -> Option<Mark> {
        None
    }
}
