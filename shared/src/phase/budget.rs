//! When waiting becomes overdue.

use crate::time::Nanos;

/// How long a side may be silent before its answer is overdue: one second.
///
/// That is the retransmission timer's initial value and its lower bound (RFC 6298 §2.1 and §2.4): by then
/// TCP itself has concluded that a segment without an answer is lost. A shorter wait accuses nobody; a
/// longer one is a fact to be looked at, not yet a fault.
pub const OVERDUE: Nanos = Nanos::from_secs(1);
