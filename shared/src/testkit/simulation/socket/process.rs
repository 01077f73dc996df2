//! The process at an end: it goes through its script as far as it can.

use super::{Socket, State};
use crate::testkit::simulation::script::{Farewell, Step};
use crate::time::Nanos;

impl Socket {
    /// The kernel has something new for the process, which takes it when it is scheduled.
    pub(super) fn wake(&mut self) {
        let latency = Nanos::from_micros(i64::from(20 + self.begun.clock % 150));
        self.scheduled = self.scheduled.or(Some(self.now + latency));
    }

    /// Takes steps until one has to wait.
    pub(super) fn run(&mut self) {
        while self.resume.is_none() && !self.is_gone() {
            let Some(step) = self.process.steps.front().cloned() else {
                return;
            };
            let is_ready = self.state == State::Established;
            let is_done = match step {
                Step::Limit(after) => self.set(|socket| {
                    socket.limit = after.map(|after| socket.now + after);
                }),
                Step::Patience(wait) => self.set(|socket| socket.process.patience = wait),
                Step::Leave(farewell) => self.set(|socket| socket.process.farewell = farewell),
                Step::KeepAlive(idle) => self.set(|socket| {
                    socket.keep_alive = Some(idle);
                    socket.keep_alive_timer = Some(socket.now + idle);
                }),
                _ if !is_ready => return,
                Step::Send(bytes) => self.set(|socket| {
                    socket.sender.written.extend(bytes);
                    socket.push();
                }),
                Step::Pause(length) => {
                    self.resume = Some(self.now + length);
                    false
                }
                Step::Receive(count) => self.read(count as u64),
                Step::AwaitEnd => self.read(u64::MAX),
                Step::Close => self.set(Self::close),
                Step::Abort => self.set(Self::abort),
                Step::Hang => false,
            };
            if !is_done {
                return;
            }
            self.process.steps.pop_front();
        }
    }

    fn set(&mut self, change: impl FnOnce(&mut Self)) -> bool {
        change(self);
        true
    }

    /// Reads up to so many bytes of the current step; true when it has them.
    fn read(&mut self, count: u64) -> bool {
        let wanted = count - self.process.read;
        let taken = wanted.min(self.receiver.unread);
        self.receiver.unread -= taken;
        self.process.read += taken;
        if taken > 0 && self.receiver.told == 0 && self.receiver.window(&self.stack) > 0 {
            self.send_ack();
        }
        if self.process.read == count {
            self.process.read = 0;
            self.patience = None;
            return true;
        }
        if self.receiver.is_ended() {
            self.leave();
            return false;
        }
        if taken > 0 || self.patience.is_none() {
            self.patience = self.process.patience.map(|wait| self.now + wait);
        }
        false
    }

    /// It gives up, or there is nothing to wait for any more.
    pub(super) fn leave(&mut self) {
        self.process.steps.clear();
        self.limit = None;
        self.patience = None;
        self.resume = None;
        match self.process.farewell.clone() {
            Farewell::Close => self.close(),
            Farewell::Say(words) => {
                if self.state == State::Established {
                    self.sender.written.extend(words);
                    self.push();
                }
                self.close();
            }
            Farewell::Abort => self.abort(),
            Farewell::Stay => {}
        }
    }

    fn close(&mut self) {
        if self.state != State::Established {
            self.state = State::Gone;
            return;
        }
        self.limit = None;
        self.is_orphan = true;
        self.keep_alive = None;
        self.keep_alive_timer = None;
        self.process.steps.clear();
        if self.receiver.unread > 0 {
            // RFC 2525 §2.17: what nobody will read is answered by an RST.
            self.abort();
            return;
        }
        self.sender.is_closed = true;
        self.push();
    }

    pub(super) fn tick_process(&mut self) {
        let now = self.now;
        if self.scheduled.is_some_and(|due| due <= now) {
            self.scheduled = None;
            self.run();
        }
        if self.resume.is_some_and(|due| due <= now) {
            self.resume = None;
            self.process.steps.pop_front();
            self.run();
        }
        if self.limit.is_some_and(|due| due <= now) {
            self.leave();
        }
        if self.patience.is_some_and(|due| due <= now) {
            self.leave();
        }
    }
}
