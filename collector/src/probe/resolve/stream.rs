//! Questions over TCP (RFC 7766), TLS (RFC 7858) and HTTPS (RFC 8484), there by HTTP/1.1 where the resolver has nothing
//! newer.

use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use hickory_proto::op::Message;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use stallscope_shared::dns::Carrier;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::net::TcpStream;

use super::{Asked, Diary, Ends, Server, answered, https};
use crate::probe::clock::now;

/// Headers of an answer.
const HEADERS: usize = 64;
/// A head is no longer than this.
const HEAD: usize = 64 << 10;
/// Nor is a DNS message (RFC 1035 §4.2.2).
pub(super) const MESSAGE: usize = u16::MAX as usize;
/// What is read in one go.
const ROOM: usize = 16 << 10;

/// A connection to a resolver.
pub(super) struct Stream {
    tcp: TcpStream,
    tls: Option<ClientConnection>,
    ends: Ends,
    /// What came and was not taken yet.
    came: Vec<u8>,
}

impl Stream {
    /// Connects, and shakes hands where there is TLS.
    pub(super) async fn open(
        address: SocketAddr,
        server: &Server,
        config: Option<&Arc<ClientConfig>>,
    ) -> io::Result<Self> {
        let tcp = TcpStream::connect(address).await?;
        tcp.set_nodelay(true)?;
        let ends = Ends {
            client: tcp.local_addr()?,
            server: address,
            carrier: match server.carrier {
                Carrier::Udp => Carrier::Tcp,
                other => other,
            },
        };
        let tls = match config {
            Some(config) => {
                let name = ServerName::try_from(server.host.clone()).map_err(io::Error::other)?;
                let tls =
                    ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
                Some(tls)
            }
            None => None,
        };
        let mut stream = Self {
            tcp,
            tls,
            ends,
            came: Vec::new(),
        };
        while stream.tls.as_ref().is_some_and(|tls| tls.is_handshaking()) {
            stream.flush().await?;
            stream.fill().await?;
        }
        stream.flush().await?;
        Ok(stream)
    }

    /// Asks everything that has no answer.
    pub(super) async fn ask(
        &mut self,
        server: &Server,
        asked: &mut [Asked],
        diary: &Diary,
    ) -> io::Result<()> {
        if self.ends.carrier == Carrier::Https {
            let chosen = self.tls.as_ref().and_then(|tls| tls.alpn_protocol());
            if chosen == Some(https::ALPN) {
                return https::ask(self, server, asked, diary).await;
            }
            return self.ask_by_http(server, asked, diary).await;
        }
        for open in asked.iter().filter(|asked| asked.answer.is_none()) {
            let bytes = open.query.to_vec().map_err(io::Error::other)?;
            let length = u16::try_from(bytes.len()).map_err(io::Error::other)?;
            let at = now();
            self.send(&[&length.to_be_bytes(), bytes.as_slice()].concat())
                .await?;
            diary.sent(self.ends, &bytes, at);
        }
        while asked.iter().any(|asked| asked.answer.is_none()) {
            let length = self.take(2).await?;
            let length = length
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            let bytes = self.take(length).await?;
            self.answered(&bytes, asked, diary)?;
        }
        Ok(())
    }

    /// Both ends.
    pub(super) const fn ends(&self) -> Ends {
        self.ends
    }

    /// Carries what the other end of the pipe says, and hands it what comes, until either side has nothing more.
    pub(super) async fn carry(&mut self, mut near: DuplexStream) -> io::Result<()> {
        let mut room = vec![0; ROOM];
        loop {
            if !self.came.is_empty() {
                let came = std::mem::take(&mut self.came);
                // The other end needs no more.
                if near.write_all(&came).await.is_err() {
                    return Ok(());
                }
            }
            tokio::select! {
                said = near.read(&mut room) => match said? {
                    0 => return Ok(()),
                    length => self.send(room.get(..length).unwrap_or_default()).await?,
                },
                came = self.fill() => came?,
            }
        }
    }

    /// One exchange for each question, one after the other.
    async fn ask_by_http(
        &mut self,
        server: &Server,
        asked: &mut [Asked],
        diary: &Diary,
    ) -> io::Result<()> {
        for index in 0..asked.len() {
            let Some(open) = asked.get_mut(index).filter(|asked| asked.answer.is_none()) else {
                continue;
            };
            // So that caches on the way can tell that questions are the same (RFC 8484 §4.1).
            open.query.metadata.id = 0;
            let bytes = open.query.to_vec().map_err(io::Error::other)?;
            let head = format!(
                "POST {} HTTP/1.1\r\nHost: {}\r\nAccept: application/dns-message\r\nContent-Type: application/dns-message\r\n\
                 Content-Length: {}\r\n\r\n",
                server.path,
                server.authority(),
                bytes.len()
            );
            let at = now();
            self.send(&[head.as_bytes(), bytes.as_slice()].concat())
                .await?;
            diary.sent(self.ends, &bytes, at);
            let length = self.head().await?;
            let bytes = self.take(length).await?;
            let rest = asked.get_mut(index..).unwrap_or_default();
            self.answered(&bytes, rest, diary)?;
        }
        Ok(())
    }

    /// Reads the head of an answer; the length of its body.
    async fn head(&mut self) -> io::Result<usize> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; HEADERS];
            let mut response = httparse::Response::new(&mut headers);
            if let httparse::Status::Complete(end) =
                response.parse(&self.came).map_err(io::Error::other)?
            {
                if response.code != Some(200) {
                    let code = response.code.unwrap_or_default();
                    return Err(io::Error::other(format!("it answers {code}")));
                }
                let mut headers = response.headers.iter();
                let length = headers
                    .find(|header| header.name.eq_ignore_ascii_case("content-length"))
                    .and_then(|header| str::from_utf8(header.value).ok()?.trim().parse().ok())
                    .filter(|length| *length <= MESSAGE)
                    .ok_or_else(|| io::Error::other("its answer has no length"))?;
                self.came.drain(..end);
                return Ok(length);
            }
            if self.came.len() > HEAD {
                return Err(io::Error::other("the head of its answer does not end"));
            }
            self.fill().await?;
        }
    }

    fn answered(&self, bytes: &[u8], asked: &mut [Asked], diary: &Diary) -> io::Result<()> {
        let response = Message::from_vec(bytes).map_err(io::Error::other)?;
        if answered(asked, response, self.ends.server) {
            diary.came(self.ends, bytes);
        }
        Ok(())
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.tls {
            Some(tls) => tls.writer().write_all(bytes)?,
            None => return self.tcp.write_all(bytes).await,
        }
        self.flush().await
    }

    /// Hands what TLS has ready to the kernel.
    async fn flush(&mut self) -> io::Result<()> {
        let Some(tls) = &mut self.tls else {
            return Ok(());
        };
        while tls.wants_write() {
            let mut sealed = Vec::new();
            tls.write_tls(&mut sealed)?;
            self.tcp.write_all(&sealed).await?;
        }
        Ok(())
    }

    /// Exactly so many bytes.
    async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.came.len() < length {
            self.fill().await?;
        }
        Ok(self.came.drain(..length).collect())
    }

    /// Waits for what comes next.
    async fn fill(&mut self) -> io::Result<()> {
        let mut room = vec![0; ROOM];
        let read = self.tcp.read(&mut room).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = room.get(..read).unwrap_or_default();
        let Some(tls) = &mut self.tls else {
            self.came.extend_from_slice(bytes);
            return Ok(());
        };
        while !bytes.is_empty() {
            tls.read_tls(&mut bytes)?;
            let state = tls.process_new_packets().map_err(io::Error::other)?;
            let mut plain = vec![0; state.plaintext_bytes_to_read()];
            tls.reader().read_exact(&mut plain)?;
            self.came.extend(plain);
        }
        Ok(())
    }
}
