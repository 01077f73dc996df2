//! T5: a reset answers the SYN.

use super::probed;
use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, site_of,
};
use crate::flow::facts::Reset;
use crate::phase::{Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T5,
    documentation: Documentation {
        sees: "A reset that acknowledges the SYN came instead of a SYN-ACK.",
        means: "Nothing listens on the port, as the server's kernel says; or a firewall says so in its place. The \
                firewall shows itself by a TTL that the server's packets do not have, or by answering faster than \
                the address can be reached.",
        refuted_by: "A SYN-ACK to the same SYN (then the reset was injected: H6).",
        needs: "The reset; to tell who sent it, another attempt that the same address, or its neighbour, answered.",
        matches: &["d_t5_closed", "d_t5_fwreject", "old_rstflav"],
        near_misses: &["d_t10_challenge", "d_t6_admin", "d_h7_rst"],
        sources: &[
            "RFC 9293 §3.5.2",
            "weberblog.net/who-sends-tcp-rsts",
            "pypi/warehouse#4355",
        ],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::t5(case, &probe);
    }
    refused(case).into()
}

fn refused(case: &Case<'_>) -> Option<Finding> {
    let tcp = case.tcp()?;
    if case.outcome() != Outcome::Refused {
        return None;
    }
    let reset = tcp.server_reset()?;
    let asked = reset.answers.or(reset.answers_data);
    let after = asked.map_or(Nanos(0), |asked| reset.stamp.at.since(asked.at));
    let evidence = Evidence::packet("ev-refused", reset.stamp)
        .with("after", after)
        .with("ttl", u64::from(reset.ttl));
    let finding = |party| {
        case.finding(Cause::T5, party, PhaseName::Connect, evidence.clone())
            .with("after", after)
            .rules_out(Party::Client, [evidence.clone()])
    };
    if let Some(told) = other_ttl(case, reset).or_else(|| too_soon(case, after)) {
        let stranger = finding(Party::Middlebox).variant("firewall");
        return Some(stranger.shown_by([told]));
    }
    let same = same_ttl(case, reset);
    let confidence = if same.is_some() {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    Some(
        finding(Party::Server)
            .confidence(confidence)
            .rules_out(Party::Middlebox, same)
            .rules_out(Party::Network, [evidence.clone()]),
    )
}

/// Connections to this address, over any port, whose SYN was answered.
fn connected<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Brief> {
    let others = case.crowd.to(case.server().ip());
    others.filter(|brief| brief.is_connected())
}

/// The address's SYN-ACKs come from further away or from nearer, by two hops or more: routes may differ by one. A host
/// may begin with one TTL for a SYN-ACK and with another for a reset, so distances are compared.
fn other_ttl(case: &Case<'_>, reset: &Reset) -> Option<Evidence> {
    let usual = connected(case).find_map(|brief| brief.server_ttl.zip(brief.syn?.answer));
    let is_other = connected(case)
        .filter_map(|brief| brief.server_ttl)
        .all(|ttl| hops(ttl).abs_diff(hops(reset.ttl)) >= 2);
    let (ttl, answer) = usual.filter(|_| is_other)?;
    Some(
        Evidence::packet("ev-refused-other-ttl", reset.stamp)
            .with("ttl", u64::from(reset.ttl))
            .with("usual", u64::from(ttl))
            .with("answer", answer),
    )
}

/// How many hops a packet came, by the initial TTLs of common systems: 64, 128, 255.
const fn hops(ttl: u8) -> u8 {
    match ttl {
        0..=64 => 64 - ttl,
        65..=128 => 128 - ttl,
        129.. => 255 - ttl,
    }
}

fn same_ttl(case: &Case<'_>, reset: &Reset) -> Option<Evidence> {
    let same = connected(case).find(|brief| brief.server_ttl == Some(reset.ttl))?;
    let answer = same.syn?.answer?;
    Some(
        Evidence::packet("ev-refused-same-ttl", reset.stamp)
            .with("ttl", u64::from(reset.ttl))
            .with("answer", answer),
    )
}

/// It came in less than half of the fastest handshake with this address, or with any of its site.
fn too_soon(case: &Case<'_>, after: Nanos) -> Option<Evidence> {
    let own = case.server().ip();
    let site = site_of(own);
    let fastest = case
        .own_others()
        .filter(|brief| site_of(brief.server.ip()) == site && brief.is_connected())
        .filter_map(|brief| {
            let (shortest, _) = brief.round_trip_range()?;
            Some((shortest, brief.syn?.answer?, brief.server))
        })
        .min_by_key(|(shortest, ..)| *shortest);
    let (shortest, answer, server) = fastest?;
    (after.get().saturating_mul(2) < shortest.get()).then(|| {
        Evidence::packet("ev-refused-too-soon", answer)
            .with("after", after)
            .with("round_trip", shortest)
            .with("other", server)
    })
}
