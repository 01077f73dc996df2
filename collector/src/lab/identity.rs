//! The lab's own authority and the certificate of its nodes.

use std::sync::Arc;

use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use super::chance::Chance;
use super::fault::Fault;

/// Certificates that are made when the lab starts, and trusted by nobody else.
#[derive(Debug)]
pub(crate) struct Identity {
    authority: CertificateDer<'static>,
    /// The authority's certificate, for `--cacert`.
    pub(crate) authority_pem: String,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// An authority, and a certificate for `name`.
    pub(crate) fn make(name: &str) -> anyhow::Result<Self> {
        let authority_key = KeyPair::generate()?;
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let who = "stallscope lab authority";
        authority.distinguished_name.push(DnType::CommonName, who);
        let authority_certificate = authority.self_signed(&authority_key)?;

        let key = KeyPair::generate()?;
        let mut node = CertificateParams::new([name.to_owned()])?;
        node.distinguished_name.push(DnType::CommonName, name);
        node.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        node.use_authority_key_identifier_extension = true;
        let certificate = node.signed_by(&key, &Issuer::new(authority, authority_key))?;
        Ok(Self {
            authority_pem: authority_certificate.pem(),
            authority: authority_certificate.into(),
            certificate: certificate.into(),
            key: PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        })
    }

    /// What a node's TLS is like, with the faults that are the whole node's.
    pub(crate) fn configuration(&self, faults: &Chance) -> anyhow::Result<Arc<ServerConfig>> {
        let mut provider = aws_lc_rs::default_provider();
        if faults.has(Fault::Retry) || faults.has(Fault::RetrySilence) {
            provider.kx_groups = vec![aws_lc_rs::kx_group::SECP384R1];
        }
        let provider = Arc::new(provider);
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .context("the lab's TLS versions")?;
        let builder = if faults.has(Fault::ClientCertificate) {
            builder.with_client_cert_verifier(self.client_verifier(provider)?)
        } else {
            builder.with_no_client_auth()
        };
        let mut configuration = builder
            .with_single_cert(vec![self.certificate.clone()], self.key.clone_key())
            .context("the lab's certificate")?;
        let protocol: &[u8] = if faults.has(Fault::NoProtocol) {
            b"lab/1"
        } else {
            b"http/1.1"
        };
        configuration.alpn_protocols = vec![protocol.to_vec()];
        Ok(Arc::new(configuration))
    }

    fn client_verifier(
        &self,
        provider: Arc<CryptoProvider>,
    ) -> anyhow::Result<Arc<dyn rustls::server::danger::ClientCertVerifier>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.clone())?;
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .context("the lab's client certificates")
    }
}
