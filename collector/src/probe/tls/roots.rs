//! Whom the client trusts: the system's roots, a file, or those that are built in. Loaded once, before any timer runs.

use std::path::Path;

use anyhow::{Context as _, bail};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use ureq::tls::{Certificate, RootCerts};

/// Trusted roots, and where they are from.
#[derive(Clone, Debug)]
pub(crate) struct Roots {
    pub(crate) store: RootCertStore,
    /// The system has none, so those of Mozilla that are built in stand.
    pub(crate) is_built_in: bool,
}

impl Roots {
    /// Of somebody who trusts any certificate.
    pub(crate) fn none() -> Self {
        Self {
            store: RootCertStore::empty(),
            is_built_in: false,
        }
    }
}

/// Those of a file (`--cacert`), else the system's (`SSL_CERT_FILE`, `SSL_CERT_DIR` too), else the built-in ones.
pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Roots> {
    let mut store = RootCertStore::empty();
    if let Some(file) = file {
        let place = || format!("cannot read {} (--cacert)", file.display());
        for certificate in CertificateDer::pem_file_iter(file).with_context(place)? {
            store.add(certificate.with_context(place)?)?;
        }
        if store.is_empty() {
            bail!("{} has no certificate in it (--cacert)", file.display());
        }
        return Ok(Roots {
            store,
            is_built_in: false,
        });
    }
    let found = rustls_native_certs::load_native_certs();
    store.add_parsable_certificates(found.certs);
    let is_built_in = store.is_empty();
    if is_built_in {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    Ok(Roots { store, is_built_in })
}

/// The system's, else the built-in ones, for the agent that asks what is no part of any attempt.
pub(crate) fn agent_roots() -> RootCerts {
    let found = rustls_native_certs::load_native_certs().certs;
    if found.is_empty() {
        return RootCerts::WebPki;
    }
    let owned = found
        .iter()
        .map(|der| Certificate::from_der(der).to_owned());
    RootCerts::from(owned.collect::<Vec<_>>())
}
