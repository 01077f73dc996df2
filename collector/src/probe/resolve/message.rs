//! DNS messages: questions out, addresses back.

use std::net::IpAddr;

use hickory_proto::op::{Edns, Message, Query};
use hickory_proto::rr::rdata::opt::{ClientSubnet, EdnsCode, EdnsOption};
use hickory_proto::rr::rdata::svcb::{SVCB, SvcParamValue};
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

/// Addresses that HTTPS records hint at, for a server on this port that is spoken to over TCP (RFC 9460 §7.1 to §7.3). In
/// alias mode a record has no parameters, whatever it says (§2.4.2).
pub(super) fn hints(response: &Message, port: u16) -> Vec<IpAddr> {
    let services = response
        .answers
        .iter()
        .filter_map(|record| match &record.data {
            RData::HTTPS(service) => Some(&service.0),
            _ => None,
        });
    services
        .filter(|service| service.svc_priority > 0 && is_of(service, port))
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

/// A record that tells how this port is reached over TCP.
fn is_of(service: &SVCB, port: u16) -> bool {
    let mut is_here = true;
    // Without a word of it, HTTP/1.1 is spoken (RFC 9460 §7.1.2, §9.5).
    let (mut has_default, mut names_one) = (true, false);
    for (_, value) in &service.svc_params {
        match value {
            SvcParamValue::Port(other) => is_here = *other == port,
            SvcParamValue::NoDefaultAlpn => has_default = false,
            SvcParamValue::Alpn(names) => {
                let mut names = names.0.iter();
                names_one = names.any(|name| matches!(name.as_str(), "h2" | "http/1.1"));
            }
            _ => {}
        }
    }
    is_here && (has_default || names_one)
}

/// Bits of the client's subnet that the answer is for; `None` where the resolver took no notice of the subnet.
pub(super) fn scope(response: &Message) -> Option<u8> {
    let edns = response.edns.as_ref()?;
    match edns.option(EdnsCode::Subnet)? {
        EdnsOption::Subnet(subnet) => Some(subnet.scope_prefix()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hickory_proto::op::{Message, OpCode};
    use hickory_proto::rr::rdata::svcb::{Alpn, IpHint, SVCB, SvcParamKey, SvcParamValue};
    use hickory_proto::rr::rdata::{A, HTTPS};
    use hickory_proto::rr::{Name, RData, Record};

    use super::{hints, service_name};

    #[test]
    fn hints_are_of_this_port_and_of_tcp() {
        let hint = || {
            let address = A(Ipv4Addr::new(192, 0, 2, 7));
            (
                SvcParamKey::Ipv4Hint,
                SvcParamValue::Ipv4Hint(IpHint(vec![address])),
            )
        };
        let port = |port| (SvcParamKey::Port, SvcParamValue::Port(port));
        let only = || (SvcParamKey::NoDefaultAlpn, SvcParamValue::NoDefaultAlpn);
        let alpn = |name: &str| {
            let names = Alpn(vec![name.to_owned()]);
            (SvcParamKey::Alpn, SvcParamValue::Alpn(names))
        };
        for (what, priority, parameters, count) in [
            ("plain", 1, vec![hint()], 1),
            ("an alias", 0, vec![hint()], 0),
            ("this port", 1, vec![port(8443), hint()], 1),
            ("another port", 1, vec![port(443), hint()], 0),
            ("HTTP/3 beside the default", 1, vec![alpn("h3"), hint()], 1),
            ("HTTP/3 alone", 1, vec![alpn("h3"), only(), hint()], 0),
            ("HTTP/2 alone", 1, vec![alpn("h2"), only(), hint()], 1),
        ] {
            let mut response = Message::response(0, OpCode::Query);
            let service = HTTPS(SVCB::new(priority, Name::root(), parameters));
            response.add_answer(Record::from_rdata(Name::root(), 60, RData::HTTPS(service)));
            assert_eq!(hints(&response, 8443).len(), count, "{what}");
        }
    }

    #[test]
    fn services_stand_behind_their_port() {
        for (port, name) in [(443, "a.example."), (8443, "_8443._https.a.example.")] {
            assert_eq!(service_name("a.example", port).unwrap().to_string(), name);
        }
    }
}
