//! The proxy.

use crate::diagnosis::{Answer, Case, Cause, Confidence, Evidence, Party, Probe};
use crate::phase::{OVERDUE, Outcome, Phase, PhaseName};
use crate::probe::{Ender, Kind, Refusal};
use crate::tls::codepoints::AlertDescription;

/// The proxy refused, fell silent, closed, or took its time.
pub(in super::super) fn p1(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let Some(asked) = probe.first(Kind::ProxyAsked) else {
        return unreachable(case, probe);
    };
    let target = &*probe.log.target;
    let sent = Evidence::packet("ev-proxy-request", asked);
    let finding = |evidence: Evidence| {
        case.finding(Cause::P1, Party::Middlebox, PhaseName::Proxy, evidence)
            .with("target", target)
            .shown_by([sent.clone()])
    };
    if !case.is_trouble_in(PhaseName::Proxy) {
        return Answer::NoMatch;
    }
    match (case.outcome(), probe.log.ender()) {
        (Outcome::ProxyRefused, Some((told, Ender::Proxy { code }))) => {
            let refused = Evidence::packet("ev-proxy-refused", told).with("code", u64::from(code));
            let finding = finding(refused)
                .confidence(Confidence::Certain)
                .with("code", u64::from(code).to_string());
            // RFC 9110 §15.5.8: Proxy Authentication Required.
            match code {
                407 => finding.variant("credentials").into(),
                _ => finding.variant("refused").into(),
            }
        }
        (_, Some((told, Ender::Refused(refusal)))) => {
            let alert = alert(refusal);
            let refused = Evidence::packet("ev-proxy-tls", told).with("alert", &*alert);
            finding(refused)
                .variant("tls")
                .confidence(Confidence::Certain)
                .with("alert", &*alert)
                .into()
        }
        (Outcome::ClosedByServer | Outcome::ResetByServer, Some((told, _))) => {
            let closed = Evidence::packet("ev-proxy-closed", told);
            finding(closed).variant("closed").into()
        }
        (Outcome::ProxyStalled, _) if probe.alive(asked).is_some() => {
            let waited = case
                .timeline
                .longest_wait
                .filter(|waited| *waited >= OVERDUE);
            let silence = case.stillness().filter(|_| waited.is_some());
            silence
                .map(|silence| finding(Evidence::silence("ev-silence", silence)))
                .map(|finding| finding.shown_by(probe.alive(asked)))
                .into()
        }
        _ => Answer::NoMatch,
    }
}

/// What a handshake with the proxy ended with.
fn alert(refusal: Refusal) -> String {
    let (Refusal::Server(code) | Refusal::Client(code)) = refusal else {
        return "no TLS".to_owned();
    };
    let name = AlertDescription(code).name();
    name.map_or_else(|| code.to_string(), str::to_owned)
}

/// The proxy itself cannot be reached: what is wanted behind it was never part of the connection.
fn unreachable(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let is_connect = case.is_trouble_in(PhaseName::Connect) && case.is_failure();
    let (true, Some((end, ender))) = (probe.log.tunnel.is_some() && is_connect, probe.log.ender())
    else {
        return Answer::NoMatch;
    };
    let (variant, evidence) = match (case.outcome(), ender) {
        (Outcome::Refused, _) => {
            let syn = probe.log.began();
            let after = end.at.since(syn.at);
            (
                "unreached",
                Evidence::packet("ev-refused", end).with("after", after),
            )
        }
        (Outcome::SynUnanswered, _) => {
            let syn = probe.log.began();
            let length = case.trouble().and_then(Phase::length).unwrap_or_default();
            let count = probe.log.syn_count().unwrap_or(1);
            let silent = Evidence::packet("ev-syn-unanswered", syn);
            (
                "unreached",
                silent.with("count", count).with("length", length),
            )
        }
        _ => return Answer::NoMatch,
    };
    case.finding(Cause::P1, Party::Middlebox, PhaseName::Connect, evidence)
        .variant(variant)
        .with("target", &*probe.log.target)
        .or(&[Cause::T1, Cause::T5])
        .into()
}
