//! HTTP/1 in clear: requests and responses, in order, with the time at which their headers were complete.

use stallscope_shared::report::v1::{HttpProtocol, PreludeKind};

use crate::behind_holes;
use crate::facts::Comparison;
use crate::oracle::{HttpMessage, nanos};
use crate::streams::Pair;

/// Where targets are cut in their files.
const TARGET_CHARS: usize = 300;

/// A request or a response: what it says, and when its headers were complete, where that is known.
#[derive(Clone, Debug)]
struct Message {
    says: String,
    at: Option<i128>,
    /// All of its headers were captured.
    is_whole: bool,
    /// What it says goes on.
    is_cut: bool,
    /// Host, where it is known whether there is one.
    host: Option<String>,
}

/// Names of the facts of one kind of message.
struct Names {
    seen: &'static str,
    says: &'static str,
    time: &'static str,
}

/// Compares the HTTP of one stream.
pub(crate) fn compare(comparison: &mut Comparison, pair: &Pair<'_>) {
    let requests = Names {
        seen: "http request",
        says: "http request target",
        time: "http request time",
    };
    let responses = Names {
        seen: "http response",
        says: "http response status",
        time: "http response time",
    };
    let (ours_requests, ours_responses) = ours(pair);
    align(
        comparison,
        pair,
        &requests,
        (ours_requests, theirs(pair, "request")),
    );
    align(
        comparison,
        pair,
        &responses,
        (ours_responses, theirs(pair, "response")),
    );
}

/// How many requests and responses we saw.
pub(crate) fn counts(pair: &Pair<'_>) -> (u64, u64) {
    let (requests, responses) = ours(pair);
    (requests.len() as u64, responses.len() as u64)
}

/// Messages whose headers were complete; of others tshark says nothing.
fn ours(pair: &Pair<'_>) -> (Vec<Message>, Vec<Message>) {
    let (mut requests, mut responses) = (Vec::new(), Vec::new());
    for exchange in &pair.ours.http {
        // The request that changed to HTTP/2 was none itself, and its first response neither.
        let is_changing = exchange
            .informational
            .iter()
            .any(|early| early.status == 101);
        let is_clear = matches!(
            exchange.protocol,
            HttpProtocol::Http10 | HttpProtocol::Http11
        );
        if !is_clear && !is_changing {
            continue;
        }
        requests.extend(exchange.request_ns.map(|_| Message {
            says: format!(
                "{} {}",
                exchange.method.as_deref().unwrap_or_default(),
                exchange.target.as_deref().unwrap_or_default()
            ),
            at: pair.at(exchange.request_headers_end_ns),
            is_whole: exchange.request_headers_end_ns.is_some(),
            is_cut: false,
            host: exchange.host.clone(),
        }));
        responses.extend(exchange.informational.iter().map(|early| Message {
            says: early.status.to_string(),
            at: pair.at(Some(early.at_ns)),
            is_whole: true,
            is_cut: false,
            host: None,
        }));
        responses.extend(exchange.response_ns.filter(|_| is_clear).map(|_| Message {
            says: exchange.status.unwrap_or_default().to_string(),
            at: pair.at(exchange.response_headers_end_ns),
            is_whole: exchange.response_headers_end_ns.is_some(),
            is_cut: false,
            host: None,
        }));
    }
    if pair
        .ours
        .http
        .iter()
        .all(|exchange| exchange.method.is_none())
    {
        tunnel(pair, &mut requests, &mut responses);
    }
    (requests, responses)
}

/// CONNECT in front of TLS, which has no exchange of its own.
fn tunnel(pair: &Pair<'_>, requests: &mut Vec<Message>, responses: &mut Vec<Message>) {
    let connects = pair.ours.proxy.iter();
    // Its Host is not told apart from its target.
    for prelude in connects.filter(|prelude| prelude.kind == PreludeKind::HttpConnect) {
        requests.push(Message {
            says: format!("CONNECT {}", prelude.target.as_deref().unwrap_or_default()),
            at: pair.at(prelude.request_ns),
            is_whole: true,
            is_cut: false,
            host: None,
        });
        responses.extend(prelude.status.map(|status| Message {
            says: status.to_string(),
            at: pair.at(prelude.response_ns),
            is_whole: true,
            is_cut: false,
            host: None,
        }));
    }
}

/// The union of tshark's views: headers, whole messages, and what it reads where it does not wait at holes. A
/// message is in the second too when it says the same and its headers were not complete after all of it.
fn theirs(pair: &Pair<'_>, kind: &str) -> Vec<Message> {
    let of_kind = |message: &&HttpMessage| {
        message.kind == kind && !message.over_tls && !pair.context.is_quoting(message.frame)
    };
    let headers = pair.theirs.http_headers.iter().filter(of_kind);
    let mut with_headers: Vec<(u32, Message, bool)> = headers
        .flat_map(|message| {
            let at = Some(nanos(&message.ts));
            says(message).map(move |(index, says)| {
                let host = message.host.get(index).cloned();
                (
                    message.frame,
                    Message {
                        host,
                        ..whole(says, at)
                    },
                    false,
                )
            })
        })
        .collect();
    let more = pair.behind_holes().iter().filter(|more| more.kind == kind);
    with_headers.extend(more.map(|more| (more.frame, behind_hole(more), false)));
    let mut only_complete = Vec::new();
    for message in pair.theirs.http_complete.iter().filter(of_kind) {
        for (_, says) in says(message) {
            let same = with_headers.iter_mut().find(|(frame, known, is_taken)| {
                !*is_taken && known.is_beginning_of(&says) && *frame <= message.frame
            });
            match same {
                Some((_, _, is_taken)) => *is_taken = true,
                None => only_complete.push((message.frame, whole(says, None), true)),
            }
        }
    }
    with_headers.extend(only_complete);
    with_headers.sort_by_key(|(frame, _, _)| *frame);
    with_headers
        .into_iter()
        .map(|(_, message, _)| message)
        .collect()
}

fn whole(says: String, at: Option<i128>) -> Message {
    Message {
        is_cut: says.chars().count() > TARGET_CHARS,
        says,
        at,
        is_whole: true,
        host: None,
    }
}

/// Of requests, the method alone is listed.
fn behind_hole(message: &behind_holes::Message) -> Message {
    Message {
        is_cut: message.kind == "request",
        ..whole(message.says.clone(), Some(nanos(&message.ts)))
    }
}

/// The messages of one entry, which names all that were complete in one packet.
fn says(message: &HttpMessage) -> impl Iterator<Item = (usize, String)> {
    let requests = message.method.iter().enumerate().map(|(index, method)| {
        let target = message.uri.get(index).map_or("", String::as_str);
        format!("{method} {target}")
    });
    let responses = message.status.iter().map(ToString::to_string);
    requests.chain(responses).enumerate()
}

impl Message {
    /// Theirs says what was said, as far as it goes: targets are cut in their files.
    fn is_beginning_of(&self, said: &str) -> bool {
        self.says == said || self.is_cut && said.starts_with(&self.says)
    }
}

fn says_the_same(ours: &Message, theirs: &Message) -> bool {
    theirs.is_beginning_of(&ours.says)
}

/// Finds each of their messages among ours: by what it says and when, then by what it says, then by when.
fn align(
    comparison: &mut Comparison,
    pair: &Pair<'_>,
    names: &Names,
    (mut ours, theirs): (Vec<Message>, Vec<Message>),
) {
    let rules: [fn(&Message, &Message) -> bool; 3] = [
        |ours, theirs| says_the_same(ours, theirs) && ours.at == theirs.at,
        says_the_same,
        |ours, theirs| ours.at == theirs.at,
    ];
    let mut found: Vec<Option<Message>> = vec![None; theirs.len()];
    for rule in rules {
        for (theirs, found) in theirs.iter().zip(&mut found) {
            if found.is_none() {
                let index = ours.iter().position(|ours| rule(ours, theirs));
                *found = index.map(|index| ours.remove(index));
            }
        }
    }
    for (index, (theirs, found)) in theirs.iter().zip(found).enumerate() {
        let subject = format!("{} {} {}", pair.subject, names.seen, index + 1);
        let Some(ours) = found else {
            comparison.fact(&subject, names.seen, None, Some(&theirs.says));
            continue;
        };
        comparison.fact(&subject, names.seen, Some("seen"), Some("seen"));
        let says = if says_the_same(&ours, theirs) {
            theirs
        } else {
            &ours
        };
        comparison.fact(&subject, names.says, Some(&says.says), Some(&theirs.says));
        if theirs.host.is_some() && ours.host.is_some() {
            comparison.fact(
                &subject,
                "http request host",
                ours.host.as_ref(),
                theirs.host.as_ref(),
            );
        }
        // Of headers that the snapshot length cut, tshark tells all the same.
        if theirs.at.is_some() && ours.is_whole {
            comparison.time(&subject, names.time, ours.at, theirs.at);
        }
    }
    let whole = ours.iter().filter(|ours| ours.is_whole);
    for (index, ours) in whole.enumerate() {
        let subject = format!("{} our {} {}", pair.subject, names.seen, index + 1);
        comparison.fact(&subject, names.seen, Some(&ours.says), None);
    }
}
