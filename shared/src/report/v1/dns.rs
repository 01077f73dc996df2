//! DNS transactions.

use serde::{Deserialize, Serialize};

use super::{PacketRef, Stamp};

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DnsTransaction {
    /// Index in the report's `vantage.points`.
    pub vantage: u16,
    /// The lookup that it belongs to, within its vantage point.
    pub lookup: u32,
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
    /// Time of the first query, after the epoch; absent when only the response was captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_ns: Option<i64>,
    /// Its packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_packet: Option<PacketRef>,
    /// The same message again before it was answered.
    #[serde(default)]
    pub repeats: Vec<Stamp>,
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
    /// An ICMP error refused the query; the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused_by_icmp: Option<Stamp>,
    /// All of them, in order: the first ones and the last. One follows each query that was not left in silence.
    #[serde(default)]
    pub refusals: Vec<Stamp>,
    /// How many of its messages were captured again, as with `-i any`: the second copies, which count nowhere else.
    #[serde(default)]
    pub copies: u32,
    /// The client subnet of the query and its answer; absent where neither had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_subnet: Option<DnsSubnet>,
    /// Answer records that are kept.
    #[serde(default)]
    pub answers: Vec<DnsAnswer>,
}

/// One record of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DnsAnswer {
    /// Type, IANA name.
    #[serde(rename = "type")]
    pub kind: String,
    /// Time to live, seconds; absent where it is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_s: Option<u32>,
    /// An address, a name, or the record's meaning in presentation form.
    pub data: String,
}

/// On whose behalf was asked (EDNS client subnet, RFC 7871).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DnsSubnet {
    /// The subnet, for example `203.0.113.0/24`.
    pub subnet: String,
    /// Bits of it that the answer is for; 0 says that it is for everybody, absent that the resolver took no notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<u8>,
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
    /// TLS (RFC 7858).
    Tls,
    /// HTTPS (RFC 8484).
    Https,
}
