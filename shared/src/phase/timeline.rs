//! The phases of one attempt in order.

use super::{Awaited, Outcome, connect, exchange, outcome, proxy, tls};
use crate::attempt::{Attempt, Body, Connection};
use crate::time::{Nanos, Timestamp};

/// An attempt's time, cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Its phases, in order, without overlap; those that were not reached stand behind.
    pub phases: Vec<Phase>,
    /// How the attempt went.
    pub outcome: Outcome,
    /// A phase waited for the other side longer than [`super::OVERDUE`], whether or not it went on.
    pub is_stalled: bool,
    /// The longest wait for the other side inside a phase; `None` when no phase was seen.
    pub longest_wait: Option<Nanos>,
}

/// One stretch of an attempt's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Which.
    pub name: PhaseName,
    /// When it began; `None` when it was not reached or not observed.
    pub start: Option<Timestamp>,
    /// When it ended, or waiting did; `None` as with `start`, and when its end was not observed.
    pub end: Option<Timestamp>,
    /// How it went.
    pub outcome: PhaseOutcome,
    /// What was awaited when it stalled or failed.
    pub awaited: Option<Awaited>,
    /// How its boundaries are known.
    pub basis: PhaseBasis,
    /// The exchange that request, wait and receive belong to.
    pub exchange: Option<u32>,
}

/// The phases, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhaseName {
    /// Looking the name up.
    Dns,
    /// The TCP three-way handshake, or QUIC's first flight.
    Connect,
    /// CONNECT, SOCKS, PROXY protocol or STARTTLS.
    Proxy,
    /// The TLS handshake.
    Tls,
    /// Sending the request.
    Request,
    /// From the request's end to the response's first byte.
    Wait,
    /// From the response's first byte to its last.
    Receive,
}

/// How a phase went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseOutcome {
    /// It ended as it should.
    Completed,
    /// It waited past [`super::OVERDUE`] for the awaited side, and never went on.
    Stalled,
    /// It was ended: reset, close, alert, refusal.
    Failed,
    /// An earlier phase did not complete, or the client never came to it.
    NotReached,
    /// The capture cannot show it, or ends within it.
    NotObserved,
}

/// How the boundaries of a phase are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseBasis {
    /// Decoded from packets.
    Observed,
    /// Concluded from the order, direction or size of encrypted records.
    Inferred,
}
