//! One end of a TCP connection: the kernel's part of it, and the process that uses it (RFC 9293).

mod handshake;
mod process;
mod ranges;
mod receiver;
mod sender;

use std::net::SocketAddr;

use self::receiver::Receiver;
use self::sender::{Expired, Piece, Sender, Told};
use super::script::{Process, Step};
use super::stack::{Numbering, ResetLook, Stack};
use super::wire::{Content, Wire};
use crate::packet::TcpFlags;
use crate::testkit::packet::{Segment, TcpOption};
use crate::time::{Nanos, Timestamp};

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    SynSent,
    SynReceived,
    Established,
    /// Nothing is left of it; what comes for it meets no socket.
    Gone,
}

/// Random numbers that a connection begins with.
#[derive(Clone, Copy, Debug)]
pub struct Beginnings {
    /// Initial sequence number.
    pub sequence: u32,
    /// TSval at time 0 of the capture's clock.
    pub clock: u32,
    /// Identification of the first packet.
    pub identification: u16,
}

/// One end.
#[derive(Clone, Debug)]
pub struct Socket {
    /// Its own address.
    pub local: SocketAddr,
    /// The other's.
    pub remote: SocketAddr,
    stack: Stack,
    state: State,
    process: Process,
    sender: Sender,
    receiver: Receiver,
    begun: Beginnings,
    /// The other side's initial sequence number.
    theirs: u32,
    /// What is echoed as TSecr; `None` when timestamps are not used.
    heard_clock: Option<u32>,
    uses_sack: bool,
    /// Shifts of our windows and of theirs.
    scales: Option<(u8, u8)>,
    /// SYNs or SYN-ACKs that were sent.
    tries: usize,
    handshake_timer: Option<Timestamp>,
    keep_alive: Option<Nanos>,
    last_heard: Timestamp,
    keep_alive_timer: Option<Timestamp>,
    limit: Option<Timestamp>,
    patience: Option<Timestamp>,
    resume: Option<Timestamp>,
    /// When the process gets to run.
    scheduled: Option<Timestamp>,
    /// The process has closed it; what comes now has no reader.
    is_orphan: bool,
    /// When the first SYN or SYN-ACK was sent.
    began: Option<Timestamp>,
    now: Timestamp,
    out: Vec<Wire>,
}

impl Socket {
    fn new(
        ends: (SocketAddr, SocketAddr),
        stack: Stack,
        steps: Vec<Step>,
        begun: Beginnings,
    ) -> Self {
        let start = Timestamp::from_nanos(0);
        Self {
            local: ends.0,
            remote: ends.1,
            state: State::SynSent,
            process: Process::new(steps),
            sender: Sender::new(&stack),
            receiver: Receiver::new(&stack),
            begun,
            theirs: 0,
            heard_clock: None,
            uses_sack: false,
            scales: None,
            tries: 0,
            handshake_timer: None,
            keep_alive: None,
            last_heard: start,
            keep_alive_timer: None,
            limit: None,
            patience: None,
            resume: None,
            scheduled: None,
            is_orphan: false,
            began: None,
            now: start,
            out: Vec::new(),
            stack,
        }
    }

    /// Nothing is left of it.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.state == State::Gone
    }

    /// What it has sent since it was asked last.
    pub fn take_output(&mut self) -> Vec<Wire> {
        std::mem::take(&mut self.out)
    }

    /// When it wants to be woken.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        if self.is_gone() {
            return None;
        }
        let timers: [Option<Timestamp>; 7] = [
            self.handshake_timer,
            self.keep_alive_timer,
            self.limit,
            self.patience,
            self.resume,
            self.scheduled,
            self.receiver.timer,
        ];
        timers.into_iter().flatten().chain(self.sender.due()).min()
    }

    /// A segment came.
    pub fn take(&mut self, now: Timestamp, segment: &Segment) {
        self.now = now;
        self.last_heard = now;
        if let Some(idle) = self.keep_alive {
            self.keep_alive_timer = Some(now + idle);
        }
        match self.state {
            State::SynSent => self.in_syn_sent(segment),
            State::SynReceived => self.in_syn_received(segment),
            State::Established => self.in_established(segment),
            State::Gone => {}
        }
    }

    fn in_established(&mut self, segment: &Segment) {
        if segment.flags.contains(TcpFlags::RST) {
            if self.position(segment.sequence) >= self.receiver.next {
                self.state = State::Gone;
            }
            return;
        }
        if segment.flags.contains(TcpFlags::SYN) {
            self.send_ack();
            return;
        }
        self.note_clock(segment);
        let length = segment.payload.len() as u64;
        let has_fin = segment.flags.contains(TcpFlags::FIN);
        let from = self.position(segment.sequence);
        if self.is_orphan && length > 0 && from >= self.receiver.next {
            self.refuse(segment);
            return;
        }
        self.take_acknowledgment(segment);
        if length > 0 || has_fin {
            let is_urgent = self
                .receiver
                .take(self.now, &self.stack, (from, length, has_fin));
            if is_urgent {
                self.send_ack();
            }
            self.wake();
        } else if from < self.receiver.next {
            // A keep-alive, or something older: it is told where we are (RFC 9293 §3.8.4).
            self.send_ack();
        } else {
            self.wake();
        }
        self.push();
    }

    fn take_acknowledgment(&mut self, segment: &Segment) {
        if !segment.flags.contains(TcpFlags::ACK) {
            return;
        }
        let offset = self.begun.sequence.wrapping_add(1);
        let to_position = |number: u32| u64::from(number.wrapping_sub(offset));
        let position = to_position(segment.acknowledgment);
        let shift = self.scales.map_or(0, |(_, theirs)| theirs);
        let window = u64::from(segment.window) << shift;
        let mut sacked = Vec::new();
        for option in &segment.options {
            match option {
                TcpOption::Sack(blocks) => {
                    let blocks = blocks.iter();
                    sacked.extend(
                        blocks.map(|(left, right)| (to_position(*left), to_position(*right))),
                    );
                }
                TcpOption::Timestamps(_, echo)
                    if position > self.sender.unacked && position <= self.sender.next =>
                {
                    let age = self.clock().wrapping_sub(*echo);
                    self.sender
                        .measured(Nanos::from_millis(i64::from(age.max(1))), &self.stack);
                }
                _ => {}
            }
        }
        let told = Told {
            position,
            sacked: &sacked,
            is_pure: segment.payload.is_empty()
                && !segment.flags.contains(TcpFlags::FIN)
                && window == self.sender.window,
        };
        if position > self.sender.next {
            return;
        }
        self.sender.window = window;
        let again = self.sender.acknowledge(self.now, &self.stack, &told);
        for piece in again {
            self.send_piece(piece);
        }
    }

    /// Timers have expired.
    pub fn tick(&mut self, now: Timestamp) {
        self.now = now;
        let is_due = |timer: Option<Timestamp>| timer.is_some_and(|due| due <= now);
        if is_due(self.handshake_timer) {
            self.handshake_timer = None;
            self.again();
        }
        if self.state != State::SynReceived {
            self.tick_process();
        }
        if self.is_orphan && self.sender.backoff > ORPHAN_RETRIES {
            self.state = State::Gone;
        }
        if self.state == State::Established {
            for expired in self.sender.tick(now, &self.stack) {
                match expired {
                    Expired::Again(piece) => self.send_piece(piece),
                    Expired::Probe => self.send_before(self.sender.unacked),
                }
            }
            if is_due(self.receiver.timer) {
                self.send_ack();
            }
            if is_due(self.keep_alive_timer) {
                self.keep_alive_timer = self.keep_alive.map(|idle| now + idle);
                if self.sender.unacked == self.sender.next && self.sender.is_idle() {
                    self.send_before(self.sender.next);
                }
            }
            self.push();
        }
    }

    /// An ICMP error says that the path takes packets of this size only.
    pub fn shrink(&mut self, now: Timestamp, mtu: u64) {
        self.now = now;
        let headers = if self.local.is_ipv4() { 40 } else { 60 };
        let options = if self.heard_clock.is_some() { 12 } else { 0 };
        for piece in self.sender.shrink(mtu.saturating_sub(headers + options)) {
            self.send_piece(piece);
        }
    }

    /// Sends what may be sent.
    fn push(&mut self) {
        if self.state != State::Established {
            return;
        }
        while let Some(piece) = self.sender.take(self.now, &self.stack) {
            self.send_piece(piece);
        }
    }

    fn send_piece(&mut self, piece: Piece) {
        let range = usize::try_from(piece.from).unwrap_or_default()
            ..usize::try_from(piece.from + piece.length).unwrap_or_default();
        let payload = self.sender.written.get(range).unwrap_or_default().to_vec();
        let mut flags = TcpFlags::ACK;
        if piece.from + piece.length == self.sender.written.len() as u64 && !payload.is_empty() {
            flags = flags | TcpFlags::PSH;
        }
        if piece.has_fin {
            flags = flags | TcpFlags::FIN;
        }
        self.send(flags, piece.from, payload);
    }

    fn send_ack(&mut self) {
        self.send(TcpFlags::ACK, self.sender.next, Vec::new());
    }

    /// A keep-alive or window probe: one before what is due.
    fn send_before(&mut self, position: u64) {
        self.send(TcpFlags::ACK, position.wrapping_sub(1), Vec::new());
    }

    /// The process aborts.
    fn abort(&mut self) {
        let is_full = self.stack.reset == ResetLook::Full;
        let next = self.sender.next;
        self.send(TcpFlags::RST | TcpFlags::ACK, next, Vec::new());
        if let Some(Content::Tcp(reset)) = self.out.last_mut().map(|wire| &mut wire.content) {
            reset
                .options
                .retain(|option| is_full && matches!(option, TcpOption::Timestamps(..)));
            reset.window = if is_full { reset.window } else { 0 };
        }
        self.state = State::Gone;
    }

    /// Nobody is there to read this: a bare RST, and that was it.
    fn refuse(&mut self, segment: &Segment) {
        self.out
            .extend(no_socket(self.local, self.remote, &self.stack, segment));
        self.state = State::Gone;
    }

    fn send(&mut self, flags: TcpFlags, position: u64, payload: Vec<u8>) {
        let blocks = self.receiver.acknowledged(&self.stack);
        let mut options = Vec::new();
        if let Some(echo) = self.heard_clock {
            options.push(TcpOption::NoOperation);
            options.push(TcpOption::NoOperation);
            options.push(TcpOption::Timestamps(self.clock(), echo));
        }
        if self.uses_sack && !blocks.is_empty() {
            let offset = self.theirs.wrapping_add(1);
            let blocks = blocks.iter();
            let number = |position: u64| offset.wrapping_add(low_word(position));
            options.push(TcpOption::NoOperation);
            options.push(TcpOption::NoOperation);
            options.push(TcpOption::Sack(
                blocks
                    .map(|(from, to)| (number(*from), number(*to)))
                    .collect(),
            ));
        }
        let shift = self.scales.map_or(0, |(ours, _)| ours);
        let window = self.receiver.told >> shift;
        let sequence = self.begun.sequence.wrapping_add(1);
        let acknowledgment = self.theirs.wrapping_add(1);
        self.emit(Segment {
            sequence: sequence.wrapping_add(low_word(position)),
            acknowledgment: acknowledgment.wrapping_add(low_word(self.receiver.next)),
            flags,
            window: u16::try_from(window).unwrap_or(u16::MAX),
            options,
            payload,
        });
    }

    fn emit(&mut self, segment: Segment) {
        let is_syn_ack = segment.flags.contains(TcpFlags::SYN | TcpFlags::ACK);
        let identification = if is_syn_ack && self.stack.numbering == Numbering::Connection {
            0
        } else {
            let number = self.begun.identification;
            self.begun.identification = number.wrapping_add(1);
            number
        };
        if let Some(idle) = self.keep_alive {
            self.keep_alive_timer = Some(self.now + idle);
        }
        self.out.push(Wire {
            source: self.local,
            destination: self.remote,
            ttl: self.stack.ttl,
            identification,
            content: Content::Tcp(segment),
        });
    }

    /// TSval: milliseconds.
    fn clock(&self) -> u32 {
        let millis = self.now.nanos() / 1_000_000;
        self.begun
            .clock
            .wrapping_add(low_word(millis.unsigned_abs()))
    }

    fn note_clock(&mut self, segment: &Segment) {
        if self.heard_clock.is_some() && self.position(segment.sequence) <= self.receiver.next {
            for option in &segment.options {
                if let TcpOption::Timestamps(value, _) = option {
                    self.heard_clock = Some(*value);
                }
            }
        }
    }

    /// A sequence number as a position of their stream; what is before its beginning counts as its beginning.
    fn position(&self, sequence: u32) -> u64 {
        let expected = self
            .theirs
            .wrapping_add(1)
            .wrapping_add(low_word(self.receiver.next));
        let ahead = i64::from(sequence.wrapping_sub(expected).cast_signed());
        self.receiver.next.saturating_add_signed(ahead)
    }
}

/// What a host sends that knows nothing of a connection (RFC 9293 §3.10.7.1).
#[must_use]
pub fn no_socket(
    local: SocketAddr,
    remote: SocketAddr,
    stack: &Stack,
    segment: &Segment,
) -> Option<Wire> {
    if segment.flags.contains(TcpFlags::RST) {
        return None;
    }
    let taken = segment.flags.intersects(TcpFlags::SYN | TcpFlags::FIN);
    let length = segment.payload.len() as u64 + u64::from(taken);
    let reset = if segment.flags.contains(TcpFlags::ACK) {
        Segment {
            sequence: segment.acknowledgment,
            flags: TcpFlags::RST,
            ..Segment::default()
        }
    } else {
        Segment {
            acknowledgment: segment.sequence.wrapping_add(low_word(length)),
            flags: TcpFlags::RST | TcpFlags::ACK,
            ..Segment::default()
        }
    };
    Some(Wire {
        source: local,
        destination: remote,
        ttl: stack.ttl,
        identification: 0,
        content: Content::Tcp(reset),
    })
}

/// `tcp_orphan_retries`: after that, nobody cares any more.
const ORPHAN_RETRIES: u32 = 8;

fn low_word(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default()
}
