//! D1: the resolver did not answer, or not before the question was asked again.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, SENT_AGAIN,
    Severity, Stillness,
};
use crate::dns::{Lookup, LookupOutcome, Transaction};
use crate::ids::Stamp;
use crate::phase::{Awaited, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::D1,
    documentation: Documentation {
        sees: "A question to a resolver got no response: the same question was asked again after the stub's timeout, \
               or nothing came while the capture went on. No packet went to any server of that name.",
        means: "The resolver, or the path to it, does not answer. What comes after a lookup is not at fault: it was \
                not reached. An ICMP port unreachable says that the host is up and no resolver runs on it.",
        refuted_by: "A response in time, or the client going on to connect to the name: then the responses were not \
                     captured. The sibling question of the same socket answered at once: D2.",
        needs: "The questions, and a capture that would have seen responses.",
        matches: &["d_d1_go", "d_d1_late"],
        near_misses: &["d_d2_curl", "d_d3_nx", "d_ok_allclients"],
        sources: &[
            "coredns/coredns#3163",
            "kubernetes/kubernetes#62628",
            "resolv.conf(5)",
        ],
    },
    explains: &[],
    judge,
};

/// The default timeout of the stubs of glibc, musl and Go: a response later than this comes to nobody.
const STUB_TIMEOUT: Nanos = Nanos::from_secs(5);

fn judge(case: &Case<'_>) -> Answer {
    let Some(lookup) = case.lookup() else {
        return Answer::NoMatch;
    };
    match lookup.outcome {
        LookupOutcome::Unanswered if case.is_failure() => unanswered(case, lookup),
        LookupOutcome::RefusedByIcmp => refused(case, lookup).into(),
        LookupOutcome::Truncated if case.is_failure() => truncated(case, lookup).into(),
        LookupOutcome::Answered => late(case, lookup).into(),
        _ => Answer::NoMatch,
    }
}

fn unanswered(case: &Case<'_>, lookup: &Lookup) -> Answer {
    let queries = lookup.queries();
    let (Some(first), Some(last)) = (queries.first(), queries.last()) else {
        return Answer::NoMatch;
    };
    let is_repeated = last.at.since(first.at) >= SENT_AGAIN;
    let goes_on = case.own_others().any(|brief| {
        brief.name.as_deref() == Some(lookup.name.as_str()) && brief.first.at > last.at
    });
    if goes_on && lookup.last_response.is_none() {
        return Answer::cannot_tell("missing-dns-responses", "collect-dns-both-directions");
    }
    let alive = answered_meanwhile(case, lookup);
    let is_watched = alive.is_some() || lookup.last_response.is_some() || hears(case);
    let is_leaky = case.crowd.is_leaky(case.attempt.vantage);
    if !is_repeated && (is_leaky || !is_watched) {
        return Answer::cannot_tell("missing-dns-responses", "collect-dns-both-directions");
    }
    let asked = asked(&queries, *first, *last);
    let is_late = lookup.last_response.is_some();
    // A resolver that is silent to everybody and a path on which nothing comes through look the same.
    let is_seen_alive = alive.is_some() || is_late;
    let finding = finding(case, lookup, Party::Resolver, asked)
        .confidence(if is_repeated && is_seen_alive {
            Confidence::Likely
        } else {
            Confidence::Possible
        })
        .shown_by(silence(lookup, *first, *last))
        .shown_by(lookup.last_response.filter(|_| is_late).map(|response| {
            Evidence::packet("ev-dns-late-response", response)
                .with("after", response.at.since(first.at))
        }))
        .rules_out(Party::Network, alive);
    let answered = answered(lookup);
    match (is_repeated, answered) {
        (false, _) => finding.variant("once").into(),
        (true, 0) if !is_seen_alive => finding.variant("unseen").into(),
        (true, 0) => finding.into(),
        (true, _) => finding
            .variant("too-late")
            .with("answered", answered)
            .into(),
    }
}

/// Questions to which a response came in the end.
fn answered(lookup: &Lookup) -> u64 {
    let is_answered = |t: &&Transaction| t.query.is_some() && t.response.is_some();
    lookup.transactions.iter().filter(is_answered).count() as u64
}

/// The capture saw a response to somebody, or a packet of a server.
fn hears(case: &Case<'_>) -> bool {
    let mut lookups = case.crowd.lookups_of(case.client().ip());
    case.hears_servers() || lookups.any(|other| other.last_response.is_some())
}

/// The same resolver answered another lookup of the host in this time.
fn answered_meanwhile(case: &Case<'_>, lookup: &Lookup) -> Option<Evidence> {
    let (from, until) = case.span();
    let servers = lookup.servers();
    let other = case.crowd.lookups_of(lookup.client).find(|other| {
        other.id != lookup.id
            && other
                .resolver
                .is_some_and(|resolver| servers.contains(&resolver))
            && other
                .last_response
                .is_some_and(|response| from <= response.at && response.at <= until)
    })?;
    let response = other.last_response?;
    Some(Evidence::packet("ev-dns-others-answered", response).with("other", &*other.name))
}

fn asked(queries: &[Stamp], first: Stamp, last: Stamp) -> Evidence {
    Evidence::packets("ev-dns-asked", queries.iter().copied())
        .unwrap_or_else(|| Evidence::packet("ev-dns-asked", first).with("last", last))
        .with("count", queries.len() as u64)
        .with("length", last.at.since(first.at))
}

fn silence(lookup: &Lookup, first: Stamp, last: Stamp) -> Option<Evidence> {
    let until = lookup
        .last_response
        .filter(|response| response.at > last.at);
    let end = until.map_or(lookup.observed_until, |response| response.at);
    let length = end.since(last.at);
    (length > Nanos(0)).then(|| {
        let stillness = Stillness {
            after: last,
            until,
            length,
            awaited: Awaited::DnsResponse,
            heard: None,
        };
        Evidence::silence("ev-dns-silence", stillness).with("total", end.since(first.at))
    })
}

/// A finding with the resolver for a server. A recursive resolver's own questions go to name servers: those are
/// neither resolver nor, without a second vantage point, to be told from the path.
fn finding(case: &Case<'_>, lookup: &Lookup, party: Party, evidence: Evidence) -> Finding {
    let party = if lookup.is_stub() {
        party
    } else {
        Party::Undecided
    };
    let severity = if case.is_failure() {
        Severity::Failure
    } else {
        Severity::Delay
    };
    let queries = lookup.queries().len() as u64;
    case.finding(Cause::D1, party, PhaseName::Dns, evidence)
        .severity(severity)
        .with("count", queries)
        .with("resolvers", resolvers(lookup))
}

fn resolvers(lookup: &Lookup) -> String {
    let servers = lookup.servers();
    let names: Vec<String> = servers.iter().map(ToString::to_string).collect();
    names.join(", ")
}

fn refused(case: &Case<'_>, lookup: &Lookup) -> Option<Finding> {
    let refusal = lookup.transactions.iter().find_map(|t| t.refusals.last())?;
    let is_port = matches!(
        (refusal.is_v6, refusal.kind, refusal.code),
        (false, 3, 3) | (true, 1, 4)
    );
    let evidence = Evidence::packet("ev-dns-refused", refusal.stamp)
        .with("type", u64::from(refusal.kind))
        .with("code", u64::from(refusal.code));
    let (party, variant) = if is_port {
        (Party::Resolver, "refused")
    } else {
        (Party::Network, "unreachable")
    };
    Some(finding(case, lookup, party, evidence).variant(variant))
}

fn truncated(case: &Case<'_>, lookup: &Lookup) -> Option<Finding> {
    let is_truncated = |t: &&Transaction| t.response.as_ref().is_some_and(|r| r.is_truncated);
    let cut = lookup.transactions.iter().find(is_truncated)?;
    let evidence = Evidence::packet("ev-dns-truncated", cut.response.as_ref()?.stamp);
    Some(
        finding(case, lookup, Party::Undecided, evidence)
            .confidence(Confidence::Possible)
            .variant("truncated"),
    )
}

/// Its first questions were asked before the capture began: the resolver may have answered as it should.
fn is_begun_before(lookup: &Lookup) -> bool {
    let mut transactions = lookup.transactions.iter();
    transactions.any(|t| t.query.is_none() && t.response.is_some())
}

/// It was answered in the end, after a timeout of the stub. Slow answers that the stub waited for are no fault.
fn late(case: &Case<'_>, lookup: &Lookup) -> Option<Finding> {
    if lookup.lost_sibling().is_some() || is_begun_before(lookup) {
        return None;
    }
    let queries = lookup.queries();
    let (first, last) = (*queries.first()?, *queries.last()?);
    // What was never answered was waited for at least until it was asked for the last time.
    let until = lookup.settled.unwrap_or(last);
    let waited = until.at.since(first.at);
    let is_repeated = last.at.since(first.at) >= SENT_AGAIN && waited >= SENT_AGAIN;
    let is_silent_first = lookup.transactions.iter().any(|t| {
        let repeat = t.repeats.first().map(|repeat| repeat.at);
        match (&t.response, repeat) {
            (None, _) => t.query.is_some() && t.refusals.is_empty(),
            (Some(response), Some(repeat)) => response.stamp.at >= repeat,
            (Some(_), None) => t.response_time().is_some_and(|took| took >= STUB_TIMEOUT),
        }
    });
    if !is_silent_first || !(is_repeated || waited >= STUB_TIMEOUT) {
        return None;
    }
    let answer = lookup
        .settled
        .map(|settled| Evidence::packet("ev-dns-late-response", settled).with("after", waited));
    let asked = asked(&queries, first, last);
    let finding = finding(case, lookup, Party::Resolver, asked).with("waited", waited);
    Some(if answer.is_some() {
        finding.variant("late").shown_by(answer)
    } else {
        finding.variant("partly")
    })
}
