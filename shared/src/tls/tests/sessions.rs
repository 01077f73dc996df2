//! Whole TLS conversations, message by message.

use super::conversation::{Conversation, hex};
use crate::flow::chunk::MarkKind;
use crate::ids::Stamp;
use crate::side::Side;
use crate::tls::Facts;
use crate::tls::codepoints::{
    AlertDescription, AlertLevel, CipherSuite, HandshakeType, NamedGroup, Version,
};
use crate::tls::facts::{AlertForm, Basis, Boundary, DataSpan, Framing, LooksLike, Resumption};

const TLS13_TICKETS: &str = include_str!("../fixtures/tls13_tickets.txt");
const TLS13_HTTP2: &str = include_str!("../fixtures/tls13_http2.txt");
const TLS13_MTLS: &str = include_str!("../fixtures/tls13_mtls.txt");
const TLS12: &str = include_str!("../fixtures/tls12.txt");
const RETRY: &str = include_str!("../fixtures/retry.txt");
const NOT_TLS: &str = include_str!("../fixtures/not_tls.txt");
const ALERT: &str = include_str!("../fixtures/alert.txt");
const LARGE_HELLO: &str = include_str!("../fixtures/large_hello.txt");

/// Every fixture, for the laws.
pub(super) const ALL: [&str; 8] = [
    TLS13_TICKETS,
    TLS13_HTTP2,
    TLS13_MTLS,
    TLS12,
    RETRY,
    NOT_TLS,
    ALERT,
    LARGE_HELLO,
];

fn facts(fixture: &str) -> Facts {
    Conversation::read(fixture).facts(&[usize::MAX])
}

fn packet(stamp: Stamp) -> u32 {
    stamp.packet.number.get()
}

fn boundary(boundary: Option<Boundary>) -> Option<(u32, Basis)> {
    boundary.map(|boundary| (packet(boundary.stamp), boundary.basis))
}

fn span(span: &DataSpan) -> (u32, u32, u32, u64) {
    (
        packet(span.first),
        packet(span.last),
        span.records,
        span.bytes,
    )
}

#[test]
fn what_a_client_offers() {
    let facts = facts(TLS13_TICKETS);
    let hello = facts.client_hello().unwrap();
    let offer = &hello.offer;
    assert_eq!(facts.client_side, Some(Side::Originator));
    assert_eq!((hello.start, hello.end, hello.length), (0, 517, 512));
    assert_eq!((hello.record_count, hello.piece_count), (1, 1));
    assert_eq!(hello.complete.map(packet), Some(4));
    assert_eq!(offer.server_name.as_deref(), Some("api.shop.example"));
    assert_eq!(offer.alpn, [Box::from("h2"), Box::from("http/1.1")].into());
    assert_eq!(
        *offer.versions,
        [
            Version::TLS_1_3,
            Version::TLS_1_2,
            Version::TLS_1_1,
            Version::TLS_1_0
        ]
    );
    assert_eq!(offer.cipher_suites.len(), 31);
    assert_eq!(*offer.key_shares, [(NamedGroup::X25519, 32)]);
    assert_eq!(offer.groups.first(), Some(&NamedGroup::X25519));
    assert!(offer.accepts_tickets && !offer.early_data && !offer.encrypted_client_hello);
    assert_eq!((offer.psk_identities, offer.session_id_length), (None, 32));
    assert_eq!(offer.session_ticket_length, None);
    assert_eq!(
        offer.ja4().unwrap().as_str(),
        "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6"
    );
}

#[test]
fn tickets_are_no_answer() {
    let facts = facts(TLS13_TICKETS);
    let server = facts.server_hello.as_deref().unwrap();
    assert_eq!(server.version, Version::TLS_1_3);
    assert_eq!(server.cipher_suite.name(), Some("TLS_AES_256_GCM_SHA384"));
    assert_eq!(server.group, Some(NamedGroup::X25519));
    assert_eq!(server.resumption, Resumption::None);
    let flight = facts.server_flight.as_deref().unwrap();
    assert_eq!(
        (packet(flight.first_byte), packet(flight.last_byte)),
        (6, 6)
    );
    assert_eq!(
        (flight.end - flight.start, flight.records, flight.is_over),
        (865, 6, true)
    );
    assert_eq!(boundary(facts.client_finished), Some((8, Basis::Inferred)));
    assert_eq!(boundary(facts.server_finished), Some((6, Basis::Inferred)));
    assert_eq!(boundary(facts.handshake_end), Some((8, Basis::Inferred)));
    let tickets: Vec<_> = facts
        .tickets
        .iter()
        .map(|ticket| (packet(ticket.first_byte), ticket.length))
        .collect();
    assert_eq!(tickets, [(10, 250), (11, 250)]);
    let [exchange] = facts.exchanges.as_slice() else {
        panic!("{:?}", facts.exchanges);
    };
    assert_eq!(span(&exchange.request), (9, 9, 1, 97));
    assert_eq!(span(&exchange.response.unwrap()), (13, 13, 1, 898));
    assert!(!exchange.may_be_preface && !facts.answer_is_doubtful());
    let [alert] = facts.alerts.as_slice() else {
        panic!("{:?}", facts.alerts);
    };
    assert_eq!(
        (alert.side, alert.form, packet(alert.stamp)),
        (Side::Originator, AlertForm::Inferred, 14)
    );
}

#[test]
fn the_request_of_http2_is_not_its_preface_and_settings_are_no_answer() {
    let facts = facts(TLS13_HTTP2);
    assert!(!facts.client_hello().unwrap().offer.accepts_tickets);
    let tickets: Vec<_> = facts
        .tickets
        .iter()
        .map(|ticket| packet(ticket.first_byte))
        .collect();
    assert_eq!(
        tickets,
        [14, 16],
        "sent to a client that does not want them"
    );
    let [exchange] = facts.exchanges.as_slice() else {
        panic!("{:?}", facts.exchanges);
    };
    assert_eq!(span(&exchange.request), (10, 10, 1, 63));
    assert_eq!(span(&exchange.response.unwrap()), (16, 16, 1, 840));
    assert!(!exchange.may_be_preface);
}

#[test]
fn a_preface_alone_asks_nothing() {
    let mut conversation = Conversation::read(TLS13_HTTP2);
    conversation.0.retain(|segment| segment.packet < 10);
    let facts = conversation.facts(&[usize::MAX]);
    assert!(
        facts
            .exchanges
            .iter()
            .all(|exchange| exchange.may_be_preface)
    );
    assert_eq!(facts.exchanges.len(), 1);
}

/// Both hellos from one side: a capture may join two connections, or bytes may be made up.
#[test]
fn who_said_a_client_hello_says_none_as_a_server() {
    let hellos = Conversation::read(TLS12);
    let of = |side: Side| {
        let mut segments = hellos.0.iter().filter(|segment| segment.side == side);
        segments.next().unwrap().bytes.clone()
    };
    let (client, server) = (of(Side::Originator), of(Side::Responder));
    let own = [(Side::Originator, &*client), (Side::Originator, &*server)];
    let facts = Conversation::of(&own).facts(&[usize::MAX]);
    assert!(facts.server_hello.is_none() && facts.server_flight.is_none());
    let other = [(Side::Originator, &*client), (Side::Responder, &*server)];
    let facts = Conversation::of(&other).facts(&[usize::MAX]);
    assert!(facts.server_hello.is_some() && facts.server_flight.is_some());
}

#[test]
fn a_client_certificate_refused_after_the_handshake() {
    let facts = facts(TLS13_MTLS);
    assert_eq!(boundary(facts.client_finished), Some((8, Basis::Inferred)));
    let alerts: Vec<_> = facts
        .alerts
        .iter()
        .map(|alert| (alert.side, alert.form, packet(alert.stamp)))
        .collect();
    assert_eq!(
        alerts,
        [
            (Side::Responder, AlertForm::Inferred, 10),
            (Side::Originator, AlertForm::Inferred, 11)
        ]
    );
    assert!(
        facts
            .exchanges
            .iter()
            .all(|exchange| exchange.response.is_none())
    );
    assert!(facts.tickets.is_empty() && !facts.answer_is_doubtful());
}

#[test]
fn tls12_message_by_message() {
    let facts = facts(TLS12);
    let messages: Vec<_> = facts
        .messages
        .iter()
        .map(|message| (message.side, message.kind))
        .collect();
    assert_eq!(
        messages,
        [
            (Side::Originator, HandshakeType::CLIENT_HELLO),
            (Side::Responder, HandshakeType::SERVER_HELLO),
            (Side::Responder, HandshakeType::CERTIFICATE),
            (Side::Responder, HandshakeType::SERVER_KEY_EXCHANGE),
            (Side::Responder, HandshakeType::SERVER_HELLO_DONE),
            (Side::Originator, HandshakeType::CLIENT_KEY_EXCHANGE),
        ]
    );
    let hello = facts.client_hello().unwrap();
    assert_eq!(hello.complete.map(packet), Some(4));
    let server = facts.server_hello.as_deref().unwrap();
    assert_eq!(packet(server.complete), 6);
    let chain = facts.certificates.responder.as_deref().unwrap();
    assert_eq!(packet(chain.complete), 8);
    assert_eq!(
        (server.version, server.cipher_suite),
        (Version::TLS_1_2, CipherSuite(0xc030))
    );
    assert_eq!(facts.server_key_exchange_group, Some(NamedGroup::X25519));
    assert_eq!(facts.change_cipher_spec.originator.map(packet), Some(12));
    assert_eq!(facts.change_cipher_spec.responder.map(packet), Some(13));
    assert_eq!(boundary(facts.client_finished), Some((12, Basis::Observed)));
    assert_eq!(boundary(facts.handshake_end), Some((13, Basis::Observed)));
    let flight = facts.server_flight.as_deref().unwrap();
    assert_eq!(
        (packet(flight.last_byte), flight.records, flight.is_over),
        (10, 4, true)
    );
    assert!(facts.tickets.is_empty());
    assert_eq!(
        span(&facts.exchanges[0].response.unwrap()),
        (15, 15, 1, 805)
    );
}

#[test]
fn what_the_certificate_says() {
    let facts = facts(TLS12);
    let chain = facts.certificates.responder.as_deref().unwrap();
    assert_eq!((chain.count, chain.bytes, chain.listed.len()), (2, 2108, 2));
    let leaf = chain.leaf.as_deref().unwrap();
    assert_eq!(leaf.subject.as_deref(), Some("api.shop.example"));
    assert_eq!(leaf.issuer.as_deref(), Some("Bench Intermediate int1"));
    let names: Vec<_> = leaf.names.iter().map(|name| &**name).collect();
    assert_eq!(
        names,
        [
            "api.shop.example",
            "*.shop.example",
            "*.cdn.example",
            "lab.test"
        ]
    );
    // By openssl x509 -noout -dates -fingerprint -sha256.
    let seconds = |time: Option<crate::time::Timestamp>| time.unwrap().nanos() / 1_000_000_000;
    let listed = chain.listed.iter().map(|listed| {
        let validity = listed.validity;
        let (from, until) = (seconds(validity.not_before), seconds(validity.not_after));
        (listed.bytes, from, until)
    });
    assert_eq!(
        listed.collect::<Vec<_>>(),
        [
            (1157, 1_795_340_534, 1_829_036_534),
            (951, 1_795_340_532, 2_054_540_532)
        ]
    );
    assert_eq!(
        leaf.sha256.to_vec(),
        hex("19aa73c5e3efd74ebf66548b5a142b19e72c6ce7cc1f33111a20c418118300c1")
    );
}

#[test]
fn another_key_share_is_asked_for() {
    let facts = facts(RETRY);
    let retry = facts.hello_retry_request.as_deref().unwrap();
    assert_eq!(
        (retry.group, packet(retry.complete)),
        (Some(NamedGroup::SECP256R1), 6)
    );
    let shares: Vec<_> = facts
        .client_hellos
        .iter()
        .map(|hello| hello.offer.key_shares[0].0)
        .collect();
    assert_eq!(shares, [NamedGroup::X25519, NamedGroup::SECP256R1]);
    assert_eq!(facts.client_hellos[1].complete.map(packet), Some(8));
    assert_eq!(facts.client_hellos[1].pieces[0].bytes, 517);
    assert_eq!(facts.server_hello, None);
    assert_eq!(
        facts.server_flight, None,
        "a HelloRetryRequest is not the answer"
    );
}

#[test]
fn an_answer_that_is_not_tls() {
    let facts = facts(NOT_TLS);
    let strange = facts.not_tls.as_deref().unwrap();
    assert_eq!(
        (strange.side, &strange.looks_like),
        (Side::Responder, &LooksLike::HttpResponse(400))
    );
    assert_eq!((packet(strange.stamp), strange.first_bytes.len()), (6, 64));
}

#[test]
fn an_alert_in_clear() {
    let facts = facts(ALERT);
    let form = AlertForm::Clear(AlertLevel::FATAL, AlertDescription::INTERNAL_ERROR);
    assert_eq!(facts.alerts.len(), 1);
    assert_eq!(
        (facts.alerts[0].side, facts.alerts[0].form),
        (Side::Responder, form)
    );
    assert_eq!(facts.server_flight, None);
}

#[test]
fn a_large_hello_and_how_it_was_cut() {
    let (facts, marks) = Conversation::read(LARGE_HELLO).follow(&[usize::MAX]);
    let hello = facts.client_hello().unwrap();
    let pieces: Vec<_> = hello
        .pieces
        .iter()
        .map(|piece| (packet(piece.carried), piece.bytes))
        .collect();
    assert_eq!(pieces, [(4, 1448), (5, 107)]);
    assert_eq!(
        (packet(hello.first_byte), hello.complete.map(packet)),
        (4, Some(5))
    );
    assert_eq!(
        *hello.offer.key_shares,
        [(NamedGroup::X25519MLKEM768, 1216), (NamedGroup::X25519, 32)]
    );
    let marked: Vec<_> = marks
        .iter()
        .map(|mark| (mark.side, mark.end, mark.kind))
        .collect();
    assert_eq!(marked, [(Side::Originator, 1555, MarkKind::ClientHello)]);
}

#[test]
fn half_a_hello_still_names_the_server() {
    let mut conversation = Conversation::read(LARGE_HELLO);
    conversation.0[1].is_missing = true;
    for facts in [conversation.facts(&[usize::MAX]), {
        conversation.0.pop();
        conversation.facts(&[100])
    }] {
        let hello = facts.client_hello().unwrap();
        assert_eq!((hello.offer.cipher_suites.len(), hello.length), (30, 1550));
        assert!(!hello.offer.is_malformed && hello.offer.ja4().is_none());
        assert_eq!(hello.pieces.len(), 1);
    }
}

#[test]
fn marks_of_a_whole_session() {
    let (_, marks) = Conversation::read(TLS13_TICKETS).follow(&[usize::MAX]);
    let marked: Vec<_> = marks.iter().map(|mark| (mark.kind, mark.end)).collect();
    assert_eq!(
        marked,
        [
            (MarkKind::ClientHello, 517),
            (MarkKind::ServerFlight, 865),
            (MarkKind::ClientFinished, 597),
            (MarkKind::Request, 699),
        ]
    );
}

#[test]
fn an_sslv2_framed_hello() {
    let mut hello = hex(
        "802e0103010015000000100000040100800000050000 0a0700c0020080 00ffff"
            .replace(' ', "")
            .as_str(),
    );
    hello.truncate(11);
    hello.extend(hex("000004010080000005 00000a 0700c0 000009 0000ff"
        .replace(' ', "")
        .as_str()));
    hello.extend([0x5a; 16]);
    assert_eq!(hello.len(), 0x30);
    let alert = hex("15030100020228");
    let conversation = Conversation::of(&[(Side::Originator, &hello), (Side::Responder, &alert)]);
    let facts = conversation.facts(&[usize::MAX]);
    let seen = facts.client_hello().unwrap();
    assert_eq!(
        (seen.framing, seen.length, seen.end),
        (Framing::Sslv2, 0x30, 0x30)
    );
    assert_eq!(seen.offer.legacy_version, Version::TLS_1_0);
    let suites = [0x0004, 0x0005, 0x000a, 0x0009, 0x00ff].map(CipherSuite);
    assert_eq!(
        *seen.offer.cipher_suites, suites,
        "those of SSL 2.0 alone are left out"
    );
    assert_eq!(facts.alerts.len(), 1);
    assert_eq!(conversation.facts(&[1]), facts);
}
