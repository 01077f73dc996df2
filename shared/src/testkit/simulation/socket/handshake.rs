//! The three-way handshake of an end.

use std::net::SocketAddr;

use super::{Beginnings, Socket, State};
use crate::packet::TcpFlags;
use crate::testkit::packet::{Segment, TcpOption};
use crate::testkit::simulation::script::Step;
use crate::testkit::simulation::stack::Stack;
use crate::time::{Nanos, Timestamp};

impl Socket {
    /// The process connects: the first SYN leaves.
    #[must_use]
    pub fn connect(
        now: Timestamp,
        ends: (SocketAddr, SocketAddr),
        stack: Stack,
        steps: Vec<Step>,
        begun: Beginnings,
    ) -> Self {
        let mut socket = Self::new(ends, stack, steps, begun);
        socket.now = now;
        socket.heard_clock = socket.stack.timestamps.then_some(0);
        socket.run();
        socket.again();
        socket
    }

    /// A SYN came to a listening socket.
    #[must_use]
    pub fn accept(
        now: Timestamp,
        ends: (SocketAddr, SocketAddr),
        stack: Stack,
        steps: Vec<Step>,
        (begun, syn): (Beginnings, &Segment),
    ) -> Self {
        let mut socket = Self::new(ends, stack, steps, begun);
        socket.now = now;
        socket.state = State::SynReceived;
        socket.theirs = syn.sequence;
        socket.agree(syn);
        socket.again();
        socket
    }

    /// Sends the SYN or SYN-ACK, for the first time or again.
    pub(super) fn again(&mut self) {
        let waits = match self.state {
            State::SynSent => self.stack.syn_waits,
            State::SynReceived => self.stack.syn_ack_waits,
            State::Established | State::Gone => return,
        };
        if self.tries > waits.len() {
            self.state = State::Gone;
            return;
        }
        let wait = waits
            .get(self.tries)
            .or(waits.last())
            .copied()
            .unwrap_or(1000);
        self.handshake_timer = Some(self.now + Nanos::from_millis(i64::from(wait)));
        self.began = self.began.or(Some(self.now));
        let is_first = self.tries == 0;
        self.tries += 1;
        if self.state == State::SynSent {
            self.send_syn(is_first);
        } else {
            self.send_syn_ack();
        }
        if waits.is_empty() {
            self.handshake_timer = None;
        }
    }

    fn send_syn(&mut self, is_first: bool) {
        let mut flags = TcpFlags::SYN;
        if self.stack.ecn && is_first {
            flags = flags | TcpFlags::ECE | TcpFlags::CWR;
        }
        let mut options = self.options(true);
        if let Some(cookie) = self.stack.fast_open.filter(|_| is_first) {
            options.push(TcpOption::FastOpen(cookie.to_vec()));
        }
        self.emit(Segment {
            sequence: self.begun.sequence,
            flags,
            window: u16::try_from(self.stack.buffer).unwrap_or(u16::MAX),
            options,
            ..Segment::default()
        });
    }

    fn send_syn_ack(&mut self) {
        self.emit(Segment {
            sequence: self.begun.sequence,
            acknowledgment: self.theirs.wrapping_add(1),
            flags: TcpFlags::SYN | TcpFlags::ACK,
            window: u16::try_from(self.stack.buffer).unwrap_or(u16::MAX),
            options: self.options(false),
            ..Segment::default()
        });
    }

    /// The options of a SYN, in the order of Linux; a SYN-ACK has those that the SYN had too.
    fn options(&self, is_syn: bool) -> Vec<TcpOption> {
        let v6 = if self.local.is_ipv4() { 0 } else { 20 };
        let mut options = vec![TcpOption::Mss(self.stack.mss.saturating_sub(v6))];
        if self.stack.sack && (is_syn || self.uses_sack) {
            options.push(TcpOption::SackPermitted);
        }
        if let Some(echo) = self.heard_clock {
            options.push(TcpOption::Timestamps(self.clock(), echo));
        }
        let scale = self
            .stack
            .window_scale
            .filter(|_| is_syn || self.scales.is_some());
        if let Some(shift) = scale {
            options.push(TcpOption::NoOperation);
            options.push(TcpOption::WindowScale(shift));
        }
        options
    }

    /// Takes over what the other's SYN or SYN-ACK offers and we do.
    fn agree(&mut self, segment: &Segment) {
        let mut clock = None;
        let mut full = 536;
        self.uses_sack = false;
        self.scales = None;
        for option in &segment.options {
            match option {
                TcpOption::Mss(size) => full = *size,
                TcpOption::SackPermitted => self.uses_sack = self.stack.sack,
                TcpOption::WindowScale(theirs) => {
                    self.scales = self.stack.window_scale.map(|ours| (ours, *theirs));
                }
                TcpOption::Timestamps(value, _) => clock = Some(*value),
                _ => {}
            }
        }
        self.heard_clock = clock.filter(|_| self.stack.timestamps);
        let options = if self.heard_clock.is_some() { 12 } else { 0 };
        let v6 = if self.local.is_ipv4() { 0 } else { 20 };
        let own = self.stack.mss.saturating_sub(v6);
        let full = u64::from(full.min(own)).saturating_sub(options);
        self.sender.open(full);
        self.sender.window = u64::from(segment.window);
    }

    pub(super) fn in_syn_sent(&mut self, segment: &Segment) {
        let is_ours = segment.acknowledgment == self.begun.sequence.wrapping_add(1);
        if segment.flags.contains(TcpFlags::RST) {
            if is_ours {
                self.state = State::Gone;
            }
        } else if !is_ours {
            // RFC 9293 §3.10.7.3: it answers something else.
            self.emit(Segment {
                sequence: segment.acknowledgment,
                flags: TcpFlags::RST,
                ..Segment::default()
            });
        } else if segment.flags.contains(TcpFlags::SYN | TcpFlags::ACK) {
            self.theirs = segment.sequence;
            self.agree(segment);
            self.state = State::Established;
            self.handshake_timer = None;
            self.first_sample(segment);
            self.send_ack();
            self.wake();
        }
    }

    pub(super) fn in_syn_received(&mut self, segment: &Segment) {
        if segment.flags.contains(TcpFlags::RST) {
            self.state = State::Gone;
            return;
        }
        if segment.flags.contains(TcpFlags::SYN) {
            let tries = self.tries;
            self.send_syn_ack();
            self.tries = tries;
            return;
        }
        if segment.acknowledgment == self.begun.sequence.wrapping_add(1) {
            self.state = State::Established;
            self.handshake_timer = None;
            self.first_sample(segment);
            self.in_established(segment);
        }
    }

    fn first_sample(&mut self, segment: &Segment) {
        let clock = self.clock();
        for option in &segment.options {
            if let TcpOption::Timestamps(_, echo) = option
                && self.heard_clock.is_some()
            {
                let age = clock.wrapping_sub(*echo).max(1);
                self.sender
                    .measured(Nanos::from_millis(i64::from(age)), &self.stack);
                return;
            }
        }
        if self.tries == 1
            && let Some(sent) = self.began
        {
            self.sender.measured(self.now.since(sent), &self.stack);
        }
    }
}

impl Socket {
    /// An ICMP error ends an attempt to connect, and nothing else (RFC 9293 §3.9.2.2).
    pub fn give_up_connecting(&mut self) {
        if self.state == State::SynSent {
            self.state = State::Gone;
        }
    }
}
