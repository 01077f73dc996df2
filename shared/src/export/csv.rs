//! Attempts as a table for spreadsheets (RFC 4180). An empty cell was not observed; 0 is a length of zero.

use std::fmt::Write as _;

use super::case::utc;
use super::words::word;
use crate::report::redaction::RedactedReport;
use crate::report::v1::{Attempt, PhaseName, Report};

const PHASES: [(PhaseName, &str); 7] = [
    (PhaseName::Dns, "dns_ms"),
    (PhaseName::Connect, "connect_ms"),
    (PhaseName::Proxy, "proxy_ms"),
    (PhaseName::Tls, "tls_ms"),
    (PhaseName::Request, "request_ms"),
    (PhaseName::Wait, "wait_ms"),
    (PhaseName::Receive, "receive_ms"),
];

/// One line of names, then one line for each attempt.
#[must_use]
pub fn csv(report: &RedactedReport) -> String {
    let report = report.report();
    let mut heads = vec![
        "id",
        "started_utc",
        "client",
        "server",
        "server_name",
        "outcome",
        "total_ms",
    ];
    heads.extend(PHASES.map(|(_, head)| head));
    heads.extend([
        "status",
        "tls_version",
        "alpn",
        "cause",
        "party",
        "confidence",
        "statement",
    ]);
    let mut out = heads.join(",") + "\r\n";
    for attempt in &report.attempts {
        let cells: Vec<String> = cells(report, attempt)
            .iter()
            .map(|cell| quoted(cell))
            .collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn cells(report: &Report, attempt: &Attempt) -> Vec<String> {
    let mut cells = vec![
        attempt.id.to_string(),
        utc(report, attempt.started_ns),
        attempt.client.clone(),
        attempt.server.clone(),
        attempt.server_name.clone().unwrap_or_default(),
        word(&attempt.outcome),
        millis(attempt.ended_ns - attempt.started_ns),
    ];
    for (name, _) in PHASES {
        let own = attempt.phases.iter().filter(|phase| phase.phase == name);
        let lengths: Vec<i64> = own
            .filter_map(|phase| Some(phase.end_ns? - phase.start_ns?))
            .collect();
        cells.push(if lengths.is_empty() {
            String::new()
        } else {
            millis(lengths.iter().sum())
        });
    }
    let status = attempt.http.iter().find_map(|exchange| exchange.status);
    cells.push(status.map(|status| status.to_string()).unwrap_or_default());
    let tls = attempt.tls.as_ref();
    cells.push(tls.and_then(|tls| tls.version.clone()).unwrap_or_default());
    cells.push(tls.and_then(|tls| tls.alpn.clone()).unwrap_or_default());
    match &attempt.verdict {
        Some(verdict) => cells.extend([
            verdict.cause.clone(),
            word(&verdict.party),
            word(&verdict.confidence),
            verdict.statement.clone(),
        ]),
        None => cells.extend([const { String::new() }; 4]),
    }
    cells
}

fn millis(nanos: i64) -> String {
    let mut out = String::new();
    let sign = if nanos < 0 { "-" } else { "" };
    let micros = nanos.unsigned_abs() / 1_000;
    // Writing to a String cannot fail.
    let _infallible = write!(out, "{sign}{}.{:03}", micros / 1_000, micros % 1_000);
    out
}

/// In quotes where it must be. What a spreadsheet would take for a formula is made a text.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '@', '\t', '\r'])
        || (cell.starts_with('-') && cell.parse::<f64>().is_err());
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::{millis, quoted};

    #[test]
    fn cells_are_texts_and_no_formulas() {
        for (cell, written) in [
            ("a", "a"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("=cmd()", "'=cmd()"),
            ("-1.5", "-1.5"),
            ("-x", "'-x"),
        ] {
            assert_eq!(quoted(cell), written);
        }
        assert_eq!(
            [millis(24_907_000), millis(-1_500_000), millis(0)],
            ["24.907", "-1.500", "0.000"]
        );
    }
}
