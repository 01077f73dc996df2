//! The first page: what is claimed, what was observed, what was expected, what is ruled out, and what is asked for.

use super::markup::Markup;
use crate::export::case::{Case, split, trouble};
use crate::export::words;
use crate::report::v1::{Party, Percentiles, PhaseName, Verdict};
use crate::text::{Message, Value};
use crate::time::Nanos;

/// Failing attempts that are listed one by one.
const LISTED: usize = 20;
/// Pieces of evidence that are quoted.
const QUOTED: usize = 8;

/// What the page is called.
pub(super) fn title(case: &Case<'_>) -> Message {
    match (
        case.server.filter(|_| case.verdict().is_some()),
        case.name(),
    ) {
        (Some(server), Some(name)) => Message::new("page-title")
            .with("server", server.address.as_str())
            .with("name", name),
        (Some(server), None) => {
            Message::new("page-title-bare").with("server", server.address.as_str())
        }
        (None, _) => Message::new("page-title-healthy"),
    }
}

pub(super) fn write(page: &mut Markup, case: &Case<'_>, title: &Message) {
    page.element("header", "", |page| {
        let kicker = page.word("page-kicker");
        page.element_of("p", "class=\"kicker\"", &kicker);
        page.element("h1", "", |page| page.lines(title));
        let class = if case.verdict().is_some() {
            "class=\"claim\""
        } else {
            "class=\"claim fine\""
        };
        page.element("div", class, |page| claim(page, case));
        if let Some(verdict) = case.verdict() {
            sure(page, verdict);
        }
    });
    let Some(verdict) = case.verdict() else {
        return;
    };
    page.element("div", "class=\"boxes\"", |page| {
        page.element("div", "class=\"column\"", |page| {
            boxed(page, "page-observed", |page| {
                observed(page, case, verdict);
            });
            boxed(page, "page-expected", |page| {
                expected(page, case, verdict.phase);
            });
        });
        boxed(page, "page-ruled-out", |page| ruled_out(page, verdict));
    });
    page.section("ask", "page-ask", |page| ask(page, case, verdict));
}

fn claim(page: &mut Markup, case: &Case<'_>) {
    if let Some(headline) = &case.report.headline {
        page.quote("p", &headline.statement, headline.message.as_ref());
    } else if let Some(verdict) = case.verdict() {
        page.quote("p", &verdict.statement, verdict.statement_message.as_ref());
    } else {
        page.say("p", &Message::new("page-claim-healthy"));
    }
}

fn sure(page: &mut Markup, verdict: &Verdict) {
    let meaning = Message::new(words::meaning(verdict.confidence));
    let sure = Message::new("page-certainty")
        .with(
            "confidence",
            Message::new(words::confidence(verdict.confidence)),
        )
        .with("meaning", meaning);
    page.element("div", "class=\"sure\"", |page| {
        page.say("p", &sure);
        if let Some(others) = words::alternatives(verdict) {
            page.say("p", &others);
        }
    });
}

fn boxed(page: &mut Markup, heading: &'static str, inside: impl FnOnce(&mut Markup)) {
    let heading = page.word(heading);
    page.element("div", "class=\"box\"", |page| {
        page.element_of("h2", "", &heading);
        page.element("ul", "", inside);
    });
}

fn observed(page: &mut Markup, case: &Case<'_>, verdict: &Verdict) {
    let own = case
        .examples
        .first()
        .and_then(|example| example.verdict.as_ref())
        .unwrap_or(verdict);
    page.element("li", "", |page| {
        page.quote("p", &own.statement, own.statement_message.as_ref());
    });
    let quoted = case
        .report
        .evidence
        .iter()
        .filter(|evidence| own.evidence.contains(&evidence.id));
    for evidence in quoted.take(QUOTED) {
        page.element("li", "", |page| {
            page.quote("p", &evidence.statement, evidence.message.as_ref());
        });
    }
}

/// What the same phase took where it went well: at the siblings, or else at the same address.
fn expected(page: &mut Markup, case: &Case<'_>, phase: PhaseName) {
    let siblings: Vec<&Percentiles> = case
        .siblings()
        .filter_map(|server| server.phase_percentiles.get(&phase))
        .collect();
    let own = case
        .server
        .and_then(|server| server.phase_percentiles.get(&phase));
    let message = match (siblings.is_empty(), own) {
        (true, None) => Message::new("page-expected-nothing"),
        (true, Some(own)) => measured("page-expected-self", phase, &[own]),
        (false, _) => measured("page-expected-siblings", phase, &siblings)
            .with("others", siblings.len() as u64),
    };
    page.element("li", "", |page| {
        page.say("p", &message);
    });
}

/// Between which bounds the medians are, over how many, and the longest of all.
fn measured(id: &'static str, phase: PhaseName, all: &[&Percentiles]) -> Message {
    let medians = || all.iter().map(|own| own.p50_ns);
    let [least, most] =
        [medians().min(), medians().max()].map(|median| Nanos(median.unwrap_or_default()));
    let slowest = all.iter().map(|own| own.max_ns).max();
    Message::new(id)
        .with("phase", Message::new(words::phase(phase)))
        .with("least", least)
        .with("most", most)
        .with("attempts", all.iter().map(|own| own.n).sum::<u64>())
        .with("slowest", Nanos(slowest.unwrap_or_default()))
}

fn ruled_out(page: &mut Markup, verdict: &Verdict) {
    if verdict.rules_out.is_empty() {
        page.element("li", "", |page| {
            page.say("p", &Message::new("page-not-ruled-out"));
        });
    }
    let mut parties: Vec<Party> = Vec::new();
    for out in &verdict.rules_out {
        if !parties.contains(&out.party) {
            parties.push(out.party);
        }
    }
    for party in parties {
        let named = page.word(words::party(party));
        let because = verdict.rules_out.iter().filter(|out| out.party == party);
        page.element("li", "", |page| {
            page.element_of("span", "class=\"party\"", &named);
            for out in because {
                page.quote("p", &out.because, out.message.as_ref());
            }
        });
    }
}

fn ask(page: &mut Markup, case: &Case<'_>, verdict: &Verdict) {
    page.quote("p", &verdict.remedy, verdict.remedy_message.as_ref());
    if case.failing.is_empty() {
        return;
    }
    let times = if case.is_probed() {
        "page-ask-times-probed"
    } else {
        "page-ask-times"
    };
    page.say("p", &Message::new(times));
    let heads = [
        "page-time",
        "page-client-port",
        "page-address",
        "page-where",
    ]
    .map(|head| page.word(head));
    page.table("attempts", &heads, |page| {
        for attempt in case.failing.iter().take(LISTED) {
            page.element("tr", "", |page| {
                page.element_of("td", "class=\"mono tight\"", &case.utc(attempt.started_ns));
                page.element_of("td", "class=\"mono\"", &attempt.client);
                page.element_of("td", "class=\"mono\"", split(&attempt.server).0);
                let what = trouble(attempt).map_or_else(String::new, |(phase, length, awaited)| {
                    let length = page.value(Value::Duration(Nanos(length)));
                    let phase = page.word(words::phase(phase));
                    awaited.map_or_else(
                        || format!("{phase}, {length}"),
                        |awaited| format!("{phase}, {length}, {awaited}"),
                    )
                });
                page.element_of("td", "", &what);
            });
        }
    });
    let more = case.failing.len().saturating_sub(LISTED);
    if more > 0 {
        page.say(
            "p",
            &Message::new("page-more-failing").with("count", more as u64),
        );
    }
}
