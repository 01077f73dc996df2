//! Which proxy stands before a target: the one that was typed, or the environment's, by curl's rules.

use std::net::IpAddr;

use anyhow::{Context as _, bail};

use super::Target;
use crate::probe::proxy::Kind;

/// A proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proxy {
    /// Where it is; its addresses are those that are tried.
    pub(crate) target: Target,
    /// What is spoken with it.
    pub(crate) kind: Kind,
    /// It is asked inside of TLS.
    pub(crate) is_secure: bool,
    /// User and password.
    pub(crate) credentials: Option<(String, String)>,
    /// What names it: `--proxy`, or a variable.
    pub(crate) named_by: &'static str,
}

/// Where no port is given (curl(1), `--proxy`).
const PORT: u16 = 1080;
const SECURE_PORT: u16 = 443;

impl Proxy {
    /// `[SCHEME://][USER:PASSWORD@]HOST[:PORT]`; without a scheme, an HTTP proxy.
    pub(crate) fn parse(typed: &str, named_by: &'static str) -> anyhow::Result<Self> {
        let (scheme, rest) = typed.split_once("://").unwrap_or(("http", typed));
        let kind = match scheme {
            "http" | "https" => Kind::Connect,
            "socks5" => Kind::Socks5,
            "socks5h" => Kind::Socks5h,
            other => bail!(
                "{other} proxies are not spoken to ({named_by}); http, https, socks5 and socks5h ones are"
            ),
        };
        let is_secure = scheme == "https";
        let rest = rest.trim_end_matches('/');
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((credentials, place)) => {
                let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
                (Some((user.to_owned(), password.to_owned())), place)
            }
            None => (None, rest),
        };
        // Password and name may have anything in them, and errors are shown to others.
        let form = || format!("{place:?} is not HOST[:PORT] ({named_by})");
        let mut target = Target::parse(&format!("http://{place}/")).with_context(form)?;
        let has_port = place
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        if !has_port {
            target.port = if is_secure { SECURE_PORT } else { PORT };
        }
        if credentials
            .iter()
            .any(|(user, password)| user.len() > 255 || password.len() > 255)
        {
            bail!("user and password have at most 255 bytes each ({named_by})");
        }
        Ok(Self {
            target,
            kind,
            is_secure,
            credentials,
            named_by,
        })
    }

    /// The one that the environment names for a target, if any.
    pub(crate) fn of_environment(
        target: &Target,
        variable: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Option<Self>> {
        // HTTP_PROXY in capitals is what a request header `Proxy` becomes under CGI, so nobody reads it.
        let names: [&'static str; 4] = if target.is_tls {
            ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        } else {
            ["http_proxy", "http_proxy", "all_proxy", "ALL_PROXY"]
        };
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let exceptions = set("no_proxy").or_else(|| set("NO_PROXY"));
        if exceptions.is_some_and(|list| is_excepted(&target.host, &list)) {
            return Ok(None);
        }
        let found = names.into_iter().find_map(|name| Some((name, set(name)?)));
        found
            .map(|(name, value)| Self::parse(&value, name))
            .transpose()
    }
}

/// The host is on a list as NO_PROXY and `--noproxy` have it: names with all below them, addresses, networks, or `*`.
pub(crate) fn is_excepted(host: &str, list: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    list.split([',', ' '])
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .any(|entry| {
            if entry == "*" {
                return true;
            }
            let entry = entry.trim_matches(['[', ']']).to_ascii_lowercase();
            if let Some(address) = address {
                return is_within(address, &entry);
            }
            let entry = entry.trim_start_matches('.').trim_end_matches('.');
            host.strip_suffix(entry)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
}

/// The address is this one, or in this network.
fn is_within(address: IpAddr, entry: &str) -> bool {
    let (network, length) = match entry.split_once('/') {
        Some((network, length)) => (network, length.parse::<u32>().ok()),
        None => (entry, Some(128)),
    };
    let (Ok(network), Some(length)) = (network.parse::<IpAddr>(), length) else {
        return false;
    };
    let (one, other, width) = match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            (u128::from(one.to_bits()), u128::from(other.to_bits()), 32)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits(), other.to_bits(), 128),
        _ => return false,
    };
    let host_bits = width - length.min(width);
    // A shift by all bits of the type leaves nothing to compare.
    one.checked_shr(host_bits).unwrap_or(0) == other.checked_shr(host_bits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Kind, Proxy, is_excepted};
    use crate::probe::plan::Target;

    #[test]
    fn proxies_are_read_as_curl_reads_them() {
        for (typed, kind, host, port, user) in [
            ("proxy.example", Kind::Connect, "proxy.example", 1080, None),
            (
                "http://proxy.example:3128/",
                Kind::Connect,
                "proxy.example",
                3128,
                None,
            ),
            (
                "http://me:s@c:ret@proxy.example:80",
                Kind::Connect,
                "proxy.example",
                80,
                Some("me"),
            ),
            (
                "https://proxy.example",
                Kind::Connect,
                "proxy.example",
                443,
                None,
            ),
            (
                "https://me:secret@[::1]:8443/",
                Kind::Connect,
                "::1",
                8443,
                Some("me"),
            ),
            ("socks5://127.0.0.1", Kind::Socks5, "127.0.0.1", 1080, None),
            ("socks5h://[::1]:9050", Kind::Socks5h, "::1", 9050, None),
        ] {
            let proxy = Proxy::parse(typed, "--proxy").unwrap();
            assert_eq!(
                (proxy.kind, &*proxy.target.host, proxy.target.port),
                (kind, host, port),
                "{typed}"
            );
            assert_eq!(proxy.is_secure, typed.starts_with("https"), "{typed}");
            assert_eq!(
                proxy.credentials.as_ref().map(|(user, _)| &**user),
                user,
                "{typed}"
            );
        }
        for typed in ["ftp://proxy.example", "http://", "http://a b"] {
            assert!(Proxy::parse(typed, "--proxy").is_err(), "{typed}");
        }
    }

    #[test]
    fn the_environment_names_one_for_some_targets() {
        let variable = |name: &str| match name {
            "HTTPS_PROXY" => Some("http://secure.example:1".to_owned()),
            "HTTP_PROXY" => Some("http://nobody.example:1".to_owned()),
            "ALL_PROXY" => Some("socks5h://all.example:2".to_owned()),
            "NO_PROXY" => Some("internal.example, 10.0.0.0/8".to_owned()),
            _ => None,
        };
        let host = |url: &str| {
            let found = Proxy::of_environment(&Target::parse(url).unwrap(), variable).unwrap();
            found.map(|proxy| proxy.target.host)
        };
        assert_eq!(
            host("https://a.example/").as_deref(),
            Some("secure.example")
        );
        assert_eq!(host("http://a.example/").as_deref(), Some("all.example"));
        assert_eq!(host("https://x.internal.example/"), None);
        assert_eq!(host("https://10.1.2.3/"), None);
    }

    #[test]
    fn exceptions_are_names_with_all_below_them_addresses_and_networks() {
        for (host, list, expected) in [
            ("a.example", "*", true),
            ("a.example", "a.example", true),
            ("b.a.example", "a.example", true),
            ("b.a.example", ".a.example", true),
            ("ba.example", "a.example", false),
            ("A.Example.", "b.example,a.example", true),
            ("192.0.2.7", "192.0.2.0/24", true),
            ("192.0.3.7", "192.0.2.0/24", false),
            ("192.0.2.7", "0.0.0.0/0", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("2001:db8::1", "2001:db8::/32", true),
            ("2001:db9::1", "2001:db8::/32", false),
            ("192.0.2.7", "2.7", false),
            ("a.example", "", false),
        ] {
            assert_eq!(is_excepted(host, list), expected, "{host} {list:?}");
        }
    }
}
