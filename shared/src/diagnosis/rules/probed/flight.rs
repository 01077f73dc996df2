//! Inside of the server's flight: what comes late or never after its first word.

use super::handshake::{delivered, hello_copies};
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Evidence, Finding, HelloFate, Party, Probe, Severity,
};
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Outcome, PhaseName};
use crate::probe::Kind;
use crate::time::Nanos;

/// Every path carries segments of this size (RFC 9293 §3.7.1, IPv6's minimum MTU less headers).
const SMALL_SEGMENTS: u32 = 1220;

/// The flight paused for a second or more, or stopped; or, in TLS 1.2, the server's Finished message did.
pub(super) fn h16(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if probe.has_hole() || case.split_by().is_some() || probe.first(Kind::ServerHello).is_none() {
        return Answer::NoMatch;
    }
    if case.outcome() == Outcome::TlsStalled {
        return stopped(case, probe);
    }
    let Some((from, until)) = pause(probe) else {
        return Answer::NoMatch;
    };
    let late = until.at.since(from.at);
    let Some(wait) = Evidence::packets("ev-flight-pause", [from, until]) else {
        return Answer::NoMatch;
    };
    let is_finish = probe
        .first(Kind::FinishedWritten)
        .is_some_and(|written| written.at <= from.at);
    let variant = if is_finish {
        "probed-finish"
    } else {
        "probed-flight"
    };
    let passes = case.flight_passes();
    let confidence = match passes {
        Some(_) => Confidence::Likely,
        None => Confidence::Possible,
    };
    delivered(case, probe, Cause::H16, wait.with("late", late))
        .variant(variant)
        .severity(case.severity())
        .confidence(confidence)
        .with("late", late)
        .shown_by(passes.clone())
        .rules_out(Party::Network, passes)
        .or(&[Cause::H12, Cause::H13])
        .into()
}

/// It stopped, and the server's kernel was there. That the rest was not sent and lost, sockets show only where large
/// segments come through, or none was to be large.
fn stopped(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let Some(word) = probe.log.last_word() else {
        return Answer::NoMatch;
    };
    let finished = probe.first(Kind::FinishedWritten);
    let acked = probe.first(Kind::FinishedAcked);
    // What the client sent last has to be there before anything is owed.
    let from = match (finished, acked) {
        (Some(_), None) => return Answer::NoMatch,
        (_, Some(acked)) => acked.max(word),
        _ => word,
    };
    let Some(alive) = probe.alive(from) else {
        return Answer::cannot_tell("missing-peer-alive", "collect-longer-limit");
    };
    let silence = case
        .stillness()
        .map(|silence| Evidence::silence("ev-silence", silence));
    let finding = |variant, proof: Evidence| {
        delivered(case, probe, Cause::H16, alive.clone())
            .variant(variant)
            .shown_by(silence.clone())
            .shown_by([proof.clone()])
            .rules_out(Party::Network, [proof])
    };
    if let Some(acked) = acked {
        let proof = Evidence::packet("ev-finished-acked", acked);
        return finding("probed-unfinished", proof).or(&[Cause::H13]).into();
    }
    match small_segments(probe).or_else(|| case.flight_passes()) {
        Some(proof) => finding("probed-stopped", proof)
            .or(&[Cause::H2, Cause::H11])
            .into(),
        None => Answer::cannot_tell("missing-flight-rest", "collect-small-segments"),
    }
}

/// No segment of this connection may be larger than what every path carries.
fn small_segments(probe: &Probe<'_>) -> Option<Evidence> {
    let mss = probe.log.first_sample()?.send_mss;
    let made = probe.first(Kind::Connected)?;
    (mss <= SMALL_SEGMENTS)
        .then(|| Evidence::packet("ev-small-segments", made).with("bytes", u64::from(mss)))
}

/// The first stretch of a second or more in which the server owed a part of its flight, or its Finished message.
fn pause(probe: &Probe<'_>) -> Option<(Stamp, Stamp)> {
    let mut from = probe.first(Kind::ServerHello)?;
    let done = probe.first(Kind::HandshakeDone);
    for (stamp, event) in probe.log.stamped() {
        let is_within = stamp.at >= from.at && done.is_none_or(|done| stamp.at <= done.at);
        let is_own = matches!(
            event.what.kind(),
            Kind::FinishedWritten | Kind::FinishedAcked
        );
        if !is_within || !(is_own || event.what.is_of_server()) {
            continue;
        }
        if !is_own && stamp.at.since(from.at) >= OVERDUE {
            return Some((from, stamp));
        }
        from = stamp;
    }
    None
}

/// A HelloRetryRequest is the protocol at work; a second ClientHello that is lost, or taken and not answered, is not.
pub(in super::super) fn h15(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let Some(retry) = probe.retry() else {
        return Answer::NoMatch;
    };
    let asked = Evidence::packet("ev-hello-retry", retry);
    let finding = |party| case.finding(Cause::H15, party, PhaseName::Tls, asked.clone());
    if !case.is_failure() {
        return finding(Party::Server)
            .variant("probed")
            .severity(Severity::Info)
            .confidence(Confidence::Certain)
            .into();
    }
    let is_mute = probe.first(Kind::ServerHello).is_none();
    if case.outcome() != Outcome::TlsStalled || !is_mute {
        return Answer::NoMatch;
    }
    match probe.hello_fate() {
        Some(HelloFate::Nothing) => match hello_copies(probe) {
            Some(copies) => finding(Party::Middlebox)
                .variant("probed-dropped")
                .confidence(Confidence::Possible)
                .with("copies", probe.copies().saturating_add(1))
                .shown_by([copies])
                .rules_out(Party::Client, probe.prompt_hello())
                .or(&[Cause::H3, Cause::H4, Cause::A2])
                .into(),
            None => Answer::cannot_tell("missing-hello-copies", "collect-longer-limit"),
        },
        Some(HelloFate::Acknowledged(acked)) if !probe.has_hole() => {
            silent(case, probe, finding(Party::Server), acked)
        }
        _ => Answer::NoMatch,
    }
}

/// The second ClientHello is there, and nothing is said to it.
fn silent(case: &Case<'_>, probe: &Probe<'_>, finding: Finding, acked: Stamp) -> Answer {
    let (Some(alive), Some(has_it)) = (probe.alive(acked), probe.hello_acked()) else {
        return Answer::cannot_tell("missing-peer-alive", "collect-longer-limit");
    };
    let passes = case.flight_passes();
    let hello = probe.log.last(Kind::HelloWritten);
    let finding = finding
        .variant("probed-silent")
        .with(
            "acked",
            hello.map_or(Nanos(0), |hello| acked.at.since(hello.at)),
        )
        .shown_by([has_it.clone(), alive.clone()])
        .rules_out(Party::Client, probe.prompt_hello());
    match passes {
        Some(passes) => finding
            .shown_by([passes.clone()])
            .rules_out(Party::Network, [has_it, alive, passes])
            .or(&[Cause::H1, Cause::H2]),
        None => finding
            .confidence(Confidence::Possible)
            .or(&[Cause::H1, Cause::H2, Cause::H11]),
    }
    .into()
}
