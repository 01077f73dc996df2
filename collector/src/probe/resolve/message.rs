//! DNS messages: questions out, addresses back.

use std::net::IpAddr;

use hickory_proto::op::{Edns, Message, Query};
use hickory_proto::rr::rdata::opt::{ClientSubnet, EdnsCode, EdnsOption};
use hickory_proto::rr::rdata::svcb::SvcParamValue;
use hickory_proto::rr::{Name, RData, RecordType};

use super::Subnet;

/// What a datagram may hold without being cut on its way (<https://dnsflagday.net/2020/>).
const PAYLOAD: u16 = 1232;

/// A name without search lists.
pub(super) fn absolute(name: &str) -> anyhow::Result<Name> {
    let mut name = Name::from_ascii(name)?;
    name.set_fqdn(true);
    Ok(name)
}

/// Where the HTTPS records of a server stand: behind its port where that is not HTTPS's own (RFC 9460 §9.1).
pub(super) fn service_name(name: &str, port: u16) -> anyhow::Result<Name> {
    match port {
        443 => absolute(name),
        port => absolute(&format!("_{port}._https.{name}")),
    }
}

/// A question; with EDNS only where a subnet goes with it, as a stub's has none.
pub(super) fn query(name: &Name, kind: RecordType, subnet: Option<Subnet>) -> Message {
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name.clone(), kind));
    if let Some(subnet) = subnet {
        let mut edns = Edns::new();
        edns.set_max_payload(PAYLOAD);
        let option = ClientSubnet::new(subnet.address, subnet.prefix, 0);
        edns.options_mut().insert(EdnsOption::Subnet(option));
        message.set_edns(edns);
    }
    message
}

/// Addresses among the answers, in order.
pub(super) fn addresses(response: &Message) -> Vec<IpAddr> {
    let answers = response.answers.iter();
    answers
        .filter_map(|record| match &record.data {
            RData::A(address) => Some(IpAddr::from(address.0)),
            RData::AAAA(address) => Some(IpAddr::from(address.0)),
            _ => None,
        })
        .collect()
}

/// Addresses that HTTPS records hint at, for a server on this port (RFC 9460 §7.2, §7.3).
pub(super) fn hints(response: &Message, port: u16) -> Vec<IpAddr> {
    let services = response
        .answers
        .iter()
        .filter_map(|record| match &record.data {
            RData::HTTPS(service) => Some(&service.0),
            _ => None,
        });
    let is_elsewhere =
        |value: &SvcParamValue| matches!(value, SvcParamValue::Port(other) if *other != port);
    services
        .filter(|service| {
            !service
                .svc_params
                .iter()
                .any(|(_, value)| is_elsewhere(value))
        })
        .flat_map(|service| &service.svc_params)
        .flat_map(|(_, value)| match value {
            SvcParamValue::Ipv4Hint(hints) => {
                hints.0.iter().map(|hint| IpAddr::from(hint.0)).collect()
            }
            SvcParamValue::Ipv6Hint(hints) => {
                hints.0.iter().map(|hint| IpAddr::from(hint.0)).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

/// Bits of the client's subnet that the answer is for; `None` where the resolver took no notice of the subnet.
pub(super) fn scope(response: &Message) -> Option<u8> {
    let edns = response.edns.as_ref()?;
    match edns.option(EdnsCode::Subnet)? {
        EdnsOption::Subnet(subnet) => Some(subnet.scope_prefix()),
        _ => None,
    }
}
