//! Attempts over QUIC. Silence of UDP accuses nobody: a filter, a server that does not speak QUIC and one that is dead
//! look the same. What the server's QUIC stack acknowledges or says is its own word.

use crate::diagnosis::{Answer, Brief, Case, Cause, Confidence, Evidence, Party, Probe};
use crate::ids::Stamp;
use crate::phase::{Outcome, Phase, PhaseName};
use crate::probe::{Ender, Icmp, Kind, What};
use crate::quic::code::{Http3Code, TransportCode};
use crate::time::Nanos;

/// Smallest datagram with an Initial packet that a server answers (RFC 9000 §14.1): as large as QUIC's datagrams are
/// before somebody looked for larger ones.
const FULL_SIZE: u64 = 1200;
/// Of what is sent in the same second: as for packets.
const SOON: Nanos = Nanos::from_secs(60);
/// The shortest probe timeouts start from a round trip of 100 ms (RFC 9002 §6.2.2 wants 333 ms).
const SENT_AGAIN: Nanos = Nanos::from_millis(100);

/// QUIC does not get through.
pub(in super::super) fn q1(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    match (case.outcome(), probe.log.ender()) {
        (Outcome::Unreachable, Some((end, Ender::Connect(error)))) => match error.icmp {
            Some(icmp) => refused(case, end, icmp),
            // Errors of the client's own host are others'.
            None if error.is_local => Answer::NoMatch,
            None => Answer::cannot_tell("missing-quic-reporter", "collect-quic-port"),
        },
        (Outcome::QuicUnanswered, _) => unanswered(case, probe),
        _ => Answer::NoMatch,
    }
}

fn refused(case: &Case<'_>, end: Stamp, icmp: Icmp) -> Answer {
    let said = Evidence::packet("ev-quic-refused", end)
        .with("reporter", icmp.from)
        .with("type", u64::from(icmp.kind))
        .with("code", u64::from(icmp.code));
    let is_port = matches!(
        (icmp.is_v6, icmp.kind, icmp.code),
        (false, 3, 3) | (true, 1, 4)
    );
    // RFC 1812 §5.2.7.1 and RFC 4443 §3.1: somebody's rule.
    let is_rule = matches!(
        (icmp.is_v6, icmp.kind, icmp.code),
        (false, 3, 9 | 10 | 13) | (true, 1, 1 | 5 | 6)
    );
    let is_own = case.is_own_address(icmp.from);
    let (party, variant) = if is_port && icmp.from == case.server().ip() {
        (Party::Server, "probed-closed")
    } else if is_own {
        return own_refusal();
    } else if is_port || is_rule {
        (Party::Middlebox, "rejected")
    } else {
        (Party::Network, "probed-route")
    };
    case.finding(Cause::Q1, party, PhaseName::Connect, said.clone())
        .variant(variant)
        .confidence(Confidence::Certain)
        .with("reporter", icmp.from)
        .with("type", u64::from(icmp.kind))
        .with("code", u64::from(icmp.code))
        .rules_out(Party::Client, (!is_own).then_some(said))
        .into()
}

/// An ICMP error of the client's own address: its firewall makes them, and its kernel for a neighbour that is not there.
pub(in super::super) fn own_refusal() -> Answer {
    Answer::cannot_tell("missing-own-refusal", "collect-own-firewall")
}

fn unanswered(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let sent = || {
        probe
            .log
            .stamped()
            .filter(|(_, event)| event.what.kind() == Kind::InitialSent)
    };
    let is_insistent = probe
        .first(Kind::InitialSent)
        .zip(probe.log.last(Kind::InitialSent))
        .is_some_and(|(first, last)| last.at.since(first.at) >= SENT_AGAIN);
    if !is_insistent {
        return Answer::cannot_tell("missing-second-initial", "collect-longer-limit");
    }
    let count = probe.log.quic.as_ref().map_or(0, |quic| quic.initials);
    let length = case.trouble().and_then(Phase::length).unwrap_or_default();
    let Some(silence) = Evidence::packets("ev-quic-initials", sent().map(|(stamp, _)| stamp))
    else {
        return Answer::NoMatch;
    };
    let silence = silence.with("sent", count).with("length", length);
    let (from, until) = case.span();
    let near = |brief: &&Brief| brief.meets(from + Nanos(-SOON.get()), until + SOON);
    let answers = case.crowd.to(case.server().ip()).filter(near);
    let works = answers
        .filter(|brief| brief.is_tcp)
        .find_map(|brief| brief.syn?.answer);
    let works = works.map(|answer| Evidence::packet("ev-tcp-works", answer));
    // Whoever was asked for HTTP/3 need not speak it.
    case.finding(Cause::Q1, Party::Undecided, PhaseName::Connect, silence)
        .variant("probed")
        .confidence(Confidence::Possible)
        .with("sent", count)
        .shown_by(works)
        .or(&[Cause::T1])
        .into()
}

/// The handshake began and fell silent: QUIC encrypts what is missing of it, and whether it was sent.
pub(super) fn handshake(case: &Case<'_>) -> Answer {
    match case.outcome() {
        Outcome::TlsStalled => Answer::cannot_tell("missing-quic-flight", "collect-server-log"),
        _ => Answer::NoMatch,
    }
}

/// The server ended the connection within the handshake, and said so.
pub(super) fn h9(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if !case.is_trouble_in(PhaseName::Tls) {
        return Answer::NoMatch;
    }
    let finding = |party, evidence: &Evidence| {
        case.finding(Cause::H9, party, PhaseName::Tls, evidence.clone())
            .confidence(Confidence::Likely)
    };
    match (probe.log.ender(), closed(probe)) {
        (Some((_, Ender::Close)), Some((close, error))) if is_own_reason(probe) => {
            finding(Party::Server, &close)
                .variant("probed-quic")
                .with("error", error)
                .rules_out(Party::Client, [close])
                .into()
        }
        (Some((_, Ender::Close)), Some((close, error))) => finding(Party::Undecided, &close)
            .variant("probed-quic-objection")
            .confidence(Confidence::Possible)
            .with("error", error)
            .into(),
        (Some((end, Ender::Versions)), _) => {
            let versions = Evidence::packet("ev-quic-versions", end);
            finding(Party::Server, &versions)
                .variant("probed-versions")
                .rules_out(Party::Client, [versions])
                .into()
        }
        _ => Answer::NoMatch,
    }
}

/// The server ended it for a reason of its own; every other code may be about what the client sent.
fn is_own_reason(probe: &Probe<'_>) -> bool {
    let mut events = probe.log.events.iter();
    let close = events.find(|event| event.what.kind() == Kind::ConnectionClosed);
    close.is_some_and(|event| {
        matches!(event.what, What::ConnectionClosed { code, is_application: false }
            if TransportCode(code).is_of_sender())
    })
}

/// The server's word that the connection is over, with the name of its reason.
pub(super) fn closed(probe: &Probe<'_>) -> Option<(Evidence, String)> {
    let mut told = probe
        .log
        .stamped()
        .filter_map(|(stamp, event)| match event.what {
            What::ConnectionClosed {
                code,
                is_application: true,
            } => Some((stamp, Http3Code(code).words())),
            What::ConnectionClosed { code, .. } => Some((stamp, TransportCode(code).words())),
            _ => None,
        });
    let (stamp, error) = told.next()?;
    let evidence = Evidence::packet("ev-quic-closed", stamp).with("error", &*error);
    Some((evidence, error))
}

/// The server does not know the connection any more.
pub(super) fn forgotten(probe: &Probe<'_>) -> Option<Evidence> {
    let reset = probe.first(Kind::StatelessReset)?;
    Some(Evidence::packet("ev-quic-stateless-reset", reset))
}

/// A datagram of full size came after the handshake: such datagrams come through.
pub(super) fn full_datagram(probe: &Probe<'_>) -> Option<Evidence> {
    let largest = u64::from(probe.log.quic.as_ref()?.largest);
    let word = probe.log.last_word().filter(|_| largest >= FULL_SIZE)?;
    Some(Evidence::packet("ev-quic-full-datagram", word).with("bytes", largest))
}
