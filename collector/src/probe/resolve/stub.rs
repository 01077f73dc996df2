//! Looks a name up as the stub of glibc does, with messages of our own, so that every repeat and loss is seen.

use std::io;
use std::net::{IpAddr, SocketAddr};

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::RecordType;
use tokio::time::{Instant, timeout_at};

use super::datagrams::Datagrams;
use super::named::again_by_stream;
use super::stream::Stream;
use super::system::{Resolver, Source, System};
use super::{Asked, Diary, Given, Server, Wanted, message};

/// How the hosts file is called where it gave an address.
const HOSTS: &str = "/etc/hosts";

/// The addresses of a name, each once, with who gave them; none where nobody has any, which the diary shows.
pub(crate) async fn look_up(
    system: &System,
    wanted: &Wanted,
    diary: &Diary,
) -> anyhow::Result<Vec<Given>> {
    for source in &system.sources {
        let found = match source {
            Source::Files => in_hosts(system, wanted),
            Source::Dns => Stub::new(&system.resolver, diary).search(wanted).await?,
        };
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn in_hosts(system: &System, wanted: &Wanted) -> Vec<Given> {
    let is_wanted = |address: &IpAddr| {
        if address.is_ipv4() {
            wanted.v4
        } else {
            wanted.v6
        }
    };
    let found = system.in_hosts(&wanted.name).into_iter();
    let given = |address| Given {
        address,
        by: HOSTS.to_owned(),
    };
    found.filter(is_wanted).map(given).collect()
}

/// One lookup.
struct Stub<'a> {
    resolver: &'a Resolver,
    diary: &'a Diary,
    /// Servers in the order of this lookup, each with its socket once that is open.
    servers: Vec<(SocketAddr, Option<Datagrams>)>,
}

/// What became of one name.
enum Outcome {
    Found(Vec<Given>),
    /// There is no such name, or it has no address; the next one is tried.
    Nothing,
    /// Nobody answered: the search ends.
    Silence,
}

impl<'a> Stub<'a> {
    fn new(resolver: &'a Resolver, diary: &'a Diary) -> Self {
        let mut servers: Vec<_> = resolver
            .servers
            .iter()
            .map(|server| (*server, None))
            .collect();
        if resolver.rotates {
            servers.rotate_left(fastrand::usize(..resolver.servers.len().max(1)));
        }
        Self {
            resolver,
            diary,
            servers,
        }
    }

    /// Names of the search list, until one has addresses.
    async fn search(&mut self, wanted: &Wanted) -> anyhow::Result<Vec<Given>> {
        let kinds = [
            (wanted.v4, RecordType::A),
            (wanted.v6 && !self.resolver.has_no_v6, RecordType::AAAA),
        ];
        let kinds: Vec<RecordType> = kinds
            .into_iter()
            .filter_map(|(is_wanted, kind)| is_wanted.then_some(kind))
            .collect();
        let typed = wanted.name.trim_end_matches('.');
        let mut passed = Vec::new();
        let mut found = Vec::new();
        for tried in self.resolver.names(&wanted.name) {
            let name = message::absolute(&tried)?;
            let query = |kind: &RecordType| message::query(&name, *kind, None);
            let queries: Vec<Message> = kinds.iter().map(query).collect();
            match self.send(queries).await {
                Outcome::Found(given) => {
                    found = given;
                    break;
                }
                Outcome::Nothing => passed.push(tried),
                Outcome::Silence => break,
            }
        }
        // Where no name has addresses, it is the one that was typed that does not exist.
        let is_step = |name: &&String| !found.is_empty() || name.trim_end_matches('.') != typed;
        for name in passed.iter().filter(is_step) {
            self.diary.stepped(name);
        }
        Ok(found)
    }

    /// Every server in every round, until one settles it (res_send(3)).
    async fn send(&mut self, queries: Vec<Message>) -> Outcome {
        let mut asked: Vec<Asked> = queries.into_iter().map(Asked::new).collect();
        let mut was_refused = false;
        for round in 0..self.resolver.attempts {
            for index in 0..self.servers.len() {
                let late = Instant::now() + self.resolver.patience(round);
                // A server that cannot be reached is passed over at once.
                if self.ask(index, &mut asked, late).await.is_err() {
                    continue;
                }
                let is_refusal = |answer: &Message| {
                    let code = answer.metadata.response_code;
                    matches!(
                        code,
                        ResponseCode::ServFail | ResponseCode::NotImp | ResponseCode::Refused
                    )
                };
                for asked in &mut asked {
                    if asked.answer.as_ref().is_some_and(is_refusal) {
                        was_refused = true;
                        asked.answer = None;
                    }
                }
                if asked.iter().all(|asked| asked.answer.is_some()) {
                    return found(&asked);
                }
            }
        }
        // One of two was answered: its addresses are what there is.
        match found(&asked) {
            Outcome::Found(given) => Outcome::Found(given),
            _ if was_refused => Outcome::Nothing,
            _ => Outcome::Silence,
        }
    }

    async fn ask(&mut self, index: usize, asked: &mut [Asked], late: Instant) -> io::Result<()> {
        let Some((server, socket)) = self.servers.get_mut(index) else {
            return Ok(());
        };
        let server = *server;
        if !self.resolver.is_tcp {
            if socket.is_none() {
                *socket = Some(Datagrams::open(server).await?);
            }
            if let Some(datagrams) = socket {
                let at_once = if self.resolver.is_single {
                    1
                } else {
                    asked.len().max(1)
                };
                for asked in asked.chunks_mut(at_once) {
                    datagrams.ask(asked, late, self.diary).await?;
                }
            }
        }
        if again_by_stream(asked) || self.resolver.is_tcp {
            let by_stream = async {
                let named = Server::datagrams(server);
                let mut stream = Stream::open(server, &named, None).await?;
                stream.ask(&named, asked, self.diary).await
            };
            timeout_at(late, by_stream)
                .await
                .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
        }
        Ok(())
    }
}

fn found(asked: &[Asked]) -> Outcome {
    let answers = asked.iter().filter_map(|asked| {
        let by = asked.by.map_or_else(String::new, |by| by.to_string());
        Some((asked.answer.as_ref()?, by))
    });
    if answers.clone().count() == 0 {
        return Outcome::Silence;
    }
    let given = answers.flat_map(|(answer, by)| {
        let given = message::addresses(answer).into_iter();
        given.map(move |address| Given {
            address,
            by: by.clone(),
        })
    });
    let given: Vec<Given> = given.collect();
    if given.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Found(given)
    }
}

#[cfg(test)]
mod tests;
