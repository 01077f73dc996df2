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

    /// The side owes more bytes of the message (record, body) that it is in at `position`.
    #[must_use]
    pub fn is_mid_message(&self, _side: crate::side::Side, _position: u64) -> bool {
        false
    }
}
