//! D4: the address that failed is not among those that the name has now.

use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, LookupBrief, Party,
    Rule,
};
use crate::dns::{LookupId, RecordAddress};
use crate::phase::PhaseName;
use crate::time::{Nanos, Timestamp};

pub(super) const RULE: Rule = Rule {
    cause: Cause::D4,
    documentation: Documentation {
        sees: "Every attempt at this address failed, and every answer for the name that was valid by then lacks it. \
               It came from an answer whose time to live was over, or from another resolver; the addresses of the \
               valid answer work.",
        means: "The client used an address that the name no longer has, or one resolver gives an address that the \
                others do not: a stale cache in the client, or an address set that differs between resolvers.",
        refuted_by: "A valid answer of the same resolver with this address in it, a success at this address, or \
                     failures at the other addresses too.",
        needs: "The lookups of the name in the capture, and attempts at more than one of its addresses.",
        matches: &["test:an_expired_answer_is_the_clients"],
        near_misses: &["d_origin_two", "d_t13_go_he", "d_t5_fwreject"],
        sources: &[
            "nginx/docker-nginx#787",
            "moby/moby#28474",
            "RFC 1035 §3.2.1",
        ],
    },
    explains: &[Cause::T1, Cause::T2, Cause::T5, Cause::T6, Cause::T18],
    judge,
};

/// Times to live are whole seconds, and a cache may count from the next one.
const ROUNDING: Nanos = Nanos::from_secs(1);

fn judge(case: &Case<'_>) -> Answer {
    let is_unreachable =
        case.is_failure() && case.tcp().is_some() && case.is_trouble_in(PhaseName::Connect);
    if !is_unreachable {
        return Answer::NoMatch;
    }
    stale(case).into()
}

fn stale(case: &Case<'_>) -> Option<Finding> {
    let own = case.attempt.answer.as_ref()?;
    let address = case.server().ip();
    let age = case.attempt.connected_from().at.since(own.answered.at);
    let mut given = own.addresses.iter();
    let ttl = given.find(|record| record.address == address)?.ttl;
    let lifetime = Nanos::from_secs(i64::from(ttl));
    let is_expired = age.get() > lifetime.get().saturating_add(ROUNDING.get());
    let fresh = valid_without(case, own.lookup)?;
    let is_other_resolver = fresh.resolver.is_some_and(|known| known != own.server);
    let (party, variant) = match (is_expired, is_other_resolver) {
        (true, _) => (Party::Client, "cached"),
        (false, true) => (Party::Resolver, "resolvers"),
        (false, false) => return None,
    };
    let works = only_the_valid_work(case, fresh)?;
    let response = fresh.last_response.unwrap_or(fresh.started);
    let set = Evidence::packet("ev-dns-valid-set", response)
        .with("address", address)
        .with("addresses", fresh.addresses.len() as u64);
    let from = Evidence::packet("ev-dns-given-by", own.answered)
        .with("resolver", own.server)
        .with("ttl", u64::from(ttl))
        .with("age", age);
    let reached = Evidence::packet("ev-dns-other-address-works", works.syn?.answer?)
        .with("other", works.server);
    Some(
        case.finding(Cause::D4, party, PhaseName::Connect, set)
            .confidence(Confidence::Possible)
            .variant(variant)
            .with("resolver", own.server)
            .with("age", age)
            .shown_by([from])
            .rules_out(Party::Network, [reached])
            .or(&[Cause::T1]),
    )
}

/// The last answer for the name that was valid when the attempt began, when none of them has its address.
fn valid_without<'a>(case: &Case<'a>, own: LookupId) -> Option<&'a LookupBrief> {
    let (name, _) = case.attempt.name.as_ref()?;
    let address = case.server().ip();
    let started = case.attempt.connected_from().at;
    let is_of_family = |record: &RecordAddress| record.address.is_ipv4() == address.is_ipv4();
    let mut last = None;
    for lookup in case.crowd.lookups_like(case.client().ip(), name) {
        let is_other = lookup.id != own && *lookup.name == **name;
        if !is_other || !is_valid(lookup, started) || !lookup.addresses.iter().any(is_of_family) {
            continue;
        }
        if lookup
            .addresses
            .iter()
            .any(|record| record.address == address)
        {
            return None;
        }
        last = Some(lookup);
    }
    last
}

/// It was answered before the attempt began, and its addresses may still be used.
fn is_valid(lookup: &LookupBrief, started: Timestamp) -> bool {
    let Some(response) = lookup
        .last_response
        .filter(|response| response.at <= started)
    else {
        return false;
    };
    let age = started.since(response.at);
    let lifetime = lookup.addresses.iter().map(|record| record.ttl).min();
    lifetime.is_some_and(|ttl| age <= Nanos::from_secs(i64::from(ttl)))
}

/// No attempt at this address came through, and one at an address of the valid answer did.
fn only_the_valid_work<'a>(case: &Case<'a>, fresh: &LookupBrief) -> Option<&'a Brief> {
    if case.crowd.to(case.server().ip()).any(Brief::is_connected) {
        return None;
    }
    case.own_others().find(|brief| {
        let is_fresh = fresh
            .addresses
            .iter()
            .any(|r| r.address == brief.server.ip());
        is_fresh && brief.is_connected()
    })
}
