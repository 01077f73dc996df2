//! What is said below a bar: where to look in the packets, and what they say beside the phases.

use super::Page;
use super::numbers::{count, counted, duration};
use super::pen::Pen;
use super::words;
use crate::phase::OVERDUE;
use crate::report::v1::{Alert, Attempt, AttemptKind, Outcome, Phase, Tls, Transport};

/// The alert that ends a connection in good order (RFC 8446 §6.1).
const CLOSE_NOTIFY: u8 = 0;
/// Transactions of one lookup that are told.
const TRANSACTIONS_SHOWN: usize = 4;

/// A stretch of a phase in which nothing came, from the attempt's start.
pub(super) struct Quiet<'a> {
    pub(super) start: i64,
    pub(super) end: i64,
    awaiting: &'a str,
}

/// The quiet stretches of a phase that are worth showing, in order. A stalled phase always has one: all of it,
/// where no silence is known.
pub(super) fn quiet<'a>(attempt: &'a Attempt, phase: &'a Phase) -> Vec<Quiet<'a>> {
    let (Some(start), Some(end)) = (phase.start_ns, phase.end_ns) else {
        return Vec::new();
    };
    let is_stalled = words::is_stalled(phase);
    let within = attempt.silences.iter().filter_map(|silence| {
        let from = silence
            .start_ns
            .saturating_sub(attempt.started_ns)
            .max(start);
        let to = silence.end_ns.saturating_sub(attempt.started_ns).min(end);
        let awaiting = match is_stalled {
            true => words::awaited(phase),
            false => silence.awaiting.as_str(),
        };
        let is_long = is_stalled || to.saturating_sub(from) >= OVERDUE.get();
        (from < to && is_long).then_some(Quiet {
            start: from,
            end: to,
            awaiting,
        })
    });
    let mut found: Vec<Quiet<'_>> = within.collect();
    found.sort_by_key(|quiet| (quiet.start, quiet.end));
    if found.is_empty() && is_stalled {
        found.push(Quiet {
            start,
            end,
            awaiting: words::awaited(phase),
        });
    }
    found
}

/// The longest wait, to be named: its length and what was awaited.
pub(super) fn awaited(page: &Page<'_>, attempt: &Attempt) -> Option<String> {
    let quiet = attempt
        .phases
        .iter()
        .flat_map(|phase| quiet(attempt, phase));
    let length = |quiet: &Quiet<'_>| quiet.end.saturating_sub(quiet.start);
    let longest = quiet.max_by_key(length)?;
    let awaiting = page.pen.clean(longest.awaiting);
    Some(format!(
        "{} waiting for {awaiting}",
        duration(page.pen, length(&longest))
    ))
}

/// The facts to show under a failed attempt, most useful first.
pub(super) fn facts(page: &Page<'_>, attempt: &Attempt) -> Vec<String> {
    let pen = page.pen;
    let mut facts = vec![format!("from {}", pen.clean(&attempt.client))];
    if let Some(silence) = attempt.silences.first() {
        let number = count(u64::from(silence.after.number));
        let captures = &page.report.captures;
        let place = match captures.get(usize::from(silence.after.capture)) {
            Some(capture) if captures.len() > 1 => format!(" of {}", pen.clean(&capture.name)),
            _ => String::new(),
        };
        facts.push(format!("silent after packet {number}{place}"));
    }
    facts.extend(
        attempt
            .transport
            .iter()
            .flat_map(|transport| of_transport(pen, transport)),
    );
    facts.extend(
        attempt
            .tls
            .iter()
            .flat_map(|tls| of_tls(pen, tls, attempt.outcome)),
    );
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

fn of_transport(pen: Pen, transport: &Transport) -> Vec<String> {
    let mut facts = Vec::new();
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
    let closed = &transport.zero_window;
    for (whose, closed) in [("client", &closed.client), ("server", &closed.server)] {
        if closed.count > 0 {
            let length = duration(pen, closed.total_ns);
            facts.push(format!("the {whose}'s window was closed for {length}"));
        }
    }
    facts
}

fn of_tls(pen: Pen, tls: &Tls, outcome: Outcome) -> Vec<String> {
    // An encrypted alert is a close_notify, as long as nothing failed.
    let is_telling = |alert: &&Alert| {
        outcome == Outcome::TlsAlert || alert.code.is_some_and(|code| code != CLOSE_NOTIFY)
    };
    let alerts = tls.alerts.iter().filter(is_telling).map(|alert| {
        let name = alert.name.as_deref().unwrap_or("encrypted");
        format!(
            "alert {} from the {}",
            pen.clean(name),
            words::end(alert.from)
        )
    });
    let not_tls = tls.not_tls.iter().map(|instead| {
        let looks_like = instead.looks_like.as_deref().unwrap_or("nothing known");
        format!("the answer looks like {}", pen.clean(looks_like))
    });
    alerts.chain(not_tls).collect()
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
