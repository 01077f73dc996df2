//! Tries addresses that nobody has. Who answers there is near this host and answers for everybody: then nothing that a
//! connection shows is sure to be its server's.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use stallscope_shared::report::v1::Control;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// TEST-NET-1 and TEST-NET-2 (RFC 5737), without a host part.
const NOBODY: [[u8; 3]; 2] = [[192, 0, 2], [198, 51, 100]];
/// Who stands in everybody's way is near; a SYN that is lost is sent again after this.
const PATIENCE: Duration = Duration::from_secs(1);

/// The port at both; `None` where no server is in the public network: inside of one's own, such addresses may be anybody's.
pub(crate) async fn control(servers: &[SocketAddr]) -> Option<Control> {
    let port = servers.iter().find(|server| is_public(server.ip()))?.port();
    let mut found = Control::default();
    let mut tries = Vec::new();
    for [a, b, c] in NOBODY {
        let host = fastrand::u8(1..=254);
        let address = SocketAddr::from(([a, b, c, host], port));
        found.tried.push(address.to_string());
        tries.push(tokio::spawn(async move {
            let made = timeout(PATIENCE, TcpStream::connect(address)).await;
            matches!(made, Ok(Ok(_))).then(|| address.to_string())
        }));
    }
    for answered in tries {
        found.answered.extend(answered.await.ok().flatten());
    }
    Some(found)
}

/// In the public IPv4 network (IANA's special-purpose registry, as far as ordinary hosts meet it).
fn is_public(address: IpAddr) -> bool {
    let IpAddr::V4(address) = address else {
        return false;
    };
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_benchmark = first == 198 && (18..20).contains(&second);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || is_shared
        || is_benchmark
        || matches!(address, Ipv4Addr::BROADCAST)
        || first == 0
        || first >= 224)
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn only_what_everybody_reaches_is_public() {
        for (address, is) in [
            ("8.8.8.8", true),
            ("100.63.0.1", true),
            ("198.20.0.1", true),
            ("127.0.53.1", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("100.64.0.1", false),
            ("169.254.169.254", false),
            ("192.0.2.1", false),
            ("198.51.100.1", false),
            ("203.0.113.1", false),
            ("198.18.0.1", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), is, "{address}");
        }
    }
}
