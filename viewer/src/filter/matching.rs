//! Whether an attempt is what was asked for.

use std::net::IpAddr;

use stallscope_shared::report::overview::{Judgement, Overview, Row};
use stallscope_shared::report::v1::PhaseOutcome;

use super::{Filter, Measure, Outcomes, Protocol, Range, Term, Test, Whose, outcome_code};
use crate::geometry::bars::EndMark;
use crate::load::reckoned::total;

impl Filter {
    /// Every condition holds.
    pub(crate) fn matches(&self, overview: &Overview, row: &Row) -> bool {
        self.terms
            .iter()
            .all(|Term { is_negated, test }| test.holds(overview, row) != *is_negated)
    }
}

impl Test {
    fn holds(&self, overview: &Overview, row: &Row) -> bool {
        let words = &overview.words;
        match self {
            Self::Text(text) => is_in_row(text, overview, row),
            Self::Address { whose, range } => {
                let is_server = || range.has(address_of(words.word(row.server)));
                let is_client = || range.has(words.word(row.client));
                match whose {
                    Whose::Server => is_server(),
                    Whose::Client => is_client(),
                    Whose::Either => is_server() || is_client(),
                }
            }
            Self::Port(port) => {
                row.client_port == *port || port_of(words.word(row.server)) == Some(*port)
            }
            Self::Name(name) => row
                .name
                .is_some_and(|word| contains(words.word(word), name)),
            Self::Outcome(outcomes) => outcomes.has(row),
            Self::Cause(asked) => match row.judgement {
                Judgement::Found { cause, .. } => words.word(cause).eq_ignore_ascii_case(asked),
                Judgement::Nothing => asked == "none",
                Judgement::NotJudged => asked == "unknown",
            },
            Self::Party(asked) => {
                matches!(row.judgement, Judgement::Found { party, .. } if party == *asked)
            }
            Self::Trouble(phase) => overview.spans_of(row).iter().any(|span| {
                span.phase == *phase
                    && matches!(span.outcome, PhaseOutcome::Stalled | PhaseOutcome::Failed)
            }),
            Self::Protocol(Protocol::Kind(kind)) => row.kind == *kind,
            Self::Protocol(Protocol::Spoken(phase)) => overview
                .spans_of(row)
                .iter()
                .any(|span| span.phase == *phase),
            Self::Status { from, to } => row
                .status
                .is_some_and(|status| (*from..=*to).contains(&status)),
            Self::Id(id) => row.id == *id,
            Self::Length {
                of,
                is_at_least,
                ns,
            } => of.length(overview, row).is_some_and(|length| {
                if *is_at_least {
                    length >= *ns
                } else {
                    length < *ns
                }
            }),
        }
    }
}

/// Whether a word contains a text in lower case. Only ASCII letters have two cases here, as in names of hosts
/// (RFC 4343); others are looked for as they were typed.
fn contains(word: &str, text: &str) -> bool {
    let (word, text) = (word.as_bytes(), text.as_bytes());
    text.is_empty()
        || word
            .windows(text.len())
            .any(|window| window.eq_ignore_ascii_case(text))
}

fn is_in_row(text: &str, overview: &Overview, row: &Row) -> bool {
    let words = &overview.words;
    let contains = |word: &str| contains(word, text);
    contains(words.word(row.server))
        || contains(words.word(row.client))
        || row.name.is_some_and(|name| contains(words.word(name)))
        || outcome_code(row.outcome).contains(text)
}

impl Measure {
    fn length(self, overview: &Overview, row: &Row) -> Option<i64> {
        match self {
            Self::Total => Some(total(overview, row)),
            Self::Silence => row.longest_wait_ns,
            Self::Phase(phase) => {
                let mut spans = overview
                    .spans_of(row)
                    .iter()
                    .filter(|span| span.phase == phase)
                    .peekable();
                spans.peek()?;
                Some(
                    spans
                        .map(|span| span.end_ns.saturating_sub(span.start_ns))
                        .sum(),
                )
            }
        }
    }
}

impl Outcomes {
    fn has(self, row: &Row) -> bool {
        let mark = EndMark::of(row.outcome);
        match self {
            Self::One(outcome) => row.outcome == outcome,
            Self::Failed => row.outcome.is_failure(),
            Self::Fine => !row.outcome.is_failure(),
            Self::Stalled => row.is_stalled,
            Self::Timeout => mark == Some(EndMark::Timeout),
            Self::Reset => mark == Some(EndMark::Reset),
        }
    }
}

impl Range {
    fn has(&self, address: &str) -> bool {
        match self {
            Self::Beginning(beginning) => address.starts_with(beginning.as_str()),
            Self::Network(network, length) => address
                .parse()
                .is_ok_and(|address: IpAddr| is_within(address, *network, *length)),
        }
    }
}

fn is_within(address: IpAddr, network: IpAddr, length: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let drop = 32_u32.saturating_sub(length.into());
            (u32::from(address) ^ u32::from(network))
                .checked_shr(drop)
                .unwrap_or(0)
                == 0
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let drop = 128_u32.saturating_sub(length.into());
            (u128::from(address) ^ u128::from(network))
                .checked_shr(drop)
                .unwrap_or(0)
                == 0
        }
        _ => false,
    }
}

/// The address of `ip:port` or `[ip]:port`.
fn address_of(endpoint: &str) -> &str {
    let address = endpoint
        .rsplit_once(':')
        .map_or(endpoint, |(address, _)| address);
    address.trim_matches(['[', ']'])
}

fn port_of(endpoint: &str) -> Option<u16> {
    endpoint.rsplit_once(':')?.1.parse().ok()
}
