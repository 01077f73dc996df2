//! Which protocols speak on one TCP flow, decided by content.

pub mod facts;

use crate::http::facts::HttpFacts;
use crate::stream::facts::StreamFacts;
use crate::tls;

/// What speaks on one TCP flow, and what it says.
#[derive(Debug)]
pub struct Conversation {
    facts: StreamFacts,
}

impl Conversation {
    /// What is known beside the protocol's own facts.
    #[must_use]
    pub fn facts(&self) -> &StreamFacts {
        &self.facts
    }

    /// TLS on it.
    #[must_use]
    pub fn tls(&self) -> Option<&tls::facts::Facts> {
        None
    }

    /// HTTP in clear on it.
    #[must_use]
    pub fn http(&self) -> Option<&HttpFacts> {
        None
    }
}
