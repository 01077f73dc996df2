//! One attempt: a fresh connection to one address, each step against its limit, everything written down.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use stallscope_shared::http::facts::HttpVersion;
use stallscope_shared::probe::{Http, Log, SocketError, Tls, What};
use stallscope_shared::time::{Nanos, Timestamp};
use tokio::time::{Duration, Instant};

use super::clock::now;
pub(crate) use super::http::Request;
use super::http::{Progress, Reader, connect_request};
use super::limits::{Deadline, Limits};
use super::recorder::Recorder;
use super::socket::{Options, Stream, Woke, name_of};
use super::tls::{Session, handshake};

/// What every attempt at a target has in common.
#[derive(Debug)]
pub(crate) struct Task {
    /// As it was typed.
    pub(crate) target: String,
    /// The server's name, or its address in words.
    pub(crate) name: String,
    /// TLS, and the name that the certificate must have; `None` speaks in clear.
    pub(crate) tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    /// HOST:PORT that the proxy at the address is asked for a tunnel to; `None` where the address is the server's.
    pub(crate) tunnel: Option<String>,
    /// What is asked.
    pub(crate) request: Request,
    /// Limits.
    pub(crate) limits: Limits,
    /// Body bytes that are read at most.
    pub(crate) max_bytes: u64,
    /// Largest segment to announce and send.
    pub(crate) mss: Option<u32>,
    /// Set when whoever runs this wants to end it.
    pub(crate) interrupt: Arc<AtomicBool>,
}

/// The attempt is over; the log says why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Over;

/// A socket with its log.
#[derive(Debug)]
pub(super) struct Watched {
    stream: Stream,
    pub(super) recorder: Recorder,
    interrupt: Arc<AtomicBool>,
}

/// TCP_INFO is read so often while nothing comes.
const SAMPLING: Duration = Duration::from_millis(100);
/// A read takes no more until there is a stamp: the kernel gives one with the end of a packet, and that of the last packet
/// when a read takes several. An Ethernet's payload less headers and timestamps.
pub(super) const ONE_PACKET: usize = 1448;
/// A pause of the body that is written down.
const PAUSE: Nanos = Nanos::from_millis(100);

/// Makes one attempt.
pub(crate) async fn run(task: &Task, server: SocketAddr, due: Option<Timestamp>) -> Log {
    let began = Instant::now();
    let mut recorder = Recorder::new(log(task, server, due));
    let limits = &task.limits;
    let deadline = Deadline::first([
        (limits.tcp.as_ref(), began),
        (limits.until_request.as_ref(), began),
        (limits.whole.as_ref(), began),
    ]);
    let Ok(stream) = connect(&mut recorder, server, task, &deadline).await else {
        return recorder.log;
    };
    let mut watched = Watched {
        stream,
        recorder,
        interrupt: Arc::clone(&task.interrupt),
    };
    let ended = converse(&mut watched, task, began).await;
    watched.finish(ended.is_ok());
    watched.recorder.log
}

fn log(task: &Task, server: SocketAddr, due: Option<Timestamp>) -> Log {
    let anywhere = match server {
        SocketAddr::V4(_) => SocketAddr::from(([0, 0, 0, 0], 0)),
        SocketAddr::V6(_) => SocketAddr::from(([0_u16; 8], 0)),
    };
    let server_name = task.tls.as_ref().and_then(|(config, name)| match name {
        ServerName::DnsName(name) if config.enable_sni => Some(Box::from(name.as_ref())),
        _ => None,
    });
    Log {
        id: 0,
        target: Box::from(task.target.as_str()),
        client: anywhere,
        server,
        name: Box::from(task.name.as_str()),
        due,
        began: now(),
        events: Vec::new(),
        samples: Vec::new(),
        tls: task.tls.as_ref().map(|_| Tls {
            server_name,
            ..Tls::default()
        }),
        http: Some(Http {
            method: Box::from(task.request.method.as_str()),
            path: Box::from(task.request.path.as_str()),
            host: Box::from(task.request.host.as_str()),
            version: Some(HttpVersion::Http11),
            ..Http::default()
        }),
        has_kernel_times: false,
    }
}

/// Makes the connection.
async fn connect(
    recorder: &mut Recorder,
    server: SocketAddr,
    task: &Task,
    deadline: &Deadline,
) -> Result<Stream, Over> {
    let syn = now();
    let options = Options {
        mss: task.mss,
        local: None,
    };
    let stream = match Stream::connect(server, options) {
        Ok(stream) => stream,
        Err(error) => {
            recorder.now(What::ConnectFailed(SocketError {
                errno: name_of(&error).into(),
                icmp: None,
                is_local: true,
            }));
            return Err(Over);
        }
    };
    if let Some(local) = stream.local() {
        recorder.client(local);
    }
    recorder.push(syn, None, What::SynSent);
    loop {
        let next = deadline.instant().min(Instant::now() + SAMPLING);
        let woke = stream.until_connected(next).await;
        let at = now();
        if woke == Woke::Ready {
            // The error before the queue: taking a message out of that clears it.
            let error = stream.take_error();
            stream.drain(|told| recorder.told(told));
            if let Some(error) = error {
                if let Some(sample) = stream.sample() {
                    recorder.sampled(sample);
                }
                recorder.push(
                    at,
                    None,
                    What::ConnectFailed(SocketError {
                        errno: name_of(&error).into(),
                        icmp: recorder.icmp,
                        is_local: false,
                    }),
                );
                return Err(Over);
            }
            if stream.is_connected() {
                connected(recorder, &stream, syn, at);
                return Ok(stream);
            }
        }
        if let Some(sample) = stream.sample() {
            recorder.sampled(sample);
        }
        if is_over(recorder, deadline, &task.interrupt) {
            return Err(Over);
        }
    }
}

/// A limit fired, or whoever runs this ended it.
fn is_over(recorder: &mut Recorder, deadline: &Deadline, interrupt: &AtomicBool) -> bool {
    if interrupt.load(Ordering::Relaxed) {
        recorder.now(What::Interrupted);
    } else if Instant::now() >= deadline.instant() {
        recorder.now(What::LimitFired(deadline.fired()));
    } else {
        return false;
    }
    true
}

/// The kernel has measured the round trip of the SYN: that is when the connection was made, unless the SYN was sent again.
fn connected(recorder: &mut Recorder, stream: &Stream, syn: Timestamp, at: Timestamp) {
    let sample = stream.sample();
    let made = sample
        .filter(|sample| sample.total_retransmits == 0 && sample.round_trip > Nanos(0))
        .map(|sample| (syn + sample.round_trip).min(at));
    recorder.push(at, made, What::Connected);
    if let Some(sample) = sample {
        recorder.sampled(sample);
    }
    recorder.log.has_kernel_times = stream.ask_for_stamps();
}

/// Everything after the connection was made.
async fn converse(watched: &mut Watched, task: &Task, began: Instant) -> Result<(), Over> {
    let limits = &task.limits;
    let whole = (limits.whole.as_ref(), began);
    let mut session = None;
    if let Some(to) = &task.tunnel {
        let deadline = Deadline::first([
            (limits.proxy.as_ref(), Instant::now()),
            (limits.until_request.as_ref(), began),
            whole,
        ]);
        tunnel(watched, to, &deadline).await?;
    }
    if let Some((config, name)) = &task.tls {
        let deadline = Deadline::first([
            (limits.tls.as_ref(), Instant::now()),
            (limits.until_request.as_ref(), began),
            whole,
        ]);
        let Ok(tls) = ClientConnection::new(Arc::clone(config), name.clone()) else {
            return Err(Over);
        };
        session = Some(handshake(watched, tls, &deadline).await?);
    }
    let deadline = Deadline::first([(limits.first_byte.as_ref(), Instant::now()), whole]);
    ask(watched, session.as_mut(), task, &deadline).await?;
    read(watched, session.as_mut(), task, (&deadline, began)).await
}

/// Asks the proxy for a tunnel (RFC 9110 §9.3.6).
async fn tunnel(watched: &mut Watched, to: &str, deadline: &Deadline) -> Result<(), Over> {
    let request = connect_request(to);
    let sent = watched.send(&request, deadline).await?;
    let bytes = u32::try_from(request.len()).unwrap_or(u32::MAX);
    let event = watched
        .recorder
        .push(sent, None, What::ProxyAsked { bytes });
    watched.recorder.wrote(request.len(), vec![event], None);
    // An answer that grants the tunnel has no body, and of a refusal the status is enough.
    let mut reader = Reader::new(true);
    loop {
        let (bytes, stamp) = watched.receive(ONE_PACKET, deadline).await?;
        let progress = reader.feed(&bytes);
        if let Some(code) = reader.status {
            let is_granted = (200..300).contains(&code);
            let answered = What::ProxyAnswered { code, is_granted };
            watched.recorder.seen(stamp, answered);
            return if is_granted { Ok(()) } else { Err(Over) };
        }
        if progress == Progress::Strange {
            let answered = What::ProxyAnswered {
                code: 0,
                is_granted: false,
            };
            watched.recorder.seen(stamp, answered);
            return Err(Over);
        }
    }
}

/// Sends the request.
async fn ask(
    watched: &mut Watched,
    session: Option<&mut Session>,
    task: &Task,
    deadline: &Deadline,
) -> Result<(), Over> {
    use std::io::Write as _;

    let plain = task.request.bytes();
    let bytes = match session {
        Some(session) => {
            let mut sealed = Vec::with_capacity(plain.len() + 64);
            for piece in plain.chunks(16 << 10) {
                // Into memory, which does not fail.
                let _infallible = session.tls.writer().write_all(piece);
                sealed.extend(session.outgoing());
                if let Some(tls) = &mut watched.recorder.log.tls {
                    tls.records.0 += 1;
                }
            }
            sealed
        }
        None => plain,
    };
    let begun = now();
    let sent = watched.send(&bytes, deadline).await?;
    let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let first = watched
        .recorder
        .push(begun.min(sent), None, What::RequestBegun);
    let last = watched
        .recorder
        .push(sent, None, What::RequestWritten { bytes: size });
    // One segment has one stamp; of several, that of the first is not known.
    let is_one = watched
        .recorder
        .log
        .samples
        .last()
        .is_some_and(|sample| bytes.len() <= sample.send_mss as usize);
    let events = if is_one {
        vec![first, last]
    } else {
        vec![last]
    };
    watched
        .recorder
        .wrote(bytes.len(), events, Some(What::RequestAcked));
    Ok(())
}

/// Reads the response.
async fn read(
    watched: &mut Watched,
    mut session: Option<&mut Session>,
    task: &Task,
    (first_byte, began): (&Deadline, Instant),
) -> Result<(), Over> {
    let mut reader = Reader::new(task.request.method == "HEAD");
    let mut deadline = first_byte.clone();
    let mut last: Option<Timestamp> = None;
    loop {
        let came = next(watched, session.as_deref_mut(), &deadline, last.is_none()).await;
        let (bytes, first, at) = match came {
            Ok(came) => came,
            Err(Over) => {
                let is_whole = reader.is_whole_at_close() && watched.is_closed();
                if is_whole && reader.status.is_some() {
                    watched.whole(&reader, last);
                    return Ok(());
                }
                return Err(Over);
            }
        };
        let known = at.unwrap_or_else(now);
        let Some(before) = last.replace(known) else {
            watched.recorder.seen(first, What::ResponseBegun);
            let limits = &task.limits;
            deadline = Deadline::first([
                (limits.body.as_ref(), Instant::now()),
                (limits.whole.as_ref(), began),
            ]);
            if watched.fed(&mut reader, &bytes, task, at)? {
                return Ok(());
            }
            continue;
        };
        let after = first.unwrap_or(known).since(before);
        if after >= PAUSE {
            watched.recorder.seen(first, What::BodyResumed { after });
        }
        if watched.fed(&mut reader, &bytes, task, at)? {
            return Ok(());
        }
    }
}

/// Plain bytes, and when the first and the last packet that carried them came.
type Came = (Vec<u8>, Option<Timestamp>, Option<Timestamp>);

/// The next plain bytes, when the first and the last of what carried them came.
async fn next(
    watched: &mut Watched,
    session: Option<&mut Session>,
    deadline: &Deadline,
    is_first: bool,
) -> Result<Came, Over> {
    let Some(session) = session else {
        let most = if is_first { ONE_PACKET } else { 64 << 10 };
        let (bytes, stamp) = watched.receive(most, deadline).await?;
        return Ok((bytes, stamp, stamp));
    };
    let plain = session.plain();
    if !plain.is_empty() {
        return Ok((plain, None, None));
    }
    let mut is_begun = true;
    loop {
        let taken = session.record(watched, deadline, &mut is_begun).await?;
        let state = match session.tls.process_new_packets() {
            Ok(state) => state,
            Err(error) => return Err(session.refused(watched, deadline, &taken, &error).await),
        };
        let plain = session.plain();
        if !plain.is_empty() {
            if let Some(tls) = &mut watched.recorder.log.tls {
                tls.records.1 += 1;
            }
            return Ok((plain, taken.first, taken.last));
        }
        if state.peer_has_closed() {
            watched.recorder.seen(taken.last, What::ClosedByServer);
            return Err(Over);
        }
    }
}

impl Watched {
    /// Reads TCP_INFO.
    fn sample(&mut self) {
        if let Some(sample) = self.stream.sample() {
            self.recorder.sampled(sample);
        }
    }

    /// The server closed, and that is what the log says last.
    fn is_closed(&self) -> bool {
        let last = self.recorder.log.events.iter().rev();
        let mut said = last.filter(|event| !event.what.is_acknowledgement());
        said.next()
            .is_some_and(|event| event.what == What::ClosedByServer)
    }

    /// Feeds the reader; whether the response is whole, or enough of it was read.
    fn fed(
        &mut self,
        reader: &mut Reader,
        bytes: &[u8],
        task: &Task,
        at: Option<Timestamp>,
    ) -> Result<bool, Over> {
        let was_head_due = reader.status.is_none();
        let progress = reader.feed(bytes);
        if let Some(http) = &mut self.recorder.log.http {
            http.body_bytes = reader.body;
        }
        if let Some(status) = reader.status.filter(|_| was_head_due) {
            self.recorder.seen(at, What::HeadRead { status });
            if let Some(http) = &mut self.recorder.log.http {
                http.version = reader.version;
                http.content_length = reader.content_length;
                http.identity = std::mem::take(&mut reader.identity);
            }
        }
        match progress {
            Progress::Strange => {
                // Nothing more can be read of it: it is taken as it came.
                self.whole(reader, at);
                Ok(true)
            }
            Progress::Whole => {
                self.whole(reader, at);
                Ok(true)
            }
            Progress::Due if reader.body >= task.max_bytes => {
                self.whole(reader, at);
                Ok(true)
            }
            Progress::Due => Ok(false),
        }
    }

    fn whole(&mut self, reader: &Reader, at: Option<Timestamp>) {
        self.recorder
            .seen(at, What::BodyRead { bytes: reader.body });
    }

    /// Hands bytes to the kernel; the time right before the last of them was.
    pub(super) async fn send(
        &mut self,
        bytes: &[u8],
        deadline: &Deadline,
    ) -> Result<Timestamp, Over> {
        match self.stream.send(bytes, deadline.instant()).await {
            Ok(Some(at)) => Ok(at),
            Ok(None) => {
                self.recorder.now(What::LimitFired(deadline.fired()));
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
        let mut bytes = vec![0; most];
        loop {
            match self.stream.receive(&mut bytes) {
                Some(Ok((0, _))) => {
                    self.drain();
                    self.recorder.now(What::ClosedByServer);
                    return Err(Over);
                }
                Some(Ok((read, stamp))) => {
                    self.drain();
                    if let Some(at) = stamp {
                        self.recorder.stamped(at);
                    }
                    bytes.truncate(read);
                    return Ok((bytes, stamp));
                }
                Some(Err(error)) => {
                    self.drain();
                    // An ICMP error does not end a connection that is made (RFC 1122 §4.2.3.9).
                    if self.recorder.icmp.take().is_none() {
                        self.broken(&error);
                        return Err(Over);
                    }
                }
                None => self.wait(deadline).await?,
            }
        }
    }

    async fn wait(&mut self, deadline: &Deadline) -> Result<(), Over> {
        let next = deadline.instant().min(Instant::now() + SAMPLING);
        let woke = self.stream.until_ready(next).await;
        self.drain();
        if woke == Woke::Late {
            self.sample();
            if is_over(&mut self.recorder, deadline, &self.interrupt) {
                return Err(Over);
            }
        }
        Ok(())
    }

    fn drain(&mut self) {
        let recorder = &mut self.recorder;
        self.stream.drain(|told| recorder.told(told));
    }

    fn broken(&mut self, error: &std::io::Error) {
        self.drain();
        self.recorder.now(What::Broken(SocketError {
            errno: name_of(error).into(),
            icmp: self.recorder.icmp,
            is_local: false,
        }));
    }

    /// The last reading, and the close.
    fn finish(&mut self, has_all: bool) {
        self.drain();
        self.sample();
        if has_all {
            self.recorder.now(What::ClosedByClient);
        }
    }
}
