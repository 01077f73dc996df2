//! A socket with its log: whatever is sent, read or waited for is written down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use stallscope_shared::probe::{SocketError, What};
use stallscope_shared::time::Timestamp;
use tokio::time::{Duration, Instant};

use super::enclosed::Enclosure;
use super::limits::Deadline;
use super::recorder::Recorder;
use super::socket::{Stream, Woke, name_of};

/// The attempt is over; the log says why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Over;

/// A socket with its log.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) stream: Stream,
    pub(super) recorder: Recorder,
    pub(super) interrupt: Arc<AtomicBool>,
    /// TLS with the proxy, where everything goes through it.
    pub(super) enclosure: Option<Box<Enclosure>>,
    /// The peer's kernel is asked for signs of life: since the first silence.
    pub(super) is_kept_alive: bool,
}

/// TCP_INFO is read so often while nothing comes.
pub(super) const SAMPLING: Duration = Duration::from_millis(100);
/// A read takes no more until there is a stamp: the kernel gives one with the end of a packet, and that of the last packet
/// when a read takes several. An Ethernet's payload less headers and timestamps.
pub(super) const ONE_PACKET: usize = 1448;

/// A limit fired, or whoever runs this ended it.
pub(super) fn is_over(
    recorder: &mut Recorder,
    deadline: &Deadline,
    interrupt: &AtomicBool,
) -> bool {
    if interrupt.load(Ordering::Relaxed) {
        recorder.gives_up(What::Interrupted);
    } else if Instant::now() >= deadline.instant() {
        recorder.gives_up(What::LimitFired(deadline.fired()));
    } else {
        return false;
    }
    true
}

impl Watched {
    /// Reads TCP_INFO.
    pub(super) fn sample(&mut self) {
        if let Some(sample) = self.stream.sample() {
            self.recorder.sampled(sample);
        }
    }

    /// Hands bytes to the kernel; the time right before the last of them was.
    pub(super) async fn send(
        &mut self,
        bytes: &[u8],
        deadline: &Deadline,
    ) -> Result<Timestamp, Over> {
        let sealed = self.enclosure.as_mut().map(|around| around.seal(bytes));
        if let Some(sealed) = &sealed {
            self.recorder
                .enclosed(sealed.len().saturating_sub(bytes.len()));
        }
        let bytes = sealed.as_deref().unwrap_or(bytes);
        match self.stream.send(bytes, deadline.instant()).await {
            Ok(Some(at)) => Ok(at),
            Ok(None) => {
                self.recorder.gives_up(What::LimitFired(deadline.fired()));
                Err(Over)
            }
            Err(error) => {
                self.broken(&error);
                Err(Over)
            }
        }
    }

    /// At least one byte, at most so many, and when the last packet among them came.
    pub(super) async fn receive(
        &mut self,
        most: usize,
        deadline: &Deadline,
    ) -> Result<(Vec<u8>, Option<Timestamp>), Over> {
        loop {
            let Some(around) = &mut self.enclosure else {
                return self.read(most, deadline).await;
            };
            if let Some(taken) = around.take(most) {
                return Ok(taken);
            }
            let (bytes, stamp) = self.read(ONE_PACKET, deadline).await?;
            let Some(around) = &mut self.enclosure else {
                return Ok((bytes, stamp));
            };
            match around.open(&bytes, stamp) {
                Ok(false) => {}
                Ok(true) => {
                    self.recorder.seen(stamp, What::ClosedByServer);
                    return Err(Over);
                }
                Err(_) => {
                    self.recorder.seen(
                        stamp,
                        What::Broken(SocketError {
                            errno: "EPROTO".into(),
                            icmp: None,
                            is_local: false,
                        }),
                    );
                    return Err(Over);
                }
            }
        }
    }

    /// The same from the socket itself.
    async fn read(
        &mut self,
        most: usize,
        deadline: &Deadline,
    ) -> Result<(Vec<u8>, Option<Timestamp>), Over> {
        loop {
            // Not kept while nothing comes: most sockets wait, at most times.
            let mut bytes = vec![0; most];
            match self.stream.receive(&mut bytes) {
                Some(Ok((0, _))) => {
                    self.drain_all();
                    self.recorder.now(What::ClosedByServer);
                    return Err(Over);
                }
                Some(Ok((read, stamp))) => {
                    self.drain();
                    if let Some(at) = stamp {
                        self.recorder.stamped(at);
                    }
                    self.recorder.came(stamp);
                    bytes.truncate(read);
                    return Ok((bytes, stamp));
                }
                Some(Err(error)) => {
                    self.drain_all();
                    // An ICMP error does not end a connection that is made (RFC 1122 §4.2.3.9).
                    if self.recorder.icmp.take().is_none() {
                        self.broken(&error);
                        return Err(Over);
                    }
                }
                None => {
                    drop(bytes);
                    self.wait(deadline).await?;
                }
            }
        }
    }

    async fn wait(&mut self, deadline: &Deadline) -> Result<(), Over> {
        let next = deadline.instant().min(Instant::now() + SAMPLING);
        self.rest(next).await;
        if Instant::now() >= next && is_over(&mut self.recorder, deadline, &self.interrupt) {
            return Err(Over);
        }
        Ok(())
    }

    /// Whoever runs this wants to end it.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Waits for news of the socket until then, with a reading of TCP_INFO when there is none.
    pub(super) async fn rest(&mut self, until: Instant) {
        // What was written has mostly left by now, and is stamped: no need to be woken for that.
        if self.recorder.awaits_stamps() {
            self.drain_all();
        }
        let woke = self.stream.until_ready(until).await;
        self.drain();
        if woke == Woke::Late {
            self.sample();
            if !self.is_kept_alive {
                self.is_kept_alive = true;
                self.stream.keep_alive();
            }
        }
    }

    /// Takes what the error queue has, where it can have something.
    fn drain(&mut self) {
        if self.recorder.awaits_stamps() {
            return self.drain_all();
        }
        let recorder = &mut self.recorder;
        self.stream.drain_told(|told| recorder.told(told));
    }

    /// The same, also of what the runtime does not tell of yet: an ICMP error comes with the error of the socket.
    fn drain_all(&mut self) {
        let recorder = &mut self.recorder;
        self.stream.drain(|told| recorder.told(told));
    }

    fn broken(&mut self, error: &std::io::Error) {
        self.drain_all();
        self.recorder.now(What::Broken(SocketError {
            errno: name_of(error).into(),
            icmp: self.recorder.icmp,
            is_local: false,
        }));
    }

    /// The last reading, and the close.
    pub(super) fn finish(&mut self, has_all: bool) {
        if has_all {
            self.drain();
        } else {
            self.drain_all();
        }
        self.sample();
        if has_all {
            self.recorder.now(What::ClosedByClient);
        }
    }
}
