//! Which proxy stands before a target of a probe, and what it is asked for.

use std::sync::Arc;

use anyhow::Context as _;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::addresses::addresses;
use super::probe::Setup;
use super::remarks::warning;
use crate::cli::Probe;
use crate::probe::plan::{self, Proxy, Target};
use crate::probe::proxy::{Kind, Tunnel};
use crate::probe::tls::{self, Offer};

/// The proxy before a target: the one that was typed, or the environment's unless addresses were given.
pub(super) fn before(args: &Probe, target: &Target) -> anyhow::Result<Option<Proxy>> {
    let typed = &args.addresses.proxy;
    if let Some(list) = &typed.noproxy
        && plan::is_excepted(&target.host, list)
    {
        return Ok(None);
    }
    if let Some(typed) = &typed.proxy {
        return Proxy::parse(typed, "--proxy").map(Some);
    }
    if !args.addresses.ip.is_empty() || !args.addresses.resolve.is_empty() {
        return Ok(None);
    }
    Proxy::of_environment(target, |name| std::env::var(name).ok())
}

/// The tunnels that a proxy is asked for: one, or where the name is looked up here, one for each address.
pub(super) fn tunnels(
    args: &Probe,
    target: &Target,
    proxy: Option<&Proxy>,
    setup: &mut Setup,
) -> anyhow::Result<Vec<Option<Tunnel>>> {
    let Some(proxy) = proxy else {
        return Ok(vec![None]);
    };
    if proxy.named_by != "--proxy" {
        setup.warnings.push(warning(
            "proxy-of-environment",
            &format!(
                "attempts at {} go through the proxy that {} names; --noproxy '*' goes around it",
                target.host, proxy.named_by
            ),
        ));
    }
    let secure = match proxy.is_secure {
        true => Some(secure(args, proxy)?),
        false => None,
    };
    let to = |host: String| {
        Some(Tunnel {
            kind: proxy.kind,
            host,
            port: target.port,
            credentials: proxy.credentials.clone(),
            secure: secure.clone(),
        })
    };
    if proxy.kind != Kind::Socks5 {
        return Ok(vec![to(target.host.clone())]);
    }
    let found = addresses(args, target, setup)?;
    Ok(found
        .iter()
        .map(|address| to(address.ip().to_string()))
        .collect())
}

/// TLS with the proxy, and its name. What is asked for the server (`-k`, `--cacert`, `--cert`, `--curves`) is not for the
/// proxy, as in curl.
fn secure(args: &Probe, proxy: &Proxy) -> anyhow::Result<(Arc<ClientConfig>, ServerName<'static>)> {
    let typed = &args.addresses.proxy;
    let roots = tls::load(typed.proxy_cacert.as_deref())?;
    let offer = Offer {
        alpn: vec!["http/1.1".to_owned()],
        is_trusting: typed.proxy_insecure,
        ..Offer::default()
    };
    let name = ServerName::try_from(proxy.target.host.clone())
        .with_context(|| format!("{} is no name for a proxy", proxy.target.host))?;
    Ok((Arc::new(tls::client(&offer, &roots)?), name))
}
