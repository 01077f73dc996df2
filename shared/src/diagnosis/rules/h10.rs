//! H10: an alert ends the handshake.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Tcp,
};
use crate::phase::{Outcome, PhaseName};
use crate::tls::codepoints::{AlertDescription, AlertLevel};
use crate::tls::facts::{Alert, AlertForm};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H10,
    documentation: Documentation {
        sees: "A fatal alert in clear before the handshake was over.",
        means: "One side says in the protocol's own words why it does not go on. Who sent it is who refuses: a server \
                that knows no such name or version, or a client that does not accept the certificate.",
        refuted_by: "A TTL that differs from the server's other packets (somebody else sent it).",
        needs: "The alert record in clear; TLS 1.3 encrypts those after the ServerHello.",
        matches: &[
            "d_h10_80",
            "d_h10_client_unknown_ca",
            "old_s8011",
            "old_s8012",
        ],
        near_misses: &["d_h22_alpn120", "d_h9_fin", "d_ok_tls12_rsa", "d_h24_http"],
        sources: &["RFC 8446 §6", "RFC 5246 §7.2"],
    },
    explains: &[Cause::H7, Cause::H9],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h10(case, &probe);
    }
    let Some((tcp, alert, description)) = fatal(case) else {
        return Answer::NoMatch;
    };
    if description == AlertDescription::NO_APPLICATION_PROTOCOL {
        return Answer::NoMatch;
    }
    let is_client = alert.side == tcp.client_side;
    // A client says what it thinks of a close, too: that came first.
    let was_closed = tcp
        .server
        .fin
        .as_deref()
        .is_some_and(|fin| fin.stamp.packet < alert.stamp.packet);
    if is_client && was_closed {
        return Answer::NoMatch;
    }
    // What the client answers is not in the capture: a close, or a message.
    if is_client && !(tcp.is_two_sided() && tcp.is_end_captured()) {
        return Answer::cannot_tell("missing-packets", "collect-all-packets");
    }
    let party = if is_client {
        Party::Client
    } else {
        Party::Server
    };
    let said = said(alert, description);
    let finding = case
        .finding(Cause::H10, party, PhaseName::Tls, said.clone())
        .confidence(Confidence::Certain)
        .with("alert", name(description))
        .with("code", u64::from(description.0))
        .with("packet", alert.stamp)
        .rules_out(Party::Network, [said]);
    if is_client {
        finding
            .variant("client")
            .confidence(Confidence::Likely)
            .or(&[Cause::H25])
            .into()
    } else if tcp.one_ttl().is_some() {
        finding.rules_out(Party::Middlebox, tcp.one_ttl()).into()
    } else {
        finding.confidence(Confidence::Likely).into()
    }
}

/// The alert that ended the handshake.
pub(super) fn fatal<'a>(case: &Case<'a>) -> Option<(Tcp<'a>, &'a Alert, AlertDescription)> {
    if case.outcome() != Outcome::TlsAlert {
        return None;
    }
    let tcp = case.tcp()?;
    let alerts = tcp.tls()?.alerts.iter();
    let (alert, description) = alerts
        .filter_map(|alert| match alert.form {
            AlertForm::Clear(level, description) if level == AlertLevel::FATAL => {
                Some((alert, description))
            }
            _ => None,
        })
        .next()?;
    Some((tcp, alert, description))
}

/// The alert as evidence.
pub(super) fn said(alert: &Alert, description: AlertDescription) -> Evidence {
    Evidence::packet("ev-alert", alert.stamp)
        .with("alert", name(description))
        .with("code", u64::from(description.0))
}

pub(super) fn name(description: AlertDescription) -> String {
    description
        .name()
        .map_or_else(|| description.0.to_string(), str::to_owned)
}
