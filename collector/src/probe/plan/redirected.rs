//! `--connect-to HOST1:PORT1:HOST2:PORT2`: another place to connect to, while the request stays what it is.

use anyhow::Context as _;

use super::Target;

/// The target whose addresses are tried instead; `None` when it is about another. As in curl an empty HOST1 or PORT1
/// stands for any, and an empty HOST2 or PORT2 for that of the URL.
pub(crate) fn redirected(typed: &str, target: &Target) -> anyhow::Result<Option<Target>> {
    let form = || format!("{typed:?} is not HOST1:PORT1:HOST2:PORT2 (--connect-to)");
    let (host, rest) = host_of(typed).with_context(form)?;
    let (port, rest) = rest.split_once(':').with_context(form)?;
    let (to_host, to_port) = host_of(rest).with_context(form)?;
    let number = |port: &str| match port {
        "" => anyhow::Ok(None),
        port => Ok(Some(port.parse::<u16>().with_context(form)?)),
    };
    let (port, to_port) = (number(port)?, number(to_port)?);
    let is_meant = (host.is_empty() || host.eq_ignore_ascii_case(&target.host))
        && port.is_none_or(|port| port == target.port);
    Ok(is_meant.then(|| Target {
        host: match to_host {
            "" => target.host.clone(),
            other => other.to_owned(),
        },
        port: to_port.unwrap_or(target.port),
        ..target.clone()
    }))
}

/// The host before the next colon, an IPv6 address in brackets, and what is behind the colon.
fn host_of(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('[') {
        Some(six) => six.split_once("]:"),
        None => text.split_once(':'),
    }
}

#[cfg(test)]
mod tests {
    use super::redirected;
    use crate::probe::plan::Target;

    #[test]
    fn it_is_read_as_curl_reads_it() {
        let target = Target::parse("https://a.example/").unwrap();
        for (typed, to) in [
            ("a.example:443:b.example:8443", Some("b.example:8443")),
            ("A.example:443:b.example:", Some("b.example:443")),
            ("::b.example:8443", Some("b.example:8443")),
            ("a.example:443::8443", Some("a.example:8443")),
            ("a.example:443:[::1]:8443", Some("::1:8443")),
            ("[::1]:443:b.example:8443", None),
            ("c.example:443:b.example:8443", None),
            ("a.example:80:b.example:8443", None),
        ] {
            let found = redirected(typed, &target).unwrap();
            let found = found.map(|target| format!("{}:{}", target.host, target.port));
            assert_eq!(found.as_deref(), to, "{typed}");
        }
        for typed in [
            "",
            "a.example",
            "a.example:443",
            "a.example:443:b.example",
            "a:b:c:d",
            "a:443:b:65536",
        ] {
            assert!(redirected(typed, &target).is_err(), "{typed}");
        }
    }
}
