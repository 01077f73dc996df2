//! Refusals and resets in the TLS handshake.

use super::exchange;
use crate::diagnosis::{Answer, Case, Cause, Confidence, Evidence, Party, Probe};
use crate::ids::Stamp;
use crate::phase::{Outcome, PhaseName};
use crate::probe::{Ender, Refusal};
use crate::tls::codepoints::AlertDescription;

fn refusal(case: &Case<'_>, probe: &Probe<'_>) -> Option<(Stamp, Refusal)> {
    let is_refused = matches!(case.outcome(), Outcome::TlsAlert | Outcome::NotTls);
    match probe.log.ender()? {
        (stamp, Ender::Refused(refusal)) if is_refused => Some((stamp, refusal)),
        _ => None,
    }
}

fn name(code: u8) -> String {
    let description = AlertDescription(code);
    description
        .name()
        .map_or_else(|| code.to_string(), str::to_owned)
}

fn said(told: Stamp, code: u8) -> Evidence {
    Evidence::packet("ev-alert", told)
        .with("alert", name(code))
        .with("code", u64::from(code))
}

/// An alert of either side.
pub(in super::super) fn h10(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let (told, code, party, variant) = match refusal(case, probe) {
        Some((told, Refusal::Server(code)))
            if code != AlertDescription::NO_APPLICATION_PROTOCOL.0 =>
        {
            (told, code, Party::Server, "probed")
        }
        Some((told, Refusal::Client(code))) => (told, code, Party::Client, "probed-client"),
        _ => return Answer::NoMatch,
    };
    let alert = match party {
        Party::Client => Evidence::packet("ev-alert-sent", told).with("alert", name(code)),
        _ => said(told, code),
    };
    let why = probe
        .log
        .tls
        .as_ref()
        .and_then(|tls| tls.refusal.as_deref());
    let finding = case
        .finding(Cause::H10, party, PhaseName::Tls, alert.clone())
        .variant(variant)
        .with("alert", name(code))
        .with("code", u64::from(code))
        .with("why", why.unwrap_or(&name(code)))
        .rules_out(Party::Network, [alert]);
    match party {
        Party::Client => finding.or(&[Cause::H25]).into(),
        _ => finding.into(),
    }
}

/// The server supports none of the protocols that the client offers.
pub(in super::super) fn h22(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    match refusal(case, probe) {
        Some((told, Refusal::Server(code)))
            if code == AlertDescription::NO_APPLICATION_PROTOCOL.0 =>
        {
            let alert = said(told, code);
            case.finding(Cause::H22, Party::Server, PhaseName::Tls, alert.clone())
                .variant("probed")
                .rules_out(Party::Network, [alert])
                .into()
        }
        _ => Answer::NoMatch,
    }
}

/// An alert in place of a response. In TLS 1.3 the client is done before the server has looked at its certificate, so
/// that is where a refusal of it stands (RFC 8446 §4.4.2.4, §6.2).
pub(in super::super) fn h19(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let Some((told, Ender::Refused(Refusal::Server(code)))) = probe.log.ender() else {
        return Answer::NoMatch;
    };
    let about_certificates = [
        AlertDescription::CERTIFICATE_REQUIRED,
        AlertDescription::BAD_CERTIFICATE,
        AlertDescription::UNKNOWN_CA,
    ];
    if !about_certificates.contains(&AlertDescription(code)) {
        return Answer::NoMatch;
    }
    let alert = said(told, code);
    case.finding(Cause::H19, Party::Server, PhaseName::Tls, alert.clone())
        .variant("probed")
        .confidence(Confidence::Likely)
        .with("alert", name(code))
        .with("code", u64::from(code))
        .rules_out(Party::Network, [alert])
        .into()
}

/// The answer is no TLS.
pub(in super::super) fn h24(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    match refusal(case, probe) {
        Some((told, Refusal::NotTls)) => {
            let strange = Evidence::packet("ev-not-tls", told);
            case.finding(Cause::H24, Party::Server, PhaseName::Tls, strange)
                .variant("probed")
                .confidence(Confidence::Likely)
                .or(&[Cause::P1, Cause::H25])
                .into()
        }
        _ => Answer::NoMatch,
    }
}

/// A reset within a second: who made it, only its packet shows.
pub(in super::super) fn reset(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    // Over QUIC nothing is reset by a packet.
    let Some((_, Ender::Broken(error))) = probe.log.ender().filter(|_| probe.log.quic.is_none())
    else {
        return Answer::NoMatch;
    };
    if case.outcome() != Outcome::ResetByServer || !case.is_trouble_in(PhaseName::Tls) {
        return Answer::NoMatch;
    }
    if error.is_breach() {
        return exchange::breach(probe);
    }
    Answer::cannot_tell("missing-reset-packet", "collect-port-beside")
}
