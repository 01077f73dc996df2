//! UDP

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
