//! What holds for all bytes: no panic, bounded memory, and facts that do not depend on how bytes are cut.

use proptest::prelude::*;

use super::http2::{OK, frame, get, opening};
use super::preludes::HELLO;
use super::{C, Packet, Played, S, client, play_cut, server, stamp};
use crate::flow::chunk::{Chunk, Mark, MarkKind, StreamSink};
use crate::http::facts::StreamEnd;
use crate::limits::HELD_BYTES;
use crate::stream::Conversation;

/// Conversations that are cut in every way.
fn conversations() -> Vec<Vec<Packet>> {
    vec![
        vec![
            client(
                "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyzGET /c HTTP/1.1\r\n\r\n",
            ),
            server(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\nA;x\r\n0123456789\r\n0\r\nT: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok",
            ),
            server("HTTP/1.0 200 OK\r\n\r\nuntil the end"),
        ],
        vec![
            client("\r\nCONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n"),
            server("HTTP/1.1 200 Yes\r\n\r\n"),
            client(HELLO),
            server(b"\x16\x03\x03\x00\x04\x02\x00\x00\x00\x15\x03\x03\x00\x02\x02\x28"),
        ],
        vec![
            client([&b"CONNECT h:443 HTTP/1.1\r\n\r\n"[..], HELLO].concat()),
            Packet::Missing(S, 20),
            client(b"\x17\x03\x03\x00\x02ab"),
        ],
        vec![
            opening(),
            client(
                [
                    frame(1, 5, 1, &get("/x")),
                    frame(1, 4, 3, &get("/y")),
                    frame(0, 9, 3, b"\x01ab."),
                ]
                .concat(),
            ),
            server(
                [
                    frame(4, 0, 0, &[0, 4, 0, 0, 0, 9]),
                    frame(1, 4, 1, OK),
                    frame(0, 1, 1, b"body"),
                ]
                .concat(),
            ),
            Packet::Missing(S, 12),
            server(frame(1, 5, 3, OK)),
        ],
        vec![
            client("GET /ws HTTP/1.1\r\nUpgrade: h2c\r\n\r\n"),
            server(
                [
                    &b"HTTP/1.1 101 S\r\nUpgrade: h2c\r\n\r\n"[..],
                    &frame(1, 5, 1, OK),
                ]
                .concat(),
            ),
            opening(),
        ],
        vec![
            server("220 mx ESMTP\r\n"),
            client("EHLO me\r\nSTARTTLS\r\n"),
            server("250-a\r\n250 b\r\n220 go\r\n"),
            client(HELLO),
        ],
        vec![
            client(b"PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n\x05\x01\x00"),
            server(b"\x05\x00"),
            client(b"\x05\x01\x00\x03\x01h\x00\x50"),
            server(b"\x05\x00\x00\x01\x01\x02\x03\x04\x00\x50"),
            client("GET / HTTP/1.1\r\n\r\n"),
        ],
        vec![
            server("middle of a body"),
            client("tail of an upload"),
            client("GET /regained HTTP/1.1\r\n\r\n"),
            server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1garbage"),
            server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ],
        // The client speaks before its tunnel is granted; the packet that grants it goes on.
        vec![
            client(b"\r\nCONNECT h\x00443 HTTP/1.1\r\nHost: h\r\n\r\n"),
            client("220 m"),
            server(b"HTTP/\x00.0 200 OK\r\n\r\nuntil the end"),
        ],
        // A client that speaks TLS into the middle of its server's greeting.
        vec![server("220 m"), client(HELLO), server("x ESMTP\r\n")],
        // What a SOCKS client seems to be answered with is no answer, as more bytes tell on one side than on the other.
        vec![
            client("H"),
            server(b"\x05\x01\x00\x03\x01h\x00\x50"),
            client(b"PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n\x05\x01\x00"),
        ],
        // What showed that a client does not speak SOCKS is looked at before what that client said next.
        vec![
            server("H"),
            client(b"PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n\x05\x01\x00"),
            client("GET   HTTP/1.1\r\n\r\n"),
            server("GET \x0bws HTTP/1.1\r\nUpgrade: h2c\r\n\r\n"),
        ],
        // A packet whose start is nothing known starts nothing further on, whoever reads the other side.
        vec![
            server(b"\x00"),
            client(b"PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n\x05\x01\x00"),
            client("HTTP/1.1 101 S\r\nUpgrade: h2c\r\n\r\n"),
            server(b"\x00RI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ],
    ]
}

/// The facts of both are equal; says the first line that is not. What TLS makes of them is its own matter.
fn same(cut: &Played, whole: &Played, name: &str) {
    let text = |played: &Played| {
        let is_ours = |mark: &&Mark| matches!(mark.kind, MarkKind::Request | MarkKind::Prelude);
        let marks: Vec<_> = played.marks.iter().filter(is_ours).collect();
        format!("{:#?}", (&played.spoken.stream, &played.spoken.http, marks))
    };
    let (cut, whole) = (text(cut), text(whole));
    let differs = cut
        .lines()
        .zip(whole.lines())
        .find(|(cut, whole)| cut != whole);
    assert!(
        differs.is_none() && cut.len() == whole.len(),
        "{name}: {differs:?}"
    );
}

#[test]
fn facts_do_not_depend_on_the_cut() {
    let end = StreamEnd::Closed(stamp(99));
    for (index, packets) in conversations().iter().enumerate() {
        let whole = play_cut(packets, usize::MAX, end);
        for cut in 1..=40 {
            let played = play_cut(packets, cut, end);
            same(&played, &whole, &format!("conversation {index}, cut {cut}"));
        }
    }
}

/// Bytes that look like something, so that more than the first step is reached.
fn likely_bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<Vec<u8>> = conversations()
        .into_iter()
        .flatten()
        .filter_map(|packet| match packet {
            Packet::Bytes(_, bytes) => Some(bytes),
            Packet::Missing(..) => None,
        })
        .collect();
    let known = prop::sample::select(pieces);
    let damaged = (known.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(
        |(mut bytes, index, value)| {
            let at = index.index(bytes.len());
            bytes[at] = value;
            bytes
        },
    );
    let cut = (known.clone(), any::<prop::sample::Index>())
        .prop_map(|(bytes, index)| bytes[..index.index(bytes.len())].to_vec());
    prop_oneof![
        known,
        damaged,
        cut,
        prop::collection::vec(any::<u8>(), 0..64)
    ]
}

fn any_packets() -> impl Strategy<Value = Vec<Packet>> {
    let side = prop_oneof![Just(C), Just(S)];
    let packet = prop_oneof![
        8 => (side.clone(), likely_bytes()).prop_map(|(side, bytes)| Packet::Bytes(side, bytes)),
        1 => (side, 1..2000_u64).prop_map(|(side, length)| Packet::Missing(side, length)),
    ];
    prop::collection::vec(packet, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_packets_cut_anyhow_give_the_same_facts(packets in any_packets(), cut in 1..30_usize) {
        let end = StreamEnd::Reset(stamp(99));
        let whole = play_cut(&packets, usize::MAX, end);
        same(&play_cut(&packets, cut, end), &whole, "any");
    }
}

#[test]
fn what_is_held_is_bounded() {
    for opening in [
        &b"CONNECT h:443 HTTP/1.1\r\n\r\n"[..],
        b"\x05\x01\x00",
        b"EHLO me\r\nSTARTTLS\r\n",
        b"\x00\x00\x00\x08\x04\xd2\x16\x2f",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"BREW ",
        b"GET / HTTP/1.1\r\nUpgrade: x\r\n\r\n",
    ] {
        let mut conversation = Conversation::new();
        let mut offset = 0;
        for number in 1..400 {
            let filler = [b'x'; 1000];
            let bytes = if number == 1 { opening } else { &filler };
            conversation.on_bytes(Chunk {
                side: C,
                offset,
                bytes,
                carried: stamp(number),
                delivered: stamp(number),
            });
            offset += bytes.len() as u64;
            let held = conversation.held_bytes();
            assert!(
                held <= HELD_BYTES + 1000,
                "{} holds {held}",
                opening.escape_ascii()
            );
        }
    }
}

#[test]
fn what_nobody_knows_costs_nothing_more() {
    let mut conversation = Conversation::new();
    let mut offsets = [0, 0];
    for number in 1..40 {
        for (side, offset) in [C, S].into_iter().zip(&mut offsets) {
            conversation.on_bytes(Chunk {
                side,
                offset: *offset,
                bytes: b"\xde\xad\xbe\xef",
                carried: stamp(number),
                delivered: stamp(number),
            });
            *offset += 4;
        }
    }
    assert_eq!(conversation.skip_until(C), Some(u64::MAX));
    assert_eq!(conversation.skip_until(S), Some(u64::MAX));
    assert!(
        size_of::<Conversation>() <= 512,
        "{}",
        size_of::<Conversation>()
    );
}

#[test]
fn a_body_needs_no_bytes() {
    let mut conversation = Conversation::new();
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc";
    conversation.on_bytes(Chunk {
        side: S,
        offset: 0,
        bytes: head,
        carried: stamp(1),
        delivered: stamp(1),
    });
    let end = head.len() as u64 - 3 + 1000;
    assert_eq!(conversation.skip_until(S), Some(end));
}
