//! The spans of one attempt: its own, those of its exchanges where it has several, those of its phases.

use super::attributes::Attributes;
use super::context::Context;
use super::convention::{
    failing_status, is_http, name_of, of_attempt, of_exchange, of_lookup, of_phase, of_server,
    of_tls,
};
use super::events::{Step, steps};
use super::identity::Identity;
use super::span::{Event, Span, SpanKind, Status};
use crate::export::words::word;
use crate::report::v1::{Attempt, AttemptKind, Exchange, Phase, PhaseName, PhaseOutcome, Report};
use crate::time::{Nanos, Timestamp};

/// The trace is recorded (W3C Trace Context §3.2.2.5).
const SAMPLED: u32 = 0x01;
/// It is known whether the parent is another program's (`SpanFlags` in trace.proto), and it is.
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// All of them, the attempt's first.
pub(super) fn spans(
    report: &Report,
    attempt: &Attempt,
    epoch: Timestamp,
    context: &Context,
) -> Vec<Span> {
    let mut tree = Tree {
        report,
        attempt,
        epoch,
        context,
        identity: Identity::of(report, attempt),
        spans: Vec::new(),
    };
    tree.grow();
    tree.spans
}

struct Tree<'a> {
    report: &'a Report,
    attempt: &'a Attempt,
    epoch: Timestamp,
    context: &'a Context,
    identity: Identity,
    spans: Vec<Span>,
}

impl Tree<'_> {
    fn grow(&mut self) {
        let attempt = self.attempt;
        let root = self.root();
        let above = root.span_id.clone();
        self.spans.push(root);
        // The index of each exchange's span, where it has one.
        let mut exchanges: Vec<Option<String>> = Vec::new();
        if attempt.http.len() > 1 {
            for (index, exchange) in attempt.http.iter().enumerate() {
                let span = self.exchange(&above, index, exchange);
                exchanges.push(span.as_ref().map(|span| span.span_id.clone()));
                self.spans.extend(span);
            }
        }
        for phase in &attempt.phases {
            let own = phase
                .exchange
                .and_then(|index| exchanges.get(index as usize));
            let parent = own.and_then(Option::as_ref).unwrap_or(&above).clone();
            let span = self.phase(&parent, phase);
            self.spans.extend(span);
        }
        for step in steps(self.report, attempt) {
            self.happened(step);
        }
    }

    /// Time of day of a moment of the report.
    fn at(&self, after_epoch_ns: i64) -> u64 {
        let at = self.epoch + Nanos(after_epoch_ns);
        u64::try_from(at.nanos()).unwrap_or_default()
    }

    fn within(&self, start_ns: i64, end_ns: i64) -> (u64, u64) {
        let (start, end) = (self.at(start_ns), self.at(end_ns));
        (start, end.max(start))
    }

    fn open(&mut self, parent: &str, name: String, (start, end): (u64, u64)) -> Span {
        let above = self.context.parent.as_ref();
        let flags = above.map_or(SAMPLED, |above| u32::from(above.flags));
        Span {
            trace_id: above
                .map_or_else(|| self.identity.trace_id(), |above| above.trace_id.clone()),
            span_id: self.identity.span_id(),
            parent_span_id: parent.to_owned(),
            trace_state: above.map(|above| above.state.clone()).unwrap_or_default(),
            flags: flags | HAS_IS_REMOTE,
            name,
            kind: SpanKind::Internal,
            start_time_unix_nano: start,
            end_time_unix_nano: end,
            attributes: Vec::new(),
            events: Vec::new(),
            dropped_events_count: 0,
            status: Status::default(),
        }
    }

    fn root(&mut self) -> Span {
        let attempt = self.attempt;
        // With several exchanges each has what is said of it in a span of its own.
        let only = attempt.http.first().filter(|_| attempt.http.len() == 1);
        let is_single = is_http(attempt) && attempt.http.len() < 2;
        let name = match attempt.kind {
            AttemptKind::Dns => "DNS lookup".to_owned(),
            _ if is_single => name_of(only).to_owned(),
            _ => "connection".to_owned(),
        };
        let failing = failing_status(only).map(|status| status.to_string());
        let error = attempt
            .outcome
            .is_failure()
            .then(|| word(&attempt.outcome))
            .or(failing);
        let mut attributes = Attributes::default();
        if is_single {
            attributes = attributes.and(of_exchange(attempt, only));
        }
        if attempt.kind == AttemptKind::Dns {
            attributes = attributes.and(of_lookup(self.report, attempt));
        } else {
            attributes = attributes.and(of_server(attempt, attempt.http.first()));
        }
        let statement = attempt
            .verdict
            .as_ref()
            .map(|verdict| verdict.statement.as_str());
        let status = match (&error, attempt.outcome.is_failure()) {
            (None, _) => Status::default(),
            (Some(_), true) => Status::error(statement.unwrap_or_default()),
            // A status needs no words (HTTP spans, "Status").
            (Some(_), false) => Status::error(""),
        };
        let remote = self.context.parent.as_ref();
        let above = remote
            .map(|remote| remote.span_id.clone())
            .unwrap_or_default();
        let is_remote = remote.map_or(0, |_| IS_REMOTE);
        let times = self.within(attempt.started_ns, attempt.ended_ns);
        let span = self.open(&above, name, times);
        Span {
            kind: SpanKind::Client,
            flags: span.flags | is_remote,
            attributes: attributes
                .text("error.type", error)
                .and(of_attempt(attempt))
                .written(),
            status,
            ..span
        }
    }

    /// One of several exchanges; none where nothing tells when it was.
    fn exchange(&mut self, parent: &str, index: usize, exchange: &Exchange) -> Option<Span> {
        let own = self.attempt.phases.iter();
        let own = own.filter(|phase| phase.exchange.is_some_and(|of| of as usize == index));
        let phased = own.filter_map(|phase| Some((phase.start_ns?, phase.end_ns?)));
        let started = self.attempt.started_ns;
        let moments = phased
            .flat_map(|(start, end)| [start, end])
            .map(|at| started.saturating_add(at));
        let known = [
            exchange.request_ns,
            exchange.request_end_ns,
            exchange.response_ns,
            exchange.response_end_ns,
        ];
        let moments: Vec<i64> = moments.chain(known.into_iter().flatten()).collect();
        let times = self.within(*moments.iter().min()?, *moments.iter().max()?);
        let failing = failing_status(Some(exchange));
        let span = self.open(parent, name_of(Some(exchange)).to_owned(), times);
        Some(Span {
            kind: SpanKind::Client,
            attributes: of_exchange(self.attempt, Some(exchange))
                .and(of_server(self.attempt, Some(exchange)))
                .text("error.type", failing.map(|status| status.to_string()))
                .written(),
            status: failing.map_or_else(Status::default, |_| Status::error("")),
            ..span
        })
    }

    /// None for a phase that was not reached or not observed.
    fn phase(&mut self, parent: &str, phase: &Phase) -> Option<Span> {
        let attempt = self.attempt;
        let start = attempt.started_ns.saturating_add(phase.start_ns?);
        let end = attempt.started_ns.saturating_add(phase.end_ns?);
        let is_wrong = match phase.outcome {
            PhaseOutcome::Failed => true,
            // Some that waited too long went on in the end.
            PhaseOutcome::Stalled => attempt.outcome.is_failure(),
            _ => false,
        };
        let of_protocol = match (phase.phase, &attempt.tls) {
            (PhaseName::Dns, _) => of_lookup(self.report, attempt),
            (PhaseName::Tls, Some(tls)) => of_tls(tls, phase.outcome == PhaseOutcome::Completed),
            _ => Attributes::default(),
        };
        let awaited = phase.awaiting.as_ref();
        let message = awaited
            .map(|awaited| format!("awaiting {awaited}"))
            .unwrap_or_default();
        let times = self.within(start, end);
        let span = self.open(parent, name_of_phase(phase.phase).to_owned(), times);
        Some(Span {
            attributes: of_protocol
                .text("error.type", is_wrong.then(|| word(&attempt.outcome)))
                .and(of_phase(phase))
                .written(),
            status: if is_wrong {
                Status::error(message)
            } else {
                Status::default()
            },
            ..span
        })
    }

    /// Puts a step into the first phase that it falls into: what ends one and begins the next belongs to the first.
    fn happened(&mut self, step: Step) {
        let at = self.at(step.at_ns);
        let event = Event {
            time_unix_nano: at,
            name: step.name,
            attributes: step.attributes.written(),
        };
        let covers = |span: &Span| span.kind == SpanKind::Internal && span.covers(at);
        let found = self.spans.iter().position(covers).unwrap_or(0);
        if let Some(span) = self.spans.get_mut(found) {
            span.happened(event);
        }
    }
}

/// Names of Go's instrumentation (otelhttptrace) where it has them.
const fn name_of_phase(phase: PhaseName) -> &'static str {
    match phase {
        PhaseName::Dns => "http.dns",
        PhaseName::Connect => "http.connect",
        PhaseName::Proxy => "http.proxy",
        PhaseName::Tls => "http.tls",
        PhaseName::Request => "http.send",
        PhaseName::Wait => "http.wait",
        PhaseName::Receive => "http.receive",
    }
}
