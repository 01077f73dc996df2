//! One attempt: a fresh connection to one address, each step against its limit, everything written down.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use stallscope_shared::http::facts::HttpVersion;
use stallscope_shared::probe::{Arm, Http, Log, Quic, Sample, SocketError, Tls, What};
use stallscope_shared::time::{Nanos, Timestamp};
use tokio::time::Instant;

use super::clock::now;
pub(crate) use super::http::Request;
use super::http::{ask, h2, read};
use super::limits::{Deadline, Limits};
use super::linger::Patience;
use super::proxy::{Tunnel, tunnel};
use super::race::Race;
use super::recorder::Recorder;
use super::socket::{Options, Stream, Woke, name_of};
use super::tls::{Cut, Session, Tickets, handshake};
use super::watched::{Over, SAMPLING, Watched, is_over};

/// What every attempt at a target has in common.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// What is varied in it.
    pub(crate) arm: Option<Arm>,
    /// As it was typed.
    pub(crate) target: String,
    /// The server's name, or its address in words.
    pub(crate) name: String,
    /// TLS, and the name that the certificate must have; `None` speaks in clear.
    pub(crate) tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    /// The tunnel that the proxy at the address is asked for; `None` where the address is the server's.
    pub(crate) tunnel: Option<Tunnel>,
    /// Redirects are followed, with this TLS; `None` does not.
    pub(crate) follows: Option<Arc<ClientConfig>>,
    /// What is asked.
    pub(crate) request: Request,
    /// Limits.
    pub(crate) limits: Limits,
    /// Body bytes that are read at most.
    pub(crate) max_bytes: u64,
    /// HTTP/3 over QUIC, and nothing over TCP.
    pub(crate) is_http3: bool,
    /// Largest segment to announce and send.
    pub(crate) mss: Option<u32>,
    /// Ports are used again, so connections end by a reset.
    pub(crate) is_abortive: bool,
    /// Set when whoever runs this wants to end it.
    pub(crate) interrupt: Arc<AtomicBool>,
}

/// What one attempt has of its own.
#[derive(Clone, Debug)]
pub(crate) struct Errand {
    /// Whom it connects to.
    pub(crate) server: SocketAddr,
    /// When it was to begin.
    pub(crate) due: Timestamp,
    /// The address and port that it comes from; any where `None`.
    pub(crate) local: Option<SocketAddr>,
    /// How long a stalled socket is kept open past its limit.
    pub(crate) patience: Option<Patience>,
    /// Sessions that it may resume.
    pub(crate) tickets: Option<Tickets>,
    /// Several addresses instead of one: it is at the one that is connected first.
    pub(crate) race: Option<Rc<Race>>,
}

/// Makes one attempt; behind it stand those that took part in the same race and were not it.
pub(crate) async fn run(task: &Task, errand: &Errand) -> Vec<Log> {
    let began = Instant::now();
    #[cfg(feature = "http3")]
    if task.is_http3 {
        return vec![super::http3::run(task, errand, began).await];
    }
    let (made, others) = match &errand.race {
        // By itself on the heap, as everything that few attempts need: an attempt is as large as the largest of its steps.
        Some(race) => Box::pin(race.run(task, errand, began)).await,
        None => {
            let mut recorder = Recorder::of(task, errand);
            match dial(&mut recorder, task, errand, began).await {
                Some(stream) => (Some((recorder, stream)), Vec::new()),
                None => (None, vec![recorder.log]),
            }
        }
    };
    let Some((recorder, stream)) = made else {
        return others;
    };
    let mut watched = Watched {
        stream,
        recorder,
        interrupt: Arc::clone(&task.interrupt),
        enclosure: None,
        is_kept_alive: false,
    };
    let ended = converse(&mut watched, task, errand, began).await;
    if let Some(patience) = &errand.patience {
        patience.wait(&mut watched).await;
    }
    watched.finish(ended.is_ok());
    [vec![watched.recorder.log], others].concat()
}

/// Makes the connection, within its limits; `None` when the log says why not.
pub(super) async fn dial(
    recorder: &mut Recorder,
    task: &Task,
    errand: &Errand,
    began: Instant,
) -> Option<Stream> {
    let limits = &task.limits;
    let tcp = limits.tcp_at(errand.server);
    let deadline = Deadline::first([
        (tcp.as_ref(), Instant::now()),
        (limits.until_request.as_ref(), began),
        (limits.whole.as_ref(), began),
    ]);
    connect(recorder, errand, task, &deadline).await.ok()
}

impl Recorder {
    /// With nothing done yet.
    pub(super) fn of(task: &Task, errand: &Errand) -> Self {
        Self::new(log(task, errand))
    }
}

fn log(task: &Task, errand: &Errand) -> Log {
    let anywhere = match errand.server {
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
        server: errand.server,
        name: Box::from(task.name.as_str()),
        arm: task.arm,
        hop: None,
        due: Some(errand.due),
        tunnel: task.tunnel.as_ref().map(Tunnel::told),
        began: now(),
        events: Vec::new(),
        samples: Vec::new(),
        quic: task.is_http3.then(Quic::default),
        tls: task.tls.as_ref().map(|_| Tls {
            server_name,
            ..Tls::default()
        }),
        http: Some(Http {
            method: Box::from(task.request.method.as_str()),
            path: Box::from(task.request.path.as_str()),
            host: Box::from(task.request.host.as_str()),
            version: Some(if task.is_http3 {
                HttpVersion::Http3
            } else {
                HttpVersion::Http11
            }),
            ..Http::default()
        }),
        has_kernel_times: false,
    }
}

/// Makes the connection.
async fn connect(
    recorder: &mut Recorder,
    errand: &Errand,
    task: &Task,
    deadline: &Deadline,
) -> Result<Stream, Over> {
    let syn = now();
    let stream = match begin(recorder, errand, task) {
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
        let sample = stream.sample();
        if woke == Woke::Ready {
            if stream.is_open(sample.as_ref()) {
                stream.drain_told(|told| recorder.told(told));
                connected(recorder, &stream, sample, (syn, at));
                return Ok(stream);
            }
            // The error before the queue: taking a message out of that clears it.
            let error = stream.take_error();
            stream.drain(|told| recorder.told(told));
            if let Some(error) = error {
                if let Some(sample) = sample {
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
        }
        if let Some(sample) = sample {
            recorder.sampled(sample);
        }
        if is_over(recorder, deadline, &task.interrupt) {
            return Err(Over);
        }
    }
}

/// Begins to connect: from the port that is to be used again, where that is free.
fn begin(recorder: &mut Recorder, errand: &Errand, task: &Task) -> io::Result<Stream> {
    let options = Options {
        mss: task.mss,
        local: errand.local,
        is_abortive: task.is_abortive,
    };
    let made = Stream::connect(errand.server, options);
    if made.is_ok() || options.local.is_none() {
        return made;
    }
    // Somebody else has the port by now, so this is an attempt like those of the base.
    recorder.log.arm = Some(Arm::Base);
    let anywhere = Options {
        local: None,
        ..options
    };
    Stream::connect(errand.server, anywhere)
}

/// The kernel has measured the round trip of the SYN: that is when the connection was made, unless the SYN was sent again.
fn connected(
    recorder: &mut Recorder,
    stream: &Stream,
    sample: Option<Sample>,
    (syn, at): (Timestamp, Timestamp),
) {
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
async fn converse(
    watched: &mut Watched,
    task: &Task,
    errand: &Errand,
    began: Instant,
) -> Result<(), Over> {
    let limits = &task.limits;
    let whole = (limits.whole.as_ref(), began);
    let mut session = None;
    if let Some(to) = &task.tunnel {
        let deadline = Deadline::first([
            (limits.proxy.as_ref(), Instant::now()),
            (limits.until_request.as_ref(), began),
            whole,
        ]);
        Box::pin(tunnel(watched, to, &deadline)).await?;
    }
    if let Some((config, name)) = &task.tls {
        let deadline = Deadline::first([
            (limits.tls.as_ref(), Instant::now()),
            (limits.until_request.as_ref(), began),
            whole,
        ]);
        let handed = errand.tickets.as_ref().map(|tickets| tickets.hand(config));
        let config = handed.as_ref().map_or(config, |(config, _)| config);
        let Ok(tls) = ClientConnection::new(Arc::clone(config), name.clone()) else {
            return Err(Over);
        };
        if let (Some((_, handed)), Some(log)) = (&handed, &mut watched.recorder.log.tls) {
            log.has_ticket = handed.is_taken();
        }
        session = Some(handshake(watched, Box::new(tls), cut(task.arm), &deadline).await?);
    }
    let deadline = Deadline::first([(limits.first_byte.as_ref(), Instant::now()), whole]);
    if let Some(session) = session.as_mut().filter(|session| session.speaks_http2()) {
        return Box::pin(h2::exchange(watched, session, task, (&deadline, began))).await;
    }
    if task.arm == Some(Arm::Reused) {
        let worn = Box::pin(wear(watched, session.as_mut(), task, began));
        if !worn.await? {
            return Ok(());
        }
    }
    let _is_kept = exchange(watched, session.as_mut(), task, began).await?;
    Ok(())
}

/// One request and its response; whether the connection is there for another.
async fn exchange(
    watched: &mut Watched,
    mut session: Option<&mut Session>,
    task: &Task,
    began: Instant,
) -> Result<bool, Over> {
    let limits = &task.limits;
    let deadline = Deadline::first([
        (limits.first_byte.as_ref(), Instant::now()),
        (limits.whole.as_ref(), began),
    ]);
    let early = ask(watched, session.as_deref_mut(), task, &deadline).await?;
    read(watched, session, task, early, (&deadline, began)).await
}

/// Makes the connection a used one; whether it is one then. Where it is not, what was asked was asked on a fresh one, as
/// the base does.
async fn wear(
    watched: &mut Watched,
    session: Option<&mut Session>,
    task: &Task,
    began: Instant,
) -> Result<bool, Over> {
    let mut first = task.clone();
    first.request.keeps_alive = true;
    let asked = exchange(watched, session, &first, began).await;
    let is_used = matches!(asked, Ok(true));
    if is_used {
        watched.recorder.used();
    } else {
        watched.recorder.log.arm = Some(Arm::Base);
    }
    asked.map(|_| is_used)
}

fn cut(arm: Option<Arm>) -> Cut {
    match arm {
        Some(Arm::Split) => Cut::Segments,
        Some(Arm::Records) => Cut::Records,
        _ => Cut::Whole,
    }
}
