//! P2: a box near the client ends TCP in the server's place.

use crate::diagnosis::{Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::P2,
    documentation: Documentation {
        sees: "On every healthy connection to this address the ClientHello is acknowledged far sooner than it is \
               answered, the SYN-ACK has no option but the MSS, and the TTL is that of a host at most two hops away.",
        means: "The ACKs are made by a user-space NAT or proxy near the client, which speaks to the server over \
                another connection. Whatever this connection shows of 'the server' is beyond that box: its own \
                upstream connection may be what fails.",
        refuted_by: "Options of the server's own system in the SYN-ACK, an ACK that takes as long as the answer, a \
                     TTL from far away.",
        needs: "Healthy connections to the same address in the same capture.",
        matches: &["d_p2_split_stall"],
        near_misses: &["d_h1_req3_rtt1", "d_h1_noaccept_node", "d_h2_rst15_nots"],
        sources: &["moby/moby#50035", "moby/vpnkit#587", "docker/for-win#8861"],
    },
    explains: &[
        Cause::H1,
        Cause::H2,
        Cause::H7,
        Cause::H8,
        Cause::H9,
        Cause::H16,
        Cause::A1,
        Cause::A3,
    ],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(healthy) = case.split_by().filter(|_| case.is_failure()) else {
        return Answer::NoMatch;
    };
    let Some(hello) = &healthy.hello else {
        return Answer::NoMatch;
    };
    let Some(phase) = case.trouble().filter(|phase| phase.name >= PhaseName::Tls) else {
        return Answer::NoMatch;
    };
    let Some(split) = Evidence::packets("ev-split-tcp", [hello.first]) else {
        return Answer::NoMatch;
    };
    let split = split
        .with("acked", hello.acked_in.unwrap_or_default())
        .with("answered", hello.answered_in.unwrap_or_default())
        .with("ttl", u64::from(healthy.server_ttl.unwrap_or_default()));
    let silence = case.stillness();
    case.finding(Cause::P2, Party::Middlebox, phase.name, split)
        .confidence(Confidence::Possible)
        .with("acked", hello.acked_in.unwrap_or_default())
        .with("answered", hello.answered_in.unwrap_or_default())
        .shown_by(silence.map(|silence| Evidence::silence("ev-silence", silence)))
        .rules_out(Party::Client, tcp.prompt_hello())
        .or(&[Cause::H1, Cause::H2])
        .into()
}
