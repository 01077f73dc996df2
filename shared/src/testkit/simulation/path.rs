//! The way from one host to another: how long it takes, what it loses, and what stands on it.

use super::random::Dice;
use super::wire::Wire;
use crate::time::{Nanos, Timestamp};

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes on.
    Pass,
    /// It is gone.
    Drop,
    /// It goes on, so much later.
    Hold(Nanos),
}

/// A packet passing by something that may change it, drop it, or send others.
#[derive(Debug)]
pub struct Passage<'a> {
    /// The packet.
    pub wire: &'a mut Wire,
    /// When it passes.
    pub now: Timestamp,
    /// Chance.
    pub dice: &'a mut Dice,
    /// Further packets, each with how long it takes from here to whom it goes.
    pub sent: Vec<(Nanos, Wire)>,
}

/// Something that stands on the way.
pub type Device = Box<dyn FnMut(&mut Passage<'_>) -> Fate>;

/// One direction between two hosts.
pub struct Pipe {
    /// Propagation, one way.
    pub delay: Nanos,
    /// Added to each packet, up to this, without changing their order.
    pub jitter: Nanos,
    /// How many in ten thousand packets get lost.
    pub loss: u64,
    /// How many in ten thousand packets are overtaken by later ones.
    pub reorder: u64,
    /// Hops, taken off the TTL.
    pub hops: u8,
    /// Nanoseconds that a byte takes.
    pub byte_time: i64,
    /// How much may wait for the line; what would wait longer is lost.
    pub queue: Nanos,
    /// What stands on it, in order.
    pub devices: Vec<Device>,
    busy_until: Timestamp,
    last_arrival: Timestamp,
}

impl std::fmt::Debug for Pipe {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Pipe")
            .field("delay", &self.delay)
            .field("devices", &self.devices.len())
            .finish_non_exhaustive()
    }
}

impl Pipe {
    /// A clean one of 1 Gbit/s.
    #[must_use]
    pub fn new(delay: Nanos, hops: u8) -> Self {
        Self {
            delay,
            jitter: Nanos(0),
            loss: 0,
            reorder: 0,
            hops,
            byte_time: 8,
            queue: Nanos::from_secs(2),
            devices: Vec::new(),
            busy_until: Timestamp::from_nanos(i64::MIN / 2),
            last_arrival: Timestamp::from_nanos(i64::MIN / 2),
        }
    }

    /// Puts something on it.
    pub fn device(&mut self, device: impl FnMut(&mut Passage<'_>) -> Fate + 'static) {
        self.devices.push(Box::new(device));
    }

    /// Carries a packet: when it arrives, if it does, and what devices sent.
    pub fn carry(
        &mut self,
        wire: &mut Wire,
        now: Timestamp,
        dice: &mut Dice,
    ) -> (Option<Timestamp>, Vec<(Nanos, Wire)>) {
        let mut held = Nanos(0);
        let mut sent = Vec::new();
        for device in &mut self.devices {
            let mut passage = Passage {
                wire,
                now,
                dice,
                sent: Vec::new(),
            };
            let fate = device(&mut passage);
            sent.append(&mut passage.sent);
            match fate {
                Fate::Pass => {}
                Fate::Drop => return (None, sent),
                Fate::Hold(length) => held = Nanos(held.0 + length.0),
            }
        }
        if self.loss > 0 && dice.between(1, 10_000) <= self.loss {
            return (None, sent);
        }
        let length = i64::try_from(wire.length()).unwrap_or_default();
        let begin = self.busy_until.max(now);
        if begin.since(now) > self.queue {
            return (None, sent);
        }
        self.busy_until = begin + Nanos(length.saturating_mul(self.byte_time));
        wire.ttl = wire.ttl.saturating_sub(self.hops);
        let jitter = i64::try_from(dice.between(0, self.jitter.get().unsigned_abs()));
        let spread = Nanos(jitter.unwrap_or_default());
        let due = self.busy_until + self.delay + spread + held;
        if self.reorder > 0 && dice.between(1, 10_000) <= self.reorder {
            return (Some(due + Nanos::from_micros(900)), sent);
        }
        let due = if held.get() > 0 {
            due
        } else {
            due.max(self.last_arrival + Nanos(1))
        };
        self.last_arrival = self.last_arrival.max(due);
        (Some(due), sent)
    }
}
