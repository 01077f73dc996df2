//! D3: the resolver answered, and the answer is an error or empty.

use crate::diagnosis::{Answer, Case, Cause, Documentation, Evidence, Finding, Party, Rule};
use crate::dns::{Lookup, LookupOutcome, RecordType, Response};
use crate::phase::{OVERDUE, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::D3,
    documentation: Documentation {
        sees: "The resolver answered with an error code (NXDOMAIN, SERVFAIL, REFUSED and others) or with no record of \
               the types that were asked for.",
        means: "There is no address to connect to, so nothing after the lookup was reached. The response is the \
                resolver's word; NXDOMAIN and empty answers are that of the zone's owner, or the name is wrong.",
        refuted_by: "A name of the resolver's search list that gave addresses right before or after: then this one \
                     was a step of the search and nobody missed it.",
        needs: "The response.",
        matches: &["d_d3_nx", "d_d3_servfail_nodata"],
        near_misses: &["d_d1_late", "d_ok_allclients"],
        sources: &[
            "RFC 1035 §4.1.1",
            "RFC 2308 §2",
            "resolv.conf(5), search and ndots",
        ],
    },
    explains: &[],
    judge,
};

/// A stub goes through its search list without a pause; a step may take a timeout of its own (5 s by default).
const SEARCH: Nanos = Nanos::from_secs(5);

fn judge(case: &Case<'_>) -> Answer {
    let Some(lookup) = case.lookup() else {
        return Answer::NoMatch;
    };
    let variant = match lookup.outcome {
        LookupOutcome::NonExistentName => None,
        // An address was known all the same: of the other family, and asked for before the capture began.
        LookupOutcome::Empty if goes_on(case, lookup) => return Answer::NoMatch,
        LookupOutcome::Empty => Some("empty"),
        LookupOutcome::Failed(_) => Some("failed"),
        _ => return Answer::NoMatch,
    };
    finding(case, lookup, variant).into()
}

/// The client connects to the name within the time that a stub takes.
fn goes_on(case: &Case<'_>, lookup: &Lookup) -> bool {
    case.own_others().any(|brief| {
        let after = brief.first.at.since(lookup.started.at);
        brief.name.as_deref() == Some(lookup.name.as_str()) && Nanos(0) <= after && after <= SEARCH
    })
}

fn finding(case: &Case<'_>, lookup: &Lookup, variant: Option<&'static str>) -> Option<Finding> {
    let responses = lookup
        .transactions
        .iter()
        .filter_map(|t| t.response.as_ref());
    let responses: Vec<&Response> = responses.collect();
    let telling = responses.iter().max_by_key(|response| response.rcode)?;
    let code = telling
        .rcode
        .name()
        .map_or_else(|| format!("RCODE {}", telling.rcode.0), str::to_owned);
    let evidence = Evidence::packets("ev-dns-error", responses.iter().map(|r| r.stamp))?
        .with("code", code.clone())
        .with("records", u64::from(telling.answer_count));
    // A host that wants to connect asks for IPv4 as well, unless it has none: that question may not be in the capture.
    let is_half = lookup.outcome == LookupOutcome::Empty
        && lookup
            .transactions
            .iter()
            .all(|t| t.record_type == RecordType::AAAA);
    let party = if lookup.is_stub() && !is_half {
        Party::Resolver
    } else {
        Party::Undecided
    };
    let finding = case
        .finding(Cause::D3, party, PhaseName::Dns, evidence)
        .with("code", code)
        .with("resolver", lookup.transactions.first()?.server);
    if let Some(found) = search_went_on(case, lookup) {
        return Some(finding.variant("search").shown_by([found]).excuse());
    }
    let alive = telling.stamp;
    let reached =
        Evidence::packet("ev-dns-answered", alive).with("after", alive.at.since(lookup.started.at));
    let finding = finding.rules_out(Party::Network, [reached]);
    Some(match variant {
        Some(variant) => finding.variant(variant),
        None => finding,
    })
}

/// A name that the search list makes of this one, or that this one was made of, was found at that time.
fn search_went_on(case: &Case<'_>, lookup: &Lookup) -> Option<Evidence> {
    let name = lookup.name.as_str();
    let (from, until) = case.span();
    let found = case.crowd.lookups_like(lookup.client, name).find(|other| {
        other.id != lookup.id
            && other.outcome == LookupOutcome::Answered
            && (is_expansion(name, &other.name) || is_expansion(&other.name, name))
            && other.started.at.since(until) <= SEARCH
            && from.since(other.started.at) <= OVERDUE
    })?;
    let packet = found.last_response.unwrap_or(found.started);
    Some(Evidence::packet("ev-dns-search-found", packet).with("found", &*found.name))
}

/// `long` is `short` with a domain of the search list behind it.
fn is_expansion(long: &str, short: &str) -> bool {
    long.strip_prefix(short)
        .is_some_and(|rest| rest.len() > 1 && rest.starts_with('.'))
}
