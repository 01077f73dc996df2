//! URLs, and the addresses that were given for their names.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Context as _, bail};

/// What a URL says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// As it was typed.
    pub(crate) typed: String,
    /// TLS or not.
    pub(crate) is_tls: bool,
    /// Name or address, without brackets.
    pub(crate) host: String,
    /// Port.
    pub(crate) port: u16,
    /// Path and query.
    pub(crate) path: String,
    /// Host header: the port is in it where it is not the scheme's own.
    pub(crate) authority: String,
}

impl Target {
    /// Reads a URL; without a scheme it is https.
    pub(crate) fn parse(typed: &str) -> anyhow::Result<Self> {
        let has_scheme = typed.contains("://");
        let whole = if has_scheme {
            typed.to_owned()
        } else {
            format!("https://{typed}")
        };
        let url: http::Uri = whole
            .split('#')
            .next()
            .unwrap_or_default()
            .parse()
            .with_context(|| format!("{typed} is no URL"))?;
        let is_tls = match url.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            other => bail!(
                "{typed}: {} is not probed; http and https are",
                other.unwrap_or("this")
            ),
        };
        let authority = url
            .authority()
            .with_context(|| format!("{typed} names no host"))?;
        let usual = if is_tls { 443 } else { 80 };
        let port = authority.port_u16().unwrap_or(usual);
        let host = authority.host();
        if host.is_empty() {
            bail!("{typed} names no host");
        }
        let path = url
            .path_and_query()
            .map_or("/", http::uri::PathAndQuery::as_str);
        Ok(Self {
            typed: typed.to_owned(),
            is_tls,
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            // `http://host?query` has no path, and a request needs one.
            path: if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            },
            authority: if port == usual {
                host.to_owned()
            } else {
                format!("{host}:{port}")
            },
        })
    }

    /// The address, where the host is one.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        let address: IpAddr = self.host.parse().ok()?;
        Some(SocketAddr::new(address, self.port))
    }
}

/// The addresses that `--resolve HOST:PORT:ADDRESS[,ADDRESS]` gives for a target; `None` when it is about another.
pub(crate) fn pinned(typed: &str, target: &Target) -> anyhow::Result<Option<Vec<SocketAddr>>> {
    let form = || format!("{typed:?} is not HOST:PORT:ADDRESS[,ADDRESS] (--resolve)");
    let mut parts = typed.trim_start_matches('+').splitn(3, ':');
    let (Some(host), Some(port), Some(addresses)) = (parts.next(), parts.next(), parts.next())
    else {
        bail!(form());
    };
    let port: u16 = port.parse().with_context(form)?;
    let addresses = addresses
        .split(',')
        .map(|address| {
            let address: IpAddr = address
                .trim_matches(['[', ']'])
                .parse()
                .with_context(form)?;
            Ok(SocketAddr::new(address, port))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let is_meant = host == "*" || host.eq_ignore_ascii_case(&target.host);
    Ok((is_meant && port == target.port).then_some(addresses))
}

#[cfg(test)]
mod tests {
    use super::{Target, pinned};

    #[test]
    fn urls_are_read_as_curl_reads_them() {
        for (typed, is_tls, host, port, path, authority) in [
            (
                "https://a.example/",
                true,
                "a.example",
                443,
                "/",
                "a.example",
            ),
            ("a.example", true, "a.example", 443, "/", "a.example"),
            (
                "http://a.example:8080/x?y=1#z",
                false,
                "a.example",
                8080,
                "/x?y=1",
                "a.example:8080",
            ),
            ("https://[::1]:4443", true, "::1", 4443, "/", "[::1]:4443"),
            (
                "http://127.0.0.1?q",
                false,
                "127.0.0.1",
                80,
                "/?q",
                "127.0.0.1",
            ),
        ] {
            let target = Target::parse(typed).unwrap();
            assert_eq!(
                (
                    target.is_tls,
                    &*target.host,
                    target.port,
                    &*target.path,
                    &*target.authority
                ),
                (is_tls, host, port, path, authority),
                "{typed}"
            );
        }
        for typed in ["ftp://a.example/", "https://", "https://a b/", ""] {
            assert!(Target::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn addresses_are_pinned_for_their_host_and_port_only() {
        let target = Target::parse("https://a.example/").unwrap();
        let found = pinned("a.example:443:192.0.2.1,[2001:db8::1]", &target)
            .unwrap()
            .unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].to_string(), "[2001:db8::1]:443");
        assert_eq!(pinned("b.example:443:192.0.2.1", &target).unwrap(), None);
        assert_eq!(pinned("a.example:80:192.0.2.1", &target).unwrap(), None);
        assert!(pinned("*:443:192.0.2.1", &target).unwrap().is_some());
        assert!(pinned("a.example:443:nowhere", &target).is_err());
        assert!(pinned("a.example:443", &target).is_err());
    }
}
