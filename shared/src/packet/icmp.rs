//! ICMP (RFC 792) and ICMPv6 (RFC 4443) messages, and the packets that their errors quote.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::ip;
use super::kind::Layer;
use super::view::{Found, View, Walk};
use super::{Dissected, IpHeader, Transport};
use crate::wire::{Reader, Truncated};

/// An ICMP or ICMPv6 message; for errors, what it quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpMessage {
    /// It is ICMPv6 (RFC 4443), else ICMP (RFC 792).
    pub is_v6: bool,
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// Next-hop MTU of fragmentation needed / packet too big; `None` elsewhere and where it is 0.
    pub mtu: Option<u32>,
    /// The flow whose packet an error quotes, in the quoted packet's direction.
    pub quoted: Option<QuotedPacket>,
}

/// The start of a packet that an ICMP error quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotedPacket {
    /// Source address of the quoted packet.
    pub source: IpAddr,
    /// Destination address of the quoted packet.
    pub destination: IpAddr,
    /// IP protocol number of the quoted packet.
    pub protocol: u8,
    /// Source and destination port, where TCP or UDP and quoted far enough.
    pub ports: Option<(u16, u16)>,
    /// TCP sequence number, where quoted far enough.
    pub sequence: Option<u32>,
}

/// Reads a message; of an error that is cut off, as much as is there.
pub(super) fn message(view: View<'_>, ip: IpHeader, is_v6: bool) -> Walk<'_> {
    let &[kind, code, _, _] = view.head(Layer::Icmp)?;
    let mut rest = Reader::new(view.bytes.get(4..).unwrap_or_default());
    let second_word = rest.u32().unwrap_or_default();
    let mtu = match (is_v6, kind, code) {
        // RFC 1191 §4: the low 16 bits; RFC 4443 §3.2: all 32.
        (false, 3, 4) => second_word & 0xffff,
        (true, 2, _) => second_word,
        _ => 0,
    };
    let quoted = match (is_v6, kind) {
        // Unreachable, source quench, redirect, time exceeded, parameter problem.
        (false, 3 | 4 | 5 | 11 | 12) => quote_v4(rest).ok(),
        // Unreachable, packet too big, time exceeded, parameter problem.
        (true, 1..=4) => quote_v6(rest).ok(),
        _ => None,
    };
    Ok(Found::Transport(Dissected {
        ip,
        transport: Transport::Icmp(IcmpMessage {
            is_v6,
            kind,
            code,
            mtu: (mtu != 0).then_some(mtu),
            quoted,
        }),
    }))
}

fn quote_v4(mut quote: Reader<'_>) -> Result<QuotedPacket, Truncated> {
    let [version, _, _, _, _, _, f0, f1, _, protocol, _, _] = quote.array()?;
    if version >> 4 != 4 {
        return Err(Truncated);
    }
    let source = Ipv4Addr::from(quote.array::<4>()?);
    let destination = Ipv4Addr::from(quote.array::<4>()?);
    let header_length = usize::from(version & 0x0f).saturating_mul(4);
    let is_first_fragment = u16::from_be_bytes([f0, f1]) & 0x1fff == 0;
    let has_transport = is_first_fragment && quote.skip(header_length.saturating_sub(20)).is_ok();
    let mut packet = QuotedPacket {
        source: source.into(),
        destination: destination.into(),
        protocol,
        ports: None,
        sequence: None,
    };
    if has_transport {
        quote_transport(&mut packet, quote);
    }
    Ok(packet)
}

fn quote_v6(mut quote: Reader<'_>) -> Result<QuotedPacket, Truncated> {
    let [version, _, _, _, _, _, mut protocol, _] = quote.array()?;
    if version >> 4 != 6 {
        return Err(Truncated);
    }
    let source = Ipv6Addr::from(quote.array::<16>()?);
    let destination = Ipv6Addr::from(quote.array::<16>()?);
    let mut has_transport = true;
    while let Some(next) = quoted_extension(protocol, &mut quote) {
        let Ok((next, is_first)) = next else {
            has_transport = false;
            break;
        };
        protocol = next;
        has_transport &= is_first;
    }
    let mut packet = QuotedPacket {
        source: source.into(),
        destination: destination.into(),
        protocol,
        ports: None,
        sequence: None,
    };
    if has_transport {
        quote_transport(&mut packet, quote);
    }
    Ok(packet)
}

/// Takes one extension header off: the next protocol, and whether this is not a later fragment.
/// `None` when `protocol` is no extension header.
fn quoted_extension(protocol: u8, quote: &mut Reader<'_>) -> Option<Result<(u8, bool), Truncated>> {
    let unit = match protocol {
        ip::HOP_BY_HOP
        | ip::ROUTING
        | ip::DESTINATION_OPTIONS
        | ip::MOBILITY
        | ip::HIP
        | ip::SHIM6 => 8,
        ip::FRAGMENT => 0,
        ip::AUTHENTICATION => 4,
        _ => return None,
    };
    Some(skip_extension(unit, quote))
}

/// Every extension header starts with the next protocol and its length in units after the first eight bytes.
fn skip_extension(unit: usize, quote: &mut Reader<'_>) -> Result<(u8, bool), Truncated> {
    let [next, units, o0, o1, ..] = quote.array::<8>()?;
    quote.skip(usize::from(units).saturating_mul(unit))?;
    let is_fragment_header = unit == 0;
    let is_first = !is_fragment_header || u16::from_be_bytes([o0, o1]) & 0xfff8 == 0;
    Ok((next, is_first))
}

fn quote_transport(packet: &mut QuotedPacket, mut quote: Reader<'_>) {
    if !matches!(packet.protocol, ip::TCP | ip::UDP) {
        return;
    }
    if let (Ok(source), Ok(destination)) = (quote.u16(), quote.u16()) {
        packet.ports = Some((source, destination));
    }
    if packet.protocol == ip::TCP {
        packet.sequence = quote.u32().ok();
    }
}
