//! The measurements M1 to M16 of one attempt, each with the packets that it came from.
//!
//! Rules read these and nothing else; a field that is absent could not be measured.

use serde::{Deserialize, Serialize};

use super::{End, PacketRef, PerEnd};

/// The measurements of one attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Primitives {
    /// M1: path and kernel round trip, without user space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syn_rtt: Option<SynRtt>,
    /// M2: from the SYN-ACK to the ClientHello, the client's own time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_think_before_hello: Option<Elapsed>,
    /// M3: whether and when the peer's kernel had the whole ClientHello.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hello_delivery: Option<HelloDelivery>,
    /// M4: from the ClientHello to the server's first payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_think_before_hello: Option<ServerThink>,
    /// M5: from the server's flight to the client kernel's ACK of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_kernel_ack: Option<Elapsed>,
    /// M6: from the last byte of the server's flight to the client's next payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_think_after_flight: Option<Elapsed>,
    /// M7: from each request's end to its response's first byte.
    #[serde(default)]
    pub server_think_after_request: Vec<RequestThink>,
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
}

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

/// M1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SynRtt {
    /// The length of time.
    pub rtt_ns: i64,
    /// How the SYN that was answered is known.
    pub basis: SynRttBasis,
    /// The SYN and the SYN-ACK.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// How the SYN that a SYN-ACK answers is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SynRttBasis {
    /// There was one SYN.
    SingleSyn,
    /// The SYN-ACK echoes its timestamp.
    TimestampEcho,
    /// There were several without timestamps; the last one before the SYN-ACK is taken.
    LastSyn,
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
    /// The same less M1; absent without M1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_ns: Option<i64>,
    /// First and last packet of it.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestThink {
    /// Index in the attempt's `http`.
    pub exchange: u32,
    /// The length of time with the round trip in it.
    pub elapsed_ns: i64,
    /// The same less the round trip; absent where that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_ns: Option<i64>,
    /// First and last packet of it.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SequenceJump {
    /// Highest relative sequence number that the server is known to have sent up to.
    pub sent_to: u64,
    /// Relative sequence number up to which the client had everything.
    pub received_to: u64,
    /// Bytes between that never came in the capture; zero when none.
    pub missing_bytes: u64,
    /// The packets that show it.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M9.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SackReport {
    /// Packets with SACK blocks, by who sent them.
    pub packets_with_blocks: PerEnd<u64>,
    /// D-SACK blocks (RFC 2883), by who sent them.
    pub duplicate_blocks: PerEnd<u64>,
    /// The first blocks.
    #[serde(default)]
    pub blocks: Vec<SackBlock>,
}

/// A block of a selective acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SackBlock {
    /// Who sent it.
    pub from: End,
    /// Left edge, relative.
    pub left: u64,
    /// Right edge, relative.
    pub right: u64,
    /// It is a D-SACK: what it names had come before.
    pub is_duplicate: bool,
    /// The packet.
    pub packet: PacketRef,
}

/// M10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attribution {
    /// What had been sent more than once.
    pub of: AttributionOf,
    /// Which copy the answer echoes, from 1.
    pub answered_copy: u32,
    /// Copies sent before the answer.
    pub copies: u32,
    /// The copies and the answer.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// A segment whose copies are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributionOf {
    /// The SYN.
    Syn,
    /// The SYN-ACK.
    SynAck,
    /// The ClientHello.
    ClientHello,
    /// A request.
    Request,
    /// Other data.
    Data,
}

/// M11.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IpIdContinuity {
    /// Steps of exactly one between visible neighbours: the counter is this flow's own.
    pub clean_steps: u64,
    /// The counter can be trusted: clean stretches step by one.
    pub is_usable: bool,
    /// Packets of the server that were never seen, by the gaps; only meaningful when usable.
    pub unseen_packets: u64,
    /// The packets on both sides of each gap.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M12.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ttls {
    /// Each value with its count and first packet, by first packet.
    #[serde(default)]
    pub values: Vec<TtlValue>,
}

/// One time to live or hop limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TtlValue {
    /// The value.
    pub ttl: u8,
    /// How many packets have it.
    pub packets: u64,
    /// The first of them.
    pub first: PacketRef,
}

/// M13.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OptionPrint {
    /// Option kinds in the order sent, for example `[2, 4, 8, 1, 3]`.
    #[serde(default)]
    pub kinds: Vec<u8>,
    /// Maximum segment size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mss: Option<u16>,
    /// Window scale shift.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_scale: Option<u8>,
    /// Selective acknowledgement permitted.
    pub sack_permitted: bool,
    /// Timestamps offered.
    pub timestamps: bool,
    /// The SYN asks for ECN, or the SYN-ACK agrees to it.
    pub ecn: bool,
    /// Fast Open option present.
    pub fast_open: bool,
    /// Window as sent.
    pub window: u16,
    /// Later packets of this end, resets not counted, without the timestamps that were agreed on; absent when
    /// they were not agreed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packets_without_timestamps: Option<u64>,
    /// The SYN or SYN-ACK.
    pub packet: PacketRef,
}

/// M14.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Liveness {
    /// Keep-alives, window probes and retransmissions that the client sent during its longest silence.
    pub probes: u64,
    /// How many of them the server's kernel answered.
    pub answered: u64,
    /// Time of the last answer, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_answer_ns: Option<i64>,
    /// Relative sequence number of the last answer: what the server says it has sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_answer_seq: Option<u64>,
    /// The first and last of both.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M15.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PhaseLock {
    /// The period.
    pub period_ns: i64,
    /// How many sending times.
    pub samples: u64,
    /// Mean resultant length of the times on the period's circle, in thousandths (Rayleigh's R).
    pub resultant_permille: u16,
    /// The first and last packet.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M16.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimerMatch {
    /// How long was waited.
    pub waited_ns: i64,
    /// Who ended the wait.
    pub ended_by: End,
    /// The timer that it agrees with, a length of time; absent when none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer_ns: Option<i64>,
    /// Whose timers have that length, for example `Go TLSHandshakeTimeout`.
    #[serde(default)]
    pub known_as: Vec<String>,
    /// Start and end of the wait.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}
