//! A6: the client asked for permission to send its body, got none, and sent it after a second.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Severity, Tcp,
};
use crate::flow::journal::{Entry, Notes};
use crate::ids::Stamp;
use crate::measure::{ExchangeTurn, whole_seconds};
use crate::phase::PhaseName;
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::A6,
    documentation: Documentation {
        sees: "The head of a request, then exactly one second in which the server only acknowledged it, then the body, \
               and the response. In clear the head says `Expect: 100-continue`, and no 100 came.",
        means: "A client that sends Expect waits for `100 Continue` before it sends the body, and no longer than a \
                timer: one second in curl and in Go. The server (or a proxy in front of it) ignored it.",
        refuted_by: "A 100 that came, another length of the pause, anything of the server within it.",
        needs: "The request's packets; its headers in clear, or for TLS their times.",
        matches: &["d_a6_expect"],
        near_misses: &["d_ok_expect100", "d_h17_think", "d_a4_upload_server"],
        sources: &[
            "RFC 9110 §10.1.1",
            "curl/curl#953",
            "net/http Transport.ExpectContinueTimeout",
        ],
    },
    explains: &[],
    judge,
};

/// The wait of curl (CURLOPT_EXPECT_100_TIMEOUT_MS) and of Go's default transport.
const SECONDS: u32 = 1;

/// A pause between two packets of a request.
struct Wait {
    from: Stamp,
    until: Stamp,
}

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::a6(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let found = if tcp.tls().is_some() {
        let turns = tcp.measured.exchanges.iter();
        turns
            .filter(|turn| turn.answer.is_some())
            .find_map(|turn| sealed(&tcp, turn))
            .map(|wait| {
                finding(case, &wait)
                    .confidence(Confidence::Possible)
                    .or(&[Cause::H17])
            })
    } else {
        clear(&tcp).map(|wait| finding(case, &wait).confidence(Confidence::Certain))
    };
    found.into()
}

/// The head asks for it, and the body began without a 100.
fn clear(tcp: &Tcp<'_>) -> Option<Wait> {
    let exchanges = &tcp.connection.http()?.exchanges;
    exchanges.iter().find_map(|exchange| {
        let request = exchange.request.as_ref()?;
        let from = request.headers_complete?;
        if !request.expect_continue || !exchange.informational.is_empty() || request.body.bytes == 0
        {
            return None;
        }
        let until = sent(tcp)
            .map(|entry| entry.stamp())
            .find(|stamp| stamp.packet > from.packet)?;
        let is_late = whole_seconds(Tcp::between(from, until)).is_some();
        is_late.then_some(Wait { from, until })
    })
}

/// One pause of a second, after less than was sent behind it; the server said nothing in it but what belongs to the
/// handshake, and that within the round trip that it takes.
fn sealed(tcp: &Tcp<'_>, turn: &ExchangeTurn) -> Option<Wait> {
    let (first, last) = (turn.request.from, turn.request.until);
    let mut before: Option<Entry> = None;
    let (mut head, mut body, mut found) = (0u64, 0u64, None);
    for entry in sent(tcp) {
        let stamp = entry.stamp();
        if stamp.packet < first.packet || stamp.packet > last.packet {
            continue;
        }
        let pause = before.map(|before| (before.stamp(), Tcp::between(before.stamp(), stamp)));
        if let Some((from, length)) = pause
            && length.get() >= LONG.get()
        {
            if found.is_some() || whole_seconds(length) != Some(SECONDS) {
                return None;
            }
            found = Some(Wait { from, until: stamp });
        }
        let part = if found.is_some() {
            &mut body
        } else {
            &mut head
        };
        *part = part.saturating_add(u64::from(entry.payload));
        before = Some(entry);
    }
    let wait = found?;
    (body > head && !is_spoken_into(tcp, &wait)).then_some(wait)
}

/// Above this a pause of the client is none of scheduling: half a second.
const LONG: Nanos = Nanos::from_millis(500);

/// The server said something in the second half of the wait: handshake messages and tickets come before.
fn is_spoken_into(tcp: &Tcp<'_>, wait: &Wait) -> bool {
    tcp.flow.journal.iter().any(|entry| {
        let at = entry.stamp();
        entry.side() != tcp.client_side
            && entry.payload > 0
            && at.packet < wait.until.packet
            && Tcp::between(wait.from, at) >= LONG
    })
}

/// The client's packets with payload for the first time.
fn sent<'a>(tcp: &Tcp<'a>) -> impl Iterator<Item = Entry> + use<'a> {
    let client = tcp.client_side;
    let entries = tcp.flow.journal.iter();
    entries.filter(move |entry| {
        entry.side() == client && entry.payload > 0 && entry.notes().contains(Notes::NEW)
    })
}

fn finding(case: &Case<'_>, wait: &Wait) -> Finding {
    let length = Tcp::between(wait.from, wait.until);
    let pause = Evidence::packet("ev-expect-wait", wait.until)
        .with("head", wait.from)
        .with("length", length);
    case.finding(Cause::A6, Party::Server, PhaseName::Request, pause)
        .severity(Severity::Delay)
        .with("length", length)
}
