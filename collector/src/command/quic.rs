//! What `stallscope probe` cannot do over QUIC is refused, and not left out.

use anyhow::bail;
use stallscope_shared::probe::Arm;

use super::probe::Setup;
use super::remarks::warning;
use crate::cli::Probe;
use crate::probe::plan::{Proxy, Target};

/// How a command that speaks HTTP/3 is made.
const WITHOUT: &str = "this command was built without HTTP/3; `cargo install --locked --path collector --features http3` builds one that speaks it";

/// HTTP/3 can be had as it was asked for, where it was.
pub(super) fn check(args: &Probe, targets: &[Target]) -> anyhow::Result<()> {
    let is_arm = args.arms.arms.contains(&Arm::Http3);
    if !args.offer.http3 && !is_arm {
        return Ok(());
    }
    if !cfg!(feature = "http3") {
        bail!(WITHOUT);
    }
    if let Some(clear) = targets.iter().find(|target| !target.is_tls) {
        bail!(
            "{} speaks no TLS, which HTTP/3 is never without",
            clear.typed
        );
    }
    if args.tls.tls_max.as_deref() == Some("1.2") {
        bail!("QUIC begins with TLS 1.3 (RFC 9001 §4.2), which --tls-max 1.2 leaves out");
    }
    let of_tcp = [
        (args.pace.happy_eyeballs.is_some(), "--happy-eyeballs"),
        (args.pace.linger.is_some(), "--linger"),
    ];
    let of_tcp_alone = [
        (args.tls.mss.is_some(), "--mss"),
        (args.pace.expect100, "--expect100"),
        (args.limits.go_timeouts, "--go-timeouts"),
        (args.addresses.proxy.proxy.is_some(), "--proxy"),
    ];
    let wanted = of_tcp_alone.into_iter().filter(|_| args.offer.http3);
    let mut refused = of_tcp.into_iter().chain(wanted);
    if let Some((_, flag)) = refused.find(|(is_typed, _)| *is_typed) {
        bail!("{flag} is of TCP; HTTP/3 goes over QUIC");
    }
    Ok(())
}

/// The environment's proxy is not asked to carry QUIC, and the report says so.
pub(super) fn around(args: &Probe, proxy: Option<Proxy>, setup: &mut Setup) -> Option<Proxy> {
    let named_by = match &proxy {
        Some(proxy) if args.offer.http3 => proxy.named_by,
        _ => return proxy,
    };
    setup.warnings.push(warning(
        "proxy-gone-around",
        &format!(
            "{named_by} names a proxy, which is not asked to carry QUIC: attempts go around it"
        ),
    ));
    None
}
