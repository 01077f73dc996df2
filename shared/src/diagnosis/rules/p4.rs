//! P4: a device on the way forgot the idle connection, and answered the next packet with a reset of its own.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, ResetMaker, Rule, Severity,
    Tcp,
};
use crate::flow::facts::Reset;
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::P4,
    documentation: Documentation {
        sees: "After an idle time the client's first data was answered by a reset that came sooner than the server \
               can answer, or with another TTL than the server's packets.",
        means: "An answer cannot be faster than the path, and the TTL counts the routers on it: the reset was made \
                nearer than the server is. A NAT or load balancer that has forgotten the flow answers so (AWS NAT \
                gateways by design).",
        refuted_by: "A reset after a full round trip with the server's TTL (the server closed the connection: A7), a \
                     goodbye of the client before the reset (nobody was harmed).",
        needs: "A round trip of the connection, or a packet of the server for its TTL; the reset itself.",
        matches: &["d_p4_idlerst", "old_idlerst"],
        near_misses: &["d_a7_race", "d_h6_rst3", "d_ok_go_h1_close"],
        sources: &[
            "encode/httpx#2975",
            "AWS NAT gateway documentation: idle timeout",
        ],
    },
    explains: &[Cause::H6, Cause::H8, Cause::A5, Cause::A7],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some((reset, idle)) = tcp.reset_after_idle() else {
        return Answer::NoMatch;
    };
    let signs = tcp.signs(reset);
    if !(signs.is_alien_ttl || signs.is_too_soon) {
        return Answer::NoMatch;
    }
    let confidence = match tcp.maker(reset) {
        ResetMaker::Stranger => Confidence::Certain,
        _ => Confidence::Likely,
    };
    let Some(sent) = reset.answers_data else {
        return Answer::NoMatch;
    };
    let quiet = Evidence::packets("ev-idle", [idle.after, sent]);
    let looks = looks(&tcp, reset);
    case.finding(
        Cause::P4,
        Party::Middlebox,
        case.trouble()
            .map_or(PhaseName::Request, |phase| phase.name),
        looks.clone(),
    )
    // Where no protocol was read, the reset that answers data is itself the failure.
    .severity(Severity::Failure)
    .confidence(confidence)
    .with("idle", idle.length)
    .with("packet", reset.stamp)
    .with("after", Tcp::between(sent, reset.stamp))
    .shown_by(quiet.map(|quiet| quiet.with("length", idle.length)))
    .rules_out(Party::Server, [looks])
    .or(&[Cause::H6])
    .into()
}

fn looks(tcp: &Tcp<'_>, reset: &Reset) -> Evidence {
    let after = reset
        .answers_data
        .map(|sent| Tcp::between(sent, reset.stamp));
    Evidence::packet("ev-reset-from-nearer", reset.stamp)
        .with("ttl", u64::from(reset.ttl))
        .with("usual", u64::from(reset.usual_ttl.unwrap_or(reset.ttl)))
        .with("after", after.unwrap_or_default())
        .with("rtt", tcp.round_trip().unwrap_or_default())
}
