//! From a report to what the page shows of it beside its attempts.

use stallscope_shared::report::v1::{
    Capture, Position, Report, Server, VantagePoint, Verdict, Warning,
};

use super::{sentence, tell};
use crate::load::sentence::Sentence;
use crate::load::summary::{CaptureLine, ServerLine, Summary, VerdictLine};
use crate::text::number;

/// What is shown of a report.
pub(super) fn summary(report: &Report) -> Summary {
    let mut remarks: Vec<Sentence> = report.captures.iter().flat_map(quality).collect();
    let warnings = report.warnings.iter();
    remarks.extend(warnings.map(|warning| remark(report, warning)));
    Summary {
        epoch: report.epoch.clone(),
        headline: report.headline.as_ref().map(|headline| {
            let statement = sentence(&headline.statement, headline.message.as_ref());
            (headline.party, statement)
        }),
        captures: report.captures.iter().map(capture).collect(),
        points: report
            .vantage
            .points
            .iter()
            .map(|point| (tell!(position(point)), point.because.clone()))
            .collect(),
        attempts: report.totals.attempts,
        settled: report.totals.attempts.saturating_sub(report.broken_off()),
        failures: report.totals.failures,
        stalled: report.totals.stalled,
        servers: report.servers.iter().map(server).collect(),
        remarks,
    }
}

/// Where a capture was taken. A point without captures is a probe's own host.
const fn position(point: &VantagePoint) -> &'static str {
    match point.position {
        Position::Client if point.captures.is_empty() => "vantage-probe",
        Position::Client => "vantage-client",
        Position::Server => "vantage-server",
        Position::Between => "vantage-between",
        Position::Unknown => "vantage-unknown",
    }
}

fn capture(capture: &Capture) -> CaptureLine {
    CaptureLine {
        name: capture.name.clone(),
        sha256: capture.sha256.clone(),
        packets: capture.packets,
        bytes: capture.bytes,
        first_ns: capture.first_ns,
        last_ns: capture.last_ns,
        link_type: link_type(capture),
    }
}

/// How most of its packets begin.
pub(super) fn link_type(capture: &Capture) -> Option<u16> {
    capture.link_types.first().map(|count| count.link_type)
}

fn server(server: &Server) -> ServerLine {
    let percentiles = server.phase_percentiles.iter();
    ServerLine {
        address: server.address.clone(),
        names: server.names.clone(),
        attempts: server.attempts,
        failures: server.failures,
        stalled: server.stalled,
        failure_rate: server.failure_rate,
        wilson95: server.wilson95,
        medians: percentiles
            .map(|(phase, percentiles)| (*phase, percentiles.p50_ns))
            .collect(),
        verdict: server.verdict.as_ref().map(verdict_line),
    }
}

/// Who, what, how sure.
pub(super) fn verdict_line(verdict: &Verdict) -> VerdictLine {
    VerdictLine {
        cause: verdict.cause.clone(),
        party: verdict.party,
        confidence: verdict.confidence,
        statement: sentence(&verdict.statement, verdict.statement_message.as_ref()),
    }
}

/// What the capture cannot show.
fn quality(capture: &Capture) -> Vec<Sentence> {
    let quality = &capture.quality;
    let counts: [(&'static str, u64); 7] = [
        ("quality-kernel-drops", quality.kernel_drops.unwrap_or(0)),
        ("quality-snapped", quality.snapped_packets),
        ("quality-one-sided", quality.one_sided_flows),
        ("quality-joined-midway", quality.flows_joined_midway),
        ("quality-acked-not-captured", quality.acked_not_captured),
        ("quality-duplicates", quality.duplicates),
        ("quality-time-went-back", quality.time_went_back),
    ];
    let seen = counts.into_iter().filter(|(_, count)| *count > 0);
    seen.map(|(id, count)| tell!(id, "count" = count, "all" = number(capture.packets)))
        .collect()
}

/// A warning, where it first is, and how often it was found.
fn remark(report: &Report, warning: &Warning) -> Sentence {
    let said = sentence(&warning.detail, warning.message.as_ref());
    let index = warning.capture.map(usize::from);
    let capture = index
        .and_then(|index| report.captures.get(index))
        .filter(|_| report.captures.len() > 1);
    let packet = warning
        .packet
        .map(|packet| tell!("packet-number", "number" = packet.to_string()));
    Sentence::write(|language| {
        let mut text = said.of(language).to_owned();
        let name = capture.map(|capture| capture.name.as_str());
        let place_in = packet.as_ref().map(|packet| packet.of(language));
        let place: Vec<&str> = [name, place_in].into_iter().flatten().collect();
        if !place.is_empty() {
            text += &format!(" ({})", place.join(", "));
        }
        if warning.count > 1 {
            text += &format!(" ×{}", number(warning.count));
        }
        text
    })
}
