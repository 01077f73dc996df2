//! What is seen of one connection, from three sides: its socket, the acknowledgements of the peer's QUIC stack, and
//! whoever asks. All of it goes into one log.

use std::io;
use std::sync::{Mutex, PoisonError};

use stallscope_shared::probe::{Log, SocketError, What};
use stallscope_shared::quic::header::{Packet, PacketKind, Packets};
use stallscope_shared::time::Timestamp;
use tokio::sync::Notify;

use crate::probe::clock::now;
use crate::probe::recorder::Recorder;
use crate::probe::socket::{Told, name_of};

/// Who saw what.
#[derive(Debug)]
pub(super) struct Witness {
    state: Mutex<State>,
    /// The server's first datagram came.
    answered: Notify,
    /// A datagram came.
    news: Notify,
}

#[derive(Debug)]
struct State {
    recorder: Recorder,
    is_answered: bool,
    /// The handshake is over, as the client sees it.
    is_connected: bool,
    /// Datagrams that were taken since the kernel last had none.
    together: u32,
    /// There is none more, so the next one is the first of others.
    is_drained: bool,
    /// When the last datagram came.
    latest: Option<Timestamp>,
    request: Request,
    /// Bytes of datagrams since the request was begun.
    asked: u32,
    /// An error of the socket that ends an attempt that nobody answered.
    error: Option<SocketError>,
}

/// How far the request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    No,
    /// It was begun with this event, and no datagram has left since.
    Begun(usize),
    /// Some of it may have left.
    UnderWay,
    /// QUIC has all of it, and no datagram has left since. The event with which it was begun, where none has at all.
    Given(Option<usize>),
    Sent,
    Acked,
}

impl Witness {
    pub(super) fn new(recorder: Recorder) -> Self {
        Self {
            state: Mutex::new(State {
                recorder,
                is_answered: false,
                is_connected: false,
                together: 0,
                is_drained: true,
                latest: None,
                request: Request::No,
                asked: 0,
                error: None,
            }),
            answered: Notify::new(),
            news: Notify::new(),
        }
    }

    fn with<T>(&self, what: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        what(&mut state)
    }

    /// Lets something be written down.
    pub(super) fn record<T>(&self, what: impl FnOnce(&mut Recorder) -> T) -> T {
        self.with(|state| what(&mut state.recorder))
    }

    /// Something of the server that QUIC has read: the kernel's time is that of the last datagram, where that came alone;
    /// of several that were read together it is not known which one it was in.
    pub(super) fn seen(&self, what: What) {
        self.with(|state| {
            let kernel = state.alone();
            state.is_connected |= what == What::HandshakeDone;
            state.recorder.seen(kernel, what);
        });
    }

    /// When that happened, as well as it is known.
    pub(super) fn latest(&self) -> Timestamp {
        self.with(|state| state.alone().unwrap_or_else(now))
    }

    /// Ends when the server's first datagram came.
    pub(super) async fn until_answered(&self) {
        self.answered.notified().await;
    }

    /// Ends when a datagram came.
    pub(super) async fn until_news(&self) {
        self.news.notified().await;
    }

    /// A datagram left.
    pub(super) fn sent(&self, at: Timestamp, datagram: &[u8]) {
        let bytes = u32::try_from(datagram.len()).unwrap_or(u32::MAX);
        self.with(|state| state.sent(at, datagram, bytes));
    }

    /// A datagram came.
    pub(super) fn received(&self, datagram: &[u8], stamp: Option<Timestamp>) {
        let bytes = u32::try_from(datagram.len()).unwrap_or(u32::MAX);
        let is_first = self.with(|state| state.received(datagram, bytes, stamp));
        if is_first {
            self.answered.notify_one();
        }
        self.news.notify_one();
    }

    /// The kernel has no datagram more.
    pub(super) fn drained(&self) {
        self.with(|state| state.is_drained = true);
    }

    /// What the error queue said.
    pub(super) fn told(&self, told: Told) {
        self.record(|recorder| recorder.told(told));
    }

    /// An error of the socket: one that an ICMP error made, or one of this host. Which of the two is known at second
    /// sight, when the error queue is empty, and that stands.
    pub(super) fn failed(&self, error: &io::Error, is_again: bool) {
        // Too large for the path: QUIC's datagrams are as small as they may be, so what follows is not.
        if error.raw_os_error() == Some(libc::EMSGSIZE) {
            return;
        }
        self.with(|state| {
            let is_local = is_of_host(error, is_again && state.recorder.icmp.is_none());
            if is_local || state.error.is_none() {
                state.error = Some(SocketError {
                    errno: name_of(error).into(),
                    icmp: None,
                    is_local,
                });
            }
        });
        self.news.notify_one();
    }

    /// The error for which an attempt ends that nobody answered, as TCP's `connect()` does. Once somebody has answered, an
    /// ICMP error says nothing that QUIC would have to believe (RFC 9000 §14.2.1).
    pub(super) fn refusal(&self) -> Option<SocketError> {
        self.with(|state| {
            let error = state.error.take().filter(|_| !state.is_answered)?;
            let icmp = state.recorder.icmp.filter(|_| !error.is_local);
            Some(SocketError { icmp, ..error })
        })
    }

    /// The request begins to be handed over.
    pub(super) fn asks(&self) {
        self.with(|state| {
            let begun = state.recorder.now(What::RequestBegun);
            state.request = Request::Begun(begun);
        });
    }

    /// All of the request was handed over.
    pub(super) fn has_asked(&self) {
        self.with(|state| {
            state.request = match state.request {
                Request::Begun(event) => Request::Given(Some(event)),
                _ => Request::Given(None),
            };
        });
    }

    /// The peer's QUIC stack acknowledged something, and maybe all that was ever sent.
    pub(super) fn acked(&self, is_all: bool) {
        self.with(|state| {
            let kernel = state.alone();
            let is_request = is_all && state.request == Request::Sent;
            if is_request {
                state.request = Request::Acked;
            }
            let what = is_request.then_some(What::RequestAcked);
            state.recorder.stack_acked(what, kernel);
        });
    }

    /// The log, when all is over.
    pub(super) fn finish(&self, has_all: bool) -> Log {
        self.record(|recorder| {
            if has_all {
                recorder.now(What::ClosedByClient);
            }
            recorder.log.clone()
        })
    }
}

/// Whether this host refused to send. What comes twice without an ICMP error in between is no word of one, unless it is
/// what only ICMP makes of a datagram; and EPERM, a packet filter's, no ICMP error becomes (Linux,
/// `icmp_err_convert` and `icmpv6_err_convert`).
fn is_of_host(error: &io::Error, is_insistent: bool) -> bool {
    match error.raw_os_error() {
        Some(libc::EPERM) => true,
        Some(libc::ECONNREFUSED) => false,
        _ => is_insistent,
    }
}

impl State {
    fn alone(&self) -> Option<Timestamp> {
        self.latest.filter(|_| self.together == 1)
    }

    fn sent(&mut self, at: Timestamp, datagram: &[u8], bytes: u32) {
        let initial = Packets::new(datagram, datagram.len()).find_map(|packet| match packet {
            Packet::Long(long) if long.kind == PacketKind::Initial => Some(long.version),
            _ => None,
        });
        if let Some(quic) = &mut self.recorder.log.quic {
            quic.datagrams.0 += 1;
            quic.bytes.0 += u64::from(bytes);
            quic.version = quic.version.or(initial);
            quic.initials += u64::from(initial.is_some() && !self.is_answered);
        }
        let mut events = Vec::new();
        if initial.is_some() && !self.is_answered {
            let sent = What::InitialSent { bytes };
            events.push(self.recorder.push(at, None, sent));
        }
        self.asked = self.asked.saturating_add(bytes);
        match self.request {
            Request::Begun(begun) => {
                events.push(begun);
                self.request = Request::UnderWay;
            }
            Request::Given(begun) => {
                events.extend(begun);
                let written = What::RequestWritten { bytes: self.asked };
                events.push(self.recorder.push(at, None, written));
                self.request = Request::Sent;
            }
            Request::No => self.asked = 0,
            Request::UnderWay | Request::Sent | Request::Acked => {}
        }
        self.recorder.datagram(events);
    }

    /// Whether it is the first one.
    fn received(&mut self, datagram: &[u8], bytes: u32, stamp: Option<Timestamp>) -> bool {
        if std::mem::take(&mut self.is_drained) {
            self.together = 0;
        }
        self.together = self.together.saturating_add(1);
        self.latest = stamp;
        let first = Packets::new(datagram, datagram.len()).next();
        // What is left of the handshake may come again, padded to full size.
        let is_of_exchange = self.is_connected && !matches!(first, Some(Packet::Long(_)));
        if let Some(quic) = &mut self.recorder.log.quic {
            quic.datagrams.1 += 1;
            quic.bytes.1 += u64::from(bytes);
            if is_of_exchange {
                quic.largest = quic.largest.max(bytes);
            }
        }
        let is_first = !std::mem::replace(&mut self.is_answered, true);
        if is_first {
            self.recorder.seen(stamp, What::Answered { bytes });
            let is_retry =
                matches!(first, Some(Packet::Long(long)) if long.kind == PacketKind::Retry);
            if is_retry {
                self.recorder.seen(stamp, What::RetryReceived);
            }
        }
        is_first
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::is_of_host;

    #[test]
    fn errors_of_this_host_are_told_from_those_of_icmp() {
        let rows = [
            ("a packet filter", libc::EPERM, false, true),
            ("no way, once", libc::EHOSTUNREACH, false, false),
            ("no way, twice", libc::EHOSTUNREACH, true, true),
            ("no room, twice", libc::ENOBUFS, true, true),
            ("a closed port, twice", libc::ECONNREFUSED, true, false),
        ];
        for (name, errno, is_insistent, expected) in rows {
            let error = io::Error::from_raw_os_error(errno);
            assert_eq!(is_of_host(&error, is_insistent), expected, "{name}");
        }
    }
}
