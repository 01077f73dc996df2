//! H2: a front end took the ClientHello, waited for its back end, and gave up by its own timer.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, HelloFate, Party, Rule,
};
use crate::phase::{OVERDUE, Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H2,
    documentation: Documentation {
        sees: "The whole ClientHello was acknowledged, no byte of TLS came, and the server's side closed or reset the \
               connection a second or more later.",
        means: "A decision about the ClientHello takes milliseconds, and a process that never looked at it does not close. Something on the server's side \
                waited for somebody else and ended the wait by a timer of its own: a load balancer without a working \
                back end, or a server with a handshake limit whose worker is stuck.",
        refuted_by: "A close within about a round trip (a decision, not a timer: H7, H9), a ServerHello.",
        needs: "The ClientHello's ACK and the packet that ended the connection.",
        matches: &["d_h2_fin6", "d_h2_rst15_nots"],
        near_misses: &["d_h9_fin", "d_h7_rst", "d_h1_go10_ttl118"],
        sources: &[
            "Azure/AKS#14",
            "tailscale/tailscale#20905",
            "docker/for-win#8861",
        ],
    },
    explains: &[Cause::H7, Cause::H9],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h2(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(HelloFate::Acknowledged(acked)) = tcp.hello_fate() else {
        return Answer::NoMatch;
    };
    let is_ended = matches!(
        case.outcome(),
        Outcome::ClosedByServer | Outcome::ResetByServer
    ) && case.is_trouble_in(PhaseName::Tls);
    let Some(timer) = tcp.measured.timer.as_ref() else {
        return Answer::NoMatch;
    };
    if !is_ended || tcp.server.payload_segments > 0 || timer.waited < OVERDUE {
        return Answer::NoMatch;
    }
    let end = Evidence::packet("ev-ended-by-timer", timer.until).with("waited", timer.waited);
    let delivered = tcp.hello().map(|hello| {
        Evidence::packet("ev-hello-acked", acked)
            .with("hello", hello.sent)
            .with("bytes", hello.range.1.saturating_sub(hello.range.0))
            .with("after", acked.at.since(hello.sent.at))
    });
    case.finding(Cause::H2, Party::Server, PhaseName::Tls, end)
        .with("after", timer.waited)
        .confidence(Confidence::Likely)
        .shown_by(delivered.clone())
        .rules_out(Party::Client, tcp.prompt_hello())
        .rules_out(Party::Network, delivered)
        .or(&[Cause::H1, Cause::H16])
        .into()
}
