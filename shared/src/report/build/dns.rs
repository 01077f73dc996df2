//! The transactions of lookups.

use super::Context;
use super::context::{endpoint, packet};
use crate::dns::{
    Carrier, Lookup, RecordType, Response, ResponseCode, ServiceBinding, Transaction,
};
use crate::ids::Stamp;
use crate::report::v1;

/// A lookup's transactions, in order of their first packet.
#[must_use]
pub fn transactions(lookup: &Lookup, vantage: u16, context: &Context) -> Vec<v1::DnsTransaction> {
    lookup
        .transactions
        .iter()
        .map(|transaction| v1::DnsTransaction {
            vantage,
            lookup: lookup.id.0,
            name: lookup.name.to_string(),
            ..of(transaction, context)
        })
        .collect()
}

fn of(transaction: &Transaction, context: &Context) -> v1::DnsTransaction {
    let response = transaction.response.as_ref();
    v1::DnsTransaction {
        vantage: 0,
        lookup: 0,
        client: endpoint(transaction.client),
        server: endpoint(transaction.server),
        transport: match transaction.carrier {
            Carrier::Udp => v1::DnsTransport::Udp,
            Carrier::Tcp => v1::DnsTransport::Tcp,
            Carrier::Tls => v1::DnsTransport::Tls,
            Carrier::Https => v1::DnsTransport::Https,
        },
        id: transaction.id,
        name: String::new(),
        kind: record_type(transaction.record_type),
        query_ns: context.at(transaction.query),
        query_packet: seen(transaction.query),
        repeats: transaction
            .repeats
            .iter()
            .filter(|stamp| !stamp.packet.is_event())
            .map(|stamp| context.stamp(*stamp))
            .collect(),
        response_ns: response.map(|response| context.ns(response.stamp.at)),
        response_packet: seen(response.map(|response| response.stamp)),
        further_responses: transaction
            .further_responses
            .iter()
            .filter(|response| !response.stamp.packet.is_event())
            .map(|response| context.stamp(response.stamp))
            .collect(),
        rcode: response.map(|response| rcode(response.rcode)),
        truncated: response.map(|response| response.is_truncated),
        refused_by_icmp: transaction
            .refusals
            .last()
            .map(|refusal| context.stamp(refusal.stamp)),
        refusals: transaction
            .refusals
            .iter()
            .map(|refusal| context.stamp(refusal.stamp))
            .collect(),
        copies: transaction.copy_count,
        client_subnet: client_subnet(transaction),
        answers: response.map(answers).unwrap_or_default(),
    }
}

/// The packet; none where a client of our own told.
fn seen(stamp: Option<Stamp>) -> Option<v1::PacketRef> {
    stamp.filter(|stamp| !stamp.packet.is_event()).map(packet)
}

fn answers(response: &Response) -> Vec<v1::DnsAnswer> {
    let aliases = response.aliases.iter().map(|alias| v1::DnsAnswer {
        kind: record_type(RecordType::CNAME),
        ttl_s: None,
        data: alias.to_string(),
    });
    let addresses = response.addresses.iter().map(|record| v1::DnsAnswer {
        kind: record_type(if record.address.is_ipv4() {
            RecordType::A
        } else {
            RecordType::AAAA
        }),
        ttl_s: Some(record.ttl),
        data: record.address.to_string(),
    });
    let services = response.services.iter().map(|service| v1::DnsAnswer {
        kind: record_type(RecordType::HTTPS),
        ttl_s: None,
        data: service_data(service),
    });
    aliases.chain(addresses).chain(services).collect()
}

/// Presentation form (RFC 9460 §2.1), parameters by their keys.
fn service_data(service: &ServiceBinding) -> String {
    let mut data = format!("{} {}", service.priority, service.target);
    let mut parameter = |key: &str, values: Vec<String>| {
        if !values.is_empty() {
            data.push_str(&format!(" {key}={}", values.join(",")));
        }
    };
    parameter("alpn", service.alpn.clone());
    parameter(
        "port",
        service.port.iter().map(ToString::to_string).collect(),
    );
    let hints = service.ipv4_hints.iter().map(ToString::to_string);
    parameter("ipv4hint", hints.collect());
    let hints = service.ipv6_hints.iter().map(ToString::to_string);
    parameter("ipv6hint", hints.collect());
    if service.has_ech {
        data.push_str(" ech");
    }
    data
}

/// The query's, else the answer's; the scope is the answer's.
fn client_subnet(transaction: &Transaction) -> Option<v1::DnsSubnet> {
    let response = transaction.response.as_ref();
    let answered = response.and_then(|response| response.client_subnet);
    let asked = transaction.client_subnet.or(answered)?;
    Some(v1::DnsSubnet {
        subnet: format!("{}/{}", asked.address, asked.source_prefix),
        scope: answered.map(|answered| answered.scope_prefix),
    })
}

fn record_type(kind: RecordType) -> String {
    kind.name()
        .map_or_else(|| format!("TYPE{}", kind.0), str::to_owned)
}

fn rcode(code: ResponseCode) -> String {
    code.name()
        .map_or_else(|| format!("RCODE{}", code.0), str::to_owned)
}
