//! The TLS handshake.

use super::{arms, flight, quic};
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Evidence, Finding, HelloFate, Party, Probe,
};
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Outcome, PhaseName};
use crate::probe::{Ender, Kind};
use crate::time::Nanos;

/// As for packets: with fewer copies lost, chance explains it.
const COPIES: u32 = 3;

/// Two periods of Linux's CPU bandwidth control, as for packets.
const STARVED: Nanos = Nanos::from_millis(200);

/// The acknowledgement of a ClientHello to which nothing was said.
fn unanswered(case: &Case<'_>, probe: &Probe<'_>) -> Option<Stamp> {
    let HelloFate::Acknowledged(acked) = probe.hello_fate()? else {
        return None;
    };
    let is_mute = probe.first(Kind::ServerHello).is_none() && probe.retry().is_none();
    (is_mute && case.is_trouble_in(PhaseName::Tls)).then_some(acked)
}

pub(super) fn delivered(
    case: &Case<'_>,
    probe: &Probe<'_>,
    cause: Cause,
    shown_by: Evidence,
) -> Finding {
    let bytes = probe.log.bytes_of(Kind::HelloWritten).unwrap_or_default();
    case.finding(cause, Party::Server, PhaseName::Tls, shown_by)
        .variant("probed")
        .with("bytes", bytes)
        .rules_out(Party::Client, probe.prompt_hello())
}

/// Its kernel has the ClientHello and is alive, and no byte came. That none was sent and lost, only packets show, or
/// another attempt whose flight came through.
pub(in super::super) fn h1(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if probe.log.quic.is_some() {
        return quic::handshake(case);
    }
    // Another server name, or smaller segments, and it answers: it is not its process.
    if case.by_name().is_some() || arms::h11(case, probe).is_some() {
        return Answer::NoMatch;
    }
    let Some(acked) = unanswered(case, probe) else {
        return Answer::NoMatch;
    };
    let is_stalled = case.outcome() == Outcome::TlsStalled;
    if !is_stalled || probe.has_hole() || case.split_by().is_some() {
        return Answer::NoMatch;
    }
    let (Some(alive), Some(has_it)) = (probe.alive(acked), probe.hello_acked()) else {
        return Answer::cannot_tell("missing-peer-alive", "collect-longer-limit");
    };
    let hello = probe.first(Kind::HelloWritten).unwrap_or(acked);
    let passes = case.flight_passes();
    let silence = case
        .stillness()
        .map(|silence| Evidence::silence("ev-silence", silence));
    let finding = delivered(case, probe, Cause::H1, has_it.clone())
        .with("acked", acked.at.since(hello.at))
        .shown_by(silence)
        .shown_by([alive.clone()]);
    match passes {
        Some(passes) => finding
            .shown_by([passes.clone()])
            .rules_out(Party::Network, [has_it, alive, passes])
            .or(&[Cause::H2, Cause::H16]),
        None => finding
            .variant("unproven")
            .confidence(Confidence::Possible)
            .or(&[Cause::H2, Cause::H16, Cause::H11]),
    }
    .into()
}

/// It has the ClientHello, and ended the connection after a second or more.
pub(in super::super) fn h2(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if let Some(finding) = arms::h2(case, probe) {
        return finding.into();
    }
    let (Some(acked), Some((end, after))) = (unanswered(case, probe), ended(case, probe)) else {
        return Answer::NoMatch;
    };
    if after < OVERDUE || case.split_by().is_some() {
        return Answer::NoMatch;
    }
    let by_timer =
        Evidence::packet("ev-ended-by-timer", end).with("waited", end.at.since(acked.at));
    let has_it = probe.hello_acked();
    delivered(case, probe, Cause::H2, by_timer)
        .with("after", after)
        .shown_by(has_it.clone())
        .rules_out(Party::Network, has_it)
        .or(&[Cause::H1, Cause::H16])
        .into()
}

/// It has the ClientHello, and closed in good order within a second.
pub(in super::super) fn h9(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if probe.log.quic.is_some() {
        return quic::h9(case, probe);
    }
    let is_closed = case.outcome() == Outcome::ClosedByServer && case.is_trouble_in(PhaseName::Tls);
    let (Some(_), Some((end, after))) = (probe.first(Kind::HelloAcked), ended(case, probe)) else {
        return Answer::NoMatch;
    };
    let is_late =
        after >= OVERDUE && probe.first(Kind::ServerHello).is_none() && probe.retry().is_none();
    if !is_closed || is_late || case.split_by().is_some() {
        return Answer::NoMatch;
    }
    let close = Evidence::packet("ev-fin-in-handshake", end).with("after", after);
    delivered(case, probe, Cause::H9, close.clone())
        .with("after", after)
        .shown_by(probe.hello_acked())
        .rules_out(Party::Network, [close])
        .or(&[Cause::H2, Cause::H5])
        .into()
}

/// The end that the server's side made, and how long after the ClientHello.
fn ended(case: &Case<'_>, probe: &Probe<'_>) -> Option<(Stamp, Nanos)> {
    let is_ended = matches!(
        case.outcome(),
        Outcome::ClosedByServer | Outcome::ResetByServer
    );
    let (end, _) = probe.log.ender()?;
    let hello = probe.first(Kind::HelloWritten)?;
    is_ended.then(|| (end, end.at.since(hello.at)))
}

/// No byte of it was acknowledged, and nothing came.
pub(in super::super) fn h3(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if let Some(finding) = arms::h3(case, probe) {
        return finding.into();
    }
    if case.outcome() != Outcome::TlsStalled || probe.hello_fate() != Some(HelloFate::Nothing) {
        return Answer::NoMatch;
    }
    if probe.segments_since_connect() != Some(0) {
        return Answer::NoMatch;
    }
    let Some(copies) = hello_copies(probe) else {
        return Answer::cannot_tell("missing-hello-copies", "collect-longer-limit");
    };
    case.finding(Cause::H3, Party::Middlebox, PhaseName::Tls, copies)
        .variant("probed")
        .confidence(Confidence::Possible)
        .with("copies", probe.copies().saturating_add(1))
        .with(
            "bytes",
            probe.log.bytes_of(Kind::HelloWritten).unwrap_or_default(),
        )
        .rules_out(Party::Client, probe.prompt_hello())
        .or(&[Cause::T2, Cause::H4, Cause::A2])
        .into()
}

/// One part of it was acknowledged, and the other never.
pub(in super::super) fn h4(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if let Some(finding) = arms::h4(case, probe) {
        return finding.into();
    }
    // Which part is lost says less than that another name is not.
    if case.by_name().is_some() {
        return Answer::NoMatch;
    }
    let bytes = probe.log.bytes_of(Kind::HelloWritten).unwrap_or_default();
    let (variant, acked) = match probe.hello_fate() {
        Some(HelloFate::HeadOnly { bytes }) => ("probed", bytes),
        Some(HelloFate::TailOnly { range, .. }) => ("probed-tail", range.1.saturating_sub(range.0)),
        _ => return Answer::NoMatch,
    };
    if case.outcome() != Outcome::TlsStalled {
        return Answer::NoMatch;
    }
    let Some(copies) = hello_copies(probe) else {
        return Answer::cannot_tell("missing-hello-copies", "collect-longer-limit");
    };
    case.finding(Cause::H4, Party::Middlebox, PhaseName::Tls, copies)
        .variant(variant)
        .with("bytes", bytes)
        .with("acked", acked)
        .with("missing", bytes.saturating_sub(acked))
        .with("copies", probe.copies().saturating_add(1))
        .rules_out(Party::Client, probe.prompt_hello())
        .or(&[Cause::H11, Cause::H21])
        .into()
}

pub(super) fn hello_copies(probe: &Probe<'_>) -> Option<Evidence> {
    let copies = probe.copies().saturating_add(1);
    let hello = probe
        .log
        .last(Kind::HelloWritten)
        .filter(|_| copies >= COPIES)?;
    Some(Evidence::packet("ev-hello-copies", hello).with("copies", copies))
}

/// Later segments of the server came, and those before them never.
pub(in super::super) fn h11(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if let Some(finding) = arms::h11(case, probe) {
        return finding.into();
    }
    let is_stalled = case.outcome() == Outcome::TlsStalled;
    let hello = probe.first(Kind::HelloWritten);
    let (Some(hello), true) = (hello, is_stalled && probe.has_hole()) else {
        return Answer::NoMatch;
    };
    let hole = Evidence::packet("ev-hole", hello);
    case.finding(Cause::H11, Party::Network, PhaseName::Tls, hole.clone())
        .variant("probed")
        .shown_by(probe.hello_acked())
        .rules_out(Party::Server, [hole])
        .rules_out(Party::Client, probe.prompt_hello())
        .or(&[Cause::H13])
        .into()
}

/// The ServerHello came a second or more after the ClientHello was acknowledged, or what follows it did.
pub(in super::super) fn h16(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    match late_hello(case, probe) {
        Answer::NoMatch => flight::h16(case, probe),
        answer => answer,
    }
}

fn late_hello(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let (Some(acked), Some(hello)) = (probe.log.hello_acked(), probe.first(Kind::ServerHello))
    else {
        return Answer::NoMatch;
    };
    let late = hello.at.since(acked.at);
    if late < OVERDUE || probe.has_hole() || case.split_by().is_some() {
        return Answer::NoMatch;
    }
    let Some(wait) = Evidence::packets("ev-late-hello", [acked, hello]) else {
        return Answer::NoMatch;
    };
    let alive = probe
        .log
        .stamped()
        .filter(|(stamp, event)| event.what.is_acknowledgement() && stamp.at < hello.at)
        .map(|(stamp, _)| stamp)
        .next_back()
        .filter(|heard| heard.at.since(acked.at) >= OVERDUE.min(late))
        .map(|heard| {
            Evidence::packet("ev-peer-alive", heard).with("length", heard.at.since(acked.at))
        });
    let passes = case.flight_passes();
    let confidence = if passes.is_some() {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    delivered(case, probe, Cause::H16, wait.with("late", late))
        .severity(case.severity())
        .confidence(confidence)
        .with("late", late)
        .shown_by(alive)
        .shown_by(passes.clone())
        .rules_out(Party::Network, passes)
        .or(&[Cause::H1, Cause::H2, Cause::H12])
        .into()
}

/// The kernel had what the client waited for, and the client's process did not run.
pub(in super::super) fn h17(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let Some((delay, told)) = probe.log.client_delay() else {
        return Answer::NoMatch;
    };
    let is_to_blame = match probe.log.ender() {
        Some((end, Ender::Limit(_))) => told.at < end.at,
        Some(_) => false,
        None => true,
    };
    if delay < STARVED || !is_to_blame {
        return Answer::NoMatch;
    }
    let idle = Evidence::packet("ev-client-delay", told).with("length", delay);
    case.finding(Cause::H17, Party::Client, phase_of(case), idle.clone())
        .variant("probed")
        .severity(case.severity())
        .with("length", delay)
        .rules_out(Party::Server, [idle])
        .into()
}

fn phase_of(case: &Case<'_>) -> PhaseName {
    case.trouble().map_or(PhaseName::Tls, |phase| phase.name)
}

/// A limit of the client ended it before anything was overdue.
pub(in super::super) fn h23(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let Some((end, Ender::Limit(limit))) = probe.log.ender() else {
        return Answer::NoMatch;
    };
    if case.outcome() != Outcome::ClosedByClient {
        return Answer::NoMatch;
    }
    let fired = Evidence::packet("ev-limit-fired", end)
        .with("limit", &*limit.name)
        .with("length", limit.length);
    case.finding(Cause::H23, Party::Client, phase_of(case), fired)
        .variant("probed")
        .excuse()
        .confidence(Confidence::Certain)
        .with("limit", &*limit.name)
        .with("length", limit.length)
        .into()
}
