//! HTTP/1: framing, pairing, and what becomes of damage.

use super::{C, Packet, S, client, number, play, play_cut, server, stamp};
use crate::flow::chunk::MarkKind;
use crate::http::facts::{StopReason, StreamEnd};
use crate::limits::{EXCHANGES_HEAD, EXCHANGES_TAIL};
use crate::stream::facts::Protocol;

const GET: &str = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

struct Case {
    name: &'static str,
    packets: Vec<Packet>,
    exchanges: &'static [&'static str],
}

fn case(name: &'static str, packets: Vec<Packet>, exchanges: &'static [&'static str]) -> Case {
    Case {
        name,
        packets,
        exchanges,
    }
}

fn check(cases: Vec<Case>) {
    for case in cases {
        assert_eq!(
            play(&case.packets).exchanges(),
            case.exchanges,
            "{}",
            case.name
        );
    }
}

#[test]
fn bodies_end_where_their_framing_says() {
    check(vec![
        case(
            "content length over three packets",
            vec![
                client(GET),
                server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01"),
                server("2345"),
                server("6789"),
            ],
            &["GET /a 1-1-1 Complete 0 -> 200 2-2-4 Complete 10"],
        ),
        case(
            "chunks, an extension and a trailer",
            vec![
                client(GET),
                server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhel"),
                server("lo\r\n0\r\nX-Sum: 1\r\n"),
                server("\r\n"),
            ],
            &["GET /a 1-1-1 Complete 0 -> 200 2-2-4 Complete 5"],
        ),
        case(
            "until close",
            vec![
                client(GET),
                server("HTTP/1.0 200 OK\r\n\r\nab"),
                server("c"),
            ],
            &["GET /a 1-1-1 Complete 0 -> 200 2-2-3 Complete 3"],
        ),
        case(
            "no body after HEAD, 204 and 304, whatever they say",
            vec![
                client("HEAD /h HTTP/1.1\r\n\r\n"),
                server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"),
                client(GET),
                server("HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n"),
                client(GET),
                server("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
            ],
            &[
                "HEAD /h 1-1-1 Complete 0 -> 200 2-2-2 Complete 0",
                "GET /a 3-3-3 Complete 0 -> 204 4-4-4 Complete 0",
                "GET /a 5-5-5 Complete 0 -> 304 6-6-6 Complete 0",
            ],
        ),
        case(
            "cut by close",
            vec![
                client(GET),
                server("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
            ],
            &["GET /a 1-1-1 Complete 0 -> 200 2-2-2 CutByClose 3"],
        ),
        case(
            "header block that never ends",
            vec![
                client("GET /slow HTTP/1.1\r\nHost: x\r\n"),
                client("Cookie: a"),
            ],
            &["GET /slow 1-?-2 CutByClose 0 -> none"],
        ),
    ]);
}

#[test]
fn requests_and_responses_are_paired_in_order() {
    check(vec![
        case(
            "pipelined, the responses in one packet",
            vec![
                client([GET, "POST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi", GET].concat()),
                server(
                    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nAHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
                ),
                server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
            ],
            &[
                "GET /a 1-1-1 Complete 0 -> 200 2-2-2 Complete 1",
                "POST /b 1-1-1 Complete 2 -> 201 2-2-2 Complete 0",
                "GET /a 1-1-1 Complete 0 -> 404 3-3-3 Complete 0",
            ],
        ),
        case(
            "100-continue: headers, 100, body, answer",
            vec![
                client("PUT /up HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"),
                server("HTTP/1.1 100 Continue\r\n\r\n"),
                client("data"),
                server("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
            ],
            &["PUT /up 1-1-3 Complete 4 (100 2) -> 201 4-4-4 Complete 0"],
        ),
        case(
            "answered before the request's body is over",
            vec![
                client("POST /big HTTP/1.1\r\nContent-Length: 4\r\n\r\nab"),
                server("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"),
                client("cd"),
            ],
            &["POST /big 1-1-3 Complete 4 -> 413 2-2-2 Complete 0"],
        ),
        case(
            "a timeout response that nobody asked for, then a request that crosses it",
            vec![
                client(GET),
                server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                server("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"),
                client(GET),
            ],
            &[
                "GET /a 1-1-1 Complete 0 -> 200 2-2-2 Complete 0",
                "unseen -> 408 3-3-3 Complete 0",
                "GET /a 4-4-4 Complete 0 -> none",
            ],
        ),
        case(
            "empty lines between messages",
            vec![
                client(["\r\n", GET].concat()),
                server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n\r\n"),
                client(["\r\n", GET].concat()),
                server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            ],
            &[
                "GET /a 1-1-1 Complete 0 -> 200 2-2-2 Complete 0",
                "GET /a 3-3-3 Complete 0 -> 200 4-4-4 Complete 0",
            ],
        ),
    ]);
}

#[test]
fn what_a_hole_takes_is_named() {
    check(vec![
        case(
            "inside a body of known length",
            vec![
                client(GET),
                server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01"),
                Packet::Missing(S, 6),
                server("89"),
            ],
            &["GET /a 1-1-1 Complete 0 -> 200 2-2-4 Complete 10(6 missing)"],
        ),
        case(
            "the response's head: the next response is not taken for it",
            vec![
                client(GET),
                Packet::Missing(S, 500),
                client("GET /b HTTP/1.1\r\n\r\n"),
                server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            ],
            &[
                "GET /a 1-1-1 Complete 0 -> lost",
                "GET /b 3-3-3 Complete 0 -> 200 4-4-4 Complete 0",
            ],
        ),
        case(
            "snapped after the first line",
            vec![
                client("GET /snap HTTP/1.1\r\nHost: exam"),
                Packet::Missing(C, 100),
                server("HTTP/1.1 302 Found\r\nLoc"),
                Packet::Missing(S, 100),
            ],
            &["GET /snap 1-?-1 LostInHole 0 -> 302 3-?-3 LostInHole 0"],
        ),
        case(
            "a request in a hole: its response stands alone",
            vec![
                client(GET),
                server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                Packet::Missing(C, 80),
                server("HTTP/1.1 204 No Content\r\n\r\n"),
                client("GET /c HTTP/1.1\r\n\r\n"),
                server("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
            ],
            &[
                "GET /a 1-1-1 Complete 0 -> 200 2-2-2 Complete 0",
                "unseen -> 204 4-4-4 Complete 0",
                "GET /c 5-5-5 Complete 0 -> 500 6-6-6 Complete 0",
            ],
        ),
        case(
            "the answer to an upgrade: the preface of HTTP/2 is no request",
            vec![
                client("GET /up HTTP/1.1\r\nUpgrade: h2c\r\n\r\n"),
                Packet::Missing(S, 80),
                client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            ],
            &["GET /up 1-1-1 Complete 0 -> lost"],
        ),
        case(
            "joined in the middle of a response",
            vec![
                server("...the end of something"),
                client(GET),
                server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
            ],
            &["GET /a 2-2-2 Complete 0 -> 200 3-3-3 Complete 2"],
        ),
        case(
            "the response is captured before its request",
            vec![
                server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
                client(GET),
            ],
            &[
                "unseen -> 200 1-1-1 Complete 2",
                "GET /a 2-2-2 Complete 0 -> none",
            ],
        ),
    ]);
}

#[test]
fn what_cannot_be_read_stops_with_a_reason() {
    let long = format!("GET /a HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(70_000));
    let rows = [
        (
            "bytes after a response",
            vec![
                client(GET),
                server("HTTP/1.1 304 Not Modified\r\n\r\n<html>"),
            ],
            StopReason::BytesAfterResponse,
        ),
        (
            "chunk size that is none",
            vec![
                client(GET),
                server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
            ],
            StopReason::BadChunk,
        ),
        (
            "two lengths in a request",
            vec![client(
                "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            )],
            StopReason::BadBodyLength,
        ),
        (
            "headers beyond the cap",
            vec![client(&long)],
            StopReason::HeadersTooLong,
        ),
        (
            "answer in another protocol",
            vec![client(GET), server("\x16\x03\x03\0\x02ab")],
            StopReason::NotHttp,
        ),
    ];
    for (name, packets, reason) in rows {
        let played = play(&packets);
        let reasons: Vec<_> = played.http().stops.iter().map(|stop| stop.reason).collect();
        assert_eq!(reasons, [reason], "{name}");
    }
}

#[test]
fn a_stall_inside_a_body_is_its_longest_gap() {
    let mut packets = vec![
        client(GET),
        server("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na"),
        server("b"),
    ];
    packets.extend(std::iter::repeat_n(client(""), 5));
    packets.extend([server("c"), server("d")]);
    let played = play(&packets);
    let exchange = played.http().exchanges.at(0).unwrap();
    let gap = exchange
        .response
        .as_ref()
        .unwrap()
        .body
        .longest_gap
        .unwrap();
    assert_eq!((number(gap.from), number(gap.until)), (3, 9));
}

#[test]
fn a_request_says_what_it_is() {
    let played = play(&[
        client(
            "GET http://example.org:81/x?y HTTP/1.0\r\nHost: other\r\nConnection: keep-alive\r\n\r\n",
        ),
        server(
            "HTTP/1.1 200 OK\r\nServer: nginx\r\nX-Served-By: cache-fra-1\r\nX-Other: 1\r\nVia: 1.1 varnish\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        ),
    ]);
    let exchange = played.http().exchanges.at(0).unwrap();
    let request = exchange.request.as_ref().unwrap();
    assert_eq!(&*request.host.as_ref().unwrap().kept, "example.org:81");
    assert!(!request.closes);
    assert_eq!(request.end_offset, Some(played.marks[0].end));
    let response = exchange.response.as_ref().unwrap();
    assert!(response.closes);
    let notable: Vec<_> = response
        .notable
        .iter()
        .map(|header| (header.name, &*header.value.kept))
        .collect();
    assert_eq!(
        notable,
        [
            ("server", "nginx"),
            ("x-served-by", "cache-fra-1"),
            ("via", "1.1 varnish")
        ]
    );
}

#[test]
fn a_request_line_may_hold_more_spaces_than_it_should() {
    check(vec![case(
        "spaces",
        vec![
            client("GET    /a  HTTP/1.1\r\nHost: x\r\n\r\n"),
            server("HTTP/1.1 204 No Content\r\n\r\n"),
        ],
        &["GET /a 1-1-1 Complete 0 -> 204 2-2-2 Complete 0"],
    )]);
}

#[test]
fn an_upgrade_hands_the_flow_over() {
    let played = play(&[
        client("GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        server(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi"),
        client("GET is no request here"),
    ]);
    assert_eq!(
        played.exchanges(),
        ["GET /chat 1-1-1 Complete 0 -> 101 2-2-2 Complete 0"]
    );
    assert_eq!(played.spoken.stream.protocol, Protocol::WebSocket);
    assert!(played.http().stops.is_empty());
}

#[test]
fn an_upgrade_that_is_refused_changes_nothing() {
    let played = play(&[
        client(["GET /1 HTTP/1.1\r\nUpgrade: h2c\r\n\r\n", GET].concat()),
        server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ]);
    assert_eq!(
        played.exchanges(),
        [
            "GET /1 1-1-1 Complete 0 -> 200 2-2-2 Complete 0",
            "GET /a 1-1-1 Complete 0 -> 200 3-3-3 Complete 0",
        ]
    );
}

#[test]
fn a_reset_is_not_a_close() {
    let packets = [client(GET), server("HTTP/1.0 200 OK\r\n\r\nab")];
    let reset = play_cut(&packets, usize::MAX, StreamEnd::Reset(stamp(3)));
    assert_eq!(
        reset.exchanges(),
        ["GET /a 1-1-1 Complete 0 -> 200 2-2-2 CutByReset 2"]
    );
    let open = play_cut(&packets, usize::MAX, StreamEnd::Open);
    assert_eq!(
        open.exchanges(),
        ["GET /a 1-1-1 Complete 0 -> 200 2-2-2 Open 2"]
    );
}

#[test]
fn of_many_exchanges_the_ends_and_the_unanswered_are_kept() {
    let mut packets = Vec::new();
    let total = EXCHANGES_HEAD + EXCHANGES_TAIL + 50;
    for index in 0..total {
        packets.push(client(format!("GET /{index} HTTP/1.1\r\n\r\n")));
        packets.push(server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    }
    packets.push(client("GET /last HTTP/1.1\r\n\r\n"));
    let played = play(&packets);
    let log = &played.http().exchanges;
    assert_eq!(log.exchange_count(), total as u64 + 1);
    assert_eq!(log.request_count(), total as u64 + 1);
    assert_eq!(log.response_count(), total as u64);
    let kept: Vec<u64> = log.iter().map(|exchange| exchange.number).collect();
    assert_eq!(kept.len(), EXCHANGES_HEAD + EXCHANGES_TAIL);
    assert_eq!(kept.last(), Some(&(total as u64)));
    let marks = played
        .marks
        .iter()
        .filter(|mark| mark.kind == MarkKind::Request);
    assert_eq!(marks.count(), total + 1);
}
