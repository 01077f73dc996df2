//! P6: a device on the way lets a connection's first kilobytes pass and then nothing more.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Severity, Tcp,
};
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::P6,
    documentation: Documentation {
        sees: "The response began, full-size segments arrived, and after 12 to 24 kB of the connection nothing of the \
               server arrived any more: not its data, and not its answers to what the client sent; or its later \
               packets show that it had sent on.",
        means: "Segments of the largest size had passed, so it is not their size (H11); the server's kernel would have \
                answered (A3). Filters that count a connection's bytes freeze it after that volume, and a new \
                connection gets as far again.",
        refuted_by: "Answers of the server with an unchanged sequence number (A3), a window of the client that is \
                     closed (A4), no full-size segment before the freeze (H11), resets.",
        needs: "Something of the client after the freeze that had to be answered: a keep-alive, a FIN sent again; and \
                for certainty two connections that end after the same volume.",
        matches: &["d_p6_16k", "d_p6_body_ka"],
        near_misses: &["d_a3_body_v6", "d_h11_body", "d_a4_zerowin", "d_ok_sse"],
        sources: &[
            "net4people/bbs#490",
            "net4people/bbs#662",
            "necronicle/z2k#45",
        ],
    },
    explains: &[Cause::H13, Cause::A11],
    judge,
};

/// What the filters let pass of a connection, by what is reported of them: 12 to 24 KB, a packet more or less.
const VOLUME: std::ops::RangeInclusive<u64> = 12_000 - 1_500..=24 * 1_024 + 1_500;

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(last) = frozen_after(case, &tcp) else {
        return Answer::NoMatch;
    };
    let bytes = tcp.server.stream_bytes;
    if !VOLUME.contains(&bytes) || tcp.window_stays_closed(true) {
        return Answer::NoMatch;
    }
    let unheard = tcp.unheard();
    let lost = tcp
        .lost_on_the_way()
        .map(|(missing, told)| Evidence::packet("ev-sent-on", told).with("missing", missing));
    if unheard.is_none() && lost.is_none() {
        return Answer::cannot_tell("missing-server-liveness", "collect-keep-alive");
    }
    let fresh = case
        .siblings()
        .find(|brief| brief.first.at > last.at && brief.is_connected());
    let alike = case.siblings().any(|brief| {
        brief.outcome == Outcome::ReceiveStalled && is_alike(brief.server_bytes, bytes)
    });
    let confidence = if alike || fresh.is_some() || lost.is_some() {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    let stop = Evidence::packet("ev-last-bytes", last).with("bytes", bytes);
    case.finding(Cause::P6, Party::Middlebox, PhaseName::Receive, stop)
        // Where TLS hides that the response is not whole, its last full-size segment shows it.
        .severity(Severity::Failure)
        .confidence(confidence)
        .with("bytes", bytes)
        .shown_by(unheard)
        .shown_by(lost.clone())
        .shown_by(fresh.map(|brief| Evidence::packet("ev-new-connection-works", brief.first)))
        .rules_out(Party::Server, lost)
        .or(&[Cause::A11, Cause::H13])
        .into()
}

/// The server's last new byte, in a response that is not over and in which full-size segments had come.
fn frozen_after(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Stamp> {
    const OPTIONS: u32 = 40;
    let mss = u32::from(tcp.largest_allowed()?);
    let had_full = tcp.server.handicaps.largest_payload.saturating_add(OPTIONS) >= mss;
    let is_open = case.outcome() == Outcome::ReceiveStalled;
    let is_hidden = || {
        let end = case.sealed_end();
        end.is_some_and(|end| end.waited >= OVERDUE) && tcp.ends_in_full_segment() == Some(true)
    };
    let last = tcp.server.last_payload?;
    (had_full && (is_open || is_hidden())).then_some(last)
}

/// Two connections stopped within one initial window of each other (RFC 6928): what was on its way differs.
const fn is_alike(one: u64, other: u64) -> bool {
    one.abs_diff(other) <= 10 * 1_460
}
