//! Takes in what headers tell of hosts and boxes on the way: TTL (M12), identification (M11),
//! timestamps (M13).

use super::facts::{EchoLag, IpIdFacts, IpIdGap, TimestampUse, TtlChange, TtlFacts};
use super::journal::Notes;
use super::seen::Seen;
use crate::grow;
use crate::ids::Stamp;
use crate::limits::HEADER_CHANGES;
use crate::packet::TcpFlags;

/// A larger step of identification says that the counter is not the flow's own: an initial window of 10
/// segments (RFC 6928) sent six times, as a sender does in ten seconds, stays below.
pub(crate) const IP_ID_STEP: u16 = 64;

impl TtlFacts {
    /// The next packet of the side; `last` is the TTL of the one before.
    pub(crate) fn on_packet(&mut self, to: u8, stamp: Stamp, last: Option<u8>) -> Notes {
        let Some(from) = last else {
            self.first = Some(to);
            return Notes::default();
        };
        if from == to {
            return Notes::default();
        }
        self.change_count = self.change_count.saturating_add(1);
        if self.changes.len() < HEADER_CHANGES {
            self.changes.push(TtlChange { stamp, from, to });
        }
        Notes::TTL_CHANGE
    }
}

impl IpIdFacts {
    /// The next packet of the side that is neither SYN nor RST; `before` is the packet before it.
    pub(crate) fn on_packet(
        &mut self,
        identification: Option<u16>,
        stamp: Stamp,
        before: Option<Stamp>,
    ) -> Notes {
        let Some(identification) = identification.filter(|number| *number != 0) else {
            return Notes::default();
        };
        self.visible = self.visible.saturating_add(1);
        let Some(last) = self.last.replace(identification) else {
            self.first = Some(identification);
            return Notes::default();
        };
        // A counter that skips 0 or passes through it makes a step of 1 or 2; 2 is what the wire has.
        let step = identification.wrapping_sub(last);
        match step {
            1 => self.single_steps = self.single_steps.saturating_add(1),
            2..=IP_ID_STEP => {
                let missing = step.saturating_sub(1);
                self.gap_count = self.gap_count.saturating_add(1);
                self.missing = self.missing.saturating_add(u32::from(missing));
                if let Some(before) = before
                    && self.gaps.len() < HEADER_CHANGES
                {
                    if self.gaps.capacity() == 0 {
                        // Where one is missing, others mostly are.
                        self.gaps.reserve_exact(HEADER_CHANGES / 2);
                    }
                    grow::push(
                        &mut self.gaps,
                        IpIdGap {
                            before,
                            after: stamp,
                            missing,
                        },
                    );
                }
                return Notes::IP_ID_GAP;
            }
            _ => self.wild_steps = self.wild_steps.saturating_add(1),
        }
        Notes::default()
    }
}

impl TimestampUse {
    /// The next packet of the side. `agreed`: SYN and SYN-ACK both had the option.
    pub(crate) fn on_packet(&mut self, seen: &Seen<'_>, agreed: bool) {
        if seen.has(TcpFlags::RST) {
            return;
        }
        let tsval = seen.tsval();
        if tsval.is_none() && seen.segment.options.snapped {
            return;
        }
        if seen.has(TcpFlags::SYN) {
            self.offered = Some(tsval.is_some());
        }
        self.on_option(tsval, seen.stamp, agreed);
    }

    /// The next packet of the side, whose options were all captured.
    pub(crate) fn on_option(&mut self, tsval: Option<u32>, stamp: Stamp, agreed: bool) {
        if tsval.is_some() {
            self.latest = tsval;
            self.with = self.with.saturating_add(1);
            return;
        }
        self.without = self.without.saturating_add(1);
        if agreed && self.first_missing.is_none() {
            self.first_missing = Some(Box::new(stamp));
        }
    }
}

impl EchoLag {
    /// A data packet of bulk echoes a timestamp that is so many ticks behind the other side's last.
    pub(crate) fn on_data(&mut self, lag: u32) {
        self.least = if self.run == 0 {
            lag
        } else {
            self.least.min(lag)
        };
        self.run += 1;
        if self.run == Self::RUN {
            self.longest = self.longest.max(Some(self.least));
            self.run = 0;
        }
    }
}
