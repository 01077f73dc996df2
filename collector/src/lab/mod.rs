//! A small content delivery network on loopback addresses, with a name server, real TLS and nodes that can be made to
//! fail: what the demonstration, the documentation and the tests of probing use. Nothing leaves the machine.

mod chance;
mod connection;
mod fault;
mod identity;
mod ledger;
mod node;
mod order;
mod page;
mod resolver;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use anyhow::Context as _;
use socket2::Socket;

use self::chance::Chance;
use self::identity::Identity;
use self::ledger::Ledger;
use self::node::Node;
use self::resolver::Resolver;

pub(crate) use self::fault::Fault;
pub(crate) use self::order::{Blueprint, Order};

/// How the lab is to be.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Nodes and faults.
    pub(crate) blueprint: Blueprint,
    /// The name that all nodes answer to.
    pub(crate) name: String,
    /// The nodes' port; 0 for any.
    pub(crate) port: u16,
    /// The name server's port; 0 for any.
    pub(crate) dns_port: u16,
    /// What is late, is so late.
    pub(crate) delay: Duration,
    /// The same seed gives the same faults.
    pub(crate) seed: u64,
    /// Where the authority's certificate is written.
    pub(crate) authority: PathBuf,
    /// Where every connection is noted.
    pub(crate) ledger: Option<PathBuf>,
}

/// A lab that runs until the program ends.
#[derive(Debug)]
pub(crate) struct Lab {
    /// Nodes, with what is wrong with each.
    pub(crate) nodes: Vec<(SocketAddr, Vec<Order>)>,
    /// The name server.
    pub(crate) resolver: SocketAddr,
    /// What is wrong with it.
    pub(crate) resolver_faults: Vec<Order>,
}

impl Lab {
    /// Binds every address, makes certificates and starts.
    pub(crate) fn start(settings: Settings) -> anyhow::Result<Self> {
        let identity = Identity::make(&settings.name)?;
        write(&settings.authority, &identity.authority_pem)?;
        let ledger = Arc::new(Ledger::open(settings.ledger.as_deref())?);
        let sockets = bind(&settings)?;
        let mut nodes = Vec::new();
        for ((number, (_, orders)), socket) in (1..).zip(&settings.blueprint.nodes).zip(sockets) {
            let address = socket
                .local_addr()?
                .as_socket()
                .context("an address of IP")?;
            let chance = Chance::new(orders.clone(), settings.seed, u64::from(number));
            let node = Node {
                number,
                name: settings.name.clone(),
                address,
                tls: identity.configuration(&chance)?,
                chance,
                delay: settings.delay,
                ledger: Arc::clone(&ledger),
            };
            node.start(socket)?;
            nodes.push((address, orders.clone()));
        }
        let resolver = Resolver {
            name: format!("{}.", settings.name).parse().context("the name")?,
            addresses: settings.blueprint.nodes.iter().map(|(ip, _)| *ip).collect(),
            chance: Chance::new(settings.blueprint.resolver.clone(), settings.seed, 0),
            ledger,
            turn: AtomicUsize::new(0),
        };
        Ok(Self {
            nodes,
            resolver: resolver.start(settings.blueprint.resolver_address, settings.dns_port)?,
            resolver_faults: settings.blueprint.resolver,
        })
    }
}

/// All nodes on one port, as a URL has only one.
fn bind(settings: &Settings) -> anyhow::Result<Vec<Socket>> {
    let mut port = settings.port;
    let mut sockets = Vec::new();
    for (ip, _) in &settings.blueprint.nodes {
        let socket = node::bind(*ip, port)?;
        let bound = socket.local_addr()?.as_socket();
        port = bound.map_or(port, |bound| bound.port());
        sockets.push(socket);
    }
    Ok(sockets)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
