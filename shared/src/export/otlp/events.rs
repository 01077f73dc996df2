//! Steps inside of phases, as events: what a probe was told on its socket, else what packets show of TLS and HTTP; and
//! the messages of lookups.

use super::attributes::Attributes;
use super::convention::transactions;
use crate::report::v1::{Attempt, DnsTransaction, End, Exchange, ProbeEvent, Report, Tls};

/// One step. Its name is that of a probe's event.
#[derive(Debug)]
pub(super) struct Step {
    /// When, after the report's epoch, by the kernel where it stamped it.
    pub(super) at_ns: i64,
    pub(super) name: String,
    pub(super) attributes: Attributes,
}

impl Step {
    fn new(at_ns: i64, name: &str) -> Self {
        Self {
            at_ns,
            name: format!("stallscope.{}", name.replace('-', "_")),
            attributes: Attributes::default(),
        }
    }
}

/// The steps of an attempt, lookups first.
pub(super) fn steps(report: &Report, attempt: &Attempt) -> Vec<Step> {
    let mut steps = lookups(report, attempt);
    match &attempt.probe {
        Some(probe) => steps.extend(probe.events.iter().map(told)),
        None => {
            steps.extend(attempt.tls.iter().flat_map(shaken));
            steps.extend(attempt.http.iter().flat_map(exchanged));
        }
    }
    steps
}

/// What a client's socket told.
fn told(event: &ProbeEvent) -> Step {
    let delay = event
        .kernel_ns
        .map(|kernel| event.at_ns.saturating_sub(kernel));
    let step = Step::new(event.kernel_ns.unwrap_or(event.at_ns), &event.kind);
    Step {
        attributes: Attributes::default()
            .count("stallscope.bytes", event.bytes)
            .count("stallscope.code", event.code)
            .text("stallscope.detail", event.detail.as_deref())
            // How much later than its kernel the client knew; what it sent, the kernel may stamp later.
            .count(
                "stallscope.client_delay_ns",
                delay.filter(|delay| *delay >= 0),
            ),
        ..step
    }
}

fn lookups(report: &Report, attempt: &Attempt) -> Vec<Step> {
    let of = |transaction| -> Vec<Step> { asked(transaction).collect() };
    transactions(report, attempt).flat_map(of).collect()
}

/// A question, its repeats and its answer.
fn asked(transaction: &DnsTransaction) -> impl Iterator<Item = Step> {
    let about = Attributes::default()
        .text("dns.question.name", Some(transaction.name.as_str()))
        .text("stallscope.dns.type", Some(transaction.kind.as_str()))
        .text("stallscope.dns.resolver", Some(transaction.server.as_str()));
    let answer = Attributes::default().text("stallscope.dns.rcode", transaction.rcode.as_deref());
    let repeats = transaction.repeats.iter().map(|repeat| repeat.at_ns);
    let queries = transaction.query_ns.into_iter().chain(repeats);
    let queries: Vec<i64> = queries.collect();
    let question = about.clone();
    let queries = queries.into_iter().map(move |at_ns| Step {
        attributes: question.clone(),
        ..Step::new(at_ns, "dns-query")
    });
    let response = transaction.response_ns.map(|at_ns| Step {
        attributes: about.and(answer),
        ..Step::new(at_ns, "dns-response")
    });
    queries.chain(response)
}

/// What packets show of the TLS handshake.
fn shaken(tls: &Tls) -> impl Iterator<Item = Step> {
    let known = [
        ("client-hello-written", tls.client_hello_complete_ns),
        ("client-hello-acknowledged", tls.client_hello_acked_ns),
        ("server-hello", tls.server_hello_ns),
        ("server-flight-complete", tls.server_flight_end_ns),
        ("finished-written", tls.client_finished_ns),
        ("handshake-done", tls.handshake_end_ns),
    ];
    let alerts = tls.alerts.iter().map(|alert| {
        let name = match alert.from {
            End::Client => "alert-sent",
            End::Server => "alert-received",
        };
        Step {
            attributes: Attributes::default()
                .count("stallscope.code", alert.code)
                .text("stallscope.detail", alert.name.as_deref()),
            ..Step::new(alert.at_ns, name)
        }
    });
    seen(known).chain(alerts)
}

/// What packets show of a request and its response.
fn exchanged(exchange: &Exchange) -> impl Iterator<Item = Step> {
    seen([
        ("request-begun", exchange.request_ns),
        ("request-written", exchange.request_end_ns),
        ("request-acknowledged", exchange.request_acked_ns),
        ("response-begun", exchange.response_ns),
        ("head-read", exchange.response_headers_end_ns),
        ("body-read", exchange.response_end_ns),
    ])
}

fn seen<const N: usize>(known: [(&'static str, Option<i64>); N]) -> impl Iterator<Item = Step> {
    known
        .into_iter()
        .filter_map(|(name, at_ns)| Some(Step::new(at_ns?, name)))
}
