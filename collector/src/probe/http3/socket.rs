//! A UDP socket under QUIC that is watched: the kernel stamps each datagram, and says which ICMP errors came. No
//! privileges are needed for it.

use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::os::fd::AsRawFd as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use nix::sys::socket::sockopt::{Ipv4RecvErr, Ipv6RecvErr, Timestamping};
use nix::sys::socket::{TimestampingFlag, setsockopt};
use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, UdpPoller};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::witness::Witness;
use crate::probe::clock::now;
use crate::probe::socket::{drain, receive};

/// A socket that is connected to the server's address, so that ICMP errors reach it.
#[derive(Debug)]
pub(super) struct Datagrams {
    socket: UdpSocket,
    server: SocketAddr,
    witness: Arc<Witness>,
}

impl Datagrams {
    /// A socket; nothing is sent. An error is one of this host.
    pub(super) fn connect(server: SocketAddr, witness: &Arc<Witness>) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(server),
            Type::DGRAM.nonblocking(),
            Some(Protocol::UDP),
        )?;
        // Where a sandbox refuses it, the error itself still comes, only not who sent it.
        let _without_sender = match server {
            SocketAddr::V4(_) => setsockopt(&socket, Ipv4RecvErr, &true),
            SocketAddr::V6(_) => setsockopt(&socket, Ipv6RecvErr, &true),
        };
        let flags = TimestampingFlag::SOF_TIMESTAMPING_SOFTWARE
            | TimestampingFlag::SOF_TIMESTAMPING_TX_SOFTWARE
            | TimestampingFlag::SOF_TIMESTAMPING_RX_SOFTWARE
            | TimestampingFlag::SOF_TIMESTAMPING_OPT_ID
            | TimestampingFlag::SOF_TIMESTAMPING_OPT_TSONLY;
        let has_stamps = setsockopt(&socket, Timestamping, &flags).is_ok();
        socket.connect(&server.into())?;
        let socket = UdpSocket::from_std(socket.into())?;
        let local = socket.local_addr()?;
        witness.record(|recorder| {
            recorder.client(local);
            recorder.log.has_kernel_times = has_stamps;
        });
        Ok(Self {
            socket,
            server,
            witness: Arc::clone(witness),
        })
    }

    /// Ends when the error queue has something to say.
    pub(super) async fn until_errors(&self) {
        if self.socket.ready(Interest::ERROR).await.is_err() {
            // The runtime is going.
            std::future::pending::<()>().await;
        }
    }

    /// Takes everything out of the error queue.
    pub(super) fn drain(&self) {
        // Emptied, so that the next wait sees the next one.
        let _is_empty = self.socket.try_io(Interest::ERROR, || {
            io::Result::<()>::Err(io::ErrorKind::WouldBlock.into())
        });
        // The error before the queue: taking a message out of that clears it.
        if let Ok(Some(error)) = self.socket.take_error() {
            self.witness.failed(&error, false);
        }
        drain(self.socket.as_raw_fd(), |told| self.witness.told(told));
    }
}

impl AsyncUdpSocket for Datagrams {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(Writable(self))
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        let mut is_again = false;
        loop {
            let at = now();
            match self.socket.try_send(transmit.contents) {
                Ok(_) => {
                    self.witness.sent(at, transmit.contents);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(error),
                // An ICMP error that came before is told in place of sending; what is told twice is this host's, unless
                // another one has come.
                Err(error) => {
                    if is_again {
                        drain(self.socket.as_raw_fd(), |told| self.witness.told(told));
                    }
                    self.witness.failed(&error, is_again);
                    // To QUIC it is a datagram that was lost: when to give up is not its business.
                    if std::mem::replace(&mut is_again, true) {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn poll_recv(
        &self,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let (Some(buffer), Some(meta)) = (buffers.first_mut(), meta.first_mut()) else {
            return Poll::Ready(Ok(0));
        };
        loop {
            ready!(self.socket.poll_recv_ready(context))?;
            let read = self.socket.try_io(Interest::READABLE, || {
                Ok(receive(self.socket.as_raw_fd(), buffer)?)
            });
            match read {
                Ok((length, stamp)) => {
                    let datagram = buffer.get(..length).unwrap_or_default();
                    self.witness.received(datagram, stamp);
                    *meta = RecvMeta {
                        addr: self.server,
                        len: length,
                        stride: length,
                        ecn: None,
                        dst_ip: None,
                    };
                    return Poll::Ready(Ok(1));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.witness.drained(),
                Err(error) => {
                    self.witness.failed(&error, false);
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }
}

/// Waits for room in the socket's buffer.
#[derive(Debug)]
struct Writable(Arc<Datagrams>);

impl UdpPoller for Writable {
    fn poll_writable(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.socket.poll_send_ready(context)
    }
}
