//! HTTP/2 in clear, with prior knowledge and after an upgrade.

use super::{C, Packet, Played, S, client, number, play, server};
use crate::http::facts::{ErrorCode, StopReason};
use crate::stream::facts::Protocol;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A literal without indexing, its name by static index (RFC 7541 §6.2.2).
fn literal(index: u8, value: &str) -> Vec<u8> {
    let mut field = vec![index, u8::try_from(value.len()).unwrap()];
    field.extend(value.bytes());
    field
}

/// `GET`, `http`, the path, and an authority that goes into the table on first use.
pub(super) fn get(path: &str) -> Vec<u8> {
    [
        vec![0x82, 0x86],
        literal(0x04, path),
        literal(0x01, "h2.example"),
    ]
    .concat()
}

fn post(path: &str) -> Vec<u8> {
    [vec![0x83, 0x86], literal(0x04, path)].concat()
}

/// `:status: 200`.
pub(super) const OK: &[u8] = &[0x88];

pub(super) fn opening() -> Packet {
    client([PREFACE, &frame(SETTINGS, 0, 0, &[])].concat())
}

fn http2(played: &Played) -> &crate::http::facts::Http2Facts {
    played.http().http2.as_ref().expect("HTTP/2 was recognised")
}

#[test]
fn streams_are_exchanges() {
    let played = play(&[
        opening(),
        client(frame(HEADERS, END_HEADERS | END_STREAM, 1, &get("/one"))),
        client(frame(HEADERS, END_HEADERS, 3, &post("/two"))),
        server([frame(SETTINGS, 0, 0, &[]), frame(SETTINGS, ACK, 0, &[])].concat()),
        client(frame(DATA, END_STREAM | PADDED, 3, b"\x02body..")),
        server(frame(HEADERS, END_HEADERS, 3, OK)),
        server(
            [
                frame(HEADERS, END_HEADERS, 1, &literal(0x08, "404")),
                frame(DATA, END_STREAM, 3, b"abc"),
            ]
            .concat(),
        ),
        server(frame(DATA, 0, 1, b"not")),
        server(frame(DATA, END_STREAM, 1, b" found")),
    ]);
    assert_eq!(
        played.exchanges(),
        [
            "#1 GET /one 2-2-2 Complete 0 -> 404 7-7-9 Complete 9",
            "#3 POST /two 3-3-5 Complete 4 -> 200 6-6-7 Complete 3",
        ]
    );
    assert_eq!(played.spoken.stream.protocol, Protocol::Http2);
    let facts = http2(&played);
    assert_eq!(facts.preface.map(number), Some(1));
    assert_eq!(facts.settings[C].acknowledged.map(number), Some(4));
    assert_eq!(played.marks.len(), 2);
}

#[test]
fn a_header_block_goes_on_in_continuations() {
    let block = get("/long");
    let (start, end) = block.split_at(3);
    let played = play(&[
        opening(),
        client(frame(HEADERS, END_STREAM, 1, start)),
        client(frame(CONTINUATION, END_HEADERS, 1, end)),
    ]);
    assert_eq!(
        played.exchanges(),
        ["#1 GET /long 2-3-3 Complete 0 -> none"]
    );
}

#[test]
fn resets_and_goaways_are_told() {
    let mut goaway = 1_u32.to_be_bytes().to_vec();
    goaway.extend(11_u32.to_be_bytes());
    goaway.extend(b"too_many_pings");
    let played = play(&[
        opening(),
        client(frame(HEADERS, END_HEADERS | END_STREAM, 1, &get("/"))),
        server(frame(HEADERS, END_HEADERS, 1, OK)),
        server(frame(DATA, 0, 1, b"ab")),
        server(frame(RST_STREAM, 0, 1, &2_u32.to_be_bytes())),
        server(frame(GOAWAY, 0, 0, &goaway)),
    ]);
    assert_eq!(
        played.exchanges(),
        [
            "#1 GET / 2-2-2 Complete 0 -> 200 3-3-4 CutByStreamReset 2 reset by Responder Some(\"INTERNAL_ERROR\")"
        ]
    );
    let goaway = &http2(&played).go_aways[0];
    assert_eq!(
        (goaway.by, number(goaway.at), goaway.last_stream),
        (S, 6, 1)
    );
    assert_eq!(goaway.code, ErrorCode(11));
    assert_eq!(goaway.code.name(), Some("ENHANCE_YOUR_CALM"));
    assert_eq!(&*goaway.debug.kept, "too_many_pings");
}

#[test]
fn an_exhausted_window_is_a_stall_until_it_opens() {
    let full = vec![0; 16_384];
    let mut packets = vec![
        opening(),
        client(frame(HEADERS, END_HEADERS | END_STREAM, 1, &get("/big"))),
        server(frame(HEADERS, END_HEADERS, 1, OK)),
    ];
    packets.extend((0..3).map(|_| server(frame(DATA, 0, 1, &full))));
    // 65,535 bytes in all: packet 7 uses up both windows, the stream's opens at 9, the connection's at 10.
    packets.push(server(frame(DATA, 0, 1, &full[..16_383])));
    packets.push(client(frame(WINDOW_UPDATE, 0, 3, &1_u32.to_be_bytes())));
    packets.push(client(frame(WINDOW_UPDATE, 0, 1, &100_u32.to_be_bytes())));
    packets.push(client(frame(WINDOW_UPDATE, 0, 0, &100_u32.to_be_bytes())));
    packets.push(server(frame(DATA, 0, 1, &full[..100])));
    let played = play(&packets);
    let facts = http2(&played);
    let stalls: Vec<_> = facts
        .window_stalls
        .iter()
        .map(|stall| {
            (
                stall.stream,
                number(stall.exhausted),
                stall.reopened.map(number),
            )
        })
        .collect();
    assert_eq!(
        stalls,
        [
            (Some(1), 7, Some(9)),
            (None, 7, Some(10)),
            (Some(1), 11, None),
            (None, 11, None)
        ]
    );
    assert!(facts.window_stalls.iter().all(|stall| stall.sender == S));
    assert_eq!(facts.window_stall_count, 4);
}

#[test]
fn the_initial_window_moves_the_windows_of_open_streams() {
    let small = [&4_u16.to_be_bytes()[..], &5_u32.to_be_bytes()].concat();
    let large = [&4_u16.to_be_bytes()[..], &50_u32.to_be_bytes()].concat();
    let played = play(&[
        client([PREFACE, &frame(SETTINGS, 0, 0, &small)].concat()),
        client(frame(HEADERS, END_HEADERS | END_STREAM, 1, &get("/"))),
        server(
            [
                frame(HEADERS, END_HEADERS, 1, OK),
                frame(DATA, 0, 1, b"12345"),
            ]
            .concat(),
        ),
        client(frame(SETTINGS, 0, 0, &large)),
        server(frame(DATA, END_STREAM, 1, &[0; 45])),
    ]);
    let stalls = &http2(&played).window_stalls;
    assert_eq!(stalls.len(), 1);
    assert_eq!(number(stalls[0].exhausted), 3);
    assert_eq!(stalls[0].reopened.map(number), Some(4));
}

#[test]
fn the_slowest_ping_is_kept() {
    let ping = |flags, data: u64| frame(PING, flags, 0, &data.to_be_bytes());
    let played = play(&[
        opening(),
        client(ping(0, 1)),
        server(ping(ACK, 1)),
        client(ping(0, 2)),
        client(ping(0, 3)),
        server(ping(ACK, 3)),
        server(ping(ACK, 2)),
    ]);
    let facts = http2(&played);
    assert_eq!(facts.pings[C], 3);
    let gap = facts.slowest_ping[C].unwrap();
    assert_eq!((number(gap.from), number(gap.until)), (4, 7));
}

#[test]
fn an_upgrade_goes_on_as_stream_one() {
    let played = play(&[
        client("GET /up HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"),
        server(
            [
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n".to_vec(),
                frame(SETTINGS, 0, 0, &[]),
                frame(HEADERS, END_HEADERS, 1, OK),
            ]
            .concat(),
        ),
        opening(),
        server(frame(DATA, END_STREAM, 1, b"hello")),
        client(frame(HEADERS, END_HEADERS | END_STREAM, 3, &get("/next"))),
    ]);
    assert_eq!(
        played.exchanges(),
        [
            "#1 GET /up 1-1-1 Complete 0 (101 2) -> 200 2-2-4 Complete 5",
            "#3 GET /next 5-5-5 Complete 0 -> none",
        ]
    );
    assert!(http2(&played).is_upgraded);
    assert_eq!(played.spoken.stream.protocol, Protocol::Http2);
}

#[test]
fn after_a_hole_reading_goes_on_with_the_next_frame() {
    let indexed = [vec![0x82, 0x86, 0x84, 0x41, 4], b"name".to_vec()].concat();
    let played = play(&[
        opening(),
        client(frame(HEADERS, END_HEADERS | END_STREAM, 1, &indexed)),
        Packet::Missing(S, 300),
        server(frame(DATA, END_STREAM, 1, b"tail")),
        client(frame(
            HEADERS,
            END_HEADERS | END_STREAM,
            3,
            &[0x82, 0x86, 0x84, 0xbe],
        )),
        server(frame(HEADERS, END_HEADERS | END_STREAM, 3, &[0x88, 0xbe])),
    ]);
    assert_eq!(
        played.exchanges(),
        [
            "#1 GET / 2-2-2 Complete 0 -> lost",
            "#3 GET / 5-5-5 Complete 0 -> 200 6-6-6 Complete 0",
        ]
    );
    assert_eq!(http2(&played).unknown_header_count, 1);
    let host = played
        .http()
        .exchanges
        .at(1)
        .unwrap()
        .request
        .as_ref()
        .unwrap()
        .host
        .clone();
    assert_eq!(&*host.unwrap().kept, "name");
}

#[test]
fn frames_that_break_the_protocol_stop_the_reading() {
    for (name, bytes) in [
        ("SETTINGS of seven bytes", frame(SETTINGS, 0, 0, &[0; 7])),
        ("DATA on stream zero", frame(DATA, 0, 0, b"x")),
        ("larger than allowed", frame(DATA, 0, 1, &[0; 20_000])),
        (
            "CONTINUATION of nothing",
            frame(CONTINUATION, END_HEADERS, 1, OK),
        ),
        ("HTTP/1", b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
    ] {
        let played = play(&[opening(), server(bytes)]);
        let reasons: Vec<_> = played.http().stops.iter().map(|stop| stop.reason).collect();
        assert_eq!(reasons, [StopReason::BadFrame], "{name}");
    }
}
