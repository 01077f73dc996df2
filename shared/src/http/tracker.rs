//! Follows the HTTP of one flow, and says where it turns into something else.

use crate::flow::chunk::{Chunk, Hole, Mark};
use crate::http::facts::{ExchangeLog, HttpFacts, StreamEnd};
use crate::http::h1::{Handover, Pair};
use crate::http::h2::{Connection, Ledger};
use crate::http::marks::Marks;
use crate::side::{PerSide, Side};

/// Reads the HTTP of one flow.
#[derive(Debug)]
pub struct Tracker {
    facts: HttpFacts,
    marks: Marks,
    speaker: Speaker,
}

/// What is spoken at present.
#[derive(Debug)]
enum Speaker {
    Http1(Box<Pair>),
    Http2(Box<Connection>),
}

impl Tracker {
    /// HTTP/1, from these stream positions on.
    #[must_use]
    pub fn http1(client: Side, positions: PerSide<u64>) -> Self {
        Self::new(
            client,
            Speaker::Http1(Box::new(Pair::new(client, positions))),
        )
    }

    /// HTTP/2 with prior knowledge: the client's first bytes are its preface.
    #[must_use]
    pub fn http2(client: Side, positions: PerSide<u64>) -> Self {
        let mut tracker = Self::new(
            client,
            Speaker::Http2(Box::new(Connection::new(client, positions))),
        );
        tracker.facts.http2 = Some(Box::default());
        tracker
    }

    fn new(client: Side, speaker: Speaker) -> Self {
        Self {
            facts: HttpFacts {
                client,
                exchanges: ExchangeLog::default(),
                http2: None,
                upgrade: None,
                stops: Vec::new(),
            },
            marks: Marks::default(),
            speaker,
        }
    }

    /// Takes the next bytes of one side; says how many. Fewer than all means that the rest must be offered
    /// again after the other side has spoken ([`Self::is_held`]), or that the flow turned into something else.
    pub fn on_bytes(&mut self, chunk: Chunk<'_>) -> usize {
        match &mut self.speaker {
            Speaker::Http1(pair) => pair.on_bytes(&mut self.facts, &mut self.marks, chunk),
            Speaker::Http2(connection) => {
                let mut ledger = Ledger {
                    facts: &mut self.facts,
                    marks: &mut self.marks,
                };
                connection.on_bytes(&mut ledger, chunk);
                chunk.bytes.len()
            }
        }
    }

    /// Bytes of one side that will never come.
    pub fn on_hole(&mut self, hole: Hole) {
        match &mut self.speaker {
            Speaker::Http1(pair) => pair.on_hole(&mut self.facts, &mut self.marks, hole),
            Speaker::Http2(connection) => {
                let mut ledger = Ledger {
                    facts: &mut self.facts,
                    marks: &mut self.marks,
                };
                connection.on_hole(&mut ledger, hole);
            }
        }
    }

    /// This side's bytes up to here belong to what was given up before: they are neither read nor missing.
    pub(crate) fn pass_to(&mut self, side: Side, position: u64) {
        match &mut self.speaker {
            Speaker::Http1(pair) => pair.pass_to(side, position),
            Speaker::Http2(connection) => connection.pass_to(side, position),
        }
    }

    /// The position up to which this side's bytes are inside a body.
    #[must_use]
    pub fn skip_until(&self, side: Side) -> Option<u64> {
        match &self.speaker {
            Speaker::Http1(pair) => pair.skip_until(side),
            Speaker::Http2(connection) => connection.skip_until(side),
        }
    }

    /// The next position whose acknowledgement is wanted.
    pub fn next_mark(&mut self) -> Option<Mark> {
        self.marks.next()
    }

    /// The flow is over, each side as told: messages in progress end now.
    pub fn finish(&mut self, ends: PerSide<StreamEnd>) {
        match &mut self.speaker {
            Speaker::Http1(pair) => pair.finish(&mut self.facts, ends),
            Speaker::Http2(connection) => {
                let mut ledger = Ledger {
                    facts: &mut self.facts,
                    marks: &mut self.marks,
                };
                connection.finish(&mut ledger, ends);
            }
        }
    }

    /// What is known so far.
    #[must_use]
    pub const fn facts(&self) -> &HttpFacts {
        &self.facts
    }

    /// What is known, when nothing more comes.
    #[must_use]
    pub fn into_facts(self) -> HttpFacts {
        self.facts
    }

    /// It speaks HTTP/2 at present.
    #[must_use]
    pub const fn is_http2(&self) -> bool {
        matches!(self.speaker, Speaker::Http2(_))
    }

    /// The client's next bytes wait for the answer to CONNECT or Upgrade.
    #[must_use]
    pub fn is_held(&self) -> bool {
        match &self.speaker {
            Speaker::Http1(pair) => pair.is_held(),
            Speaker::Http2(_) => false,
        }
    }

    /// Goes on with the client's bytes as HTTP/1 although the answer they waited for was not seen.
    pub(crate) fn release(&mut self) {
        if let Speaker::Http1(pair) = &mut self.speaker {
            pair.release();
        }
    }

    /// HTTP/1 again, from these positions on, inside a tunnel.
    pub(crate) fn resume(&mut self, client: Side, positions: PerSide<u64>) {
        self.speaker = Speaker::Http1(Box::new(Pair::new(client, positions)));
    }

    /// HTTP/2 with prior knowledge, from these positions on, inside a tunnel.
    pub(crate) fn resume_http2(&mut self, client: Side, positions: PerSide<u64>) {
        self.speaker = Speaker::Http2(Box::new(Connection::new(client, positions)));
    }

    /// What the flow turned into, once. An upgrade to HTTP/2 is taken care of here.
    pub(crate) fn take_handover(&mut self) -> Option<Handover> {
        let Speaker::Http1(pair) = &mut self.speaker else {
            return None;
        };
        let handover = pair.take_handover()?;
        if let Handover::Upgrade(protocol, number) = &handover
            && protocol.kept.eq_ignore_ascii_case("h2c")
        {
            let positions = pair.positions();
            let mut ledger = Ledger {
                facts: &mut self.facts,
                marks: &mut self.marks,
            };
            let client = ledger.facts.client;
            let connection = Connection::upgraded(client, positions, &mut ledger, *number);
            self.speaker = Speaker::Http2(Box::new(connection));
        }
        Some(handover)
    }

    /// The next exchange of a CONNECT that was sent or answered since the last calls.
    pub(crate) fn take_connect(&mut self) -> Option<u64> {
        match &mut self.speaker {
            Speaker::Http1(pair) => pair.take_connect(),
            Speaker::Http2(_) => None,
        }
    }
}
