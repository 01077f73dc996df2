//! The packets that are shared: which ones, and that only headers and handshakes are in them.

use stallscope_shared::capture::{CaptureReader, CaptureSink, CapturedPacket};
use stallscope_shared::export::pcapng::{Selection, Slice, Taken};
use stallscope_shared::ids::CaptureId;
use stallscope_shared::report::redaction::{Item, RedactedReport, Redaction};
use stallscope_shared::report::v1::Report;
use stallscope_shared::warning::WarningLog;

use super::reports;

fn taken(redacted: &RedactedReport, capture: &[u8], selection: Selection) -> Taken {
    let mut slice = Slice::new(redacted, 0, selection);
    for piece in capture.chunks(4096) {
        slice.feed(piece).unwrap();
    }
    slice.finish()
}

#[derive(Default)]
struct All {
    packets: Vec<Vec<u8>>,
    warnings: WarningLog,
}

impl CaptureSink for All {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        self.packets.push(packet.bytes.to_vec());
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

fn read(pcapng: &[u8]) -> Vec<Vec<u8>> {
    let mut all = All::default();
    let mut reader = CaptureReader::new(CaptureId(0));
    reader.feed(pcapng, &mut all).unwrap();
    reader.finish(&mut all).unwrap();
    all.packets
}

/// The one verdict that is told again from packets that were shared.
fn told(packets: &[u8]) -> Report {
    stallscope_tests::report(packets, "shared.pcapng", 1 << 16).unwrap()
}

#[test]
fn the_verdict_is_told_again_from_the_packets_of_a_page() {
    let capture = reports::weak_node(3, 8);
    let report = stallscope_tests::report(&capture, "case.pcap", 1 << 20).unwrap();
    let redacted = Redaction::new().apply(&report);
    let taken = taken(&redacted, &capture, Selection::Shown);
    assert_eq!(taken.missing, 0);
    let again = told(&taken.bytes);
    assert_eq!(again.captures[0].packets, taken.packets as u64);
    let verdicts: Vec<_> = again
        .attempts
        .iter()
        .filter_map(|attempt| attempt.verdict.as_ref())
        .map(|verdict| verdict.cause.as_str())
        .collect();
    assert_eq!(verdicts, ["H1", "H1"]);
    assert!(
        again
            .attempts
            .iter()
            .all(|attempt| attempt.client.starts_with("198.18.0.1:"))
    );
}

#[test]
fn cited_packets_are_headers_and_handshakes() {
    let capture = reports::weak_node(3, 8);
    let report = stallscope_tests::report(&capture, "case.pcap", 1 << 20).unwrap();
    let redacted = Redaction::new().apply(&report);
    let taken = taken(&redacted, &capture, Selection::Cited);
    assert!(taken.packets > 0 && taken.missing == 0);
    for packet in read(&taken.bytes) {
        assert_eq!(packet[0], 0x45, "raw IPv4");
        let header = 20 + usize::from(packet[32] >> 4) * 4;
        let payload = &packet[header..];
        assert!(
            payload.is_empty() || matches!(payload[0], 20..=22),
            "{payload:02x?}"
        );
    }
}

#[test]
fn no_client_of_any_capture_is_in_the_packets() {
    for (name, report) in reports::of_repository() {
        let capture = reports::capture(&name);
        let redacted = Redaction::new().apply(&report);
        let own: Vec<std::net::IpAddr> = report
            .attempts
            .iter()
            .filter_map(|attempt| attempt.client.parse::<std::net::SocketAddr>().ok())
            .map(|socket| socket.ip())
            .filter(|client| {
                !redacted
                    .report()
                    .attempts
                    .iter()
                    .any(|attempt| attempt.server.contains(&client.to_string()))
            })
            .collect();
        for selection in [Selection::Cited, Selection::Shown] {
            let taken = taken(&redacted, &capture, selection);
            for client in &own {
                let binary = match client {
                    std::net::IpAddr::V4(v4) => v4.octets().to_vec(),
                    std::net::IpAddr::V6(v6) => v6.octets().to_vec(),
                };
                let holds = |pattern: &[u8]| {
                    taken
                        .bytes
                        .windows(pattern.len())
                        .any(|window| window == pattern)
                };
                assert!(
                    !holds(&binary) && !holds(client.to_string().as_bytes()),
                    "{name}: {client}"
                );
            }
        }
        let kept = Redaction::new().keeping(Item::ClientAddress).apply(&report);
        let taken = taken(&kept, &capture, Selection::Cited);
        assert_eq!(read(&taken.bytes).len(), taken.packets, "{name}");
    }
}
