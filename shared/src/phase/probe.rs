//! The phases of an attempt of a client of our own, from the events of its sockets.
//!
//! Their borders are those that a capture shows: a phase that the client begins starts with the bytes leaving its kernel,
//! and ends with the arrival in its kernel of what completes it. Where the kernel gave no time, the application's stands.

use super::outcome;
use super::timeline::{
    Phase, PhaseName, PhaseOutcome, Timeline, dns, drop_after_trouble, is_stalled, set_apart,
};
use super::{Awaited, OVERDUE, Outcome};
use crate::attempt::Attempt;
use crate::ids::Stamp;
use crate::probe::{Ender, Kind, Log, Refusal, What};
use crate::time::{Nanos, Timestamp};

/// The phases, and how the attempt went.
pub(super) fn timeline(attempt: &Attempt, log: &Log) -> Timeline {
    let mut phases = vec![dns(attempt), connect(log)];
    phases.extend(proxy(log));
    phases.extend(log.tls.is_some().then(|| tls(log)).flatten());
    phases.extend(exchange(log));
    drop_after_trouble(&mut phases);
    set_apart(&mut phases);
    let asks = [PhaseName::Request, PhaseName::Wait, PhaseName::Receive];
    let expected = log.tls.is_some().then_some(PhaseName::Tls);
    for name in expected.into_iter().chain(asks) {
        if !phases.iter().any(|phase| phase.name == name) {
            phases.push(Phase::not_reached(name));
        }
    }
    phases.sort_by_key(|phase| phase.name);
    // Whoever loses a race was not waited for any longer, and is no slower for that.
    let has_lost = matches!(log.ender(), Some((_, Ender::Race)));
    let longest_wait = phases
        .iter()
        .filter(|_| !has_lost)
        .filter_map(|phase| longest_wait(log, phase))
        .max();
    Timeline {
        outcome: outcome_of(log, &phases),
        is_stalled: is_stalled(&phases, longest_wait),
        longest_wait,
        phases,
    }
}

/// A phase from one event to another, or to what ended the attempt.
fn phase(log: &Log, name: PhaseName, from: Stamp, until: Option<Stamp>, awaited: Awaited) -> Phase {
    let start = from.at;
    match until {
        Some(until) => Phase::completed(name, start, until.at.max(start)),
        None => never_completed(log, name, start, awaited),
    }
    .reported()
}

/// From the SYN to its answer; over QUIC, from the first Initial packet to the server's first datagram.
fn connect(log: &Log) -> Phase {
    let (asked, answered, awaited) = match log.quic {
        Some(_) => (Kind::InitialSent, Kind::Answered, Awaited::QuicAnswer),
        None => (Kind::SynSent, Kind::Connected, Awaited::SynAck),
    };
    let Some(asked) = log.first(asked) else {
        let failed = log.first(Kind::ConnectFailed);
        return failed.map_or_else(
            || Phase::not_observed(PhaseName::Connect),
            |at| Phase::failed(PhaseName::Connect, at.at, at.at, awaited).reported(),
        );
    };
    phase(log, PhaseName::Connect, asked, log.first(answered), awaited)
}

fn proxy(log: &Log) -> Option<Phase> {
    let asked = log.first(Kind::ProxyAsked)?;
    let mut granted = log.stamped().filter_map(|(stamp, event)| {
        let is_granted = matches!(
            event.what,
            What::ProxyAnswered {
                is_granted: true,
                ..
            }
        );
        is_granted.then_some(stamp)
    });
    let name = PhaseName::Proxy;
    Some(phase(
        log,
        name,
        asked,
        granted.next_back(),
        Awaited::ProxyReply,
    ))
}

/// From the ClientHello to the end of the handshake as the client sees it: its Finished message in TLS 1.3, the
/// server's in TLS 1.2.
fn tls(log: &Log) -> Option<Phase> {
    if log.quic.is_some() {
        return quic_tls(log);
    }
    let hello = log.first(Kind::HelloWritten)?;
    let done = log.first(Kind::HandshakeDone);
    let awaited = if log.first(Kind::FlightComplete).is_some() {
        Awaited::ServerFinished
    } else if log.first(Kind::ServerHello).is_some() {
        Awaited::ServerFlight
    } else if log.has_kernel_times && log.hello_acked().is_none() {
        Awaited::ClientHelloAck
    } else {
        Awaited::ServerHello
    };
    Some(phase(log, PhaseName::Tls, hello, done, awaited))
}

/// Over QUIC the ClientHello is in the first Initial packet, so what is left of the handshake begins with the server's
/// first datagram.
fn quic_tls(log: &Log) -> Option<Phase> {
    let answered = log.first(Kind::Answered)?;
    let done = log.first(Kind::HandshakeDone);
    let retry = log.first(Kind::RetryReceived);
    let awaited = if retry.is_some() && log.last_word() == retry {
        Awaited::ServerHello
    } else {
        Awaited::ServerFlight
    };
    Some(phase(log, PhaseName::Tls, answered, done, awaited))
}

/// Something shows that the request arrived: an acknowledgement, where that is told, or a word of the server behind it.
fn is_taken(log: &Log, begun: Stamp) -> bool {
    // Over QUIC the stack is told, whatever the kernel does.
    let is_told = log.has_kernel_times || log.quic.is_some();
    let is_acked = log.first(Kind::RequestAcked).is_some();
    let is_answered = log.last_word().is_some_and(|word| word.at > begun.at);
    !is_told || is_acked || is_answered
}

fn exchange(log: &Log) -> Vec<Phase> {
    let Some(begun) = log.first(Kind::RequestBegun) else {
        return Vec::new();
    };
    let first = log.first(Kind::ResponseBegun);
    // A response may come before the body was sent, and instead of that (RFC 9110 §10.1.1).
    let written = log.first(Kind::RequestWritten).or(first);
    let delivered = written.filter(|_| first.is_some() || is_taken(log, begun));
    let mut phases = vec![phase(
        log,
        PhaseName::Request,
        begun,
        delivered,
        Awaited::RequestAck,
    )];
    let Some(written) = delivered else {
        return phases;
    };
    phases.push(phase(
        log,
        PhaseName::Wait,
        written,
        first,
        Awaited::Response,
    ));
    if let Some(first) = first {
        let last = log.first(Kind::BodyRead);
        phases.push(phase(
            log,
            PhaseName::Receive,
            first,
            last,
            Awaited::ResponseRest,
        ));
    }
    phases
}

/// A phase that began at `start` and never completed: stalled, failed, or cut off by whoever runs the client.
fn never_completed(log: &Log, name: PhaseName, start: Timestamp, awaited: Awaited) -> Phase {
    let (end, ender) = match log.ender() {
        Some((stamp, ender)) => (stamp.at, Some(ender)),
        None => (log.ended().at, None),
    };
    let end = end.max(start);
    let word = log.last_word().map_or(start, |word| word.at);
    let waited = end.since(word.max(start).min(end));
    let is_silence = match ender {
        None | Some(Ender::Limit(_) | Ender::Interrupted) => true,
        // The kernel's own word for a peer that never answered.
        Some(Ender::Connect(error) | Ender::Broken(error)) => {
            &*error.errno == "ETIMEDOUT" && error.icmp.is_none()
        }
        Some(
            Ender::Close
            | Ender::Refused(_)
            | Ender::Proxy { .. }
            | Ender::Stream(_)
            | Ender::StatelessReset
            | Ender::Versions
            | Ender::Race,
        ) => false,
    };
    if is_silence && waited >= OVERDUE {
        Phase::stalled(name, start, end, awaited)
    } else if matches!(ender, None | Some(Ender::Interrupted)) {
        Phase::unfinished(name, start)
    } else {
        Phase::failed(name, start, end, awaited)
    }
}

/// The longest stretch of a phase in which the client waited for the other side.
fn longest_wait(log: &Log, phase: &Phase) -> Option<Nanos> {
    let (start, end) = (phase.start?, phase.end?);
    let pauses = log.events.iter().filter_map(|event| match event.what {
        What::BodyResumed { after } => Some(after),
        _ => None,
    });
    match phase.name {
        PhaseName::Receive => {
            let last = log.last_word().map_or(start, |word| word.at.min(end));
            let tail = end.since(last.max(start));
            Some(pauses.fold(tail, Nanos::max))
        }
        PhaseName::Tls => {
            let mut from = start;
            let mut longest = Nanos(0);
            for (stamp, event) in log.stamped() {
                let is_turn = event.what.is_of_server() || event.what.bytes().is_some();
                if is_turn && stamp.at >= from && stamp.at <= end {
                    longest = longest.max(stamp.at.since(from));
                    from = stamp.at;
                }
            }
            Some(longest.max(end.since(from)))
        }
        _ => phase.length(),
    }
}

fn outcome_of(log: &Log, phases: &[Phase]) -> Outcome {
    let trouble = phases.iter().find(|phase| phase.is_trouble());
    let Some(phase) = trouble.filter(|_| !log.is_broken_off()) else {
        return untroubled(log, phases);
    };
    match phase.outcome {
        PhaseOutcome::NotObserved => Outcome::InProgress,
        PhaseOutcome::Stalled => outcome::stalled(phase),
        _ => ended(log, phase),
    }
}

/// Who ended the phase.
fn ended(log: &Log, phase: &Phase) -> Outcome {
    let Some((_, ender)) = log.ender() else {
        return Outcome::NotObserved;
    };
    match ender {
        // No reset answers a datagram, so it is not refused as a SYN is; whether ICMP or the client's own host said so, the
        // error tells.
        Ender::Connect(_) if log.quic.is_some() => Outcome::Unreachable,
        Ender::Connect(error) if &*error.errno == "ECONNREFUSED" && error.icmp.is_none() => {
            Outcome::Refused
        }
        Ender::Connect(error) if &*error.errno == "ECONNRESET" => Outcome::Refused,
        Ender::Connect(_) => Outcome::Unreachable,
        Ender::Close | Ender::Versions => Outcome::ClosedByServer,
        Ender::Broken(error) if error.icmp.is_some() => Outcome::Unreachable,
        Ender::Broken(_) | Ender::Stream(_) | Ender::StatelessReset => Outcome::ResetByServer,
        Ender::Refused(Refusal::NotTls) => Outcome::NotTls,
        Ender::Refused(_) if phase.name == PhaseName::Tls => Outcome::TlsAlert,
        Ender::Refused(_) => Outcome::ClosedByServer,
        Ender::Proxy { .. } => Outcome::ProxyRefused,
        Ender::Limit(_) | Ender::Interrupted | Ender::Race => Outcome::ClosedByClient,
    }
}

/// Nothing went wrong, as far as it came. What was waited for until it was broken off stays in its phases, but no limit
/// had fired, so it has not failed.
fn untroubled(log: &Log, phases: &[Phase]) -> Outcome {
    let completed = |name: PhaseName| {
        phases
            .iter()
            .any(|phase| phase.name == name && phase.outcome == PhaseOutcome::Completed)
    };
    if completed(PhaseName::Receive) {
        Outcome::Completed
    } else if log.is_broken_off() {
        Outcome::InProgress
    } else if completed(PhaseName::Connect) {
        Outcome::HandshakeOnly
    } else {
        Outcome::NotObserved
    }
}
