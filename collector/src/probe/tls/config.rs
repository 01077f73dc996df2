//! What the ClientHello offers.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{
    CipherSuite, ClientConfig, ClientConnection, SupportedCipherSuite, SupportedProtocolVersion,
    version,
};

use super::roots::Roots;
use super::trusting::Trusting;

/// What the ClientHello offers, as it was typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offer {
    /// Names of groups as OpenSSL and curl have them, in order of preference; empty offers all, the post-quantum one first.
    pub(crate) curves: Vec<String>,
    /// Application protocols.
    pub(crate) alpn: Vec<String>,
    /// No version below 1.3.
    pub(crate) is_tls13_only: bool,
    /// No version above 1.2.
    pub(crate) is_tls12_at_most: bool,
    /// The ClientHello has no server_name.
    pub(crate) is_nameless: bool,
    /// Any certificate will do.
    pub(crate) is_trusting: bool,
    /// The client's own certificate, and its key where that is in another file.
    pub(crate) identity: Option<(PathBuf, Option<PathBuf>)>,
}

static TLS13: [&SupportedProtocolVersion; 1] = [&version::TLS13];
static TLS12: [&SupportedProtocolVersion; 1] = [&version::TLS12];
static BOTH: [&SupportedProtocolVersion; 2] = [&version::TLS13, &version::TLS12];

/// The client that offers this. Sessions are not resumed: every handshake is a full one.
pub(crate) fn client(offer: &Offer, roots: &Roots) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(provider(&offer.curves)?);
    let versions: &[_] = match (offer.is_tls13_only, offer.is_tls12_at_most) {
        (true, true) => bail!("--tlsv1.3 and TLS 1.2 at most leave no version"),
        (true, false) => &TLS13,
        (false, true) => &TLS12,
        (false, false) => &BOTH,
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .context("these groups and versions do not go together")?;
    let builder = if offer.is_trusting {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Trusting(provider)))
    } else {
        builder.with_root_certificates(roots.store.clone())
    };
    let mut config = match &offer.identity {
        Some((chain, key)) => {
            let (chain, key) = identity(chain, key.as_ref())?;
            let fits = builder.with_client_auth_cert(chain, key);
            fits.context("the client's certificate and key do not go together (--cert, --key)")?
        }
        None => builder.with_no_client_auth(),
    };
    config.resumption = Resumption::disabled();
    config.enable_sni = !offer.is_nameless;
    config.alpn_protocols = offer
        .alpn
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    warm_up(&config);
    Ok(config)
}

/// Certificate chain and key from their files.
fn identity(
    chain: &PathBuf,
    key: Option<&PathBuf>,
) -> anyhow::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let place = || format!("cannot read {} (--cert)", chain.display());
    let certificates = CertificateDer::pem_file_iter(chain)
        .with_context(place)?
        .collect::<Result<Vec<_>, _>>()
        .with_context(place)?;
    let file = key.unwrap_or(chain);
    let key = PrivateKeyDer::from_pem_file(file)
        .with_context(|| format!("cannot read a private key from {} (--key)", file.display()))?;
    Ok((certificates, key))
}

/// The first ClientHello of a process takes tens of milliseconds (the library tests itself and gathers entropy), which are
/// nobody's time but ours.
fn warm_up(config: &ClientConfig) {
    let name = ServerName::IpAddress(std::net::IpAddr::from([127, 0, 0, 1]).into());
    let _nobody = ClientConnection::new(Arc::new(config.clone()), name);
}

fn provider(curves: &[String]) -> anyhow::Result<CryptoProvider> {
    let mut provider = aws_lc_rs::default_provider();
    provider.cipher_suites.sort_by_key(preference);
    if curves.is_empty() {
        return Ok(provider);
    }
    let known = provider.kx_groups;
    provider.kx_groups = curves
        .iter()
        .map(|curve| {
            let wanted = standard_name(curve);
            let group = known
                .iter()
                .find(|group| format!("{:?}", group.name()).eq_ignore_ascii_case(wanted));
            group
                .copied()
                .with_context(|| format!("there is no group {curve} (--curves)"))
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(provider)
}

/// The order of Go's crypto/tls and of browsers: of each version AES-128-GCM first, which every implementation has
/// (RFC 8446 §9.1) and whose SHA-256 processors do by themselves. A probe that stands for such a client gets the suite
/// that it gets. Larger comes later.
fn preference(suite: &SupportedCipherSuite) -> (bool, bool) {
    let is_aes_128 = matches!(
        suite.suite(),
        CipherSuite::TLS13_AES_128_GCM_SHA256
            | CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
            | CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    );
    (suite.tls13().is_none(), !is_aes_128)
}

/// The registry's name for one that OpenSSL has beside it.
fn standard_name(curve: &str) -> &str {
    match curve {
        "P-256" | "prime256v1" => "secp256r1",
        "P-384" => "secp384r1",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_offered_in_the_order_of_go() {
        let provider = provider(&[]).unwrap();
        let offered = provider
            .cipher_suites
            .iter()
            .map(SupportedCipherSuite::suite);
        assert_eq!(
            offered.collect::<Vec<_>>(),
            [
                CipherSuite::TLS13_AES_128_GCM_SHA256,
                CipherSuite::TLS13_AES_256_GCM_SHA384,
                CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
                CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            ]
        );
    }
}
