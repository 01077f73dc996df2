//! A span as OTLP's JSON has it (opentelemetry/proto/trace/v1/trace.proto): ids are hexadecimal, 64-bit integers are
//! strings, enums are numbers.

use serde::Serialize;

use super::attributes::KeyValue;

/// Events of one span: OTEL_SPAN_EVENT_COUNT_LIMIT when it is not set (OpenTelemetry environment variables).
const EVENTS: usize = 128;

/// One stretch of time.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Span {
    pub(super) trace_id: String,
    pub(super) span_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) parent_span_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) trace_state: String,
    pub(super) flags: u32,
    pub(super) name: String,
    pub(super) kind: SpanKind,
    #[serde(serialize_with = "decimal")]
    pub(super) start_time_unix_nano: u64,
    #[serde(serialize_with = "decimal")]
    pub(super) end_time_unix_nano: u64,
    pub(super) attributes: Vec<KeyValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) events: Vec<Event>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) dropped_events_count: u32,
    pub(super) status: Status,
}

/// Which side of what a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpanKind {
    /// A part of another span's work.
    Internal = 1,
    /// The client of a request.
    Client = 3,
}

impl Serialize for SpanKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

/// How it went.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Status {
    /// 2, STATUS_CODE_ERROR; unset for all else, since only an application says that it is well (OK).
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u8>,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
}

impl Status {
    pub(super) fn error(message: impl Into<String>) -> Self {
        Self {
            code: Some(2),
            message: message.into(),
        }
    }
}

/// Something that happened during a span.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(serialize_with = "decimal")]
    pub(super) time_unix_nano: u64,
    pub(super) name: String,
    pub(super) attributes: Vec<KeyValue>,
}

impl Span {
    /// Adds what happened, as far as there is room.
    pub(super) fn happened(&mut self, event: Event) {
        if self.events.len() < EVENTS {
            self.events.push(event);
        } else {
            self.dropped_events_count = self.dropped_events_count.saturating_add(1);
        }
    }

    pub(super) const fn covers(&self, at: u64) -> bool {
        self.start_time_unix_nano <= at && at <= self.end_time_unix_nano
    }
}

/// Protobuf's JSON has 64-bit integers as strings.
fn decimal<S: serde::Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference over"
)]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
