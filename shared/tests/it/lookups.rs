//! Lookups, and which of them the report tells of.

use stallscope_shared::report::v1::DnsTransport;
use stallscope_shared::side::Side::{Originator as Client, Responder as Server};
use stallscope_shared::testkit::conversation::Conversation;

use super::{capture, report};

/// A question for shop.example, type A, behind its length (RFC 1035 §4.1 and §4.2.2).
const QUERY: &[u8] =
    b"\x00\x1e\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04shop\x07example\x00\x00\x01\x00\x01";
/// The same, answered: there is no such name.
const ANSWER: &[u8] =
    b"\x00\x1e\x12\x34\x81\x83\x00\x01\x00\x00\x00\x00\x00\x00\x04shop\x07example\x00\x00\x01\x00\x01";

#[test]
fn a_lookup_over_tcp_is_told_when_the_capture_ends_with_it() {
    let mut talk = Conversation::new();
    talk.ends.responder.address.set_port(53);
    talk.open(24).data(Client, QUERY).wait(30);
    talk.data(Server, ANSWER).ack(Client);
    let report = report(&[capture(&[&talk], 0)]);
    assert_eq!(report.dns.len(), 1);
    let lookup = &report.dns[0];
    assert_eq!(lookup.transport, DnsTransport::Tcp);
    assert_eq!(lookup.name, "shop.example");
    assert_eq!(lookup.rcode.as_deref(), Some("NXDomain"));
    assert_eq!(
        lookup
            .response_ns
            .zip(lookup.query_ns)
            .map(|(to, from)| to - from),
        Some(30_000_000)
    );
}
