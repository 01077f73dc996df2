//! A packet built anew from the fields that were read of it (RFC 791, RFC 8200, RFC 9293, RFC 768, RFC 792).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::blocks::Made;
use crate::packet::{
    Dissected, IcmpMessage, IpHeader, QuotedPacket, TcpOptions, TcpSegment, Transport,
};
use crate::report::redaction::RedactedReport;

const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP: u8 = 1;
const ICMPV6: u8 = 58;

/// Content type and handshake type (RFC 5246 §A.3, §A.4; encrypted in TLS 1.3).
const HANDSHAKE: u8 = 22;
const CERTIFICATE: u8 = 11;

/// The packet with stand-ins for addresses; `None` when it mixes families. Of what a client sends, or may send, its
/// certificate is left out: that names who it is.
pub(super) fn packet(
    packet: &Dissected<'_>,
    report: &RedactedReport,
    is_servers: bool,
) -> Option<Made> {
    let mut ip = packet.ip;
    let known = known(report);
    ip.source = stand_in(&known, ip.source);
    ip.destination = stand_in(&known, ip.destination);
    let (protocol, mut transport, missing) = match &packet.transport {
        Transport::Tcp(segment) => {
            let payload = shared_payload(segment.payload, report, is_servers);
            let missing = segment.payload_length.saturating_sub(payload.len() as u32);
            (TCP, [tcp(segment), payload.to_vec()].concat(), missing)
        }
        Transport::Udp(datagram) => (
            UDP,
            udp(
                datagram.source_port,
                datagram.destination_port,
                datagram.payload_length,
            ),
            datagram.payload_length,
        ),
        Transport::Icmp(message) => (
            if message.is_v6 { ICMPV6 } else { ICMP },
            icmp(message, &known),
            0,
        ),
    };
    if missing == 0 {
        let sum = checksum(&ip, protocol, &transport);
        let at = match protocol {
            TCP => 16,
            UDP => 6,
            _ => 2,
        };
        if let Some(field) = transport.get_mut(at..at + 2) {
            field.copy_from_slice(&sum.to_be_bytes());
        }
    }
    let length = transport.len() as u32 + missing;
    let header = match (ip.source, ip.destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            v4(&ip, source, destination, protocol, length)
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            v6(&ip, source, destination, protocol, length)
        }
        _ => return None,
    };
    let original_length = header.len() as u32 + length;
    Some(Made {
        bytes: [header, transport].concat(),
        original_length,
    })
}

/// Stand-ins of addresses, with what they are called.
pub(super) fn addresses(report: &RedactedReport) -> Vec<(String, IpAddr)> {
    let named = report.stand_ins().enumerate();
    named
        .map(|(index, (address, name))| (name.to_owned(), numbered(address, index)))
        .collect()
}

fn known(report: &RedactedReport) -> BTreeMap<IpAddr, IpAddr> {
    let all = report.stand_ins().enumerate();
    all.map(|(index, (address, _))| (address, numbered(address, index)))
        .collect()
}

/// Addresses for benchmarks: 198.18.0.0/15 (RFC 2544) and 2001:2::/48 (RFC 5180).
fn numbered(address: IpAddr, index: usize) -> IpAddr {
    let number = (index + 1) as u32 & 0x1_ffff;
    match address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from(
            u32::from(Ipv4Addr::new(198, 18, 0, 0)) + number,
        )),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from(
            u128::from(Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 0)) + u128::from(number),
        )),
    }
}

fn stand_in(known: &BTreeMap<IpAddr, IpAddr>, address: IpAddr) -> IpAddr {
    known
        .get(&address.to_canonical())
        .copied()
        .unwrap_or(address)
}

/// The records at the front that are TLS handshake, alert or ChangeCipherSpec, as far as nothing in them was taken
/// out (RFC 8446 §5.1).
fn shared_payload<'a>(payload: &'a [u8], report: &RedactedReport, is_servers: bool) -> &'a [u8] {
    let mut end = 0;
    while let Some([kind, 3, _, high, low]) = payload.get(end..end + 5) {
        if !matches!(kind, 20..=22) {
            break;
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let is_certificate = *kind == HANDSHAKE && payload.get(end + 5) == Some(&CERTIFICATE);
        if is_certificate && !is_servers {
            break;
        }
        end = (end + 5 + length).min(payload.len());
    }
    let shared = payload.get(..end).unwrap_or_default();
    match report.first_trace(shared) {
        Some(at) => shared.get(..at).unwrap_or_default(),
        None => shared,
    }
}

fn tcp(segment: &TcpSegment<'_>) -> Vec<u8> {
    let options = options(&segment.options);
    let words = 5 + options.len() / 4;
    let mut out = Vec::with_capacity(words * 4);
    out.extend(segment.source_port.to_be_bytes());
    out.extend(segment.destination_port.to_be_bytes());
    out.extend(segment.sequence.to_be_bytes());
    out.extend(segment.acknowledgment.to_be_bytes());
    out.extend((((words as u16) << 12) | (segment.flags.0 & 0x1ff)).to_be_bytes());
    out.extend(segment.window.to_be_bytes());
    // Checksum and urgent pointer.
    out.extend([0; 4]);
    out.extend(options);
    out
}

/// The options that are known, in the order sent; others are no-ops of one byte.
fn options(options: &TcpOptions) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    for kind in options.kinds.into_iter().take_while(|kind| *kind != 0) {
        match kind {
            2 => {
                if let Some(mss) = options.mss {
                    out.extend([2, 4]);
                    out.extend(mss.to_be_bytes());
                }
            }
            3 => out.extend(
                options
                    .window_scale
                    .map(|scale| [3, 3, scale])
                    .into_iter()
                    .flatten(),
            ),
            4 => out.extend([4, 2]),
            5 => {
                let blocks: Vec<(u32, u32)> = options.sack.into_iter().flatten().collect();
                out.extend([5, 2 + 8 * blocks.len() as u8]);
                for (left, right) in blocks {
                    out.extend(left.to_be_bytes());
                    out.extend(right.to_be_bytes());
                }
            }
            8 => {
                if let Some((value, echo)) = options.timestamps {
                    out.extend([8, 10]);
                    out.extend(value.to_be_bytes());
                    out.extend(echo.to_be_bytes());
                }
            }
            _ => out.push(1),
        }
    }
    out.truncate(40);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

fn udp(source: u16, destination: u16, payload: u32) -> Vec<u8> {
    let length = payload.saturating_add(8).min(u32::from(u16::MAX)) as u16;
    [source, destination, length, 0]
        .into_iter()
        .flat_map(u16::to_be_bytes)
        .collect()
}

/// An error with the start of the packet that it quotes.
fn icmp(message: &IcmpMessage, known: &BTreeMap<IpAddr, IpAddr>) -> Vec<u8> {
    let mut out = vec![message.kind, message.code, 0, 0];
    out.extend(message.mtu.unwrap_or_default().to_be_bytes());
    if let Some(quoted) = &message.quoted {
        out.extend(quote(quoted, known));
    }
    out
}

fn quote(quoted: &QuotedPacket, known: &BTreeMap<IpAddr, IpAddr>) -> Vec<u8> {
    let (from, to) = quoted.ports.unwrap_or_default();
    let mut inner = [from.to_be_bytes(), to.to_be_bytes()].concat();
    inner.extend(quoted.sequence.unwrap_or_default().to_be_bytes());
    let ip = IpHeader {
        source: stand_in(known, quoted.source),
        destination: stand_in(known, quoted.destination),
        ttl: 0,
        identification: Some(0),
        ecn: 0,
        dont_fragment: false,
        tunnel_depth: 0,
    };
    let length = inner.len() as u32;
    let header = match (ip.source, ip.destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            v4(&ip, source, destination, quoted.protocol, length)
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            v6(&ip, source, destination, quoted.protocol, length)
        }
        _ => Vec::new(),
    };
    [header, inner].concat()
}

fn v4(
    ip: &IpHeader,
    source: Ipv4Addr,
    destination: Ipv4Addr,
    protocol: u8,
    length: u32,
) -> Vec<u8> {
    let total = length.saturating_add(20).min(u32::from(u16::MAX)) as u16;
    let mut out = vec![0x45, ip.ecn & 3];
    out.extend(total.to_be_bytes());
    out.extend(ip.identification.unwrap_or_default().to_be_bytes());
    out.extend(if ip.dont_fragment { [0x40, 0] } else { [0, 0] });
    out.extend([ip.ttl, protocol, 0, 0]);
    out.extend(source.octets());
    out.extend(destination.octets());
    let sum = folded(sum_of(&out));
    if let Some(field) = out.get_mut(10..12) {
        field.copy_from_slice(&sum.to_be_bytes());
    }
    out
}

fn v6(
    ip: &IpHeader,
    source: Ipv6Addr,
    destination: Ipv6Addr,
    protocol: u8,
    length: u32,
) -> Vec<u8> {
    let traffic_class = u32::from(ip.ecn & 3) << 20;
    let mut out = (0x6000_0000_u32 | traffic_class).to_be_bytes().to_vec();
    out.extend((length.min(u32::from(u16::MAX)) as u16).to_be_bytes());
    out.extend([protocol, ip.ttl]);
    out.extend(source.octets());
    out.extend(destination.octets());
    out
}

/// The Internet checksum (RFC 1071) over pseudo header and transport; ICMP (RFC 792) has no pseudo header.
fn checksum(ip: &IpHeader, protocol: u8, transport: &[u8]) -> u16 {
    let mut sum = sum_of(transport);
    if protocol != ICMP {
        sum += match (ip.source, ip.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                sum_of(&source.octets()) + sum_of(&destination.octets())
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                sum_of(&source.octets()) + sum_of(&destination.octets())
            }
            _ => 0,
        };
        sum += u64::from(protocol) + transport.len() as u64;
    }
    folded(sum)
}

fn sum_of(bytes: &[u8]) -> u64 {
    let pairs = bytes.chunks(2).map(|pair| match pair {
        [high, low] => u64::from(u16::from_be_bytes([*high, *low])),
        [high] => u64::from(*high) << 8,
        _ => 0,
    });
    pairs.sum()
}

fn folded(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}
