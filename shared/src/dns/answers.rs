//! Which answer gave an address to a host: what names an attempt and dates its dns phase.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use crate::dns::facts::{Answer, AnswerBasis, NamedBy};
use crate::limits::DNS_ANSWERED_ADDRESSES;
use crate::time::Timestamp;

/// The lowest address in the order of `IpAddr`, to begin a range with.
const LOWEST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

/// Answers in order of arrival, found by the address they hold and the host they went to.
#[derive(Debug, Default)]
pub(super) struct Answers {
    kept: VecDeque<Answer>,
    /// How many were forgotten: the number of `kept`'s first.
    forgotten: u64,
    /// (address, client) to the numbers of its answers, ascending.
    by_address: BTreeMap<(IpAddr, IpAddr), VecDeque<u64>>,
    address_count: usize,
}

impl Answers {
    pub(super) fn push(&mut self, answer: Answer) {
        let number = self.forgotten.saturating_add(self.kept.len() as u64);
        for record in &answer.addresses {
            let numbers = self
                .by_address
                .entry((record.address, answer.client.ip()))
                .or_default();
            if numbers.back() != Some(&number) {
                numbers.push_back(number);
            }
        }
        self.address_count += answer.addresses.len();
        self.kept.push_back(answer);
        while self.address_count > DNS_ANSWERED_ADDRESSES {
            self.forget_oldest();
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
        if let Some(answer) = self.last(server, client, before) {
            return Some(found(answer, AnswerBasis::SameAddress));
        }
        let others = || {
            self.by_address
                .range((server, LOWEST)..)
                .take_while(move |((address, _), _)| *address == server)
                .map(|((_, holder), _)| *holder)
        };
        // A stub on the host itself (systemd-resolved, nscd, a local cache) is asked over loopback.
        let over_loopback = others()
            .filter(IpAddr::is_loopback)
            .filter_map(|holder| self.last(server, holder, before))
            .max_by_key(|answer| answer.answered.at);
        if let Some(answer) = over_loopback {
            return Some(found(answer, AnswerBasis::Loopback));
        }
        // A dual-stack host asks an IPv4 resolver and connects over IPv6, or the other way round.
        let mut other_family =
            others().filter(|holder| holder.is_ipv4() != client.is_ipv4() && !holder.is_loopback());
        let holder = other_family.next()?;
        if other_family.next().is_some() {
            return None;
        }
        self.last(server, holder, before)
            .map(|answer| found(answer, AnswerBasis::OtherFamily))
    }

    fn last(&self, server: IpAddr, client: IpAddr, before: Timestamp) -> Option<&Answer> {
        self.by_address
            .get(&(server, client))?
            .iter()
            .rev()
            .filter_map(|number| {
                let index = usize::try_from(number.checked_sub(self.forgotten)?).ok()?;
                self.kept.get(index)
            })
            .find(|answer| answer.answered.at <= before)
    }

    fn forget_oldest(&mut self) {
        let Some(answer) = self.kept.pop_front() else {
            self.address_count = 0;
            return;
        };
        self.address_count = self.address_count.saturating_sub(answer.addresses.len());
        for record in &answer.addresses {
            let key = (record.address, answer.client.ip());
            if let Some(numbers) = self.by_address.get_mut(&key) {
                while numbers
                    .front()
                    .is_some_and(|number| *number <= self.forgotten)
                {
                    numbers.pop_front();
                }
                if numbers.is_empty() {
                    self.by_address.remove(&key);
                }
            }
        }
        self.forgotten += 1;
    }
}
