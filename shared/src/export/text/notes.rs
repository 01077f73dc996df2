//! What is said below a bar: where to look in the packets, and what they say beside the phases.

use super::Page;
use super::numbers::{count, counted, duration};
use super::words;
use crate::report::v1::{Attempt, AttemptKind, Phase};

/// Transactions of one lookup that are told.
const TRANSACTIONS_SHOWN: usize = 4;

/// The longest wait that is to be named: its length and what was awaited.
pub(super) fn awaited(page: &Page<'_>, attempt: &Attempt) -> Option<String> {
    let stalled = attempt
        .phases
        .iter()
        .filter(|phase| words::is_stalled(phase));
    let (phase, length) = stalled
        .filter_map(|phase| Some((phase, length(attempt, phase)?)))
        .max_by_key(|(_, length)| *length)?;
    let length = duration(page.pen, length);
    let awaited = page.pen.clean(words::awaited(phase));
    Some(format!("{length} waiting for {awaited}"))
}

/// How long a stalled phase was silent: its silence where that is known, else all of it.
fn length(attempt: &Attempt, phase: &Phase) -> Option<i64> {
    let (start, end) = silence(attempt, phase)?;
    Some(end.saturating_sub(start))
}

/// The part of a stalled phase that was silent, from the attempt's start.
pub(super) fn silence(attempt: &Attempt, phase: &Phase) -> Option<(i64, i64)> {
    let (start, end) = (phase.start_ns?, phase.end_ns?);
    let within = attempt.silences.iter().filter_map(|silence| {
        let from = silence
            .start_ns
            .saturating_sub(attempt.started_ns)
            .max(start);
        let to = silence.end_ns.saturating_sub(attempt.started_ns).min(end);
        (from < to).then_some((from, to))
    });
    let longest = within.max_by_key(|(from, to)| to - from);
    Some(longest.unwrap_or((start, end)))
}

/// The facts to show under a failed attempt, most useful first.
pub(super) fn facts(page: &Page<'_>, attempt: &Attempt) -> Vec<String> {
    let pen = page.pen;
    let mut facts = vec![format!("from {}", pen.clean(&attempt.client))];
    if let Some(silence) = attempt.silences.first() {
        let number = count(u64::from(silence.after.number));
        let place = match page.report.captures.get(usize::from(silence.after.capture)) {
            Some(capture) if page.report.captures.len() > 1 => {
                format!(" of {}", pen.clean(&capture.name))
            }
            _ => String::new(),
        };
        facts.push(format!("silent after packet {number}{place}"));
    }
    if let Some(transport) = &attempt.transport {
        let syns = transport.syn_retransmissions.len() as u64;
        if syns > 0 {
            facts.push(format!("SYN sent {} times", count(syns + 1)));
        }
        let again = &transport.retransmissions;
        for (who, sent) in [
            ("client", again.client.count),
            ("server", again.server.count),
        ] {
            if sent > 0 {
                facts.push(format!("{} by the {who}", counted(sent, "retransmission")));
            }
        }
    }
    if let Some(tls) = &attempt.tls {
        for alert in &tls.alerts {
            let name = alert.name.as_deref().unwrap_or("encrypted");
            facts.push(format!(
                "alert {} from the {}",
                pen.clean(name),
                words::end(alert.from)
            ));
        }
        if let Some(instead) = &tls.not_tls {
            let looks_like = instead.looks_like.as_deref().unwrap_or("nothing known");
            facts.push(format!("the answer looks like {}", pen.clean(looks_like)));
        }
    }
    facts.extend(attempt.icmp.first().map(|icmp| {
        let name = match &icmp.name {
            Some(name) => pen.clean(name),
            None => format!("type {} code {}", icmp.kind, icmp.code),
        };
        format!("ICMP from {}: {name}", pen.clean(&icmp.from))
    }));
    facts.extend(asked(page, attempt));
    facts
}

/// What was asked and answered, where the attempt is a lookup.
fn asked(page: &Page<'_>, attempt: &Attempt) -> Vec<String> {
    if attempt.kind != AttemptKind::Dns {
        return Vec::new();
    }
    let dns = page.report.dns.iter().filter(|asked| {
        asked.vantage == attempt.vantage && attempt.lookups.contains(&asked.lookup)
    });
    let transactions = dns.take(TRANSACTIONS_SHOWN).map(|asked| {
        let name = page.pen.clean(&format!("{} {}", asked.name, asked.kind));
        match (&asked.rcode, asked.repeats.len()) {
            (Some(rcode), _) => format!("{name}: {}", page.pen.clean(rcode)),
            (None, 0) => format!("{name}: asked once"),
            (None, repeats) => format!("{name}: asked {} times", repeats + 1),
        }
    });
    transactions.collect()
}
