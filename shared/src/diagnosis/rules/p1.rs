//! P1: the proxy took the request for a tunnel and refused it, or never answered, or answered late.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Severity, Tcp,
};
use crate::phase::{OVERDUE, Outcome, PhaseName};
use crate::stream::facts::{Prelude, PreludeKind, Reply};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::P1,
    documentation: Documentation {
        sees: "TCP to the proxy works, and it has the client's CONNECT (or SOCKS request). It answered with a refusal, \
               closed, said nothing for a second or more, or granted the tunnel only after a second or more.",
        means: "Until the tunnel is granted only the proxy speaks: the server that is wanted is not part of the \
                connection yet. Whether the proxy itself is at fault or could not reach the server, only its own log says.",
        refuted_by: "The CONNECT was never acknowledged (A2: the proxy does not have it), or the proxy is known to have \
                     sent an answer that never came (lost on the way).",
        needs: "The packets between client and proxy in both directions.",
        matches: &["d_p1_503_407", "d_p1_stall"],
        near_misses: &["d_ok_starttls", "d_a1_curl_ttfb"],
        sources: &[
            "RFC 9110 §9.3.6",
            "router-for-me/CLIProxyAPI#3952",
            "shadowsocks/shadowsocks-go#478",
        ],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::p1(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let preludes = &tcp.connection.stream().preludes;
    let Some(asked) = preludes.iter().rfind(|prelude| is_tunnel(prelude)) else {
        return Answer::NoMatch;
    };
    if !case.is_trouble_in(PhaseName::Proxy) {
        let is_connect = asked.kind == PreludeKind::HttpConnect;
        // A SOCKS server may wait for others to connect (BIND, RFC 1928 §4).
        return is_connect.then(|| slow(case, asked)).flatten().into();
    }
    let Some(request) = asked.request_complete else {
        return Answer::NoMatch;
    };
    let end = asked.request_end.unwrap_or(u64::MAX);
    let delivered = tcp.client.acked.filter(|acked| acked.position >= end);
    if delivered.is_none() || tcp.lost_on_the_way().is_some() {
        return Answer::NoMatch;
    }
    let finding = match case.outcome() {
        Outcome::ProxyRefused => refused(case, asked),
        Outcome::ClosedByServer | Outcome::ResetByServer => closed(case, &tcp),
        Outcome::ProxyStalled => stalled(case, &tcp),
        _ => None,
    };
    let sent = Evidence::packet("ev-proxy-request", request);
    let about = target(asked);
    finding
        .map(|finding| finding.with("target", about).shown_by([sent]))
        .into()
}

const fn is_tunnel(prelude: &Prelude) -> bool {
    matches!(
        prelude.kind,
        PreludeKind::HttpConnect | PreludeKind::Socks4 | PreludeKind::Socks5 { .. }
    )
}

fn target(asked: &Prelude) -> String {
    let target = asked.target.as_ref();
    target.map_or_else(String::new, |target| target.kept.to_string())
}

fn refused(case: &Case<'_>, asked: &Prelude) -> Option<Finding> {
    let answer = asked.response_first_byte.or(asked.response_complete)?;
    let code = match asked.reply? {
        Reply::Status(code) | Reply::Code(code) => u64::from(code),
        Reply::Socks(code) => u64::from(code),
        Reply::Accepted(_) => return None,
    };
    let said = Evidence::packet("ev-proxy-refused", answer).with("code", code);
    // RFC 9110 §15.5.8: the proxy wants to know who asks.
    let wants_credentials = code == 407;
    // RFC 9110 §15.5.1, §15.5.5, §15.5.6, §15.6.2: it takes the request for a wrong one, as a server does that is
    // no proxy.
    let is_no_proxy =
        matches!(code, 400 | 404 | 405 | 501) && asked.kind == PreludeKind::HttpConnect;
    let (party, confidence) = if is_no_proxy {
        (Party::Undecided, Confidence::Possible)
    } else {
        (Party::Middlebox, Confidence::Certain)
    };
    let finding = case
        .finding(Cause::P1, party, PhaseName::Proxy, said.clone())
        .with("code", code)
        .confidence(confidence)
        .rules_out(Party::Network, [said]);
    Some(if is_no_proxy {
        finding.variant("malformed")
    } else if wants_credentials {
        finding.variant("credentials")
    } else {
        finding.variant("refused")
    })
}

fn closed(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    let fin = tcp.server.fin.as_deref().map(|fin| fin.stamp);
    let end = fin.or_else(|| tcp.server_reset().map(|reset| reset.stamp))?;
    let ended = Evidence::packet("ev-proxy-closed", end);
    Some(
        case.finding(Cause::P1, Party::Middlebox, PhaseName::Proxy, ended)
            .variant("closed")
            .confidence(Confidence::Likely),
    )
}

fn stalled(case: &Case<'_>, tcp: &Tcp<'_>) -> Option<Finding> {
    let silence = case.stillness()?;
    let proof = tcp.silence_proof(silence.after.at);
    let confidence = match proof {
        Some(_) => Confidence::Certain,
        None => Confidence::Possible,
    };
    Some(
        case.finding(
            Cause::P1,
            Party::Middlebox,
            PhaseName::Proxy,
            Evidence::silence("ev-silence", silence),
        )
        .confidence(confidence)
        .shown_by(proof.clone())
        .shown_by(tcp.probes_answered())
        .rules_out(Party::Network, proof)
        .or(if confidence == Confidence::Possible {
            &[Cause::H13]
        } else {
            &[]
        }),
    )
}

/// The tunnel was granted, a second or more after it was asked for: as long as the first retransmission of a SYN
/// (RFC 6298 §2.1) of the proxy takes.
fn slow(case: &Case<'_>, asked: &Prelude) -> Option<Finding> {
    let (request, answer) = (asked.request_complete?, asked.response_first_byte?);
    let took = Tcp::between(request, answer);
    let rtt = case.tcp()?.round_trip().unwrap_or(Nanos(0));
    let own = Nanos(took.get().saturating_sub(rtt.get()));
    if own < OVERDUE {
        return None;
    }
    let late = Evidence::packets("ev-proxy-late", [request, answer])?.with("took", took);
    Some(
        case.finding(Cause::P1, Party::Middlebox, PhaseName::Proxy, late)
            .severity(Severity::Delay)
            .confidence(Confidence::Possible)
            .variant("slow")
            .with("took", took)
            .with("target", target(asked)),
    )
}
