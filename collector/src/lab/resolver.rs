//! The name server for the lab's name: UDP and TCP.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{Name, RData, Record, RecordType};

use super::chance::Chance;
use super::fault::Fault;
use super::ledger::Ledger;

/// Seconds that an answer may be kept: short, as networks that steer by DNS have it.
const TTL: u32 = 20;
/// A query over UDP (RFC 6891 §6.2.5 recommends 4096 at most).
const DATAGRAM: usize = 4096;
/// A client over TCP that asks nothing is let go.
const PATIENCE: Duration = Duration::from_secs(30);

/// What it answers from.
#[derive(Debug)]
pub(crate) struct Resolver {
    /// The one name it knows.
    pub(crate) name: Name,
    /// All addresses of that name.
    pub(crate) addresses: Vec<Ipv4Addr>,
    /// Its faults.
    pub(crate) chance: Chance,
    /// What happened.
    pub(crate) ledger: Arc<Ledger>,
    /// How often it answered: each answer begins with another address, as real ones do.
    pub(crate) turn: AtomicUsize,
}

impl Resolver {
    /// Listens at `address` over UDP and TCP, on one port, and goes on by itself. Gives where that is.
    pub(crate) fn start(self, address: Ipv4Addr, port: u16) -> anyhow::Result<SocketAddr> {
        let wanted = SocketAddr::from((address, port));
        let cannot =
            || format!("cannot answer queries at {wanted}; choose another with --dns-port");
        let listener = TcpListener::bind(wanted).with_context(cannot)?;
        let address = listener.local_addr()?;
        let socket = UdpSocket::bind(address).with_context(cannot)?;
        let resolver = Arc::new(self);
        let twin = Arc::clone(&resolver);
        let thread = || thread::Builder::new().name("resolver".to_owned());
        thread().spawn(move || resolver.datagrams(&socket, address))?;
        thread().spawn(move || twin.connections(&listener))?;
        Ok(address)
    }

    fn datagrams(&self, socket: &UdpSocket, own: SocketAddr) {
        let mut query = vec![0; DATAGRAM];
        loop {
            let Ok((length, client)) = socket.recv_from(&mut query) else {
                thread::sleep(Duration::from_millis(10));
                continue;
            };
            let query = query.get(..length).unwrap_or_default();
            if let Some(answer) = self.answer(query, client, own) {
                // A client that is gone does not get it.
                socket.send_to(&answer, client).unwrap_or_default();
            }
        }
    }

    fn connections(self: &Arc<Self>, listener: &TcpListener) {
        loop {
            let Ok((stream, client)) = listener.accept() else {
                thread::sleep(Duration::from_millis(10));
                continue;
            };
            let resolver = Arc::clone(self);
            thread::spawn(move || resolver.stream(stream, client).unwrap_or_default());
        }
    }

    /// Queries with their lengths before them (RFC 1035 §4.2.2).
    fn stream(&self, mut stream: TcpStream, client: SocketAddr) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let own = stream.local_addr()?;
        loop {
            let mut length = [0; 2];
            stream.read_exact(&mut length)?;
            let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut query)?;
            let Some(answer) = self.answer(&query, client, own) else {
                continue;
            };
            let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
            stream.write_all(&[&length.to_be_bytes(), answer.as_slice()].concat())?;
        }
    }

    /// The answer to a query; `None` for what is no query, and when it has to be silent.
    fn answer(&self, query: &[u8], client: SocketAddr, own: SocketAddr) -> Option<Vec<u8>> {
        let query = Message::from_vec(query).ok()?;
        let fault = self.chance.draw();
        self.ledger.note(client, own, fault);
        let question = query.queries.first()?;
        let mut answer = Message::response(query.metadata.id, OpCode::Query);
        answer.metadata.authoritative = true;
        answer.metadata.recursion_desired = query.metadata.recursion_desired;
        answer.add_query(question.clone());
        match fault {
            Some(Fault::SilentResolver) => return None,
            Some(Fault::NoSuchName) => answer.metadata.response_code = ResponseCode::NXDomain,
            _ if *question.name() != self.name => {
                answer.metadata.response_code = ResponseCode::Refused;
            }
            _ if question.query_type() == RecordType::A => {
                answer.add_answers(self.records(question.name()));
            }
            // The name is there, and has nothing of that type.
            _ => {}
        }
        answer.to_vec().ok()
    }

    fn records(&self, name: &Name) -> Vec<Record> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed) % self.addresses.len().max(1);
        let (before, from) = self.addresses.split_at(first);
        let record =
            |address: &Ipv4Addr| Record::from_rdata(name.clone(), TTL, RData::A(A(*address)));
        from.iter().chain(before).map(record).collect()
    }
}
