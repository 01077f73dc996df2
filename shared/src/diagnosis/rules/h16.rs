//! H16: the server takes its time in the handshake, and answers in the end.

use super::probed;
use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, HelloFate, Party, Rule, Tcp,
};
use crate::ids::Stamp;
use crate::phase::{OVERDUE, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H16,
    documentation: Documentation {
        sees: "The ClientHello was acknowledged at once, and the ServerHello (or, in TLS 1.2, the signed \
               ServerKeyExchange behind it) came a second or more later. Nothing was lost: the server's packets in \
               between have an unchanged sequence number, or its identifications leave none out.",
        means: "The delay was made in the server's process: a queue before its workers, a call to a key server, HSM \
                or OCSP responder, missing entropy.",
        refuted_by: "Identifications or sequence numbers that show packets which never came (H12, H13), a client that \
                     was asked and did not answer (H17).",
        needs: "Packets of both directions, and IPv4 identifications that count, or a packet of the server within \
                the wait.",
        matches: &["d_h16_late_2arms", "d_h16_ske3s_tls12"],
        near_misses: &[
            "d_h12_probe",
            "d_h13_flightloss",
            "d_h17_think",
            "d_h14_bigcert",
        ],
        sources: &[
            "openssl/openssl#29227",
            "quicwg/base-drafts#4217",
            "h2o/h2o#862",
        ],
    },
    explains: &[Cause::H13],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h16(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    if case.split_by().is_some() || (case.may_wait_in_own_queue() && !is_path_clear(case)) {
        return Answer::NoMatch;
    }
    let Some(HelloFate::Acknowledged(acked)) = tcp.hello_fate() else {
        return Answer::NoMatch;
    };
    let Some((from, until)) = before_hello(&tcp, acked).or_else(|| within_flight(&tcp)) else {
        return Answer::NoMatch;
    };
    // What the path lost later is another matter; a capture that lacks packets may lack the answer.
    if !tcp.is_server_lossless_until(until) || !tcp.is_all_captured() {
        return Answer::NoMatch;
    }
    let late = until.at.since(from.at);
    let proof = tcp.no_unseen_packets_until(until).or_else(|| {
        let (length, heard) = tcp.proven_silent(from.at)?;
        let is_long = length >= OVERDUE && heard.at < until.at;
        is_long.then(|| {
            Evidence::packet("ev-sequence-unchanged", heard)
                .with("length", length)
                .with("bytes", 0u64)
        })
    });
    let Some(proof) = proof else {
        return Answer::cannot_tell("missing-server-liveness", "collect-keep-alive");
    };
    let Some(wait) = Evidence::packets("ev-late-hello", [from, until]) else {
        return Answer::NoMatch;
    };
    let wait = wait.with("late", late);
    case.finding(Cause::H16, Party::Server, PhaseName::Tls, wait)
        .severity(case.severity())
        .confidence(Confidence::Likely)
        .with("late", late)
        .with("packet", until)
        .shown_by([proof.clone()])
        .rules_out(Party::Network, [proof])
        .rules_out(Party::Client, tcp.prompt_hello())
        .or(&[Cause::H1, Cause::H2])
        .into()
}

/// Its own round trips, before and after the wait, say that no queue stood on the path.
fn is_path_clear(case: &Case<'_>) -> bool {
    let round_trips = case.brief().and_then(Brief::round_trip_range);
    round_trips.is_some_and(|(shortest, longest)| !Brief::is_queue(shortest, longest))
}

/// The ServerHello came late.
fn before_hello(tcp: &Tcp<'_>, acked: Stamp) -> Option<(Stamp, Stamp)> {
    let answer = tcp.hello()?.answer?;
    tcp.tls()?.server_hello.as_ref()?;
    let late = answer.until.at.since(acked.at);
    (late >= OVERDUE).then_some((acked, answer.until))
}

/// The flight began in time and paused: longer than a round trip, so no window was waited for.
fn within_flight(tcp: &Tcp<'_>) -> Option<(Stamp, Stamp)> {
    let flight = tcp.measured.flight.as_ref()?;
    let rtt = tcp.round_trip()?;
    let least = OVERDUE.max(Nanos(rtt.get().saturating_mul(2)));
    let (pause, _) = flight
        .pauses
        .iter()
        .find(|(pause, _)| pause.length() >= least)?;
    Some((pause.from, pause.until))
}
