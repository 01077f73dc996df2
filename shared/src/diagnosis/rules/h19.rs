//! H19: the handshake seems to succeed, and the server refuses what the client sent last: its certificate.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Severity,
};
use crate::phase::PhaseName;
use crate::time::Nanos;
use crate::tls::codepoints::{AlertDescription, AlertLevel};
use crate::tls::facts::{Alert, AlertForm};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H19,
    documentation: Documentation {
        sees: "In TLS 1.3, a record of the server as long as an alert, right after the client's last handshake \
               message: no session ticket, no response, and the end of the connection. In TLS 1.2 an alert about \
               certificates after the client's Certificate.",
        means: "A TLS 1.3 client is through before the server has read its certificate, so the refusal comes as an \
                alert on an established connection (RFC 8446 §4.4.2.4, §6.2: certificate_required, \
                bad_certificate). Most often the client sent no certificate where one is required.",
        refuted_by: "A ticket or a response of the server, a close of the client before it.",
        needs: "The server's first record after the handshake.",
        matches: &["d_h19_mtls13", "old_misc"],
        near_misses: &[
            "d_ok_mtls",
            "d_ok_status_close",
            "d_ok_resume",
            "d_ok_allclients",
        ],
        sources: &[
            "RFC 8446 §4.4.2.4",
            "RFC 8446 §6.2",
            "golang/go: tls: certificate required",
        ],
    },
    explains: &[Cause::H7, Cause::H9, Cause::H10, Cause::H23],
    judge,
};

/// What a server takes to look at a certificate and say no, beyond the round trip; one that waits longer may close
/// an idle connection for other reasons.
const PROMPT: Nanos = Nanos::from_secs(1);

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h19(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(tls) = tcp.tls() else {
        return Answer::NoMatch;
    };
    let server = !tcp.client_side;
    let Some((alert, is_named)) = refusal(&tls.alerts, server) else {
        return Answer::NoMatch;
    };
    let heard = tls.application_data[server].is_some() || !tls.tickets.is_empty();
    let left_first = tcp
        .client
        .fin
        .as_deref()
        .is_some_and(|fin| fin.stamp.packet < alert.stamp.packet)
        || tls
            .alerts
            .iter()
            .any(|other| other.side != server && other.stamp.packet < alert.stamp.packet);
    let Some(flight) = tls.server_flight.as_deref() else {
        return Answer::NoMatch;
    };
    let spoke = tcp.flow.journal.iter().filter(|entry| {
        let at = entry.stamp();
        entry.side() == tcp.client_side
            && entry.payload > 0
            && at.packet > flight.last_byte.packet
            && at.packet < alert.stamp.packet
    });
    let (Some(asked), Some(rtt)) = (spoke.last(), tcp.round_trip()) else {
        return Answer::NoMatch;
    };
    let took = alert.stamp.at.since(asked.stamp().at);
    let is_prompt = took.get() <= PROMPT.get().saturating_add(rtt.get());
    if (!is_named && (heard || !is_prompt)) || left_first {
        return Answer::NoMatch;
    }
    let said = Evidence::packet("ev-alert-after-handshake", alert.stamp)
        .with("client-last", asked.stamp())
        .with("after", took);
    case.finding(Cause::H19, Party::Server, PhaseName::Tls, said.clone())
        .severity(Severity::Failure)
        .confidence(if is_named {
            Confidence::Likely
        } else {
            Confidence::Possible
        })
        .with("packet", alert.stamp)
        .with("after", took)
        .rules_out(Party::Network, [said])
        .rules_out(Party::Middlebox, tcp.one_ttl())
        .or(&[Cause::H10, Cause::H9])
        .into()
}

/// The server's alert, and whether it is known to be about a client's certificate.
fn refusal(alerts: &[Alert], server: crate::side::Side) -> Option<(&Alert, bool)> {
    let mut own = alerts.iter().filter(|alert| alert.side == server);
    let alert = own.next()?;
    match alert.form {
        AlertForm::Inferred => Some((alert, false)),
        AlertForm::Clear(level, description) if level == AlertLevel::FATAL => {
            let about = [
                AlertDescription::CERTIFICATE_REQUIRED,
                AlertDescription::BAD_CERTIFICATE,
                AlertDescription::UNKNOWN_CA,
                AlertDescription::CERTIFICATE_UNKNOWN,
                AlertDescription::CERTIFICATE_EXPIRED,
            ];
            about.contains(&description).then_some((alert, true))
        }
        _ => None,
    }
}
