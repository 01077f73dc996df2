//! A9: a dead connection goes on being used: one request after the other dies on it.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Tcp,
};
use crate::flow::journal::Notes;
use crate::ids::Stamp;
use crate::phase::{OVERDUE, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::A9,
    documentation: Documentation {
        sees: "A connection on which nothing of the server arrives any more, and on which the client sends new \
               requests all the same, again and again; new connections to the same server work.",
        means: "What died is the connection, at a device on the way or at the server, not the requests. HTTP/2 puts \
                every request on one connection, so all of them fail until it is given up.",
        refuted_by: "Any packet of the server after the first lost request; new connections that fail as well.",
        needs: "Two or more requests after the last sign of life, and another connection.",
        matches: &["test:one_connection_swallows_every_request"],
        near_misses: &["d_p3_idle_v6", "d_a2_req"],
        sources: &["golang/go#23559", "golang/go#59690", "RFC 9113 §6.7"],
    },
    explains: &[Cause::A2, Cause::P3],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let (Some(tcp), Some(lost)) = (case.tcp(), case.lost_request()) else {
        return Answer::NoMatch;
    };
    if !lost.is_server_silent || tcp.server.payload_segments == 0 || tcp.window_stays_closed(false)
    {
        return Answer::NoMatch;
    }
    let asked = later_requests(&tcp);
    let (Some(first), Some(last)) = (asked.first().copied(), asked.last().copied()) else {
        return Answer::NoMatch;
    };
    let fresh = case
        .siblings()
        .find(|brief| brief.first.at > first.at && brief.is_connected());
    if asked.len() < 2 {
        return Answer::NoMatch;
    }
    let confidence = match fresh {
        Some(_) => Confidence::Likely,
        None => Confidence::Possible,
    };
    let Some(all) = Evidence::packets("ev-requests-into-void", asked.iter().copied()) else {
        return Answer::NoMatch;
    };
    let works = fresh.map(|brief| Evidence::packet("ev-new-connection-works", brief.first));
    case.finding(Cause::A9, Party::Middlebox, PhaseName::Request, all)
        .confidence(confidence)
        .with("count", asked.len() as u64)
        .with("length", Tcp::between(first, last))
        .shown_by(tcp.copies_evidence(&lost))
        .shown_by(works.clone())
        .rules_out(Party::Server, works)
        .or(&[Cause::P3, Cause::A2])
        .into()
}

/// New data of the client after the server's last packet, each a second or more after the one before: requests of
/// their own. What a client says when it leaves (close_notify, with its FIN) is none.
fn later_requests(tcp: &Tcp<'_>) -> Vec<Stamp> {
    let Some(heard) = tcp.server.last else {
        return Vec::new();
    };
    let leaving = tcp.client.fin.as_deref().map(|fin| fin.stamp.at);
    let alerts = tcp.tls().map_or(&[][..], |tls| &tls.alerts);
    let mut asked: Vec<Stamp> = Vec::new();
    for entry in tcp.flow.journal.iter() {
        let stamp = entry.stamp();
        let is_new = entry.side() == tcp.client_side
            && entry.payload > 0
            && entry.notes().contains(Notes::NEW)
            && stamp.packet > heard.packet;
        let is_goodbye = alerts.iter().any(|alert| alert.stamp == stamp)
            || leaving.is_some_and(|left| left.since(stamp.at) < OVERDUE);
        let is_apart = asked
            .last()
            .is_none_or(|last| Tcp::between(*last, stamp) >= OVERDUE);
        if is_new && !is_goodbye && is_apart {
            asked.push(stamp);
        }
    }
    asked
}
