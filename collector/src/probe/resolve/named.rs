//! Resolvers that were named: each is asked, on behalf of each subnet, and what any of them gives is taken.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::op::Message;
use hickory_proto::rr::{Name, RecordType};
use rustls::ClientConfig;
use stallscope_shared::dns::Carrier;
use tokio::task::LocalSet;
use tokio::time::{Instant, timeout_at};

use super::datagrams::Datagrams;
use super::stream::Stream;
use super::{Asked, Diary, Given, Server, Subnet, Wanted, https, message};

/// As resolv.conf(5) has it: a question is asked twice, and each time waited for five seconds.
const TRIES: u32 = 2;
const PATIENCE: Duration = Duration::from_secs(5);

/// Who is asked, and how.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) servers: Vec<Server>,
    /// On whose behalf; none asks without a subnet.
    pub(crate) subnets: Vec<Subnet>,
    /// HTTPS records are asked for as well, for this port.
    pub(crate) services_at: Option<u16>,
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
    let mut questions = Vec::new();
    for (is_wanted, kind) in [(wanted.v4, RecordType::A), (wanted.v6, RecordType::AAAA)] {
        questions.extend(is_wanted.then(|| (name.clone(), kind)));
    }
    if let Some(port) = named.services_at {
        let name = message::service_name(&wanted.name, port)?;
        questions.push((name, RecordType::HTTPS));
    }
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
                questions: questions.clone(),
                services_at: named.services_at,
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
    questions: Vec<(Name, RecordType)>,
    services_at: Option<u16>,
    tls: Arc<ClientConfig>,
    diary: Diary,
}

impl Asker {
    async fn run(self) -> Said {
        let query = |(name, kind): &(Name, RecordType)| {
            Asked::new(message::query(name, *kind, self.subnet))
        };
        let mut asked: Vec<Asked> = self.questions.iter().map(query).collect();
        let asking = self.ask(&mut asked).await;
        let who = match self.subnet {
            Some(subnet) => format!("{} for {subnet}", self.server),
            None => self.server.to_string(),
        };
        let answers = asked.iter().filter_map(|asked| asked.answer.as_ref());
        let mut said = Said {
            given: self.given(answers.clone(), &who),
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

    /// Every address in the answers; those that only an HTTPS record hints at (RFC 9460 §7.3) are named so.
    fn given<'a>(
        &self,
        answers: impl Iterator<Item = &'a Message> + Clone,
        who: &str,
    ) -> Vec<Given> {
        let plain: Vec<IpAddr> = answers.clone().flat_map(message::addresses).collect();
        let hints = self.services_at.into_iter().flat_map(|port| {
            let hints = answers.clone();
            hints.flat_map(move |answer| message::hints(answer, port))
        });
        let hints = hints.filter(|hint| !plain.contains(hint));
        let hinted = hints.map(|address| Given {
            address,
            by: format!("{who}, as a hint"),
        });
        let given = plain.iter().map(|address| Given {
            address: *address,
            by: who.to_owned(),
        });
        given.chain(hinted).collect()
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
        let config = match self.server.carrier {
            Carrier::Udp | Carrier::Tcp => None,
            Carrier::Tls => Some(Arc::clone(&self.tls)),
            Carrier::Https => {
                let mut config = ClientConfig::clone(&self.tls);
                config.alpn_protocols = vec![https::ALPN.to_vec(), b"http/1.1".to_vec()];
                Some(Arc::new(config))
            }
        };
        let late = Instant::now() + PATIENCE * TRIES;
        let asking = async {
            let mut stream = Stream::open(address, &self.server, config.as_ref()).await?;
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
        let is_cut = |answer: &Message| answer.metadata.truncation;
        if asked.answer.as_ref().is_some_and(is_cut) {
            asked.answer = None;
            is_any = true;
        }
    }
    is_any
}
