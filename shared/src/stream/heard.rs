//! What a prelude's reader is given, and what it answers.

use crate::flow::chunk::{Mark, MarkKind};
use crate::flow::few::Rare;
use crate::http::marks::Marks;
use crate::ids::Stamp;
use crate::limits::PRELUDES;
use crate::side::Side;
use crate::stream::facts::{Prelude, PreludeKind, PreludeOutcome, Reply};
use crate::stream::held::Held;

/// The bytes of one side that nobody has read yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard<'a> {
    pub(super) side: Side,
    pub(super) held: &'a Held,
}

/// What a reader did with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Too few of them.
    More,
    /// It is the other side's turn.
    Blocked,
    /// Read so many; go on.
    Used(usize),
    /// Read so many; now the protocol starts that the prelude was for.
    Open(usize),
    /// Nothing more is to be found here.
    Over,
    /// It is not the protocol it was taken for.
    Mistaken,
}

/// The preludes of a flow, and the marks at the end of their requests.
pub(super) struct Preludes<'a> {
    pub(super) list: &'a mut Rare<Prelude>,
    pub(super) marks: &'a mut Marks,
}

impl<'a> Heard<'a> {
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.held.bytes()
    }
}

impl Preludes<'_> {
    /// A side starts to ask for something.
    pub(super) fn start(&mut self, heard: Heard<'_>, kind: PreludeKind) {
        let Some(started) = heard.held.first() else {
            return;
        };
        if self.list.len() >= PRELUDES {
            self.list.pop();
        }
        self.list.push(Prelude::new(kind, heard.side, started));
    }

    /// The prelude in progress.
    pub(super) fn last(&mut self) -> Option<&mut Prelude> {
        self.list.last_mut()
    }

    /// The request of the prelude in progress is the first `length` bytes.
    pub(super) fn request(&mut self, heard: Heard<'_>, length: usize) {
        let Some((at, end)) = heard.held.end(length) else {
            return;
        };
        if let Some(prelude) = self.list.last_mut() {
            prelude.request_complete = Some(at);
            prelude.request_end = Some(end);
        }
        self.marks.push(Mark {
            side: heard.side,
            end,
            kind: MarkKind::Prelude,
        });
    }

    /// The answer to the prelude in progress is the first `length` bytes.
    pub(super) fn answer(&mut self, heard: Heard<'_>, length: usize, reply: Reply, accepted: bool) {
        let (Some(first), Some((at, _end))) = (heard.held.first(), heard.held.end(length)) else {
            return;
        };
        if let Some(prelude) = self.list.last_mut() {
            prelude.response_first_byte = Some(first);
            prelude.response_complete = Some(at);
            prelude.reply = Some(reply);
            prelude.outcome = if accepted {
                PreludeOutcome::Accepted
            } else {
                PreludeOutcome::Refused
            };
        }
    }
}

impl Prelude {
    pub(super) const fn new(kind: PreludeKind, client: Side, started: Stamp) -> Self {
        Self {
            kind,
            client,
            started,
            request_complete: None,
            request_end: None,
            response_first_byte: None,
            response_complete: None,
            target: None,
            reply: None,
            outcome: PreludeOutcome::Awaited,
        }
    }
}
