//! One attempt over QUIC (RFC 9000) and HTTP/3 (RFC 9114): libraries speak both, over a socket of our own.
//!
//! ```text
//!  exchange   the request and its response, by h3
//!  line       each step against its limit
//!    quinn    QUIC, with tasks of its own
//!      socket        datagrams, their stamps, ICMP errors      -> witness -> the log
//!      acknowledged  what the peer's QUIC stack acknowledged   -> witness
//!  ending     how it ended
//! ```
//!
//! The attempt is HTTP/3 or nothing: it falls back to nothing else.

mod acknowledged;
mod ending;
mod exchange;
mod line;
mod socket;
mod witness;

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use quinn::crypto::rustls::{HandshakeData, QuicClientConfig};
use quinn::{
    ClientConfig, Connecting, Connection, Endpoint, EndpointConfig, TokioRuntime, TransportConfig,
    VarInt,
};
use rustls::pki_types::CertificateDer;
use stallscope_shared::probe::{Log, SocketError, What};
use stallscope_shared::tls::codepoints::Version;
use tokio::time::Instant;

use self::acknowledged::Listening;
use self::line::Line;
use self::socket::Datagrams;
use self::witness::Witness;
use super::attempt::{Errand, Task};
use super::limits::Deadline;
use super::recorder::Recorder;
use super::socket::name_of;
use super::tls::list;
use super::watched::Over;

/// Every second the peer's QUIC stack has to answer, as a TCP socket of ours asks its kernel.
const KEEP_ALIVE: Duration = Duration::from_secs(1);
/// As much of a request as may wait for acknowledgements, so that what was handed over has nearly left: the window that
/// HTTP/2 begins with (RFC 9113 §6.9.2).
const SEND_WINDOW: u64 = 65_535;
/// H3_NO_ERROR (RFC 9114 §8.1).
const NO_ERROR: VarInt = VarInt::from_u32(0x100);

/// Makes one attempt.
pub(super) async fn run(task: &Task, errand: &Errand, began: Instant) -> Log {
    let witness = Arc::new(Witness::new(Recorder::of(task, errand)));
    let ended = match Datagrams::connect(errand.server, &witness) {
        Ok(socket) => converse(&witness, Arc::new(socket), task, (errand.server, began)).await,
        Err(error) => {
            let failed = What::ConnectFailed(SocketError {
                errno: name_of(&error).into(),
                icmp: None,
                is_local: true,
            });
            witness.record(|recorder| recorder.now(failed));
            Err(Over)
        }
    };
    witness.finish(ended.is_ok())
}

async fn converse(
    witness: &Arc<Witness>,
    socket: Arc<Datagrams>,
    task: &Task,
    (server, began): (SocketAddr, Instant),
) -> Result<(), Over> {
    let line = Line {
        witness,
        socket: &socket,
        interrupt: &task.interrupt,
        connection: RefCell::new(None),
        is_confirmed: Cell::new(false),
    };
    let connecting = dial(witness, &socket, task, server).ok_or(Over)?;
    let connection = handshake(&line, connecting, task, began).await?;
    line.connection.replace(Some(connection.clone()));
    let ended = exchange::exchange(&line, &connection, task, began).await;
    connection.close(NO_ERROR, b"");
    // The close leaves when QUIC's own task has run.
    tokio::task::yield_now().await;
    socket.drain();
    ended
}

/// Begins to connect. `None` where TLS was not prepared for QUIC, which plans are refused for.
fn dial(
    witness: &Arc<Witness>,
    socket: &Arc<Datagrams>,
    task: &Task,
    server: SocketAddr,
) -> Option<Connecting> {
    let (tls, name) = task.tls.as_ref()?;
    let mut transport = TransportConfig::default();
    transport
        // Limits are the plan's.
        .max_idle_timeout(None)
        .keep_alive_interval(Some(KEEP_ALIVE))
        .send_window(SEND_WINDOW)
        // Datagrams stay as small as every path carries them (RFC 9000 §14).
        .mtu_discovery_config(None)
        .congestion_controller_factory(Arc::new(Listening(Arc::clone(witness))));
    let crypto = QuicClientConfig::try_from(Arc::clone(tls)).ok()?;
    let mut config = ClientConfig::new(Arc::new(crypto));
    config.transport_config(Arc::new(transport));
    let endpoint = Endpoint::new_with_abstract_socket(
        EndpointConfig::default(),
        None,
        Arc::clone(socket) as _,
        Arc::new(TokioRuntime),
    );
    let name = name.to_str();
    endpoint.ok()?.connect_with(config, server, &name).ok()
}

/// Waits for the server's first datagram, and then for the end of the handshake.
async fn handshake(
    line: &Line<'_>,
    connecting: Connecting,
    task: &Task,
    began: Instant,
) -> Result<Connection, Over> {
    let limits = &task.limits;
    let until_request = (limits.until_request.as_ref(), began);
    let whole = (limits.whole.as_ref(), began);
    let tcp = (limits.tcp.as_ref(), Instant::now());
    let mut connecting = pin!(connecting);
    let answered = async {
        tokio::select! {
            biased;
            done = &mut connecting => Some(done),
            () = line.witness.until_answered() => None,
        }
    };
    let deadline = Deadline::first([tcp, until_request, whole]);
    let done = match line.step(&deadline, answered).await? {
        Some(done) => done,
        None => {
            let tls = (limits.tls.as_ref(), Instant::now());
            let deadline = Deadline::first([tls, until_request, whole]);
            line.step(&deadline, connecting).await?
        }
    };
    let connection = done.map_err(|error| ending::connection(line.witness, &error))?;
    line.witness.seen(What::HandshakeDone);
    line.witness.record(|recorder| note(&connection, recorder));
    Ok(connection)
}

/// What was agreed on. Cipher suite and group the library does not tell.
fn note(connection: &Connection, recorder: &mut Recorder) {
    let Some(tls) = &mut recorder.log.tls else {
        return;
    };
    // QUIC has no other (RFC 9001 §4.2).
    tls.version = Some(Version(0x0304));
    // Sessions are not kept.
    tls.is_resumed = Some(false);
    let told = connection.handshake_data();
    let told = told.and_then(|data| data.downcast::<HandshakeData>().ok());
    let alpn = told.and_then(|data| data.protocol);
    tls.alpn = alpn.map(|name| Box::from(&*String::from_utf8_lossy(&name)));
    let chain = connection.peer_identity();
    let chain = chain.and_then(|chain| chain.downcast::<Vec<CertificateDer<'static>>>().ok());
    if let Some(chain) = chain {
        list(&chain, tls);
    }
}
