//! Redirects (RFC 9110 §15.4): each hop is an attempt of its own, with its own phases.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use stallscope_shared::probe::Log;
use tokio::net::lookup_host;

use super::attempt::{self, Errand, Task};
use super::plan::Target;

/// As many as Go's client follows.
const HOPS: u32 = 10;

/// Makes an attempt, and one for each redirect that its response leads to; those come behind it, as do those of its race.
pub(crate) async fn run(task: &Task, errand: &Errand) -> Vec<Log> {
    let logs = attempt::run(task, errand).await;
    match &task.follows {
        Some(secure) => Box::pin(hops(task, errand, secure, logs)).await,
        None => logs,
    }
}

/// The attempts that the redirects lead to, behind those that led to them.
async fn hops(
    task: &Task,
    errand: &Errand,
    secure: &Arc<ClientConfig>,
    mut logs: Vec<Log>,
) -> Vec<Log> {
    let (mut task, mut errand) = (task.clone(), errand.clone());
    let mut latest = 0;
    for hop in 1..=HOPS {
        let Some((status, location)) = logs.get(latest).and_then(redirect) else {
            break;
        };
        let Some(target) = joined(&task.target, &location) else {
            break;
        };
        let asked = logs.get(latest).map_or(errand.server, |log| log.server);
        let Some(server) = address(&task, &target, asked).await else {
            break;
        };
        if !lead(&mut task, target, status, secure) {
            break;
        }
        errand = Errand {
            server,
            due: super::now(),
            local: None,
            race: None,
            ..errand
        };
        for mut log in attempt::run(&task, &errand).await {
            log.hop = Some(hop);
            logs.push(log);
        }
        latest = logs.len() - 1;
    }
    logs
}

/// Status and Location of a response that is a redirect.
fn redirect(log: &Log) -> Option<(u16, String)> {
    let status = log.status()?;
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let headers = &log.http.as_ref()?.identity;
    let location = headers.iter().find(|(name, _)| &**name == "location")?;
    Some((status, location.1.to_string()))
}

/// Where a Location leads: it may leave out the scheme, the host, or both (RFC 3986 §4.2).
fn joined(from: &str, location: &str) -> Option<Target> {
    let from = Target::parse(from).ok()?;
    let scheme = if from.is_tls { "https" } else { "http" };
    let url = if location.contains("://") {
        location.to_owned()
    } else if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{}{location}", from.authority)
    } else {
        let path = from.path.split('?').next().unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{}{folder}/{location}", from.authority)
    };
    Target::parse(&url).ok()
}

/// Whom the next hop connects to: the same address for the same name, the proxy where there is one, else the first of the
/// system's.
async fn address(task: &Task, target: &Target, server: SocketAddr) -> Option<SocketAddr> {
    if task.tunnel.is_some() {
        return Some(server);
    }
    if target.host.eq_ignore_ascii_case(&task.name) {
        return Some(SocketAddr::new(server.ip(), target.port));
    }
    if let Some(address) = target.address() {
        return Some(address);
    }
    let mut found = lookup_host((target.host.as_str(), target.port))
        .await
        .ok()?;
    found.next()
}

/// Turns the task to where the redirect leads; whether it can be.
fn lead(task: &mut Task, target: Target, status: u16, secure: &Arc<ClientConfig>) -> bool {
    // HTTP/3 has no form in clear.
    if task.is_http3 && !target.is_tls {
        return false;
    }
    task.tls = if target.is_tls {
        let Ok(name) = ServerName::try_from(target.host.clone()) else {
            return false;
        };
        Some((Arc::clone(secure), name))
    } else {
        None
    };
    if let Some(tunnel) = &mut task.tunnel {
        tunnel.host.clone_from(&target.host);
        tunnel.port = target.port;
    }
    // As every client does it: POST becomes GET, except where the status forbids that (RFC 9110 §15.4.2, §15.4.3).
    let is_kept = matches!(status, 307 | 308) || matches!(&*task.request.method, "GET" | "HEAD");
    if !is_kept {
        "GET".clone_into(&mut task.request.method);
        task.request.body = None;
    }
    // What was meant for one host is no business of another's.
    if !target.host.eq_ignore_ascii_case(&task.name) {
        let is_private =
            |name: &str| ["authorization", "cookie", "host"].contains(&&*name.to_ascii_lowercase());
        task.request.headers.retain(|(name, _)| !is_private(name));
    }
    task.name = target.host;
    task.request.path = target.path;
    task.request.host = target.authority;
    task.target = target.typed;
    true
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn locations_are_joined_with_what_they_leave_out() {
        for (from, location, expected) in [
            (
                "https://a.example/x/y?q",
                "https://b.example/z",
                "https://b.example/z",
            ),
            (
                "https://a.example/x/y?q",
                "//b.example/z",
                "https://b.example/z",
            ),
            (
                "https://a.example:8443/x/y?q",
                "/z?w",
                "https://a.example:8443/z?w",
            ),
            ("https://a.example/x/y?q", "z", "https://a.example/x/z"),
            ("http://a.example", "z", "http://a.example/z"),
        ] {
            assert_eq!(
                joined(from, location).unwrap().typed,
                expected,
                "{from} {location}"
            );
        }
        assert!(joined("https://a.example/", "ftp://b.example/").is_none());
    }
}
