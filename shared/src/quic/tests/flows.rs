//! Flows: first flights, who was heard, and where one connection ends and the next begins.

use std::net::SocketAddr;

use proptest::prelude::*;

use super::*;
use crate::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use crate::packet::{IcmpMessage, IpHeader, QuotedPacket, UdpDatagram};
use crate::quic::{Beginning, DirectionBasis, Flow, Outcome, Tracker, Version};
use crate::time::{Nanos, Timestamp};

const INITIAL: PacketKind = PacketKind::Initial;

fn stamp(number: u32, millis: i64) -> Stamp {
    Stamp {
        at: Timestamp::from_parts(1_700_000_000, 0) + Nanos::from_millis(millis),
        packet: PacketRef::new(CaptureId(0), PacketNumber::new(number).unwrap(), 0, 0),
    }
}

/// A capture with one client and one server.
struct Scene {
    tracker: Tracker,
    packets: u32,
    server_port: u16,
}

impl Scene {
    fn new() -> Self {
        Self {
            tracker: Tracker::new(),
            packets: 0,
            server_port: 443,
        }
    }

    const fn client() -> SocketAddr {
        SocketAddr::new(
            std::net::IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)),
            50_000,
        )
    }

    const fn server(&self) -> SocketAddr {
        let address = std::net::Ipv4Addr::new(203, 0, 113, 10);
        SocketAddr::new(std::net::IpAddr::V4(address), self.server_port)
    }

    fn client_sends(&mut self, millis: i64, payload: &[u8]) -> bool {
        self.send(millis, Self::client(), self.server(), payload)
    }

    fn server_sends(&mut self, millis: i64, payload: &[u8]) -> bool {
        self.send(millis, self.server(), Self::client(), payload)
    }

    fn send(&mut self, millis: i64, from: SocketAddr, to: SocketAddr, payload: &[u8]) -> bool {
        self.packets += 1;
        let ip = IpHeader {
            source: from.ip(),
            destination: to.ip(),
            ttl: 64,
            identification: None,
            ecn: 0,
            dont_fragment: true,
            tunnel_depth: 0,
        };
        let datagram = UdpDatagram {
            source_port: from.port(),
            destination_port: to.port(),
            payload,
            payload_length: payload.len() as u32,
        };
        self.tracker
            .on_datagram(&ip, &datagram, stamp(self.packets, millis))
    }

    fn refuses_client(&mut self, millis: i64, kind: u8, code: u8) -> bool {
        self.packets += 1;
        let (client, server) = (Self::client(), self.server());
        let icmp = IcmpMessage {
            is_v6: false,
            kind,
            code,
            mtu: None,
            quoted: Some(QuotedPacket {
                source: client.ip(),
                destination: server.ip(),
                protocol: 17,
                ports: Some((client.port(), server.port())),
                sequence: None,
            }),
        };
        let ip = IpHeader {
            source: server.ip(),
            destination: client.ip(),
            ttl: 64,
            identification: None,
            ecn: 0,
            dont_fragment: false,
            tunnel_depth: 0,
        };
        self.tracker
            .on_icmp(&ip, &icmp, stamp(self.packets, millis))
    }

    fn flows(&mut self, millis: i64) -> Vec<Flow> {
        self.tracker.finish(stamp(1, millis).at);
        std::iter::from_fn(|| self.tracker.take_finished()).collect()
    }
}

/// The client's first datagram, `nth` time: its packet number and so its bytes differ.
fn hello(nth: u8) -> Vec<u8> {
    packet(INITIAL, FIRST_ID, CLIENT_ID, 1200, nth)
}

fn number(stamp: Option<Stamp>) -> Option<u32> {
    stamp.map(|stamp| stamp.packet.number.get())
}

#[test]
fn a_handshake_that_works() {
    let mut scene = Scene::new();
    scene.client_sends(0, &hello(0));
    let answer = [
        packet(INITIAL, CLIENT_ID, SERVER_ID, 150, 1),
        packet(PacketKind::Handshake, CLIENT_ID, SERVER_ID, 1050, 2),
    ];
    scene.server_sends(24, &answer.concat());
    let finished = [
        packet(INITIAL, SERVER_ID, CLIENT_ID, 900, 3),
        packet(PacketKind::Handshake, SERVER_ID, CLIENT_ID, 200, 4),
        short(SERVER_ID, 120, 5),
    ];
    scene.client_sends(26, &finished.concat());
    scene.server_sends(50, &short(CLIENT_ID, 300, 6));
    let flows = scene.flows(5000);
    assert_eq!(flows.len(), 1);
    let flow = &flows[0];
    assert_eq!(flow.outcome, Outcome::Answered);
    assert_eq!(flow.direction, DirectionBasis::ClientPacket);
    assert_eq!(flow.versions, [Version::V1]);
    assert_eq!(
        (flow.client, flow.server),
        (Scene::client(), scene.server())
    );
    assert_eq!(flow.original_destination_id.unwrap().as_bytes(), FIRST_ID);
    assert_eq!(flow.client_id.unwrap().as_bytes(), CLIENT_ID);
    assert_eq!(flow.server_id.unwrap().as_bytes(), SERVER_ID);
    assert_eq!(flow.client_initial_count, 1);
    let (client, server) = (flow.packets.originator, flow.packets.responder);
    assert_eq!(number(client.initial), Some(1));
    assert_eq!(number(client.handshake), Some(3));
    assert_eq!(number(client.one_rtt), Some(3));
    assert_eq!(number(server.initial), Some(2));
    assert_eq!(number(server.handshake), Some(2));
    assert_eq!(number(server.one_rtt), Some(4));
    assert_eq!(flow.traffic.responder.datagrams, 2);
    assert_eq!(flow.traffic.responder.bytes, 1500);
    let silence = flow.longest_silence.unwrap();
    assert_eq!(silence.until.at - silence.after.at, Nanos::from_millis(24));
}

#[test]
fn initials_into_a_void() {
    let mut scene = Scene::new();
    for (nth, at) in [0, 1000, 3000, 7000].into_iter().enumerate() {
        scene.client_sends(at, &hello(nth as u8));
    }
    let flow = scene.flows(15_000).remove(0);
    assert_eq!(flow.outcome, Outcome::Unanswered);
    assert_eq!(flow.client_initials.len(), 4);
    assert_eq!(flow.observed_until - flow.last.at, Nanos::from_secs(8));
}

#[test]
fn icmp_refusals() {
    let rows = [
        ("port unreachable", 3, 3, Outcome::RefusedByIcmp),
        ("administratively prohibited", 3, 13, Outcome::RefusedByIcmp),
        ("hop limit used up", 11, 0, Outcome::RefusedByIcmp),
        ("fragmentation needed", 3, 4, Outcome::Unanswered),
    ];
    for (row, kind, code, expected) in rows {
        let mut scene = Scene::new();
        assert!(!scene.refuses_client(0, kind, code), "{row}");
        scene.client_sends(0, &hello(0));
        assert!(scene.refuses_client(8, kind, code), "{row}");
        let flow = scene.flows(100).remove(0);
        assert_eq!(flow.outcome, expected, "{row}");
        assert_eq!(flow.icmp_error_count, 1, "{row}");
        assert!(flow.icmp_errors[0].quotes_client, "{row}");
    }
}

#[test]
fn retry_is_one_connection() {
    let retry_id = [0xee; 4];
    let mut scene = Scene::new();
    scene.client_sends(0, &hello(0));
    scene.server_sends(24, &packet(PacketKind::Retry, CLIENT_ID, &retry_id, 60, 1));
    scene.client_sends(25, &packet(INITIAL, &retry_id, CLIENT_ID, 1200, 2));
    scene.server_sends(49, &packet(INITIAL, CLIENT_ID, SERVER_ID, 1200, 3));
    scene.client_sends(50, &packet(INITIAL, SERVER_ID, CLIENT_ID, 1200, 4));
    let flows = scene.flows(100);
    assert_eq!(flows.len(), 1);
    assert_eq!(number(flows[0].retry), Some(2));
    assert_eq!(
        flows[0].original_destination_id.unwrap().as_bytes(),
        FIRST_ID
    );
    assert_eq!(flows[0].server_id.unwrap().as_bytes(), SERVER_ID);
    assert_eq!(flows[0].client_initial_count, 1);
}

#[test]
fn version_negotiation_is_an_answer_and_one_connection() {
    let mut scene = Scene::new();
    let mut greased = packet(INITIAL, FIRST_ID, CLIENT_ID, 1200, 0);
    greased[1..5].copy_from_slice(&[0x1a, 0x2a, 0x3a, 0x4a]);
    scene.client_sends(0, &greased);
    let mut negotiation = header(0x80, 0, CLIENT_ID, FIRST_ID);
    negotiation.extend(Version::V1.0.to_be_bytes());
    scene.server_sends(24, &negotiation);
    scene.client_sends(25, &packet(INITIAL, &[9; 8], CLIENT_ID, 1200, 1));
    let flows = scene.flows(100);
    assert_eq!(flows.len(), 1);
    assert_eq!(flows[0].outcome, Outcome::Answered);
    assert!(flows[0].versions[0].is_reserved());
    assert_eq!(flows[0].versions[1], Version::V1);
    let offered = &flows[0].version_negotiation.as_ref().unwrap().offered;
    assert_eq!(*offered, [Version::V1]);
}

#[test]
fn a_port_used_again_is_another_connection() {
    let rows = [
        ("at once", 200, Beginning::NewConnection),
        (
            "after silence",
            60_050,
            Beginning::AfterSilence(Nanos::from_secs(60)),
        ),
    ];
    for (row, at, beginning) in rows {
        let mut scene = Scene::new();
        scene.client_sends(0, &hello(0));
        scene.server_sends(50, &packet(INITIAL, CLIENT_ID, SERVER_ID, 1200, 1));
        scene.client_sends(at, &packet(INITIAL, &[7; 8], &[8; 3], 1200, 2));
        let flows = scene.flows(100_000);
        assert_eq!(flows.len(), 2, "{row}");
        assert_eq!(flows[0].beginning, Beginning::First, "{row}");
        assert_eq!(flows[1].beginning, beginning, "{row}");
        assert_eq!(flows[1].outcome, Outcome::Unanswered, "{row}");
    }
}

#[test]
fn a_datagram_captured_twice_counts_once() {
    let mut scene = Scene::new();
    for at in [0, 0, 1000, 1000] {
        let nth = u8::from(at == 1000);
        scene.client_sends(at, &hello(nth));
    }
    let flow = scene.flows(2000).remove(0);
    assert_eq!(flow.client_initial_count, 2);
    assert_eq!(flow.traffic.originator.datagrams, 2);
    assert_eq!(flow.copy_count, 2);
}

#[test]
fn what_is_taken_for_quic() {
    let greased = |length| {
        let mut bytes = packet(INITIAL, FIRST_ID, CLIENT_ID, length, 0);
        bytes[1..5].copy_from_slice(&[0x1a, 0x2a, 0x3a, 0x4a]);
        bytes
    };
    let dtls = [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 1, 0, 0];
    let rows = [
        ("Initial on 443", 443, hello(0), true),
        ("Initial elsewhere", 8443, hello(0), true),
        (
            "small Initial on 443",
            443,
            packet(INITIAL, FIRST_ID, CLIENT_ID, 300, 0),
            true,
        ),
        (
            "small Initial elsewhere",
            8443,
            packet(INITIAL, FIRST_ID, CLIENT_ID, 300, 0),
            false,
        ),
        ("unknown version on 443", 443, greased(1200), true),
        ("unknown version elsewhere", 8443, greased(1200), false),
        ("unknown version, small", 443, greased(300), false),
        ("short header first", 443, short(SERVER_ID, 100, 1), false),
        ("DTLS on 443", 443, dtls.to_vec(), false),
    ];
    for (row, port, payload, is_quic) in rows {
        let mut scene = Scene::new();
        scene.server_port = port;
        assert_eq!(scene.client_sends(0, &payload), is_quic, "{row}");
        assert_eq!(scene.flows(1).len(), usize::from(is_quic), "{row}");
    }
}

#[test]
fn other_flows_on_the_port_are_counted_once() {
    let mut scene = Scene::new();
    scene.client_sends(0, &short(SERVER_ID, 100, 1));
    scene.server_sends(1, &short(CLIENT_ID, 100, 2));
    assert_eq!(scene.tracker.counts().short_header_flows, 1);
    scene.client_sends(2, &[1, 0, 0, 0, 7]);
    let counts = scene.tracker.counts();
    assert_eq!((counts.short_header_flows, counts.other_flows), (0, 1));
    scene.client_sends(3, &hello(0));
    let counts = scene.tracker.counts();
    assert_eq!((counts.flows, counts.other_flows), (1, 0));
}

#[test]
fn the_server_alone() {
    let mut scene = Scene::new();
    scene.server_sends(0, &packet(INITIAL, CLIENT_ID, SERVER_ID, 1200, 1));
    let flow = scene.flows(100).remove(0);
    assert_eq!(flow.outcome, Outcome::ClientNotObserved);
    assert_eq!(flow.direction, DirectionBasis::Port);
    assert_eq!(flow.client, Scene::client());
}

proptest! {
    #[test]
    fn every_datagram_is_counted_once(
        sent in proptest::collection::vec(
            (-50i64..9000, any::<bool>(), 0u8..6, any::<u8>()),
            0..60,
        ),
    ) {
        let mut scene = Scene::new();
        let mut now = 0;
        for (step, is_client, what, seed) in sent {
            now += step;
            let payload = match what {
                0 => hello(seed),
                1 => packet(INITIAL, &[seed; 8], CLIENT_ID, 1200, seed),
                2 => packet(PacketKind::Handshake, CLIENT_ID, SERVER_ID, 500, seed),
                3 => packet(PacketKind::Retry, CLIENT_ID, &[seed; 4], 60, seed),
                4 => short(SERVER_ID, 100, seed),
                _ => vec![seed; usize::from(seed)],
            };
            if is_client {
                scene.client_sends(now, &payload);
            } else {
                scene.server_sends(now, &payload);
            }
        }
        let counts = scene.tracker.counts();
        let flows = scene.flows(now);
        let datagrams: u64 = flows
            .iter()
            .map(|flow| {
                let traffic = flow.traffic;
                traffic.originator.datagrams + traffic.responder.datagrams + flow.copy_count
            })
            .sum();
        prop_assert_eq!(datagrams, counts.datagrams);
        prop_assert_eq!(flows.len() as u64, counts.flows);
    }
}
