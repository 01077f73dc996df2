//! One segment of a flow, with what every part of the flow asks about it.

use super::journal::EntryHeader;
use crate::ids::Stamp;
use crate::packet::{TcpFlags, TcpSegment};
use crate::side::Side;

/// A segment, who sent it and where it was seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) side: Side,
    /// Time to live or hop limit.
    pub(crate) ttl: u8,
    /// IPv4 identification.
    pub(crate) identification: Option<u16>,
    pub(crate) segment: &'a TcpSegment<'a>,
    pub(crate) stamp: Stamp,
}

impl Seen<'_> {
    pub(crate) const fn has(&self, flag: TcpFlags) -> bool {
        self.segment.flags.intersects(flag)
    }

    /// A SYN without ACK.
    pub(crate) const fn is_syn(&self) -> bool {
        self.has(TcpFlags::SYN) && !self.has(TcpFlags::ACK)
    }

    /// A SYN with ACK.
    pub(crate) const fn is_syn_ack(&self) -> bool {
        self.has(TcpFlags::SYN) && self.has(TcpFlags::ACK)
    }

    /// SYN, FIN or RST.
    pub(crate) const fn is_control(&self) -> bool {
        self.has(TcpFlags(
            TcpFlags::SYN.0 | TcpFlags::FIN.0 | TcpFlags::RST.0,
        ))
    }

    /// SYN or FIN: they take a sequence number of their own.
    pub(crate) const fn takes_number(&self) -> bool {
        self.has(TcpFlags(TcpFlags::SYN.0 | TcpFlags::FIN.0))
    }

    /// Payload, SYN or FIN.
    pub(crate) const fn takes_positions(&self) -> bool {
        self.segment.payload_length > 0 || self.takes_number()
    }

    /// The sequence number of the first payload byte.
    pub(crate) fn payload_sequence(&self) -> u32 {
        let syn = u32::from(self.has(TcpFlags::SYN));
        self.segment.sequence.wrapping_add(syn)
    }

    /// What its journal entry begins with.
    pub(super) fn header(&self) -> EntryHeader {
        EntryHeader {
            stamp: self.stamp,
            side: self.side,
            flags: self.segment.flags,
            ttl: self.ttl,
            identification: self.identification,
            timestamps: self.segment.options.timestamps,
        }
    }

    /// TSval.
    pub(crate) fn tsval(&self) -> Option<u32> {
        self.segment.options.timestamps.map(|(tsval, _)| tsval)
    }

    /// TSecr.
    pub(crate) fn tsecr(&self) -> Option<u32> {
        self.segment.options.timestamps.map(|(_, tsecr)| tsecr)
    }
}
