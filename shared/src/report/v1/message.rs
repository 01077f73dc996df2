//! Sentences that can be written in any language: an id among the texts, and what fills its gaps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A sentence to be written in any language. The English one stands beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Message {
    /// Its id among the texts of the tool that made the report.
    pub id: String,
    /// What fills its gaps.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, Value>,
}

/// What fills a gap, with its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A name or an address.
    Text(String),
    /// How many.
    Count(u64),
    /// A length of time.
    DurationNs(i64),
    /// A share, in millionths of the whole.
    Millionths(u32),
    /// The number of a packet, as in Wireshark.
    Packet(u32),
    /// Several values.
    List(Vec<Self>),
    /// A sentence inside the sentence.
    Message(Message),
}
