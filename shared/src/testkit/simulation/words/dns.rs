//! DNS messages (RFC 1035 §4).

use std::net::IpAddr;

/// Type A.
pub const A: u16 = 1;
/// Type AAAA.
pub const AAAA: u16 = 28;

/// A query with recursion desired.
#[must_use]
pub fn query(id: u16, name: &str, kind: u16) -> Vec<u8> {
    let mut bytes = header(id, 0x0100, 0);
    bytes.extend(question(name, kind));
    bytes
}

/// A response: its code, and addresses.
#[must_use]
pub fn response(id: u16, name: &str, kind: u16, (code, addresses): (u16, &[IpAddr])) -> Vec<u8> {
    let count = u16::try_from(addresses.len()).unwrap_or_default();
    let mut bytes = header(id, 0x8180 | code, count);
    bytes.extend(question(name, kind));
    for address in addresses {
        let octets = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        // A pointer to the question's name, then class IN and a minute to live.
        bytes.extend([0xc0, 0x0c]);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 0, 60]);
        bytes.extend(super::with_length(&octets));
    }
    bytes
}

fn header(id: u16, flags: u16, answers: u16) -> Vec<u8> {
    let words = [id, flags, 1, answers, 0, 0];
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn question(name: &str, kind: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.') {
        bytes.push(u8::try_from(label.len()).unwrap_or_default());
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes.extend(kind.to_be_bytes());
    bytes.extend([0, 1]);
    bytes
}
