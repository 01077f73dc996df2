//! Which machine behind an address answered, by what its response says of itself.

use std::collections::BTreeMap;

use super::v1;
use crate::limits::NODES_PER_SERVER;
use crate::probe::Log;

/// Takes the machine's name out of a header's value.
type Reading = fn(&str) -> Option<&str>;

/// Headers that name who answered, the most telling first, and how the name stands in their value.
const NAMED: [(&str, Reading); 5] = [
    // A list from the origin's side to the client's.
    ("x-served-by", last),
    ("x-amz-cf-pop", whole),
    ("cf-ray", behind_dash),
    ("x-cache", from),
    ("via", received_by),
];

/// Attempts by the machine that answered them.
#[derive(Debug, Default)]
pub(super) struct Nodes(BTreeMap<Key, u64>);

/// Header, name, certificate.
type Key = (Option<(&'static str, Box<str>)>, Option<[u8; 32]>);

impl Nodes {
    /// Counts an attempt that was answered; others do not say who they were with.
    pub(super) fn add(&mut self, log: &Log) {
        if log.status().is_none() {
            return;
        }
        let name = log.http.as_ref().and_then(|http| name_of(&http.identity));
        let certificate = log.tls.as_ref().and_then(|tls| tls.certificate_sha256);
        let key = (name, certificate);
        if let Some(count) = self.0.get_mut(&key) {
            *count += 1;
        } else if key != (None, None) && self.0.len() < NODES_PER_SERVER {
            self.0.insert(key, 1);
        }
    }

    /// The most frequent first.
    pub(super) fn report(&self) -> Vec<v1::Node> {
        let mut nodes: Vec<v1::Node> = self.0.iter().map(node).collect();
        nodes.sort_by_key(|node| std::cmp::Reverse(node.attempts));
        nodes
    }
}

fn node((key, attempts): (&Key, &u64)) -> v1::Node {
    let (name, certificate) = key;
    let hex = |bytes: &[u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    v1::Node {
        name: name.as_ref().map(|(_, name)| name.to_string()),
        named_by: name.as_ref().map(|(header, _)| (*header).to_owned()),
        certificate_sha256: certificate.as_ref().map(hex),
        attempts: *attempts,
    }
}

fn name_of(headers: &[(Box<str>, Box<str>)]) -> Option<(&'static str, Box<str>)> {
    NAMED.iter().find_map(|(wanted, name)| {
        let mut values = headers.iter().filter(|(header, _)| &**header == *wanted);
        // A list may be spread over several headers.
        let (_, value) = values.next_back()?;
        let name = name(value).filter(|name| !name.is_empty())?;
        let short: String = name.chars().take(LONGEST).collect();
        Some((*wanted, short.into()))
    })
}

/// Characters kept of a name: a host name's most.
const LONGEST: usize = 253;

fn whole(value: &str) -> Option<&str> {
    Some(value.trim())
}

fn last(value: &str) -> Option<&str> {
    value.rsplit(',').next().map(str::trim)
}

/// `8f3c2a1b0d4e5f60-FRA`: the data centre.
fn behind_dash(value: &str) -> Option<&str> {
    value.rsplit_once('-').map(|(_, place)| place.trim())
}

/// `TCP_HIT from a1.example (…)`; `Hit from cloudfront` names no machine.
fn from(value: &str) -> Option<&str> {
    let (_, host) = value.split_once(" from ")?;
    let host = host.split_whitespace().next()?;
    host.contains('.').then_some(host)
}

/// `1.1 a.example (Varnish), 1.1 b.example`: protocol and receiver (RFC 9110 §7.6.3). A pseudonym names a product.
fn received_by(value: &str) -> Option<&str> {
    let host = last(value)?.split_whitespace().nth(1)?;
    host.contains('.').then_some(host)
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn nodes_are_named_by_their_most_telling_header() {
        for (headers, name) in [
            (
                &[("x-served-by", "cache-iad-1, cache-fra-2")][..],
                "x-served-by cache-fra-2",
            ),
            (
                &[("via", "1.1 varnish"), ("x-amz-cf-pop", "FRA56-P1")],
                "x-amz-cf-pop FRA56-P1",
            ),
            (&[("cf-ray", "8f3c2a1b0d4e5f60-FRA")], "cf-ray FRA"),
            (
                &[("x-cache", "TCP_HIT from a23.deploy.example (AkamaiGHost/1)")],
                "x-cache a23.deploy.example",
            ),
            (
                &[
                    ("x-cache", "Hit from cloudfront"),
                    ("via", "1.1 ab.cloudfront.net (CloudFront)"),
                ],
                "via ab.cloudfront.net",
            ),
            (&[("via", "1.1 varnish")], "-"),
            (&[("x-served-by", " ")], "-"),
            (&[], "-"),
        ] {
            let headers: Vec<(Box<str>, Box<str>)> = headers
                .iter()
                .map(|(name, value)| (Box::from(*name), Box::from(*value)))
                .collect();
            let found = name_of(&headers).map(|(header, name)| format!("{header} {name}"));
            assert_eq!(found.as_deref().unwrap_or("-"), name, "{headers:?}");
        }
    }
}
