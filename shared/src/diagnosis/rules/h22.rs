//! H22: client and server share no application protocol.

use super::h10::{fatal, name, said};
use super::probed;
use crate::diagnosis::{Answer, Case, Cause, Confidence, Documentation, Party, Rule};
use crate::phase::PhaseName;
use crate::text::Value;
use crate::tls::codepoints::AlertDescription;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H22,
    documentation: Documentation {
        sees: "The fatal alert 120, no_application_protocol.",
        means: "The server supports none of the protocols in the client's ALPN extension (RFC 7301 §3.2).",
        refuted_by: "Another alert (H10).",
        needs: "The alert in clear.",
        matches: &["d_h22_alpn120"],
        near_misses: &["d_h10_80", "old_s8011"],
        sources: &["RFC 7301 §3.2"],
    },
    explains: &[Cause::H10],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h22(case, &probe);
    }
    let Some((tcp, alert, description)) = fatal(case) else {
        return Answer::NoMatch;
    };
    let is_server = alert.side != tcp.client_side;
    if description != AlertDescription::NO_APPLICATION_PROTOCOL || !is_server {
        return Answer::NoMatch;
    }
    let hello = tcp.tls().and_then(|tls| tls.client_hello());
    let offered: Vec<Value> = hello.map_or_else(Vec::new, |hello| {
        let protocols = hello.offer.alpn.iter();
        protocols.map(|name| Value::from(&**name)).collect()
    });
    let said = said(alert, description);
    case.finding(Cause::H22, Party::Server, PhaseName::Tls, said.clone())
        .confidence(Confidence::Certain)
        .with("alert", name(description))
        .with("offered", Value::List(offered))
        .with("packet", alert.stamp)
        .rules_out(Party::Network, [said])
        .rules_out(Party::Middlebox, tcp.one_ttl())
        .into()
}
