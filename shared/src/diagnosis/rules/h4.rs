//! H4: a part of a large ClientHello never arrives, or large ones never do.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, HelloFate, Party, Rule, Tcp,
};
use crate::phase::{Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H4,
    documentation: Documentation {
        sees: "One part of a ClientHello that needs more than one segment was acknowledged, or held by SACK, and the \
               other part was sent again and again in vain; or every large ClientHello to this address is lost \
               whole while small ones pass.",
        means: "Single losses do not pick the same part of the message each time. A device drops what follows the \
                first segment (it expects a whole ClientHello in one), or drops full-size packets on the way to the \
                server. ClientHellos with a post-quantum key share are larger than one segment.",
        refuted_by: "The missing part being acknowledged later, small ClientHellos failing as well.",
        needs: "ACK numbers and SACK blocks of the server; for whole losses, attempts with small ClientHellos at the \
                same address.",
        matches: &[
            "d_h4_tail_pq",
            "d_h4_head_big_arms",
            "old_ch1",
            "old_ch2",
            "d_origin_pq_ab",
        ],
        near_misses: &["old_fragneeded", "old_chloss", "d_ok_pq", "d_part_h3_base"],
        sources: &[
            "https://tldr.fail",
            "dadrian/tldr.fail#20",
            "php/web-pecl#118",
            "tailscale/tailscale#20777",
        ],
    },
    explains: &[Cause::H3],
    judge,
};

/// The other part went through while this one was sent this often: see [`super::h3`].
const COPIES: u32 = 3;

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h4(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(delivery) = tcp.hello().and_then(|hello| hello.delivery.as_ref()) else {
        return Answer::NoMatch;
    };
    if case.outcome() != Outcome::TlsStalled || delivery.copies < COPIES {
        return Answer::NoMatch;
    }
    let Some(copies) = Evidence::packets("ev-hello-copies", delivery.resent.iter().copied()) else {
        return Answer::NoMatch;
    };
    let copies = copies
        .with("copies", delivery.copies)
        .with("bytes", delivery.bytes);
    let finding = |evidence: Evidence| {
        case.finding(Cause::H4, Party::Middlebox, PhaseName::Tls, evidence)
            .with("bytes", delivery.bytes)
            .with("copies", delivery.copies)
            .rules_out(Party::Client, tcp.prompt_hello())
    };
    match tcp.hello_fate() {
        Some(HelloFate::HeadOnly { bytes }) => {
            head_only(finding(copies), &tcp, bytes, delivery.bytes).into()
        }
        Some(HelloFate::TailOnly { range, told }) => {
            let held = Evidence::packet("ev-tail-held", told)
                .with("from", range.0)
                .with("to", range.1);
            finding(copies)
                .variant("tail")
                .with("missing", range.0)
                .shown_by([held.clone()])
                .rules_out(Party::Server, [held])
                .or(&[Cause::H11])
                .into()
        }
        Some(HelloFate::Nothing) => small_ones_pass(case)
            .map(|arm| {
                finding(copies)
                    .variant("whole")
                    .shown_by([arm.clone()])
                    .rules_out(Party::Server, [arm])
                    .or(&[Cause::H11, Cause::H3])
            })
            .into(),
        _ => Answer::NoMatch,
    }
}

fn head_only(finding: Finding, tcp: &Tcp<'_>, bytes: u64, all: u64) -> Finding {
    let told = tcp.client.acked.map(|acked| acked.stamp);
    let head = told.map(|told| {
        Evidence::packet("ev-head-acked", told)
            .with("acked", bytes)
            .with("bytes", all)
    });
    finding
        .with("acked", bytes)
        .with("missing", all.saturating_sub(bytes))
        .confidence(Confidence::Likely)
        .shown_by(head.clone())
        .rules_out(Party::Server, head)
        .or(&[Cause::H11, Cause::H21])
}

/// Attempts at this address whose ClientHello fits one segment pass, those whose does not fail.
fn small_ones_pass(case: &Case<'_>) -> Option<Evidence> {
    let own = case.brief()?.hello.as_ref()?;
    if !own.is_split {
        return None;
    }
    let (arms, other) = case.hello_arms(|hello| Some(hello.is_split));
    (arms.other.failures == 0 && arms.is_telling()).then(|| {
        Evidence::packets("ev-small-hellos-pass", other).map(|evidence| {
            evidence
                .with("large", arms.own.attempts)
                .with("failed", arms.own.failures)
                .with("small", arms.other.attempts)
        })
    })?
}
