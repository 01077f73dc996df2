//! Waits: M14 to M16.

use serde::{Deserialize, Serialize};

use crate::report::v1::{End, PacketRef, Stamp};

/// M14.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Liveness {
    /// Keep-alives, window probes and retransmissions that the client sent while nothing new was said: in the
    /// longest silence of the phase in trouble, else in the longest of all.
    pub probes: u64,
    /// How many of them the server's kernel answered.
    pub answered: u64,
    /// Time of the last answer to a probe, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_answer_ns: Option<i64>,
    /// Relative sequence number of the last answer to a probe: what the server says it has sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_answer_seq: Option<u64>,
    /// Length of the silence.
    pub silence_ns: i64,
    /// Shortest length of time from a probe to its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fastest_answer_ns: Option<i64>,
    /// Longest length of time from a probe to its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slowest_answer_ns: Option<i64>,
    /// The server's last packet during the silence, whatever it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_heard: Option<Heard>,
    /// The client's FIN that ended the silence, and what answered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub farewell: Option<Farewell>,
    /// The packets around the silence; the second is absent when nothing ended it.
    #[serde(default)]
    pub around: Vec<PacketRef>,
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
    /// What it is counted from.
    pub since: TimerSince,
    /// A reset ended it; otherwise a FIN did.
    pub by_reset: bool,
    /// The whole number of seconds that it agrees with, as people configure them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole_seconds: Option<u32>,
    /// Start and end of the wait.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// A packet of the server's kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Heard {
    /// The packet.
    pub seen: Stamp,
    /// Its relative sequence number: what the server says it has sent.
    pub seq: u64,
}

/// The client's FIN after a silence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Farewell {
    /// The FIN.
    pub sent: Stamp,
    /// The ACK of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Heard>,
}

/// What a wait is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TimerSince {
    /// The first packet of the phase that failed.
    PhaseStart,
    /// The attempt's start.
    AttemptStart,
    /// The last thing that the awaited end said, or the phase's start where that is later; on an idle
    /// connection, the last new thing that either end said.
    LastProgress,
}
