//! Keeps the first and the last exchanges of a flow, and counts them all.

use crate::flow::chunk::{Hole, HoleReason};
use crate::grow;
use crate::http::facts::{Body, BodyFraming, Ending, Exchange, ExchangeLog, Gap, Text};
use crate::ids::Stamp;
use crate::limits::{EXCHANGES_HEAD, EXCHANGES_TAIL};

impl ExchangeLog {
    /// Adds the next exchange and says its rank.
    pub(super) fn push(&mut self, make: impl FnOnce(u64) -> Exchange) -> u64 {
        let number = self.exchange_count;
        self.exchange_count = number.saturating_add(1);
        if self.first.len() < EXCHANGES_HEAD {
            grow::push(&mut self.first, make(number));
            return number;
        }
        if self.last.len() >= EXCHANGES_TAIL {
            let settled = self.last.iter().position(Exchange::is_settled);
            let _dropped = self.last.remove(settled.unwrap_or(0));
        }
        self.last.push_back(make(number));
        number
    }

    /// The exchange of a rank, if it is kept.
    pub(super) fn at_mut(&mut self, number: u64) -> Option<&mut Exchange> {
        let index = usize::try_from(number).ok()?;
        if index < EXCHANGES_HEAD {
            return self.first.get_mut(index);
        }
        let index = self
            .last
            .binary_search_by_key(&number, |exchange| exchange.number)
            .ok()?;
        self.last.get_mut(index)
    }

    /// The exchange of a rank, if it is kept.
    #[must_use]
    pub fn at(&self, number: u64) -> Option<&Exchange> {
        let index = usize::try_from(number).ok()?;
        if index < EXCHANGES_HEAD {
            return self.first.get(index);
        }
        let index = self
            .last
            .binary_search_by_key(&number, |exchange| exchange.number)
            .ok()?;
        self.last.get(index)
    }

    pub(super) const fn count_request(&mut self) {
        self.request_count = self.request_count.saturating_add(1);
    }

    pub(super) const fn count_response(&mut self) {
        self.response_count = self.response_count.saturating_add(1);
    }

    /// A response turned out not to be the final one (101 before HTTP/2).
    pub(super) const fn uncount_response(&mut self) {
        self.response_count = self.response_count.saturating_sub(1);
    }
}

impl Exchange {
    pub(super) const fn empty(number: u64, stream: Option<u32>) -> Self {
        Self {
            number,
            stream,
            request: None,
            informational: Vec::new(),
            response: None,
            is_response_lost: false,
            reset: None,
            is_pushed: false,
        }
    }

    /// Both messages have ended.
    fn is_settled(&self) -> bool {
        let ended = |body: &Body| body.ending != Ending::Open;
        let request = self.request.as_ref();
        let response = self.response.as_ref();
        self.reset.is_some()
            || request.is_none_or(|request| ended(&request.body))
                && response.is_some_and(|response| ended(&response.body))
    }
}

impl Body {
    pub(super) const EMPTY: Self = Self {
        framing: BodyFraming::None,
        content_length: None,
        is_ambiguous: false,
        bytes: 0,
        missing: 0,
        longest_gap: None,
        ending: Ending::Open,
    };

    /// Bytes came at `now`, the ones before them at `before`.
    pub(super) const fn note(&mut self, before: Stamp, now: Stamp) {
        let longest = match self.longest_gap {
            Some(gap) => gap.until.at.since(gap.from.at).get(),
            None => 0,
        };
        if now.at.since(before.at).get() > longest {
            self.longest_gap = Some(Gap {
                from: before,
                until: now,
            });
        }
    }
}

impl Body {
    /// Of a hole, `content` bytes are in the body.
    pub(super) const fn pass_hole(&mut self, last: &mut Stamp, hole: &Hole, content: u64) {
        self.bytes = self.bytes.saturating_add(content);
        if !matches!(hole.reason, HoleReason::NotNeeded) {
            self.missing = self.missing.saturating_add(content);
        }
        if matches!(hole.reason, HoleReason::NotNeeded | HoleReason::Snapped) {
            // The packet is in the capture: that is when they came.
            self.note(*last, hole.known);
            *last = hole.known;
        }
    }
}

impl Text {
    /// Keeps the start of `bytes`, at most `bound` of them.
    pub(crate) fn new(bytes: &[u8], bound: usize) -> Self {
        let kept = bytes.get(..bound).unwrap_or(bytes);
        Self {
            kept: String::from_utf8_lossy(kept).into(),
            length: bytes.len(),
        }
    }
}
