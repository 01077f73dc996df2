//! What comes again in connection after connection: the offers of one client program, the certificates of one
//! server. Each is read and kept once.
//!
//! A few places, each with what was seen there last: what does not recur costs a few comparisons and pushes out what
//! recurs less. Nothing that is told depends on it.

use std::sync::{Arc, Mutex, PoisonError};

use super::certificate;
use super::facts::{CertificateChain, Offer};
use super::hello::Draft;
use crate::ids::Stamp;
use crate::limits::{TLS_RECURRING_BYTES, TLS_RECURRING_CHAINS, TLS_RECURRING_OFFERS};
use crate::wire::{Reader, Truncated};

/// The memory of all connections of one vantage point, or of one connection alone.
#[derive(Clone, Debug, Default)]
pub struct Recurring(Arc<Mutex<Places>>);

#[derive(Debug, Default)]
struct Places {
    offers: Vec<Option<Arc<Offer>>>,
    chains: Vec<Option<Known>>,
    /// The offer of a ClientHello of which nothing was read yet.
    nothing: Arc<Offer>,
}

/// The body of a Certificate message and what it says, complete when it was seen first.
#[derive(Debug)]
struct Known {
    message: Box<[u8]>,
    chain: CertificateChain,
}

impl Recurring {
    /// The offer of which nothing was read yet.
    pub(super) fn no_offer(&self) -> Arc<Offer> {
        Arc::clone(&self.places().nothing)
    }

    /// The offer of a ClientHello: a known one, where it is the same.
    pub(super) fn offer(&self, draft: Draft<'_>) -> Arc<Offer> {
        let mut places = self.places();
        let set = set(&mut places.offers, TLS_RECURRING_OFFERS, draft.spread());
        if let Some(offer) = find(set, |offer| draft.makes(offer)) {
            return Arc::clone(offer);
        }
        let offer = Arc::new(draft.finish());
        put(set, Arc::clone(&offer));
        offer
    }

    /// What the body of a Certificate message says, which was complete at that time.
    pub(super) fn chain(
        &self,
        message: &[u8],
        complete: Stamp,
    ) -> Result<CertificateChain, Truncated> {
        if message.len() > TLS_RECURRING_BYTES {
            return certificate::chain(message, complete);
        }
        let mut places = self.places();
        let set = set(&mut places.chains, TLS_RECURRING_CHAINS, spread(message));
        if let Some(known) = find(set, |known| *known.message == *message) {
            return Ok(CertificateChain {
                complete,
                ..known.chain.clone()
            });
        }
        let chain = certificate::chain(message, complete)?;
        put(
            set,
            Known {
                message: message.into(),
                chain: chain.clone(),
            },
        );
        Ok(chain)
    }

    fn places(&self) -> std::sync::MutexGuard<'_, Places> {
        // Whoever panicked left places that are full or empty, and both are fine.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number that tells most Certificate messages apart. A server's own certificate, the first, ends with its signature,
/// whose bytes are as good as random; those of its issuers come with many.
fn spread(message: &[u8]) -> u64 {
    let own = || {
        let mut reader = Reader::new(message);
        reader.skip(3).ok()?;
        let length = reader.u24().ok()? as usize;
        let certificate = reader.take(length).ok()?;
        certificate
            .last_chunk()
            .map(|last| u64::from_be_bytes(*last))
    };
    own().unwrap_or(0)
}

/// Places of things with the same spread: two that come by turns must not push each other out.
const WAYS: usize = 4;

/// The places of things with this spread, among `count`; all are made when the first is asked for.
fn set<T>(places: &mut Vec<Option<T>>, count: usize, spread: u64) -> &mut [Option<T>] {
    if places.is_empty() {
        places.resize_with(count, || None);
    }
    // The golden ratio in 64 bits, as in Fibonacci hashing.
    let number = spread.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    let first = usize::try_from(number).unwrap_or(0) % (count / WAYS) * WAYS;
    places.get_mut(first..first + WAYS).unwrap_or_default()
}

/// The wanted one of these, which is the first of them from now on.
fn find<T>(set: &mut [Option<T>], is_wanted: impl Fn(&T) -> bool) -> Option<&T> {
    let index = set
        .iter()
        .position(|place| place.as_ref().is_some_and(&is_wanted))?;
    set.get_mut(..=index)?.rotate_right(1);
    set.first()?.as_ref()
}

/// Keeps a new one in the place of the one that was not wanted for longest.
fn put<T>(set: &mut [Option<T>], new: T) {
    set.rotate_right(1);
    if let Some(first) = set.first_mut() {
        *first = Some(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_by_turns_in_one_place_stays() {
        let mut places = Vec::new();
        let mut made = 0;
        let mut ask = |wanted: usize| {
            let set = set(&mut places, 8, 3);
            if find(set, |&kept| kept == wanted).is_none() {
                put(set, wanted);
                made += 1;
            }
        };
        for round in 0..100 {
            ask(round % WAYS);
        }
        // One more pushes out the one that was not asked for longest.
        ask(WAYS);
        ask(1);
        ask(0);
        assert_eq!((made, places.len()), (WAYS + 2, 8));
    }
}
