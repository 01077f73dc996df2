//! One node: an address that accepts connections, and a thread for each of them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use rustls::ServerConfig;
use socket2::{Domain, Protocol, Socket, Type};

use super::chance::Chance;
use super::connection;
use super::fault::Fault;
use super::ledger::Ledger;

/// Connections that may wait for `accept` (the kernel's own default since Linux 5.4, `net.core.somaxconn`).
const BACKLOG: i32 = 4096;
/// A connection's thread reads and writes a few kilobytes, and TLS.
const STACK: usize = 256 << 10;
/// How long the queue of a node that accepts nobody is tried, until a connection does not get in any more.
const QUEUE_PATIENCE: Duration = Duration::from_millis(200);
/// How many connections fill such a queue at most: a backlog of 0 lets one in, some kernels two.
const QUEUE_LIMIT: usize = 8;

/// What all connections of a node share.
#[derive(Debug)]
pub(crate) struct Node {
    /// From 1.
    pub(crate) number: u8,
    /// The lab's name.
    pub(crate) name: String,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its TLS.
    pub(crate) tls: Arc<ServerConfig>,
    /// Its faults.
    pub(crate) chance: Chance,
    /// How late what is late comes.
    pub(crate) delay: Duration,
    /// What happened.
    pub(crate) ledger: Arc<Ledger>,
}

/// Binds an address; port 0 takes any free one.
pub(crate) fn bind(address: Ipv4Addr, port: u16) -> anyhow::Result<Socket> {
    let address = SocketAddr::from((address, port));
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    // A lab that is started again must not wait until the kernel has forgotten the last one's connections.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into()).with_context(|| match port {
        0 => format!("cannot listen at {}", address.ip()),
        _ => format!("cannot listen at {address}; choose another with --port"),
    })?;
    Ok(socket)
}

impl Node {
    /// Listens, as its faults allow, and goes on by itself.
    pub(crate) fn start(self, socket: Socket) -> anyhow::Result<()> {
        if self.chance.has(Fault::Refused) {
            // Dropped: who connects there is refused.
            return Ok(());
        }
        if self.chance.has(Fault::AcceptQueue) {
            socket.listen(0)?;
            let queue = fill(self.address);
            spawn("queue", move || {
                // As long as both live, nobody gets in.
                let _held = (socket, queue);
                loop {
                    thread::park();
                }
            })?;
            return Ok(());
        }
        socket.listen(BACKLOG)?;
        let listener = TcpListener::from(socket);
        spawn("node", move || serve(&Arc::new(self), &listener))
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    let builder = thread::Builder::new().name(name.to_owned());
    builder.stack_size(STACK).spawn(body)?;
    Ok(())
}

fn serve(node: &Arc<Node>, listener: &TcpListener) {
    loop {
        // An accept that fails is a client that left, or a limit of open files that others will give back.
        let Ok((stream, client)) = listener.accept() else {
            thread::sleep(Duration::from_millis(10));
            continue;
        };
        let node = Arc::clone(node);
        let answer = move || {
            let fault = node.chance.draw();
            node.ledger.note(client, node.address, fault);
            // What a client does to its connection is its own affair.
            connection::answer(&node, stream, fault).unwrap_or_default();
        };
        if spawn("connection", answer).is_err() {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Connections that nobody accepts, until no more get in.
fn fill(address: SocketAddr) -> Vec<TcpStream> {
    let attempts = std::iter::repeat_with(|| TcpStream::connect_timeout(&address, QUEUE_PATIENCE));
    attempts
        .take(QUEUE_LIMIT)
        .map_while(io::Result::ok)
        .collect()
}
