//! What clients and servers say: TLS, HTTP and DNS, well-formed, with sizes that are asked for.

pub mod certificate;
pub mod dns;
pub mod hello;
pub mod http;
pub mod tls;

/// A length in two bytes, then the bytes.
fn with_length(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

/// A length in three bytes, then the bytes.
fn with_long_length(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    let [_, high, middle, low] = length;
    [&[high, middle, low][..], bytes].concat()
}
