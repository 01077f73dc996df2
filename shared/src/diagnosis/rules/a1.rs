//! A1: the server's kernel has the request, and its process never answers.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Stillness, Tcp,
    UnansweredRequest,
};
use crate::measure::whole_seconds;
use crate::phase::{Awaited, OVERDUE, Outcome, PhaseName};
use crate::time::Nanos;
use crate::tls;

pub(super) const RULE: Rule = Rule {
    cause: Cause::A1,
    documentation: Documentation {
        sees: "The server's kernel acknowledged the whole request, and no byte of a response came. A packet that the \
               server sent a second or more later still has the sequence number that it had then; or the server \
               ended the connection after that wait.",
        means: "Whatever the server had sent would have moved its sequence number (RFC 9293 §3.10.7.4), whether or not \
                it arrived. Its kernel and the path worked both ways: the application, or what it waits for, did not \
                answer.",
        refuted_by: "A later packet of the server with a higher sequence number (lost on the way), a request that was \
                     never acknowledged (A2, P3), a response that came (slow is not faulty).",
        needs: "Both directions, and one packet of the server a second or more into the wait. Records that follow the \
                handshake at once are session tickets, no response.",
        matches: &["d_a1_curl_ttfb", "d_part_a1_base", "old_s8006"],
        near_misses: &["d_ok_longpoll3", "d_h11_body", "d_a2_req", "d_p3_idle_v6"],
        sources: &[
            "RFC 9293 §3.10.7.4",
            "lineofflight/frankfurter#638",
            "nginx: upstream timed out while reading response header",
        ],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::a1(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(request) = case.unanswered_request() else {
        return Answer::NoMatch;
    };
    if tcp.lost_on_the_way().is_some()
        // The response may be among what the capture lacks.
        || !tcp.is_end_captured()
        || tcp.window_stays_closed(true)
        || case.split_by().is_some()
        || tcp.is_acknowledged_nearby()
        || waited(case, &request) < OVERDUE
    {
        return Answer::NoMatch;
    }
    let is_doubtful = tcp.tls().is_some_and(tls::Facts::answer_is_doubtful);
    let has_spoken = tcp.tls().is_some() && has_spoken(&tcp, &request);
    match case.outcome() {
        // What was taken for a ticket may be the whole response, and the end that of an idle connection.
        Outcome::ClosedByServer | Outcome::ResetByServer if is_doubtful || has_spoken => {
            Answer::NoMatch
        }
        _ if has_spoken || (is_doubtful && left_idle(&tcp, &request)) => {
            Answer::cannot_tell("missing-server-liveness", "collect-keep-alive")
        }
        Outcome::ResponseStalled | Outcome::RequestStalled => stalled(case, &tcp, &request),
        // What the timeline takes for the request's end is the client's goodbye.
        Outcome::ClosedByClient if request.left.is_some() => stalled(case, &tcp, &request),
        Outcome::ClosedByServer | Outcome::ResetByServer => ended(case, &tcp, &request).into(),
        _ => Answer::NoMatch,
    }
}

/// What was taken for a ticket may be a short response, and the client left when the connection had been idle for a time
/// that people set, which counts from the server's last byte.
fn left_idle(tcp: &Tcp<'_>, request: &UnansweredRequest) -> bool {
    let goodbye = tcp
        .client
        .last_payload
        .filter(|last| last.packet > request.acked.packet);
    let fin = tcp.client.fin.as_deref().map(|fin| fin.stamp);
    let Some((last, left)) = tcp.server.last_payload.zip(goodbye.or(fin)) else {
        return false;
    };
    whole_seconds(Tcp::between(last, left)).is_some()
}

/// Under TLS, the server said something after the request that came later than tickets do (a round trip after it, as they
/// need no thought) and long before the end: a short response looks like other things that nobody asked for. Of equally
/// long records, which are tickets without doubt, the later ones may have waited for an acknowledgement.
fn has_spoken(tcp: &Tcp<'_>, request: &UnansweredRequest) -> bool {
    let (Some(rtt), Some(tls)) = (tcp.round_trip(), tcp.tls()) else {
        return false;
    };
    let tickets = tls.tickets.last().filter(|_| tls.tickets.len() > 1);
    let from = tickets.map_or(request.sent, |last| last.last_byte);
    let prompt = rtt.get().saturating_mul(5) / 4 + TICKET_MADE.get();
    let fins = [tcp.server, tcp.client].map(|side| side.fin.as_deref().map(|fin| fin.stamp.at));
    let end = fins.into_iter().flatten().min();
    let mut entries = tcp.flow.journal.iter();
    entries.any(|entry| {
        let at = entry.stamp().at;
        entry.side() != tcp.client_side
            && entry.payload > 0
            && entry.stamp().packet > from.packet
            && at.since(request.sent.at).get() > prompt
            && end.is_none_or(|end| end.since(at) >= OVERDUE)
    })
}

/// Sealing a ticket is one symmetric encryption; two milliseconds are a process that had to be scheduled for it.
const TICKET_MADE: Nanos = Nanos::from_millis(2);

/// How long the client waited.
fn waited(case: &Case<'_>, request: &UnansweredRequest) -> Nanos {
    let longest = case.timeline.longest_wait.unwrap_or_default();
    request
        .left
        .map_or(longest, |left| Tcp::between(request.sent, left))
}

fn finding(case: &Case<'_>, tcp: &Tcp<'_>, request: &UnansweredRequest) -> Finding {
    let after = Tcp::between(request.sent, request.acked);
    let has_it = Evidence::packet("ev-request-acked", request.acked)
        .with("request", request.sent)
        .with("after", after);
    case.finding(Cause::A1, Party::Server, PhaseName::Wait, has_it.clone())
        .with("acked", after)
        .with("waited", waited(case, request))
        .rules_out(Party::Client, [has_it])
        .rules_out(Party::Network, tcp.no_unseen_packets())
        .rules_out(Party::Middlebox, tcp.one_ttl())
        .or(&[Cause::H2])
}

fn stalled(case: &Case<'_>, tcp: &Tcp<'_>, request: &UnansweredRequest) -> Answer {
    let Some(silence) = silence(case, tcp, request) else {
        return Answer::cannot_tell("missing-server-liveness", "collect-keep-alive");
    };
    let still = Evidence::silence("ev-silence", silence);
    let Some(proof) = tcp.silence_proof(silence.after.at) else {
        let proven = case
            .siblings()
            .find(|brief| brief.is_proven_mute && brief.outcome == case.outcome());
        let Some(sibling) = proven else {
            return Answer::cannot_tell("missing-server-liveness", "collect-keep-alive");
        };
        return finding(case, tcp, request)
            .confidence(Confidence::Possible)
            .shown_by([still, Evidence::packet("ev-sibling-proven", sibling.last)])
            .or(&[Cause::H11, Cause::H13, Cause::P6])
            .into();
    };
    let confidence = match (tcp.one_ttl(), tcp.is_without_loss()) {
        (Some(_), true) => Confidence::Certain,
        _ => Confidence::Likely,
    };
    finding(case, tcp, request)
        .confidence(confidence)
        .shown_by([still, proof.clone()])
        .shown_by(tcp.probes_answered())
        .rules_out(Party::Network, [proof])
        .into()
}

/// The wait: up to the goodbye where that was taken for a part of the request.
fn silence(case: &Case<'_>, tcp: &Tcp<'_>, request: &UnansweredRequest) -> Option<Stillness> {
    let Some(left) = request.left else {
        return case.stillness();
    };
    let said = tcp
        .server
        .last_payload
        .filter(|said| said.packet < left.packet);
    let after = said.map_or(request.acked, |said| said.max(request.acked));
    Some(Stillness {
        after,
        until: Some(left),
        length: Tcp::between(after, left),
        awaited: Awaited::Response,
        heard: tcp.server.last.filter(|last| last.packet > after.packet),
    })
}

/// The server's side ended the wait itself, before the client did.
fn ended(case: &Case<'_>, tcp: &Tcp<'_>, request: &UnansweredRequest) -> Option<Finding> {
    let fin = tcp.server.fin.as_deref().map(|fin| fin.stamp);
    let end = match case.outcome() {
        Outcome::ClosedByServer => fin?,
        _ => tcp.server_reset()?.stamp,
    };
    let waited = Tcp::between(request.acked, end);
    if waited < OVERDUE {
        return None;
    }
    let confidence = match whole_seconds(waited) {
        Some(_) => Confidence::Likely,
        None => Confidence::Possible,
    };
    let gave_up = Evidence::packet("ev-ended-without-response", end).with("waited", waited);
    Some(
        finding(case, tcp, request)
            .variant("ended")
            .confidence(confidence)
            .with("waited", waited)
            .shown_by([gave_up])
            .or(&[Cause::A5, Cause::A7]),
    )
}
