//! A TCP 5-tuple without direction.

use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Two endpoints, the lower one first, so that both directions have the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowKey {
    low: Endpoint,
    high: Endpoint,
    is_v6: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Endpoint {
    /// An IPv4 address is in the low 32 bits.
    address: u128,
    port: u16,
}

impl FlowKey {
    /// The key of a packet from `source` to `destination`, and whether `source` is its lower end.
    #[must_use]
    pub fn of(source: SocketAddr, destination: SocketAddr) -> (Self, bool) {
        let (from, to) = (Endpoint::new(source), Endpoint::new(destination));
        let source_is_low = from <= to;
        let (low, high) = if source_is_low {
            (from, to)
        } else {
            (to, from)
        };
        let is_v6 = source.is_ipv6() || destination.is_ipv6();
        (Self { low, high, is_v6 }, source_is_low)
    }

    /// The lower and the higher endpoint.
    #[must_use]
    pub fn endpoints(&self) -> (SocketAddr, SocketAddr) {
        (self.low.socket(self.is_v6), self.high.socket(self.is_v6))
    }
}

impl Hash for FlowKey {
    /// One or two words for IPv4, where a derived implementation would feed six.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ports = u64::from(self.low.port) << 16 | u64::from(self.high.port);
        if self.is_v6 {
            state.write_u128(self.low.address);
            state.write_u128(self.high.address);
            state.write_u64(ports);
        } else {
            // IPv4 addresses fill 32 bits each, so the shift loses nothing.
            let addresses = self.low.address << 32 | self.high.address;
            state.write_u64(addresses as u64);
            state.write_u64(ports);
        }
    }
}

impl Endpoint {
    fn new(socket: SocketAddr) -> Self {
        let address = match socket.ip() {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits(),
        };
        Self {
            address,
            port: socket.port(),
        }
    }

    fn socket(self, is_v6: bool) -> SocketAddr {
        let ip = if is_v6 {
            IpAddr::V6(Ipv6Addr::from_bits(self.address))
        } else {
            IpAddr::V4(Ipv4Addr::from_bits(self.address as u32))
        };
        SocketAddr::new(ip, self.port)
    }
}
