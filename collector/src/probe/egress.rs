//! The address that this host has outside: what an echo service of the user's choice sees it come from. Nobody is asked
//! unless the user names one, and what goes wrong is told in the report and ends nothing.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustls::crypto::aws_lc_rs;
use stallscope_shared::report::v1::Egress;
use ureq::Agent;
use ureq::tls::TlsConfig;

use super::tls::agent_roots;

/// For the whole question: it comes before the first attempt.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read; echo services say a line or two.
const ANSWER: u64 = 4096;

/// Asks; directly, around any proxy, for the attempts' packets are what the address is of.
pub(crate) fn ask(url: &str) -> Egress {
    match answer(url).and_then(|text| address_in(&text)) {
        Ok(address) => Egress {
            address: Some(address.to_string()),
            failure: None,
        },
        Err(error) => Egress {
            address: None,
            failure: Some(format!("{error:#}")),
        },
    }
}

fn answer(url: &str) -> anyhow::Result<String> {
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
        .root_certs(agent_roots())
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        // Only who was named is asked.
        .max_redirects(0)
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("stallscope/", env!("CARGO_PKG_VERSION")))
        .build();
    let mut response = Agent::new_with_config(config)
        .get(url)
        .call()
        .context("the echo service did not answer")?;
    let body = response.body_mut().with_config().limit(ANSWER);
    body.read_to_string()
        .context("the echo service's answer is not one of a few bytes")
}

/// The one address that a text names, bare or in any notation around it.
fn address_in(text: &str) -> anyhow::Result<IpAddr> {
    let is_part = |part: char| part.is_ascii_hexdigit() || part == ':' || part == '.';
    let words = text.split(|part| !is_part(part));
    // `"ip":"…"` leaves colons that belong to no address.
    let addresses: BTreeSet<IpAddr> = words.filter_map(|word| word.parse().ok()).collect();
    let mut addresses = addresses.into_iter();
    match (addresses.next(), addresses.next()) {
        (Some(address), None) => Ok(address),
        (None, _) => bail!("the echo service's answer names no address"),
        (Some(_), Some(_)) => bail!("the echo service's answer names several addresses"),
    }
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn an_answer_that_names_one_address_is_understood() {
        for (text, address) in [
            ("203.0.113.7\n", Some("203.0.113.7")),
            ("2001:db8::7", Some("2001:db8::7")),
            (r#"{"ip":"203.0.113.7"}"#, Some("203.0.113.7")),
            ("ts=1700000000.123\nip=203.0.113.7\n", Some("203.0.113.7")),
            ("203.0.113.7, 203.0.113.7", Some("203.0.113.7")),
            ("203.0.113.7 by way of 198.51.100.1", None),
            ("at 12:30:45 nobody knows", None),
            ("", None),
        ] {
            let found = address_in(text).ok().map(|found| found.to_string());
            assert_eq!(found.as_deref(), address, "{text}");
        }
    }
}
