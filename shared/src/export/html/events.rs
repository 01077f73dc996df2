//! What the sockets of a client of our own were told, event by event, for readers who want to check the drawing.

use std::collections::{BTreeMap, BTreeSet};

use super::markup::Markup;
use super::rungs::{PEER_ALIVE, named};
use crate::export::case::{Case, cited_events};
use crate::report::build::text_of;
use crate::report::v1::{Attempt, End, EvidenceSource, ProbeEvent, Report};
use crate::text::{Message, Value};
use crate::time::Nanos;

/// Events of one attempt in the table; ends are shown where there are more.
const LISTED: usize = 32;

/// One table for each attempt that was probed.
pub(super) fn tables(page: &mut Markup, case: &Case<'_>) {
    for attempt in &case.examples {
        if let Some(probe) = attempt
            .probe
            .as_ref()
            .filter(|_| attempt.packets.is_empty())
        {
            table(page, case, attempt, &probe.events);
        }
    }
    page.element("div", "class=\"note\"", |page| {
        page.say("p", &Message::new("page-events-note"));
    });
}

fn table(page: &mut Markup, case: &Case<'_>, attempt: &Attempt, events: &[ProbeEvent]) {
    let title = page.words(
        &Message::new("page-packets-of")
            .with("id", attempt.id)
            .with("client", attempt.client.as_str())
            .with("server", attempt.server.as_str()),
    );
    page.element_of("h3", "", &title);
    let heads = [
        "page-event",
        "page-time-kernel",
        "page-time-client",
        "page-from",
        "page-event-what",
        "page-length",
        "page-shows",
    ]
    .map(|head| page.word(head));
    let cited = cited_events(case.report, attempt);
    let shows = shows(page, case.report, attempt);
    page.table("packets", &heads, |page| {
        for run in runs(listed(events), &cited) {
            let (Some((number, event)), Some((last, _))) = (run.first(), run.last()) else {
                continue;
            };
            let class = if cited.contains(number) {
                "class=\"cited\""
            } else {
                ""
            };
            page.element("tr", class, |page| {
                if run.len() > 1 {
                    page.element_of("td", "class=\"n\"", &format!("{number}–{last}"));
                } else {
                    page.element_of("td", "class=\"n\"", &number.to_string());
                }
                times(page, case, event);
                row(
                    page,
                    event,
                    run.len(),
                    shows.get(number).map_or("", String::as_str),
                );
            });
        }
    });
}

type Numbered<'a> = (u32, &'a ProbeEvent);

/// Answers to keep-alives that follow one another and are not cited, together; every other event by itself.
fn runs<'a>(
    events: impl Iterator<Item = Numbered<'a>>,
    cited: &BTreeSet<u32>,
) -> Vec<Vec<Numbered<'a>>> {
    let is_plain =
        |(number, event): &Numbered<'_>| event.kind == PEER_ALIVE && !cited.contains(number);
    let mut runs: Vec<Vec<Numbered<'a>>> = Vec::new();
    for event in events {
        let goes_on = |run: &&mut Vec<Numbered<'a>>| {
            is_plain(&event)
                && run
                    .last()
                    .is_some_and(|last| is_plain(last) && last.0 + 1 == event.0)
        };
        match runs.last_mut().filter(goes_on) {
            Some(run) => run.push(event),
            None => runs.push(vec![event]),
        }
    }
    runs
}

/// When the kernel had it, where it says so, and how much later the client did.
fn times(page: &mut Markup, case: &Case<'_>, event: &ProbeEvent) {
    let kernel = event.kernel_ns.map(|at| case.utc(at));
    let kernel = kernel
        .as_deref()
        .and_then(|time| time.get(11..))
        .unwrap_or("–");
    page.element_of("td", "class=\"mono tight\"", kernel);
    let client = case.utc(event.at_ns);
    page.element_of(
        "td",
        "class=\"mono tight\"",
        client.get(11..).unwrap_or_default(),
    );
}

fn row(page: &mut Markup, event: &ProbeEvent, count: usize, shows: &str) {
    let (said, from) = named(page, event);
    let said = if count > 1 {
        format!("{said} · {count} ×")
    } else {
        said
    };
    let from = match from {
        Some(End::Server) => page.word("page-server"),
        Some(End::Client) | None => page.word("page-client"),
    };
    page.element_of("td", "", &from);
    page.element_of("td", "", &said);
    let bytes = event
        .bytes
        .map_or_else(|| "–".to_owned(), |bytes| bytes.to_string());
    page.element_of("td", "class=\"n\"", &bytes);
    page.element("td", "", |page| {
        page.marked(shows);
    });
}

/// The first and the last ones, numbered from 1.
fn listed(events: &[ProbeEvent]) -> impl Iterator<Item = (u32, &ProbeEvent)> {
    let hidden = events.len().saturating_sub(LISTED);
    let head = if hidden > 0 { LISTED * 2 / 3 } else { LISTED };
    (1..)
        .zip(events)
        .enumerate()
        .filter(move |(index, _)| *index < head || *index >= head + hidden)
        .map(|(_, numbered)| numbered)
}

/// What evidence says of the attempt's events, by number.
fn shows(page: &Markup, report: &Report, attempt: &Attempt) -> BTreeMap<u32, String> {
    let mut shows = BTreeMap::new();
    let Some(verdict) = &attempt.verdict else {
        return shows;
    };
    for evidence in &report.evidence {
        let EvidenceSource::Events(events) = &evidence.source else {
            continue;
        };
        let first = events
            .first()
            .filter(|event| event.attempt == Some(attempt.id));
        let Some(number) = first.and_then(|event| event.number) else {
            continue;
        };
        if !verdict.evidence.contains(&evidence.id) {
            continue;
        }
        let said = evidence.message.as_ref().map_or_else(
            || evidence.statement.clone(),
            |message| page.words(&text_of(message)),
        );
        let known: &mut String = shows.entry(number).or_default();
        if !known.is_empty() {
            known.push(' ');
        }
        known.push_str(&said);
    }
    shows
}

/// Where the client's sockets were, and how well they were told the time.
pub(super) fn environment(
    page: &mut Markup,
    case: &Case<'_>,
    fact: &mut dyn FnMut(&mut Markup, &'static str, &str),
) {
    let probed = || {
        case.report
            .attempts
            .iter()
            .filter_map(|attempt| Some((attempt, attempt.probe.as_ref()?)))
    };
    let mut targets: Vec<&str> = probed()
        .map(|(_, probe)| probe.target.as_str())
        .filter(|target| !target.is_empty())
        .collect();
    targets.sort_unstable();
    targets.dedup();
    let how = page.word("page-probed-how");
    fact(page, "page-probed", &how);
    if !targets.is_empty() {
        fact(page, "page-probed-target", &targets.join(", "));
    }
    let times = || probed().map(|(attempt, _)| attempt);
    if let (Some(first), Some(last)) = (
        times().map(|attempt| attempt.started_ns).min(),
        times().map(|attempt| attempt.ended_ns).max(),
    ) {
        let span = format!("{} – {}", case.utc(first), case.utc(last));
        fact(page, "page-from-to", &span);
    }
    let stamped = probed().filter(|(_, probe)| probe.has_kernel_times).count() as u64;
    let clock = page.words(
        &Message::new("page-probed-clock")
            .with("stamped", stamped)
            .with("attempts", probed().count() as u64),
    );
    fact(page, "page-clock", &clock);
    if let Some(delay) = probed()
        .filter_map(|(_, probe)| probe.client_delay_ns)
        .max()
    {
        let delay = page.value(Nanos(delay));
        fact(page, "page-probed-delay", &delay);
    }
    let mut limits: BTreeMap<(&str, i64), u64> = BTreeMap::new();
    for limit in probed().filter_map(|(_, probe)| probe.limit.as_ref()) {
        *limits.entry((&limit.name, limit.length_ns)).or_default() += 1;
    }
    let limits: Vec<String> = limits
        .into_iter()
        .map(|((name, length), count)| {
            format!(
                "{name} {} ({count} ×)",
                page.value(Value::Duration(Nanos(length)))
            )
        })
        .collect();
    if !limits.is_empty() {
        fact(page, "page-probed-limits", &limits.join(", "));
    }
}
