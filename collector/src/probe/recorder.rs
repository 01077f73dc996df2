//! Writes the log of one attempt: events in order, stamps to what they belong to, and a sign of life of the peer's
//! kernel when it gives one.

use std::collections::VecDeque;
use std::net::SocketAddr;

use stallscope_shared::limits::{PROBE_EVENTS, PROBE_SAMPLES};
use stallscope_shared::probe::{Event, Icmp, Kind, Log, Sample, What};
use stallscope_shared::time::{Nanos, Timestamp};

use super::clock::now;
use super::socket::{Told, TxStamp};

/// The log of one attempt, while it is written.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) log: Log,
    /// What was written and waits for its stamps, in order.
    marks: VecDeque<Mark>,
    /// Bytes written so far.
    written: u32,
    /// Bytes more that go over the wire with what is written next: TLS with the proxy around it.
    around: u32,
    /// When the peer's kernel last spoke, as far as the log says.
    heard: Timestamp,
    /// When the last bytes of the server's process came, by this program's clock and the kernel's.
    came: Option<(Timestamp, Option<Timestamp>)>,
    /// Events whose bytes are of a packet that was not yet read to its end: its stamp comes with the rest.
    unstamped: Vec<usize>,
    pub(super) icmp: Option<Icmp>,
}

/// Bytes whose stamps are wanted.
#[derive(Debug)]
struct Mark {
    /// Offset of the last byte.
    last: u32,
    /// Events that have the time at which it left.
    events: Vec<usize>,
    /// What its acknowledgement is.
    acked: Option<What>,
}

/// An acknowledgement so much later than the last known one is a sign of life: keep-alives are a second apart.
const SIGN_OF_LIFE: Nanos = Nanos::from_millis(500);

impl Recorder {
    pub(super) fn new(log: Log) -> Self {
        Self {
            heard: log.began,
            log,
            marks: VecDeque::new(),
            unstamped: Vec::new(),
            came: None,
            written: 0,
            around: 0,
            icmp: None,
        }
    }

    /// Something that the application does or learns now.
    pub(super) fn now(&mut self, what: What) -> usize {
        self.push(now(), None, what)
    }

    /// Bytes of the server's process came.
    pub(super) fn came(&mut self, kernel: Option<Timestamp>) {
        self.came = Some((now(), kernel));
    }

    /// The client gives up. Of a response that was coming its last bytes are told, where no event does: a server that is
    /// still at it was not silent.
    pub(super) fn gives_up(&mut self, why: What) {
        let is_coming = self.log.first(Kind::ResponseBegun).is_some();
        let word = self.log.last_word().map(|word| word.at);
        if let Some((at, kernel)) = self.came.take().filter(|_| is_coming)
            && word.is_none_or(|word| kernel.unwrap_or(at) > word)
        {
            self.push(at, kernel, What::LastData);
        }
        self.now(why);
    }

    /// Something of which the kernel gave a time.
    pub(super) fn seen(&mut self, kernel: Option<Timestamp>, what: What) -> usize {
        let is_of_server = what.is_of_server();
        let at = now();
        if is_of_server {
            self.heard = self.heard.max(kernel.unwrap_or(at));
        }
        let index = self.push(at, kernel, what);
        if is_of_server && kernel.is_none() {
            self.unstamped.push(index);
        }
        index
    }

    /// The exchange that the log has was only the first on its connection: what follows is about the next one.
    pub(super) fn used(&mut self) {
        let status = self.log.status().unwrap_or(0);
        let mut kept = Vec::with_capacity(self.log.events.len());
        // Marks name events by their places.
        let mut places = Vec::with_capacity(self.log.events.len());
        let mut last = None;
        for event in self.log.events.drain(..) {
            let is_dropped = is_of_exchange(&event.what);
            places.push((!is_dropped).then_some(kept.len()));
            if is_dropped {
                last = Some((event.at, event.kernel));
            } else {
                kept.push(event);
            }
        }
        self.log.events = kept;
        let place = |index: &usize| places.get(*index).copied().flatten();
        self.unstamped = self.unstamped.iter().filter_map(place).collect();
        for mark in &mut self.marks {
            mark.events = mark.events.iter().filter_map(place).collect();
            mark.acked = mark.acked.take().filter(|what| !is_of_exchange(what));
        }
        if let Some(http) = &mut self.log.http {
            (http.body_bytes, http.content_length) = (0, None);
            http.identity.clear();
        }
        let (at, kernel) = last.unwrap_or_else(|| (now(), None));
        self.push(at, kernel, What::Used { status });
    }

    /// What was taken for a ServerHello is a HelloRetryRequest: the two differ only behind their first bytes.
    pub(super) fn retried(&mut self) {
        let mut events = self.log.events.iter_mut().rev();
        if let Some(event) = events.find(|event| event.what == What::ServerHello) {
            event.what = What::RetryAsked;
        }
        if let Some(tls) = &mut self.log.tls {
            tls.is_retried = true;
        }
    }

    /// The stamp of a packet that was read to its end: that of everything before it that has none.
    pub(super) fn stamped(&mut self, at: Timestamp) {
        for index in self.unstamped.drain(..) {
            let event = self.log.events.get_mut(index);
            // What was learned before cannot have come later: stamping began only then.
            if let Some(event) = event.filter(|event| event.at >= at && event.kernel.is_none()) {
                event.kernel = Some(at);
            }
        }
    }

    pub(super) fn push(&mut self, at: Timestamp, kernel: Option<Timestamp>, what: What) -> usize {
        // What comes again and again leaves room for what comes once.
        let is_frequent = matches!(
            what,
            What::Record { .. } | What::BodyResumed { .. } | What::PeerAlive
        );
        let room = if is_frequent {
            PROBE_EVENTS - ONCE
        } else {
            PROBE_EVENTS
        };
        if self.log.events.len() < room {
            self.log.events.push(Event { at, kernel, what });
        }
        self.log.events.len().saturating_sub(1)
    }

    /// So many bytes more go over the wire with what is written next.
    pub(super) fn enclosed(&mut self, bytes: usize) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.around = self.around.wrapping_add(bytes);
    }

    /// Bytes were handed to the kernel; these events happened with them, and this is what their acknowledgement is.
    pub(super) fn wrote(&mut self, bytes: usize, events: Vec<usize>, acked: Option<What>) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let around = std::mem::take(&mut self.around);
        self.written = self.written.wrapping_add(bytes).wrapping_add(around);
        self.marks.push_back(Mark {
            last: self.written.wrapping_sub(1),
            events,
            acked,
        });
    }

    /// Something that was written was not acknowledged yet, as far as is known.
    pub(super) fn awaits_stamps(&self) -> bool {
        !self.marks.is_empty()
    }

    /// What the error queue said.
    pub(super) fn told(&mut self, told: Told) {
        match told {
            Told::Stamp(TxStamp::Sent { byte, at }) => self.sent(byte, at),
            Told::Stamp(TxStamp::Acked { byte, at }) => self.acked(byte, at),
            Told::Icmp(icmp) => self.icmp = Some(icmp),
        }
    }

    fn sent(&mut self, byte: u32, at: Timestamp) {
        let Some(mark) = self.marks.iter().find(|mark| mark.last == byte) else {
            return;
        };
        for event in &mark.events {
            if let Some(event) = self.log.events.get_mut(*event) {
                // What is sent again is stamped again.
                event.kernel.get_or_insert(at);
            }
        }
    }

    /// An acknowledgement covers everything written before, too: the kernel stamps what it sent together once.
    fn acked(&mut self, byte: u32, at: Timestamp) {
        self.heard = self.heard.max(at);
        while let Some(mark) = self.marks.front() {
            if byte.wrapping_sub(mark.last) as i32 >= 0 {
                let mark = self.marks.pop_front();
                if let Some(what) = mark.and_then(|mark| mark.acked) {
                    self.push(now(), Some(at), what);
                }
            } else {
                return;
            }
        }
    }

    /// A reading of TCP_INFO.
    pub(super) fn sampled(&mut self, sample: Sample) {
        let is_told = sample.acked_at().filter(|_| sample.state == ESTABLISHED);
        if let Some(at) = is_told
            && at.since(self.heard) >= SIGN_OF_LIFE
        {
            self.heard = at;
            self.push(sample.at, Some(at), What::PeerAlive);
        }
        if !self.log.has_kernel_times && sample.unacknowledged == 0 {
            self.infer_acks(&sample);
        }
        let samples = &mut self.log.samples;
        // While nothing happens, the first and the latest say all; else the first ones and the latest are kept.
        if let [.., before, last] = samples.as_mut_slice()
            && last.only_waits_since(before)
            && sample.only_waits_since(before)
        {
            *last = sample;
            return;
        }
        if samples.len() >= PROBE_SAMPLES {
            samples.pop();
        }
        samples.push(sample);
    }

    /// Without stamps: nothing is left unacknowledged, so everything written was taken, at the last acknowledgement.
    fn infer_acks(&mut self, sample: &Sample) {
        while let Some(mark) = self.marks.pop_front() {
            if let Some(what) = mark.acked {
                self.push(sample.at, sample.acked_at(), what);
            }
        }
    }

    /// The socket's own end is known.
    pub(super) const fn client(&mut self, client: SocketAddr) {
        self.log.client = client;
    }
}

#[cfg(feature = "http3")]
impl Recorder {
    /// A datagram was handed to the kernel, which numbers them from when stamps were asked for; these events happened with
    /// it.
    pub(super) fn datagram(&mut self, events: Vec<usize>) {
        let number = self.written;
        self.written = self.written.wrapping_add(1);
        if !events.is_empty() {
            self.marks.push_back(Mark {
                last: number,
                events,
                acked: None,
            });
        }
    }

    /// The peer's QUIC stack acknowledged something: this, or what is a sign of life after a silence.
    pub(super) fn stack_acked(&mut self, what: Option<What>, kernel: Option<Timestamp>) {
        let at = now();
        let heard = kernel.unwrap_or(at);
        let is_sign = heard.since(self.heard) >= SIGN_OF_LIFE;
        self.heard = self.heard.max(heard);
        if let Some(what) = what.or(is_sign.then_some(What::PeerAlive)) {
            self.push(at, kernel, what);
        }
    }
}

/// It is a step of a request or its response.
const fn is_of_exchange(what: &What) -> bool {
    matches!(
        what,
        What::Continued
            | What::ContinueMissed { .. }
            | What::RequestBegun
            | What::RequestWritten { .. }
            | What::RequestAcked
            | What::ResponseBegun
            | What::HeadRead { .. }
            | What::BodyResumed { .. }
            | What::BodyRead { .. }
            | What::LastData
    )
}

/// Kinds of events that come once, at most.
const ONCE: usize = 64;

/// TCP_ESTABLISHED of `linux/tcp_states.h`.
const ESTABLISHED: u8 = 1;
