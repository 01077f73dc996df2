//! A3: the server's process stopped in the middle of the response.

use super::probed;
use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule,
    SealedEnd, SealedEnder, Severity, Tcp,
};
use crate::flow::facts::Pause;
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::A3,
    documentation: Documentation {
        sees: "The response began and stopped: nothing is in flight, the client's window is open, and a packet that \
               the server sent a second or more later has the sequence number that follows the last byte that came. \
               Where TLS hides whether the response was whole, the client left after a whole number of seconds \
               counted from the beginning of the request.",
        means: "All that the server had sent had arrived, and the client was ready for more: the process that writes \
                the response stopped. A client that has all it asked for does not leave by the time limit of the \
                request; a pool's idle time counts from the last byte.",
        refuted_by: "A sequence number beyond the last byte that came (lost on the way), a closed window of the client \
                     (A4), no answer to what the client sends (P6), a stream that had paused as long before (events \
                     that come when they come).",
        needs: "Both directions, and one packet of the server after a second of silence.",
        matches: &["d_a3_body_v6", "old_s8007"],
        near_misses: &[
            "d_ok_sse",
            "d_ok_idle_ka_clean",
            "d_p6_16k",
            "d_a4_zerowin",
            "d_h11_body",
        ],
        sources: &[
            "RFC 9293 §3.10.7.4",
            "curl: operation timed out with n out of m bytes received",
        ],
    },
    // Milliseconds are no matter where a response stands still.
    explains: &[Cause::A10],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::a3(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    if tcp.lost_on_the_way().is_some()
        || !tcp.is_end_captured()
        || tcp.window_stays_closed(true)
        || case.split_by().is_some()
        || tcp.is_acknowledged_nearby()
    {
        return Answer::NoMatch;
    }
    match case.outcome() {
        Outcome::ReceiveStalled => stalled(case, &tcp),
        Outcome::Completed => sealed(case, &tcp).into(),
        _ => Answer::NoMatch,
    }
}

fn finding(case: &Case<'_>, tcp: &Tcp<'_>, last: Stamp, waited: Nanos) -> Finding {
    let bytes = tcp.server.stream_bytes;
    let stop = Evidence::packet("ev-last-bytes", last).with("bytes", bytes);
    case.finding(Cause::A3, Party::Server, PhaseName::Receive, stop)
        .with("bytes", bytes)
        .with("waited", waited)
        .rules_out(Party::Network, tcp.no_unseen_packets())
        .rules_out(Party::Middlebox, tcp.one_ttl())
        .or(&[Cause::A8])
}

/// Seen in clear, or by a TLS record that is not over.
fn stalled(case: &Case<'_>, tcp: &Tcp<'_>) -> Answer {
    let (Some(silence), Some(last)) = (case.stillness(), tcp.server.last_payload) else {
        return Answer::cannot_tell("missing-server-liveness", "collect-keep-alive");
    };
    let Some(begun) = case.trouble().and_then(|phase| phase.start) else {
        return Answer::NoMatch;
    };
    let paused = |pause: &Pause| pause.after.at >= begun;
    if has_survived(tcp, silence.length, paused) {
        return Answer::NoMatch;
    }
    let Some(proof) = tcp.silence_proof(silence.after.at) else {
        return Answer::cannot_tell("missing-server-liveness", "collect-keep-alive");
    };
    let confidence = match (tcp.one_ttl(), tcp.is_without_loss()) {
        (Some(_), true) => Confidence::Certain,
        _ => Confidence::Likely,
    };
    finding(case, tcp, last, silence.length)
        .confidence(confidence)
        .shown_by([Evidence::silence("ev-silence", silence), proof.clone()])
        .shown_by(tcp.probes_answered())
        .rules_out(Party::Network, [proof])
        .into()
}

/// Under TLS: by when the client left, and by what other attempts show.
///
/// One limit that is met may be chance (one time in sixteen for each of two origins). Two connections to the endpoint
/// that end so are not, nor is one of a client that leaves at once when it has its answer.
fn sealed(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    let end = case.sealed_end()?;
    // Records alone may be something else that looks like them.
    let is_secure = tcp.tls()?.server_hello.is_some() || tcp.server.handicaps.snapped_segments > 0;
    let paused = |pause: &Pause| {
        pause.after.packet >= end.asked.packet && pause.after.packet < end.last.packet
    };
    if !is_secure || end.waited < OVERDUE || has_survived(tcp, end.waited, paused) {
        return None;
    }
    let proof = tcp.silence_proof(end.last.at)?;
    let found = finding(case, tcp, end.last, end.waited)
        .confidence(Confidence::Possible)
        .severity(Severity::Info)
        .shown_by([proof]);
    let given_up = || {
        let sealed = case
            .siblings()
            .filter_map(|brief| Some((brief, brief.sealed?)));
        sealed.filter(|(_, sealed)| sealed.limit.is_some())
    };
    if let Some(seconds) = end.total_limit(case.started()) {
        let is_sure = given_up().next().is_some() || leaves_at_once(case);
        let found = if is_sure {
            found.variant("sealed").severity(Severity::Failure)
        } else {
            found.variant("limit")
        };
        return Some(by_limit(found, &end, seconds));
    }
    let alike = given_up().filter(|(_, sealed)| sealed.bytes == end.stream_bytes);
    let alike: Vec<Stamp> = alike.map(|(brief, _)| brief.last).take(2).collect();
    if alike.len() == 2 {
        let same = Evidence::packets("ev-siblings-stopped-alike", alike)?;
        let same = same.with("bytes", end.stream_bytes);
        let found = found.variant("alike").severity(Severity::Failure);
        return Some(found.shown_by([same]));
    }
    let seconds = end.idle_limit()?;
    let timer = case.measured?.idle_timer.as_ref();
    // The idle time of a pool that is known by its length.
    if timer.is_some_and(|timer| !timer.known.is_empty()) {
        return None;
    }
    // A read timeout looks so, and an idle pool too: a remark that accuses nobody.
    Some(by_limit(found.variant("unsure"), &end, seconds))
}

/// Other connections of the same kind of client ended as soon as the answer was there: it keeps none for later.
fn leaves_at_once(case: &Case<'_>) -> bool {
    let shape = |brief: &Brief| brief.hello.as_ref().map(|hello| hello.shape);
    let Some(own) = case.brief().and_then(shape) else {
        return false;
    };
    let mut ends = case
        .own_others()
        .filter(|brief| shape(brief) == Some(own))
        .filter_map(|brief| brief.sealed)
        .filter(|sealed| sealed.limit.is_none())
        .peekable();
    ends.peek().is_some()
        && ends.all(|sealed| sealed.ender == SealedEnder::Client && sealed.waited <= AT_ONCE)
}

/// What a process that is not starved needs to close: half a period of CPU bandwidth control.
const AT_ONCE: Nanos = Nanos::from_millis(50);

fn by_limit(found: Finding, end: &SealedEnd, seconds: u32) -> Finding {
    let left = end.end.map(|left| {
        Evidence::packet("ev-client-left", left)
            .with("seconds", seconds)
            .with("waited", end.waited)
    });
    found.with("seconds", seconds).shown_by(left)
}

/// The response had paused before, at least half as long, and had gone on: it comes when it comes.
fn has_survived(tcp: &Tcp<'_>, silence: Nanos, counts: impl Fn(&Pause) -> bool) -> bool {
    let half = Nanos(silence.get() / 2);
    let last = tcp.server.last_payload;
    tcp.flow.pauses.iter().any(|pause| {
        let has_ended = pause
            .until
            .zip(last)
            .is_some_and(|(until, last)| until.packet <= last.packet);
        has_ended && pause.length >= half && counts(pause)
    })
}
