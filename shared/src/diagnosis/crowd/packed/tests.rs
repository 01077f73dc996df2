//! What was packed comes out as it was, whatever of it is there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use proptest::prelude::*;

use super::super::brief::{Brief, HelloBrief, SealedBrief, SynBrief};
use super::{Names, Packed};
use crate::diagnosis::SealedEnder;
use crate::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use crate::phase::Outcome;
use crate::probe::Arm;
use crate::time::{Nanos, Timestamp};

/// Numbers and flags to be made into a brief, handed out one after the other.
struct Dice<'a> {
    numbers: std::iter::Cycle<std::slice::Iter<'a, u64>>,
    flags: std::iter::Cycle<std::slice::Iter<'a, bool>>,
}

impl Dice<'_> {
    fn number(&mut self) -> u64 {
        *self.numbers.next().unwrap()
    }

    fn flag(&mut self) -> bool {
        *self.flags.next().unwrap()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let is_there = self.flag();
        is_there.then(|| make(self))
    }

    fn nanos(&mut self) -> Nanos {
        Nanos(self.number() as i64)
    }

    fn stamp(&mut self) -> Stamp {
        let number = PacketNumber::new(self.number() as u32).unwrap_or(PacketNumber::FIRST);
        Stamp {
            at: Timestamp::from_nanos(self.number() as i64),
            packet: PacketRef::new(
                CaptureId(self.number() as u16),
                number,
                self.number(),
                self.number() as u32,
            ),
        }
    }

    fn endpoint(&mut self) -> SocketAddr {
        let address = if self.flag() {
            IpAddr::V4(Ipv4Addr::from_bits(self.number() as u32))
        } else {
            IpAddr::V6(Ipv6Addr::from_bits(u128::from(self.number()) << 50))
        };
        SocketAddr::new(address, self.number() as u16)
    }

    fn name(&mut self, names: &[Arc<str>]) -> Option<(u32, Arc<str>)> {
        let index = self.number() as usize % names.len();
        self.maybe(|_| (index as u32, Arc::clone(&names[index])))
    }

    fn syn(&mut self) -> SynBrief {
        SynBrief {
            count: self.number() as u32,
            answer: self.maybe(Self::stamp),
            answered: self.maybe(|dice| dice.number() as u32),
            round_trip: self.maybe(Self::nanos),
            is_refused: self.flag(),
            has_ecn: self.flag(),
            has_timestamps: self.flag(),
            has_fast_open: self.flag(),
            is_rich_answer: self.flag(),
            is_answer_scaled: self.flag(),
        }
    }

    fn hello(&mut self, sni: Option<Arc<str>>) -> HelloBrief {
        HelloBrief {
            first: self.stamp(),
            is_whole: self.flag(),
            bytes: self.number(),
            records: self.number() as u32,
            is_split: self.flag(),
            has_psk: self.flag(),
            sni,
            shape: self.number(),
            after_syn_ack: self.maybe(Self::nanos),
            acked_in: self.maybe(Self::nanos),
            answered_in: self.maybe(Self::nanos),
        }
    }

    fn sealed(&mut self) -> SealedBrief {
        SealedBrief {
            ender: [SealedEnder::Client, SealedEnder::Nobody][self.number() as usize % 2],
            waited: self.nanos(),
            bytes: self.number(),
            limit: self.maybe(|dice| dice.number() as u32),
        }
    }

    fn brief(&mut self, names: &[Arc<str>]) -> (Brief, Names) {
        let [name, sni, issuer] = [0; 3].map(|_| self.name(names));
        let hello = self.maybe(|dice| dice.hello(sni.clone().map(|(_, name)| name)));
        let indexes = Names {
            name: name.as_ref().map(|(index, _)| *index),
            sni: sni.map(|(index, _)| index),
            issuer: issuer.as_ref().map(|(index, _)| *index),
        };
        let brief = Brief {
            id: self.number() as u32,
            vantage: self.number() as u16,
            client: self.endpoint(),
            server: self.endpoint(),
            arm: self.maybe(|dice| Arm::ALL[dice.number() as usize % Arm::ALL.len()]),
            name: name.map(|(_, name)| name),
            first: self.stamp(),
            last: self.stamp(),
            outcome: [Outcome::Completed, Outcome::Refused][self.number() as usize % 2],
            is_stalled: self.flag(),
            is_tcp: self.flag(),
            syn: self.maybe(Self::syn),
            hello,
            issuer: issuer.map(|(_, name)| name),
            through_tls: self.maybe(|dice| Timestamp::from_nanos(dice.number() as i64)),
            server_ttl: self.maybe(|dice| dice.number() as u8),
            server_bytes: self.number(),
            client_bytes: self.number(),
            stray_syn_ack: self.maybe(|dice| Box::new((dice.stamp(), dice.number() as u32))),
            server_largest: self.number() as u32,
            retransmissions: self.number() as u32,
            round_trips: self.maybe(|dice| (dice.nanos(), dice.nanos())),
            echo: self.maybe(Self::nanos),
            client_think: self.maybe(Self::nanos),
            is_proven_stall: self.flag(),
            is_proven_mute: self.flag(),
            sealed: self.maybe(Self::sealed),
            is_leaky: self.flag(),
        };
        (brief, indexes)
    }
}

proptest! {
    #[test]
    fn what_was_packed_comes_out_as_it_was(
        numbers in proptest::collection::vec(
            prop_oneof![0..1u64 << 20, any::<u64>()], 61),
        flags in proptest::collection::vec(any::<bool>(), 53),
        count in 1..300usize,
    ) {
        let names = ["a.example", "b.example", "CA"].map(Arc::from);
        let mut dice = Dice { numbers: numbers.iter().cycle(), flags: flags.iter().cycle() };
        let mut packed = Packed::default();
        let mut briefs = Vec::new();
        for _ in 0..count {
            let (brief, indexes) = dice.brief(&names);
            packed.push(&brief, indexes);
            briefs.push(brief);
        }
        prop_assert_eq!(packed.len(), count);
        let mut taken = Vec::new();
        packed.take(&names, |brief| taken.push(brief));
        prop_assert_eq!(taken, briefs);
    }
}
