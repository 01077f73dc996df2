//! A resolver that was named: where it is, and how it is spoken to.

use std::fmt;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::str::FromStr;

use stallscope_shared::dns::Carrier;

/// A resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    /// How it is spoken to.
    pub(crate) carrier: Carrier,
    /// Its name or address.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Where questions go, with HTTPS.
    pub(crate) path: String,
    /// As it was typed.
    typed: String,
}

/// RFC 8484 names no path; this is what those who offer it agree on.
const PATH: &str = "/dns-query";

impl Server {
    /// Where it is; of a name, the system's first answer.
    pub(super) fn address(&self) -> std::io::Result<SocketAddr> {
        let found = (self.host.as_str(), self.port).to_socket_addrs()?.next();
        found.ok_or_else(|| std::io::Error::other(format!("{} has no address", self.host)))
    }

    /// The Host header of what is asked over HTTPS: without HTTPS's own port.
    pub(super) fn authority(&self) -> String {
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        match self.port {
            443 => host,
            port => format!("{host}:{port}"),
        }
    }

    /// Over UDP, on DNS's own port where none is given.
    pub(super) fn datagrams(address: SocketAddr) -> Self {
        Self {
            carrier: Carrier::Udp,
            host: address.ip().to_string(),
            port: address.port(),
            path: String::new(),
            typed: address.to_string(),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl FromStr for Server {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let (carrier, rest) = match typed.split_once("://") {
            None => (Carrier::Udp, typed),
            Some(("udp", rest)) => (Carrier::Udp, rest),
            Some(("tcp", rest)) => (Carrier::Tcp, rest),
            Some(("tls", rest)) => (Carrier::Tls, rest),
            Some(("https", rest)) => (Carrier::Https, rest),
            Some((other, _)) => {
                return Err(format!(
                    "a resolver is not asked over {other}, but over udp, tcp, tls or https"
                ));
            }
        };
        let usual = match carrier {
            Carrier::Udp | Carrier::Tcp => 53,
            Carrier::Tls => 853,
            Carrier::Https => 443,
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (host, port) = authority_of(authority, usual)
            .ok_or_else(|| format!("{typed:?} is no resolver: ADDRESS[:PORT], tcp://ADDRESS, tls://HOST or https://HOST/PATH"))?;
        // The name of a resolver without TLS would itself have to be resolved, for nothing.
        if matches!(carrier, Carrier::Udp | Carrier::Tcp) && host.parse::<IpAddr>().is_err() {
            return Err(format!("{host:?} is no address of a resolver"));
        }
        let shown = match carrier {
            Carrier::Udp => {
                SocketAddr::new(host.parse().map_err(|_no_address| host.clone())?, port).to_string()
            }
            _ => typed.to_owned(),
        };
        Ok(Self {
            carrier,
            host,
            port,
            path: if path.len() > 1 { path } else { PATH }.to_owned(),
            typed: shown,
        })
    }
}

/// `HOST`, `HOST:PORT`, `[::1]:PORT`, `::1`.
fn authority_of(authority: &str, usual: u16) -> Option<(String, u16)> {
    if let Ok(address) = authority.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Some((address.to_string(), usual));
    }
    if let Ok(address) = authority.parse::<SocketAddr>() {
        return Some((address.ip().to_string(), address.port()));
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, usual),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!host.is_empty() && host.chars().all(is_name)).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::Server;

    #[test]
    fn resolvers_are_read() {
        for (typed, host, port, path) in [
            ("192.0.2.53", "192.0.2.53", 53, "/dns-query"),
            ("udp://192.0.2.53:5353", "192.0.2.53", 5353, "/dns-query"),
            ("[2001:db8::53]:54", "2001:db8::53", 54, "/dns-query"),
            ("2001:db8::53", "2001:db8::53", 53, "/dns-query"),
            ("tcp://192.0.2.53", "192.0.2.53", 53, "/dns-query"),
            ("tls://dns.example", "dns.example", 853, "/dns-query"),
            ("https://dns.example/ask", "dns.example", 443, "/ask"),
            ("https://192.0.2.53:8443", "192.0.2.53", 8443, "/dns-query"),
        ] {
            let server: Server = typed.parse().unwrap();
            assert_eq!(
                (&*server.host, server.port, &*server.path),
                (host, port, path),
                "{typed}"
            );
        }
        for typed in [
            "",
            "dns.example",
            "quic://192.0.2.1",
            "tls://",
            "tls://a b",
            "tls://a:b",
            "tcp://dns.example",
        ] {
            assert!(typed.parse::<Server>().is_err(), "{typed}");
        }
    }
}
