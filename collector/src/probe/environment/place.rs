//! What the process runs in, and through which interfaces its servers are reached.

use std::collections::BTreeSet;
use std::env;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::Path;

use nix::ifaddrs::getifaddrs;
use stallscope_shared::report::v1::Route;

use super::{device, line};

/// Servers whose routes are looked up.
const ROUTES: usize = 64;
/// Variables that name proxies, in small letters; programs read them in capitals as well.
const PROXIES: [&str; 4] = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"];

/// What says that it is a container.
pub(super) fn container() -> Option<String> {
    let is_there = |path: &str| Path::new(path).exists();
    let named = || env::var("container").ok().filter(|name| !name.is_empty());
    if env::var_os("KUBERNETES_SERVICE_HOST").is_some() {
        Some("kubernetes".to_owned())
    } else if is_there("/.dockerenv") {
        Some("docker".to_owned())
    } else if is_there("/run/.containerenv") {
        Some("podman".to_owned())
    } else {
        named()
    }
}

/// Those that are set, as they are written.
pub(super) fn proxy_variables() -> Vec<String> {
    let both = PROXIES
        .iter()
        .flat_map(|name| [(*name).to_owned(), name.to_uppercase()]);
    both.filter(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
        .collect()
}

/// Each interface once.
pub(super) fn interfaces(servers: &[SocketAddr]) -> Vec<Route> {
    let own: BTreeSet<IpAddr> = servers
        .iter()
        .take(ROUTES)
        .filter_map(own_address)
        .collect();
    let all = getifaddrs().into_iter().flatten();
    let names: BTreeSet<String> = all
        .filter(|entry| {
            let address = entry.address.as_ref();
            let v4 = address
                .and_then(|address| address.as_sockaddr_in().map(|v4| IpAddr::from(v4.ip())));
            let v6 = address
                .and_then(|address| address.as_sockaddr_in6().map(|v6| IpAddr::from(v6.ip())));
            v4.or(v6).is_some_and(|address| own.contains(&address))
        })
        .map(|entry| entry.interface_name)
        .collect();
    let route = |name: String| Route {
        mtu: line(&format!("/sys/class/net/{name}/mtu")).and_then(|mtu| mtu.parse().ok()),
        driver: device::driver(&name),
        speed_mbit_s: device::speed(&name),
        offloads: device::offloads(&name),
        name,
    };
    names.into_iter().map(route).collect()
}

/// The address that packets to a server leave from: connecting a datagram socket sends nothing.
fn own_address(server: &SocketAddr) -> Option<IpAddr> {
    let anywhere: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((anywhere, 0)).ok()?;
    socket.connect(server).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}

#[cfg(test)]
mod tests {
    use super::interfaces;

    #[test]
    fn loopback_is_reached_through_loopback() {
        let found = interfaces(&[
            "127.0.0.1:443".parse().unwrap(),
            "127.0.0.1:80".parse().unwrap(),
        ]);
        let names: Vec<&str> = found.iter().map(|route| route.name.as_str()).collect();
        assert_eq!(names, ["lo"]);
        assert!(found[0].mtu.is_some_and(|mtu| mtu >= 1280));
    }
}
