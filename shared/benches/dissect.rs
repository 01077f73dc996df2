//! Nanoseconds that dissection takes for one packet, by what the packet is.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

use stallscope_shared::packet::{Dissector, Outcome, TcpFlags};
use stallscope_shared::testkit::packet::{Link, Packet, Segment, TcpOption, Tunnel, captured};
use stallscope_shared::time::Timestamp;

/// Dissections in one sample, so that the timer's own cost does not show.
const PACKETS: usize = 1000;

fn main() {
    divan::main();
}

/// A data segment of an established connection: 1448 bytes, timestamps.
fn data(addresses: (&str, &str)) -> Packet {
    let segment = Segment {
        sequence: 1,
        acknowledgment: 1,
        flags: TcpFlags::ACK,
        window: 502,
        options: vec![
            TcpOption::NoOperation,
            TcpOption::NoOperation,
            TcpOption::Timestamps(7, 8),
        ],
        payload: vec![0; 1448],
    };
    Packet::tcp(addresses.0, addresses.1, &segment)
}

fn syn() -> Packet {
    let segment = Segment {
        flags: TcpFlags::SYN,
        options: vec![
            TcpOption::Mss(1460),
            TcpOption::SackPermitted,
            TcpOption::Timestamps(7, 0),
            TcpOption::NoOperation,
            TcpOption::WindowScale(7),
        ],
        ..Segment::default()
    };
    Packet::tcp(V4.0, V4.1, &segment)
}

const V4: (&str, &str) = ("10.0.0.1:40000", "10.0.0.2:443");
const V6: (&str, &str) = ("[2001:db8::1]:40000", "[2001:db8::2]:443");

#[divan::bench]
fn ethernet_ipv4_tcp(bencher: Bencher<'_, '_>) {
    bench(bencher, Link::Ethernet, &[data(V4).frame(Link::Ethernet)]);
}

#[divan::bench]
fn ethernet_ipv4_tcp_syn(bencher: Bencher<'_, '_>) {
    bench(bencher, Link::Ethernet, &[syn().frame(Link::Ethernet)]);
}

#[divan::bench]
fn ethernet_ipv6_tcp(bencher: Bencher<'_, '_>) {
    bench(bencher, Link::Ethernet, &[data(V6).frame(Link::Ethernet)]);
}

#[divan::bench]
fn cooked_ipv4_tcp(bencher: Bencher<'_, '_>) {
    bench(bencher, Link::Sll, &[data(V4).frame(Link::Sll)]);
}

#[divan::bench]
fn ethernet_ipv4_udp(bencher: Bencher<'_, '_>) {
    let packet = Packet::udp(V4.0, "10.0.0.2:53", &[0; 60]);
    bench(bencher, Link::Ethernet, &[packet.frame(Link::Ethernet)]);
}

#[divan::bench]
fn vlan_vxlan_ipv4_tcp(bencher: Bencher<'_, '_>) {
    let packet = data(V4).through(Tunnel::Vxlan);
    bench(bencher, Link::Vlan, &[packet.frame(Link::Vlan)]);
}

#[divan::bench]
fn fragments(bencher: Bencher<'_, '_>) {
    bench(bencher, Link::Raw, &data(V4).fragments(744));
}

fn bench(bencher: Bencher<'_, '_>, link: Link, frames: &[Vec<u8>]) {
    let mut dissector = Dissector::new();
    let at = Timestamp::from_nanos(0);
    bencher
        .counter(ItemsCount::new(PACKETS))
        .bench_local(move || {
            let mut dissected = 0usize;
            for frame in frames.iter().cycle().take(PACKETS) {
                let packet = captured(black_box(frame), link.link_type(false), 1, at);
                let outcome = black_box(dissector.dissect(&packet));
                dissected += usize::from(matches!(outcome, Outcome::Dissected(_)));
            }
            dissected
        });
}
