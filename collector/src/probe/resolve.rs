//! Asks resolvers by name, and tells every message: what each of them answers, and how long it takes.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Message, Query};
use hickory_proto::rr::{Name, RData, RecordType};
use stallscope_shared::analyzer::Analyzer;
use stallscope_shared::probe::DnsMessage;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

use super::clock::now;

/// What is asked of whom.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The name, without search lists.
    pub(crate) name: String,
    /// Resolvers; each is asked.
    pub(crate) servers: Vec<SocketAddr>,
    /// IPv4 addresses are wanted.
    pub(crate) wants_v4: bool,
    /// IPv6 addresses are wanted.
    pub(crate) wants_v6: bool,
}

/// As resolv.conf(5) has it: a question is asked twice, and each time waited for five seconds.
const TRIES: u32 = 2;
const PATIENCE: Duration = Duration::from_secs(5);
/// Larger than any datagram.
const ROOM: usize = 64 << 10;

/// Every address that any of the resolvers gives, in order.
pub(crate) async fn resolve(
    question: &Question,
    analyzer: &mut Analyzer,
) -> anyhow::Result<BTreeSet<IpAddr>> {
    let mut name = Name::from_ascii(&question.name)?;
    name.set_fqdn(true);
    let kinds = [
        (question.wants_v4, RecordType::A),
        (question.wants_v6, RecordType::AAAA),
    ];
    let mut found = BTreeSet::new();
    for server in &question.servers {
        for (_, kind) in kinds.iter().filter(|(is_wanted, _)| *is_wanted) {
            let asked = Query::query(name.clone(), *kind);
            found.extend(ask(asked, *server, analyzer).await?);
        }
    }
    analyzer.waited(now());
    Ok(found)
}

/// Asks one question, again when nothing comes; the addresses of the answer.
async fn ask(
    question: Query,
    server: SocketAddr,
    analyzer: &mut Analyzer,
) -> anyhow::Result<Vec<IpAddr>> {
    for _ in 0..TRIES {
        let mut message = Message::query();
        message.metadata.recursion_desired = true;
        message.add_query(question.clone());
        match answer(&message, server, analyzer).await {
            Ok(Some(response)) => return Ok(addresses(&response)),
            Ok(None) => {}
            // The host says that nobody listens there.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Vec::new())
}

/// Sends a question and waits for the response that has its number.
async fn answer(
    message: &Message,
    server: SocketAddr,
    analyzer: &mut Analyzer,
) -> io::Result<Option<Message>> {
    let anywhere: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((anywhere, 0)).await?;
    socket.connect(server).await?;
    let client = socket.local_addr()?;
    let mut tell = |is_response: bool, bytes: &[u8]| {
        analyzer.asked(&DnsMessage {
            client,
            server,
            is_response,
            at: now(),
            bytes,
        });
    };
    let query = message.to_vec().map_err(io::Error::other)?;
    tell(false, &query);
    socket.send(&query).await?;
    let late = Instant::now() + PATIENCE;
    let mut room = vec![0; ROOM];
    while let Ok(read) = timeout_at(late, socket.recv(&mut room)).await {
        let bytes = room.get(..read?).unwrap_or_default();
        // What is not for this question is passed over, as a stub does.
        let response = Message::from_vec(bytes).ok();
        if let Some(response) = response.filter(|found| found.metadata.id == message.metadata.id) {
            tell(true, bytes);
            return Ok(Some(response));
        }
    }
    Ok(None)
}

fn addresses(response: &Message) -> Vec<IpAddr> {
    let answers = response.answers.iter();
    answers
        .filter_map(|record| match &record.data {
            RData::A(address) => Some(IpAddr::from(address.0)),
            RData::AAAA(address) => Some(IpAddr::from(address.0)),
            _ => None,
        })
        .collect()
}
