//! Several captures: those that follow each other go on, those that overlap stand beside each other.

use stallscope_shared::report::v1::Outcome;
use stallscope_shared::side::Side::{Originator as Client, Responder as Server};
use stallscope_shared::testkit::conversation::Conversation;

use super::{capture, report};

fn exchange() -> Conversation {
    let mut talk = Conversation::new();
    talk.open(24)
        .wait(1)
        .data(Client, b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
    talk.wait(30)
        .data(Server, b"HTTP/1.1 204 No Content\r\n\r\n");
    talk.wait(1).fin(Client).wait(24).fin(Server).ack(Client);
    talk
}

#[test]
fn a_rotated_set_is_one_place_and_one_attempt() {
    let talk = exchange();
    let (mut first, mut second) = (talk.clone(), talk.clone());
    first.packets_mut().truncate(4);
    second.packets_mut().drain(..4);
    let report = report(&[capture(&[&first], 0), capture(&[&second], 0)]);
    assert_eq!(report.vantage.points.len(), 1);
    assert_eq!(report.vantage.points[0].captures, [0, 1]);
    assert_eq!(report.attempts.len(), 1);
    assert_eq!(report.attempts[0].outcome, Outcome::Completed);
    let captures: Vec<_> = report.attempts[0]
        .packets
        .iter()
        .map(|packet| packet.packet.capture)
        .collect();
    assert!(captures.contains(&0) && captures.contains(&1));
}

#[test]
fn both_ends_of_one_connection_stay_apart() {
    let talk = exchange();
    let report = report(&[capture(&[&talk], 0), capture(&[&talk], 12)]);
    assert_eq!(report.vantage.points.len(), 2);
    assert_eq!(report.attempts.len(), 2);
    assert_eq!(report.totals.attempts, 2);
    assert_ne!(report.attempts[0].vantage, report.attempts[1].vantage);
}

#[test]
fn an_interrupted_analysis_reports_what_it_read() {
    let bytes = capture(&[&exchange()], 0);
    let mut analyzer = stallscope_shared::analyzer::Analyzer::new(Default::default());
    analyzer.begin("cut.pcap");
    analyzer.feed(&bytes[..bytes.len() / 2]).unwrap();
    let report = analyzer.report();
    assert_eq!(report.attempts.len(), 1);
    assert!(report.captures[0].packets > 0);
}
