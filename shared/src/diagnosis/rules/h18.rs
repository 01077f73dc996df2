//! H18: the client asks a certificate authority before it goes on.

use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Party, Rule,
};
use crate::measure::Elapsed;
use crate::phase::{Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H18,
    documentation: Documentation {
        sees: "Between the server's complete flight and the client's next word, the same client looks up or connects \
               to somebody else on port 80, and goes on when that is over.",
        means: "Revocation lists, OCSP responders and missing intermediate certificates are fetched over plain HTTP \
                (RFC 6960, RFC 5280 §4.2.2.1). The handshake waits for the certificate authority, not for the \
                server.",
        refuted_by: "No such connection in the gap.",
        needs: "A capture that holds port 80 and DNS as well, not only the server's address.",
        matches: &["d_h18_ocsp"],
        near_misses: &["d_h17_think", "old_cfs"],
        sources: &["RFC 6960", "RFC 5280 §4.2.2.1", "dotnet/runtime#31664"],
    },
    explains: &[Cause::H17],
    judge,
};

/// What a client may take for the certificate without asking anybody: see [`super::h17`].
const LEAST: Nanos = Nanos::from_millis(200);

/// HTTP without TLS.
const PLAIN_HTTP: u16 = 80;

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    if case.outcome() == Outcome::TlsAlert {
        return Answer::NoMatch;
    }
    let turn = tcp
        .measured
        .flight
        .as_ref()
        .and_then(|flight| flight.client_turn);
    let Some(gap) = turn
        .map(|turn| turn.elapsed)
        .filter(|gap| gap.length() >= LEAST)
    else {
        return Answer::NoMatch;
    };
    let Some(fetch) = case.own_others().find(|brief| fills(brief, gap)) else {
        return Answer::NoMatch;
    };
    let Some(asked) = Evidence::packets("ev-revocation-fetch", [fetch.first, fetch.last]) else {
        return Answer::NoMatch;
    };
    let asked = asked.with("authority", fetch.server);
    let wait = Evidence::packets("ev-client-idle", [gap.from, gap.until]);
    let wait = wait.map(|evidence| evidence.with("length", gap.length()));
    case.finding(Cause::H18, Party::Client, PhaseName::Tls, asked.clone())
        .severity(case.severity())
        .confidence(Confidence::Likely)
        .with("authority", fetch.server)
        .with("length", gap.length())
        .shown_by(wait.clone())
        .rules_out(Party::Server, wait)
        .or(&[Cause::H17])
        .into()
}

/// A connection to port 80 that began in the gap and took at least half of it.
fn fills(brief: &Brief, gap: Elapsed) -> bool {
    let begins = brief.first.at >= gap.from.at && brief.first.at <= gap.until.at;
    let until = brief.last.at.min(gap.until.at);
    let took = until.since(brief.first.at).get();
    brief.server.port() == PLAIN_HTTP && begins && took.saturating_mul(2) >= gap.length().get()
}
