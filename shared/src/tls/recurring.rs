//! What comes again in connection after connection: the offers of one client program, the certificates of one
//! server. Each is read and kept once.
//!
//! A few places, each with what was seen there last: what does not recur costs one comparison and pushes out what
//! recurs less. Nothing that is told depends on it.

use std::sync::{Arc, Mutex, PoisonError};

use super::certificate;
use super::facts::{Leaf, Offer};
use super::hello::Draft;
use crate::limits::{TLS_RECURRING, TLS_RECURRING_BYTES};

/// The memory of all connections of one vantage point, or of one connection alone.
#[derive(Clone, Debug, Default)]
pub struct Recurring(Arc<Mutex<Places>>);

#[derive(Debug, Default)]
struct Places {
    offers: Vec<Option<Arc<Offer>>>,
    leaves: Vec<Option<Known>>,
    /// The offer of a ClientHello of which nothing was read yet.
    nothing: Arc<Offer>,
}

/// A certificate and what it says.
#[derive(Debug)]
struct Known {
    certificate: Box<[u8]>,
    leaf: Option<Arc<Leaf>>,
}

impl Recurring {
    /// The offer of which nothing was read yet.
    pub(super) fn no_offer(&self) -> Arc<Offer> {
        Arc::clone(&self.places().nothing)
    }

    /// The offer of a ClientHello: a known one, where it is the same.
    pub(super) fn offer(&self, draft: Draft<'_>) -> Arc<Offer> {
        let mut places = self.places();
        let Some(place) = place(&mut places.offers, draft.spread()) else {
            return Arc::new(draft.finish());
        };
        match place {
            Some(offer) if draft.makes(offer) => Arc::clone(offer),
            _ => Arc::clone(place.insert(Arc::new(draft.finish()))),
        }
    }

    /// What a certificate says; `None` when it cannot be read.
    pub(super) fn leaf(&self, certificate: &[u8]) -> Option<Arc<Leaf>> {
        let read = || certificate::leaf(certificate).map(Arc::new);
        if certificate.len() > TLS_RECURRING_BYTES {
            return read();
        }
        let mut places = self.places();
        // A certificate ends with its signature, whose bytes are as good as random.
        let spread = certificate
            .last_chunk()
            .map_or(0, |last| u64::from_be_bytes(*last));
        let Some(place) = place(&mut places.leaves, spread) else {
            return read();
        };
        match place {
            Some(known) if *known.certificate == *certificate => known.leaf.clone(),
            _ => {
                let known = place.insert(Known {
                    certificate: certificate.into(),
                    leaf: read(),
                });
                known.leaf.clone()
            }
        }
    }

    fn places(&self) -> std::sync::MutexGuard<'_, Places> {
        // Whoever panicked left places that are full or empty, and both are fine.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where something with this spread is kept; the places are made when the first is asked for.
fn place<T>(places: &mut Vec<Option<T>>, spread: u64) -> Option<&mut Option<T>> {
    if places.is_empty() {
        places.resize_with(TLS_RECURRING, || None);
    }
    // The golden ratio in 64 bits, as in Fibonacci hashing.
    let index = spread.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    let index = usize::try_from(index).unwrap_or(0) % TLS_RECURRING;
    places.get_mut(index)
}
