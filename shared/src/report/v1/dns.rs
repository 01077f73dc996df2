//! DNS transactions.

use serde::{Deserialize, Serialize};

use super::{PacketRef, Stamp};

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DnsTransaction {
    /// Index in the report's `vantage.points`.
    pub vantage: u16,
    /// Who asked, `ip:port`.
    pub client: String,
    /// The resolver, `ip:port`.
    pub server: String,
    /// Over what.
    pub transport: DnsTransport,
    /// Message ID.
    pub id: u16,
    /// Name asked for, without the last dot.
    pub name: String,
    /// Type asked for, IANA name, unknown ones as `TYPE123` (RFC 3597).
    #[serde(rename = "type")]
    pub kind: String,
    /// Time of the first query, after the epoch.
    pub query_ns: i64,
    /// Its packet.
    pub query_packet: PacketRef,
    /// The same question again from the same client before it was answered.
    #[serde(default)]
    pub repeats: Vec<DnsRepeat>,
    /// Time of the response, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_ns: Option<i64>,
    /// Its packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_packet: Option<PacketRef>,
    /// Further responses to the same query.
    #[serde(default)]
    pub further_responses: Vec<Stamp>,
    /// RCODE, IANA name, for example `NOERROR`, `NXDOMAIN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rcode: Option<String>,
    /// The response says that it is truncated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
    /// Answer records that are kept.
    #[serde(default)]
    pub answers: Vec<DnsAnswer>,
    /// Ids of the attempts that went to one of its addresses, kept in full or not.
    #[serde(default)]
    pub used_by: Vec<u32>,
}

/// A query sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DnsRepeat {
    /// When, after the epoch.
    pub at_ns: i64,
    /// To which resolver, `ip:port`, when not the first query's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The packet.
    pub packet: PacketRef,
}

/// One record of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DnsAnswer {
    /// Owner name, when it is not the one asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Type, IANA name.
    #[serde(rename = "type")]
    pub kind: String,
    /// Time to live, seconds.
    pub ttl_s: u32,
    /// An address, a name, or the record's meaning in presentation form.
    pub data: String,
}

/// What carries DNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DnsTransport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
}
