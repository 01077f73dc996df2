//! Finding packets again behind damage.
//!
//! A place reads as packets when three packet headers in a row are plausible, each where the packet before
//! says it is, or when fewer lead exactly to the end of the capture. One header alone has some 40 bits that
//! must be right, so that bytes which are not packets do not pass three times.

use super::{ByteOrder, Layout, PacketHeader};
use crate::capture::frames::{Search, Window};

/// What the bytes at one place are.
enum Run {
    Packets,
    NotPackets,
    Needs(usize),
}

impl Layout {
    /// Looks for the first place in the window that reads as packets.
    pub(super) fn search(&self, window: Window<'_>) -> Search {
        let mut skipped: usize = 0;
        loop {
            let rest = window.bytes.get(skipped..).unwrap_or_default();
            if rest.len() < self.header_length && !window.is_last {
                let needed = self.header_length.saturating_add(SEARCH_STEP);
                return Search::Needs { skipped, needed };
            }
            if rest.is_empty() {
                return Search::Needs { skipped, needed: 1 };
            }
            match self.run(rest, window.is_last) {
                Run::Packets => return Search::Found(skipped),
                Run::NotPackets => skipped = skipped.saturating_add(1),
                Run::Needs(needed) => return Search::Needs { skipped, needed },
            }
        }
    }

    fn run(&self, bytes: &[u8], is_last: bool) -> Run {
        let mut at: usize = 0;
        let mut before: Option<PacketHeader> = None;
        for _ in 0..RUN_PACKETS {
            let rest = bytes.get(at..).unwrap_or_default();
            if at == bytes.len() && is_last && before.is_some() {
                return Run::Packets;
            }
            if rest.len() < self.header_length {
                return if is_last {
                    Run::NotPackets
                } else {
                    Run::Needs(at.saturating_add(self.header_length))
                };
            }
            let header = match self.order {
                ByteOrder::Little => self.packet_header::<false>(rest),
                ByteOrder::Big => self.packet_header::<true>(rest),
            };
            let Some(header) = header.filter(|header| self.is_plausible(*header, before)) else {
                return Run::NotPackets;
            };
            at = at
                .saturating_add(self.header_length)
                .saturating_add(header.captured as usize);
            before = Some(header);
        }
        Run::Packets
    }

    fn is_plausible(&self, header: PacketHeader, before: Option<PacketHeader>) -> bool {
        header.captured > 0
            && header.captured <= header.original
            && header.original <= self.limit
            && !self.is_bad_fraction(header.fraction)
            && before.is_none_or(|before| header.seconds.abs_diff(before.seconds) <= RUN_SECONDS)
    }
}

/// Plausible packet headers in a row that are taken for packets.
const RUN_PACKETS: usize = 3;

/// Most seconds between two of them: a day.
const RUN_SECONDS: u32 = 86_400;

/// Bytes asked for at a time, so that a long search does not go byte by byte.
const SEARCH_STEP: usize = 4_096;
