//! A TCP 5-tuple without direction.

use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// An address as a number, its upper half first: an IPv4 address is in the low 32 bits. As `u128` it would make every
/// key a quarter longer.
type Bits = [u64; 2];

/// Two endpoints, the lower one first, so that both directions have the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowKey {
    low_address: Bits,
    high_address: Bits,
    low_port: u16,
    high_port: u16,
    is_v6: bool,
}

impl FlowKey {
    /// The key of no flow: its lower end is above its higher one.
    pub(crate) const NONE: Self = Self {
        low_address: [u64::MAX; 2],
        high_address: [0; 2],
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
        let [low_upper, low_lower] = self.low_address;
        let [high_upper, high_lower] = self.high_address;
        let (low, high) = (low_upper ^ low_lower, high_upper ^ high_lower);
        // The golden ratio in 64 bits, as in Fibonacci hashing.
        (low ^ high.rotate_left(32) ^ ports.rotate_left(16)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn socket(&self, [upper, lower]: Bits, port: u16) -> SocketAddr {
        let ip = if self.is_v6 {
            let address = u128::from(upper) << 64 | u128::from(lower);
            IpAddr::V6(Ipv6Addr::from_bits(address))
        } else {
            IpAddr::V4(Ipv4Addr::from_bits(lower as u32))
        };
        SocketAddr::new(ip, port)
    }
}

impl Hash for FlowKey {
    /// Two words for IPv4, where a derived implementation would feed five fields.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ports = u64::from(self.low_port) << 16 | u64::from(self.high_port);
        let [low_upper, low] = self.low_address;
        let [high_upper, high] = self.high_address;
        if self.is_v6 {
            for word in [low_upper, low, high_upper, high] {
                state.write_u64(word);
            }
        } else {
            // IPv4 addresses fill 32 bits each, so the shift loses nothing.
            state.write_u64(low << 32 | high);
        }
        state.write_u64(ports);
    }
}

fn bits(address: IpAddr) -> Bits {
    match address {
        IpAddr::V4(address) => [0, u64::from(address.to_bits())],
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            [(bits >> 64) as u64, bits as u64]
        }
    }
}
