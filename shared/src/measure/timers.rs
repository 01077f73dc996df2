//! Timers that many programs and boxes share, and that end a wait with a packet.
//!
//! Only those stand here whose end shows: a `connect()` that is given up sends nothing, and a NAT that
//! forgets a flow (AWS NAT gateway and NLB 350 s, vpnkit 300 s) says nothing at that moment. And only
//! those that keep their time: undici's connect timeout of 10 s fires up to a second late, so what agrees
//! with it agrees with anything.

use super::timer::Since;
use crate::phase::PhaseName;
use crate::time::Nanos;

/// A timer of known length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownTimer {
    /// What people call it.
    pub name: &'static str,
    /// Its length unless configured.
    pub length: Nanos,
    /// Who ends the wait when it fires.
    pub owner: Owner,
    /// What it waits for.
    pub covers: Covers,
    /// What starts it.
    pub since: Since,
    /// Where its length is from.
    pub source: &'static str,
}

/// At which end a timer runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The client.
    Client,
    /// The server, or a balancer in front of it.
    Server,
}

/// What a timer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covers {
    /// The end of one of these phases.
    Phases(&'static [PhaseName]),
    /// The next request on an idle connection.
    Idle,
}

/// The timers, by length.
pub const KNOWN: [KnownTimer; 12] = [
    idle(
        2,
        "gunicorn keepalive",
        Owner::Server,
        "gunicorn settings: keepalive",
    ),
    idle(
        5,
        "Node.js server.keepAliveTimeout",
        Owner::Server,
        "Node.js documentation of node:http",
    ),
    KnownTimer {
        name: "Go net/http TLSHandshakeTimeout",
        length: Nanos::from_secs(10),
        owner: Owner::Client,
        covers: Covers::Phases(&[PhaseName::Tls]),
        since: Since::PhaseStart,
        source: "net/http DefaultTransport; armed when TLS begins",
    },
    KnownTimer {
        name: "nginx client_header_timeout",
        length: Nanos::from_secs(60),
        owner: Owner::Server,
        covers: Covers::Phases(&[PhaseName::Tls, PhaseName::Request]),
        since: Since::LastProgress,
        source: "ngx_http_core_module; it bounds the TLS handshake too",
    },
    KnownTimer {
        name: "nginx proxy_read_timeout",
        length: Nanos::from_secs(60),
        owner: Owner::Client,
        covers: Covers::Phases(&[PhaseName::Wait, PhaseName::Receive]),
        since: Since::LastProgress,
        source: "ngx_http_proxy_module: between two reads",
    },
    KnownTimer {
        name: "nginx proxy_connect_timeout",
        length: Nanos::from_secs(60),
        owner: Owner::Client,
        covers: Covers::Phases(&[PhaseName::Tls]),
        since: Since::PhaseStart,
        source: "ngx_http_proxy_module; it bounds the upstream's TLS handshake too",
    },
    KnownTimer {
        name: "Go net/http proxy CONNECT without deadline",
        length: Nanos::from_secs(60),
        owner: Owner::Client,
        covers: Covers::Phases(&[PhaseName::Proxy]),
        since: Since::PhaseStart,
        source: "net/http transport.go, dialConn",
    },
    KnownTimer {
        name: "AWS ALB idle timeout",
        length: Nanos::from_secs(60),
        owner: Owner::Server,
        covers: Covers::Phases(&[PhaseName::Wait, PhaseName::Receive]),
        since: Since::LastProgress,
        source: "Elastic Load Balancing guide: idle_timeout.timeout_seconds",
    },
    idle(
        60,
        "AWS ALB idle timeout",
        Owner::Server,
        "Elastic Load Balancing guide: idle_timeout.timeout_seconds",
    ),
    idle(
        75,
        "nginx keepalive_timeout",
        Owner::Server,
        "ngx_http_core_module",
    ),
    idle(
        90,
        "Go net/http IdleConnTimeout",
        Owner::Client,
        "net/http DefaultTransport",
    ),
    KnownTimer {
        name: "curl connect timeout",
        length: Nanos::from_secs(300),
        owner: Owner::Client,
        covers: Covers::Phases(&[PhaseName::Connect, PhaseName::Proxy, PhaseName::Tls]),
        since: Since::AttemptStart,
        source: "CURLOPT_CONNECTTIMEOUT; it covers name, TCP, proxy and TLS",
    },
];

const fn idle(seconds: i64, name: &'static str, owner: Owner, source: &'static str) -> KnownTimer {
    KnownTimer {
        name,
        length: Nanos::from_secs(seconds),
        owner,
        covers: Covers::Idle,
        since: Since::LastProgress,
        source,
    }
}
