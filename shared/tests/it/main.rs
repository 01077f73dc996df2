//! The crate as its users see it: captures in, a report out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod attempts;
mod lookups;
mod vantage;

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::capture::{ByteOrder, LinkType};
use stallscope_shared::report::v1::{Attempt, Phase, PhaseName, Report};
use stallscope_shared::testkit::capture::{PcapKind, PcapWriter};
use stallscope_shared::testkit::conversation::Conversation;
use stallscope_shared::testkit::packet::Link;
use stallscope_shared::time::{Nanos, Timestamp};

/// A capture of the conversations' packets in order of time, the clock set forward by `shift` milliseconds.
fn capture(talks: &[&Conversation], shift: i64) -> Vec<u8> {
    let mut packets: Vec<_> = talks.iter().flat_map(|talk| talk.packets()).collect();
    packets.sort_by_key(|sent| sent.stamp.at);
    let mut writer = PcapWriter::new(PcapKind::Nanos, ByteOrder::Little, LinkType(1));
    let start = Timestamp::from_parts(1_700_000_000, 0) + Nanos::from_millis(shift);
    for sent in packets {
        let at = start + Nanos(sent.stamp.at.nanos());
        writer.packet(at, &sent.packet().frame(Link::Ethernet));
    }
    writer.bytes().to_vec()
}

/// The report of captures given one after the other.
fn report(captures: &[Vec<u8>]) -> Report {
    let mut analyzer = Analyzer::new(Options::default());
    for (number, bytes) in captures.iter().enumerate() {
        analyzer.begin(&format!("{number}.pcap"));
        analyzer.feed(bytes).unwrap();
        analyzer.end().unwrap();
    }
    analyzer.report()
}

/// The only attempt of one conversation.
fn attempt(talk: &Conversation) -> Box<Attempt> {
    let mut report = report(&[capture(&[talk], 0)]);
    assert_eq!(report.attempts.len(), 1, "{:?}", report.totals);
    report.attempts.remove(0)
}

/// The first phase of this name.
fn phase(attempt: &Attempt, name: PhaseName) -> &Phase {
    let found = attempt.phases.iter().find(|phase| phase.phase == name);
    found.unwrap_or_else(|| panic!("no {name:?} in {:?}", attempt.phases))
}
