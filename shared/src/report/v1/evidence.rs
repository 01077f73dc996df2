//! What verdicts rest on, and what is odd about the input.

use serde::{Deserialize, Serialize};

use super::{Message, PacketRef, Silence};

/// A statement and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What verdicts refer to it by.
    pub id: u32,
    /// One sentence.
    pub statement: String,
    /// The sentence, to be written in any language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// What shows it.
    #[serde(flatten)]
    pub source: EvidenceSource,
}

/// What shows a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvidenceSource {
    /// Packets.
    Packets(Vec<PacketRef>),
    /// A silence.
    Silence(Silence),
    /// What the client's own log says.
    Events(Vec<Event>),
}

/// Something that the client's own log says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// When, after the epoch.
    pub at_ns: i64,
    /// What happened, kebab-case.
    pub kind: String,
    /// Id of the attempt whose event it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// Its number among the attempt's `probe.events`, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// More of it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Something odd about the input: the first few of each kind, each kind counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Warning {
    /// Kebab-case name of the kind, for example `cut-packet`.
    pub kind: String,
    /// Index in the report's `captures`; absent when it is about all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<u16>,
    /// The packet where it first is, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet: Option<u32>,
    /// Byte offset where it first is, after decompression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// What was found, without a full stop.
    pub detail: String,
    /// What was found, to be written in any language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// How often this kind was found in this capture.
    pub count: u64,
}
