//! What a report is about: the servers of its headline, their names, and their siblings. Everything else is a
//! flow of somebody else, which the one who gets the report has no business with.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use crate::report::v1::{Attempt, AttemptKind, DnsTransaction, Report, Server, Severity};

/// The hosts that a report is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Focus {
    /// Names, lower case, without the last dot.
    names: BTreeSet<String>,
    /// Endpoints of the servers.
    servers: BTreeSet<String>,
    /// Addresses that may be told: the servers', and those that their names resolve to.
    addresses: BTreeSet<IpAddr>,
}

impl Focus {
    /// What the headline accuses, or else what failed most; where nothing did, what was asked for most.
    pub(super) fn of(report: &Report) -> Self {
        let mut focus = Self::default();
        focus.servers = subject(report);
        focus.names = names(report, &focus.servers);
        for server in &report.servers {
            if server.names.iter().any(|name| focus.has_name(name))
                && !is_resolver(report, &server.address)
            {
                focus.servers.insert(server.address.clone());
            }
        }
        for attempt in report
            .attempts
            .iter()
            .filter(|attempt| attempt.kind != AttemptKind::Dns)
        {
            if attempt
                .server_name
                .as_deref()
                .is_some_and(|name| focus.has_name(name))
            {
                focus.servers.insert(attempt.server.clone());
            }
        }
        let told = focus.servers.iter().filter_map(|server| {
            let address = address_of(server)?;
            // A resolver of one's own is not told, even where it is at fault.
            (!is_internal(address) || !is_resolver(report, server)).then_some(address)
        });
        focus.addresses = told.collect();
        focus.follow_answers(&report.dns);
        focus
    }

    /// A name that the report is about, or one that its names are an alias for.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(&plain(name))
    }

    /// A name, also one with a wildcard, that covers a name the report is about (RFC 9525 §6.3).
    pub(super) fn covers(&self, name: &str) -> bool {
        let name = plain(name);
        let Some(parent) = name.strip_prefix("*.") else {
            return self.names.contains(&name);
        };
        let is_below = |known: &String| {
            known
                .split_once('.')
                .is_some_and(|(_, rest)| rest == parent)
        };
        self.names.iter().any(is_below)
    }

    /// An address that may be told.
    pub(super) fn has_address(&self, address: IpAddr) -> bool {
        self.addresses.contains(&address.to_canonical())
    }

    /// This address may be told, by somebody's choice.
    pub(super) fn tell(&mut self, address: IpAddr) {
        self.addresses.insert(address.to_canonical());
    }

    /// An endpoint that it is about.
    pub(super) fn has_server(&self, server: &str) -> bool {
        self.servers.contains(server)
    }

    /// An attempt at one of the servers, by one of the names where it has any.
    pub(super) fn has_attempt(&self, attempt: &Attempt) -> bool {
        match &attempt.server_name {
            Some(name) if self.has_name(name) => true,
            Some(_) if attempt.kind == AttemptKind::Dns => false,
            // An address without names is known by its address; a stranger's name at it is a stranger's flow.
            Some(_) => self.names.is_empty() && self.servers.contains(&attempt.server),
            None => self.servers.contains(&attempt.server),
        }
    }

    /// A server of it.
    pub(super) fn has_statistics_of(&self, server: &Server) -> bool {
        self.servers.contains(&server.address)
    }

    /// A lookup of one of the names.
    pub(super) fn has_lookup(&self, lookup: &DnsTransaction) -> bool {
        self.has_name(&lookup.name)
    }

    /// Aliases and addresses that lookups of the names led to.
    fn follow_answers(&mut self, lookups: &[DnsTransaction]) {
        for lookup in lookups {
            if !self.has_name(&lookup.name) {
                continue;
            }
            for answer in &lookup.answers {
                match answer.data.parse::<IpAddr>() {
                    Ok(address) => {
                        self.addresses.insert(address.to_canonical());
                    }
                    Err(_) if answer.kind == "CNAME" => {
                        self.names.insert(plain(&answer.data));
                    }
                    Err(_) => {}
                }
            }
        }
    }
}

/// Lower case, without the last dot.
pub(super) fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// The address of `ip:port`.
pub(super) fn address_of(endpoint: &str) -> Option<IpAddr> {
    let socket = endpoint.parse::<SocketAddr>().ok()?;
    Some(socket.ip().to_canonical())
}

fn subject(report: &Report) -> BTreeSet<String> {
    if let Some(headline) = report
        .headline
        .as_ref()
        .filter(|headline| !headline.servers.is_empty())
    {
        return headline.servers.iter().cloned().collect();
    }
    let is_accused = |server: &&Server| {
        let verdict = server.verdict.as_ref();
        verdict.is_some_and(|verdict| verdict.severity != Severity::Info)
    };
    let accused: BTreeSet<_> = report
        .servers
        .iter()
        .filter(is_accused)
        .map(|server| server.address.clone())
        .collect();
    if !accused.is_empty() {
        return accused;
    }
    // By failures first, which is 0 where all is well.
    let most = report
        .servers
        .iter()
        .max_by_key(|server| (server.failures, server.stalled, server.attempts));
    most.map(|server| server.address.clone())
        .into_iter()
        .collect()
}

/// Names of the subject. Of a resolver only the one that failed most: it is asked for every name there is.
fn names(report: &Report, subject: &BTreeSet<String>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for server in report
        .servers
        .iter()
        .filter(|server| subject.contains(&server.address))
    {
        if !is_resolver(report, &server.address) {
            names.extend(server.names.iter().map(|name| plain(name)));
        }
    }
    let mut asked: BTreeMap<String, u64> = BTreeMap::new();
    for attempt in report
        .attempts
        .iter()
        .filter(|attempt| subject.contains(&attempt.server))
    {
        let Some(name) = attempt.server_name.as_deref().map(plain) else {
            continue;
        };
        if attempt.kind == AttemptKind::Dns {
            *asked.entry(name).or_default() += 1;
        } else {
            names.insert(name);
        }
    }
    if names.is_empty() {
        let most = asked.into_iter().rev().max_by_key(|(_, count)| *count);
        names.extend(most.map(|(name, _)| name));
    }
    names
}

fn is_resolver(report: &Report, server: &str) -> bool {
    let mut attempts = report
        .attempts
        .iter()
        .filter(|attempt| attempt.server == server);
    attempts.any(|attempt| attempt.kind == AttemptKind::Dns)
}

/// Addresses that mean nothing outside of a network (RFC 6890), and those of carrier-grade NAT (RFC 6598).
pub(super) fn is_internal(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || (first == 100 && second & 0xc0 == 64)
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
