//! Every address: how often it failed, how sure that number is, how long its phases took, and each attempt in time.

use super::markup::{Markup, escaped};
use crate::export::case::Case;
use crate::export::words;
use crate::report::link::level::is_fault;
use crate::report::v1::{Attempt, PhaseName, Server};
use crate::text::{Message, Value};
use crate::time::Nanos;

/// Addresses that are listed; the others are counted.
const LISTED: usize = 24;
/// Phases that have a column.
const PHASES: [PhaseName; 4] = [
    PhaseName::Dns,
    PhaseName::Connect,
    PhaseName::Tls,
    PhaseName::Wait,
];

/// Width and height of the strips, and where their time begins.
const WIDTH: i64 = 940;
const ROW: i64 = 30;
const LEFT: i64 = 250;
const RIGHT: i64 = 920;

pub(super) fn write(page: &mut Markup, case: &Case<'_>) {
    let servers = &case.report.servers;
    if servers.is_empty() {
        return;
    }
    page.section("addresses", "page-addresses", |page| {
        table(page, case);
        if servers.len() > LISTED {
            page.say(
                "p",
                &Message::new("page-more-addresses").with("count", (servers.len() - LISTED) as u64),
            );
        }
        page.element("div", "class=\"note\"", |page| {
            page.say("p", &Message::new("page-no-interval"));
            page.say("p", &Message::new("page-percentiles"));
        });
        strips(page, case);
    });
}

fn table(page: &mut Markup, case: &Case<'_>) {
    let servers = &case.report.servers;
    let has = |phase: &PhaseName| {
        servers
            .iter()
            .any(|server| server.phase_percentiles.contains_key(phase))
    };
    let phases: Vec<PhaseName> = PHASES.into_iter().filter(has).collect();
    let mut heads = [
        "page-address",
        "page-attempts",
        "page-failed",
        "page-rate",
        "page-interval",
    ]
    .map(|head| page.word(head))
    .to_vec();
    for phase in &phases {
        heads.push(
            page.words(
                &Message::new("page-median").with("phase", Message::new(words::phase(*phase))),
            ),
        );
    }
    heads.push(page.word("page-verdict"));
    page.table("servers", &heads, |page| {
        for server in servers.iter().take(LISTED) {
            let is_accused = case
                .server
                .is_some_and(|accused| accused.address == server.address)
                && server.failures > 0;
            page.element(
                "tr",
                if is_accused { "class=\"bad\"" } else { "" },
                |page| row(page, server, &phases),
            );
        }
    });
}

fn row(page: &mut Markup, server: &Server, phases: &[PhaseName]) {
    page.element_of("td", "class=\"mono\"", &server.address);
    page.element_of("td", "class=\"n\"", &server.attempts.to_string());
    page.element_of("td", "class=\"n\"", &server.failures.to_string());
    let rate = page.value(Value::rate(server.failure_rate));
    page.element_of("td", "class=\"n tight\"", &rate);
    let [low, high] = server.wilson95.map(|rate| page.value(Value::rate(rate)));
    page.element_of("td", "class=\"tight\"", &format!("{low} – {high}"));
    for phase in phases {
        let text = server.phase_percentiles.get(phase).map_or_else(
            || "–".to_owned(),
            |own| {
                format!(
                    "{} / {}",
                    page.value(Nanos(own.p50_ns)),
                    page.value(Nanos(own.p95_ns))
                )
            },
        );
        page.element_of("td", "class=\"tight\"", &text);
    }
    let verdict = server.verdict.as_ref().map_or_else(
        || page.word("page-no-verdict"),
        |verdict| {
            format!(
                "{} {}",
                verdict.cause,
                page.word(words::party(verdict.party))
            )
        },
    );
    page.element_of("td", "", &verdict);
}

fn strips(page: &mut Markup, case: &Case<'_>) {
    let attempts = &case.report.attempts;
    let (Some(first), Some(last)) = (
        attempts.iter().map(|attempt| attempt.started_ns).min(),
        attempts.iter().map(|attempt| attempt.started_ns).max(),
    ) else {
        return;
    };
    let servers: Vec<&Server> = case.report.servers.iter().take(LISTED).collect();
    let height = ROW * servers.len() as i64 + 26;
    let caption = page.word("page-strip");
    page.element("figure", "class=\"strip\"", |page| {
        page.element_of("figcaption", "", &caption);
        page.raw(&format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n", escaped(&caption)));
        for (index, server) in servers.iter().enumerate() {
            let attempts = attempts.iter().map(Box::as_ref);
            let own = attempts.filter(|attempt| attempt.server == server.address);
            strip(page, server, own, (first, last, ROW * index as i64));
        }
        let bottom = height - 8;
        for (x, anchor, at) in [(LEFT, "start", first), (RIGHT, "end", last)] {
            let time = case.utc(at);
            let time = time.get(11..23).unwrap_or_default();
            page.raw(&format!("<text class=\"dim\" x=\"{x}\" y=\"{bottom}\" text-anchor=\"{anchor}\">{time} UTC</text>\n"));
        }
        page.raw("</svg>\n");
    });
}

fn strip<'a>(
    page: &mut Markup,
    server: &Server,
    attempts: impl Iterator<Item = &'a Attempt>,
    (first, last, top): (i64, i64, i64),
) {
    let middle = top + ROW / 2;
    let said = page.words(
        &Message::new("page-strip-row")
            .with("address", server.address.as_str())
            .with("failed", server.failures)
            .with("attempts", server.attempts),
    );
    page.raw(&format!("<g><title>{}</title>", escaped(&said)));
    page.raw(&format!(
        "<text x=\"0\" y=\"{}\">{}</text>",
        middle + 4,
        escaped(&server.address)
    ));
    page.raw(&format!(
        "<text class=\"dim\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}/{}</text>",
        LEFT - 12,
        middle + 4,
        server.failures,
        server.attempts
    ));
    page.raw(&format!(
        "<path class=\"line\" d=\"M{LEFT} {middle}H{RIGHT}\"/>"
    ));
    let (mut fine, mut failed) = (String::new(), String::new());
    for attempt in attempts {
        let span = (last - first).max(1);
        let x = LEFT
            + (i128::from(attempt.started_ns - first) * i128::from(RIGHT - LEFT) / i128::from(span))
                as i64;
        if is_fault(attempt) {
            let (up, down) = (middle - 9, middle + 9);
            failed.push_str(&format!(
                "M{x} {up}V{down}M{} {up}l6 6M{} {up}l-6 6",
                x - 3,
                x + 3
            ));
        } else {
            fine.push_str(&format!("M{x} {}v8", middle - 4));
        }
    }
    page.raw(&format!(
        "<path class=\"ok\" d=\"{fine}\"/><path class=\"fail\" d=\"{failed}\"/></g>\n"
    ));
}
