//! The TLS handshake: M3 to M6.

use serde::{Deserialize, Serialize};

use crate::report::v1::{PacketRef, Stamp};

/// A length of time between packets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Elapsed {
    /// The length of time.
    pub elapsed_ns: i64,
    /// First and last packet of it.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HelloDelivery {
    /// Length of time to the first ACK that covers all of it; absent when none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_ns: Option<i64>,
    /// Bytes of the ClientHello that were acknowledged.
    pub acked_bytes: u64,
    /// Bytes of the ClientHello.
    pub hello_bytes: u64,
    /// Copies sent, the first one counted.
    pub copies: u32,
    /// A part that the server reported to hold although bytes before it were missing (SACK).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldPart>,
    /// Repetitions of any of it.
    #[serde(default)]
    pub resent: Vec<Stamp>,
    /// The ClientHello and the ACK.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServerThink {
    /// The length of time with the round trip in it.
    pub elapsed_ns: i64,
    /// The same less the shortest round trip known, of the SYN or of data; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_ns: Option<i64>,
    /// First and last packet of it.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// A part of a message, counted from its first byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeldPart {
    /// First byte.
    pub from: u64,
    /// After the last byte.
    pub to: u64,
    /// The packet that reports it.
    pub packet: PacketRef,
}

/// M5 over all data of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SlowAck {
    /// The length of time from the data to the ACK.
    pub elapsed_ns: i64,
    /// The ACK carried no payload.
    pub is_bare: bool,
    /// The server's next data, which may have waited for the ACK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Stamp>,
    /// The data and the ACK.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M6.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlightThink {
    /// The length of time.
    pub elapsed_ns: i64,
    /// What the client did then.
    pub ended_with: FlightThinkEnd,
    /// The server was done: its last message was read in clear, or the client spoke after it. Otherwise
    /// encryption hides whether more of it was due.
    pub server_was_done: bool,
    /// The flight's last packet and the client's next.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// What the client did after the server's flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FlightThinkEnd {
    /// It went on with the handshake, or sent an alert.
    Payload,
    /// It closed or reset without another word.
    Close,
}

/// How the server's handshake flight was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServerFlight {
    /// Bytes, as far as they are known.
    pub bytes: u64,
    /// Packets, repetitions counted.
    pub segments: u32,
    /// Payload of the first of them: 1024 is what path MTU probing falls back to.
    pub first_segment: u32,
    /// Largest payload of them.
    pub largest_segment: u32,
    /// Length of time from its first packet to the one that put its last byte in order.
    pub elapsed_ns: i64,
    /// Times inside it of at least half a round trip without a packet, first ones.
    #[serde(default)]
    pub pauses: Vec<FlightPause>,
    /// Those two packets.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// A pause inside the server's flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlightPause {
    /// The length of time.
    pub elapsed_ns: i64,
    /// Bytes of the flight before it.
    pub bytes_before: u64,
    /// The packets around it.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}
