//! Flow-control windows (RFC 9113 §5.2): when a sender had none left, and until when.

use crate::http::facts::{Http2Facts, WindowStall};
use crate::ids::Stamp;
use crate::limits::HTTP2_EVENTS;
use crate::side::{PerSide, Side};

/// Every window before SETTINGS says otherwise (RFC 9113 §6.9.2).
pub(super) const DEFAULT_WINDOW_BYTES: i64 = 65_535;

/// What one sender may still send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    left: i64,
    exhausted: Option<Stamp>,
}

impl Window {
    pub(super) const fn new(left: i64) -> Self {
        Self {
            left,
            exhausted: None,
        }
    }

    /// The sender sent flow-controlled bytes.
    pub(super) const fn spend(&mut self, bytes: u32) {
        self.left = self.left.saturating_sub(bytes as i64);
    }

    /// The sender wants to send more: from here on it waits, if it has nothing left.
    pub(super) const fn want(&mut self, at: Stamp) -> bool {
        let is_new = self.left <= 0 && self.exhausted.is_none();
        if is_new {
            self.exhausted = Some(at);
        }
        is_new
    }

    /// The receiver gave (or took) room; the wait that this ended, if any.
    pub(super) const fn give(&mut self, bytes: i64) -> Option<Stamp> {
        self.left = self.left.saturating_add(bytes);
        if self.left > 0 {
            self.exhausted.take()
        } else {
            None
        }
    }

    /// The wait that goes on, if any; it is no longer watched.
    pub(super) const fn take_wait(&mut self) -> Option<Stamp> {
        self.exhausted.take()
    }
}

/// The windows of the connection and the first size of every stream's, by sender.
#[derive(Debug)]
pub(super) struct Windows {
    pub(super) connection: PerSide<Window>,
    pub(super) initial: PerSide<i64>,
    /// Every frame that moves a window was seen.
    pub(super) is_known: bool,
}

impl Windows {
    pub(super) const fn new() -> Self {
        let window = Window::new(DEFAULT_WINDOW_BYTES);
        Self {
            connection: PerSide {
                originator: window,
                responder: window,
            },
            initial: PerSide {
                originator: DEFAULT_WINDOW_BYTES,
                responder: DEFAULT_WINDOW_BYTES,
            },
            is_known: true,
        }
    }
}

impl Http2Facts {
    /// Keeps a wait; of too many, the longest are kept, and one without an end before all others.
    pub(super) fn add_window_stall(&mut self, stall: WindowStall) {
        if self.window_stalls.len() < HTTP2_EVENTS {
            self.window_stalls.push(stall);
            return;
        }
        let shortest = self
            .window_stalls
            .iter_mut()
            .min_by_key(|kept| kept.length());
        if let Some(shortest) = shortest
            && shortest.length() < stall.length()
        {
            *shortest = stall;
        }
    }
}

impl WindowStall {
    /// Of a sender's wait on a stream, or on the connection.
    pub(super) const fn new(
        sender: Side,
        stream: Option<u32>,
        exhausted: Stamp,
        reopened: Option<Stamp>,
    ) -> Self {
        Self {
            sender,
            stream,
            exhausted,
            reopened,
        }
    }

    fn length(&self) -> i64 {
        self.reopened.map_or(i64::MAX, |reopened| {
            reopened.at.since(self.exhausted.at).get()
        })
    }
}
