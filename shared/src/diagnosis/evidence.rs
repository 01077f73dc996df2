//! What shows a statement: packets, or a silence in which something was due; or events of a client of our own.
//!
//! Packets have numbers that people look up, events have not: the text of a statement about events has `-told` behind
//! its id.

use super::Party;
use crate::ids::Stamp;
use crate::phase::Awaited;
use crate::text::{Message, Value};
use crate::time::Nanos;

/// A statement and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it says.
    pub statement: Message,
    /// What shows it.
    pub source: Source,
}

/// What shows a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Packets, or events of a client of our own; never none.
    Packets(Vec<Stamp>),
    /// Nothing came while something was due.
    Silence(Stillness),
}

/// A stretch in which nothing new came from who was awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stillness {
    /// The last new thing before it.
    pub after: Stamp,
    /// The next new thing; `None` when there was none.
    pub until: Option<Stamp>,
    /// How long.
    pub length: Nanos,
    /// What was due.
    pub awaited: Awaited,
    /// A packet of the awaited side behind at least a part of it: its direction was captured and passable.
    pub heard: Option<Stamp>,
}

/// Who it was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// Who.
    pub party: Party,
    /// The observation that says so.
    pub because: Evidence,
}

impl Evidence {
    /// Shown by a packet.
    #[must_use]
    pub fn packet(id: &'static str, packet: Stamp) -> Self {
        Self {
            statement: message(id, packet).with("packet", packet),
            source: Source::Packets(vec![packet]),
        }
    }

    /// Shown by packets; `None` of none.
    #[must_use]
    pub fn packets(id: &'static str, packets: impl IntoIterator<Item = Stamp>) -> Option<Self> {
        let packets: Vec<Stamp> = packets.into_iter().collect();
        let (first, last) = (*packets.first()?, *packets.last()?);
        Some(Self {
            statement: message(id, first)
                .with("packet", first)
                .with("last", last)
                .with("count", packets.len() as u64),
            source: Source::Packets(packets),
        })
    }

    /// Shown by a silence.
    #[must_use]
    pub fn silence(id: &'static str, silence: Stillness) -> Self {
        Self {
            statement: message(id, silence.after)
                .with("packet", silence.after)
                .with("length", silence.length),
            source: Source::Silence(silence),
        }
    }

    /// With one more value for its statement.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.statement = self.statement.with(name, value);
        self
    }

    /// Its packets: those cited, or those around the silence.
    pub fn stamps(&self) -> impl Iterator<Item = Stamp> {
        let (cited, around) = match &self.source {
            Source::Packets(packets) => (packets.as_slice(), None),
            Source::Silence(silence) => (&[][..], Some(silence)),
        };
        let ends = around.map(|silence| [Some(silence.after), silence.heard, silence.until]);
        cited
            .iter()
            .copied()
            .chain(ends.into_iter().flatten().flatten())
    }
}

/// The text for packets, or for events.
fn message(id: &'static str, shown_by: Stamp) -> Message {
    if shown_by.packet.is_event() {
        Message::new(format!("{id}-told"))
    } else {
        Message::new(id)
    }
}
