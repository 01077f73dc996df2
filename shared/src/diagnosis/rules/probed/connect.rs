//! Making the connection.

use super::quic;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Evidence, HelloFate, Party, Probe, SENT_AGAIN, Severity,
};
use crate::ids::Stamp;
use crate::phase::{Outcome, Phase, PhaseName};
use crate::probe::{Ender, Kind, SocketError};
use crate::time::Nanos;

fn unanswered(case: &Case<'_>, probe: &Probe<'_>) -> Option<(Evidence, u32)> {
    let syn = probe.first(Kind::SynSent)?;
    let length = case.trouble()?.length()?;
    let count = probe.log.syn_count().unwrap_or(1);
    let is_silent = case.outcome() == Outcome::SynUnanswered;
    is_silent.then(|| {
        let evidence = Evidence::packet("ev-syn-unanswered", syn)
            .with("count", count)
            .with("length", length);
        (evidence, count)
    })
}

/// Nothing answered the SYNs; or only a later one.
pub(in super::super) fn t1(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if probe.log.tunnel.is_some() && case.is_failure() {
        return Answer::NoMatch;
    }
    if let Some((evidence, count)) = unanswered(case, probe) {
        let reached_others = case.client_reached_others();
        let confidence = if count > 1 && reached_others.is_some() {
            Confidence::Likely
        } else {
            Confidence::Possible
        };
        return case
            .finding(Cause::T1, Party::Network, PhaseName::Connect, evidence)
            .variant("probed")
            .confidence(confidence)
            .with("count", count)
            .with(
                "length",
                case.trouble().and_then(Phase::length).unwrap_or_default(),
            )
            .rules_out(Party::Client, reached_others)
            .or(&[Cause::T2, Cause::T8, Cause::T18])
            .into();
    }
    let (Some(syn), Some(made)) = (probe.first(Kind::SynSent), probe.first(Kind::Connected)) else {
        return Answer::NoMatch;
    };
    let lost = made.at.since(syn.at);
    let is_late = probe.log.syn_count().is_some_and(|count| count > 1) && lost >= SENT_AGAIN;
    if !is_late || case.is_failure() {
        return Answer::NoMatch;
    }
    let Some(late) = Evidence::packets("ev-syn-ack-late", [syn, made]) else {
        return Answer::NoMatch;
    };
    let again = probe.log.syn_count().unwrap_or(1).saturating_sub(1);
    case.finding(
        Cause::T1,
        Party::Network,
        PhaseName::Connect,
        late.with("lost", lost),
    )
    .severity(Severity::Delay)
    .confidence(Confidence::Possible)
    .variant("probed-delay")
    .with("count", again)
    .with("lost", lost)
    .or(&[Cause::T2, Cause::T3, Cause::T7, Cause::H13])
    .into()
}

/// No answer, while connections that the same endpoint had taken waited for its process.
pub(in super::super) fn t2(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let Some((evidence, count)) = unanswered(case, probe) else {
        return Answer::NoMatch;
    };
    // Every attempt is looked at for this.
    let Some(stalled) = case.stalled_sibling() else {
        return Answer::NoMatch;
    };
    let waiting = Evidence::packet("ev-sibling-waits", stalled.first);
    case.finding(Cause::T2, Party::Server, PhaseName::Connect, evidence)
        .variant("probed")
        .with("count", count)
        .shown_by([waiting.clone()])
        .rules_out(Party::Network, [waiting])
        .or(&[Cause::T1])
        .into()
}

/// The server's side went on sending although nothing of the client was acknowledged: it repeats its SYN-ACK.
pub(in super::super) fn t4(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let is_stalled = case.outcome() == Outcome::TlsStalled;
    let count = probe.segments_since_connect().unwrap_or(0);
    let hello = probe.first(Kind::HelloWritten);
    let is_nothing = probe.hello_fate() == Some(HelloFate::Nothing);
    // A HelloRetryRequest is a segment that says more.
    let is_mute = probe.retry().is_none();
    let (Some(hello), true) = (hello, is_stalled && is_nothing && is_mute && count > 0) else {
        return Answer::NoMatch;
    };
    let repeats = Evidence::packet("ev-segments-without-ack", hello).with("count", count);
    case.finding(Cause::T4, Party::Middlebox, PhaseName::Tls, repeats.clone())
        .variant("probed")
        .confidence(Confidence::Possible)
        .with("count", count)
        .rules_out(Party::Client, probe.prompt_hello())
        .or(&[Cause::T2])
        .into()
}

/// A reset answered the SYN.
pub(in super::super) fn t5(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let (Some(syn), Some((end, _))) = (probe.first(Kind::SynSent), probe.log.ender()) else {
        return Answer::NoMatch;
    };
    // A proxy that refuses is P1's.
    if case.outcome() != Outcome::Refused || probe.log.tunnel.is_some() {
        return Answer::NoMatch;
    }
    let after = end.at.since(syn.at).max(Nanos(0));
    let refused = Evidence::packet("ev-refused", end).with("after", after);
    case.finding(
        Cause::T5,
        Party::Server,
        PhaseName::Connect,
        refused.clone(),
    )
    .with("after", after)
    .rules_out(Party::Client, [refused.clone()])
    .rules_out(Party::Network, [refused])
    .into()
}

fn failed<'a>(probe: &Probe<'a>) -> Option<&'a SocketError> {
    match probe.log.ender()? {
        (_, Ender::Connect(error)) => Some(error),
        _ => None,
    }
}

/// An ICMP error answered the SYN; or the client's own host has no way to send it, or may not.
pub(in super::super) fn t6(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let (Some(error), Some((end, _))) = (failed(probe), probe.log.ender()) else {
        return Answer::NoMatch;
    };
    let Some(icmp) = error.icmp else {
        return without_word(case, (end, error), probe.log.quic.is_some());
    };
    // A datagram of QUIC that is refused is Q1's.
    if probe.log.quic.is_some() {
        return Answer::NoMatch;
    }
    let quotes = Evidence::packet("ev-icmp-quotes-syn", end)
        .with("reporter", icmp.from)
        .with("type", u64::from(icmp.kind))
        .with("code", u64::from(icmp.code));
    let is_server = icmp.from == case.server().ip();
    let is_own = case.is_own_address(icmp.from);
    let (party, variant) = match (icmp.is_v6, icmp.kind, icmp.code) {
        (false, 3, 2 | 3) | (true, 1, 4) if is_server => (Party::Server, "port"),
        _ if is_own => return quic::own_refusal(),
        (false, 3, 9 | 10 | 13) | (true, 1, 1 | 5 | 6) => (Party::Middlebox, "prohibited"),
        (false, 3, 2 | 3) | (true, 1, 4) => (Party::Middlebox, "prohibited"),
        (false, 11, 0) | (true, 3, 0) => (Party::Network, "loop"),
        _ => (Party::Network, "route"),
    };
    case.finding(Cause::T6, party, PhaseName::Connect, quotes.clone())
        .confidence(Confidence::Certain)
        .variant(variant)
        .with("reporter", icmp.from)
        .with("type", u64::from(icmp.kind))
        .with("code", u64::from(icmp.code))
        .rules_out(Party::Client, (!is_own).then_some(quotes))
        .into()
}

/// An error that no ICMP error explains: the client's own host has no way, or lets nothing leave; or nobody is known to
/// have said it.
fn without_word(case: &Case<'_>, (end, error): (Stamp, &SocketError), is_quic: bool) -> Answer {
    let is_route = matches!(&*error.errno, "ENETUNREACH" | "EHOSTUNREACH" | "ENETDOWN");
    // What a filter for leaving packets, a sandbox or a prohibiting route answers with.
    let is_forbidden = error.is_local && matches!(&*error.errno, "EPERM" | "EACCES");
    // A datagram that somebody refused is Q1's.
    let is_others = is_quic && !error.is_local;
    if case.outcome() != Outcome::Unreachable || is_others || !(is_route || is_forbidden) {
        return Answer::NoMatch;
    }
    let variant = if is_forbidden {
        "probed-forbidden"
    } else {
        "probed-local"
    };
    let id = if is_forbidden || is_quic {
        "ev-send-refused"
    } else {
        "ev-connect-error"
    };
    let told = Evidence::packet(id, end).with("error", &*error.errno);
    let (party, confidence) = if error.is_local {
        (Party::Client, Confidence::Likely)
    } else {
        (Party::Undecided, Confidence::Possible)
    };
    case.finding(Cause::T6, party, PhaseName::Connect, told.clone())
        .variant(variant)
        .confidence(confidence)
        .with("error", &*error.errno)
        .rules_out(Party::Server, error.is_local.then_some(told))
        .into()
}

/// The client's own host had no port, or no socket, for it.
pub(in super::super) fn t11(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let (Some(error), Some((end, _))) = (failed(probe), probe.log.ender()) else {
        return Answer::NoMatch;
    };
    let is_exhausted = matches!(
        &*error.errno,
        "EADDRNOTAVAIL" | "EADDRINUSE" | "EMFILE" | "ENFILE" | "ENOBUFS" | "ENOMEM"
    );
    if !is_exhausted {
        return Answer::NoMatch;
    }
    let told = Evidence::packet("ev-connect-error", end).with("error", &*error.errno);
    case.finding(Cause::T11, Party::Client, PhaseName::Connect, told.clone())
        .confidence(Confidence::Certain)
        .with("error", &*error.errno)
        .rules_out(Party::Server, [told.clone()])
        .rules_out(Party::Network, [told])
        .into()
}
