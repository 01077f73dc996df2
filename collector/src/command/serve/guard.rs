//! Who may read: those who have the token, and who say where they think they are.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// Bytes of a token: 128 bits cannot be guessed.
const BYTES: usize = 16;

/// What the path begins with, drawn anew for each run.
#[derive(Clone, Debug)]
pub(super) struct Token(String);

impl Token {
    /// A new one.
    pub(super) fn draw() -> anyhow::Result<Self> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)
            .map_err(|error| anyhow::anyhow!("the system gives no random bytes: {error}"))?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    /// Whether this is it. It takes as long whatever of it is right.
    fn is(&self, said: &str) -> bool {
        let (own, said) = (self.0.as_bytes(), said.as_bytes());
        let differences = own
            .iter()
            .zip(said)
            .fold(0, |sum, (own, said)| sum | (own ^ said));
        own.len() == said.len() && differences == 0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Lets requests pass or not.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    token: Token,
    bound: SocketAddr,
}

impl Guard {
    pub(super) const fn new(token: Token, bound: SocketAddr) -> Self {
        Self { token, bound }
    }

    /// The Host header names this server by an address or as `localhost`. A page of another site that has bound
    /// its own name to our address names itself.
    pub(super) fn knows_host(&self, host: &str) -> bool {
        let Some((name, port)) = split(host) else {
            return false;
        };
        if port != self.bound.port() {
            return false;
        }
        let bound = self.bound.ip();
        match name.parse::<IpAddr>() {
            Ok(ip) if bound.is_unspecified() => !ip.is_unspecified(),
            Ok(ip) => ip == bound,
            Err(_) => {
                name.eq_ignore_ascii_case("localhost")
                    && (bound.is_loopback() || bound.is_unspecified())
            }
        }
    }

    /// What of the path stands behind the token; `None` where that is not the right one.
    pub(super) fn behind_token<'a>(&self, path: &'a str) -> Option<&'a str> {
        let (token, rest) = path.strip_prefix('/')?.split_once('/')?;
        self.token.is(token).then_some(rest)
    }
}

/// `name:port`; an IPv6 address stands in brackets (RFC 9110 §7.2). Without a port it is that of HTTP.
fn split(host: &str) -> Option<(&str, u16)> {
    if let Some(rest) = host.strip_prefix('[') {
        let (name, port) = rest.split_once(']')?;
        return Some((name, port_of(port.strip_prefix(':'))?));
    }
    match host.rsplit_once(':') {
        Some((name, port)) => Some((name, port_of(Some(port))?)),
        None => Some((host, 80)),
    }
}

fn port_of(port: Option<&str>) -> Option<u16> {
    port.map_or(Some(80), |port| port.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(bound: &str) -> Guard {
        Guard::new(Token("ab".repeat(BYTES)), bound.parse().unwrap())
    }

    #[test]
    fn hosts_are_addresses_and_localhost() {
        for (bound, host, is_known) in [
            ("127.0.0.1:8080", "127.0.0.1:8080", true),
            ("127.0.0.1:8080", "localhost:8080", true),
            ("127.0.0.1:8080", "LOCALHOST:8080", true),
            ("127.0.0.1:8080", "127.0.0.1:80", false),
            ("127.0.0.1:8080", "127.0.0.1", false),
            ("127.0.0.1:80", "127.0.0.1", true),
            ("127.0.0.1:8080", "evil.example:8080", false),
            ("127.0.0.1:8080", "localhost.evil.example:8080", false),
            ("127.0.0.1:8080", "", false),
            ("[::1]:8080", "[::1]:8080", true),
            ("[::1]:8080", "[::1", false),
            ("192.0.2.1:8080", "192.0.2.1:8080", true),
            ("192.0.2.1:8080", "localhost:8080", false),
            ("0.0.0.0:8080", "192.0.2.1:8080", true),
            ("0.0.0.0:8080", "server.example:8080", false),
        ] {
            assert_eq!(guard(bound).knows_host(host), is_known, "{bound} {host}");
        }
    }

    #[test]
    fn paths_begin_with_the_token() {
        let guard = guard("127.0.0.1:1");
        let token = "ab".repeat(BYTES);
        assert_eq!(guard.behind_token(&format!("/{token}/x/y")), Some("x/y"));
        assert_eq!(guard.behind_token(&format!("/{token}/")), Some(""));
        for path in [
            String::from("/"),
            format!("/{token}"),
            format!("/{}/", "ab".repeat(BYTES - 1)),
            format!("/{token}c/"),
            format!("/{}/", "AB".repeat(BYTES)),
        ] {
            assert_eq!(guard.behind_token(&path), None, "{path}");
        }
    }

    #[test]
    fn tokens_differ() {
        let one = Token::draw().unwrap();
        assert!(one.is(&one.to_string()));
        assert!(!one.is(&Token::draw().unwrap().to_string()));
        assert_eq!(one.to_string().len(), 2 * BYTES);
    }
}
