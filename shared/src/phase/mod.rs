//! Phases: an attempt's time, cut, and how the attempt went.
//!
//! A phase starts with the first packet that belongs to it and ends with the packet that completes it, or
//! when waiting ended. Between phases there may be gaps: time in which the client had what it needed and
//! had not gone on. Where a request after the first one is the attempt's trouble, its three phases follow
//! those of the first request.

mod awaited;
mod budget;
mod connect;
mod exchange;
mod outcome;
mod probe;
mod proxy;
mod timeline;
mod tls;
mod turns;
mod wait;

pub use self::awaited::{Awaited, Turn};
pub use self::budget::OVERDUE;
pub use self::outcome::Outcome;
pub use self::timeline::{Phase, PhaseBasis, PhaseName, PhaseOutcome, Timeline, timeline_of};
