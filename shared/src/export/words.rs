//! The words that the report has, and ids of the messages that name what a verdict says.

use crate::report::redaction::Item;
use crate::report::v1::{Confidence, Party, PhaseName, Verdict};
use crate::text::{Language, Message, Value, has};

pub(super) const fn phase(phase: PhaseName) -> &'static str {
    match phase {
        PhaseName::Dns => "phase-dns",
        PhaseName::Connect => "phase-connect",
        PhaseName::Proxy => "phase-proxy",
        PhaseName::Tls => "phase-tls",
        PhaseName::Request => "phase-request",
        PhaseName::Wait => "phase-wait",
        PhaseName::Receive => "phase-receive",
    }
}

pub(super) const fn party(party: Party) -> &'static str {
    match party {
        Party::Client => "party-client",
        Party::Network => "party-network",
        Party::Middlebox => "party-middlebox",
        Party::Server => "party-server",
        Party::Resolver => "party-resolver",
        Party::Undecided => "party-undecided",
    }
}

pub(super) const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "confidence-certain",
        Confidence::Likely => "confidence-likely",
        Confidence::Possible => "confidence-possible",
    }
}

pub(super) const fn meaning(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "page-means-certain",
        Confidence::Likely => "page-means-likely",
        Confidence::Possible => "page-means-possible",
    }
}

/// The word that the report has for it.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// What is taken out.
#[must_use]
pub const fn item(item: Item) -> &'static str {
    match item {
        Item::ClientAddress => "page-item-client-ip",
        Item::Resolver => "page-item-resolver-ip",
        Item::Router => "page-item-router-ip",
        Item::OtherAddress => "page-item-other-ip",
        Item::Mac => "page-item-mac",
        Item::OtherName => "page-item-other-names",
        Item::OtherFlow => "page-item-other-flows",
        Item::Url => "page-item-urls",
        Item::User => "page-item-users",
        Item::FileName => "page-item-file-names",
        Item::Comment => "page-item-comments",
        Item::Payload => "page-item-payload",
        Item::Unknown => "page-item-unknown",
    }
}

/// What else looks so and is not ruled out; nothing where the verdict names none.
#[must_use]
pub fn alternatives(verdict: &Verdict) -> Option<Message> {
    let ids = verdict.alternatives.iter();
    let ids = ids.map(|cause| format!("cause-{}", cause.to_ascii_lowercase()));
    let causes: Vec<Value> = ids
        .filter(|id| has(Language::English, id))
        .map(|id| Value::from(Message::new(id)))
        .collect();
    (!causes.is_empty())
        .then(|| Message::new("verdict-alternatives").with("causes", Value::List(causes)))
}
