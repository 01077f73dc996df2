//! T18: one source address is shut out, and its neighbour is served.

use crate::diagnosis::{
    Answer, Arms, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule,
};
use crate::phase::{Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T18,
    documentation: Documentation {
        sees: "Within the same minute no attempt from this source address got a SYN-ACK at this endpoint, and every \
               attempt from another source address of the same network did.",
        means: "The endpoint works, and the path to it does. What differs is who asks: a filter or a rate limit for \
                sources, at the server, its CDN or its firewall.",
        refuted_by: "One attempt from this address that was answered, one from the other that was not.",
        needs: "Attempts from two source addresses at the same time, two each at least.",
        matches: &["d_t18_srcip"],
        near_misses: &["d_t1_go5", "d_t2_nocookies", "d_t8_burst"],
        sources: &["pypi/support#7565", "pypi/support#9945"],
    },
    explains: &[Cause::T1, Cause::T2, Cause::T5],
    judge,
};

/// "At the same minute": longer ago, other things may have changed.
const MINUTE: Nanos = Nanos::from_secs(60);
/// Each way at least twice: a single failure beside a single success is loss as easily.
const EACH_WAY: u32 = 2;

fn judge(case: &Case<'_>) -> Answer {
    shut_out(case).into()
}

fn shut_out(case: &Case<'_>) -> Option<Finding> {
    let tcp = case.tcp()?;
    let evidence = match case.outcome() {
        Outcome::Refused => Evidence::packet("ev-refused", tcp.server_reset()?.stamp)
            .with(
                "after",
                tcp.server_reset()?.stamp.at.since(tcp.flow.first.at),
            )
            .with("ttl", u64::from(tcp.server_reset()?.ttl)),
        _ => case.silent_syns()?.evidence(),
    };
    let own = case.client().ip();
    let (from, until) = case.span();
    let mut arms = Arms::default();
    arms.own.count(true);
    let mut served = None;
    let near = case.siblings().filter(|brief| {
        brief.vantage == case.attempt.vantage
            && brief.syn.is_some()
            && brief.meets(from + Nanos(-MINUTE.get()), until + MINUTE)
    });
    for brief in near {
        let is_failure = !brief.is_connected();
        if brief.client.ip() == own {
            arms.own.count(is_failure);
        } else {
            arms.other.count(is_failure);
            let answer = brief.syn.and_then(|syn| syn.answer);
            served = served.or(answer.map(|answer| (answer, brief.client.ip())));
        }
    }
    let is_split = arms.own.attempts >= EACH_WAY
        && arms.own.failures == arms.own.attempts
        && arms.other.attempts >= EACH_WAY
        && arms.other.failures == 0;
    let (answer, neighbour) = served.filter(|_| is_split)?;
    let other = Evidence::packet("ev-neighbour-served", answer)
        .with("neighbour", neighbour)
        .with("others", arms.other.attempts)
        .with("own", own)
        .with("failures", arms.own.failures);
    let is_clear = arms.chance() <= 0.05;
    Some(
        case.finding(Cause::T18, Party::Server, PhaseName::Connect, evidence)
            .confidence(if is_clear {
                Confidence::Likely
            } else {
                Confidence::Possible
            })
            .with("own", own)
            .with("neighbour", neighbour)
            .with("failures", arms.own.failures)
            .with("others", arms.other.attempts)
            .shown_by([other.clone()])
            .rules_out(Party::Network, [other])
            .or(&[Cause::T1]),
    )
}
