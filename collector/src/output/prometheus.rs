//! What a probe found, in Prometheus' text format: the names that blackbox_exporter has, so that its dashboards go on
//! working, and more under names of our own.
//!
//! The names of blackbox_exporter have no address in them. They say what one attempt was like: the worst, which is the
//! slowest of those that failed, else the slowest of all. A phase that was not reached is absent; one that was cut short
//! has the time that it took until then.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use stallscope_shared::phase::{PhaseOutcome, Timeline};
use stallscope_shared::report::epoch;
use stallscope_shared::report::v1::{self, Attempt, AttemptKind, Phase, PhaseName, Report};
use stallscope_shared::time::{Nanos, Timestamp};
use tempfile::NamedTempFile;

/// Upper bounds, seconds: those that Prometheus' libraries have by default, with two below and two above for what is
/// fast and for limits.
const BOUNDS: [f64; 15] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

/// Lengths of the phases of every attempt, by address.
#[derive(Debug, Default)]
pub(crate) struct Histograms(BTreeMap<(String, PhaseName), Histogram>);

#[derive(Debug, Default)]
struct Histogram {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: f64,
}

impl Histograms {
    /// Counts the phases that completed.
    pub(crate) fn add(&mut self, address: &str, timeline: &Timeline) {
        for phase in &timeline.phases {
            if let (PhaseOutcome::Completed, Some(length)) = (phase.outcome, phase.length()) {
                let key = (address.to_owned(), PhaseName::from(phase.name));
                self.0.entry(key).or_default().add(length);
            }
        }
    }
}

impl Histogram {
    fn add(&mut self, length: Nanos) {
        let seconds = seconds(length.get());
        for (bucket, bound) in self.buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(seconds <= bound);
        }
        self.count += 1;
        self.sum += seconds;
    }
}

/// Writes a file that is whole whenever it is read, and that others may read.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = beside(path)?;
    let place = || format!("cannot write {} (--prometheus)", path.display());
    file.write_all(text.as_bytes()).with_context(place)?;
    file.persist(path).with_context(place)?;
    Ok(())
}

/// Whether the file can be written, before hours are spent on what it is to hold.
pub(crate) fn check(path: &Path) -> anyhow::Result<()> {
    beside(path).map(drop)
}

/// A file in the same folder, which is to take the place of the one that is there.
fn beside(path: &Path) -> anyhow::Result<NamedTempFile> {
    let place = || format!("cannot write {} (--prometheus)", path.display());
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Else the error is one of a file whose name says nothing to anybody.
    folder.metadata().with_context(place)?;
    tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)
        .with_context(place)
}

/// Everything.
pub(crate) fn text(report: &Report, histograms: &Histograms) -> String {
    let mut page = Page::default();
    let attempts = report.attempts.iter();
    let worst = attempts
        .filter(|attempt| is_over(attempt))
        .max_by_key(|attempt| {
            let length = attempt.ended_ns.saturating_sub(attempt.started_ns);
            (attempt.outcome.is_failure(), length)
        });
    page.gauge(
        "probe_success",
        "Every attempt that was not broken off was answered, and with a status of 2xx",
        [("", f64::from(u8::from(is_success(report))))],
    );
    if let Some(worst) = worst {
        page.of_blackbox(report, worst);
    }
    page.own(report);
    page.histograms(histograms);
    page.0
}

fn is_success(report: &Report) -> bool {
    let is_good = |attempt: &Attempt| {
        let status = attempt.http.last().and_then(|exchange| exchange.status);
        status.is_some_and(|status| (200..300).contains(&status))
    };
    let mut over = report
        .attempts
        .iter()
        .filter(|attempt| is_over(attempt))
        .peekable();
    over.peek().is_some() && report.totals.failures == 0 && over.all(|attempt| is_good(attempt))
}

/// What is still under way when a probe is over was broken off, and nobody knows how it would have gone.
fn is_over(attempt: &Attempt) -> bool {
    attempt.outcome != v1::Outcome::InProgress
}

/// The page that is scraped.
#[derive(Debug, Default)]
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _infallible = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn line(&mut self, name: &str, labels: &str, value: f64) {
        let braces = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{labels}}}")
        };
        let _infallible = writeln!(self.0, "{name}{braces} {value}");
    }

    /// Nothing without a value.
    fn gauge<L: AsRef<str>>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (L, f64)>,
    ) {
        self.metric(name, "gauge", help, values);
    }

    fn metric<L: AsRef<str>>(
        &mut self,
        name: &str,
        kind: &str,
        help: &str,
        values: impl IntoIterator<Item = (L, f64)>,
    ) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            self.head(name, kind, help);
        }
        for (labels, value) in values {
            self.line(name, labels.as_ref(), value);
        }
    }

    fn of_blackbox(&mut self, report: &Report, worst: &Attempt) {
        let length = worst.ended_ns.saturating_sub(worst.started_ns);
        self.gauge(
            "probe_duration_seconds",
            "How long the worst attempt took",
            [("", seconds(length))],
        );
        let lookups = report
            .dns
            .iter()
            .filter(|asked| worst.lookups.contains(&asked.lookup));
        let lookup = lookups
            .filter_map(|asked| Some(asked.response_ns? - asked.query_ns?))
            .max();
        self.gauge(
            "probe_dns_lookup_time_seconds",
            "How long the slowest answer of its lookup took",
            lookup.map(|length| ("", seconds(length))),
        );
        let is_v6 = worst.server.starts_with('[');
        let version = if is_v6 { 6.0 } else { 4.0 };
        self.gauge(
            "probe_ip_protocol",
            "IP version of the attempt",
            [("", version)],
        );
        if worst.kind == AttemptKind::Dns {
            return;
        }
        self.gauge(
            "probe_http_duration_seconds",
            "How long each phase took that was reached",
            PHASES.iter().filter_map(|(phase, names)| {
                let of_phase = worst
                    .phases
                    .iter()
                    .filter(|found| names.contains(&found.phase));
                let lengths: Vec<i64> = of_phase.filter_map(length_of).collect();
                let label = format!("phase=\"{phase}\"");
                (!lengths.is_empty()).then(|| (label, seconds(lengths.iter().sum())))
            }),
        );
        self.exchange(worst);
    }

    fn exchange(&mut self, worst: &Attempt) {
        let exchange = worst.http.last();
        let status = exchange.and_then(|exchange| exchange.status);
        self.gauge(
            "probe_http_status_code",
            "Status of the response",
            status.map(|status| ("", f64::from(status))),
        );
        let length = exchange.and_then(|exchange| exchange.content_length);
        self.gauge(
            "probe_http_content_length",
            "Length that the response announced",
            length.map(|length| ("", length as f64)),
        );
        let version =
            exchange
                .filter(|_| status.is_some())
                .and_then(|exchange| match exchange.protocol {
                    v1::HttpProtocol::Http10 => Some(1.0),
                    v1::HttpProtocol::Http11 => Some(1.1),
                    v1::HttpProtocol::Http2 => Some(2.0),
                    v1::HttpProtocol::Http3 => Some(3.0),
                    _ => None,
                });
        self.gauge(
            "probe_http_version",
            "HTTP version of the response",
            version.map(|version| ("", version)),
        );
        let has_tls = worst
            .phases
            .iter()
            .any(|phase| phase.phase == PhaseName::Tls);
        self.gauge(
            "probe_http_ssl",
            "TLS was asked for",
            [("", f64::from(u8::from(has_tls)))],
        );
        let tls = worst.tls.as_ref();
        let version = tls.and_then(|tls| tls.version.as_ref());
        self.gauge(
            "probe_tls_version_info",
            "TLS version that was agreed on",
            version.map(|version| (label("version", version), 1.0)),
        );
        let ends = tls.iter().flat_map(|tls| &tls.certificates);
        let ends = ends.filter_map(|sent| epoch::parse(sent.not_after.as_deref()?));
        self.gauge(
            "probe_ssl_earliest_cert_expiry",
            "When the first of the certificates that the server sent is valid no longer, Unix time",
            ends.min().map(|end| ("", whole_seconds(end))),
        );
        let suite = tls.and_then(|tls| tls.cipher_suite.as_ref());
        self.gauge(
            "probe_tls_cipher_info",
            "Cipher suite that was agreed on",
            suite.map(|suite| (label("cipher", suite), 1.0)),
        );
    }

    fn own(&mut self, report: &Report) {
        let attempts = report.servers.iter().flat_map(|server| {
            let of_server = move |(outcome, count): (&v1::Outcome, &u64)| {
                let labels = [
                    label("address", &server.address),
                    label("outcome", &word(outcome)),
                ];
                (labels.join(","), *count as f64)
            };
            server.outcomes.iter().map(of_server)
        });
        self.metric(
            "stallscope_attempts",
            "gauge",
            "Attempts by address and outcome",
            attempts,
        );
        let verdicts = report.servers.iter().filter_map(|server| {
            let verdict = server.verdict.as_ref()?;
            let labels = [
                label("address", &server.address),
                label("cause", &verdict.cause),
                label("slug", &verdict.slug),
                label("party", &word(&verdict.party)),
                label("confidence", &word(&verdict.confidence)),
            ];
            Some((labels.join(","), 1.0))
        });
        self.gauge(
            "stallscope_verdict_info",
            "What is wrong at the address, and whose it is",
            verdicts,
        );
        let nodes = report.servers.iter().flat_map(|server| {
            let of_node = move |node: &v1::Node| {
                let name = node.name.as_deref().unwrap_or_default();
                let digest = node.certificate_sha256.as_deref().unwrap_or_default();
                let labels = [
                    label("address", &server.address),
                    label("node", name),
                    label("certificate_sha256", digest),
                ];
                (labels.join(","), node.attempts as f64)
            };
            server.nodes.iter().flatten().map(of_node)
        });
        self.gauge(
            "stallscope_node_attempts",
            "Attempts that a machine behind the address answered",
            nodes,
        );
    }

    fn histograms(&mut self, histograms: &Histograms) {
        const NAME: &str = "stallscope_phase_duration_seconds";
        if histograms.0.is_empty() {
            return;
        }
        self.head(
            NAME,
            "histogram",
            "How long completed phases took, over every attempt",
        );
        for ((address, phase), histogram) in &histograms.0 {
            let labels = [label("address", address), label("phase", &word(phase))].join(",");
            for (count, bound) in histogram.buckets.iter().zip(BOUNDS) {
                self.line(
                    &format!("{NAME}_bucket"),
                    &format!("{labels},le=\"{bound}\""),
                    *count as f64,
                );
            }
            let count = histogram.count as f64;
            self.line(
                &format!("{NAME}_bucket"),
                &format!("{labels},le=\"+Inf\""),
                count,
            );
            self.line(&format!("{NAME}_sum"), &labels, histogram.sum);
            self.line(&format!("{NAME}_count"), &labels, count);
        }
    }
}

/// blackbox_exporter's phases, and ours that they cover.
const PHASES: [(&str, &[PhaseName]); 5] = [
    ("resolve", &[PhaseName::Dns]),
    ("connect", &[PhaseName::Connect, PhaseName::Proxy]),
    ("tls", &[PhaseName::Tls]),
    ("processing", &[PhaseName::Request, PhaseName::Wait]),
    ("transfer", &[PhaseName::Receive]),
];

fn length_of(phase: &Phase) -> Option<i64> {
    Some(phase.end_ns? - phase.start_ns?)
}

/// Dates of certificates are whole seconds; their nanoseconds would be more than the number's 53 bits hold.
fn whole_seconds(at: Timestamp) -> f64 {
    at.nanos().div_euclid(1_000_000_000) as f64
}

fn seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

/// A label with its value escaped.
pub(crate) fn label(name: &str, value: &str) -> String {
    let escaped = value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("{name}=\"{escaped}\"")
}

/// The word that the report has for it.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Histogram, Histograms, label, text};
    use serde_json::json;
    use stallscope_shared::report::v1::{PhaseName, Primitives, Report};
    use stallscope_shared::time::Nanos;

    #[test]
    fn a_histogram_counts_upwards() {
        let mut histogram = Histogram::default();
        for millis in [1, 2, 40, 70_000] {
            histogram.add(Nanos::from_millis(millis));
        }
        assert_eq!(histogram.buckets[0], 1);
        assert_eq!(histogram.buckets[1], 2);
        assert_eq!(histogram.buckets[14], 3, "the last is beyond all bounds");
        let mut all = Histograms::default();
        all.0
            .insert(("192.0.2.1:443".to_owned(), PhaseName::Tls), histogram);
        let text = text(&Report::default(), &all);
        for line in [
            "probe_success 0",
            "# TYPE stallscope_phase_duration_seconds histogram",
            "stallscope_phase_duration_seconds_bucket{address=\"192.0.2.1:443\",phase=\"tls\",le=\"0.0025\"} 2",
            "stallscope_phase_duration_seconds_bucket{address=\"192.0.2.1:443\",phase=\"tls\",le=\"+Inf\"} 4",
            "stallscope_phase_duration_seconds_count{address=\"192.0.2.1:443\",phase=\"tls\"} 4",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(
            !text.contains("probe_http_duration_seconds"),
            "nothing was reached"
        );
    }

    #[test]
    fn the_first_certificate_to_end_is_told() {
        let until = |not_after: Option<&str>| json!({ "bytes": 900, "not_after": not_after });
        let attempt = json!({
            "id": 1, "vantage": 0, "kind": "tcp", "client": "192.0.2.7:5000", "server": "192.0.2.1:443",
            "started_ns": 0, "ended_ns": 1, "outcome": "completed", "primitives": Primitives::default(),
            "packets_left_out": 0, "verdict": null,
            "tls": {
                "application_records": { "client": 0, "server": 0 },
                "first_application_data": { "client": null, "server": null },
                "certificates": [
                    until(Some("2027-12-17T09:42:14.000000000Z")),
                    until(Some("2026-12-17T09:42:14.000000000Z")),
                    until(None),
                ],
            },
        });
        let report = Report {
            attempts: vec![serde_json::from_value(attempt).unwrap()],
            ..Report::default()
        };
        let text = text(&report, &Histograms::default());
        let line = "probe_ssl_earliest_cert_expiry 1797500534";
        assert!(text.lines().any(|found| found == line), "{text}");
    }

    #[test]
    fn labels_are_escaped() {
        assert_eq!(label("node", "a\"b\\c\nd"), "node=\"a\\\"b\\\\c\\nd\"");
    }
}
