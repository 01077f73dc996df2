//! Sessions to resume, and whether a ClientHello offered one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Resumption, Tls12ClientSessionValue,
    Tls13ClientSessionValue,
};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, NamedGroup};

/// The sessions of one address.
#[derive(Clone, Debug)]
pub(crate) struct Tickets(Arc<ClientSessionMemoryCache>);

/// The same for one handshake.
#[derive(Debug)]
pub(crate) struct Handed {
    tickets: Tickets,
    is_taken: AtomicBool,
}

/// Names that sessions are kept of: an address has one.
const NAMES: usize = 4;

impl Tickets {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self(Arc::new(ClientSessionMemoryCache::new(NAMES)))
    }

    /// The client that resumes these, for one handshake.
    pub(crate) fn hand(&self, config: &ClientConfig) -> (Arc<ClientConfig>, Arc<Handed>) {
        let handed = Arc::new(Handed {
            tickets: self.clone(),
            is_taken: AtomicBool::new(false),
        });
        let mut config = config.clone();
        let store: Arc<dyn ClientSessionStore> = Arc::clone(&handed) as _;
        config.resumption = Resumption::store(store);
        (Arc::new(config), handed)
    }
}

impl Handed {
    /// A session was offered to be resumed.
    pub(crate) fn is_taken(&self) -> bool {
        self.is_taken.load(Ordering::Relaxed)
    }
}

impl ClientSessionStore for Handed {
    fn set_kx_hint(&self, server: ServerName<'static>, group: NamedGroup) {
        self.tickets.0.set_kx_hint(server, group);
    }

    fn kx_hint(&self, server: &ServerName<'_>) -> Option<NamedGroup> {
        self.tickets.0.kx_hint(server)
    }

    fn set_tls12_session(&self, server: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.tickets.0.set_tls12_session(server, value);
    }

    fn tls12_session(&self, server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        let found = self.tickets.0.tls12_session(server);
        self.is_taken.fetch_or(found.is_some(), Ordering::Relaxed);
        found
    }

    fn remove_tls12_session(&self, server: &ServerName<'static>) {
        self.tickets.0.remove_tls12_session(server);
    }

    fn insert_tls13_ticket(&self, server: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.tickets.0.insert_tls13_ticket(server, value);
    }

    fn take_tls13_ticket(&self, server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        let found = self.tickets.0.take_tls13_ticket(server);
        self.is_taken.fetch_or(found.is_some(), Ordering::Relaxed);
        found
    }
}
