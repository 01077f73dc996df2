//! Asks for names, and tells every message: what each resolver answers, and how long it takes.
//!
//! ```text
//!  system     /etc/hosts, resolv.conf, nsswitch.conf   ->  what glibc would ask, in its order (stub)
//!  server     ADDRESS, tcp://, tls://, https://        ->  who is asked by name
//!  message    question, client subnet                  ->  DNS messages and back
//!  datagrams, stream, https                            ->  the wire
//! ```

mod datagrams;
mod https;
mod message;
mod named;
mod server;
mod stream;
mod stub;
mod subnet;
mod system;

use std::cell::RefCell;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use hickory_proto::op::Message;
use stallscope_shared::analyzer::Analyzer;
use stallscope_shared::dns::Carrier;
use stallscope_shared::probe::DnsMessage;
use stallscope_shared::time::Timestamp;

use super::clock::now;

pub(crate) use self::named::{Named, resolve};
pub(crate) use self::server::Server;
pub(crate) use self::stub::look_up;
pub(crate) use self::subnet::Subnet;
pub(crate) use self::system::System;

/// What is wanted of a name.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// The name, as it was typed.
    pub(crate) name: String,
    /// IPv4 addresses are wanted.
    pub(crate) v4: bool,
    /// IPv6 addresses are wanted.
    pub(crate) v6: bool,
}

/// An address, and who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) address: IpAddr,
    pub(crate) by: String,
}

/// Every DNS message that was sent and came, with its time. Several askers write it at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Diary {
    told: Rc<RefCell<Vec<Told>>>,
    /// Names that were only steps through a search list.
    steps: Rc<RefCell<Vec<String>>>,
}

#[derive(Debug)]
struct Told {
    client: SocketAddr,
    server: SocketAddr,
    carrier: Carrier,
    is_response: bool,
    at: Timestamp,
    bytes: Vec<u8>,
}

/// Both ends of what carries questions.
#[derive(Clone, Copy, Debug)]
struct Ends {
    client: SocketAddr,
    server: SocketAddr,
    carrier: Carrier,
}

impl Diary {
    /// It left at this time: what could not be sent is not told.
    fn sent(&self, ends: Ends, bytes: &[u8], at: Timestamp) {
        self.tell(ends, bytes, (false, at));
    }

    fn came(&self, ends: Ends, bytes: &[u8]) {
        self.tell(ends, bytes, (true, now()));
    }

    fn tell(&self, ends: Ends, bytes: &[u8], (is_response, at): (bool, Timestamp)) {
        self.told.borrow_mut().push(Told {
            client: ends.client,
            server: ends.server,
            carrier: ends.carrier,
            is_response,
            at,
            bytes: bytes.to_vec(),
        });
    }

    /// That this name does not exist only means that the next one is tried.
    fn stepped(&self, name: &str) {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.steps.borrow_mut().push(name);
    }

    /// Hands everything to the analysis, in the order of its times.
    pub(crate) fn give(&self, analyzer: &mut Analyzer) {
        for name in self.steps.take() {
            analyzer.stepped(&name);
        }
        let mut all = self.told.take();
        all.sort_by_key(|told| told.at);
        for told in &all {
            analyzer.asked(&DnsMessage {
                client: told.client,
                server: told.server,
                carrier: told.carrier,
                is_response: told.is_response,
                at: told.at,
                bytes: &told.bytes,
            });
        }
        if !all.is_empty() {
            analyzer.waited(now());
        }
    }
}

/// A question, and its answer once that came.
#[derive(Debug)]
struct Asked {
    query: Message,
    answer: Option<Message>,
    /// Who gave it.
    by: Option<SocketAddr>,
}

impl Asked {
    const fn new(query: Message) -> Self {
        Self {
            query,
            answer: None,
            by: None,
        }
    }

    /// Takes a response that is to this question: same number, same name and type (RFC 5452 §9.1).
    fn is_answered_by(&self, response: &Message) -> bool {
        let is_same = response.metadata.id == self.query.metadata.id;
        is_same && (response.queries.is_empty() || response.queries == self.query.queries)
    }
}

/// Gives a response to the open question that it is to; whether there is one. What is for none is passed over, as a stub
/// does.
fn answered(asked: &mut [Asked], response: Message, by: SocketAddr) -> bool {
    let mut open = asked.iter_mut().filter(|asked| asked.answer.is_none());
    let Some(open) = open.find(|open| open.is_answered_by(&response)) else {
        return false;
    };
    open.answer = Some(response);
    open.by = Some(by);
    true
}
