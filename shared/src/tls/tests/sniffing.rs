//! What the first bytes of a stream look like.

use super::conversation::hex;
use crate::tls::facts::LooksLike;
use crate::tls::sniff::looks_like;
use crate::tls::{Sniff, sniff};

#[test]
fn starts_of_streams() {
    let rows: [(&str, &[u8], Sniff); 17] = [
        ("nothing", b"", Sniff::NeedMore),
        ("a handshake type", b"\x16", Sniff::NeedMore),
        (
            "a record without its length",
            b"\x16\x03\x01\x02",
            Sniff::NeedMore,
        ),
        ("a ClientHello", b"\x16\x03\x01\x02\x00\x01", Sniff::Yes),
        (
            "TLS 1.3 as record version",
            b"\x16\x03\x04\x02\x00",
            Sniff::Yes,
        ),
        ("an alert", b"\x15\x03\x03\x00\x02\x02\x28", Sniff::Yes),
        (
            "an alert of an odd length",
            b"\x15\x03\x03\x00\x07",
            Sniff::No,
        ),
        ("an empty record", b"\x16\x03\x01\x00\x00", Sniff::No),
        (
            "a record that is too long",
            b"\x17\x03\x03\x48\x01",
            Sniff::No,
        ),
        ("the longest record", b"\x17\x03\x03\x48\x00", Sniff::Yes),
        ("another major version", b"\x16\x04\x01\x02\x00", Sniff::No),
        ("another minor version", b"\x16\x03\x05", Sniff::No),
        ("a heartbeat", b"\x18\x03\x01\x00\x20", Sniff::No),
        ("HTTP", b"GET / HTTP/1.1\r\n", Sniff::No),
        ("SSH", b"SSH-2.0-OpenSSH", Sniff::No),
        (
            "PostgreSQL's SSLRequest",
            b"\x00\x00\x00\x08\x04\xd2\x16\x2f",
            Sniff::No,
        ),
        (
            "the start of an SSLv2 hello",
            b"\x80\x2e\x01\x03\x01\x00\x15",
            Sniff::NeedMore,
        ),
    ];
    for (name, bytes, answer) in rows {
        assert_eq!(sniff(bytes), answer, "{name}");
    }
}

#[test]
fn sslv2_hellos() {
    // Length 0x2e, ClientHello, TLS 1.0, 21 bytes of suites, no session, 16 bytes of challenge.
    assert_eq!(sniff(&hex("802e01030100150000001000")), Sniff::Yes);
    assert_eq!(
        sniff(&hex("802f01030100150000001000")),
        Sniff::No,
        "lengths do not add up"
    );
    assert_eq!(
        sniff(&hex("802e04030100150000001000")),
        Sniff::No,
        "not a ClientHello"
    );
    assert_eq!(
        sniff(&hex("802d01030100140000001000")),
        Sniff::No,
        "suites have three bytes"
    );
}

#[test]
fn what_strangers_look_like() {
    let rows: [(&[u8], LooksLike); 11] = [
        (
            b"HTTP/1.1 400 Bad Request\r\n",
            LooksLike::HttpResponse(400),
        ),
        (b"GET / HTTP/1.1\r\n", LooksLike::HttpRequest),
        (b"\r\n<html>", LooksLike::Markup),
        (b"SSH-2.0-OpenSSH_9.2\r\n", LooksLike::Ssh),
        (
            b"220 mail ESMTP\r\nmore",
            LooksLike::Greeting("220 mail ESMTP".into()),
        ),
        (
            b"-ERR unknown command 'x'\r\n",
            LooksLike::Greeting("-ERR unknown command 'x'".into()),
        ),
        (
            b"* OK IMAP4rev1\r\n",
            LooksLike::Greeting("* OK IMAP4rev1".into()),
        ),
        (b"\x84\x2e\x04\x00\x01\x00\x02", LooksLike::Sslv2),
        (b"hello there\n", LooksLike::Text),
        (b"", LooksLike::Binary),
        (b"\x00\x01\x02", LooksLike::Binary),
    ];
    for (bytes, answer) in rows {
        assert_eq!(
            looks_like(bytes),
            answer,
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}
