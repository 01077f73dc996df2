//! A7: the server closed the idle connection while the next request was on its way.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, ResetMaker, Rule, Tcp,
};
use crate::ids::Stamp;
use crate::measure::whole_seconds;
use crate::phase::{Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::A7,
    documentation: Documentation {
        sees: "A request on a connection that had been used, and the server's FIN within a round trip of it, which \
               does not acknowledge the request; or a GOAWAY that leaves the request's stream out; or, after an idle \
               time, the reset of a host that knows nothing of the connection. Of a client of our own: connections \
               that end at their second request, beside fresh ones that never do.",
        means: "The FIN was sent before the request arrived: two decisions crossed, the server's idle timer and the \
                client's reuse. The side that closes first must be the client, whose idle time has to be shorter.",
        refuted_by: "A FIN that acknowledges the request (the server had it and closed: A5), a reset from nearer than \
                     the server (P4), a first request.",
        needs: "The request, the FIN with its acknowledgement number, and a round trip.",
        matches: &["d_a7_race"],
        near_misses: &[
            "d_ok_goaway",
            "d_ok_status_close",
            "d_p4_idlerst",
            "d_h9_fin",
        ],
        sources: &[
            "RFC 9112 §9.5",
            "RFC 9113 §6.8",
            "golang/go#22158",
            "growthbook/growthbook-proxy#135",
        ],
    },
    explains: &[Cause::A5, Cause::H8],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::a7(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    crossed(case, &tcp)
        .or_else(|| gone_away(case, &tcp))
        .or_else(|| forgotten(case, &tcp))
        .into()
}

/// The server's FIN and the client's request passed each other.
fn crossed(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    if case.outcome() != Outcome::ClosedByServer || tcp.server.payload_segments == 0 {
        return None;
    }
    let turn = case.troubled_exchange()?;
    // Nobody's idle time is over at the first request of a connection: a client that sends it behind its Finished message
    // may cross a refusal of its certificate.
    let is_first = turn.index == 0 && !tcp.flow.handshake.syns.is_empty();
    if is_first {
        return None;
    }
    let sent = turn.request.from;
    let fin = tcp.server.fin.as_deref()?.stamp;
    let packet = |stamp: Stamp| tcp.flow.journal.iter().find(|entry| entry.stamp() == stamp);
    let (request, close) = (packet(sent)?, packet(fin)?);
    // Relative numbers, compared as sequence numbers are (RFC 9293 §3.4).
    let has_not_got_it = close.acknowledgment.wrapping_sub(request.sequence) as i32 <= 0;
    let took = Tcp::between(sent, fin);
    // What is sent half a round trip before the request arrives comes within one; as much again for a path whose
    // shortest round trip is not the usual one.
    let rtt = tcp.round_trip()?;
    let is_crossing = fin.packet > sent.packet && took.get() <= rtt.get().saturating_mul(2);
    if !has_not_got_it
        || !is_crossing
        || case.lost_request().is_some_and(|it| it.delivery.copies > 2)
    {
        return None;
    }
    let said = tcp
        .server
        .last_payload
        .map(|last| Nanos(Tcp::between(last, fin).get()));
    let seconds = said.and_then(whole_seconds);
    let meet = Evidence::packet("ev-close-crossed", fin)
        .with("request", sent)
        .with("after", took)
        .with("rtt", rtt);
    let confidence = match seconds {
        Some(_) => Confidence::Certain,
        None => Confidence::Likely,
    };
    Some(
        finding(case, meet.clone(), fin, said)
            .confidence(confidence)
            .rules_out(Party::Network, [meet]),
    )
}

/// An HTTP/2 server said which streams it had taken, and the request is beyond.
fn gone_away(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    let http = tcp.connection.http()?;
    let trouble = case.trouble()?.exchange?;
    let exchange = http.exchanges.iter().nth(usize::try_from(trouble).ok()?)?;
    let stream = exchange.stream?;
    let away = http.http2.as_deref()?.go_aways.iter().find(|away| {
        away.by != tcp.client_side && away.last_stream < stream && exchange.response.is_none()
    })?;
    let said = Evidence::packet("ev-goaway", away.at)
        .with("stream", stream)
        .with("last-stream", away.last_stream);
    let found = finding(case, said, away.at, None).variant("goaway");
    Some(found.confidence(Confidence::Certain))
}

/// A host that knows nothing of the connection answered the first data after an idle time, after a round trip.
fn forgotten(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    if case.outcome() != Outcome::ResetByServer {
        return None;
    }
    let (reset, idle) = tcp.reset_after_idle()?;
    let signs = tcp.signs(reset);
    let is_of_the_host =
        tcp.maker(reset) == ResetMaker::NoSocket && !signs.is_alien_ttl && !signs.is_too_soon;
    if !is_of_the_host {
        return None;
    }
    Some(
        finding(
            case,
            tcp.reset_evidence(reset),
            reset.stamp,
            Some(idle.length),
        )
        .variant("forgotten")
        .confidence(Confidence::Possible)
        .or(&[Cause::P4, Cause::H8]),
    )
}

fn finding(case: &Case<'_>, evidence: Evidence, end: Stamp, idle: Option<Nanos>) -> Finding {
    let phase = case
        .trouble()
        .map_or(PhaseName::Request, |phase| phase.name);
    case.finding(Cause::A7, Party::Server, phase, evidence)
        .with("packet", end)
        .with("idle", idle.unwrap_or_default())
}
