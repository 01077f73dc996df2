//! The measurements M1 to M16 of one attempt, each with the packets that it came from.
//!
//! Rules read these and nothing else; a field that is absent could not be measured.

mod copies;
mod exchange;
mod handshake;
mod path;
mod tls;
mod waits;

use serde::{Deserialize, Serialize};

use super::PerEnd;

pub use self::copies::{Attribution, AttributionBasis, AttributionOf};
pub use self::exchange::{Idle, RequestDelivery, RequestThink};
pub use self::handshake::{
    Challenge, HandshakeCopies, OptionPrint, SynAckCopy, SynCopy, SynRtt, SynRttBasis,
};
pub use self::path::{
    Caveats, IpIdContinuity, IpIdGap, Jump, ResetPrint, ResetRelation, SackBlock, SackReport,
    SequenceJump, TtlValue, Ttls,
};
pub use self::tls::{
    Elapsed, FlightPause, FlightThink, FlightThinkEnd, HeldPart, HelloDelivery, ServerFlight,
    ServerThink, SlowAck,
};
pub use self::waits::{Farewell, Heard, Liveness, PhaseLock, TimerMatch, TimerSince};

/// The measurements of one attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Primitives {
    /// M1: path and kernel round trip, without user space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syn_rtt: Option<SynRtt>,
    /// M1 and M10: every SYN and SYN-ACK; absent when none was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshake: Option<HandshakeCopies>,
    /// The shortest round trip from the client that is known, of its SYN or of its data: a length of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round_trip_ns: Option<i64>,
    /// M2: from the SYN-ACK, or the answer of a proxy, to the ClientHello: the client's own time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_think_before_hello: Option<Elapsed>,
    /// M3: whether and when the peer's kernel had the whole ClientHello.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hello_delivery: Option<HelloDelivery>,
    /// M3 of the ClientHello that answers a HelloRetryRequest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retried_hello_delivery: Option<HelloDelivery>,
    /// M4: from the ClientHello to the server's first payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_think_before_hello: Option<ServerThink>,
    /// M4 of the ClientHello that answers a HelloRetryRequest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_think_after_retry: Option<ServerThink>,
    /// How the server's handshake flight was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_flight: Option<ServerFlight>,
    /// M5: from the server's flight to the client kernel's ACK of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_kernel_ack: Option<Elapsed>,
    /// M5 over all data of the server: the ACK that took longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slowest_client_ack: Option<SlowAck>,
    /// M6: from the last byte of the server's flight to the client's next word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_think_after_flight: Option<FlightThink>,
    /// M7: from each request's end to its response's first byte.
    #[serde(default)]
    pub server_think_after_request: Vec<RequestThink>,
    /// M7: what became of each request's bytes, answered or not.
    #[serde(default)]
    pub request_deliveries: Vec<RequestDelivery>,
    /// M8: what the server is known to have sent beyond what came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence_jump: Option<SequenceJump>,
    /// M9: what selective acknowledgements tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sack: Option<SackReport>,
    /// M10: which copy of a retransmitted segment was answered.
    #[serde(default)]
    pub attributions: Vec<Attribution>,
    /// M11: unseen packets of the server by its IPv4 identification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_id: Option<IpIdContinuity>,
    /// M12: times to live.
    pub ttls: PerEnd<Ttls>,
    /// M13: options of each end's SYN.
    pub options: PerEnd<Option<OptionPrint>>,
    /// M14: whether the peer's kernel answered while its application was silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness: Option<Liveness>,
    /// M15: whether the client's sending times keep to a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase_lock: Option<PhaseLock>,
    /// M16: which well-known timer the failing wait agrees with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer: Option<TimerMatch>,
    /// M16 of the idle time that a FIN or reset ended on a connection that had no trouble.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timer: Option<TimerMatch>,
    /// Resets with what tells their sender, first ones.
    #[serde(default)]
    pub resets: Vec<ResetPrint>,
    /// What makes the capture less telling.
    pub caveats: PerEnd<Caveats>,
}
