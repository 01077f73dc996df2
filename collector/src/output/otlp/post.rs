//! One request to a collector, again where the protocol wants that (OTLP 1.x, "OTLP/HTTP Response", "OTLP/HTTP
//! Throttling"), within one timeout.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, anyhow, bail};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Uri};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use ureq::Agent;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

use super::settings::{Encoding, Settings};
use crate::probe::tls::agent_roots;

/// Pause before the second try; it doubles from try to try (that of the specification's SDKs).
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Bytes of an answer that are read; those that the protocol knows have a few.
const ANSWER: u64 = 1 << 16;
/// Characters of an answer that are told.
const TOLD: usize = 200;

/// The way to one collector.
#[derive(Debug)]
pub(super) struct Line {
    agent: Agent,
    endpoint: Uri,
    headers: HeaderMap,
    timeout: Duration,
}

/// What became of one try.
enum Answer {
    Taken(Vec<u8>),
    /// To be tried again, after this long where the collector says so.
    Later(anyhow::Error, Option<Duration>),
}

impl Line {
    /// Reads certificates; nothing is sent.
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        let config = Agent::config_builder()
            .tls_config(tls(settings)?)
            .proxy(proxy(&settings.endpoint))
            .http_status_as_error(false)
            // What is meant for one collector is no business of another host's.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build();
        let usual = [
            (
                USER_AGENT,
                concat!("stallscope/", env!("CARGO_PKG_VERSION")),
            ),
            (
                CONTENT_TYPE,
                match settings.encoding {
                    Encoding::Json => "application/json",
                    Encoding::Protobuf => "application/x-protobuf",
                },
            ),
        ];
        let mut headers: HeaderMap = usual
            .into_iter()
            .map(|(name, value)| (name, HeaderValue::from_static(value)))
            .collect();
        if settings.is_gzipped {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        headers.extend(settings.headers.iter().cloned());
        Ok(Self {
            agent: Agent::new_with_config(config),
            endpoint: settings.endpoint.clone(),
            headers,
            timeout: settings.timeout,
        })
    }

    /// Sends a request until it is taken, refused, or the time is over; the collector's answer.
    pub(super) fn post(&self, body: &[u8]) -> anyhow::Result<Vec<u8>> {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let left = self.timeout.saturating_sub(began.elapsed());
            let (error, wanted) = match self.once(body, left)? {
                Answer::Taken(answer) => return Ok(answer),
                Answer::Later(error, wanted) => (error, wanted),
            };
            // Many that were refused at once do not all come back at once.
            let wait = wanted.unwrap_or_else(|| pause.mul_f64(0.5 + fastrand::f64()));
            // Whatever the collector says, and however long it is.
            if wait >= self.timeout.saturating_sub(began.elapsed()) {
                return Err(error.context("given up; OTEL_EXPORTER_OTLP_TIMEOUT allows longer"));
            }
            thread::sleep(wait);
            pause *= 2;
        }
    }

    fn once(&self, body: &[u8], left: Duration) -> anyhow::Result<Answer> {
        let mut request = self.agent.post(&self.endpoint);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.config().timeout_global(Some(left)).build();
        let mut response = match request.send(body) {
            Ok(response) => response,
            Err(error) if is_cut_off(&error) => return Ok(Answer::Later(error.into(), None)),
            Err(error) => {
                return Err(anyhow!(error)
                    .context("the collector is not reached; see OTEL_EXPORTER_OTLP_ENDPOINT"));
            }
        };
        let status = response.status();
        let wanted = retry_after(response.headers(), SystemTime::now());
        let answer = response
            .body_mut()
            .with_config()
            .limit(ANSWER)
            .read_to_vec();
        let answer = answer.unwrap_or_default();
        if status.is_success() {
            return Ok(Answer::Taken(answer));
        }
        let said: String = String::from_utf8_lossy(&answer)
            .chars()
            .filter(|said| !said.is_control())
            .take(TOLD)
            .collect();
        let error = anyhow!("the collector answered {status} {said}");
        match status.as_u16() {
            429 | 502 | 503 | 504 => Ok(Answer::Later(error, wanted)),
            401 | 403 => Err(error.context("see OTEL_EXPORTER_OTLP_HEADERS")),
            404 | 405 => {
                Err(error.context("see OTEL_EXPORTER_OTLP_ENDPOINT, to which /v1/traces is added"))
            }
            415 => Err(error.context("see OTEL_EXPORTER_OTLP_PROTOCOL")),
            _ => Err(error),
        }
    }
}

/// The connection was made and ended without an answer. One that is not made is not tried again: somebody waits.
fn is_cut_off(error: &ureq::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error, ureq::Error::Io(error) if matches!(
        error.kind(),
        ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof
    ))
}

/// Seconds, or a date (RFC 9110 §10.2.3). It counts from the answer's own date where it has one, as the collector's clock
/// has it; a date that has passed asks for no wait.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let wanted = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = wanted.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let until = date(wanted)?;
    let said = headers.get(DATE).and_then(|said| said.to_str().ok());
    let from = said.and_then(|said| date(said.trim())).unwrap_or(now);
    Some(until.duration_since(from).unwrap_or_default())
}

/// That of the environment; never for this host itself, which no proxy reaches.
fn proxy(endpoint: &Uri) -> Option<ureq::Proxy> {
    let host = endpoint.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_own = host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback());
    ureq::Proxy::try_from_env().filter(|_| !is_own)
}

fn tls(settings: &Settings) -> anyhow::Result<TlsConfig> {
    let identity = match &settings.identity {
        Some((chain, key)) => Some(identity(chain, key)?),
        None => None,
    };
    Ok(TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
        .root_certs(roots(settings.certificate.as_deref())?)
        .client_cert(identity)
        .build())
}

/// Those of a file, else the system's, else the built-in ones.
fn roots(file: Option<&Path>) -> anyhow::Result<RootCerts> {
    let Some(file) = file else {
        return Ok(agent_roots());
    };
    let chain = chain(file, "OTEL_EXPORTER_OTLP_CERTIFICATE")?;
    let owned = chain
        .iter()
        .map(|der| Certificate::from_der(der).to_owned());
    Ok(RootCerts::from(owned.collect::<Vec<_>>()))
}

fn chain(file: &Path, variable: &str) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let place = || format!("cannot read {} ({variable})", file.display());
    let found: Vec<_> = CertificateDer::pem_file_iter(file)
        .with_context(place)?
        .collect::<Result<_, _>>()
        .with_context(place)?;
    if found.is_empty() {
        bail!("{} has no certificate in it ({variable})", file.display());
    }
    Ok(found)
}

fn identity(certificate: &Path, key: &Path) -> anyhow::Result<ClientCert> {
    let certificates: Vec<Certificate<'static>> =
        chain(certificate, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE")?
            .iter()
            .map(|der| Certificate::from_der(der).to_owned())
            .collect();
    let place = || {
        format!(
            "cannot read {} (OTEL_EXPORTER_OTLP_CLIENT_KEY)",
            key.display()
        )
    };
    let key = std::fs::read(key).with_context(place)?;
    let key = PrivateKey::from_pem(&key).with_context(place)?;
    Ok(ClientCert::new_with_certs(&certificates, key))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::header::{DATE, RETRY_AFTER};
    use http::{HeaderMap, HeaderValue};

    use super::retry_after;

    /// 1994-11-06 08:49:30 UTC, seven seconds before the date that RFC 9110 §5.6.7 writes in three ways.
    const NOW: u64 = 784_111_770;

    #[test]
    fn what_is_wanted_is_seconds_or_a_date() {
        for (name, wanted, said, wait) in [
            ("seconds (RFC 9110 §10.2.3)", "120", None, Some(120)),
            ("with space around", " 0 ", None, Some(0)),
            ("a date", "Sun, 06 Nov 1994 08:49:37 GMT", None, Some(7)),
            (
                "of RFC 850",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                None,
                Some(7),
            ),
            ("of asctime", "Sun Nov  6 08:49:37 1994", None, Some(7)),
            (
                "by a clock that is an hour behind this one",
                "Sun, 06 Nov 1994 07:49:37 GMT",
                Some("Sun, 06 Nov 1994 07:49:32 GMT"),
                Some(5),
            ),
            (
                "by a clock that says nothing of use",
                "Sun, 06 Nov 1994 08:49:37 GMT",
                Some("yesterday"),
                Some(7),
            ),
            (
                "a date that has passed",
                "Sun, 06 Nov 1994 08:49:00 GMT",
                None,
                Some(0),
            ),
            ("no whole number", "1.5", None, None),
            ("before its own question", "-3", None, None),
            ("words", "soon", None, None),
            (
                "no day of any month",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                None,
                None,
            ),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(wanted));
            if let Some(said) = said {
                headers.insert(DATE, HeaderValue::from_static(said));
            }
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
            let expected = wait.map(Duration::from_secs);
            assert_eq!(retry_after(&headers, now), expected, "{name}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), SystemTime::UNIX_EPOCH), None);
    }
}
