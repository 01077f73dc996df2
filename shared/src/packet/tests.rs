//! Cases by name, and the laws of dissection.

use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::capture::LinkType;
use crate::testkit::packet::{Link, Packet, Segment, TcpOption, Tunnel, captured};
use crate::time::Timestamp;

mod cases;
mod fragments;
mod laws;

const NOON: Timestamp = Timestamp::from_parts(1_700_000_000, 0);

/// What a test compares: everything of a dissected packet but its depth.
fn summary(outcome: Outcome<'_>) -> String {
    match outcome {
        Outcome::Dissected(mut dissected) => {
            dissected.ip.tunnel_depth = 0;
            format!("{dissected:?}")
        }
        other => format!("{other:?}"),
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn dissected(outcome: Outcome<'_>) -> Dissected<'_> {
    match outcome {
        Outcome::Dissected(dissected) => dissected,
        other => panic!("{other:?}"),
    }
}

fn tcp(outcome: Outcome<'_>) -> TcpSegment<'_> {
    match dissected(outcome).transport {
        Transport::Tcp(segment) => segment,
        other => panic!("{other:?}"),
    }
}

fn udp(outcome: Outcome<'_>) -> UdpDatagram<'_> {
    match dissected(outcome).transport {
        Transport::Udp(datagram) => datagram,
        other => panic!("{other:?}"),
    }
}

fn icmp(outcome: Outcome<'_>) -> IcmpMessage {
    match dissected(outcome).transport {
        Transport::Icmp(message) => message,
        other => panic!("{other:?}"),
    }
}

/// A segment with everything in it, between addresses of the given version.
fn sample(is_v6: bool) -> Packet {
    let (source, destination) = if is_v6 {
        ("[2001:db8::1]:40000", "[2001:db8::2]:443")
    } else {
        ("10.0.0.1:40000", "10.0.0.2:443")
    };
    let segment = Segment {
        sequence: 0x0102_0304,
        acknowledgment: 0x0506_0708,
        flags: TcpFlags::ACK | TcpFlags::PSH,
        window: 502,
        options: vec![
            TcpOption::NoOperation,
            TcpOption::NoOperation,
            TcpOption::Timestamps(77, 88),
        ],
        payload: b"hello".to_vec(),
    };
    Packet::tcp(source, destination, &segment)
}

const ETHERNET: LinkType = LinkType(1);
const RAW: LinkType = LinkType(101);
