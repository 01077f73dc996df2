//! T2: the server's queue of connections that nobody accepts is full.

use super::probed;
use crate::diagnosis::{
    Answer, AnsweredSyn, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding,
    HelloFate, Party, Rule, SENT_AGAIN, Severity, Tcp,
};
use crate::measure::Subject;
use crate::phase::{OVERDUE, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::T2,
    documentation: Documentation {
        sees: "At the same endpoint and time, other connections were made and their bytes acknowledged, and the \
               server's process kept them waiting. This attempt's SYNs got no answer; or its SYN-ACK came, and \
               nothing it sent after that was acknowledged.",
        means: "A process that stopped accepting lets its accept queue fill up. From then on the kernel drops new \
                SYNs, or the ACK that should complete them (the SYN-ACK is repeated; with SYN cookies it is not), \
                while connections that are in the queue already are still acknowledged.",
        refuted_by: "Attempts at the same endpoint and time that are served, other addresses failing in the same \
                     seconds (T8), another source address being served (T18).",
        needs: "Other attempts at the same endpoint in the same seconds.",
        matches: &["d_t2_backlog", "d_t2_nocookies"],
        near_misses: &[
            "d_t1_go5",
            "d_t4_ackhole",
            "d_h3_sni_arms",
            "d_h1_go10_ttl118",
        ],
        sources: &[
            "listen(2)",
            "veithen.io/2014/01/01/how-tcp-backlog-works-in-linux",
            "blog.cloudflare.com/syn-packet-handling-in-the-wild",
            "haproxy/haproxy#3124",
        ],
    },
    explains: &[
        Cause::T1,
        Cause::T4,
        Cause::H3,
        Cause::H4,
        Cause::H13,
        Cause::A2,
    ],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::t2(case, &probe);
    }
    if !is_kept_out(case) || case.may_wait_in_own_queue() {
        return Answer::NoMatch;
    }
    let Some(stalled) = case.stalled_sibling() else {
        return Answer::NoMatch;
    };
    silent(case, stalled)
        .or_else(|| never_established(case, stalled))
        .or_else(|| late_established(case, stalled))
        .or_else(|| delayed(case, stalled))
        .into()
}

/// Its SYNs, or what it sent after them, were not acknowledged for a second or more.
fn is_kept_out(case: &Case<'_>) -> bool {
    let Some(tcp) = case.tcp() else {
        return false;
    };
    let is_late = tcp.hello_acked_in().is_some_and(|after| after >= OVERDUE);
    let is_unheard = tcp.client.acked.is_none_or(|acked| acked.position == 0);
    is_late || is_unheard || tcp.late_connect().is_some()
}

fn silent(case: &Case<'_>, stalled: &Brief) -> Option<Finding> {
    let syns = case.silent_syns()?;
    let is_repeated = syns.last.at.since(syns.first.at) >= SENT_AGAIN;
    is_repeated.then(|| {
        finding(case, syns.evidence(), stalled)
            .with("count", syns.count)
            .confidence(Confidence::Likely)
            .or(&[Cause::T1])
    })
}

/// The SYN-ACK came, and nothing after it was acknowledged.
fn never_established(case: &Case<'_>, stalled: &Brief) -> Option<Finding> {
    let tcp = case.tcp()?;
    let unheard = tcp.server.payload_segments == 0
        && tcp.client.acked.is_none_or(|acked| acked.position == 0)
        && tcp.client.payload_segments > 1
        && tcp.is_two_sided();
    let is_hello = matches!(tcp.hello_fate(), Some(HelloFate::Nothing)) || tcp.tls().is_none();
    let waited = case.timeline.longest_wait?;
    let first = tcp.client.first_payload?;
    let answer = tcp.syn_ack()?;
    if !(unheard && is_hello && case.is_failure() && waited >= OVERDUE) {
        return None;
    }
    if !is_same_name(&tcp, stalled) {
        return None;
    }
    let evidence = Evidence::packets("ev-data-unacked", [answer, first])?
        .with("syn_ack", answer)
        .with("packet", first)
        .with("copies", u64::from(tcp.client.payload_segments));
    Some(
        finding(case, evidence, stalled)
            .variant("established")
            .confidence(Confidence::Possible)
            .or(&[Cause::H3, Cause::T4]),
    )
}

/// The same, until the process came back and the queue had room.
fn late_established(case: &Case<'_>, stalled: &Brief) -> Option<Finding> {
    let tcp = case.tcp()?;
    let hello = tcp.hello()?;
    let after = hello.delivered_in()?;
    let acked = hello.delivery.as_ref()?.acked?;
    // A copy that had arrived before the last one was sent: then acknowledgements were lost.
    let is_return_loss = tcp
        .measured
        .attributions
        .iter()
        .any(|copies| copies.subject == Subject::ClientHello && copies.arrived < copies.copies);
    let is_repeated = tcp.client.loss.retransmissions > 1;
    if after < OVERDUE || is_return_loss || !is_repeated || !is_same_name(&tcp, stalled) {
        return None;
    }
    let evidence = Evidence::packets("ev-data-acked-late", [hello.sent, acked])?
        .with("syn_ack", tcp.syn_ack()?)
        .with("after", after);
    let severity = if case.is_failure() {
        Severity::Failure
    } else {
        Severity::Delay
    };
    Some(
        finding(case, evidence, stalled)
            .variant("delay")
            .severity(severity)
            .confidence(Confidence::Possible)
            .with("lost", after)
            .or(&[Cause::H13]),
    )
}

/// A filter on names would have to tell the two apart.
fn is_same_name(tcp: &Tcp<'_>, stalled: &Brief) -> bool {
    let own = tcp
        .tls()
        .and_then(|tls| tls.client_hello()?.offer.server_name.as_deref());
    let other = stalled
        .hello
        .as_ref()
        .and_then(|hello| hello.sni.as_deref());
    own == other
}

fn delayed(case: &Case<'_>, stalled: &Brief) -> Option<Finding> {
    let late = case.tcp()?.late_connect()?;
    let is_last = late.answered == AnsweredSyn::Last && !case.is_failure();
    is_last.then(|| {
        finding(case, late.evidence(), stalled)
            .variant("delay")
            .severity(Severity::Delay)
            .confidence(Confidence::Possible)
            .with("lost", late.lost)
            .or(&[Cause::T1])
    })
}

fn finding(case: &Case<'_>, evidence: Evidence, stalled: &Brief) -> Finding {
    let taken = stalled
        .hello
        .as_ref()
        .map_or(stalled.first, |hello| hello.first);
    let waiting = Evidence::packets("ev-sibling-stalled", [taken, stalled.last])
        .map(|evidence| evidence.with("port", u64::from(stalled.client.port())));
    let answered = stalled.syn.and_then(|syn| syn.answer);
    let reached = answered.map(|answer| {
        Evidence::packet("ev-endpoint-answered", answer)
            .with("port", u64::from(stalled.client.port()))
    });
    case.finding(Cause::T2, Party::Server, PhaseName::Connect, evidence)
        .shown_by(waiting)
        .rules_out(Party::Network, reached.clone())
        .rules_out(Party::Client, reached)
}
