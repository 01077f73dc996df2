//! A5: the connection was ended in the middle of the response.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, ResetMaker, Rule,
    SealedEnd, SealedEnder, Severity, Tcp,
};
use crate::flow::facts::Reset;
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::A5,
    documentation: Documentation {
        sees: "The response began, and the server's address ended the connection before it was whole: by its framing, \
               or by a TLS record that is not over. Where TLS hides that: a reset, or a close without the \
               close_notify of TLS, shortly after the last byte, while the client was still there.",
        means: "A client that has its whole answer on a connection that is to be closed leaves within milliseconds; \
                one in a pool stays, but no server's idle timer is shorter than a second. So the client was waiting \
                for more. What the reset looks like tells who made it.",
        refuted_by: "A goodbye of the client, or of the server in TLS, before the end; a response that was whole.",
        needs: "The end of the connection, both directions.",
        matches: &["d_a5_rst", "d_a5_fin_v6", "old_s8008"],
        near_misses: &[
            "d_ok_goaway",
            "d_ok_go_h1_close",
            "d_ok_status_close",
            "d_ok_ctrlc",
            "d_ok_expect100",
        ],
        sources: &["RFC 8446 §6.1", "RFC 9112 §8", "pypi/support#10885"],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::a5(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    // What the capture lacks may be the rest.
    if !tcp.is_end_captured() {
        return Answer::NoMatch;
    }
    if !tcp.is_all_captured() && tcp.lost_on_the_way().is_none() {
        return Answer::cannot_tell("missing-packets", "collect-all-packets");
    }
    match case.outcome() {
        Outcome::ClosedByServer | Outcome::ResetByServer => {
            if case.is_trouble_in(PhaseName::Receive) {
                in_body(case, &tcp).into()
            } else {
                before_body(case, &tcp).into()
            }
        }
        Outcome::Completed => sealed(case, &tcp).into(),
        _ => Answer::NoMatch,
    }
}

/// Whose a reset is, and how sure that is.
fn blame(tcp: &Tcp<'_>, reset: &Reset) -> (Party, Confidence) {
    match tcp.maker(reset) {
        ResetMaker::Stranger => (Party::Middlebox, Confidence::Likely),
        ResetMaker::Socket => (Party::Server, Confidence::Likely),
        ResetMaker::NoSocket | ResetMaker::Unknown => (Party::Undecided, Confidence::Possible),
    }
}

/// The framing says that more was due.
fn in_body(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    let last = tcp.server.last_payload?;
    let (end, party, confidence) = match (case.outcome(), tcp.server_reset()) {
        (Outcome::ResetByServer, Some(reset)) => {
            let (party, confidence) = blame(tcp, reset);
            (tcp.reset_evidence(reset), party, confidence)
        }
        (Outcome::ResetByServer, None) => {
            (stream_reset(case, tcp)?, Party::Server, Confidence::Likely)
        }
        _ => {
            let fin = tcp.server.fin.as_deref()?;
            let close = close_evidence(fin.stamp, last);
            (close, Party::Server, Confidence::Likely)
        }
    };
    Some(finding(case, tcp, (party, end), last).confidence(confidence))
}

/// The server reset an HTTP/2 stream; the client may do so at will.
fn stream_reset(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Evidence> {
    let index = case.trouble()?.exchange?;
    let exchanges = &tcp.connection.http()?.exchanges;
    let exchange = exchanges.iter().nth(usize::try_from(index).ok()?)?;
    let reset = exchange.reset.filter(|reset| reset.by != tcp.client_side)?;
    Some(Evidence::packet("ev-stream-reset", reset.at).with("code", reset.code.0))
}

/// The request was acknowledged, and the end came instead of a response.
fn before_body(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    let request = case.unanswered_request()?;
    let (sent, acked) = (request.sent, request.acked);
    let said_in_tls = tcp
        .tls()
        .is_some_and(|tls| tls.alerts.iter().any(|alert| alert.side != tcp.client_side));
    if said_in_tls || tcp.lost_on_the_way().is_some() {
        return None;
    }
    let (stamp, end, (party, _)) = match (case.outcome(), tcp.server_reset()) {
        (Outcome::ResetByServer, Some(reset)) => {
            (reset.stamp, tcp.reset_evidence(reset), blame(tcp, reset))
        }
        (Outcome::ClosedByServer, _) => {
            let fin = tcp.server.fin.as_deref()?.stamp;
            let close = close_evidence(fin, sent);
            (fin, close, (Party::Server, Confidence::Possible))
        }
        _ => return None,
    };
    if Tcp::between(acked, stamp) >= OVERDUE {
        return None;
    }
    Some(
        case.finding(Cause::A5, party, PhaseName::Wait, end)
            .variant("unanswered")
            .confidence(Confidence::Possible)
            .with("packet", stamp)
            .with("after", Tcp::between(sent, stamp))
            .or(&[Cause::A7, Cause::H7, Cause::H8]),
    )
}

/// Under TLS, at the border of a record: by what a client that has everything would have done.
fn sealed(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    let end = case.sealed_end()?;
    let stamp = end.end?;
    if end.waited >= OVERDUE || is_farewell(tcp, &end) || tcp.lost_on_the_way().is_some() {
        return None;
    }
    let (party, evidence) = match end.ender {
        SealedEnder::ServerReset => {
            let reset = tcp.server_reset().filter(|reset| reset.stamp == stamp)?;
            (blame(tcp, reset).0, tcp.reset_evidence(reset))
        }
        SealedEnder::ServerClosed if end.waited > leaves_within(tcp) => {
            (Party::Server, close_evidence(stamp, end.last))
        }
        _ => return None,
    };
    Some(
        finding(case, tcp, (party, evidence), end.last)
            // The end of the connection is in the packets; that more was due follows from the client's waiting.
            .severity(Severity::Failure)
            .confidence(Confidence::Possible)
            .variant("sealed")
            .with("waited", end.waited),
    )
}

/// The last thing the server said is as short as an HTTP/2 GOAWAY without words, or a TLS alert (RFC 9113 §6.8: 17
/// bytes, up to 24 of TLS, and 5 of the record's header): it said goodbye.
fn is_farewell(tcp: &Tcp<'_>, end: &SealedEnd) -> bool {
    const GOODBYE: u32 = 17 + 24 + 5;
    let mut packets = tcp.flow.journal.iter();
    let last = packets.find(|entry| entry.stamp().packet == end.last.packet);
    last.is_some_and(|entry| entry.payload <= GOODBYE)
}

/// A client that has all it wanted on a connection that will be closed leaves as soon as it runs: within the time
/// that a process may wait for its turn (half a period of CPU bandwidth control), and what a close takes that follows
/// data which waited for the window to open, one round trip.
fn leaves_within(tcp: &Tcp<'_>) -> Nanos {
    const TURN: Nanos = Nanos::from_millis(50);
    let rtt = tcp.round_trip().unwrap_or_default();
    Nanos(TURN.get().saturating_add(rtt.get()))
}

fn close_evidence(fin: Stamp, last: Stamp) -> Evidence {
    Evidence::packet("ev-closed-in-response", fin).with("after", Tcp::between(last, fin))
}

fn finding(
    case: &Case<'_>,
    tcp: &Tcp<'_>,
    (party, end): (Party, Evidence),
    last: Stamp,
) -> Finding {
    let bytes = tcp.server.stream_bytes;
    let came = Evidence::packet("ev-last-bytes", last).with("bytes", bytes);
    case.finding(Cause::A5, party, PhaseName::Receive, end.clone())
        .with("bytes", bytes)
        .shown_by([came])
        .rules_out(Party::Client, [end])
        .or(&[Cause::H7, Cause::H8])
}
