//! The URL that an attempt asked for, put together from what its request, its TLS and its proxy say.

use super::case::split;
use crate::report::v1::{Attempt, AttemptKind, Exchange, PreludeKind};

/// The parts of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// `http` or `https`.
    pub(super) scheme: &'static str,
    /// Name or address, without brackets.
    pub(super) host: String,
    /// Port; absent where nothing tells.
    pub(super) port: Option<u16>,
    /// Path and query.
    pub(super) target: String,
}

impl Url {
    /// That of an exchange; without one, what is known of the attempt.
    pub(super) fn of(attempt: &Attempt, exchange: Option<&Exchange>) -> Self {
        let typed = attempt.probe.as_ref().map(|probe| probe.target.as_str());
        let sent = exchange.and_then(|exchange| exchange.target.as_deref());
        // A proxy is sent the whole URL (RFC 9112 §3.2.2).
        let absolute = sent.and_then(parted);
        let typed = typed.and_then(|typed| parted(typed).or_else(|| Some(Parts::of(typed))));
        let scheme = match (&absolute, &typed) {
            (Some(parts), _) => parts.scheme,
            _ if attempt.tls.is_some() || attempt.kind == AttemptKind::Quic => "https",
            (None, Some(parts)) => parts.scheme,
            (None, None) => "http",
        };
        let (host, port) = place(attempt, exchange, (absolute.as_ref(), typed.as_ref()));
        let known = absolute
            .as_ref()
            .map(|parts| parts.target)
            .or(sent.filter(|sent| sent.starts_with('/')))
            .or_else(|| typed.filter(|_| sent.is_none()).map(|parts| parts.target));
        Self {
            scheme,
            host,
            port,
            target: rooted(known.unwrap_or_default()),
        }
    }

    /// The whole of it; the scheme's own port is left out.
    pub(super) fn whole(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        let port = match (self.scheme, self.port) {
            ("https", Some(443)) | ("http", Some(80)) | (_, None) => String::new(),
            (_, Some(port)) => format!(":{port}"),
        };
        format!("{}://{host}{port}{}", self.scheme, self.target)
    }
}

/// Host and port as the request says them, else the URL that was typed, TLS, the way through a proxy, the address.
fn place(
    attempt: &Attempt,
    exchange: Option<&Exchange>,
    (absolute, typed): (Option<&Parts<'_>>, Option<&Parts<'_>>),
) -> (String, Option<u16>) {
    let (address, own) = split(&attempt.server);
    let tunnel = tunnel(attempt);
    // A URL without a port means its scheme's. Otherwise the address has it, where that is not a proxy's.
    let own: Option<u16> = match (absolute.or(typed), tunnel) {
        (Some(parts), _) => ported(parts.authority).1,
        (None, Some(target)) => ported(target).1,
        (None, None) => own.parse().ok(),
    };
    let named = absolute
        .map(|parts| parts.authority)
        .or(exchange.and_then(|exchange| exchange.host.as_deref()))
        .or(typed.map(|parts| parts.authority))
        .or(attempt.server_name.as_deref())
        .or(tunnel)
        .unwrap_or(address);
    let (host, port) = ported(named);
    (host.to_owned(), port.or(own))
}

/// Where a proxy was asked to lead.
fn tunnel(attempt: &Attempt) -> Option<&str> {
    let is_tunnel = |kind| {
        matches!(
            kind,
            PreludeKind::HttpConnect | PreludeKind::Socks4 | PreludeKind::Socks5
        )
    };
    let mut preludes = attempt.proxy.iter().rev();
    preludes
        .find(|prelude| is_tunnel(prelude.kind))?
        .target
        .as_deref()
}

/// An authority as host and port; IPv6 addresses without brackets have no port.
fn ported(authority: &str) -> (&str, Option<u16>) {
    let has_port = authority.starts_with('[') || authority.matches(':').count() < 2;
    let found = authority.rsplit_once(':').filter(|_| has_port);
    let found = found.and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) = found.map_or((authority, None), |(host, port)| (host, Some(port)));
    (host.trim_start_matches('[').trim_end_matches(']'), port)
}

/// A URL as it was typed or sent.
#[derive(Clone, Copy, Debug)]
struct Parts<'a> {
    scheme: &'static str,
    /// Without credentials.
    authority: &'a str,
    /// Path and query.
    target: &'a str,
}

impl<'a> Parts<'a> {
    /// What follows the scheme; `https` where none was typed.
    fn of(rest: &'a str) -> Self {
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
        Self {
            scheme: "https",
            authority: authority
                .rsplit_once('@')
                .map_or(authority, |(_, host)| host),
            target,
        }
    }
}

/// A URL that has a scheme of ours.
fn parted(text: &str) -> Option<Parts<'_>> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" => "http",
        "https" => "https",
        _ => return None,
    };
    Some(Parts {
        scheme,
        ..Parts::of(rest)
    })
}

fn rooted(target: &str) -> String {
    if target.starts_with('/') {
        target.to_owned()
    } else {
        format!("/{target}")
    }
}

#[cfg(test)]
mod tests {
    use super::Url;
    use crate::export::text::samples;
    use crate::report::v1::{Attempt, Basis, Exchange, Outcome, Prelude, PreludeKind, Probe, Tls};

    fn attempt(server: &str) -> Attempt {
        Attempt {
            server_name: None,
            ..samples::attempt(1, server, Outcome::Completed, Vec::new())
        }
    }

    fn asked(host: &str, target: &str) -> Exchange {
        Exchange {
            host: Some(host.to_owned()),
            target: Some(target.to_owned()),
            ..Exchange::empty(Basis::Observed)
        }
    }

    fn tunnelled(target: &str) -> Prelude {
        Prelude {
            kind: PreludeKind::HttpConnect,
            request_ns: None,
            request_packet: None,
            response_ns: None,
            response_packet: None,
            target: Some(target.to_owned()),
            status: Some(200),
            accepted: Some(true),
        }
    }

    #[test]
    fn a_url_is_put_together_from_what_is_known() {
        let plain = attempt("198.51.100.1:80");
        let six = attempt("[2001:db8::1]:8080");
        let tls = Attempt {
            tls: Some(Tls::default()),
            server_name: Some("a.example".to_owned()),
            ..attempt("198.51.100.1:443")
        };
        let through = Attempt {
            proxy: vec![tunnelled("a.example:443")],
            tls: Some(Tls::default()),
            ..attempt("198.51.100.9:3128")
        };
        let probed = |target: &str, server: &str| Attempt {
            probe: Some(Probe {
                target: target.to_owned(),
                ..Probe::default()
            }),
            ..attempt(server)
        };
        let refused = probed("user:secret@a.example/path?q=1#f", "198.51.100.1:443");
        let typed = probed("http://a.example?q=1", "198.51.100.1:80");
        let none = None;
        for (name, attempt, exchange, url) in [
            ("an address", &plain, none.clone(), "http://198.51.100.1/"),
            ("IPv6", &six, none.clone(), "http://[2001:db8::1]:8080/"),
            (
                "a name",
                &plain,
                Some(asked("a.example", "/x?y=1")),
                "http://a.example/x?y=1",
            ),
            (
                "a name with a port",
                &plain,
                Some(asked("a.example:8080", "/")),
                "http://a.example:8080/",
            ),
            ("TLS", &tls, none.clone(), "https://a.example/"),
            (
                "through a tunnel",
                &through,
                Some(asked("a.example", "/x")),
                "https://a.example/x",
            ),
            (
                "by a proxy",
                &plain,
                Some(asked("a.example", "http://a.example:81/x")),
                "http://a.example:81/x",
            ),
            (
                "to all",
                &plain,
                Some(asked("a.example", "*")),
                "http://a.example/",
            ),
            (
                "before a request",
                &refused,
                none.clone(),
                "https://a.example/path?q=1",
            ),
            ("a query alone", &typed, none, "http://a.example/?q=1"),
        ] {
            assert_eq!(Url::of(attempt, exchange.as_ref()).whole(), url, "{name}");
        }
    }
}
