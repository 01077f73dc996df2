//! A4: one side closed its receive window: it is the reader that holds the transfer up.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Severity, Tcp,
};
use crate::flow::facts::ZeroWindows;
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::A4,
    documentation: Documentation {
        sees: "One side announced a receive window of 0 and kept it closed, while the other had more to send.",
        means: "The window is what the receiving process has left free in its buffer (RFC 9293 §3.8.6): it did not \
                read. Sender and path waited for it. In a download that is the client, in an upload the server.",
        refuted_by: "A window of 0 in an RST, which means nothing; a window that opened again before the sender's \
                     first probe was due.",
        needs: "The packets of the side whose window it is.",
        matches: &["d_a4_zerowin", "d_a4_upload_server", "old_zerowin"],
        near_misses: &["d_a3_body_v6", "d_p6_16k", "d_ok_go_h1_close"],
        sources: &["RFC 9293 §3.8.6", "RFC 9293 §3.8.6.1"],
    },
    explains: &[],
    judge,
};

/// The shortest time before a sender probes a closed window: Linux's shortest retransmission timer (TCP_RTO_MIN). A
/// window that is closed for less cost nothing that shows.
const FIRST_PROBE: Nanos = Nanos::from_millis(200);

/// A closed window of one side.
struct Closed {
    from: Stamp,
    until: Option<Stamp>,
    length: Nanos,
}

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let of = |is_client: bool| {
        let side = if is_client { tcp.client } else { tcp.server };
        let longest = longest(side.zero_windows.as_deref()?)?;
        Some((is_client, longest))
    };
    let both = [of(true), of(false)].into_iter().flatten();
    let Some((is_client, closed)) = both.max_by_key(|(_, closed)| closed.length) else {
        return Answer::NoMatch;
    };
    if closed.length < FIRST_PROBE {
        return Answer::NoMatch;
    }
    finding(case, &tcp, is_client, &closed).into()
}

/// The longest time that the window was closed: up to the last packet that said so where it never opened.
fn longest(windows: &ZeroWindows) -> Option<Closed> {
    let ended = windows.spans.iter().filter_map(|span| {
        let until = span.until?;
        Some(Closed {
            from: span.from,
            until: Some(until),
            length: Tcp::between(span.from, until),
        })
    });
    let open = windows.open_span.map(|(from, last)| Closed {
        from,
        until: None,
        length: Tcp::between(from, last),
    });
    ended.chain(open).max_by_key(|closed| closed.length)
}

fn finding(case: &Case<'_>, tcp: &Tcp<'_>, is_client: bool, closed: &Closed) -> Finding {
    let (party, other, variant) = if is_client {
        (Party::Client, Party::Server, "client")
    } else {
        (Party::Server, Party::Client, "server")
    };
    let phase = if is_client {
        PhaseName::Receive
    } else {
        PhaseName::Request
    };
    let shut = Evidence::packet("ev-window-closed", closed.from).with("length", closed.length);
    let opened = closed
        .until
        .map(|until| Evidence::packet("ev-window-opened", until));
    let side = if is_client { tcp.client } else { tcp.server };
    let count = side
        .zero_windows
        .as_deref()
        .map_or(0, |windows| windows.count);
    case.finding(Cause::A4, party, phase, shut.clone())
        .variant(variant)
        .severity(severity(case, is_client, closed))
        .confidence(Confidence::Certain)
        .with("length", closed.length)
        .with("count", count)
        .shown_by(opened.clone())
        .rules_out(other, [shut])
        .rules_out(Party::Network, opened)
}

/// It failed where the window was closed to the end of a transfer that did not complete.
fn severity(case: &Case<'_>, is_client: bool, closed: &Closed) -> Severity {
    let is_its_phase = matches!(
        (is_client, case.outcome()),
        (true, Outcome::ReceiveStalled | Outcome::ResponseStalled)
            | (false, Outcome::RequestStalled)
    );
    if is_its_phase && closed.until.is_none() {
        Severity::Failure
    } else if closed.length >= OVERDUE || closed.until.is_none() {
        Severity::Delay
    } else {
        Severity::Info
    }
}
