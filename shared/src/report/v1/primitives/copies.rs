//! Which copy of something sent more than once arrived: M10.

use serde::{Deserialize, Serialize};

use crate::report::v1::{End, PacketRef};

/// M10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attribution {
    /// What had been sent more than once.
    pub of: AttributionOf,
    /// Who had sent it.
    pub from: End,
    /// How the copy that arrived is known.
    pub basis: AttributionBasis,
    /// Which copy arrived first, from 1; by a D-SACK, the latest that it can have been. Less than `copies`: an
    /// answer to it was lost or late.
    pub answered_copy: u32,
    /// Copies sent before the answer.
    pub copies: u32,
    /// The copies and the answer.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// A segment whose copies are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributionOf {
    /// The SYN.
    Syn,
    /// The SYN-ACK.
    SynAck,
    /// The ClientHello.
    ClientHello,
    /// The server's handshake flight.
    ServerFlight,
    /// A request.
    Request,
    /// Other data.
    Data,
}

/// How the copy that arrived is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributionBasis {
    /// By the timestamp that the answer echoes.
    TimestampEcho,
    /// By a D-SACK, which reports another copy as a duplicate.
    DuplicateSack,
}
