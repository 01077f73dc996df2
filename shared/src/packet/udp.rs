//! UDP headers (RFC 768), and the tunnels that are recognised by their UDP port.

use super::kind::Layer;
use super::view::{Found, Stop, View, Walk};
use super::{Dissected, IpHeader, Transport, udp_tunnel};

/// One UDP header and what is known of its payload.
#[derive(Clone, Copy, Debug)]
pub struct UdpDatagram<'a> {
    /// Source port.
    pub source_port: u16,
    /// Destination port.
    pub destination_port: u16,
    /// The captured part of the payload.
    pub payload: &'a [u8],
    /// Payload bytes on the wire, from the UDP length (or IP length where it is 0).
    pub payload_length: u32,
}

/// Reads a datagram, or what is in the tunnel it carries.
pub(super) fn datagram(view: View<'_>, ip: IpHeader) -> Walk<'_> {
    let (&[s0, s1, d0, d1, l0, l1, _, _], rest) = view.split(Layer::Udp)?;
    let rest = match u16::from_be_bytes([l0, l1]) {
        // Longer than the field can say (RFC 2675 §4), or left to segmentation offload.
        0 => rest,
        // Believed beyond the IP header's end: a first fragment shows the whole datagram's length.
        length @ 8.. => rest.stated(u32::from(length).saturating_sub(8)),
        _ => return Err(Stop::invalid(Layer::Udp)),
    };
    let source_port = u16::from_be_bytes([s0, s1]);
    let destination_port = u16::from_be_bytes([d0, d1]);
    let carried = udp_tunnel::carried(destination_port, rest)
        .or_else(|| udp_tunnel::carried(source_port, rest));
    if let Some(carried) = carried {
        return carried;
    }
    Ok(Found::Transport(Dissected {
        ip,
        transport: Transport::Udp(UdpDatagram {
            source_port,
            destination_port,
            payload: rest.bytes,
            payload_length: rest.length,
        }),
    }))
}
