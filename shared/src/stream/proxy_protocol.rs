//! The PROXY protocol, versions 1 and 2 (haproxy's proxy-protocol.txt): a balancer's word on who connects.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::http::sniff::{self, Sniff};
use crate::wire::{Reader, Truncated};

/// How version 1 starts.
const LINE_START: &[u8] = b"PROXY ";
/// Longest line of version 1 with its end.
const LINE_BYTES: usize = 107;
/// How version 2 starts.
const SIGNATURE: &[u8] = b"\r\n\r\n\x00\r\nQUIT\n";
/// Longest version 2 header that is taken for one: its addresses and a few kilobytes of extensions.
const HEADER_BYTES: usize = 4096;

/// A whole header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProxyHeader {
    pub(super) version: u8,
    pub(super) addresses: Option<(SocketAddr, SocketAddr)>,
    pub(super) length: usize,
}

/// Whether the bytes start with a header; [`Sniff::Yes`] once it is whole.
pub(super) fn sniff(bytes: &[u8]) -> Sniff {
    let starts = match (
        sniff::starts(bytes, LINE_START),
        sniff::starts(bytes, SIGNATURE),
    ) {
        (Sniff::Yes, _) if bytes.len() > LINE_BYTES && parse(bytes).is_none() => Sniff::No,
        (_, Sniff::Yes) if bytes.len() > HEADER_BYTES && parse(bytes).is_none() => Sniff::No,
        (Sniff::No, Sniff::No) => Sniff::No,
        _ => Sniff::NeedMore,
    };
    if starts == Sniff::NeedMore && parse(bytes).is_some() {
        return Sniff::Yes;
    }
    starts
}

/// The whole header at the start of the bytes.
pub(super) fn parse(bytes: &[u8]) -> Option<ProxyHeader> {
    if bytes.starts_with(LINE_START) {
        line(bytes)
    } else if bytes.starts_with(SIGNATURE) {
        binary(bytes).ok()
    } else {
        None
    }
}

fn line(bytes: &[u8]) -> Option<ProxyHeader> {
    let end = bytes
        .iter()
        .take(LINE_BYTES)
        .position(|byte| *byte == b'\n')?;
    let text = std::str::from_utf8(bytes.get(LINE_START.len()..end)?).ok()?;
    let mut words = text.split_ascii_whitespace();
    let family = words.next()?;
    let mut address = || words.next()?.parse::<IpAddr>().ok();
    let (source, destination) = (address(), address());
    let mut port = || words.next()?.parse::<u16>().ok();
    let (source_port, destination_port) = (port(), port());
    let addresses = match family {
        "UNKNOWN" => None,
        "TCP4" | "TCP6" => Some((
            SocketAddr::new(source?, source_port?),
            SocketAddr::new(destination?, destination_port?),
        )),
        _ => return None,
    };
    Some(ProxyHeader {
        version: 1,
        addresses,
        length: end + 1,
    })
}

fn binary(bytes: &[u8]) -> Result<ProxyHeader, Truncated> {
    let mut reader = Reader::new(bytes);
    reader.skip(SIGNATURE.len())?;
    let command = reader.u8()?;
    let family = reader.u8()?;
    let length = reader.u16()?;
    let mut body = reader.sub(usize::from(length))?;
    let addresses = match (command & 0x0f, family) {
        (1, 0x11) => Some(pair(&mut body, |body| {
            Ok(IpAddr::from(Ipv4Addr::from(body.array::<4>()?)))
        })?),
        (1, 0x21) => Some(pair(&mut body, |body| {
            Ok(IpAddr::from(Ipv6Addr::from(body.array::<16>()?)))
        })?),
        _ => None,
    };
    Ok(ProxyHeader {
        version: 2,
        addresses,
        length: reader.position(),
    })
}

fn pair(
    body: &mut Reader<'_>,
    address: fn(&mut Reader<'_>) -> Result<IpAddr, Truncated>,
) -> Result<(SocketAddr, SocketAddr), Truncated> {
    let (source, destination) = (address(body)?, address(body)?);
    let (source_port, destination_port) = (body.u16()?, body.u16()?);
    Ok((
        SocketAddr::new(source, source_port),
        SocketAddr::new(destination, destination_port),
    ))
}
