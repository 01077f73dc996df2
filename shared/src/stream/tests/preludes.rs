//! What goes before a protocol, and how the protocol behind it is found.

use super::{C, Packet, Played, S, client, number, play, server};
use crate::flow::chunk::MarkKind;
use crate::stream::facts::{PreludeKind, PreludeOutcome, Protocol, Reply, StartTlsProtocol};

/// A ClientHello's record header and the start of the message.
pub(super) const HELLO: &[u8] = b"\x16\x03\x01\x00\x08\x01\x00\x00\x04\x03\x03\x00\x00";
const REPLY: &[u8] = b"\x16\x03\x03\x00\x04\x02\x00\x00\x00";
const CONNECT: &str = "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n";

/// `kind target reply outcome started-request-first-last`, a line for each prelude.
fn preludes(played: &Played) -> Vec<String> {
    let list = played.spoken.stream.preludes.iter();
    list.map(|prelude| {
        let at =
            |stamp: Option<_>| stamp.map_or_else(|| "?".to_owned(), |at| number(at).to_string());
        let target = prelude.target.as_ref().map_or("-", |target| &*target.kept);
        format!(
            "{target} {:?} {:?} {}-{}-{}-{}",
            prelude.reply,
            prelude.outcome,
            number(prelude.started),
            at(prelude.request_complete),
            at(prelude.response_first_byte),
            at(prelude.response_complete),
        )
    })
    .collect()
}

#[test]
fn a_tunnel_leads_to_tls() {
    let played = play(&[
        client(CONNECT),
        server("HTTP/1.1 200 Connection established\r\n\r\n"),
        client(HELLO),
        server(REPLY),
    ]);
    assert_eq!(
        preludes(&played),
        ["example.org:443 Some(Status(200)) Accepted 1-1-2-2"]
    );
    assert_eq!(played.spoken.stream.protocol, Protocol::Tls);
    assert!(played.spoken.tls.is_some());
    assert_eq!(played.marks[0].kind, MarkKind::Prelude);
    assert_eq!(played.marks[0].end, CONNECT.len() as u64);
}

#[test]
fn a_tunnel_may_be_refused_and_asked_for_again() {
    let played = play(&[
        client(CONNECT),
        server("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno"),
        client(CONNECT),
        server("HTTP/1.1 200 OK\r\n\r\n"),
        client(HELLO),
    ]);
    assert_eq!(
        preludes(&played),
        [
            "example.org:443 Some(Status(407)) Refused 1-1-2-2",
            "example.org:443 Some(Status(200)) Accepted 3-3-4-4",
        ]
    );
    assert_eq!(played.spoken.stream.protocol, Protocol::Tls);
}

#[test]
fn a_client_that_does_not_wait_is_followed() {
    let eager = [CONNECT.as_bytes(), HELLO].concat();
    let played = play(&[
        client(eager),
        server("HTTP/1.1 200 OK\r\n\r\n"),
        server(REPLY),
    ]);
    assert_eq!(played.spoken.stream.protocol, Protocol::Tls);
    let hello = played.spoken.tls.unwrap();
    assert_eq!(hello.client_side, Some(C));
}

#[test]
fn an_answer_in_a_hole_is_assumed_from_what_follows() {
    let played = play(&[
        client(CONNECT),
        Packet::Missing(S, 39),
        client(HELLO),
        server(REPLY),
    ]);
    assert_eq!(preludes(&played), ["example.org:443 None Assumed 1-1-?-?"]);
    assert_eq!(played.spoken.stream.protocol, Protocol::Tls);
}

#[test]
fn an_answer_that_never_comes_is_awaited() {
    let played = play(&[client(CONNECT)]);
    assert_eq!(preludes(&played), ["example.org:443 None Awaited 1-1-?-?"]);
}

#[test]
fn http_inside_a_tunnel_continues_the_exchanges() {
    let played = play(&[
        client(CONNECT),
        server("HTTP/1.1 200 OK\r\n\r\n"),
        client("GET /in HTTP/1.1\r\n\r\n"),
        server("HTTP/1.1 204 No Content\r\n\r\n"),
    ]);
    assert_eq!(
        played.exchanges(),
        [
            "CONNECT example.org:443 1-1-1 Complete 0 -> 200 2-2-2 Complete 0",
            "GET /in 3-3-3 Complete 0 -> 204 4-4-4 Complete 0",
        ]
    );
}

#[test]
fn socks5_with_a_password_leads_to_tls() {
    let request = [b"\x05\x01\x00\x03\x0bexample.org".as_slice(), &[0x01, 0xbb]].concat();
    let played = play(&[
        client(b"\x05\x02\x00\x02"),
        server(b"\x05\x02"),
        client(b"\x01\x04user\x04pass"),
        server(b"\x01\x00"),
        client(request),
        server(b"\x05\x00\x00\x01\x0a\x00\x00\x01\x1f\x90"),
        client(HELLO),
    ]);
    assert_eq!(
        preludes(&played),
        ["example.org:443 Some(Socks(0)) Accepted 1-5-6-6"]
    );
    let PreludeKind::Socks5 {
        method,
        method_chosen,
        authenticated,
    } = played.spoken.stream.preludes[0].kind
    else {
        panic!("not SOCKS5");
    };
    assert_eq!(method, Some(2));
    assert_eq!(method_chosen.map(number), Some(2));
    assert_eq!(
        authenticated.map(|(status, at)| (status, number(at))),
        Some((0, 4))
    );
    assert_eq!(played.spoken.stream.protocol, Protocol::Tls);
}

#[test]
fn socks_refusals_are_told() {
    let rows: [(&str, Vec<Packet>, &str); 3] = [
        (
            "no acceptable method",
            vec![client(b"\x05\x01\x00"), server(b"\x05\xff")],
            "- Some(Socks(255)) Refused 1-?-2-2",
        ),
        (
            "host unreachable",
            vec![
                client(b"\x05\x01\x00"),
                server(b"\x05\x00"),
                client(b"\x05\x01\x00\x01\x01\x02\x03\x04\x00\x50"),
                server(b"\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"),
            ],
            "1.2.3.4:80 Some(Socks(4)) Refused 1-3-4-4",
        ),
        (
            "SOCKS4a",
            vec![
                client(b"\x04\x01\x00\x50\x00\x00\x00\x01me\x00example.org\x00"),
                server(b"\x00\x5b\x00\x00\x00\x00\x00\x00"),
            ],
            "example.org:80 Some(Socks(91)) Refused 1-1-2-2",
        ),
    ];
    for (name, packets, expected) in rows {
        assert_eq!(preludes(&play(&packets)), [expected], "{name}");
    }
}

#[test]
fn what_looked_like_socks_and_was_not_is_forgotten() {
    let played = play(&[client(b"\x05\x01\x00"), server(b"\x09\x09\x09")]);
    assert_eq!(preludes(&played), [""; 0]);
    assert_eq!(played.spoken.stream.protocol, Protocol::Other);
}

#[test]
fn the_proxy_protocol_names_both_ends() {
    let v2 = [
        b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c".as_slice(),
        &[192, 0, 2, 1, 198, 51, 100, 2, 0x30, 0x39, 0x01, 0xbb],
    ]
    .concat();
    let rows: [(&str, Vec<u8>, u8); 2] = [
        (
            "v1",
            b"PROXY TCP4 192.0.2.1 198.51.100.2 12345 443\r\n".to_vec(),
            1,
        ),
        ("v2", v2, 2),
    ];
    for (name, header, expected) in rows {
        let played = play(&[client([&header, HELLO].concat()), server(REPLY)]);
        let prelude = &played.spoken.stream.preludes[0];
        let PreludeKind::ProxyProtocol { version, addresses } = prelude.kind else {
            panic!("{name}: not the PROXY protocol");
        };
        let ends = addresses.map(|(from, to)| (from.to_string(), to.to_string()));
        assert_eq!(version, expected, "{name}");
        let ends_expected = ("192.0.2.1:12345".to_owned(), "198.51.100.2:443".to_owned());
        assert_eq!(ends, Some(ends_expected), "{name}");
        assert_eq!(prelude.request_end, Some(header.len() as u64), "{name}");
        assert_eq!(played.spoken.stream.protocol, Protocol::Tls, "{name}");
    }
}

#[test]
fn starttls_is_followed_in_every_protocol_that_has_it() {
    let ldap_request = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";
    let ldap_response = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00";
    let mysql_greeting = [b"\x4a\x00\x00\x00\x0a8.0.36\x00".as_slice(), &[0; 66]].concat();
    let mysql_ssl = [b"\x20\x00\x00\x01\x85\xae\xff\x19".as_slice(), &[0; 28]].concat();
    let rows: [(StartTlsProtocol, Vec<Packet>, &str); 8] = [
        (
            StartTlsProtocol::Smtp,
            vec![
                server("220-mx.example\r\n220 ESMTP\r\n"),
                client("EHLO me\r\n"),
                server("250-mx.example\r\n250-STARTTLS\r\n250 HELP\r\n"),
                client("STARTTLS\r\n"),
                server("220 go ahead\r\n"),
            ],
            "- Some(Code(220)) Accepted 4-4-5-5",
        ),
        (
            StartTlsProtocol::Imap,
            vec![
                server("* OK ready\r\n"),
                client("a1 CAPABILITY\r\na2 STARTTLS\r\n"),
                server("* CAPABILITY STARTTLS\r\na1 OK\r\na2 OK begin\r\n"),
            ],
            "- Some(Accepted(true)) Accepted 2-2-3-3",
        ),
        (
            StartTlsProtocol::Pop3,
            vec![
                server("+OK ready\r\n"),
                client("CAPA\r\n"),
                server("+OK\r\nSTLS\r\n.\r\n"),
                client("STLS\r\n"),
                server("+OK begin\r\n"),
            ],
            "- Some(Accepted(true)) Accepted 4-4-5-5",
        ),
        (
            StartTlsProtocol::Ftp,
            vec![
                server("220 ftp\r\n"),
                client("AUTH TLS\r\n"),
                server("234 ok\r\n"),
            ],
            "- Some(Code(234)) Accepted 2-2-3-3",
        ),
        (
            StartTlsProtocol::PostgreSql,
            vec![client(b"\x00\x00\x00\x08\x04\xd2\x16\x2f"), server("S")],
            "- Some(Accepted(true)) Accepted 1-1-2-2",
        ),
        (
            StartTlsProtocol::MySql,
            vec![server(mysql_greeting), client(mysql_ssl)],
            "- None Accepted 2-2-?-?",
        ),
        (
            StartTlsProtocol::Ldap,
            vec![client(ldap_request), server(ldap_response)],
            "- Some(Accepted(true)) Accepted 1-1-2-2",
        ),
        (
            StartTlsProtocol::Xmpp,
            vec![
                client("<?xml version='1.0'?><stream:stream to='example.org'>"),
                server(
                    "<?xml version='1.0'?><stream:stream><stream:features><starttls/></stream:features>",
                ),
                client("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
                server("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
            ],
            "- Some(Accepted(true)) Accepted 3-3-4-4",
        ),
    ];
    for (protocol, mut packets, expected) in rows {
        packets.extend([client(HELLO), server(REPLY)]);
        let played = play(&packets);
        assert_eq!(preludes(&played), [expected], "{protocol:?}");
        let prelude = &played.spoken.stream.preludes[0];
        assert_eq!(prelude.kind, PreludeKind::StartTls(protocol));
        assert_eq!(played.spoken.stream.protocol, Protocol::Tls, "{protocol:?}");
    }
}

#[test]
fn tls_where_nobody_offered_it_is_tls_all_the_same() {
    let played = play(&[
        server("220 mx ESMTP\r\n"),
        client(HELLO),
        server("500 what?\r\n"),
    ]);
    assert_eq!(played.spoken.stream.protocol, Protocol::Tls);
    assert!(played.spoken.stream.preludes.is_empty());
    let tls = played.spoken.tls.as_ref().unwrap();
    assert!(tls.client_hello().is_some());
    assert!(tls.not_tls.is_some(), "the server answers in plain text");
}

#[test]
fn starttls_refused_stays_plain() {
    let played = play(&[
        server("220 mx ESMTP\r\n"),
        client("EHLO me\r\n"),
        server("250 mx\r\n"),
        client("STARTTLS\r\n"),
        server("454 not now\r\n"),
        client("MAIL FROM:<a@b>\r\n"),
    ]);
    let prelude = &played.spoken.stream.preludes[0];
    assert_eq!(prelude.reply, Some(Reply::Code(454)));
    assert_eq!(prelude.outcome, PreludeOutcome::Refused);
    let plain = Protocol::Plain(StartTlsProtocol::Smtp);
    assert_eq!(played.spoken.stream.protocol, plain);
}

#[test]
fn content_decides_what_speaks() {
    let rows: [(&str, Vec<Packet>, Protocol); 10] = [
        ("nothing", vec![], Protocol::Undecided),
        ("TLS", vec![client(HELLO)], Protocol::Tls),
        ("SSH", vec![server("SSH-2.0-OpenSSH_9.6\r\n")], Protocol::Ssh),
        (
            "DNS",
            vec![client(b"\x00\x1d\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03org\x00\x00\x01\x00\x01")],
            Protocol::Dns,
        ),
        ("SIP is not HTTP", vec![client("OPTIONS sip:a@b SIP/2.0\r\n")], Protocol::Other),
        ("Redis is not POP3", vec![client("*1\r\n$4\r\nPING\r\n"), server("+OK\r\n")], Protocol::Other),
        ("unknown", vec![client(b"\xde\xad\xbe\xef\xff"), server(b"\xca\xfe\xca\xfe\xff")], Protocol::Other),
        ("garbage, and HTTP answers", vec![client(b"\xde\xad\xbe\xef\xff"), server("HTTP/1.1 400 Bad\r\n\r\n")], Protocol::Http1),
        ("TLS from the middle", vec![client(b"\xde\xad\xbe\xef\xff"), client([&b"\x17\x03\x03\x00\x20"[..], &[7; 32]].concat())], Protocol::Tls),
        ("own method", vec![client("BREW /pot HTTP/1.1\r\n\r\n")], Protocol::Http1),
    ];
    for (name, packets, protocol) in rows {
        assert_eq!(play(&packets).spoken.stream.protocol, protocol, "{name}");
    }
}
