//! What stands behind it: captures, clock, method, limits, what was left out, digests.

use super::content::Content;
use super::events;
use super::markup::{Markup, escaped};
use crate::export::case::Case;
use crate::export::words;
use crate::report::v1::{Capture, Position, Quality};
use crate::text::{Message, Value};
use crate::time::Nanos;

pub(super) fn write(page: &mut Markup, case: &Case<'_>, content: &Content) {
    page.section("environment", "page-environment", |page| {
        for capture in &case.report.captures {
            captured(page, case, capture);
        }
        if case
            .report
            .attempts
            .iter()
            .any(|attempt| attempt.probe.is_some())
        {
            facts(page, |page| events::environment(page, case, &mut fact));
        }
        made(page, case);
    });
    page.section("method", "page-method", |page| {
        let (method, limits) = if case.is_probed() {
            ("page-method-text-probed", "page-limits-text-probed")
        } else {
            ("page-method-text", "page-limits-text")
        };
        page.say("p", &Message::new(method));
        if let Some(verdict) = case.verdict() {
            let rule = Message::new("page-method-rule")
                .with("cause", verdict.cause.as_str())
                .with("slug", verdict.slug.as_str());
            page.say("p", &rule);
        }
        let heading = page.word("page-limits");
        page.element_of("h3", "", &heading);
        page.say("p", &Message::new(limits));
        if let Some(left) = &case.report.attempts_left_out {
            let left = Message::new("page-left-out")
                .with("count", left.count)
                .with("because", left.because.as_str());
            page.say("p", &left);
        }
    });
    page.section("redactions", "page-redactions", |page| {
        removed(page, content);
    });
}

/// How the page is checked.
pub(super) fn integrity(
    page: &mut Markup,
    data: &str,
    packets: Option<&str>,
    viewer: Option<&str>,
) {
    page.section("integrity", "page-integrity", |page| {
        page.say("p", &Message::new("page-integrity-text"));
        if let Some(url) = viewer {
            let words = page.word("page-open-viewer");
            page.element("p", "class=\"screen\"", |page| {
                let attributes = format!("href=\"{}\" rel=\"noreferrer\"", escaped(url));
                page.element_of("a", &attributes, &words);
            });
        }
        facts(page, |page| {
            fact(page, "page-data-digest", data);
            match packets {
                Some(digest) => fact(page, "page-packets-digest", digest),
                None => {
                    let none = page.word("page-no-packets");
                    fact(page, "page-packets-digest", &none);
                }
            }
        });
    });
}

fn facts(page: &mut Markup, inside: impl FnOnce(&mut Markup)) {
    page.raw("<table class=\"facts\"><tbody>\n");
    inside(page);
    page.raw("</tbody></table>\n");
}

fn fact(page: &mut Markup, what: &'static str, text: &str) {
    let what = page.word(what);
    page.element("tr", "", |page| {
        page.element_of("th", "scope=\"row\"", &what);
        page.element_of("td", "", text);
    });
}

fn captured(page: &mut Markup, case: &Case<'_>, capture: &Capture) {
    facts(page, |page| {
        fact(page, "page-capture", &capture.name);
        let compression = capture
            .compression
            .as_ref()
            .map_or_else(String::new, |how| format!(" ({how})"));
        fact(
            page,
            "page-format",
            &format!("{}{compression}", capture.format),
        );
        fact(page, "page-size", &format!("{} B", capture.bytes));
        fact(page, "page-packet-count", &capture.packets.to_string());
        if let (Some(first), Some(last)) = (capture.first_ns, capture.last_ns) {
            fact(
                page,
                "page-from-to",
                &format!("{} – {}", case.utc(first), case.utc(last)),
            );
        }
        let drops = capture.quality.kernel_drops.map_or_else(
            || page.word("page-drops-unknown"),
            |count| count.to_string(),
        );
        fact(page, "page-drops", &drops);
        let quality = quality(page, &capture.quality);
        fact(page, "page-quality", &quality);
        let clock = clock(page, &capture.quality);
        fact(page, "page-clock", &clock);
        interfaces(page, capture);
        if let Some(digest) = &capture.sha256 {
            fact(page, "page-sha256", digest);
        }
    });
}

/// How much of each packet was kept, how fine the clock is, and whether the host put segments together.
fn interfaces(page: &mut Markup, capture: &Capture) {
    let ticks = capture
        .interfaces
        .iter()
        .filter_map(|interface| interface.tick_ns);
    if let Some(tick) = ticks.max() {
        let tick = page.value(Nanos(i64::try_from(tick).unwrap_or(i64::MAX)));
        fact(page, "page-tick", &tick);
    }
    let lengths = capture
        .interfaces
        .iter()
        .filter_map(|interface| interface.snap_length);
    if let Some(length) = lengths.min() {
        fact(page, "page-snap-length", &format!("{length} B"));
    }
    if capture.quality.offload_super_segments > 0 {
        let count = capture.quality.offload_super_segments;
        let said = page.words(&Message::new("page-offload-seen").with("count", count));
        fact(page, "page-offload", &said);
    }
}

fn quality(page: &Markup, quality: &Quality) -> String {
    let counts = [
        ("page-quality-snapped", quality.snapped_packets),
        ("page-quality-duplicates", quality.duplicates),
        ("page-quality-unseen", quality.acked_not_captured),
        ("page-quality-one-sided", quality.one_sided_flows),
        ("page-quality-midway", quality.flows_joined_midway),
    ];
    let found: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(id, count)| page.words(&Message::new(id).with("count", count)))
        .collect();
    if found.is_empty() {
        page.word("page-quality-none")
    } else {
        found.join("; ")
    }
}

fn clock(page: &Markup, quality: &Quality) -> String {
    if quality.time_went_back == 0 {
        return page.word("page-clock-steady");
    }
    page.words(
        &Message::new("page-clock-back")
            .with("count", quality.time_went_back)
            .with("largest", Nanos(quality.largest_step_back_ns)),
    )
}

fn made(page: &mut Markup, case: &Case<'_>) {
    facts(page, |page| {
        for point in &case.report.vantage.points {
            let position = match point.position {
                Position::Client => "page-vantage-client",
                Position::Server => "page-vantage-server",
                Position::Between => "page-vantage-between",
                Position::Unknown => "page-vantage-unknown",
            };
            let because = point
                .because
                .as_ref()
                .map_or_else(String::new, |because| format!(" ({because})"));
            let position = page.word(position) + &because;
            fact(page, "page-vantage", &position);
        }
        fact(
            page,
            "page-tool",
            &format!("{} {}", case.report.tool.name, case.report.tool.version),
        );
        if let Some(made_at) = &case.report.made_at {
            fact(page, "page-made-at", made_at);
        }
    });
}

fn removed(page: &mut Markup, content: &Content) {
    if content.removed.is_empty() {
        page.say("p", &Message::new("page-redactions-none"));
    } else {
        page.element("ul", "", |page| {
            for removed in &content.removed {
                let what = page.words(
                    &Message::new("page-removed")
                        .with("what", Message::new(words::item(removed.item)))
                        .with("count", removed.count),
                );
                page.element_of("li", "", &what);
            }
        });
        page.say("p", &Message::new("page-redactions-note"));
    }
    if !content.kept.is_empty() {
        let items: Vec<Value> = content
            .kept
            .iter()
            .map(|item| Value::from(Message::new(words::item(*item))))
            .collect();
        page.say("p", &Message::new("page-kept").with("items", items));
    }
}
