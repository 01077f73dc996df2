//! Ids of traces and spans, which follow from the report: whoever writes the same report again gets the same ones, and a
//! collector that gets them twice sees that.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::export::case::split;
use crate::report::v1::{Attempt, Report};

/// Makes the ids of one attempt's spans, one after the other.
#[derive(Debug)]
pub(super) struct Identity {
    seed: Sha256,
    made: u32,
}

impl Identity {
    /// What no other attempt has, and redaction leaves: the report's first moment, the attempt's own, its rank, the
    /// client's port.
    pub(super) fn of(report: &Report, attempt: &Attempt) -> Self {
        let (_, port) = split(&attempt.client);
        let own = format!(
            "stallscope\n{}\n{}\n{}\n{}\n{port}\n",
            report.epoch.as_deref().unwrap_or_default(),
            attempt.vantage,
            attempt.id,
            attempt.started_ns,
        );
        let mut seed = Sha256::new();
        seed.update(own.as_bytes());
        Self { seed, made: 0 }
    }

    /// The attempt's trace, 32 hexadecimal digits.
    pub(super) fn trace_id(&self) -> String {
        hex(&self.seed, "trace", 16)
    }

    /// The next span, 16 of them.
    pub(super) fn span_id(&mut self) -> String {
        self.made += 1;
        hex(&self.seed, &format!("span {}", self.made), 8)
    }
}

/// The first bytes of the digest.
fn hex(seed: &Sha256, of: &str, bytes: usize) -> String {
    let mut digest = seed.clone();
    digest.update(of.as_bytes());
    let mut text = String::with_capacity(bytes * 2);
    for byte in digest.finalize().iter().take(bytes) {
        // Writing to a String cannot fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}
