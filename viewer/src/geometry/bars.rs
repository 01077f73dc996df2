//! The bars of one attempt: its phases, the gaps between them, what was sent again, how it ended.

use stallscope_shared::report::overview::Span;
use stallscope_shared::report::v1::{Outcome, PhaseName, PhaseOutcome};

use super::scale::Scale;

/// A piece of a row, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bar {
    /// Left edge.
    pub(crate) x: f64,
    /// Width; at least one pixel.
    pub(crate) width: f64,
    /// What it shows.
    pub(crate) kind: BarKind,
    /// How long it is, nanoseconds.
    pub(crate) ns: i64,
}

/// What a bar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BarKind {
    /// A phase that went as it should.
    Phase(PhaseName),
    /// A phase that stalled or failed.
    Trouble(PhaseName),
    /// Time between two phases.
    Gap,
}

/// How the end of a row is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndMark {
    /// A reset.
    Reset,
    /// A close.
    Close,
    /// Nothing more came.
    Timeout,
    /// An alert, a refusal in words, or an error.
    Alert,
    /// The capture ends.
    Open,
}

impl EndMark {
    /// Of an outcome; none where all went well.
    pub(crate) const fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Completed | Outcome::HandshakeOnly | Outcome::NotObserved => None,
            Outcome::InProgress => Some(Self::Open),
            Outcome::ClosedByClient | Outcome::ClosedByServer => Some(Self::Close),
            Outcome::ResetByClient | Outcome::ResetByServer | Outcome::Refused => Some(Self::Reset),
            Outcome::Unreachable
            | Outcome::ProxyRefused
            | Outcome::TlsAlert
            | Outcome::NotTls
            | Outcome::DnsError => Some(Self::Alert),
            Outcome::SynUnanswered
            | Outcome::ConnectStalled
            | Outcome::ProxyStalled
            | Outcome::TlsStalled
            | Outcome::RequestStalled
            | Outcome::ResponseStalled
            | Outcome::ReceiveStalled
            | Outcome::DnsTimeout
            | Outcome::QuicUnanswered => Some(Self::Timeout),
        }
    }
}

/// The bars of a row from left to right. `offset` is added to every time.
pub(crate) fn bars(spans: &[Span], offset: i64, scale: &Scale) -> Vec<Bar> {
    let mut bars = Vec::with_capacity(spans.len() * 2);
    let mut until: Option<i64> = None;
    for span in spans {
        if let Some(end) = until.filter(|end| span.start_ns > *end) {
            bars.push(bar(BarKind::Gap, end, span.start_ns, offset, scale));
        }
        let kind = match span.outcome {
            PhaseOutcome::Stalled | PhaseOutcome::Failed => BarKind::Trouble(span.phase),
            _ => BarKind::Phase(span.phase),
        };
        bars.push(bar(kind, span.start_ns, span.end_ns, offset, scale));
        until = Some(until.map_or(span.end_ns, |end| end.max(span.end_ns)));
    }
    bars
}

fn bar(kind: BarKind, from: i64, to: i64, offset: i64, scale: &Scale) -> Bar {
    let left = scale.x(from.saturating_add(offset));
    let right = scale.x(to.saturating_add(offset));
    // A gap of less than a pixel is none; a phase of less than a pixel is one.
    let least = if kind == BarKind::Gap { 0.0 } else { 1.0 };
    Bar {
        x: left,
        width: (right - left).max(least),
        kind,
        ns: to.saturating_sub(from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn span(phase: PhaseName, start_ns: i64, end_ns: i64, outcome: PhaseOutcome) -> Span {
        Span {
            phase,
            outcome,
            start_ns,
            end_ns,
        }
    }

    #[test]
    fn phases_and_gaps_fill_the_time_and_keep_its_sum() {
        let spans = [
            span(PhaseName::Connect, 0, 20, PhaseOutcome::Completed),
            span(PhaseName::Tls, 20, 60, PhaseOutcome::Completed),
            span(PhaseName::Wait, 90, 100, PhaseOutcome::Stalled),
        ];
        let bars = bars(&spans, 0, &Scale::linear(0, 100, 100.0));
        let kinds: Vec<BarKind> = bars.iter().map(|bar| bar.kind).collect();
        assert_eq!(
            kinds,
            [
                BarKind::Phase(PhaseName::Connect),
                BarKind::Phase(PhaseName::Tls),
                BarKind::Gap,
                BarKind::Trouble(PhaseName::Wait)
            ]
        );
        assert_eq!(bars.iter().map(|bar| bar.ns).sum::<i64>(), 100);
        let width: f64 = bars.iter().map(|bar| bar.width).sum();
        assert!((width - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_phase_of_no_time_can_still_be_seen() {
        let spans = [span(PhaseName::Request, 5, 5, PhaseOutcome::Completed)];
        let bars = bars(&spans, 0, &Scale::linear(0, 1_000_000, 100.0));
        assert!((bars[0].width - 1.0).abs() < 1e-9);
    }
}
