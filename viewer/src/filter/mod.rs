//! The filter language: words and `key:value`, all of which an attempt must match.
//!
//! ```text
//! ip:203.0.113.0/24 out:failed tls>1s -http:200 "two words"
//! ```

mod complete;
mod matching;
mod parse;

#[cfg(test)]
mod tests;

use stallscope_shared::report::v1::{AttemptKind, Outcome, Party, PhaseName};

pub(crate) use self::complete::{Completion, complete};

/// What was typed, understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    terms: Vec<Term>,
    /// Pieces that were not understood; they match everything.
    pub(crate) problems: Vec<Problem>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq)]
struct Term {
    is_negated: bool,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// Anywhere in what a row shows, lower case.
    Text(String),
    Address {
        whose: Whose,
        range: Range,
    },
    Port(u16),
    Name(String),
    Outcome(Outcomes),
    Cause(String),
    Party(Party),
    Trouble(PhaseName),
    Protocol(Protocol),
    Status {
        from: u16,
        to: u16,
    },
    Id(u32),
    Length {
        of: Measure,
        is_at_least: bool,
        ns: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Either,
    Server,
    Client,
}

/// Addresses that begin alike.
#[derive(Clone, Debug, PartialEq)]
enum Range {
    Network(std::net::IpAddr, u8),
    Beginning(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcomes {
    One(Outcome),
    Failed,
    Fine,
    Stalled,
    Timeout,
    Reset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Kind(AttemptKind),
    /// A phase of this kind was seen.
    Spoken(PhaseName),
}

/// What a length of time is measured of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Phase(PhaseName),
    Total,
    Silence,
}

/// A piece that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// As it was typed.
    pub(crate) piece: String,
    /// What is wrong.
    pub(crate) kind: ProblemKind,
}

/// What is wrong with a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// There is no such key.
    Key,
    /// The key has no such value.
    Value,
    /// Not a length of time.
    Length,
}

/// Keys that take `:value`.
const KEYS: [&str; 12] = [
    "ip", "server", "client", "port", "name", "out", "cause", "party", "phase", "proto", "http",
    "id",
];

/// What takes `>` or `<` and a length of time.
const MEASURES: [(&str, Measure); 9] = [
    ("dns", Measure::Phase(PhaseName::Dns)),
    ("connect", Measure::Phase(PhaseName::Connect)),
    ("proxy", Measure::Phase(PhaseName::Proxy)),
    ("tls", Measure::Phase(PhaseName::Tls)),
    ("request", Measure::Phase(PhaseName::Request)),
    ("wait", Measure::Phase(PhaseName::Wait)),
    ("receive", Measure::Phase(PhaseName::Receive)),
    ("total", Measure::Total),
    ("silence", Measure::Silence),
];

const PHASES: [(&str, PhaseName); 7] = [
    ("dns", PhaseName::Dns),
    ("connect", PhaseName::Connect),
    ("proxy", PhaseName::Proxy),
    ("tls", PhaseName::Tls),
    ("request", PhaseName::Request),
    ("wait", PhaseName::Wait),
    ("receive", PhaseName::Receive),
];

const PROTOCOLS: [(&str, Protocol); 5] = [
    ("tcp", Protocol::Kind(AttemptKind::Tcp)),
    ("quic", Protocol::Kind(AttemptKind::Quic)),
    ("dns", Protocol::Kind(AttemptKind::Dns)),
    ("tls", Protocol::Spoken(PhaseName::Tls)),
    ("proxy", Protocol::Spoken(PhaseName::Proxy)),
];

const PARTIES: [(&str, Party); 6] = [
    ("client", Party::Client),
    ("network", Party::Network),
    ("middlebox", Party::Middlebox),
    ("server", Party::Server),
    ("resolver", Party::Resolver),
    ("undecided", Party::Undecided),
];

const OUTCOMES: [(&str, Outcomes); 28] = [
    ("failed", Outcomes::Failed),
    ("ok", Outcomes::Fine),
    ("stalled", Outcomes::Stalled),
    ("timeout", Outcomes::Timeout),
    ("reset", Outcomes::Reset),
    ("completed", Outcomes::One(Outcome::Completed)),
    ("handshake_only", Outcomes::One(Outcome::HandshakeOnly)),
    ("in_progress", Outcomes::One(Outcome::InProgress)),
    ("closed_by_client", Outcomes::One(Outcome::ClosedByClient)),
    ("reset_by_client", Outcomes::One(Outcome::ResetByClient)),
    ("not_observed", Outcomes::One(Outcome::NotObserved)),
    ("syn_unanswered", Outcomes::One(Outcome::SynUnanswered)),
    ("refused", Outcomes::One(Outcome::Refused)),
    ("unreachable", Outcomes::One(Outcome::Unreachable)),
    ("connect_stalled", Outcomes::One(Outcome::ConnectStalled)),
    ("proxy_refused", Outcomes::One(Outcome::ProxyRefused)),
    ("proxy_stalled", Outcomes::One(Outcome::ProxyStalled)),
    ("tls_alert", Outcomes::One(Outcome::TlsAlert)),
    ("tls_stalled", Outcomes::One(Outcome::TlsStalled)),
    ("not_tls", Outcomes::One(Outcome::NotTls)),
    ("request_stalled", Outcomes::One(Outcome::RequestStalled)),
    ("response_stalled", Outcomes::One(Outcome::ResponseStalled)),
    ("receive_stalled", Outcomes::One(Outcome::ReceiveStalled)),
    ("closed_by_server", Outcomes::One(Outcome::ClosedByServer)),
    ("reset_by_server", Outcomes::One(Outcome::ResetByServer)),
    ("dns_timeout", Outcomes::One(Outcome::DnsTimeout)),
    ("dns_error", Outcomes::One(Outcome::DnsError)),
    ("quic_unanswered", Outcomes::One(Outcome::QuicUnanswered)),
];

/// The word of an outcome in the filter language and in the report.
pub(crate) fn outcome_code(outcome: Outcome) -> &'static str {
    OUTCOMES
        .iter()
        .find(|(_, one)| *one == Outcomes::One(outcome))
        .map_or("", |(code, _)| code)
}

/// The word of a phase in the filter language and in the report.
pub(crate) fn phase_code(name: PhaseName) -> &'static str {
    PHASES
        .iter()
        .find(|(_, one)| *one == name)
        .map_or("", |(code, _)| code)
}

/// A value as it must be typed: in quotes where it has spaces.
pub(crate) fn quoted(value: &str) -> String {
    if value.contains(char::is_whitespace) {
        format!("\"{value}\"")
    } else {
        value.to_owned()
    }
}

fn named<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table
        .iter()
        .find(|(each, _)| *each == name)
        .map(|(_, value)| *value)
}
