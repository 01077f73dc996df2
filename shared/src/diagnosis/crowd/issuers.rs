//! Who issued the certificates that were shown for each endpoint and name, at each vantage point.

use std::collections::HashMap;
use std::sync::Arc;

use super::Brief;
use super::hellos::Endpoint;
use crate::ids::Stamp;

/// An issuer seen at a vantage point.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Where.
    pub vantage: u16,
    /// The issuer of the leaf certificate.
    pub issuer: Arc<str>,
    /// The first packet of the first attempt that it was shown to.
    pub first: Stamp,
}

/// The first of each kind; an attempt is compared with these and not with every other attempt.
#[derive(Debug, Default)]
pub(super) struct Issuers {
    of: HashMap<Endpoint, Vec<Issued>>,
}

/// Kinds remembered of one endpoint and name. A fleet has one issuer or two while it changes them, at each place; who shows
/// more is nobody's way to one.
const KINDS: usize = 16;

impl Issuers {
    /// Takes note of an attempt whose certificate is in clear.
    pub(super) fn add(&mut self, brief: &Brief) {
        let Some(issuer) = &brief.issuer else { return };
        let kinds = self.of.entry((brief.server, brief.name.clone()));
        let kinds = kinds.or_default();
        let is_known = |known: &Issued| known.vantage == brief.vantage && known.issuer == *issuer;
        if kinds.len() < KINDS && !kinds.iter().any(is_known) {
            kinds.push(Issued {
                vantage: brief.vantage,
                issuer: Arc::clone(issuer),
                first: brief.first,
            });
        }
    }

    /// Of one endpoint and name, in the order in which they were seen first.
    pub(super) fn of(&self, endpoint: &Endpoint) -> &[Issued] {
        self.of.get(endpoint).map_or(&[], Vec::as_slice)
    }
}
