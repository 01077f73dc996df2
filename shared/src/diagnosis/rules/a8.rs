//! A8: an HTTP/2 sender had used its flow-control window up and was not given more.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Severity, Tcp,
};
use crate::http::facts::WindowStall;
use crate::phase::{OVERDUE, Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::A8,
    documentation: Documentation {
        sees: "An HTTP/2 sender stopped for a second or more with exactly its window used up, while TCP's window was \
               open. Under TLS: a response stopped at 65,535 bytes and what frames, headers and records add.",
        means: "65,535 bytes are every window's size until the receiver says otherwise (RFC 9113 §6.9.2). More may be \
                sent only when the receiver gives WINDOW_UPDATE: it did not read, or the sender did not count it.",
        refuted_by: "A closed TCP window (A4), bytes that were sent and lost, another number of bytes.",
        needs: "Frames in clear; under TLS only the number of bytes speaks for it.",
        matches: &["test:a_sender_that_stops_at_the_window"],
        near_misses: &["d_a3_body_v6", "old_s8007", "d_a4_zerowin"],
        sources: &["RFC 9113 §6.9", "golang/go#28204", "curl/curl#16955"],
    },
    explains: &[Cause::A3],
    judge,
};

/// Every window until SETTINGS or WINDOW_UPDATE says otherwise (RFC 9113 §6.9.2).
const DEFAULT_WINDOW: u64 = 65_535;

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let is_otherwise = tcp.lost_on_the_way().is_some()
        || tcp.window_stays_closed(true)
        || tcp.window_stays_closed(false);
    if is_otherwise {
        return Answer::NoMatch;
    }
    clear(case, &tcp).or_else(|| sealed(case, &tcp)).into()
}

/// Frames in clear show who waited for whom.
fn clear(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    let http2 = tcp.connection.http()?.http2.as_deref()?;
    let length = |stall: &WindowStall| {
        let until = stall
            .reopened
            .map_or(case.attempt.observed_until, |reopened| reopened.at);
        until.since(stall.exhausted.at)
    };
    let longest = http2
        .window_stalls
        .iter()
        .max_by_key(|stall| length(stall))?;
    let waited = length(longest);
    if waited < OVERDUE {
        return None;
    }
    let is_download = longest.sender != tcp.client_side;
    let (party, phase, variant) = if is_download {
        (Party::Client, PhaseName::Receive, "client")
    } else {
        (Party::Server, PhaseName::Request, "server")
    };
    let used = Evidence::packet("ev-http2-window-used", longest.exhausted).with("length", waited);
    let given = longest
        .reopened
        .map(|reopened| Evidence::packet("ev-http2-window-given", reopened));
    let severity = if longest.reopened.is_none() {
        case.severity()
    } else {
        Severity::Delay
    };
    Some(
        case.finding(Cause::A8, party, phase, used.clone())
            .variant(variant)
            .severity(severity)
            .confidence(Confidence::Certain)
            .with("length", waited)
            .shown_by(given)
            .rules_out(Party::Network, [used]),
    )
}

/// Under TLS: the number of bytes.
fn sealed(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    let tls = tcp.tls()?;
    let offers_http2 = tls
        .client_hello()?
        .offer
        .alpn
        .iter()
        .any(|protocol| &**protocol == "h2");
    let chosen = tls.server_hello.as_deref()?.alpn.as_deref();
    if !offers_http2 || chosen.is_some_and(|chosen| chosen != "h2") {
        return None;
    }
    let response = tls
        .exchanges
        .iter()
        .rev()
        .find_map(|exchange| exchange.response)?;
    if !is_one_window(response.bytes, u64::from(response.records)) {
        return None;
    }
    let waited = match case.outcome() {
        Outcome::ReceiveStalled => case.stillness()?.length,
        Outcome::Completed => case.sealed_end()?.waited,
        _ => return None,
    };
    if waited < OVERDUE {
        return None;
    }
    let proof = tcp.silence_proof(response.last.at)?;
    let stop = Evidence::packet("ev-one-window", response.last)
        .with("bytes", response.bytes)
        .with("window", DEFAULT_WINDOW);
    Some(
        case.finding(Cause::A8, Party::Server, PhaseName::Receive, stop)
            // The packets show that it stopped; that it stopped at this number is the reason to think it was not whole.
            .severity(Severity::Failure)
            .confidence(Confidence::Possible)
            .variant("sealed")
            .with("bytes", response.bytes)
            .with("waited", waited)
            .shown_by([proof])
            .or(&[Cause::A3]),
    )
}

/// Bytes of records that hold 65,535 bytes of DATA: each record adds up to 24 (RFC 5288 §3), each frame 9 (RFC 9113
/// §4.1; a frame holds 16,384 unless agreed otherwise, and may be as short as a record), the headers up to 1 KiB.
const fn is_one_window(bytes: u64, records: u64) -> bool {
    const HEADERS: u64 = 1_024;
    let most = DEFAULT_WINDOW + HEADERS + records * (24 + 9) + 4 * 9;
    DEFAULT_WINDOW <= bytes && bytes <= most
}
