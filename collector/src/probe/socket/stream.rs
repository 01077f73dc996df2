//! The socket itself: non-blocking, ready by the runtime's word, with every stamp that the kernel gives.

use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd as _;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::socket::sockopt::{Ipv4RecvErr, Ipv6RecvErr, Timestamping};
use nix::sys::socket::{MsgFlags, TimestampingFlag, send, setsockopt};
use socket2::{Domain, Protocol, Socket, TcpKeepalive, Type};
use stallscope_shared::probe::Sample;
use stallscope_shared::time::Timestamp;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::{Instant, timeout_at};

use super::queue::{self, Told};
use super::tcp_info;
use crate::probe::clock::now;

/// Every second the peer's kernel has to answer, so that a silence of its process is told from one of the path.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

/// SOF_TIMESTAMPING_TX_ACK, _OPT_TSONLY and _OPT_ID_TCP of `linux/net_tstamp.h`, of which the library has not all.
const TX_ACK: u32 = 1 << 9;
const OPT_ID_TCP: u32 = 1 << 16;

/// How a socket is made.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::probe) struct Options {
    /// Largest segment to announce and send (TCP_MAXSEG).
    pub(in crate::probe) mss: Option<u32>,
    /// The address and port that it is bound to.
    pub(in crate::probe) local: Option<SocketAddr>,
    /// Its end is a reset, so that its port is free at once (socket(7), `SO_LINGER`).
    pub(in crate::probe) is_abortive: bool,
}

/// A TCP socket.
#[derive(Debug)]
pub(in crate::probe) struct Stream {
    socket: AsyncFd<Socket>,
    expected: Cell<Expected>,
}

/// What a read will find, as far as that is known without asking the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// What the runtime says.
    AsReadiness,
    /// Nothing: the last read took all there was, and what comes after it is told by the runtime (epoll(7), on
    /// edge-triggered readiness).
    Nothing,
    /// Perhaps something that nobody tells: a read also ends at an urgent pointer, with more behind it (tcp(7)).
    Anything,
}

/// Why waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) enum Woke {
    /// The socket has something to say.
    Ready,
    /// The moment came.
    Late,
}

/// Keeps the kernel stamping what comes: it begins a little after the first socket asks, and ends with the last one.
#[derive(Debug)]
pub(crate) struct Stamping {
    _socket: Option<Socket>,
}

impl Stamping {
    /// From now on; without effect where the kernel does not.
    pub(crate) fn keep() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None).ok();
        let flags = TimestampingFlag::SOF_TIMESTAMPING_SOFTWARE
            | TimestampingFlag::SOF_TIMESTAMPING_RX_SOFTWARE;
        Self {
            _socket: socket.filter(|socket| setsockopt(socket, Timestamping, &flags).is_ok()),
        }
    }
}

/// Registers the socket with the runtime; only once it connects, since one that does not is always ready.
#[expect(
    deprecated,
    reason = "the function without this warning is unsafe for types that may change their descriptor, which this one cannot"
)]
fn watched(socket: Socket) -> io::Result<AsyncFd<Socket>> {
    let interest = Interest::READABLE | Interest::WRITABLE | Interest::ERROR;
    AsyncFd::with_interest(socket, interest)
}

impl Stream {
    /// Begins to connect: the SYN has left when this returns. An error is one of this host.
    pub(in crate::probe) fn connect(to: SocketAddr, options: Options) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(to),
            Type::STREAM.nonblocking(),
            Some(Protocol::TCP),
        )?;
        socket.set_tcp_nodelay(true)?;
        // Where a sandbox refuses it, the error itself still comes, only not who sent it.
        let _without_sender = match to {
            SocketAddr::V4(_) => setsockopt(&socket, Ipv4RecvErr, &true),
            SocketAddr::V6(_) => setsockopt(&socket, Ipv6RecvErr, &true),
        };
        if let Some(mss) = options.mss {
            socket.set_tcp_mss(mss)?;
        }
        if options.is_abortive {
            socket.set_linger(Some(Duration::ZERO))?;
        }
        if let Some(local) = options.local {
            socket.set_reuse_address(true)?;
            socket.bind(&local.into())?;
        }
        match socket.connect(&to.into()) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {}
            Err(error) => return Err(error),
        }
        Ok(Self {
            socket: watched(socket)?,
            expected: Cell::new(Expected::AsReadiness),
        })
    }

    /// From now on the peer's kernel has to answer every second of silence, which is counted from when it last spoke.
    pub(in crate::probe) fn keep_alive(&self) {
        let keep_alive = TcpKeepalive::new()
            .with_time(KEEP_ALIVE)
            .with_interval(KEEP_ALIVE);
        // Where a sandbox refuses it, a silence is one of nobody.
        let _is_kept = self.socket.get_ref().set_tcp_keepalive(&keep_alive);
    }

    /// Waits until the connection is made or has failed, or the moment comes.
    pub(in crate::probe) async fn until_connected(&self, late: Instant) -> Woke {
        match timeout_at(late, self.socket.writable()).await {
            Ok(_) => Woke::Ready,
            Err(_) => Woke::Late,
        }
    }

    /// The error of the socket, which is taken by asking.
    pub(in crate::probe) fn take_error(&self) -> Option<io::Error> {
        self.socket.get_ref().take_error().ok().flatten()
    }

    /// The connection is made, and was not reset since.
    pub(in crate::probe) fn is_open(&self, sample: Option<&Sample>) -> bool {
        /// TCP_SYN_SENT and TCP_CLOSE of `linux/tcp_states.h`.
        const NOT_OPEN: [u8; 2] = [2, 7];
        match sample.map(|sample| sample.state) {
            Some(state @ 1..) => !NOT_OPEN.contains(&state),
            // A kernel that does not say.
            Some(0) | None => self.socket.get_ref().peer_addr().is_ok(),
        }
    }

    /// Its own end.
    pub(in crate::probe) fn local(&self) -> Option<SocketAddr> {
        self.socket.get_ref().local_addr().ok()?.as_socket()
    }

    /// Has the kernel stamp what is sent, acknowledged and received from now on. Bytes are counted from here.
    pub(in crate::probe) fn ask_for_stamps(&self) -> bool {
        let usual = TimestampingFlag::SOF_TIMESTAMPING_SOFTWARE
            | TimestampingFlag::SOF_TIMESTAMPING_TX_SOFTWARE
            | TimestampingFlag::SOF_TIMESTAMPING_RX_SOFTWARE
            | TimestampingFlag::SOF_TIMESTAMPING_OPT_ID
            | TimestampingFlag::SOF_TIMESTAMPING_OPT_TSONLY;
        let with = |more: u32| TimestampingFlag::from_bits_retain(usual.bits() | more);
        let socket = self.socket.get_ref();
        // Kernels before 6.2 do not know the second flag; without unacknowledged bytes the count is the same.
        setsockopt(socket, Timestamping, &with(TX_ACK | OPT_ID_TCP)).is_ok()
            || setsockopt(socket, Timestamping, &with(TX_ACK)).is_ok()
    }

    /// Waits for bytes, an end, or news in the error queue, or until the moment comes.
    pub(in crate::probe) async fn until_ready(&self, late: Instant) -> Woke {
        let interest = Interest::READABLE | Interest::ERROR;
        let (woke, expected) = match timeout_at(late, self.socket.ready(interest)).await {
            Ok(Ok(_)) => (Woke::Ready, Expected::AsReadiness),
            Ok(Err(_)) | Err(_) => (Woke::Late, Expected::Anything),
        };
        self.expected.set(expected);
        woke
    }

    /// Reads; `None` when there is nothing yet. Zero bytes are the peer's FIN.
    pub(in crate::probe) fn receive(
        &self,
        into: &mut [u8],
    ) -> Option<io::Result<(usize, Option<Timestamp>)>> {
        let room = into.len();
        let mut read = |socket: &Socket| Ok(queue::receive(socket.as_raw_fd(), into)?);
        let read = match self.expected.replace(Expected::AsReadiness) {
            Expected::AsReadiness => self.socket.try_io(Interest::READABLE, read),
            Expected::Nothing => self.spent(Interest::READABLE),
            Expected::Anything => read(self.socket.get_ref()),
        };
        match read {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Ok((bytes @ 1.., stamp)) => {
                if bytes < room {
                    self.expected.set(Expected::Nothing);
                }
                Some(Ok((bytes, stamp)))
            }
            read => Some(read),
        }
    }

    /// Takes everything out of the error queue.
    pub(in crate::probe) fn drain(&self, take: impl FnMut(Told)) {
        let _is_spent = self.spent::<()>(Interest::ERROR);
        queue::drain(self.socket.as_raw_fd(), take);
    }

    /// The same where the runtime says that something is in there, and without a question to the kernel where it does not.
    pub(in crate::probe) fn drain_told(&self, take: impl FnMut(Told)) {
        let _is_spent = self.socket.try_io(Interest::ERROR, |socket| {
            queue::drain(socket.as_raw_fd(), take);
            io::Result::<()>::Err(io::ErrorKind::WouldBlock.into())
        });
    }

    /// Nothing is left of what the runtime told, so that the next wait sees the next news.
    fn spent<T>(&self, interest: Interest) -> io::Result<T> {
        self.socket
            .try_io(interest, |_| Err(io::ErrorKind::WouldBlock.into()))
    }

    /// Writes all bytes, or until the moment comes; the time right before the last of them was handed over.
    pub(in crate::probe) async fn send(
        &self,
        mut bytes: &[u8],
        late: Instant,
    ) -> io::Result<Option<Timestamp>> {
        /// A full send buffer is looked at again after this: readiness to write is level with errors.
        const AGAIN: Duration = Duration::from_millis(1);
        let flags = MsgFlags::MSG_NOSIGNAL | MsgFlags::MSG_DONTWAIT;
        loop {
            let at = now();
            match send(self.socket.as_raw_fd(), bytes, flags) {
                Ok(sent) if sent == bytes.len() => return Ok(Some(at)),
                Ok(sent) => bytes = bytes.get(sent..).unwrap_or_default(),
                Err(Errno::EAGAIN) if Instant::now() >= late => return Ok(None),
                Err(Errno::EAGAIN) => tokio::time::sleep(AGAIN).await,
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// How the connection stands.
    pub(in crate::probe) fn sample(&self) -> Option<Sample> {
        tcp_info::read(self.socket.as_raw_fd(), now()).ok()
    }
}
