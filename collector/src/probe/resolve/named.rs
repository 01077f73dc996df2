//! Resolvers that were named: each is asked, on behalf of each subnet, and what any of them gives is taken.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::rr::{Name, RecordType};
use rustls::ClientConfig;
use stallscope_shared::dns::Carrier;
use tokio::task::LocalSet;
use tokio::time::{Instant, timeout_at};

use super::datagrams::Datagrams;
use super::stream::Stream;
use super::{Asked, Diary, Given, Server, Subnet, Wanted, message};

/// As resolv.conf(5) has it: a question is asked twice, and each time waited for five seconds.
const TRIES: u32 = 2;
const PATIENCE: Duration = Duration::from_secs(5);

/// Who is asked, and how.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) servers: Vec<Server>,
    /// On whose behalf; none asks without a subnet.
    pub(crate) subnets: Vec<Subnet>,
    /// HTTPS records are asked for as well.
    pub(crate) wants_services: bool,
    /// TLS for those that have it.
    pub(crate) tls: Arc<ClientConfig>,
}

/// What resolvers said.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Every address that any of them gives, by resolver in the order named.
    pub(crate) given: Vec<Given>,
    /// What has to be known of their answers, in words.
    pub(crate) remarks: Vec<String>,
}

/// Asks all of them at once.
pub(crate) async fn resolve(wanted: &Wanted, named: &Named, diary: &Diary) -> anyhow::Result<Said> {
    let name = message::absolute(&wanted.name)?;
    let kinds = [
        (wanted.v4, RecordType::A),
        (wanted.v6, RecordType::AAAA),
        (named.wants_services, RecordType::HTTPS),
    ];
    let kinds: Vec<RecordType> = kinds
        .into_iter()
        .filter_map(|(is_wanted, kind)| is_wanted.then_some(kind))
        .collect();
    let behalves: Vec<Option<Subnet>> = match named.subnets.as_slice() {
        [] => vec![None],
        subnets => subnets.iter().copied().map(Some).collect(),
    };
    let local = LocalSet::new();
    let mut tasks = Vec::new();
    for server in &named.servers {
        for subnet in &behalves {
            let asker = Asker {
                server: server.clone(),
                subnet: *subnet,
                name: name.clone(),
                kinds: kinds.clone(),
                tls: Arc::clone(&named.tls),
                diary: diary.clone(),
            };
            tasks.push(local.spawn_local(asker.run()));
        }
    }
    let all = local.run_until(async {
        let mut said = Said::default();
        for task in tasks {
            let one = task.await?;
            said.given.extend(one.given);
            said.remarks.extend(one.remarks);
        }
        anyhow::Ok(said)
    });
    all.await
}

/// One resolver on behalf of one subnet.
struct Asker {
    server: Server,
    subnet: Option<Subnet>,
    name: Name,
    kinds: Vec<RecordType>,
    tls: Arc<ClientConfig>,
    diary: Diary,
}

impl Asker {
    async fn run(self) -> Said {
        let query = |kind: &RecordType| Asked::new(message::query(&self.name, *kind, self.subnet));
        let mut asked: Vec<Asked> = self.kinds.iter().map(query).collect();
        let asking = self.ask(&mut asked).await;
        let who = match self.subnet {
            Some(subnet) => format!("{} for {subnet}", self.server),
            None => self.server.to_string(),
        };
        let answers = asked.iter().filter_map(|asked| asked.answer.as_ref());
        let given = answers.clone().flat_map(message::addresses);
        let given = given.map(|address| Given {
            address,
            by: who.clone(),
        });
        let mut said = Said {
            given: given.collect(),
            remarks: Vec::new(),
        };
        if let Err(error) = asking {
            said.remarks.push(format!("{who} cannot be asked: {error}"));
        }
        // RFC 7871 §7.2.2: without the option in the answer, the resolver does not know it.
        let mut scopes = answers.map(message::scope);
        if self.subnet.is_some() && scopes.clone().count() > 0 {
            if scopes.clone().all(|scope| scope.is_none()) {
                said.remarks.push(format!(
                    "{who}: the answer takes no notice of the subnet; these are the addresses for the resolver itself"
                ));
            } else if scopes.all(|scope| scope.is_none_or(|scope| scope == 0)) {
                said.remarks.push(format!(
                    "{who}: the answer is the same for every subnet (scope 0)"
                ));
            }
        }
        said
    }

    async fn ask(&self, asked: &mut [Asked]) -> io::Result<()> {
        let address = self.server.address()?;
        if self.server.carrier != Carrier::Udp {
            return self.by_stream(address, asked).await;
        }
        let datagrams = Datagrams::open(address).await?;
        for _ in 0..TRIES {
            let late = Instant::now() + PATIENCE;
            datagrams.ask(asked, late, &self.diary).await?;
        }
        if again_by_stream(asked) {
            self.by_stream(address, asked).await?;
        }
        Ok(())
    }

    async fn by_stream(
        &self,
        address: std::net::SocketAddr,
        asked: &mut [Asked],
    ) -> io::Result<()> {
        let has_tls = matches!(self.server.carrier, Carrier::Tls | Carrier::Https);
        let config = has_tls.then_some(&self.tls);
        let late = Instant::now() + PATIENCE * TRIES;
        let asking = async {
            let mut stream = Stream::open(address, &self.server, config).await?;
            stream.ask(&self.server, asked, &self.diary).await
        };
        timeout_at(late, asking)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// Takes away what was cut to fit a datagram; whether there was any.
pub(super) fn again_by_stream(asked: &mut [Asked]) -> bool {
    let mut is_any = false;
    for asked in asked {
        let is_cut = |answer: &hickory_proto::op::Message| answer.metadata.truncation;
        if asked.answer.as_ref().is_some_and(is_cut) {
            asked.answer = None;
            is_any = true;
        }
    }
    is_any
}
