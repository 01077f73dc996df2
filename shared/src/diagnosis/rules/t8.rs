//! T8: for a moment no new connection gets out, wherever it goes: source NAT or connection tracking is full.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, site_of,
};
use crate::ids::Stamp;
use crate::phase::{OVERDUE, PhaseName};
use crate::time::{Nanos, Timestamp};

pub(super) const RULE: Rule = Rule {
    cause: Cause::T8,
    documentation: Documentation {
        sees: "All SYNs that this host sent within a moment, to at least three addresses, got no answer. Before and \
               after it the same host connected, to these addresses as well.",
        means: "Servers do not fail together and recover together. What they share is the client's side: its NAT has \
                no port left, its connection tracking no room, or its first hops dropped everything.",
        refuted_by: "One SYN of that moment that was answered, an outage that does not end, one address only.",
        needs: "Attempts at several addresses; a capture on the host's uplink says whether the SYNs left it.",
        matches: &["d_t8_burst"],
        near_misses: &[
            "d_t1_go5",
            "d_origin_v6only_syn",
            "d_t2_backlog",
            "d_t13_go_he",
        ],
        sources: &[
            "tech.xing.com, A reason for unexplained connection timeouts on Kubernetes/Docker",
            "jenkins-infra/helpdesk#3908",
            "Azure/AKS#4697",
        ],
    },
    explains: &[Cause::T1, Cause::T2, Cause::T13, Cause::T18],
    judge,
};

/// Fewer addresses than this may have a fault of their own at once by chance.
const ADDRESSES: usize = 3;

fn judge(case: &Case<'_>) -> Answer {
    burst(case).into()
}

fn burst(case: &Case<'_>) -> Option<Finding> {
    let syns = case.silent_syns()?;
    let others: Vec<&Brief> = case
        .own_others()
        .filter(|brief| brief.syn.is_some())
        .collect();
    let (from, until) = stretch(&others, syns.first.at)?;
    let lost = |brief: &&&Brief| is_lost(brief) && is_within(brief, from, until);
    let silent: Vec<&&Brief> = others.iter().filter(lost).collect();
    let asked = silent.iter().map(|brief| brief.server.ip());
    let addresses: BTreeSet<IpAddr> = asked
        .chain([case.server().ip()])
        .filter(|address| case.crowd.to(*address).any(Brief::is_connected))
        .collect();
    let sites: BTreeSet<IpAddr> = addresses.iter().copied().map(site_of).collect();
    let before = answered(&others).filter(|(sent, _)| *sent < from).max();
    let after = answered(&others).filter(|(sent, _)| *sent > until).min();
    let ((_, before), (_, after)) = before.zip(after)?;
    if addresses.len() < ADDRESSES {
        return None;
    }
    let mut packets: Vec<Stamp> = silent.iter().map(|brief| brief.first).collect();
    packets.push(syns.first);
    packets.sort_unstable();
    let count = packets.len() as u64;
    let burst = Evidence::packets("ev-burst-silent", packets)?
        .with("addresses", addresses.len() as u64)
        .with("length", until.since(from));
    let around = Evidence::packets("ev-burst-around", [before, after])?;
    // Addresses of one site may share a device there as well.
    let confidence = if sites.len() > 1 {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    Some(
        case.finding(Cause::T8, Party::Client, PhaseName::Connect, burst.clone())
            .confidence(confidence)
            .with("count", count)
            .with("addresses", addresses.len() as u64)
            .shown_by([syns.evidence(), around])
            .rules_out(Party::Server, [burst])
            .or(&[Cause::T1, Cause::T16]),
    )
}

/// When the SYN was sent, and the packet that answered it, of those whose first SYN was answered.
fn answered<'a>(others: &'a [&'a Brief]) -> impl Iterator<Item = (Timestamp, Stamp)> + 'a {
    others.iter().filter_map(|brief| {
        let syn = brief.syn.filter(|syn| syn.is_first_lost() == Some(false))?;
        Some((brief.first.at, syn.answer?))
    })
}

fn is_lost(brief: &Brief) -> bool {
    brief.syn.and_then(|syn| syn.is_first_lost()) == Some(true)
        && !brief.syn.is_some_and(|syn| syn.is_refused)
}

fn is_within(brief: &Brief, from: Timestamp, until: Timestamp) -> bool {
    from <= brief.first.at && brief.first.at <= until
}

/// From the first to the last lost first SYN around `at`, none further than a second from it and none beyond one
/// that was answered; `None` without any.
fn stretch(others: &[&Brief], at: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let near = |time: &Timestamp| apart(*time, at) <= OVERDUE;
    let good: Vec<Timestamp> = answered(others)
        .map(|(sent, _)| sent)
        .filter(near)
        .collect();
    let lower = good.iter().copied().filter(|sent| *sent <= at).max();
    let upper = good.iter().copied().filter(|sent| *sent > at).min();
    let lost = || {
        others
            .iter()
            .filter(|brief| is_lost(brief))
            .map(|brief| brief.first.at)
            .filter(near)
            .filter(|sent| lower.is_none_or(|lower| *sent > lower))
            .filter(|sent| upper.is_none_or(|upper| *sent < upper))
    };
    Some((lost().min()?.min(at), lost().max()?.max(at)))
}

fn apart(a: Timestamp, b: Timestamp) -> Nanos {
    Nanos(a.since(b).get().saturating_abs())
}
