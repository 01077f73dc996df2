//! What joins a connection to its name and to the lookup that was made for it.

use super::{Connection, NameBasis};
use crate::dns::Answer;
use crate::flow::chunk::StreamSink;
use crate::flow::facts::{FinishedFlow, TcpFlow};
use crate::http::facts::{StreamEnd, Text};
use crate::side::{PerSide, Side};
use crate::stream::Conversation;
use crate::stream::facts::PreludeKind;
use crate::time::{Nanos, Timestamp};

/// The name that the client wanted: by the ClientHello, else by the request, else by what it asked its
/// proxy for, else by the lookup that gave it the address.
#[must_use]
pub fn name_of(connection: &Connection, answer: Option<&Answer>) -> Option<(Box<str>, NameBasis)> {
    let by_hello = || {
        let hello = connection.tls()?.client_hello()?;
        Some((hello.offer.server_name.clone()?, NameBasis::Sni))
    };
    let by_request = || {
        let http = connection.http()?;
        let host = http
            .exchanges
            .iter()
            .find_map(|exchange| exchange.request.as_ref()?.host.as_ref())?;
        Some((without_port(host), NameBasis::Host))
    };
    let by_proxy = || {
        let preludes = &connection.stream().preludes;
        let asked = preludes.iter().rfind(|prelude| {
            !matches!(
                prelude.kind,
                PreludeKind::ProxyProtocol { .. } | PreludeKind::StartTls(_)
            )
        })?;
        Some((without_port(asked.target.as_ref()?), NameBasis::Proxy))
    };
    let by_answer = || Some((Box::from(answer?.name.as_str()), NameBasis::Dns));
    by_hello()
        .or_else(by_request)
        .or_else(by_proxy)
        .or_else(by_answer)
}

/// `host:port` without the port; `[v6]:port` without both.
fn without_port(target: &Text) -> Box<str> {
    let text = &*target.kept;
    if let Some((address, _)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Box::from(address);
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => {
            Box::from(host)
        }
        _ => Box::from(text),
    }
}

/// The answer was fetched for a connection that began at `connected_from`: it came before, and no longer
/// before than a client that tries one address after the other may wait.
///
/// Two seconds are the longest connection attempt delay that RFC 8305 §8 allows; what starts later uses
/// a cached answer, and the lookup was no part of its time.
#[must_use]
pub fn own_answer(answer: &Answer, connected_from: Timestamp) -> bool {
    const LONGEST_ATTEMPT_DELAY: Nanos = Nanos::from_secs(2);
    let gap = connected_from.since(answer.answered.at);
    gap >= Nanos(0) && gap <= LONGEST_ATTEMPT_DELAY
}

impl From<FinishedFlow<Conversation>> for Connection {
    fn from(finished: FinishedFlow<Conversation>) -> Self {
        let FinishedFlow { facts: flow, sink } = finished;
        let is_mid_message = |side: Side| {
            let due = sink.skip_until(side);
            due.is_some_and(|end| end != u64::MAX && end > flow.sides[side].seen_end)
        };
        let is_mid_message = PerSide {
            originator: is_mid_message(Side::Originator),
            responder: is_mid_message(Side::Responder),
        };
        let ends = PerSide {
            originator: end_of(&flow, Side::Originator),
            responder: end_of(&flow, Side::Responder),
        };
        Self {
            spoken: sink.finish(ends),
            flow,
            is_mid_message,
        }
    }
}

/// How a side's stream ended: by its FIN, or by a reset of either side before it.
fn end_of(flow: &TcpFlow, side: Side) -> StreamEnd {
    let fin = flow.sides[side].fin.as_ref().map(|fin| fin.stamp);
    let reset = flow.resets.first().map(|reset| reset.stamp);
    match (fin, reset) {
        (Some(fin), Some(reset)) if reset < fin => StreamEnd::Reset(reset),
        (Some(fin), _) => StreamEnd::Closed(fin),
        (None, Some(reset)) => StreamEnd::Reset(reset),
        (None, None) => StreamEnd::Open,
    }
}
