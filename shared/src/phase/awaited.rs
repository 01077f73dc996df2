//! What one side waits for from the other, in the words of the protocols.

/// What was awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awaited {
    /// A resolver's response.
    DnsResponse,
    /// The answer to a SYN.
    SynAck,
    /// The client's answer to the SYN-ACK.
    HandshakeAck,
    /// The server's first QUIC datagram.
    QuicAnswer,
    /// The rest of the client's request to the proxy.
    ProxyRequest,
    /// The proxy's answer, or that to STARTTLS.
    ProxyReply,
    /// The rest of the ClientHello, from the client.
    ClientHelloRest,
    /// An acknowledgement of the ClientHello: it was not delivered whole.
    ClientHelloAck,
    /// The ServerHello.
    ServerHello,
    /// The rest of the server's handshake flight.
    ServerFlight,
    /// The client's answer to the server's flight.
    ClientFinished,
    /// The server's Finished message.
    ServerFinished,
    /// The handshake's next flight, where encryption hides whose turn it is.
    NextFlight,
    /// The rest of the request, from the client.
    RequestRest,
    /// An acknowledgement of the request: it was not delivered whole.
    RequestAck,
    /// The response's first byte.
    Response,
    /// The rest of the response.
    ResponseRest,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The client's.
    Client,
    /// The server's, or the proxy's or resolver's in its place.
    Server,
    /// Encryption hides it.
    Either,
}

impl Awaited {
    /// Whose turn it is.
    #[must_use]
    pub const fn turn(self) -> Turn {
        match self {
            Self::HandshakeAck
            | Self::ProxyRequest
            | Self::ClientHelloRest
            | Self::ClientFinished
            | Self::RequestRest => Turn::Client,
            Self::NextFlight => Turn::Either,
            Self::DnsResponse
            | Self::SynAck
            | Self::QuicAnswer
            | Self::ProxyReply
            | Self::ClientHelloAck
            | Self::ServerHello
            | Self::ServerFlight
            | Self::ServerFinished
            | Self::RequestAck
            | Self::Response
            | Self::ResponseRest => Turn::Server,
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DnsResponse => "DNS response",
            Self::SynAck => "SYN-ACK",
            Self::HandshakeAck => "ACK of the SYN-ACK",
            Self::QuicAnswer => "answer to the QUIC Initial",
            Self::ProxyRequest => "rest of the proxy request",
            Self::ProxyReply => "proxy reply",
            Self::ClientHelloRest => "rest of the ClientHello",
            Self::ClientHelloAck => "ACK of the ClientHello",
            Self::ServerHello => "ServerHello",
            Self::ServerFlight => "rest of the server's handshake flight",
            Self::ClientFinished => "client's Finished",
            Self::ServerFinished => "server's Finished",
            Self::NextFlight => "next handshake flight",
            Self::RequestRest => "rest of the request",
            Self::RequestAck => "ACK of the request",
            Self::Response => "response",
            Self::ResponseRest => "rest of the response",
        }
    }
}
