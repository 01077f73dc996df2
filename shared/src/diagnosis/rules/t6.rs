//! T6: an ICMP error answers the SYN.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Severity,
};
use crate::flow::facts::IcmpError;
use crate::phase::{OVERDUE, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::T6,
    documentation: Documentation {
        sees: "An ICMP error that quotes the SYN: destination unreachable, administratively prohibited, or time \
               exceeded.",
        means: "Its sender dropped the SYN and says why. Prohibited is a filter's word, unreachable that of a router \
                without a way to the host, time exceeded that of a router in a loop.",
        refuted_by: "A SYN-ACK to the same SYN.",
        needs: "ICMP in the capture: a filter of `tcp port 443` drops it.",
        matches: &["d_t6_admin", "old_strings2"],
        near_misses: &["old_fragneeded", "d_t1_go5", "d_q1_icmp_v6"],
        sources: &["RFC 792", "RFC 1812 §5.2.7", "RFC 4443 §3", "RFC 5461"],
    },
    explains: &[Cause::T1, Cause::T13],
    judge,
};

/// What an ICMP error says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Prohibited,
    NoWay,
    NoPort,
    Loop,
}

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::t6(case, &probe);
    }
    let own = refusal(case).filter(|(icmp, _)| case.is_own_address(icmp.reporter));
    let is_of_server = own.is_some_and(|(icmp, _)| icmp.reporter == case.server().ip());
    if own.is_some() && !is_of_server {
        return probed::own_refusal();
    }
    unreachable(case).into()
}

/// The first ICMP error that refuses something of the client.
fn refusal<'a>(case: &Case<'a>) -> Option<(&'a IcmpError, Said)> {
    let tcp = case.tcp()?;
    tcp.flow
        .icmp
        .iter()
        .filter(|icmp| icmp.quoted == tcp.client_side)
        .find_map(|icmp| Some((icmp, said(icmp)?)))
}

fn unreachable(case: &Case<'_>) -> Option<Finding> {
    let tcp = case.tcp()?;
    let answered = tcp.syn_ack().is_some();
    let (icmp, said) = refusal(case)?;
    let first = tcp.flow.handshake.syns.first()?.stamp;
    let lost = tcp.syn_ack().map(|answer| answer.at.since(first.at));
    let severity = match lost {
        None if case.is_failure() => Severity::Failure,
        Some(lost) if lost >= OVERDUE && !case.is_failure() => Severity::Delay,
        _ => return None,
    };
    let is_server = icmp.reporter == case.server().ip();
    let (party, variant) = match said {
        Said::Prohibited => (Party::Middlebox, "prohibited"),
        Said::NoPort if is_server => (Party::Server, "port"),
        Said::NoPort => (Party::Middlebox, "prohibited"),
        Said::NoWay => (Party::Network, "route"),
        Said::Loop => (Party::Network, "loop"),
    };
    let evidence = Evidence::packet("ev-icmp-quotes-syn", icmp.stamp)
        .with("reporter", icmp.reporter)
        .with("type", u64::from(icmp.kind))
        .with("code", u64::from(icmp.code))
        .with("after", icmp.stamp.at.since(first.at));
    Some(
        case.finding(Cause::T6, party, PhaseName::Connect, evidence.clone())
            .severity(severity)
            .confidence(if answered {
                Confidence::Likely
            } else {
                Confidence::Certain
            })
            .variant(variant)
            .with("reporter", icmp.reporter)
            .with("type", u64::from(icmp.kind))
            .with("code", u64::from(icmp.code))
            .rules_out(
                Party::Client,
                Some(evidence).filter(|_| !case.is_own_address(icmp.reporter)),
            ),
    )
}

/// RFC 792 and RFC 1812 §5.2.7.1; RFC 4443 §3.1 and §3.3. `None` for what is no refusal, such as a smaller MTU.
const fn said(icmp: &IcmpError) -> Option<Said> {
    Some(match (icmp.is_v6, icmp.kind, icmp.code) {
        (false, 3, 9 | 10 | 13) | (true, 1, 1 | 5 | 6) => Said::Prohibited,
        (false, 3, 0 | 1 | 5 | 6 | 7 | 8 | 11 | 12) | (true, 1, 0 | 2 | 3) => Said::NoWay,
        (false, 3, 2 | 3) | (true, 1, 4) => Said::NoPort,
        (false, 11, 0) | (true, 3, 0) => Said::Loop,
        _ => return None,
    })
}
