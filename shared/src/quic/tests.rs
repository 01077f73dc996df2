//! Tests of QUIC: headers, and flows made of datagrams that a builder writes.

mod flows;
mod headers;

use crate::quic::header::PacketKind;

const CLIENT_ID: &[u8] = &[0x50, 0x51];
const SERVER_ID: &[u8] = &[0xa0, 0xa1, 0xa2, 0xa3];
const FIRST_ID: &[u8] = &[0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7];

/// A long header up to the connection IDs.
fn header(first: u8, version: u32, destination_id: &[u8], source_id: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    bytes.extend(version.to_be_bytes());
    for id in [destination_id, source_id] {
        bytes.push(id.len() as u8);
        bytes.extend_from_slice(id);
    }
    bytes
}

/// A whole version 1 packet of `length` bytes, whose payload is a pattern that starts at `seed`.
fn packet(
    kind: PacketKind,
    destination_id: &[u8],
    source_id: &[u8],
    length: usize,
    seed: u8,
) -> Vec<u8> {
    let first = match kind {
        PacketKind::Initial => 0xc0,
        PacketKind::ZeroRtt => 0xd0,
        PacketKind::Handshake => 0xe0,
        _ => 0xf0,
    };
    let mut bytes = header(first, 1, destination_id, source_id);
    if kind == PacketKind::Initial {
        bytes.push(0); // No token.
    }
    if kind != PacketKind::Retry {
        let rest = (length - bytes.len() - 2) as u16;
        bytes.extend((0x4000 | rest).to_be_bytes());
    }
    let pattern = (0..).map(|index: usize| (index as u8).wrapping_mul(31).wrapping_add(seed));
    bytes.extend(pattern.take(length - bytes.len()));
    bytes
}

/// A short header packet of `length` bytes.
fn short(destination_id: &[u8], length: usize, seed: u8) -> Vec<u8> {
    let mut bytes = vec![0x41];
    bytes.extend_from_slice(destination_id);
    bytes.resize(length, seed);
    bytes
}
