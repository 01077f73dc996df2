//! Verdicts and what they rest on, as the report holds them.

use std::collections::BTreeMap;

use super::Context;
use super::context::packet;
use crate::diagnosis::{
    Confidence, Evidence, Headline, Party, Severity, Source, Stillness, Verdict,
};
use crate::ids::Stamp;
use crate::phase::Turn;
use crate::probe::Kind;
use crate::report::v1;
use crate::text::{self, Language, Message, Value};

/// The report's evidence, each of it once, in the order in which verdicts name it.
#[derive(Debug, Default)]
pub struct EvidenceBook {
    entries: Vec<v1::Evidence>,
    /// By place and sentence.
    known: BTreeMap<((u16, u64), String), u32>,
}

impl EvidenceBook {
    /// The id of a piece of evidence, which is entered if it is new.
    pub fn enter(&mut self, evidence: &Evidence, context: &Context) -> u32 {
        let statement = english(&evidence.statement);
        let key = evidence
            .stamps()
            .next()
            .map(|first| (first.packet.capture().0, place(first)));
        let key = (key.unwrap_or_default(), statement.clone());
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let id = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.known.insert(key, id);
        self.entries.push(v1::Evidence {
            id,
            statement,
            message: Some(message(&evidence.statement)),
            source: source(&evidence.source, context),
        });
        id
    }

    /// All of it.
    #[must_use]
    pub fn take(&mut self) -> Vec<v1::Evidence> {
        self.known.clear();
        std::mem::take(&mut self.entries)
    }
}

/// A packet's number; of an event, its attempt's before its own.
const fn place(stamp: Stamp) -> u64 {
    let number = stamp.packet.number.get() as u64;
    if stamp.packet.is_event() {
        (stamp.packet.offset() << 32) | number
    } else {
        number
    }
}

/// A verdict as the report holds it.
pub fn verdict(verdict: &Verdict, book: &mut EvidenceBook, context: &Context) -> v1::Verdict {
    v1::Verdict {
        cause: verdict.cause.id().to_owned(),
        slug: verdict.cause.slug().to_owned(),
        severity: verdict.severity.into(),
        party: verdict.party.into(),
        phase: verdict.phase.into(),
        confidence: verdict.confidence.into(),
        statement: english(&verdict.statement),
        evidence: verdict
            .evidence
            .iter()
            .map(|evidence| book.enter(evidence, context))
            .collect(),
        rules_out: verdict
            .rules_out
            .iter()
            .map(|out| v1::RuledOut {
                party: out.party.into(),
                because: english(&out.because.statement),
                evidence: vec![book.enter(&out.because, context)],
                message: Some(message(&out.because.statement)),
            })
            .collect(),
        remedy: english(&verdict.remedy),
        alternatives: verdict
            .alternatives
            .iter()
            .map(|cause| cause.id().to_owned())
            .collect(),
        statement_message: Some(message(&verdict.statement)),
        remedy_message: Some(message(&verdict.remedy)),
    }
}

/// The headline as the report holds it.
#[must_use]
pub fn headline(headline: &Headline) -> v1::Headline {
    v1::Headline {
        statement: english(&headline.statement),
        party: headline.party.into(),
        cause: headline.cause.id().to_owned(),
        servers: headline.servers.iter().map(ToString::to_string).collect(),
        message: Some(message(&headline.statement)),
    }
}

fn english(message: &Message) -> String {
    text::render(Language::English, message)
}

fn source(source: &Source, context: &Context) -> v1::EvidenceSource {
    if let Some(events) = events(source, context) {
        return v1::EvidenceSource::Events(events);
    }
    match source {
        Source::Packets(packets) => {
            v1::EvidenceSource::Packets(packets.iter().copied().map(packet).collect())
        }
        Source::Silence(silence) => v1::EvidenceSource::Silence(still(silence, context)),
    }
}

/// What a client of our own saw; `None` of packets.
fn events(source: &Source, context: &Context) -> Option<Vec<v1::Event>> {
    let stamps: Vec<Stamp> = match source {
        Source::Packets(stamps) => stamps.clone(),
        Source::Silence(silence) => [Some(silence.after), silence.heard, silence.until]
            .into_iter()
            .flatten()
            .collect(),
    };
    let is_told = stamps.first()?.packet.is_event();
    is_told.then(|| {
        stamps
            .iter()
            .filter(|stamp| stamp.packet.is_event())
            .map(|stamp| event(*stamp, context))
            .collect()
    })
}

fn event(stamp: Stamp, context: &Context) -> v1::Event {
    let reference = stamp.packet;
    let kind = Kind::of_code(reference.length);
    v1::Event {
        at_ns: context.ns(stamp.at),
        kind: kind.map_or("unknown", Kind::name).to_owned(),
        // A message of a lookup is no event of an attempt.
        attempt: u32::try_from(reference.offset()).ok().filter(|id| *id > 0),
        number: (reference.offset() > 0).then(|| reference.number.get()),
        detail: None,
    }
}

fn still(silence: &Stillness, context: &Context) -> v1::Silence {
    let end = silence.after.at + silence.length;
    let from = match silence.awaited.turn() {
        Turn::Client => v1::End::Client,
        Turn::Server | Turn::Either => v1::End::Server,
    };
    let running = context.running.filter(|last| last.at >= end);
    v1::Silence {
        after: packet(silence.after),
        until: silence.until.map(packet),
        start_ns: context.ns(silence.after.at),
        end_ns: context.ns(end),
        awaiting: silence.awaited.name().to_owned(),
        from,
        proof: v1::SilenceProof {
            same_side_later: silence.heard.map(packet),
            capture_running: running.map(packet),
            ..v1::SilenceProof::default()
        },
    }
}

/// A message as the report holds it.
#[must_use]
pub fn message(message: &Message) -> v1::Message {
    let arguments = message.arguments.iter();
    v1::Message {
        id: message.id.clone().into_owned(),
        arguments: arguments
            .map(|(name, argument)| (name.clone().into_owned(), value(argument)))
            .collect(),
    }
}

fn value(argument: &Value) -> v1::Value {
    match argument {
        Value::Text(text) => v1::Value::Text(text.clone()),
        Value::Count(count) => v1::Value::Count(*count),
        Value::Duration(length) => v1::Value::DurationNs(length.get()),
        Value::Share(millionths) => v1::Value::Millionths(*millionths),
        Value::Packet(number) => v1::Value::Packet(*number),
        Value::List(values) => v1::Value::List(values.iter().map(value).collect()),
        Value::Message(inner) => v1::Value::Message(message(inner)),
    }
}

/// The message of a report, to be written in any language.
#[must_use]
pub fn text_of(message: &v1::Message) -> Message {
    let arguments = message.arguments.iter();
    Message {
        id: message.id.clone().into(),
        arguments: arguments
            .map(|(name, value)| (name.clone().into(), argument_of(value)))
            .collect(),
    }
}

fn argument_of(value: &v1::Value) -> Value {
    match value {
        v1::Value::Text(text) => Value::Text(text.clone()),
        v1::Value::Count(count) => Value::Count(*count),
        v1::Value::DurationNs(nanos) => Value::Duration(crate::time::Nanos(*nanos)),
        v1::Value::Millionths(millionths) => Value::Share(*millionths),
        v1::Value::Packet(number) => Value::Packet(*number),
        v1::Value::List(values) => Value::List(values.iter().map(argument_of).collect()),
        v1::Value::Message(inner) => Value::from(text_of(inner)),
    }
}

impl From<Party> for v1::Party {
    fn from(party: Party) -> Self {
        match party {
            Party::Client => Self::Client,
            Party::Network => Self::Network,
            Party::Middlebox => Self::Middlebox,
            Party::Server => Self::Server,
            Party::Resolver => Self::Resolver,
            Party::Undecided => Self::Undecided,
        }
    }
}

impl From<Severity> for v1::Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Delay => Self::Delay,
            Severity::Failure => Self::Failure,
        }
    }
}

impl From<Confidence> for v1::Confidence {
    fn from(confidence: Confidence) -> Self {
        match confidence {
            Confidence::Possible => Self::Possible,
            Confidence::Likely => Self::Likely,
            Confidence::Certain => Self::Certain,
        }
    }
}
