//! Questions over UDP.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hickory_proto::op::Message;
use stallscope_shared::dns::Carrier;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

use super::{Asked, Diary, Ends, answered};
use crate::probe::clock::now;

/// Larger than any datagram.
const ROOM: usize = 64 << 10;

/// A socket that speaks with one resolver. What is asked again over it has the same port, as a stub's has.
#[derive(Debug)]
pub(super) struct Datagrams {
    socket: UdpSocket,
    ends: Ends,
}

impl Datagrams {
    pub(super) async fn open(server: SocketAddr) -> io::Result<Self> {
        let anywhere: IpAddr = match server {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((anywhere, 0)).await?;
        socket.connect(server).await?;
        let client = socket.local_addr()?;
        Ok(Self {
            socket,
            ends: Ends {
                client,
                server,
                carrier: Carrier::Udp,
            },
        })
    }

    /// Sends every question that has no answer, and waits until all have one or it is late.
    pub(super) async fn ask(
        &self,
        asked: &mut [Asked],
        late: Instant,
        diary: &Diary,
    ) -> io::Result<()> {
        for open in asked.iter().filter(|asked| asked.answer.is_none()) {
            let bytes = open.query.to_vec().map_err(io::Error::other)?;
            let at = now();
            self.socket.send(&bytes).await?;
            diary.sent(self.ends, &bytes, at);
        }
        let mut room = vec![0; ROOM];
        while asked.iter().any(|asked| asked.answer.is_none()) {
            let Ok(read) = timeout_at(late, self.socket.recv(&mut room)).await else {
                return Ok(());
            };
            let bytes = room.get(..read?).unwrap_or_default();
            let Ok(response) = Message::from_vec(bytes) else {
                continue;
            };
            if answered(asked, response, self.ends.server) {
                diary.came(self.ends, bytes);
            }
        }
        Ok(())
    }
}
