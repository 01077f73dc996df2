//! What is wrong, at which address, whose it is, and what shows it: one block for each address with a verdict.

use std::collections::BTreeSet;
use std::fmt;

use super::Page;
use super::lines::wrap;
use super::pen::Ink;
use crate::report::v1::{
    Confidence, Evidence, EvidenceSource, LoggedText, PacketRef, Party, Server, Severity, Value,
    Verdict,
};
use crate::text::{self, Language, Message};

/// Addresses whose verdicts are written out; the others are in the table below.
const WRITTEN: usize = 6;
/// Columns of the labels.
const LABEL: usize = 15;

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let judged: Vec<(&Server, &Verdict)> = page
        .report
        .servers
        .iter()
        .filter_map(|server| Some((server, server.verdict.as_ref()?)))
        .collect();
    if judged.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", page.pen.paint(Ink::Strong, "Verdicts"))?;
    for (server, verdict) in judged.iter().take(WRITTEN) {
        block(out, page, server, verdict)?;
    }
    let left = judged.len().saturating_sub(WRITTEN);
    if left > 0 {
        let more = if left == 1 {
            "address has a verdict".to_owned()
        } else {
            "addresses have verdicts".to_owned()
        };
        let line = format!("  {left} more {more}; --format json has all of them");
        writeln!(out, "{}", page.pen.paint(Ink::Dim, &line))?;
    }
    Ok(())
}

fn block(
    out: &mut dyn fmt::Write,
    page: &Page<'_>,
    server: &Server,
    verdict: &Verdict,
) -> fmt::Result {
    let pen = page.pen;
    let ink = match verdict.severity {
        Severity::Failure => Ink::Fail,
        Severity::Delay => Ink::Warn,
        Severity::Info => Ink::Dim,
    };
    let title = format!(
        "{}  {}",
        pen.clean(&server.address),
        pen.clean(&short(verdict))
    );
    for line in wrap(&title, page.width.saturating_sub(2)) {
        writeln!(out, "  {}", pen.paint(ink, &line))?;
    }
    paragraph(out, page, "", &verdict.statement)?;
    let cited: Vec<&Evidence> = verdict
        .evidence
        .iter()
        .filter_map(|id| page.report.evidence.iter().find(|entry| entry.id == *id))
        .collect();
    let mut said = BTreeSet::new();
    for evidence in &cited {
        let label = if said.is_empty() { "seen" } else { "" };
        if said.insert(evidence.statement.as_str()) {
            paragraph(out, page, label, &evidence.statement)?;
        }
    }
    for (who, because) in ruled_out(verdict) {
        let who = who.map_or_else(String::new, |who| format!("not {}", party(who)));
        paragraph(out, page, &who, because)?;
    }
    if let Some(others) = alternatives(verdict) {
        paragraph(out, page, "or else", &others)?;
    }
    for (index, line) in logged(page, server).iter().enumerate() {
        let label = if index == 0 { "in logs" } else { "" };
        paragraph(out, page, label, line)?;
    }
    paragraph(out, page, "to do", &verdict.remedy)?;
    match filter(&cited) {
        Some(filter) => paragraph(out, page, "Wireshark", &filter),
        None => Ok(()),
    }
}

/// Who it was not, party by party in the order in which they are named: each reason once, and the party with its first.
fn ruled_out(verdict: &Verdict) -> Vec<(Option<Party>, &str)> {
    let mut parties = Vec::new();
    for ruled_out in &verdict.rules_out {
        if !parties.contains(&ruled_out.party) {
            parties.push(ruled_out.party);
        }
    }
    let mut said = BTreeSet::new();
    let mut lines = Vec::new();
    for who in parties {
        let reasons = verdict.rules_out.iter().filter(|it| it.party == who);
        let mut label = Some(who);
        for ruled_out in reasons {
            if said.insert(ruled_out.because.as_str()) {
                lines.push((label.take(), ruled_out.because.as_str()));
            }
        }
    }
    lines
}

/// What stands under an attempt in the waterfall: its verdict in short. What accuses nobody has no block of its own
/// above, so its sentence stands here.
pub(super) fn remark(verdict: &Verdict) -> (Ink, String) {
    match verdict.severity {
        Severity::Failure | Severity::Delay => (Ink::Strong, short(verdict)),
        Severity::Info => (Ink::Dim, verdict.statement.clone()),
    }
}

/// The verdict in one line: cause, party, how sure.
fn short(verdict: &Verdict) -> String {
    let name = name_of(&verdict.cause);
    if verdict.party == Party::Undecided {
        return name;
    }
    let sure = match verdict.confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    };
    format!(
        "{} {name} - {}, {sure}",
        verdict.cause,
        party(verdict.party)
    )
}

/// What clients write about most of the address's failures, a line for each client.
fn logged(page: &Page<'_>, server: &Server) -> Vec<String> {
    let mut counts: Vec<(&[LoggedText], usize)> = Vec::new();
    let attempts = page.report.attempts.iter();
    for attempt in attempts.filter(|attempt| attempt.server == server.address) {
        let Some(texts) = attempt.logged.as_deref().filter(|texts| !texts.is_empty()) else {
            continue;
        };
        match counts.iter_mut().find(|(known, _)| *known == texts) {
            Some((_, count)) => *count += 1,
            None => counts.push((texts, 1)),
        }
    }
    // Of two that are as frequent, that of the earlier attempt.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    let line = |text: &LoggedText| {
        let quoted: Vec<String> = text
            .texts
            .iter()
            .map(|text| format!("\"{text}\""))
            .collect();
        format!("{} {}", text.client, quoted.join(" or "))
    };
    most.map(|(texts, _)| texts.iter().map(line).collect())
        .unwrap_or_default()
}

/// What else it may be, in words.
fn alternatives(verdict: &Verdict) -> Option<String> {
    let names: Vec<String> = verdict
        .alternatives
        .iter()
        .map(|cause| format!("{cause} {}", name_of(cause)))
        .collect();
    (!names.is_empty()).then(|| names.join("; "))
}

fn name_of(cause: &str) -> String {
    let id = format!("cause-{}", cause.to_ascii_lowercase());
    text::render(Language::English, &Message::new(id))
}

fn paragraph(
    out: &mut dyn fmt::Write,
    page: &Page<'_>,
    label: &str,
    paragraph: &str,
) -> fmt::Result {
    let pen = page.pen;
    let width = page.width.saturating_sub(4 + LABEL).max(20);
    for (index, line) in wrap(&pen.clean(paragraph), width).iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        let label = pen.paint(Ink::Dim, &format!("{label:LABEL$}"));
        writeln!(out, "    {label}{line}")?;
    }
    Ok(())
}

const fn party(party: Party) -> &'static str {
    match party {
        Party::Client => "client",
        Party::Network => "network",
        Party::Middlebox => "middlebox",
        Party::Server => "server",
        Party::Resolver => "resolver",
        Party::Undecided => "undecided",
    }
}

/// Wireshark's filter for the cited packets and those that the sentences name, when they are all of one capture.
fn filter(cited: &[&Evidence]) -> Option<String> {
    let mut packets: BTreeSet<(u16, u32)> = BTreeSet::new();
    for evidence in cited {
        packets.extend(numbers(&evidence.source));
    }
    let captures: BTreeSet<u16> = packets.iter().map(|(capture, _)| *capture).collect();
    if captures.len() != 1 {
        return None;
    }
    let mut numbers: BTreeSet<u32> = packets.iter().map(|(_, number)| *number).collect();
    numbers.extend(cited.iter().flat_map(|evidence| named(evidence)));
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    Some(format!("frame.number in {{{}}}", numbers.join(", ")))
}

/// Packets that the sentence names.
fn named(evidence: &Evidence) -> impl Iterator<Item = u32> {
    let arguments = evidence.message.iter().flat_map(|it| it.arguments.values());
    arguments.filter_map(|value| match value {
        Value::Packet(number) => Some(*number),
        _ => None,
    })
}

fn numbers(source: &EvidenceSource) -> Vec<(u16, u32)> {
    let place = |packet: &PacketRef| (packet.capture, packet.number);
    match source {
        EvidenceSource::Packets(packets) => packets.iter().map(place).collect(),
        EvidenceSource::Silence(silence) => {
            let later = silence.proof.same_side_later;
            let ends = [Some(silence.after), silence.until, later];
            ends.iter().flatten().map(place).collect()
        }
        EvidenceSource::Events(_) => Vec::new(),
    }
}
