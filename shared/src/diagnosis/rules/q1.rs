//! Q1: QUIC does not get through.

use super::probed;
use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule,
};
use crate::ids::Stamp;
use crate::phase::{Outcome, PhaseName};
use crate::quic::{Flow, IcmpError};
use crate::time::{Nanos, Timestamp};

pub(super) const RULE: Rule = Rule {
    cause: Cause::Q1,
    documentation: Documentation {
        sees: "QUIC Initial packets, sent again with growing distance, and not one datagram of the server; or an ICMP \
               error that refuses them.",
        means: "A server that speaks QUIC answers every Initial of a version that it does not know (Version \
                Negotiation) and of one that it knows. Firewalls drop or reject UDP to port 443 more often than TCP; \
                a TCP connection to the same address shows that host and path are there.",
        refuted_by: "Any datagram of the server, also Retry or Version Negotiation; an address that does not answer TCP \
                     either (T1); a capture of one direction.",
        needs: "UDP of both directions and ICMP; a TCP attempt at the same address to tell apart.",
        matches: &["d_q1_drop", "d_q1_icmp_v6"],
        near_misses: &["d_ok_quic", "d_t1_go5"],
        sources: &[
            "RFC 9000 §6",
            "RFC 9002 §6.2",
            "quicwg/ops-drafts#457",
            "eblocker/eblocker#399",
        ],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::q1(case, &probe);
    }
    let Some(flow) = case.quic() else {
        return Answer::NoMatch;
    };
    match case.outcome() {
        Outcome::Unreachable => refused(case, flow),
        Outcome::QuicUnanswered if !is_insistent(flow) => {
            Answer::cannot_tell("missing-second-initial", "collect-longer")
        }
        Outcome::QuicUnanswered if !is_return_captured(case) => {
            Answer::cannot_tell("missing-direction", "collect-both-directions")
        }
        Outcome::QuicUnanswered => dropped(case, flow).into(),
        _ => Answer::NoMatch,
    }
}

fn refused(case: &Case<'_>, flow: &Flow) -> Answer {
    let mut refusals = flow.icmp_errors.iter();
    let Some(error) = refusals.find(|error| error.is_refusal()) else {
        return Answer::NoMatch;
    };
    let said = Evidence::packet("ev-quic-refused", error.stamp)
        .with("reporter", error.reporter)
        .with("type", u64::from(error.kind))
        .with("code", u64::from(error.code));
    let is_closed_port = error.reporter == flow.server.ip() && is_port_unreachable(error);
    let is_own = case.is_own_address(error.reporter);
    let party = if is_closed_port {
        Party::Server
    } else if is_own {
        return probed::own_refusal();
    } else {
        Party::Middlebox
    };
    let variant = if is_closed_port { "closed" } else { "rejected" };
    case.finding(Cause::Q1, party, PhaseName::Connect, said.clone())
        .variant(variant)
        .confidence(Confidence::Certain)
        .with("reporter", error.reporter)
        .rules_out(Party::Client, (!is_own).then_some(said))
        .into()
}

/// RFC 792 and RFC 4443 §3.1.
const fn is_port_unreachable(error: &IcmpError) -> bool {
    if error.is_v6 {
        error.kind == 1 && error.code == 4
    } else {
        error.kind == 3 && error.code == 3
    }
}

/// The client sent its Initial again by a timer: what is in several datagrams at once was sent once. A client that
/// does not insist for a second was not watched, or did not wait.
fn is_insistent(flow: &Flow) -> bool {
    // The shortest probe timeouts start from a round trip of 100 ms (RFC 9002 §6.2.2 wants 333 ms).
    const PROBE: Nanos = Nanos::from_millis(100);
    let initials = &flow.client_initials;
    let ends = initials.first().zip(initials.last());
    ends.is_some_and(|(first, last)| last.at.since(first.at) >= PROBE)
}

/// Other attempts of the host show packets of their servers; `true` as well where there are no others.
fn is_return_captured(case: &Case<'_>) -> bool {
    let mut others = case.own_others().filter(|brief| brief.is_tcp).peekable();
    others.peek().is_none() || others.any(|brief| brief.server_ttl.is_some())
}

fn dropped(case: &Case<'_>, flow: &Flow) -> Option<Finding> {
    let (from, until) = case.span();
    let near = |brief: &&Brief| brief.is_tcp && brief.meets(minus(from), until + SOON);
    let tcp = || case.crowd.to(case.server().ip()).filter(near);
    let works = tcp().find_map(|brief| brief.syn?.answer);
    let is_dead = works.is_none()
        && tcp()
            .any(|brief| matches!(brief.outcome, Outcome::SynUnanswered | Outcome::Unreachable));
    let sent = flow.client_initials.iter().copied();
    let silence = Evidence::packets("ev-quic-initials", sent)?
        .with("sent", flow.client_initial_count)
        .with("length", flow.observed_until.since(flow.first.at));
    let alive = works.map(|answer: Stamp| Evidence::packet("ev-tcp-works", answer));
    let (party, confidence) = match (&alive, is_dead) {
        (Some(_), _) => (Party::Middlebox, Confidence::Likely),
        (None, true) => (Party::Undecided, Confidence::Possible),
        (None, false) => (Party::Middlebox, Confidence::Possible),
    };
    let finding = case
        .finding(Cause::Q1, party, PhaseName::Connect, silence)
        .confidence(confidence)
        .with("sent", flow.client_initial_count)
        .shown_by(alive.clone())
        .rules_out(Party::Client, alive);
    Some(if confidence == Confidence::Likely {
        finding
    } else {
        finding.or(&[Cause::T1])
    })
}

/// Attempts of the same minute.
const SOON: Nanos = Nanos::from_secs(60);

fn minus(from: Timestamp) -> Timestamp {
    from + Nanos(-SOON.get())
}
