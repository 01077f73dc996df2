//! The packets that show it, how to find them again, and how to make it happen again.

use std::collections::BTreeMap;

use super::events;
use super::markup::Markup;
use crate::export::case::{Case, flow_filter, ranges, split, tcpdump_filter};
use crate::export::commands;
use crate::report::build::text_of;
use crate::report::redaction::cited_packets;
use crate::report::v1::{Attempt, End, EvidenceSource, JournalPacket, Report};
use crate::text::{Message, Value};

/// Packets of one attempt in the table; ends are shown where there are more.
const LISTED: usize = 24;

pub(super) fn write(page: &mut Markup, case: &Case<'_>) {
    let shown: Vec<&Attempt> = case
        .examples
        .iter()
        .copied()
        .filter(|example| !example.packets.is_empty())
        .collect();
    if case.is_probed() {
        page.section("packets", "page-events", |page| {
            events::tables(page, case);
            let probed: Vec<&Attempt> = case.examples.clone();
            if !probed.is_empty() {
                filters(page, case, &probed);
            }
        });
    } else if !shown.is_empty() {
        page.section("packets", "page-packets", |page| {
            for attempt in &shown {
                table(page, case, attempt);
            }
            page.element("div", "class=\"note\"", |page| {
                page.say("p", &Message::new("page-sequence-note"));
            });
            filters(page, case, &shown);
        });
    }
    if case.verdict().is_some() {
        page.section("reproduce", "page-reproduce", |page| reproduce(page, case));
    }
}

fn table(page: &mut Markup, case: &Case<'_>, attempt: &Attempt) {
    let title = page.words(
        &Message::new("page-packets-of")
            .with("id", attempt.id)
            .with("client", attempt.client.as_str())
            .with("server", attempt.server.as_str()),
    );
    page.element_of("h3", "", &title);
    let heads = [
        "page-number",
        "page-time",
        "page-from",
        "page-flags",
        "page-seq",
        "page-ack",
        "page-length",
        "page-window",
        "page-ttl",
        "page-shows",
    ]
    .map(|head| page.word(head));
    let cited = cited_packets(case.report, attempt);
    let shows = shows(page, case.report, attempt);
    page.table("packets", &heads, |page| {
        for packet in listed(attempt) {
            let is_cited = cited.contains(&(packet.packet.capture, packet.packet.number));
            page.element(
                "tr",
                if is_cited { "class=\"cited\"" } else { "" },
                |page| {
                    row(
                        page,
                        case,
                        packet,
                        shows.get(&packet.packet.number).map_or("", String::as_str),
                    );
                },
            );
        }
    });
}

fn row(page: &mut Markup, case: &Case<'_>, packet: &JournalPacket, shows: &str) {
    let from = match packet.from {
        End::Client => page.word("page-client"),
        End::Server => page.word("page-server"),
    };
    let number =
        |value: Option<u64>| value.map_or_else(|| "–".to_owned(), |value| value.to_string());
    page.element_of("td", "class=\"n\"", &packet.packet.number.to_string());
    let time = case.utc(packet.at_ns);
    page.element_of(
        "td",
        "class=\"mono tight\"",
        time.get(11..).unwrap_or_default(),
    );
    page.element_of("td", "", &from);
    page.element_of("td", "", packet.flags.as_deref().unwrap_or("UDP"));
    page.element_of("td", "class=\"n\"", &number(packet.seq));
    page.element_of("td", "class=\"n\"", &number(packet.ack));
    page.element_of("td", "class=\"n\"", &packet.length.to_string());
    page.element_of("td", "class=\"n\"", &number(packet.window.map(u64::from)));
    page.element_of("td", "class=\"n\"", &number(packet.ttl.map(u64::from)));
    let notes = packet.notes.join(", ");
    let between = if notes.is_empty() || shows.is_empty() {
        ""
    } else {
        ": "
    };
    page.element("td", "", |page| {
        page.marked(&format!("{notes}{between}{shows}"));
    });
}

/// The first and the last ones.
fn listed(attempt: &Attempt) -> impl Iterator<Item = &JournalPacket> {
    let hidden = attempt.packets.len().saturating_sub(LISTED);
    let head = if hidden > 0 { LISTED * 2 / 3 } else { LISTED };
    let numbered = attempt.packets.iter().enumerate();
    numbered
        .filter(move |(index, _)| *index < head || *index >= head + hidden)
        .map(|(_, packet)| packet)
}

/// What evidence says of packets, by number.
fn shows(page: &Markup, report: &Report, attempt: &Attempt) -> BTreeMap<u32, String> {
    let mut shows = BTreeMap::new();
    let Some(verdict) = &attempt.verdict else {
        return shows;
    };
    for evidence in report
        .evidence
        .iter()
        .filter(|evidence| verdict.evidence.contains(&evidence.id))
    {
        let packet = match &evidence.source {
            EvidenceSource::Packets(packets) => packets.first().map(|packet| packet.number),
            EvidenceSource::Silence(silence) => Some(silence.after.number),
            EvidenceSource::Events(_) => None,
        };
        if let Some(packet) = packet {
            let said = evidence.message.as_ref().map_or_else(
                || evidence.statement.clone(),
                |message| page.words(&text_of(message)),
            );
            shows.entry(packet).or_insert(said);
        }
    }
    shows
}

fn filters(page: &mut Markup, case: &Case<'_>, shown: &[&Attempt]) {
    let heading = page.word("page-filters");
    page.element_of("h3", "", &heading);
    let cited = case.cited();
    if !cited.is_empty() {
        let what = page.word("page-filter-wireshark");
        page.copyable(&what, &format!("frame.number in {{{}}}", ranges(&cited)));
    }
    let join = |texts: Vec<String>, with: &str| {
        let bracketed: Vec<String> = if texts.len() > 1 {
            texts.iter().map(|text| format!("({text})")).collect()
        } else {
            texts
        };
        bracketed.join(with)
    };
    let what = page.word("page-filter-flow");
    page.copyable(
        &what,
        &join(
            shown.iter().map(|attempt| flow_filter(attempt)).collect(),
            " || ",
        ),
    );
    let what = page.word("page-filter-tcpdump");
    page.copyable(
        &what,
        &join(
            shown
                .iter()
                .map(|attempt| tcpdump_filter(attempt))
                .collect(),
            " or ",
        ),
    );
}

fn reproduce(page: &mut Markup, case: &Case<'_>) {
    let server = case
        .server
        .filter(|server| server.failures > 0 && server.failure_rate < 1.0);
    let message = match server {
        Some(server) => Message::new("page-reproduce-note")
            .with("rate", Value::rate(server.failure_rate))
            .with("times", commands::times_to_see(server.failure_rate)),
        None => Message::new("page-reproduce-note-bare"),
    };
    page.say("p", &message);
    let address = case.server.map(|server| split(&server.address));
    for command in commands::of(case, address) {
        let what = page.word(command.what);
        page.copyable(&what, &command.text);
    }
}
