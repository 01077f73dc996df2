//! Who we measure against, and how much faster than each we say we are.

use std::path::Path;

use anyhow::Result;

use super::measure::{self, Cost};
use crate::build;

/// A command to be measured.
pub(crate) struct Peer {
    /// What the table calls it.
    pub(crate) name: &'static str,
    command: Vec<String>,
    floor: Floor,
}

/// What is promised about our CPU time beside the peer's.
#[derive(Clone, Copy)]
enum Floor {
    /// It is ours.
    Itself,
    /// We use at most this many times as much.
    AtMost(f64),
    /// We use at least this many times less.
    TimesLess(f64),
}

impl Peer {
    /// Our own command.
    pub(crate) fn subject(capture: &Path) -> Self {
        let command = build::command();
        let command = command.to_string_lossy();
        Self::new(
            "stallscope analyze",
            Floor::Itself,
            &[&command, "analyze", "--format", "text"],
            &[],
            capture,
        )
    }

    fn new(
        name: &'static str,
        floor: Floor,
        before: &[&str],
        after: &[&str],
        capture: &Path,
    ) -> Self {
        let capture = capture.to_string_lossy();
        let command = before
            .iter()
            .copied()
            .chain([capture.as_ref()])
            .chain(after.iter().copied())
            .map(str::to_owned)
            .collect();
        Self {
            name,
            command,
            floor,
        }
    }

    /// Medians over the runs, each figure by itself.
    pub(crate) fn cost(&self, runs: usize) -> Result<Cost> {
        let costs: Vec<Cost> = (0..runs)
            .map(|_| measure::cost(&self.command))
            .collect::<Result<_>>()?;
        Ok(Cost {
            cpu_seconds: median(costs.iter().map(|cost| cost.cpu_seconds)),
            wall_seconds: median(costs.iter().map(|cost| cost.wall_seconds)),
            peak_mb: median(costs.iter().map(|cost| cost.peak_mb)),
        })
    }

    /// The ratio in words, and whether the floor is met.
    pub(crate) fn verdict(&self, own: f64, theirs: f64) -> (String, bool) {
        match self.floor {
            Floor::Itself => (String::new(), true),
            Floor::AtMost(times) => {
                let ratio = own / theirs.max(1e-9);
                (
                    format!("{ratio:.2} times this (at most {times})"),
                    ratio <= times,
                )
            }
            Floor::TimesLess(times) => {
                let ratio = theirs / own.max(1e-9);
                (
                    format!("{ratio:.1} times less (at least {times})"),
                    ratio >= times,
                )
            }
        }
    }
}

/// The peers, fastest first.
pub(crate) fn all(capture: &Path) -> Vec<Peer> {
    vec![
        Peer::new(
            "tcpdump -w /dev/null",
            Floor::AtMost(3.0),
            &["tcpdump", "-r"],
            &["-w", "/dev/null"],
            capture,
        ),
        Peer::new(
            "tcptrace -n",
            Floor::TimesLess(3.0),
            &["tcptrace", "-n"],
            &[],
            capture,
        ),
        Peer::new(
            "tshark -q -z conv,tcp",
            Floor::TimesLess(20.0),
            &["tshark", "-n", "-q", "-z", "conv,tcp", "-r"],
            &[],
            capture,
        ),
        Peer::new(
            "tshark -T fields",
            Floor::TimesLess(50.0),
            &["tshark", "-n", "-r"],
            &FIELDS,
            capture,
        ),
    ]
}

/// The TLS and HTTP fields that the report has, too.
const FIELDS: [&str; 26] = [
    "-Y",
    "tls.handshake.type or tls.alert_message or http.request.method or http.response.code",
    "-T",
    "fields",
    "-e",
    "frame.number",
    "-e",
    "frame.time_epoch",
    "-e",
    "tcp.stream",
    "-e",
    "tls.handshake.type",
    "-e",
    "tls.handshake.extensions_server_name",
    "-e",
    "tls.handshake.ciphersuite",
    "-e",
    "tls.handshake.extensions_alpn_str",
    "-e",
    "tls.alert_message.desc",
    "-e",
    "http.request.method",
    "-e",
    "http.request.uri",
    "-e",
    "http.response.code",
];

/// The middle value; of an even number, the lower one.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len().saturating_sub(1) / 2;
    sorted.get(middle).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_does_not_depend_on_order() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < 1e-12);
        assert!((median([4.0, 1.0].into_iter()) - 1.0).abs() < 1e-12);
    }
}
