//! Messages as on the wire.

use super::*;
use crate::dns::message::{Message, NotDns};
use crate::dns::{Name, ResponseCode, ServiceBinding};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    digits
        .chunks(2)
        .map(|pair| (pair[0] * 16 + pair[1]) as u8)
        .collect()
}

fn parse(bytes: &[u8]) -> Result<Message, NotDns> {
    Message::parse(bytes, bytes.len())
}

/// Packet 3 of the lab's `d_d2_curl.pcap`.
const A_RESPONSE: &str = "8b0d81800001000100000000036170690473686f70076578616d706c650000010001
    c00c000100010000003c0004cb00710a";

#[test]
fn a_query_with_edns() {
    // Packet 1 of the lab's `d_d1_go.pcap`.
    let query = bytes(
        "9fce01000001000000000001036170690473686f70076578616d706c6500001c000100002904d0000000000000",
    );
    let message = parse(&query).unwrap();
    let question = message.question.clone().unwrap();
    assert_eq!(message.id, 0x9fce);
    assert!(!message.flags.is_response() && message.flags.recursion_desired());
    assert_eq!(question.name.as_str(), NAME);
    assert_eq!(question.record_type, RecordType::AAAA);
    assert!(!message.is_cut);
}

#[test]
fn a_response_with_an_address() {
    let message = parse(&bytes(A_RESPONSE)).unwrap();
    let response = message.into_response(stamp(1, 0));
    assert_eq!(response.rcode, ResponseCode::NO_ERROR);
    assert_eq!(response.addresses.len(), 1);
    assert_eq!(response.addresses[0].address.to_string(), "203.0.113.10");
    assert_eq!(response.addresses[0].ttl, 60);
    assert!(response.is_conclusive() && response.recursion_available);
}

#[test]
fn a_cut_message_tells_what_is_there() {
    let whole = bytes(A_RESPONSE);
    let rows = [
        ("whole", whole.len(), true, 1, false),
        ("without its last byte", whole.len() - 1, true, 0, true),
        ("without its records", 34, true, 0, true),
        ("within the question", 20, false, 0, true),
        ("the header alone", 12, false, 0, true),
    ];
    for (row, kept, has_question, addresses, is_cut) in rows {
        let message = Message::parse(&whole[..kept], whole.len()).unwrap();
        assert_eq!(message.question.is_some(), has_question, "{row}");
        assert_eq!(message.records.addresses.len(), addresses, "{row}");
        assert_eq!(message.is_cut, is_cut, "{row}");
        assert_eq!(message.answer_count, 1, "{row}");
    }
    assert_eq!(Message::parse(&whole[..11], whole.len()), Err(NotDns));
}

#[test]
fn what_cannot_be_dns_is_refused() {
    let mut wrong_opcode = bytes(A_RESPONSE);
    wrong_opcode[2] |= 0x78;
    let mut too_many_questions = bytes(A_RESPONSE);
    too_many_questions[4] = 0x40;
    let mut bad_name = bytes(A_RESPONSE);
    bad_name[12] = 0x80;
    let rows = [
        ("nothing", Vec::new()),
        ("an operation that does not exist", wrong_opcode),
        ("more questions than fit", too_many_questions),
        ("a label type that does not exist", bad_name),
        ("zeros", vec![0; 40]),
        ("text", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()),
    ];
    for (row, bytes) in rows {
        assert_eq!(parse(&bytes), Err(NotDns), "{row}");
    }
}

#[test]
fn aliases_authority_and_edns() {
    // Question a.b A; a.b CNAME c.b; c.b A 192.0.2.1; authority b NS, b SOA (no data is read of them);
    // OPT with extended code 1, client subnet 198.51.100.0/24 scope 20, extended error 22.
    let response = bytes(
        "0001 8500 0001 0002 0002 0001  0161 0162 00 0001 0001
         c00c 0005 0001 0000000a 0004  0163 c00e
         c01f 0001 0001 00000014 0004  c0000201
         c00e 0002 0001 00000001 0001  00
         c00e 0006 0001 00000001 0001  00
         00 0029 04d0 01000000 0011  0008 0007 0001 18 14 c63364  000f 0002 0016",
    );
    let response = parse(&response).unwrap().into_response(stamp(1, 0));
    assert!(!response.is_cut);
    assert!(response.is_authoritative && response.has_soa && response.has_name_servers);
    let aliases: Vec<_> = response.aliases.iter().map(Name::as_str).collect();
    assert_eq!(aliases, ["c.b"]);
    assert_eq!(response.addresses[0].address.to_string(), "192.0.2.1");
    assert_eq!(response.rcode, ResponseCode(16));
    assert_eq!(response.extended_error, Some(22));
    let subnet = response.client_subnet.unwrap();
    assert_eq!(subnet.address.to_string(), "198.51.100.0");
    assert_eq!((subnet.source_prefix, subnet.scope_prefix), (24, 20));
}

#[test]
fn a_service_binding() {
    // RFC 9460 appendix D.2 in parts: priority 1, target ".", alpn h2 and h3, port 53, hints, ech.
    let response = bytes(
        "0001 8180 0001 0001 0000 0000  0161 0162 00 0041 0001
         c00c 0041 0001 0000000a 0038
         0001 00
         0001 0006  026832 026833
         0003 0002  0035
         0004 0004  c0000201
         0005 0001  ff
         0006 0010  20010db8000000000000000000000001
         fff0 0000",
    );
    let message = parse(&response).unwrap();
    assert!(!message.is_cut);
    let expected = ServiceBinding {
        priority: 1,
        target: Name::from_presentation("."),
        alpn: vec!["h2".to_owned(), "h3".to_owned()],
        port: Some(53),
        ipv4_hints: vec!["192.0.2.1".parse().unwrap()],
        ipv6_hints: vec!["2001:db8::1".parse().unwrap()],
        has_ech: true,
    };
    assert_eq!(message.records.services, [expected]);
}

#[test]
fn a_referral_is_no_empty_answer() {
    // NOERROR, no answers, NS in the authority section; then the same with a SOA.
    for (kind, is_referral) in [("0002", true), ("0006", false)] {
        let response = bytes(&format!(
            "0001 8000 0001 0000 0001 0000  0161 0162 00 0001 0001  c00e {kind} 0001 00000001 0001 00"
        ));
        let response = parse(&response).unwrap().into_response(stamp(1, 0));
        assert_eq!(response.is_referral(), is_referral);
        assert_eq!(response.is_conclusive(), !is_referral);
    }
}
