//! Cause and party of a fault.

use serde::{Deserialize, Serialize};

use super::{Message, PhaseName};

/// What went wrong, whose it is, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// Id of the cause, for example `H1`; `undecided` when nobody can judge.
    pub cause: String,
    /// Its name, for example `server-stall-before-server-hello`.
    pub slug: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whose it is.
    pub party: Party,
    /// Where it shows.
    pub phase: PhaseName,
    /// How sure.
    pub confidence: Confidence,
    /// One sentence.
    pub statement: String,
    /// Ids in the report's `evidence`.
    #[serde(default)]
    pub evidence: Vec<u32>,
    /// Who else it could have been, and why not.
    #[serde(default)]
    pub rules_out: Vec<RuledOut>,
    /// What to do, or what is missing to decide.
    pub remedy: String,
    /// Ids of causes that this evidence does not tell from it.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// The statement, to be written in any language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement_message: Option<Message>,
    /// The remedy, to be written in any language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy_message: Option<Message>,
}

/// A party that it was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuledOut {
    /// Who.
    pub party: Party,
    /// Why not, one sentence.
    pub because: String,
    /// Ids in the report's `evidence`.
    #[serde(default)]
    pub evidence: Vec<u32>,
    /// Why not, to be written in any language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It failed.
    Failure,
    /// It was slow.
    Delay,
    /// A remark that accuses nobody.
    Info,
}

/// Whose a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The client or its host.
    Client,
    /// The path between.
    Network,
    /// A NAT, firewall, proxy or load balancer that is not the server's own.
    Middlebox,
    /// The server, its host or its load balancer.
    Server,
    /// The resolver.
    Resolver,
    /// The packets do not tell.
    Undecided,
}

/// How sure a verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// An observation excludes every other party.
    Certain,
    /// Every other cause that fits needs a coincidence as well.
    Likely,
    /// It fits, and so does a neighbour: what would tell them apart was not observed.
    Possible,
}

/// The whole report in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Headline {
    /// The sentence.
    pub statement: String,
    /// Whose it is.
    pub party: Party,
    /// Id of the cause.
    pub cause: String,
    /// The addresses that it is about.
    #[serde(default)]
    pub servers: Vec<String>,
    /// The sentence, to be written in any language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}
