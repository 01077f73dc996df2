//! Attempts as spans of OpenTelemetry, in OTLP's JSON: one line for each request to a collector, which is also what
//! its file format has (OTLP 1.x, "JSON Protobuf Encoding"; "OpenTelemetry Protocol File Exporter").
//!
//! ```text
//!  attempt, client                     http.*, url.full, server.*, network.*; error.type when it failed
//!    http.dns                          dns.*
//!    http.connect
//!    http.proxy
//!    http.tls                          tls.*; ClientHello, ServerHello and what else is known as events
//!    http.send http.wait http.receive
//! ```
//!
//! Where a connection carries several exchanges, each has a client's span between the attempt's and its phases'. The
//! names of the phases' spans are those of Go's httptrace instrumentation where it has them; attributes are those of
//! OpenTelemetry's semantic conventions, and under `stallscope.` what these have no word for. A phase that was not
//! reached or not observed has no span. Ids follow from the report: the same report gives the same spans.

mod attempt;
mod attributes;
mod context;
mod convention;
mod events;
mod identity;
mod span;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use self::context::{Context, Parent};

use self::attributes::{Attributes, KeyValue};
use self::span::Span;
use crate::report::epoch;
use crate::report::redaction::{Item, RedactedReport};
use crate::report::v1::Tool;

/// Spans of one request: OTEL_BSP_MAX_EXPORT_BATCH_SIZE when it is not set (OpenTelemetry environment variables).
const BATCH: usize = 512;

/// What a report keeps whose spans go to a collector of one's own: what finds them again there. Accounts, contents and
/// names of files it has no use for.
pub const KEPT: [Item; 7] = [
    Item::ClientAddress,
    Item::Resolver,
    Item::Router,
    Item::OtherAddress,
    Item::OtherName,
    Item::OtherFlow,
    Item::Url,
];

/// The spans of a report, each line an ExportTraceServiceRequest. None without attempts.
#[must_use]
pub fn lines(report: &RedactedReport, context: &Context) -> Vec<String> {
    let report = report.report();
    let Some(epoch) = report.epoch.as_deref().and_then(epoch::parse) else {
        return Vec::new();
    };
    let attempts = report.attempts.iter();
    let spans: Vec<Span> = attempts
        .flat_map(|attempt| attempt::spans(report, attempt, epoch, context))
        .collect();
    let resource = Attributes::of_resource(report, context).written();
    let batches = spans.chunks(BATCH);
    batches.map(|spans| line(&resource, spans)).collect()
}

fn line(resource: &[KeyValue], spans: &[Span]) -> String {
    let scope = Tool::this();
    let request = Request {
        resource_spans: [ResourceSpans {
            resource: Resource {
                attributes: resource,
            },
            scope_spans: [ScopeSpans { scope, spans }],
        }],
    };
    // Strings and integers always have a JSON.
    serde_json::to_string(&request).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    resource_spans: [ResourceSpans<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans<'a> {
    resource: Resource<'a>,
    scope_spans: [ScopeSpans<'a>; 1],
}

#[derive(Serialize)]
struct Resource<'a> {
    attributes: &'a [KeyValue],
}

#[derive(Serialize)]
struct ScopeSpans<'a> {
    scope: Tool,
    spans: &'a [Span],
}
