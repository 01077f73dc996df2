//! Briefs while attempts are still coming: a fifth of their room.
//!
//! Nobody asks for one before attempts are judged, and there are many. Numbers are told in as many bytes as they need
//! (LEB128), times and places as the difference to the attempt's first packet. Names are told by their index.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use super::brief::{Brief, HelloBrief, SealedBrief, SynBrief};
use crate::diagnosis::SealedEnder;
use crate::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use crate::phase::Outcome;
use crate::probe::Arm;
use crate::time::{Nanos, Timestamp};
use crate::wire::{Reader, Truncated};

/// Briefs in one piece of memory.
const PIECE: usize = 128;

/// Bytes that a brief usually takes.
const USUAL_BYTES: usize = 128;

/// Names of a brief, by their index in the crowd's list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names {
    pub(super) name: Option<u32>,
    pub(super) sni: Option<u32>,
    pub(super) issuer: Option<u32>,
}

/// Briefs in order, packed.
#[derive(Debug, Default)]
pub(super) struct Packed {
    pieces: Vec<Piece>,
    count: usize,
}

#[derive(Debug)]
struct Piece {
    fixed: Vec<Fixed>,
    bytes: Vec<u8>,
}

/// What of a brief is no number.
#[derive(Clone, Copy, Debug)]
struct Fixed {
    outcome: Outcome,
    ender: Option<SealedEnder>,
    flags: u16,
    present: u32,
}

impl Packed {
    /// How many.
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    /// Adds one; its names are given beside it.
    pub(super) fn push(&mut self, brief: &Brief, names: Names) {
        if self
            .pieces
            .last()
            .is_none_or(|piece| piece.fixed.len() >= PIECE)
        {
            self.pieces.push(Piece {
                fixed: Vec::with_capacity(PIECE),
                bytes: Vec::with_capacity(PIECE * USUAL_BYTES),
            });
        }
        let Some(piece) = self.pieces.last_mut() else {
            return;
        };
        let mut writer = Writer {
            bytes: &mut piece.bytes,
            first: brief.first,
            present: 0,
            bit: 0,
        };
        writer.brief(brief, names);
        let present = writer.present;
        piece.fixed.push(Fixed {
            outcome: brief.outcome,
            ender: brief.sealed.map(|sealed| sealed.ender),
            flags: flags(brief),
            present,
        });
        self.count += 1;
    }

    /// Takes all of them out, unpacked; a piece's memory is given back when it was read.
    pub(super) fn take(&mut self, names: &[Arc<str>], mut each: impl FnMut(Brief)) {
        self.count = 0;
        for piece in std::mem::take(&mut self.pieces) {
            let mut bytes = Reader::new(&piece.bytes);
            for fixed in piece.fixed {
                let mut reader = Unpacker {
                    bytes: &mut bytes,
                    first: Stamp {
                        at: Timestamp::from_nanos(0),
                        packet: PacketRef::new(CaptureId(0), PacketNumber::FIRST, 0, 0),
                    },
                    present: fixed.present,
                    names,
                };
                // What was written can be read.
                if let Ok(brief) = reader.brief(fixed) {
                    each(brief);
                }
            }
        }
    }
}

const FLAGS: usize = 16;

fn flags(brief: &Brief) -> u16 {
    let syn = |of: fn(&SynBrief) -> bool| brief.syn.as_ref().is_some_and(of);
    let hello = |of: fn(&HelloBrief) -> bool| brief.hello.as_ref().is_some_and(of);
    let all: [bool; FLAGS] = [
        brief.is_stalled,
        brief.is_tcp,
        brief.is_proven_stall,
        brief.is_proven_mute,
        brief.is_leaky,
        syn(|syn| syn.is_refused),
        syn(|syn| syn.has_ecn),
        syn(|syn| syn.has_timestamps),
        syn(|syn| syn.has_fast_open),
        syn(|syn| syn.is_rich_answer),
        syn(|syn| syn.is_answer_scaled),
        hello(|hello| hello.is_split),
        hello(|hello| hello.has_psk),
        hello(|hello| hello.is_whole),
        brief.client.is_ipv6(),
        brief.server.is_ipv6(),
    ];
    all.iter()
        .rev()
        .fold(0, |bits, flag| bits << 1 | u16::from(*flag))
}

const fn unflag(bits: u16) -> [bool; FLAGS] {
    let mut all = [false; FLAGS];
    let mut rest: &mut [bool] = &mut all;
    let mut bits = bits;
    while let [first, others @ ..] = rest {
        *first = bits & 1 != 0;
        bits >>= 1;
        rest = others;
    }
    all
}

/// Writes one brief.
struct Writer<'a> {
    bytes: &'a mut Vec<u8>,
    first: Stamp,
    /// Which optional values are there, in their order.
    present: u32,
    bit: u32,
}

impl Writer<'_> {
    fn brief(&mut self, brief: &Brief, names: Names) {
        self.number(u64::from(brief.id));
        self.number(u64::from(brief.vantage));
        self.whole_stamp(brief.first);
        self.endpoint(brief.client);
        self.endpoint(brief.server);
        self.stamp(brief.last);
        self.maybe(brief.arm, |to, arm| to.number(arm as u64));
        self.maybe(names.name, |to, name| to.number(u64::from(name)));
        self.maybe(names.issuer, |to, name| to.number(u64::from(name)));
        self.maybe(brief.syn.as_ref(), Self::syn);
        self.maybe(brief.hello.as_ref(), |to, hello| to.hello(hello, names.sni));
        self.maybe(brief.through_tls, Writer::moment);
        self.maybe(brief.server_ttl, |to, ttl| to.number(u64::from(ttl)));
        self.number(brief.server_bytes);
        self.number(brief.client_bytes);
        let stray = brief.stray_syn_ack.as_deref().copied();
        self.maybe(stray, |to, (stamp, acknowledgment)| {
            to.stamp(stamp);
            to.number(u64::from(acknowledgment));
        });
        self.number(u64::from(brief.server_largest));
        self.number(u64::from(brief.retransmissions));
        self.maybe(brief.round_trips, |to, (shortest, longest)| {
            to.length(shortest);
            to.length(longest);
        });
        self.maybe(brief.echo, Self::length);
        self.maybe(brief.client_think, Self::length);
        self.maybe(brief.sealed, |to, sealed| {
            to.length(sealed.waited);
            to.number(sealed.bytes);
            to.maybe(sealed.limit, |to, limit| to.number(u64::from(limit)));
        });
    }

    fn syn(&mut self, syn: &SynBrief) {
        self.number(u64::from(syn.count));
        self.maybe(syn.answer, Self::stamp);
        self.maybe(syn.answered, |to, which| to.number(u64::from(which)));
        self.maybe(syn.round_trip, Self::length);
    }

    fn hello(&mut self, hello: &HelloBrief, sni: Option<u32>) {
        self.stamp(hello.first);
        self.number(hello.bytes);
        self.number(u64::from(hello.records));
        self.maybe(sni, |to, name| to.number(u64::from(name)));
        self.bytes.extend_from_slice(&hello.shape.to_be_bytes());
        self.maybe(hello.after_syn_ack, Self::length);
        self.maybe(hello.acked_in, Self::length);
        self.maybe(hello.answered_in, Self::length);
    }

    /// A bit says whether it is there. What lies inside has bits of its own, so both sides count alike only when
    /// what is absent counts none; the reader does the same.
    fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        let bit = self.bit;
        self.bit += 1;
        if let Some(value) = value {
            self.present |= 1u32.checked_shl(bit).unwrap_or(0);
            write(self, value);
        }
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Small whatever its sign.
    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    fn length(&mut self, length: Nanos) {
        self.signed(length.get());
    }

    fn moment(&mut self, at: Timestamp) {
        self.signed(at.nanos().wrapping_sub(self.first.at.nanos()));
    }

    fn whole_stamp(&mut self, stamp: Stamp) {
        self.bytes
            .extend_from_slice(&stamp.at.nanos().to_be_bytes());
        self.number(u64::from(stamp.packet.capture().0));
        self.number(stamp.packet.offset());
        self.number(u64::from(stamp.packet.number.get()));
        self.number(u64::from(stamp.packet.length));
    }

    fn stamp(&mut self, stamp: Stamp) {
        let (packet, first) = (stamp.packet, self.first.packet);
        self.moment(stamp.at);
        self.number(u64::from(packet.capture().0));
        self.signed(packet.offset().wrapping_sub(first.offset()) as i64);
        self.signed(i64::from(packet.number.get()) - i64::from(first.number.get()));
        self.number(u64::from(packet.length));
    }

    fn endpoint(&mut self, endpoint: SocketAddr) {
        match endpoint.ip() {
            IpAddr::V4(address) => self.bytes.extend_from_slice(&address.octets()),
            IpAddr::V6(address) => self.bytes.extend_from_slice(&address.octets()),
        }
        self.bytes.extend_from_slice(&endpoint.port().to_be_bytes());
    }
}

/// Reads one brief.
struct Unpacker<'r, 'a> {
    bytes: &'r mut Reader<'a>,
    first: Stamp,
    present: u32,
    names: &'r [Arc<str>],
}

impl Unpacker<'_, '_> {
    fn brief(&mut self, fixed: Fixed) -> Result<Brief, Truncated> {
        let [
            is_stalled,
            is_tcp,
            is_proven_stall,
            is_proven_mute,
            is_leaky,
            ..,
            client_is_v6,
            server_is_v6,
        ] = unflag(fixed.flags);
        let id = self.small()?;
        let vantage = self.number()? as u16;
        self.first = self.whole_stamp()?;
        Ok(Brief {
            id,
            vantage,
            first: self.first,
            client: self.endpoint(client_is_v6)?,
            server: self.endpoint(server_is_v6)?,
            last: self.stamp()?,
            outcome: fixed.outcome,
            is_stalled,
            is_tcp,
            arm: self
                .maybe(|from| Ok(Arm::of_code(from.number()?)))?
                .flatten(),
            name: self.maybe(Self::name)?.flatten(),
            issuer: self.maybe(Self::name)?.flatten(),
            syn: self.maybe(|from| from.syn(fixed.flags))?,
            hello: self.maybe(|from| from.hello(fixed.flags))?,
            through_tls: self.maybe(Self::moment)?,
            server_ttl: self.maybe(|from| Ok(from.number()? as u8))?,
            server_bytes: self.number()?,
            client_bytes: self.number()?,
            stray_syn_ack: self.maybe(|from| Ok(Box::new((from.stamp()?, from.small()?))))?,
            server_largest: self.small()?,
            retransmissions: self.small()?,
            round_trips: self.maybe(|from| Ok((from.length()?, from.length()?)))?,
            echo: self.maybe(Self::length)?,
            client_think: self.maybe(Self::length)?,
            is_proven_stall,
            is_proven_mute,
            sealed: self.maybe(|from| from.sealed(fixed.ender))?.flatten(),
            is_leaky,
        })
    }

    fn syn(&mut self, flags: u16) -> Result<SynBrief, Truncated> {
        let [
            _,
            _,
            _,
            _,
            _,
            is_refused,
            has_ecn,
            has_timestamps,
            has_fast_open,
            is_rich_answer,
            is_answer_scaled,
            ..,
        ] = unflag(flags);
        Ok(SynBrief {
            count: self.small()?,
            answer: self.maybe(Self::stamp)?,
            answered: self.maybe(Self::small)?,
            round_trip: self.maybe(Self::length)?,
            is_refused,
            has_ecn,
            has_timestamps,
            has_fast_open,
            is_rich_answer,
            is_answer_scaled,
        })
    }

    fn hello(&mut self, flags: u16) -> Result<HelloBrief, Truncated> {
        let [.., is_split, has_psk, is_whole, _, _] = unflag(flags);
        Ok(HelloBrief {
            first: self.stamp()?,
            is_whole,
            bytes: self.number()?,
            records: self.small()?,
            is_split,
            has_psk,
            sni: self.maybe(Self::name)?.flatten(),
            shape: self.bytes.u64()?,
            after_syn_ack: self.maybe(Self::length)?,
            acked_in: self.maybe(Self::length)?,
            answered_in: self.maybe(Self::length)?,
        })
    }

    fn sealed(&mut self, ender: Option<SealedEnder>) -> Result<Option<SealedBrief>, Truncated> {
        let (waited, bytes) = (self.length()?, self.number()?);
        let limit = self.maybe(Self::small)?;
        Ok(ender.map(|ender| SealedBrief {
            ender,
            waited,
            bytes,
            limit,
        }))
    }

    fn maybe<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Truncated>,
    ) -> Result<Option<T>, Truncated> {
        let is_there = self.present & 1 != 0;
        self.present >>= 1;
        if is_there {
            read(self).map(Some)
        } else {
            Ok(None)
        }
    }

    fn number(&mut self) -> Result<u64, Truncated> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.bytes.u8()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok(number);
            }
            shift += 7;
        }
    }

    fn small(&mut self) -> Result<u32, Truncated> {
        Ok(self.number()? as u32)
    }

    fn signed(&mut self) -> Result<i64, Truncated> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn length(&mut self) -> Result<Nanos, Truncated> {
        self.signed().map(Nanos)
    }

    fn moment(&mut self) -> Result<Timestamp, Truncated> {
        let since = self.signed()?;
        Ok(Timestamp::from_nanos(
            self.first.at.nanos().wrapping_add(since),
        ))
    }

    fn name(&mut self) -> Result<Option<Arc<str>>, Truncated> {
        let index = self.number()?;
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        Ok(self.names.get(index).map(Arc::clone))
    }

    fn whole_stamp(&mut self) -> Result<Stamp, Truncated> {
        let at = Timestamp::from_nanos(self.bytes.u64()? as i64);
        let capture = CaptureId(self.number()? as u16);
        let offset = self.number()?;
        let number = PacketNumber::new(self.small()?).unwrap_or(PacketNumber::FIRST);
        Ok(Stamp {
            at,
            packet: PacketRef::new(capture, number, offset, self.small()?),
        })
    }

    fn stamp(&mut self) -> Result<Stamp, Truncated> {
        let at = self.moment()?;
        let first = self.first.packet;
        let capture = CaptureId(self.number()? as u16);
        let offset = first.offset().wrapping_add(self.signed()? as u64);
        let number = i64::from(first.number.get()).wrapping_add(self.signed()?) as u32;
        let number = PacketNumber::new(number).unwrap_or(PacketNumber::FIRST);
        Ok(Stamp {
            at,
            packet: PacketRef::new(capture, number, offset, self.small()?),
        })
    }

    fn endpoint(&mut self, is_v6: bool) -> Result<SocketAddr, Truncated> {
        let address = if is_v6 {
            IpAddr::V6(Ipv6Addr::from(self.bytes.array::<16>()?))
        } else {
            IpAddr::V4(Ipv4Addr::from(self.bytes.array::<4>()?))
        };
        Ok(SocketAddr::new(address, self.bytes.u16()?))
    }
}

#[cfg(test)]
mod tests;
