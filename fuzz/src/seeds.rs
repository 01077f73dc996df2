//! Where inputs begin: kept cases, and what the captures of the repository hold, in each target's form.

use std::fs;
use std::path::{Path, PathBuf};

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::capture::{CaptureReader, CaptureSink, CapturedPacket, LinkType};
use stallscope_shared::ids::CaptureId;
use stallscope_shared::packet::{Dissector, Outcome, Transport};
use stallscope_shared::report::link::{self, Level};
use stallscope_shared::report::redaction::Redaction;
use stallscope_shared::warning::WarningLog;

/// Larger captures only slow the mutations down.
const CAPTURE_BYTES: usize = 32 << 10;

/// Folder of the cases of a target.
#[must_use]
pub fn case_folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("cases")
        .join(target)
}

/// The kept cases of a target, by name.
#[must_use]
pub fn cases(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    files(&case_folder(target))
}

/// Where the inputs of a target begin.
#[must_use]
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let captures = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/faults"));
    let small: Vec<Vec<u8>> = captures
        .into_iter()
        .map(|(_, bytes)| bytes)
        .filter(|bytes| bytes.len() < CAPTURE_BYTES)
        .collect();
    let packets = || small.iter().map(|capture| Packets::of(capture));
    let mut seeds: Vec<Vec<u8>> = match target {
        // Two bytes in front say how to cut.
        "analyzer" | "capture_reader" => small
            .iter()
            .map(|capture| [&[0, 61], capture.as_slice()].concat())
            .collect(),
        "dissect" => packets().map(|packets| packets.dissect).collect(),
        "dns_message" => packets().flat_map(|packets| packets.dns).collect(),
        "tls_records" => packets().map(|packets| packets.tcp).collect(),
        "link" => small
            .iter()
            .filter_map(|capture| columns(capture))
            .collect(),
        "http2" => vec![HTTP2.to_vec(), HTTP1.to_vec()],
        _ => Vec::new(),
    };
    seeds.extend(cases(target).into_iter().map(|(_, bytes)| bytes));
    seeds
}

/// What is inside of the link of a capture's report.
fn columns(capture: &[u8]) -> Option<Vec<u8>> {
    let mut analyzer = Analyzer::new(Options::default());
    analyzer.begin("seed");
    analyzer.feed(capture).and_then(|()| analyzer.end()).ok()?;
    let redacted = Redaction::new().apply(&analyzer.report());
    link::content(&link::at(&redacted, Level::Attempts).fragment).ok()
}

/// The client's preface and an empty SETTINGS, then a GET by HPACK's static table (RFC 7541 appendix A),
/// and the server's SETTINGS and HEADERS with status 200.
const HTTP2: &[u8] = b"\0\
    \0\0\x21PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\
    \0\0\x0d\0\0\x04\x01\x05\0\0\0\x01\x82\x84\x86\x41\
    \x01\0\x13\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\x05\0\0\0\x01\x88";

/// A request and its answer in two pieces.
const HTTP1: &[u8] = b"\x01\
    \0\0\x24GET / HTTP/1.1\r\nHost: example.org\r\n\r\n\
    \x01\0\x28HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe\
    \x01\0\x03llo";

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.path(), fs::read(entry.path()).ok()?)))
        .collect();
    found.sort();
    found
}

/// The packets of one capture, in the forms that targets take.
#[derive(Default)]
struct Packets {
    link_type: Option<LinkType>,
    dissector: Dissector,
    dissect: Vec<u8>,
    dns: Vec<Vec<u8>>,
    tcp: Vec<u8>,
    warnings: WarningLog,
}

impl Packets {
    fn of(capture: &[u8]) -> Self {
        let mut packets = Self::default();
        let mut reader = CaptureReader::new(CaptureId(0));
        let read = reader
            .feed(capture, &mut packets)
            .and_then(|()| reader.finish(&mut packets));
        // A file that is no capture has no packets, and that is what is given back.
        drop(read);
        packets
    }
}

impl CaptureSink for Packets {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        let link_type = *self.link_type.get_or_insert(packet.link_type);
        if self.dissect.is_empty() {
            self.dissect.extend(link_type.0.to_be_bytes());
        }
        self.dissect.extend(length(packet.bytes));
        self.dissect.extend(packet.bytes);
        let Outcome::Dissected(found) = self.dissector.dissect(&packet) else {
            return;
        };
        match found.transport {
            Transport::Udp(datagram)
                if datagram.source_port == 53 || datagram.destination_port == 53 =>
            {
                self.dns.push([&[0, 40], datagram.payload].concat());
            }
            Transport::Tcp(segment) if !segment.payload.is_empty() => {
                // Servers have the low ports.
                self.tcp
                    .push(u8::from(segment.source_port < segment.destination_port));
                self.tcp.extend(length(segment.payload));
                self.tcp.extend(segment.payload);
            }
            _ => {}
        }
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

fn length(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes()
}
