//! A TCP 5-tuple without direction.

use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Two endpoints, the lower one first, so that both directions have the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowKey {
    /// An IPv4 address is in the low 32 bits.
    low_address: u128,
    high_address: u128,
    low_port: u16,
    high_port: u16,
    is_v6: bool,
}

impl FlowKey {
    /// The key of no flow: its lower end is above its higher one.
    pub(crate) const NONE: Self = Self {
        low_address: u128::MAX,
        high_address: 0,
        low_port: u16::MAX,
        high_port: 0,
        is_v6: false,
    };

    /// The key of a packet from `source` to `destination`, and whether `source` is its lower end.
    #[must_use]
    pub fn of(source: SocketAddr, destination: SocketAddr) -> (Self, bool) {
        let from = (bits(source.ip()), source.port());
        let to = (bits(destination.ip()), destination.port());
        let source_is_low = from <= to;
        let (low, high) = if source_is_low {
            (from, to)
        } else {
            (to, from)
        };
        let key = Self {
            low_address: low.0,
            high_address: high.0,
            low_port: low.1,
            high_port: high.1,
            is_v6: source.is_ipv6() || destination.is_ipv6(),
        };
        (key, source_is_low)
    }

    /// The lower and the higher endpoint.
    #[must_use]
    pub fn endpoints(&self) -> (SocketAddr, SocketAddr) {
        (
            self.socket(self.low_address, self.low_port),
            self.socket(self.high_address, self.high_port),
        )
    }

    /// A number that spreads keys, for a cache: whoever chooses keys that collide makes it useless, and
    /// no more than that.
    pub(crate) const fn spread(&self) -> u64 {
        let ports = (self.low_port as u64) << 16 | self.high_port as u64;
        let low = self.low_address as u64 ^ (self.low_address >> 64) as u64;
        let high = self.high_address as u64 ^ (self.high_address >> 64) as u64;
        // The golden ratio in 64 bits, as in Fibonacci hashing.
        (low ^ high.rotate_left(32) ^ ports.rotate_left(16)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn socket(&self, address: u128, port: u16) -> SocketAddr {
        let ip = if self.is_v6 {
            IpAddr::V6(Ipv6Addr::from_bits(address))
        } else {
            IpAddr::V4(Ipv4Addr::from_bits(address as u32))
        };
        SocketAddr::new(ip, port)
    }
}

impl Hash for FlowKey {
    /// Two words for IPv4, where a derived implementation would feed five fields.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ports = u64::from(self.low_port) << 16 | u64::from(self.high_port);
        if self.is_v6 {
            state.write_u128(self.low_address);
            state.write_u128(self.high_address);
        } else {
            // IPv4 addresses fill 32 bits each, so the shift loses nothing.
            let addresses = self.low_address << 32 | self.high_address;
            state.write_u64(addresses as u64);
        }
        state.write_u64(ports);
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}
