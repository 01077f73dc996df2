//! Requests and responses.

use super::{arms, quic};
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Evidence, Finding, Party, Probe, Severity,
};
use crate::http::facts::ErrorCode;
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Outcome, PhaseName};
use crate::probe::{Ender, Kind, StreamError, What};
use crate::time::Nanos;

/// The acknowledgement of the request, as evidence.
fn taken(probe: &Probe<'_>) -> Option<(Stamp, Nanos, Evidence)> {
    let (written, acked) = (
        probe.first(Kind::RequestWritten)?,
        probe.first(Kind::RequestAcked)?,
    );
    let after = acked.at.since(written.at);
    let id = by_stack(probe, "ev-request-acked", "ev-quic-request-acked");
    let evidence = Evidence::packets(id, [written, acked])?.with("after", after);
    Some((acked, after, evidence))
}

/// Over QUIC its stack acknowledges, and not the kernel: other words.
fn by_stack(probe: &Probe<'_>, kernel: &'static str, quic: &'static str) -> &'static str {
    if probe.log.quic.is_some() {
        quic
    } else {
        kernel
    }
}

/// What was not seen of whoever acknowledges.
fn missing_alive(probe: &Probe<'_>) -> Answer {
    let what = by_stack(probe, "missing-peer-alive", "missing-quic-alive");
    Answer::cannot_tell(what, "collect-longer-limit")
}

fn ended(case: &Case<'_>, probe: &Probe<'_>, phase: PhaseName) -> Option<Stamp> {
    let is_ended = matches!(
        case.outcome(),
        Outcome::ClosedByServer | Outcome::ResetByServer
    );
    let (end, ender) = probe.log.ender()?;
    // An alert says why, and is no mere end.
    let is_mute = match ender {
        Ender::Close | Ender::StatelessReset => true,
        Ender::Broken(error) => probe.log.quic.is_none() && !error.is_breach(),
        _ => false,
    };
    (is_ended && is_mute && case.is_trouble_in(phase)).then_some(end)
}

/// The request was taken, and no response began.
pub(in super::super) fn a1(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let Some((acked, after, has_it)) = taken(probe) else {
        return Answer::NoMatch;
    };
    if let Some(compared) = arms::a1(case, probe) {
        return compared.into();
    }
    let finding = |confidence| {
        case.finding(Cause::A1, Party::Server, PhaseName::Wait, has_it.clone())
            .confidence(confidence)
            .with("acked", after)
            .rules_out(Party::Client, [has_it.clone()])
            .or(&[Cause::H2])
    };
    if let Some(end) = ended(case, probe, PhaseName::Wait) {
        let waited = end.at.since(acked.at);
        // Who has forgotten the connection ended nothing by a timer, and says so when it is next asked.
        if waited < OVERDUE || quic::forgotten(probe).is_some() {
            return Answer::NoMatch;
        }
        return finding(Confidence::Likely)
            .variant("ended")
            .with("waited", waited)
            .shown_by([Evidence::packet("ev-ended-without-response", end).with("waited", waited)])
            .into();
    }
    if let Some(first) = probe
        .first(Kind::ResponseBegun)
        .filter(|_| !case.is_failure())
    {
        let variant = by_stack(probe, "probed-late", "probed-quic-late");
        let finding = finding(Confidence::Likely).variant(variant);
        return late(case, finding, acked, first);
    }
    if case.outcome() != Outcome::ResponseStalled || probe.has_hole() {
        return Answer::NoMatch;
    }
    let Some(alive) = probe.alive(acked) else {
        return missing_alive(probe);
    };
    let finding = |confidence| {
        finding(confidence)
            .variant(by_stack(probe, "probed", "probed-quic"))
            .shown_by(still(case))
            .shown_by([alive.clone()])
    };
    // Packets of full size may all be lost where small ones pass. Over QUIC nothing shows that for a response of which
    // nothing came: its size is not known, and its datagrams may be larger than any before.
    let passes = passes(case, probe).filter(|_| probe.log.quic.is_none());
    match passes {
        Some(passes) => finding(Confidence::Likely)
            .shown_by([passes.clone()])
            .rules_out(Party::Network, [alive.clone(), passes])
            .or(&[Cause::H13]),
        None => finding(Confidence::Possible).or(&[Cause::H11, Cause::H13]),
    }
    .into()
}

/// Segments of full size come through to this client.
fn passes(case: &Case<'_>, probe: &Probe<'_>) -> Option<Evidence> {
    match probe.log.quic {
        Some(_) => quic::full_datagram(probe),
        None => probe.full_segment().or_else(|| case.flight_passes()),
    }
}

/// It came, a second or more after the request had been taken.
fn late(case: &Case<'_>, finding: Finding, acked: Stamp, first: Stamp) -> Answer {
    let late = first.at.since(acked.at);
    if late < OVERDUE {
        return Answer::NoMatch;
    }
    let Some(wait) = Evidence::packets("ev-late-response", [acked, first]) else {
        return Answer::NoMatch;
    };
    finding
        .severity(case.severity())
        .with("late", late)
        .shown_by([wait.with("late", late)])
        .or(&[Cause::H13])
        .into()
}

fn still(case: &Case<'_>) -> Option<Evidence> {
    let silence = case.stillness()?;
    Some(Evidence::silence("ev-silence", silence))
}

/// The request was not taken.
pub(in super::super) fn a2(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let written = probe.first(Kind::RequestWritten);
    let (Some(written), Outcome::RequestStalled) = (written, case.outcome()) else {
        return Answer::NoMatch;
    };
    if probe.log.quic.is_some() {
        return missing_alive(probe);
    }
    let copies = probe.copies().saturating_add(1);
    if copies < 2 {
        return Answer::cannot_tell("missing-second-copy", "collect-longer-limit");
    }
    let bytes = probe.log.bytes_of(Kind::RequestWritten).unwrap_or_default();
    let again = Evidence::packet("ev-request-copies", written).with("copies", copies);
    case.finding(Cause::A2, Party::Network, PhaseName::Request, again)
        .variant("probed")
        .with("copies", copies)
        .with("bytes", bytes)
        .or(&[Cause::H11, Cause::P3])
        .into()
}

/// The response stopped.
pub(in super::super) fn a3(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if case.outcome() != Outcome::ReceiveStalled || probe.has_hole() {
        return Answer::NoMatch;
    }
    let (Some(word), Some(still)) = (probe.log.last_word(), still(case)) else {
        return Answer::NoMatch;
    };
    let Some(alive) = probe.alive(word) else {
        return missing_alive(probe);
    };
    let Some(passes) = passes(case, probe) else {
        return Answer::cannot_tell("missing-body-rest", "collect-small-segments");
    };
    let bytes = probe.log.http.as_ref().map_or(0, |http| http.body_bytes);
    case.finding(Cause::A3, Party::Server, PhaseName::Receive, still)
        .variant(by_stack(probe, "probed", "probed-quic"))
        .with("bytes", bytes)
        .shown_by([alive.clone(), passes.clone()])
        .rules_out(Party::Network, [alive, passes])
        .or(&[Cause::H13, Cause::P6])
        .into()
}

/// The server's side ended it in the middle of the response, or in its place.
pub(in super::super) fn a5(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if let Some((end, Ender::Stream(error))) = probe.log.ender() {
        return stream_reset(case, end, error);
    }
    if is_given_up(case, probe) {
        return breach(probe);
    }
    if let Some(end) = ended(case, probe, PhaseName::Receive) {
        let bytes = probe.log.http.as_ref().map_or(0, |http| http.body_bytes);
        let cut = Evidence::packet("ev-ended-in-response", end).with("bytes", bytes);
        return case
            .finding(Cause::A5, Party::Server, PhaseName::Receive, cut)
            .confidence(confidence(case, probe))
            .with("bytes", bytes)
            .shown_by(goodbye(probe))
            .or(alternatives(case, probe))
            .into();
    }
    let (Some(end), Some((acked, _, has_it))) = (ended(case, probe, PhaseName::Wait), taken(probe))
    else {
        return Answer::NoMatch;
    };
    let after = end.at.since(acked.at);
    if after >= OVERDUE && quic::forgotten(probe).is_none() {
        return Answer::NoMatch;
    }
    let cut = Evidence::packet("ev-ended-without-response", end).with("waited", after);
    case.finding(Cause::A5, Party::Server, PhaseName::Wait, cut)
        .variant("probed-unanswered")
        .confidence(confidence(case, probe))
        .with("after", after)
        .shown_by([has_it])
        .shown_by(goodbye(probe))
        .or(alternatives(case, probe))
        .into()
}

/// The client's library ended it. Over QUIC nobody but the peer's stack ends a connection, so what is broken without its
/// word is of this kind.
fn is_given_up(case: &Case<'_>, probe: &Probe<'_>) -> bool {
    let is_broken = match probe.log.ender() {
        Some((_, Ender::Broken(error))) => probe.log.quic.is_some() || error.is_breach(),
        _ => false,
    };
    is_broken && case.outcome() == Outcome::ResetByServer
}

/// What its library does not accept may be wrong, or right and not known to it.
pub(super) fn breach(probe: &Probe<'_>) -> Answer {
    let what = by_stack(probe, "missing-breach", "missing-quic-breach");
    let where_told = by_stack(probe, "collect-peer-log", "collect-server-log");
    Answer::cannot_tell(what, where_told)
}

/// A frame inside TLS is the server's own word.
fn stream_reset(case: &Case<'_>, end: Stamp, error: StreamError) -> Answer {
    let Some(phase) = case.trouble().map(|phase| phase.name) else {
        return Answer::NoMatch;
    };
    let name = error.words();
    let (id, variant) = match error {
        StreamError::Http2(_) => ("ev-stream-reset", "probed-stream"),
        StreamError::Http3(_) => ("ev-quic-stream-reset", "probed-quic-stream"),
    };
    let reset = Evidence::packet(id, end).with("error", &*name);
    case.finding(Cause::A5, Party::Server, phase, reset.clone())
        .variant(variant)
        .confidence(Confidence::Certain)
        .with("error", &*name)
        .rules_out(Party::Network, [reset.clone()])
        .rules_out(Party::Middlebox, [reset])
        .into()
}

/// What the server said of the connection before it ended.
fn goodbye(probe: &Probe<'_>) -> Option<Evidence> {
    let of_quic = quic::closed(probe).map(|(close, _)| close);
    if let Some(told) = of_quic.or_else(|| quic::forgotten(probe)) {
        return Some(told);
    }
    let mut told = probe
        .log
        .stamped()
        .filter_map(|(stamp, event)| match event.what {
            What::GoAway { code } => Some((stamp, code)),
            _ => None,
        });
    let (stamp, code) = told.next()?;
    let name = ErrorCode(code).words();
    Some(Evidence::packet("ev-goaway", stamp).with("error", &*name))
}

/// A FIN is the word of whoever holds the connection; who made a reset, only its packet shows.
/// Over QUIC an end is the server's word, or it is not judged.
fn confidence(case: &Case<'_>, probe: &Probe<'_>) -> Confidence {
    match case.outcome() {
        _ if probe.log.quic.is_some() => Confidence::Likely,
        Outcome::ClosedByServer => Confidence::Likely,
        _ => Confidence::Possible,
    }
}

fn alternatives(case: &Case<'_>, probe: &Probe<'_>) -> &'static [Cause] {
    match case.outcome() {
        _ if probe.log.quic.is_some() => &[],
        Outcome::ClosedByServer => &[],
        _ => &[Cause::H6, Cause::H8],
    }
}

/// The client waited for permission to send its body, and did not get it.
pub(in super::super) fn a6(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let mut missed = probe
        .log
        .stamped()
        .filter_map(|(stamp, event)| match event.what {
            What::ContinueMissed { after } => Some((stamp, after)),
            _ => None,
        });
    let Some((stamp, after)) = missed.next() else {
        return Answer::NoMatch;
    };
    let missed = Evidence::packet("ev-continue-missed", stamp).with("after", after);
    case.finding(Cause::A6, Party::Server, PhaseName::Request, missed)
        .severity(Severity::Delay)
        .confidence(Confidence::Certain)
        .with("length", after)
        .into()
}
