//! What a packet's headers say, with numbers as they are on the wire.

use std::net::SocketAddr;

use stallscope_shared::capture::{CapturedPacket, LinkType};
use stallscope_shared::ids;
use stallscope_shared::packet::{
    Dissected, Dissector, IcmpMessage, Outcome, TcpFlags, TcpSegment, Transport,
};
use stallscope_shared::report::v1::PacketRef;

/// A message of the catalogue and a value.
type Field = (String, String);

/// The innermost IP header and what it carries.
pub(super) fn of(bytes: &[u8], packet: PacketRef, link_type: LinkType) -> Vec<Field> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let Some(number) = ids::PacketNumber::new(packet.number) else {
        return Vec::new();
    };
    let captured = CapturedPacket {
        reference: ids::PacketRef::new(
            ids::CaptureId(packet.capture),
            number,
            packet.offset,
            length,
        ),
        at: None,
        link_type,
        original_length: length,
        bytes,
    };
    match Dissector::new().dissect(&captured) {
        Outcome::Dissected(dissected) => transport(&dissected),
        Outcome::FragmentHeld => vec![field("not-read", "IP fragment")],
        Outcome::NotUnderstood(kind) => vec![field("not-read", &format!("{kind:?}"))],
        Outcome::Malformed(malformed) => vec![field("not-read", &format!("{malformed:?}"))],
    }
}

fn field(name: &str, value: &str) -> Field {
    (format!("field-{name}"), value.to_owned())
}

fn transport(dissected: &Dissected<'_>) -> Vec<Field> {
    let ip = &dissected.ip;
    let ends = |from: u16, to: u16| {
        vec![
            field("from", &SocketAddr::new(ip.source, from).to_string()),
            field("to", &SocketAddr::new(ip.destination, to).to_string()),
        ]
    };
    let mut fields = match &dissected.transport {
        Transport::Tcp(segment) => {
            let mut fields = ends(segment.source_port, segment.destination_port);
            fields.extend(tcp(segment));
            fields
        }
        Transport::Udp(datagram) => {
            let mut fields = ends(datagram.source_port, datagram.destination_port);
            fields.push(field("payload", &format!("{} B", datagram.payload_length)));
            fields
        }
        Transport::Icmp(message) => {
            let mut fields = vec![
                field("from", &ip.source.to_string()),
                field("to", &ip.destination.to_string()),
            ];
            fields.push(icmp(message));
            fields
        }
    };
    fields.push(field("ttl", &ip.ttl.to_string()));
    if let Some(identification) = ip.identification {
        fields.push(field(
            "ip-id",
            &format!("{identification} (0x{identification:04x})"),
        ));
    }
    fields
}

fn icmp(message: &IcmpMessage) -> Field {
    field("icmp", &format!("{}, {}", message.kind, message.code))
}

fn tcp(segment: &TcpSegment<'_>) -> Vec<Field> {
    let options = &segment.options;
    let mut fields = vec![field("sequence", &segment.sequence.to_string())];
    if segment.flags.contains(TcpFlags::ACK) {
        fields.push(field("acknowledgment", &segment.acknowledgment.to_string()));
    }
    fields.push(field("flags", &format!("0x{:03x}", segment.flags.0)));
    fields.push(field("window", &segment.window.to_string()));
    let mut known = Vec::new();
    known.extend(options.mss.map(|mss| format!("MSS {mss}")));
    known.extend(options.window_scale.map(|shift| format!("WS {shift}")));
    known.extend(options.sack_permitted.then(|| "SACK permitted".to_owned()));
    known.extend(options.fast_open.then(|| "TFO".to_owned()));
    if !known.is_empty() {
        fields.push(field("options", &known.join(", ")));
    }
    if let Some((value, echo)) = options.timestamps {
        fields.push(field("timestamps", &format!("{value}, {echo}")));
    }
    let blocks: Vec<String> = options
        .sack
        .iter()
        .flatten()
        .map(|(left, right)| format!("{left}–{right}"))
        .collect();
    if !blocks.is_empty() {
        fields.push(field("sack", &blocks.join(", ")));
    }
    fields.push(field("payload", &format!("{} B", segment.payload_length)));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A SYN from 192.0.2.1:4660 to 192.0.2.2:443 without a link header, written by hand after RFC 791 and RFC 9293.
    const SYN: [u8; 44] = [
        0x45, 0, 0, 44, 0x12, 0x34, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0x12, 0x34,
        0x01, 0xbb, 0x80, 0, 0, 1, 0, 0, 0, 0, 0x60, 0x02, 0xfa, 0xf0, 0, 0, 0, 0, 2, 4, 5, 0xb4,
    ];

    #[test]
    fn numbers_are_those_on_the_wire() {
        let packet = PacketRef {
            capture: 0,
            number: 1,
            offset: 40,
            length: 44,
        };
        let fields = of(&SYN, packet, LinkType(101));
        let value = |name: &str| {
            let id = format!("field-{name}");
            fields
                .iter()
                .find(|(known, _)| *known == id)
                .map(|(_, value)| value.as_str())
        };
        assert_eq!(value("from"), Some("192.0.2.1:4660"));
        assert_eq!(value("to"), Some("192.0.2.2:443"));
        assert_eq!(value("sequence"), Some("2147483649"));
        assert_eq!(value("acknowledgment"), None);
        assert_eq!(value("options"), Some("MSS 1460"));
        assert_eq!(value("ip-id"), Some("4660 (0x1234)"));
        assert_eq!(of(&SYN[..10], packet, LinkType(101)).len(), 1);
    }
}
