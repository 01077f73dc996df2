//! What the report does not know: who sends the spans, and under which span they hang.

use std::collections::BTreeMap;

/// Who sends spans, and whose children they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Attributes of the resource, by name; `service.name` is `stallscope` where it is not among them.
    pub resource: BTreeMap<String, String>,
    /// The span above every attempt; without one, each attempt is a trace of its own.
    pub parent: Option<Parent>,
}

/// A span of another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its trace, 32 lower-case hexadecimal digits.
    pub(super) trace_id: String,
    /// Its id, 16 of them.
    pub(super) span_id: String,
    /// Flags of the trace (W3C Trace Context §3.2.2.5).
    pub(super) flags: u8,
    /// What its systems keep for themselves (`tracestate`), passed on as it is.
    pub(super) state: String,
}

impl Parent {
    /// By the headers `traceparent` and `tracestate` (W3C Trace Context §3.2, §3.3); `None` when the first is not one.
    #[must_use]
    pub fn of(traceparent: &str, tracestate: &str) -> Option<Self> {
        let mut fields = traceparent.trim().split('-');
        let version = digits(fields.next()?, 2)?;
        let trace_id = digits(fields.next()?, 32)?;
        let span_id = digits(fields.next()?, 16)?;
        let flags = digits(fields.next()?, 2)?;
        // Version ff is none, and 00 ends here; later ones may go on.
        let is_valid = version != "ff"
            && (version != "00" || fields.next().is_none())
            && !is_zero(trace_id)
            && !is_zero(span_id);
        is_valid.then_some(Self {
            trace_id: trace_id.to_owned(),
            span_id: span_id.to_owned(),
            flags: u8::from_str_radix(flags, 16).ok()?,
            state: tracestate.trim().to_owned(),
        })
    }
}

fn digits(text: &str, count: usize) -> Option<&str> {
    let is_lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (text.len() == count && text.bytes().all(is_lower_hex)).then_some(text)
}

fn is_zero(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'0')
}
