//! Who sent an RST, by what it looks like.

use super::Tcp;
use crate::diagnosis::Evidence;
use crate::flow::facts::{Reset, ResetSequence};
use crate::flow::journal::Entry;
use crate::ids::Stamp;
use crate::packet::TcpFlags;
use crate::time::Nanos;

/// Signs of an RST, each of them true or not, or not to be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResetSigns {
    /// Its TTL differs by two or more from that of the side's first packet.
    pub is_alien_ttl: bool,
    /// It came in less than 0.8 of the shortest round trip after what it can answer.
    pub is_too_soon: bool,
    /// Genuine packets of the same side came after it.
    pub is_contradicted: bool,
    /// Its identification or window is a copy of the other side's.
    pub is_copied: bool,
    /// Both sides agreed on timestamps, and it has none.
    pub lacks_timestamps: bool,
    /// It carries payload.
    pub has_payload: bool,
}

/// Who made an RST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetMaker {
    /// A third party on the way (H6).
    Stranger,
    /// The live socket of the connection (H7).
    Socket,
    /// A host that knows nothing of the connection (H8).
    NoSocket,
    /// Its looks do not say.
    Unknown,
}

impl<'a> Tcp<'a> {
    /// The first RST from the server's address.
    #[must_use]
    pub fn server_reset(&self) -> Option<&'a Reset> {
        let server = !self.client_side;
        self.flow.resets.iter().find(|reset| reset.by == server)
    }

    /// The signs of an RST.
    #[must_use]
    pub fn signs(&self, reset: &Reset) -> ResetSigns {
        let agreed = self.flow.timestamps_agreed();
        let differs = |usual: u8| usual.abs_diff(reset.ttl) >= 2;
        ResetSigns {
            is_alien_ttl: reset.usual_ttl.is_some_and(differs),
            is_too_soon: self.is_too_soon(reset),
            is_contradicted: reset.contradicted.is_some(),
            is_copied: reset.copies_identification
                && reset.identification.is_some_and(|id| id != 0)
                || reset.copies_window && reset.window != 0,
            lacks_timestamps: agreed && !reset.has_timestamps,
            has_payload: reset.payload > 0,
        }
    }

    /// An answer cannot be faster than the path.
    fn is_too_soon(&self, reset: &Reset) -> bool {
        let Some((answers, rtt)) = self.answered_by(reset).zip(self.round_trip()) else {
            return false;
        };
        let took = reset.stamp.at.since(answers.at);
        // A clock that stands still makes either longer or shorter by as much.
        let tick = self.clock_tick().get();
        let (longest, shortest) = (took.get().saturating_add(tick), rtt.get() - tick);
        // Four fifths, as jitter of the shortest round trip is possible.
        took >= Nanos(0) && longest.saturating_mul(5) < shortest.saturating_mul(4)
    }

    /// How long the capture's clock stands still, as far as this connection shows: all its times are whole milliseconds,
    /// tens or hundreds of them.
    pub(super) fn clock_tick(&self) -> Nanos {
        const TICKS: [i64; 3] = [100_000_000, 10_000_000, 1_000_000];
        let is_whole = |tick: &&i64| {
            let mut entries = self.flow.journal.iter();
            entries.all(|entry| entry.stamp().at.nanos().rem_euclid(**tick) == 0)
        };
        Nanos(TICKS.iter().find(is_whole).copied().unwrap_or(0))
    }

    /// The last speech of the other side that an RST can answer, by its numbers: one with the ACK flag has what it
    /// acknowledges and nothing later, one without is numbered as what it answers acknowledges (RFC 9293 §3.10.7.1).
    /// `None` where it answers nothing that was said: an RST at a time of its sender's choice is never too soon.
    fn answered_by(&self, reset: &Reset) -> Option<Stamp> {
        let said = self.flow.sides[!reset.by].isn;
        let Some((said, own)) = said.zip(self.flow.sides[reset.by].isn) else {
            return reset.answers_data;
        };
        let last = reset.answers_data?;
        let speech = TcpFlags(TcpFlags::SYN.0 | TcpFlags::FIN.0);
        let entries = self.flow.journal.iter().filter(|entry| {
            let takes_number = entry.payload > 0 || entry.flags.intersects(speech);
            entry.side() != reset.by && takes_number && entry.stamp().packet <= last.packet
        });
        let is_answered = |entry: &Entry| match reset.acknowledgment {
            Some(number) => {
                let end = entry.sequence.wrapping_add(entry.payload);
                (number.wrapping_sub(said).wrapping_sub(end) as i32) >= 0
            }
            None => entry.acknowledgment == reset.sequence.wrapping_sub(own),
        };
        entries
            .filter(is_answered)
            .last()
            .map(|entry| entry.stamp())
    }

    /// Who made it. A stranger shows two signs, one of which no genuine RST can have.
    #[must_use]
    pub fn maker(&self, reset: &Reset) -> ResetMaker {
        let signs = self.signs(reset);
        let impossible = [
            signs.is_alien_ttl,
            signs.is_too_soon,
            signs.is_contradicted,
            signs.has_payload && signs.lacks_timestamps,
        ];
        let impossible = impossible.iter().filter(|sign| **sign).count();
        let odd = [signs.is_copied, signs.lacks_timestamps];
        let odd = odd.iter().filter(|sign| **sign).count();
        let is_bare = reset.acknowledgment.is_none()
            && reset.relation == ResetSequence::EchoesAcknowledgment
            && !reset.has_options
            && reset.window == 0;
        if impossible >= 2 || (impossible == 1 && odd >= 1 && !is_bare) {
            return ResetMaker::Stranger;
        }
        if is_bare {
            return ResetMaker::NoSocket;
        }
        let goes_on = reset.identification_step == Some(1);
        let is_live = reset.acknowledgment.is_some()
            && matches!(reset.relation, ResetSequence::Next)
            && impossible == 0
            && !signs.lacks_timestamps;
        if is_live && (reset.has_timestamps || goes_on) {
            ResetMaker::Socket
        } else {
            ResetMaker::Unknown
        }
    }

    /// What the RST looks like, as evidence.
    #[must_use]
    pub fn reset_evidence(&self, reset: &Reset) -> Evidence {
        let id = match self.maker(reset) {
            ResetMaker::Stranger => "ev-reset-stranger",
            ResetMaker::Socket => "ev-reset-socket",
            ResetMaker::NoSocket => "ev-reset-no-socket",
            ResetMaker::Unknown => "ev-reset",
        };
        let after = reset
            .answers
            .map_or(Nanos(0), |answers| reset.stamp.at.since(answers.at));
        Evidence::packet(id, reset.stamp)
            .with("ttl", u64::from(reset.ttl))
            .with("usual", u64::from(reset.usual_ttl.unwrap_or(reset.ttl)))
            .with("after", after)
    }
}
