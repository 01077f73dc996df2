//! A DNS message that a client of our own sent or got.

use std::net::SocketAddr;

use crate::dns::Carrier;
use crate::time::Timestamp;

/// A DNS message, as it was on the wire.
#[derive(Clone, Copy, Debug)]
pub struct DnsMessage<'a> {
    /// Who asks.
    pub client: SocketAddr,
    /// Who is asked, on whatever port.
    pub server: SocketAddr,
    /// What carried it.
    pub carrier: Carrier,
    /// It came from the server.
    pub is_response: bool,
    /// When it was sent or came.
    pub at: Timestamp,
    /// The message.
    pub bytes: &'a [u8],
}
