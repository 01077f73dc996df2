//! Numbers and code words of a report in the reader's words.

use stallscope_shared::report::v1::{AttemptKind, Basis, Outcome, Phase, PhaseName, PhaseOutcome};

/// A length of time with as many digits as matter: `850 µs`, `24.1 ms`, `10.0 s`, `2 min 5 s`.
pub(crate) fn duration(ns: i64) -> String {
    let sign = if ns < 0 { "−" } else { "" };
    let ns = ns.unsigned_abs();
    match ns {
        0 => "0 s".to_owned(),
        1..1_000 => format!("{sign}{ns} ns"),
        1_000..1_000_000 => format!("{sign}{} µs", ns / 1_000),
        1_000_000..100_000_000 => format!("{sign}{} ms", tenths(ns, 1_000_000)),
        100_000_000..1_000_000_000 => format!("{sign}{} ms", ns / 1_000_000),
        1_000_000_000..100_000_000_000 => format!("{sign}{} s", tenths(ns, 1_000_000_000)),
        _ => {
            let seconds = ns / 1_000_000_000;
            format!("{sign}{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

/// Cut, not rounded: a phase is never shown longer than it was.
fn tenths(ns: u64, unit: u64) -> String {
    format!("{}.{}", ns / unit, ns % unit / (unit / 10))
}

/// A count with its noun: `1 attempt`, `12,345 attempts`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    digits
        .char_indices()
        .fold(String::new(), |mut grouped, (at, digit)| {
            if at != 0 && at % 3 == first % 3 {
                grouped.push(',');
            }
            grouped.push(digit);
            grouped
        })
}

/// A number of bytes: `930 B`, `24.1 kB`, `200.0 MB`.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{} kB", tenths(number, 1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(number, 1_000_000)),
        _ => format!("{} GB", tenths(number, 1_000_000_000)),
    }
}

/// How an attempt went.
pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::HandshakeOnly => "connected, nothing asked",
        Outcome::InProgress => "still under way",
        Outcome::ClosedByClient => "closed by the client",
        Outcome::ResetByClient => "reset by the client",
        Outcome::NotObserved => "not visible here",
        Outcome::SynUnanswered => "no answer to SYN",
        Outcome::Refused => "refused",
        Outcome::Unreachable => "unreachable",
        Outcome::ConnectStalled => "connect stalled",
        Outcome::ProxyRefused => "proxy refused",
        Outcome::ProxyStalled => "proxy stalled",
        Outcome::TlsAlert => "TLS alert",
        Outcome::TlsStalled => "TLS stalled",
        Outcome::NotTls => "answer is not TLS",
        Outcome::RequestStalled => "request stalled",
        Outcome::ResponseStalled => "no response",
        Outcome::ReceiveStalled => "response stalled",
        Outcome::ClosedByServer => "closed by the server",
        Outcome::ResetByServer => "reset by the server",
        Outcome::DnsTimeout => "DNS unanswered",
        Outcome::DnsError => "DNS error",
        Outcome::QuicUnanswered => "no answer to QUIC",
    }
}

/// The phase's name as a label.
pub(crate) const fn phase(name: PhaseName) -> &'static str {
    match name {
        PhaseName::Dns => "DNS",
        PhaseName::Connect => "connect",
        PhaseName::Proxy => "proxy",
        PhaseName::Tls => "TLS",
        PhaseName::Request => "request",
        PhaseName::Wait => "wait",
        PhaseName::Receive => "receive",
    }
}

/// One phase: its name, how long it took, and what was awaited when that never came. `None` for a
/// phase that was not reached.
pub(crate) fn phase_text(of: &Phase) -> Option<String> {
    let name = phase(of.phase);
    let length = of
        .start_ns
        .zip(of.end_ns)
        .map(|(start, end)| duration(end - start));
    let text = match (of.outcome, length) {
        (PhaseOutcome::NotReached, _) => return None,
        (PhaseOutcome::NotObserved, _) | (PhaseOutcome::Completed, None) => {
            format!("{name} not visible")
        }
        // Its first and last byte came in the same packet, which takes no time that could be measured.
        (PhaseOutcome::Completed, Some(_)) if of.start_ns == of.end_ns => {
            format!("{name} in one packet")
        }
        (PhaseOutcome::Completed, Some(length)) => format!("{name} {length}"),
        (PhaseOutcome::Stalled, Some(length)) => format!("{name} stalled for {length}"),
        (PhaseOutcome::Stalled, None) => format!("{name} stalled"),
        (PhaseOutcome::Failed, Some(length)) => format!("{name} failed after {length}"),
        (PhaseOutcome::Failed, None) => format!("{name} failed"),
    };
    let awaited = of
        .awaiting
        .as_ref()
        .map(|awaited| format!(", awaiting {awaited}"));
    let inferred = if of.basis == Basis::Inferred && of.outcome != PhaseOutcome::NotObserved {
        " (inferred)"
    } else {
        ""
    };
    Some(format!("{text}{}{inferred}", awaited.unwrap_or_default()))
}

/// What kind of connection it is, where that is not TCP.
pub(crate) const fn kind(kind: AttemptKind) -> Option<&'static str> {
    match kind {
        AttemptKind::Tcp => None,
        AttemptKind::Quic => Some("QUIC"),
        AttemptKind::Dns => Some("lookup"),
    }
}

#[cfg(test)]
mod tests {
    use stallscope_shared::report::v1::{Basis, Phase, PhaseName, PhaseOutcome};

    use super::{bytes, count, duration, phase_text};

    #[test]
    fn durations_have_the_digits_that_matter() {
        for (ns, text) in [
            (0, "0 s"),
            (999, "999 ns"),
            (850_999, "850 µs"),
            (24_190_000, "24.1 ms"),
            (812_000_000, "812 ms"),
            (9_999_999_999, "9.9 s"),
            (125_000_000_000, "2 min 5 s"),
            (-1_500_000_000, "−1.5 s"),
        ] {
            assert_eq!(duration(ns), text);
        }
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [
            (1, "1 packet"),
            (0, "0 packets"),
            (999, "999 packets"),
            (1_000, "1,000 packets"),
            (12_345_678, "12,345,678 packets"),
        ] {
            assert_eq!(count(number, "packet"), text);
        }
        assert_eq!(bytes(656_383), "656.3 kB");
    }

    #[test]
    fn a_phase_says_what_was_awaited_and_how_it_is_known() {
        let stalled = Phase {
            phase: PhaseName::Tls,
            start_ns: Some(24_000_000),
            end_ns: Some(10_024_000_000),
            outcome: PhaseOutcome::Stalled,
            awaiting: Some("ServerHello".to_owned()),
            basis: Basis::Observed,
            exchange: None,
        };
        let text = phase_text(&stalled).unwrap();
        assert_eq!(text, "TLS stalled for 10.0 s, awaiting ServerHello");
        let inferred = Phase {
            outcome: PhaseOutcome::Completed,
            awaiting: None,
            basis: Basis::Inferred,
            ..stalled.clone()
        };
        assert_eq!(phase_text(&inferred).unwrap(), "TLS 10.0 s (inferred)");
        let instant = Phase {
            phase: PhaseName::Request,
            end_ns: stalled.start_ns,
            ..inferred
        };
        assert_eq!(
            phase_text(&instant).unwrap(),
            "request in one packet (inferred)"
        );
        let unseen = Phase {
            outcome: PhaseOutcome::NotReached,
            ..stalled
        };
        assert_eq!(phase_text(&unseen), None);
    }
}
