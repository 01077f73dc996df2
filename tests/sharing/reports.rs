//! Reports with real numbers: connections of one capture of the repository, chosen and repeated.

use std::collections::BTreeMap;

use stallscope_shared::capture::{ByteOrder, CaptureReader, CaptureSink, CapturedPacket, LinkType};
use stallscope_shared::ids::CaptureId;
use stallscope_shared::report::v1::Report;
use stallscope_shared::testkit::capture::{PcapKind, PcapWriter};
use stallscope_shared::time::Timestamp;
use stallscope_shared::warning::WarningLog;
use stallscope_tests::captures;

/// 160 connections to eight addresses, of which one stalls.
const WEAK: &str = "d_origin_oneweak_8pct.pcap";

/// Where the ports are behind Ethernet and IPv4 without options, as in [`WEAK`].
const ADDRESSES: std::ops::Range<usize> = 26..34;
const PORTS: std::ops::Range<usize> = 34..38;

/// Every capture of the repository that has a report.
pub(crate) fn of_repository() -> Vec<(String, Report)> {
    let captures = captures::in_repository().unwrap();
    let report = |capture: captures::Capture| {
        let report =
            stallscope_tests::report(&capture.bytes, &capture.path.display().to_string(), 1 << 20);
        Some((capture.name, report.ok()?))
    };
    captures.into_iter().filter_map(report).collect()
}

/// One of them.
pub(crate) fn capture(name: &str) -> Vec<u8> {
    let captures = captures::in_repository().unwrap();
    captures
        .into_iter()
        .find(|capture| capture.name == name)
        .unwrap()
        .bytes
}

/// A capture of so many connections to each of so many addresses, the weak one among them.
pub(crate) fn weak_node(addresses: usize, connections: usize) -> Vec<u8> {
    let packets = Packets::of(&capture(WEAK));
    let mut by_server: BTreeMap<[u8; 4], Vec<Connection>> = BTreeMap::new();
    for connection in packets.connections() {
        by_server
            .entry(connection.server)
            .or_default()
            .push(connection);
    }
    // The weak address first.
    let mut servers: Vec<_> = by_server.into_iter().collect();
    servers.sort_by_key(|(server, _)| *server != [198, 51, 100, 22]);
    let mut chosen = Vec::new();
    for (_, own) in servers.iter().take(addresses) {
        for index in 0..connections {
            let round = index / own.len();
            chosen.extend(own[index % own.len()].again(round));
        }
    }
    chosen.sort_by_key(|packet| packet.0);
    let mut pcap = PcapWriter::new(PcapKind::Micros, ByteOrder::Little, LinkType::ETHERNET);
    for (at, bytes) in chosen {
        pcap.packet(Timestamp::from_nanos(at), &bytes);
    }
    pcap.bytes().to_vec()
}

type Packet = (i64, Vec<u8>);

#[derive(Default)]
struct Packets {
    all: Vec<Packet>,
    warnings: WarningLog,
}

struct Connection {
    server: [u8; 4],
    packets: Vec<Packet>,
}

impl Connection {
    /// The same connection 15 s later for each round, from other ports.
    fn again(&self, round: usize) -> Vec<Packet> {
        let later = i64::try_from(round).unwrap() * 15_000_000_000;
        let shift = u16::try_from(round).unwrap() * 7_001;
        let packets = self.packets.iter().map(|(at, bytes)| {
            let mut bytes = bytes.clone();
            for at in [PORTS.start, PORTS.start + 2] {
                let port = u16::from_be_bytes([bytes[at], bytes[at + 1]]);
                if port != 443 {
                    bytes[at..at + 2].copy_from_slice(&port.wrapping_add(shift).to_be_bytes());
                }
            }
            (at + later, bytes)
        });
        packets.collect()
    }
}

impl Packets {
    fn of(capture: &[u8]) -> Self {
        let mut packets = Self::default();
        let mut reader = CaptureReader::new(CaptureId(0));
        reader.feed(capture, &mut packets).unwrap();
        reader.finish(&mut packets).unwrap();
        packets
    }

    /// TCP connections, by first packet.
    fn connections(self) -> Vec<Connection> {
        let mut order = Vec::new();
        let mut by_key: BTreeMap<Vec<u8>, Connection> = BTreeMap::new();
        for (at, bytes) in self.all {
            let is_from_server = bytes[PORTS.start..PORTS.start + 2] == 443_u16.to_be_bytes();
            let (addresses, ports) = (&bytes[ADDRESSES], &bytes[PORTS]);
            let (server, client_port) = if is_from_server {
                (&addresses[..4], &ports[2..])
            } else {
                (&addresses[4..], &ports[..2])
            };
            let server: [u8; 4] = server.try_into().unwrap();
            let key = [&server[..], client_port].concat();
            let connection = by_key.entry(key.clone()).or_insert_with(|| {
                order.push(key);
                Connection {
                    server,
                    packets: Vec::new(),
                }
            });
            connection.packets.push((at, bytes));
        }
        order.iter().filter_map(|key| by_key.remove(key)).collect()
    }
}

impl CaptureSink for Packets {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        self.all
            .push((packet.at.unwrap().nanos(), packet.bytes.to_vec()));
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}
