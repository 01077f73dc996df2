//! JSON as OpenTelemetry's own types understand it. They pass over names that they do not know, so what they understood is
//! written again and compared.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use serde_json::Value;

/// Everything of a request in JSON that OpenTelemetry's types know, and nothing that they do not.
pub(super) fn understood(json: &[u8]) -> ExportTraceServiceRequest {
    let sent: Value = serde_json::from_slice(json).unwrap();
    let request: ExportTraceServiceRequest = serde_json::from_slice(json).unwrap();
    let again = serde_json::to_value(&request).unwrap();
    assert_eq!(bare(sent), bare(again));
    request
}

/// Without what is as it is when it is not said: Protobuf has no other way to say that.
fn bare(value: Value) -> Value {
    let is_said = |value: &Value| match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty() && text != "0",
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    };
    match value {
        Value::Array(items) => items.into_iter().map(bare).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, bare(value)))
            .filter(|(_, value)| is_said(value))
            .collect(),
        other => other,
    }
}
