//! What clients would have written about an attempt of ours: the table, read from the other side.
//!
//! A row is chosen by where the attempt ended and how, and only where the client was seen to write it then. Of a
//! client that has several, each is of another of its programming interfaces or limits.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::{Client, Saying, sayings};
use crate::attempt::{Attempt, Body};
use crate::dns::{Lookup, LookupOutcome};
use crate::phase::{PhaseName, Timeline};
use crate::probe::{Ender, Log, Refusal, SocketError};

/// Limits of a client that cover everything, where people set them.
const WHOLE: [&str; 2] = ["--max-time", "Client.Timeout"];
/// `unknown_ca` (RFC 8446 §6.2): of what a client refuses a certificate for, this was seen.
const UNKNOWN_CA: u8 = 48;

/// What each client would have written, where that is known; `None` for attempts that nobody was to log, and for
/// those of captures, which do not say what the client's limits are.
#[must_use]
pub fn written(attempt: &Attempt, timeline: &Timeline) -> Option<Vec<(Client, Vec<String>)>> {
    let situation = match &attempt.body {
        Body::Probe(log) => of_log(log, timeline)?,
        Body::Lookup(lookup) if lookup.started.packet.is_event() => of_lookup(lookup)?.to_owned(),
        Body::Tcp(_) | Body::Quic(_) | Body::Lookup(_) => return None,
    };
    Some(written_in(&situation))
}

/// What each client was seen to write in a situation, as the table names it, for example `tls/reset`.
#[must_use]
pub fn written_in(situation: &str) -> Vec<(Client, Vec<String>)> {
    let of_client = |client: Client| {
        let fitting = sayings()
            .iter()
            .filter(|saying| saying.client == client && saying.is_written_in(situation));
        let texts: Vec<String> = fitting.map(Saying::text).collect();
        (!texts.is_empty()).then_some((client, texts))
    };
    Client::ALL.into_iter().filter_map(of_client).collect()
}

/// Every situation of the table, each once.
pub fn situations() -> BTreeSet<&'static str> {
    let all = sayings().iter().flat_map(|saying| &saying.situations);
    all.copied().collect()
}

/// A text of the table, as [`written`] gives it: it names nobody.
#[must_use]
pub fn is_of_table(text: &str) -> bool {
    static TEXTS: LazyLock<BTreeSet<String>> =
        LazyLock::new(|| sayings().iter().map(Saying::text).collect());
    TEXTS.contains(text)
}

/// Phase and end, as the table writes them; `None` where nothing ended it or somebody ended it by hand.
fn of_log(log: &Log, timeline: &Timeline) -> Option<String> {
    // What clients write of QUIC was not seen.
    let (_, ender) = log.ender().filter(|_| log.quic.is_none())?;
    let trouble = timeline.phases.iter().find(|phase| phase.is_trouble())?;
    let phase = match trouble.name {
        PhaseName::Connect => "connect",
        PhaseName::Proxy => "proxy",
        PhaseName::Tls => "tls",
        // Its socket took the request, so a program waits for the response, whatever became of the request.
        PhaseName::Request | PhaseName::Wait => "wait",
        PhaseName::Receive => "receive",
        PhaseName::Dns => return None,
    };
    let end = match ender {
        Ender::Limit(limit) if WHOLE.contains(&&*limit.name) => "whole",
        Ender::Limit(_) => "limit",
        Ender::Connect(error) | Ender::Broken(error) => of_error(error)?,
        Ender::Close => "close",
        Ender::Refused(Refusal::Server(code)) => return Some(format!("alert/{code}")),
        Ender::Refused(Refusal::Client(UNKNOWN_CA)) => "untrusted",
        Ender::Refused(Refusal::NotTls) => "not-tls",
        Ender::Refused(Refusal::Client(_))
        | Ender::Proxy { .. }
        | Ender::Stream(_)
        | Ender::StatelessReset
        | Ender::Versions
        | Ender::Interrupted
        | Ender::Race => {
            return None;
        }
    };
    Some(format!("{phase}/{end}"))
}

fn of_error(error: &SocketError) -> Option<&'static str> {
    Some(match &*error.errno {
        "ECONNREFUSED" => "refused",
        "EHOSTUNREACH" => "no-host",
        "ENETUNREACH" => "no-net",
        "EADDRNOTAVAIL" => "no-port",
        "ECONNRESET" => "reset",
        _ => return None,
    })
}

const fn of_lookup(lookup: &Lookup) -> Option<&'static str> {
    match lookup.outcome {
        LookupOutcome::Unanswered => Some("dns/silent"),
        LookupOutcome::NonExistentName => Some("dns/no-name"),
        LookupOutcome::Failed(_) => Some("dns/error"),
        _ => None,
    }
}

impl Saying {
    fn is_written_in(&self, situation: &str) -> bool {
        self.situations.contains(&situation)
    }

    /// The text, with a mark of omission for what differs from time to time.
    pub(crate) fn text(&self) -> String {
        const OPEN: [char; 4] = [' ', '=', '(', ':'];
        let parts: Vec<&str> = self.parts.iter().map(|part| part.trim()).collect();
        let (first, last) = (self.parts.first(), self.parts.last());
        let mut text = parts.join(" … ");
        if last.is_some_and(|last| last.ends_with(OPEN)) {
            text.push_str(if last.is_some_and(|last| last.ends_with(' ')) {
                " …"
            } else {
                "…"
            });
        }
        if first.is_some_and(|first| first.starts_with(OPEN)) {
            text.insert(0, '…');
        }
        text
    }
}
