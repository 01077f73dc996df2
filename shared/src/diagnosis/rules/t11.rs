//! T11: the client's own host has no port or socket for another connection.

use super::probed;
use crate::diagnosis::{Answer, Case, Cause, Documentation, Rule};

pub(super) const RULE: Rule = Rule {
    cause: Cause::T11,
    documentation: Documentation {
        sees: "`connect()` failed at once, before any packet: no local address and port is free \
               (EADDRNOTAVAIL), or the process or the host has no descriptor or memory for a socket.",
        means: "About 28,000 ports stand for connections to one address and port, and each is kept for a minute after \
                its connection ended (TIME-WAIT, RFC 9293 §3.6.1).",
        refuted_by: "A SYN that left.",
        needs: "The error of the client's socket: no packet shows it.",
        matches: &["test:no_local_port"],
        near_misses: &["test:silence_after_the_hello_is_the_servers"],
        sources: &["RFC 9293 §3.6.1", "Linux ip(7), ip_local_port_range"],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    case.probe()
        .map_or(Answer::NoMatch, |probe| probed::t11(case, &probe))
}
