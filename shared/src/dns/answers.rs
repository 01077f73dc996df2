//! Which answer gave an address to a host: what names an attempt and dates its dns phase.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use crate::dns::facts::{Answer, AnswerBasis, NamedBy};
use crate::limits::DNS_ANSWERED_ADDRESSES;
use crate::time::Timestamp;

/// An address as a number, IPv4 mapped into IPv6: keys that compare fast.
type AddressNumber = u128;

fn number_of(address: IpAddr) -> AddressNumber {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn address_of(number: AddressNumber) -> IpAddr {
    Ipv6Addr::from_bits(number).to_canonical()
}

/// Answers in order of arrival, found by the address they hold and the host they went to.
#[derive(Debug, Default)]
pub(super) struct Answers {
    kept: VecDeque<Arc<Answer>>,
    /// How many were forgotten: the number of `kept`'s first.
    forgotten: u64,
    by_address: BTreeMap<AddressNumber, Holders>,
    /// Addresses in `kept`.
    address_count: usize,
    /// Numbers in all lists, those of forgotten answers too until they are met or purged.
    listed: usize,
}

impl Answers {
    pub(super) fn push(&mut self, answer: Answer) {
        let number = self.forgotten.saturating_add(self.kept.len() as u64);
        let client = number_of(answer.client.ip());
        for record in &answer.addresses {
            let holders = self.by_address.entry(number_of(record.address));
            let holders = holders.or_insert_with(|| Holders::One(client, Numbers::default()));
            let numbers = holders.of(client);
            if numbers.iter().next_back() != Some(number) {
                let stale = numbers.drop_before(self.forgotten);
                numbers.push(number);
                self.listed = self.listed.saturating_add(1).saturating_sub(stale);
            }
        }
        self.address_count += answer.addresses.len();
        self.kept.push_back(Arc::new(answer));
        while self.address_count > DNS_ANSWERED_ADDRESSES {
            self.forget_oldest();
        }
        if self.listed > 2 * DNS_ANSWERED_ADDRESSES {
            self.purge();
        }
    }

    pub(super) const fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// The last answer up to `before` that gave `server` to `client`'s host.
    pub(super) fn find(
        &self,
        client: IpAddr,
        server: IpAddr,
        before: Timestamp,
    ) -> Option<NamedBy<'_>> {
        let found = |answer, basis| NamedBy { answer, basis };
        // Addresses that nobody asked for are most of those in a capture without its DNS.
        let holders = self.by_address.get(&number_of(server))?;
        let numbers = holders.get(number_of(client));
        if let Some(answer) = numbers.and_then(|numbers| self.last(numbers, before)) {
            return Some(found(answer, AnswerBasis::SameAddress));
        }
        let mut over_loopback: Option<&Arc<Answer>> = None;
        let mut other_family = None;
        let mut other_families = 0_u32;
        for (holder, numbers) in holders.all() {
            let holder = address_of(holder);
            if holder.is_loopback() {
                // A stub on the host itself (systemd-resolved, nscd, a local cache) is asked over loopback.
                let later = self.last(numbers, before).filter(|answer| {
                    over_loopback.is_none_or(|known| answer.answered.at >= known.answered.at)
                });
                over_loopback = later.or(over_loopback);
            } else if holder.is_ipv4() != client.is_ipv4() {
                other_families = other_families.saturating_add(1);
                other_family = Some(numbers);
            }
        }
        if let Some(answer) = over_loopback {
            return Some(found(answer, AnswerBasis::Loopback));
        }
        // A dual-stack host asks an IPv4 resolver and connects over IPv6, or the other way round.
        let numbers = other_family.filter(|_| other_families == 1)?;
        self.last(numbers, before)
            .map(|answer| found(answer, AnswerBasis::OtherFamily))
    }

    /// The last answer of a list up to `before`.
    fn last(&self, numbers: &Numbers, before: Timestamp) -> Option<&Arc<Answer>> {
        numbers
            .iter()
            .rev()
            .filter_map(|number| {
                let index = usize::try_from(number.checked_sub(self.forgotten)?).ok()?;
                self.kept.get(index)
            })
            .find(|answer| answer.answered.at <= before)
    }

    /// Nobody connects any more.
    pub(super) fn forget_all(&mut self) {
        *self = Self {
            forgotten: self.forgotten.saturating_add(self.kept.len() as u64),
            ..Self::default()
        };
    }

    fn forget_oldest(&mut self) {
        let forgotten = self.kept.pop_front();
        let addresses = forgotten.map_or(self.address_count, |answer| answer.addresses.len());
        self.address_count = self.address_count.saturating_sub(addresses);
        self.forgotten += 1;
    }

    /// Takes the numbers of forgotten answers out of all lists.
    fn purge(&mut self) {
        let forgotten = self.forgotten;
        let mut listed = 0;
        self.by_address.retain(|_, holders| {
            holders.retain(|numbers| {
                numbers.drop_before(forgotten);
                let left = numbers.iter().count();
                listed += left;
                left > 0
            })
        });
        self.listed = listed;
    }
}

/// Who was given an address: the hosts, ascending, and the numbers of their answers. Most addresses were given to one.
#[derive(Debug)]
enum Holders {
    One(AddressNumber, Numbers),
    Many(BTreeMap<AddressNumber, Numbers>),
}

impl Holders {
    fn get(&self, client: AddressNumber) -> Option<&Numbers> {
        match self {
            Self::One(holder, numbers) => (*holder == client).then_some(numbers),
            Self::Many(all) => all.get(&client),
        }
    }

    /// The list of a host, which is made where there is none.
    fn of(&mut self, client: AddressNumber) -> &mut Numbers {
        if let Self::One(holder, numbers) = self
            && *holder != client
        {
            *self = Self::Many(BTreeMap::from([(*holder, std::mem::take(numbers))]));
        }
        match self {
            Self::One(_, numbers) => numbers,
            Self::Many(all) => all.entry(client).or_default(),
        }
    }

    fn all(&self) -> impl Iterator<Item = (AddressNumber, &Numbers)> {
        let (one, many) = match self {
            Self::One(holder, numbers) => (Some((*holder, numbers)), None),
            Self::Many(all) => (None, Some(all)),
        };
        let many = many.into_iter().flatten();
        one.into_iter()
            .chain(many.map(|(holder, numbers)| (*holder, numbers)))
    }

    /// Keeps the lists that are wanted; says whether any is left.
    fn retain(&mut self, mut is_wanted: impl FnMut(&mut Numbers) -> bool) -> bool {
        match self {
            Self::One(_, numbers) => is_wanted(numbers),
            Self::Many(all) => {
                all.retain(|_, numbers| is_wanted(numbers));
                !all.is_empty()
            }
        }
    }
}

/// Numbers of answers, ascending. Most addresses were given once, and need no memory beside this.
#[derive(Debug, Default)]
struct Numbers {
    first: Option<u64>,
    /// Those behind the first; there are none without it.
    #[expect(clippy::box_collection, reason = "one word for nearly every address")]
    more: Option<Box<VecDeque<u64>>>,
}

impl Numbers {
    fn push(&mut self, number: u64) {
        if self.first.is_some() {
            self.more.get_or_insert_default().push_back(number);
        } else {
            self.first = Some(number);
        }
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = u64> {
        let more = self.more.as_deref().into_iter().flatten();
        self.first.into_iter().chain(more.copied())
    }

    /// Drops the numbers below `forgotten` and says how many they were.
    fn drop_before(&mut self, forgotten: u64) -> usize {
        let mut dropped = 0;
        while self.first.is_some_and(|number| number < forgotten) {
            self.first = self.more.as_mut().and_then(|more| more.pop_front());
            dropped += 1;
        }
        dropped
    }
}
