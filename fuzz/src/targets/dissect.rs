//! Dissection. Law: every packet is counted once, and what was found lies inside the packet.
//!
//! Input: the link type in two bytes, then packets, each after its length in two bytes.

use stallscope_shared::capture::{CapturedPacket, LinkType};
use stallscope_shared::packet::{Dissector, Outcome, Transport};

use super::stamp;
use crate::input::Input;

/// Holds the law for these bytes.
pub fn target(data: &[u8]) {
    let mut input = Input::new(data);
    let link_type = LinkType(input.u16());
    let mut dissector = Dissector::new();
    let mut number = 0;
    let mut dissected = 0;
    while !input.is_empty() {
        let length = usize::from(input.u16());
        let bytes = input.take(length);
        let stamp = stamp(number);
        number += 1;
        let packet = CapturedPacket {
            reference: stamp.packet,
            at: Some(stamp.at),
            link_type,
            // A packet that says it was longer than what is left of the input was snapped.
            original_length: u32::try_from(length).unwrap_or(u32::MAX),
            bytes,
        };
        if let Outcome::Dissected(found) = dissector.dissect(&packet) {
            dissected += 1;
            let (payload, length) = match found.transport {
                Transport::Tcp(segment) => (segment.payload, segment.payload_length),
                Transport::Udp(datagram) => (datagram.payload, datagram.payload_length),
                Transport::Icmp(_) => continue,
            };
            assert!(
                payload.len() <= length as usize,
                "more payload than there was on the wire"
            );
        }
    }
    assert_eq!(dissector.counters().dissected, dissected);
}
