//! H3: the ClientHello never reaches the server's kernel, although the handshake of TCP did.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, HelloFate, Party, Rule, Tcp,
};
use crate::phase::{Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H3,
    documentation: Documentation {
        sees: "The SYN was answered, the ClientHello was sent again and again, no byte of it was ever acknowledged, \
               and the server sent nothing at all after its SYN-ACK.",
        means: "A server's kernel acknowledges whatever reaches an established connection. It does not repeat its \
                SYN-ACK, so the bare ACK arrived (RFC 9293 §3.5) while the data did not: something on the way drops \
                this ClientHello, for its server name, its fingerprint or its size, or drops everything after the \
                handshake.",
        refuted_by: "A repeated SYN-ACK (T4: the bare ACK did not arrive either), a part of the ClientHello that was \
                     acknowledged (H4), a later packet of the server that had it after all (loss on the way back), \
                     a server with SYN cookies whose accept queue is full (T2).",
        needs: "Packets of both directions, from the SYN-ACK on. To name the filter: attempts at the same address \
                with another server name or another ClientHello.",
        matches: &["d_part_h3_base", "old_snidrop", "d_h3_sni_arms"],
        near_misses: &[
            "d_t4_ackhole",
            "d_h4_tail_pq",
            "old_chloss",
            "d_h1_go10_ttl118",
        ],
        sources: &[
            "RFC 9293 §3.5",
            "tokio-rs/tls#120",
            "net4people/bbs#417",
            "Leadaxe/LxBox#142",
        ],
    },
    explains: &[],
    judge,
};

/// With fewer copies lost, chance explains it: a path that loses one packet in ten loses three in a row once in a
/// thousand.
const COPIES: u32 = 3;

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h3(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let is_stalled = case.outcome() == Outcome::TlsStalled && case.is_trouble_in(PhaseName::Tls);
    if is_stalled && tcp.server.packets == 0 {
        return unheard(case, &tcp);
    }
    if !is_stalled || tcp.hello_fate() != Some(HelloFate::Nothing) || has_heard(&tcp) {
        return Answer::NoMatch;
    }
    let Some(delivery) = tcp.hello().and_then(|hello| hello.delivery.as_ref()) else {
        return Answer::NoMatch;
    };
    if delivery.copies < COPIES {
        return Answer::cannot_tell("missing-more-copies", "collect-keep-open");
    }
    let Some(copies) = Evidence::packets("ev-hello-copies", delivery.resent.iter().copied()) else {
        return Answer::NoMatch;
    };
    let copies = copies
        .with("copies", delivery.copies)
        .with("bytes", delivery.bytes);
    let by_name = name_arm(case);
    let confidence = match by_name {
        Some(_) => Confidence::Likely,
        None => Confidence::Possible,
    };
    let syn_ack = tcp.syn_ack();
    let finding = case
        .finding(Cause::H3, Party::Middlebox, PhaseName::Tls, copies)
        .with("copies", delivery.copies)
        .with("bytes", delivery.bytes)
        .confidence(confidence)
        .shown_by(syn_ack.map(|packet| Evidence::packet("ev-last-heard-syn-ack", packet)))
        .shown_by(by_name.clone())
        .rules_out(Party::Client, tcp.prompt_hello())
        .rules_out(Party::Server, still_missing(&tcp));
    match by_name {
        Some(other) => finding.variant("name").rules_out(Party::Server, [other]),
        None => finding.or(&[Cause::T2, Cause::H4, Cause::A2]),
    }
    .into()
}

/// No packet of the server is in the capture at all, be it that none came, or that its direction is not captured.
/// That the client's kernel sends the ClientHello again and again shows that no acknowledgement reached it.
fn unheard(case: &Case<'_>, tcp: &Tcp<'_>) -> Answer {
    let Some(hello) = tcp.hello() else {
        return Answer::NoMatch;
    };
    let (start, end) = hello.range;
    let copies = tcp.client.retransmissions.iter();
    let copies = copies.filter(|copy| copy.start >= start && copy.start < end);
    let resent: Vec<_> = copies.map(|copy| copy.stamp).collect();
    let count = u32::try_from(resent.len())
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    if count < COPIES {
        return Answer::cannot_tell("missing-direction", "collect-both-directions");
    }
    let bytes = end.saturating_sub(start);
    let Some(copies) = Evidence::packets("ev-hello-copies", resent) else {
        return Answer::NoMatch;
    };
    let copies = copies.with("copies", count).with("bytes", bytes);
    case.finding(Cause::H3, Party::Network, PhaseName::Tls, copies)
        .variant("unheard")
        .with("copies", count)
        .with("bytes", bytes)
        .confidence(Confidence::Possible)
        .or(&[Cause::H4, Cause::T4, Cause::A2, Cause::P3])
        .into()
}

/// The server sent something that shows more than that it lacks the ClientHello: its SYN-ACK again (T4), payload, a
/// goodbye, or an ACK of any of it. An ACK that still asks for the first byte, as the client's FIN draws it, does not.
fn has_heard(tcp: &Tcp<'_>) -> bool {
    let is_ended = tcp.server.fin.is_some() || tcp.server_reset().is_some();
    tcp.measured.connect.syn_acks_after_ack > 0 || tcp.server.payload_segments > 0 || is_ended
}

/// A packet of the server from after the ClientHello that still asks for its first byte: a connected socket is there,
/// and the path lets something of the client pass.
fn still_missing(tcp: &Tcp<'_>) -> Option<Evidence> {
    let sent = tcp.hello()?.sent;
    let last = tcp.server.last?;
    (last.packet > sent.packet).then(|| Evidence::packet("ev-hello-still-missing", last))
}

/// Another attempt at the same endpoint whose ClientHello had another name and was acknowledged.
fn name_arm(case: &Case<'_>) -> Option<Evidence> {
    let own = case.brief()?.hello.as_ref()?;
    let mut is_same_answered = false;
    let mut other = None;
    for brief in case.siblings() {
        let Some(hello) = &brief.hello else { continue };
        let is_acked = hello.acked_in.is_some();
        if hello.sni == own.sni {
            is_same_answered |= is_acked;
        } else if is_acked {
            other = other.or(Some(hello.first));
        }
    }
    let other = other.filter(|_| !is_same_answered)?;
    Some(Evidence::packet("ev-other-name-acked", other))
}
