//! `203.0.113.0/24`: a subnet on whose behalf is asked, or a range of addresses that are tried.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An address and how many of its bits count; the others are 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subnet {
    pub(crate) address: IpAddr,
    pub(crate) prefix: u8,
}

impl Subnet {
    const fn bits(self) -> u8 {
        match self.address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        }
    }

    /// How many addresses it has; `None` for more than 2^32.
    pub(crate) fn size(self) -> Option<u64> {
        let free = u32::from(self.bits().saturating_sub(self.prefix));
        (free <= 32).then(|| 1 << free)
    }

    /// Its addresses, the first and the last too.
    pub(crate) fn addresses(self) -> impl Iterator<Item = IpAddr> {
        let first = number(self.address);
        let is_v4 = self.address.is_ipv4();
        let size = u128::from(self.size().unwrap_or(0));
        (0..size).map(move |step| address(first.wrapping_add(step), is_v4))
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn address(number: u128, is_v4: bool) -> IpAddr {
    match u32::try_from(number) {
        Ok(number) if is_v4 => Ipv4Addr::from_bits(number).into(),
        _ => Ipv6Addr::from_bits(number).into(),
    }
}

impl FromStr for Subnet {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let form = |_| format!("{typed:?} is no address and no range as 203.0.113.0/24");
        let (address, prefix) = match typed.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (typed, None),
        };
        let address: IpAddr = address
            .parse()
            .map_err(|error: std::net::AddrParseError| form(error.to_string()))?;
        let whole = Self { address, prefix: 0 };
        let prefix = match prefix {
            Some(prefix) => prefix
                .parse()
                .map_err(|error: std::num::ParseIntError| form(error.to_string()))?,
            None => whole.bits(),
        };
        if prefix > whole.bits() {
            return Err(form(String::new()));
        }
        let free = u32::from(whole.bits() - prefix);
        let mask = u128::MAX.checked_shl(free).unwrap_or(0);
        Ok(Self {
            address: self::address(number(address) & mask, address.is_ipv4()),
            prefix,
        })
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::Subnet;

    #[test]
    fn ranges_are_read_and_counted() {
        for (typed, shown, size, last) in [
            (
                "203.0.113.77/24",
                "203.0.113.0/24",
                Some(256),
                "203.0.113.255",
            ),
            ("203.0.113.77", "203.0.113.77/32", Some(1), "203.0.113.77"),
            (
                "255.255.255.255/31",
                "255.255.255.254/31",
                Some(2),
                "255.255.255.255",
            ),
            (
                "2001:db8::77/120",
                "2001:db8::/120",
                Some(256),
                "2001:db8::ff",
            ),
            ("0.0.0.0/0", "0.0.0.0/0", Some(1 << 32), ""),
            ("2001:db8::/32", "2001:db8::/32", None, ""),
        ] {
            let subnet: Subnet = typed.parse().unwrap();
            assert_eq!((&*subnet.to_string(), subnet.size()), (shown, size));
            if !last.is_empty() {
                assert_eq!(subnet.addresses().last().unwrap().to_string(), last);
            }
        }
        for typed in [
            "",
            "/24",
            "203.0.113.0/33",
            "203.0.113.0/",
            "::/129",
            "example.net",
            "1.2.3",
        ] {
            assert!(typed.parse::<Subnet>().is_err(), "{typed}");
        }
    }
}
