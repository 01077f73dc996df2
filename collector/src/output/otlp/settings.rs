//! Where spans are sent and how, by the variables of OpenTelemetry's specification ("OpenTelemetry Protocol Exporter",
//! "General SDK Configuration"). A variable that is empty is not set; one for traces stands above that for all signals.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use http::{HeaderName, HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use stallscope_shared::export::otlp::{Context, Parent};

/// What is waited for a collector at most where nothing says otherwise (specification, `OTEL_EXPORTER_OTLP_TIMEOUT`).
const TIMEOUT: Duration = Duration::from_secs(10);

/// How spans are sent.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) endpoint: Uri,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) encoding: Encoding,
    pub(super) is_gzipped: bool,
    /// For one request with all its repeats.
    pub(super) timeout: Duration,
    /// Certificates to trust instead of the system's.
    pub(super) certificate: Option<PathBuf>,
    /// The client's own certificate and its key.
    pub(super) identity: Option<(PathBuf, PathBuf)>,
    pub(super) context: Context,
}

/// How a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    Protobuf,
}

/// What the variables want.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    Sent(Box<Settings>),
    /// Nothing, because of this.
    Nothing(&'static str),
}

impl Settings {
    /// Where spans go, as it may be told: without credentials.
    pub(super) fn place(&self) -> String {
        let authority = self.endpoint.authority().map_or("", |own| own.as_str());
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let scheme = self.endpoint.scheme_str().unwrap_or_default();
        format!("{scheme}://{host}{}", self.endpoint.path())
    }

    /// Reads the variables.
    pub(super) fn of(variables: impl Fn(&str) -> Option<String>) -> anyhow::Result<Wanted> {
        let of = |name: &str| variables(name).filter(|value| !value.trim().is_empty());
        if of("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(Wanted::Nothing("OTEL_SDK_DISABLED=true"));
        }
        match of("OTEL_TRACES_EXPORTER").as_deref().map(str::trim) {
            None | Some("otlp") => {}
            Some("none") => return Ok(Wanted::Nothing("OTEL_TRACES_EXPORTER=none")),
            Some(other) => {
                bail!("OTEL_TRACES_EXPORTER={other}: spans are sent by otlp, or by none")
            }
        }
        let own = |name: &str| -> Option<(String, String)> {
            let names = [
                format!("OTEL_EXPORTER_OTLP_TRACES_{name}"),
                format!("OTEL_EXPORTER_OTLP_{name}"),
            ];
            names
                .into_iter()
                .find_map(|name| of(&name).map(|value| (name, value.trim().to_owned())))
        };
        let file = |name: &str| own(name).map(|(_, value)| PathBuf::from(value));
        let identity = match (file("CLIENT_CERTIFICATE"), file("CLIENT_KEY")) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => bail!(
                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY go together"
            ),
        };
        Ok(Wanted::Sent(Box::new(Self {
            endpoint: endpoint(&of)?,
            headers: own("HEADERS").map_or(Ok(Vec::new()), headers)?,
            encoding: own("PROTOCOL").map_or(Ok(Encoding::Protobuf), encoding)?,
            is_gzipped: own("COMPRESSION").map_or(Ok(false), compression)?,
            timeout: own("TIMEOUT").map_or(Ok(TIMEOUT), timeout)?,
            certificate: file("CERTIFICATE"),
            identity,
            context: context(&of)?,
        })))
    }
}

/// That for traces as it stands; to that for all signals their path is added.
fn endpoint(of: &impl Fn(&str) -> Option<String>) -> anyhow::Result<Uri> {
    const FOR_TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    const FOR_ALL: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
    let (name, url) = match (of(FOR_TRACES), of(FOR_ALL)) {
        (Some(url), _) => (FOR_TRACES, url.trim().to_owned()),
        (None, Some(url)) => (
            FOR_ALL,
            format!("{}/v1/traces", url.trim().trim_end_matches('/')),
        ),
        (None, None) => {
            bail!(
                "--otlp sends to where {FOR_ALL} says, for example http://localhost:4318, and it is not set"
            )
        }
    };
    // Who may send stands before the last @ and is nothing for a log.
    let shown = url.rsplit_once('@').map_or(&*url, |(_, place)| place);
    let parsed: Uri = url
        .parse()
        .with_context(|| format!("{name}: {shown} is no URL"))?;
    match (parsed.scheme_str(), parsed.host()) {
        (Some("http" | "https"), Some(_)) => Ok(parsed),
        _ => bail!("{name}: {shown} does not begin with http:// or https:// and a host"),
    }
}

fn encoding((name, value): (String, String)) -> anyhow::Result<Encoding> {
    match value.as_str() {
        "http/protobuf" => Ok(Encoding::Protobuf),
        "http/json" => Ok(Encoding::Json),
        "grpc" => bail!(
            "{name}=grpc is not spoken; set it to http/protobuf, and the endpoint to the collector's port for HTTP, usually 4318"
        ),
        other => bail!("{name}={other} is not known; it is http/protobuf or http/json"),
    }
}

fn compression((name, value): (String, String)) -> anyhow::Result<bool> {
    match value.as_str() {
        "gzip" => Ok(true),
        "none" => Ok(false),
        other => bail!("{name}={other} is not known; it is gzip or none"),
    }
}

fn timeout((name, value): (String, String)) -> anyhow::Result<Duration> {
    let millis = value
        .parse()
        .with_context(|| format!("{name}={value} is no number of milliseconds"))?;
    Ok(Duration::from_millis(millis))
}

/// `name=value,…`, values percent-encoded (W3C Baggage).
fn pairs(name: &str, text: &str) -> anyhow::Result<Vec<(String, String)>> {
    let members = text.split(',').filter(|member| !member.trim().is_empty());
    members
        .map(|member| {
            // The value may be a secret, so it is not said.
            let (key, value) = member
                .split_once('=')
                .with_context(|| format!("{name} is not NAME=VALUE,NAME=VALUE"))?;
            let decoded = percent_decode_str(value.trim()).decode_utf8();
            let decoded = decoded.with_context(|| format!("{name}: a value is not UTF-8"))?;
            Ok((key.trim().to_owned(), decoded.into_owned()))
        })
        .collect()
}

fn headers((name, text): (String, String)) -> anyhow::Result<Vec<(HeaderName, HeaderValue)>> {
    let header = |(key, value): (String, String)| {
        let place = || format!("{name}: {key} cannot be a header with this value");
        let mut value = HeaderValue::from_str(&value).with_context(place)?;
        value.set_sensitive(true);
        Ok((HeaderName::try_from(&key).with_context(place)?, value))
    };
    pairs(&name, &text)?.into_iter().map(header).collect()
}

/// Who sends, and below which span.
fn context(of: &impl Fn(&str) -> Option<String>) -> anyhow::Result<Context> {
    const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
    let attributes = of(ATTRIBUTES).unwrap_or_default();
    let mut resource: BTreeMap<_, _> = pairs(ATTRIBUTES, &attributes)?.into_iter().collect();
    if let Some(name) = of("OTEL_SERVICE_NAME") {
        resource.insert("service.name".to_owned(), name);
    }
    let parent = match of("TRACEPARENT") {
        Some(text) => {
            let state = of("TRACESTATE").unwrap_or_default();
            let parent = Parent::of(&text, &state);
            Some(parent.with_context(|| {
                format!("TRACEPARENT={text} is no traceparent of W3C Trace Context; unset it")
            })?)
        }
        None => None,
    };
    Ok(Context { resource, parent })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Encoding, Settings, Wanted};

    fn wanted(variables: &[(&str, &str)]) -> anyhow::Result<Wanted> {
        Settings::of(|name| {
            let mut all = variables.iter();
            let found = all.find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn settings(variables: &[(&str, &str)]) -> Settings {
        match wanted(variables).unwrap() {
            Wanted::Sent(settings) => *settings,
            Wanted::Nothing(why) => panic!("{why}"),
        }
    }

    const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");

    #[test]
    fn the_path_is_added_where_the_endpoint_is_that_of_all_signals() {
        let traces = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
        for (variables, url) in [
            (vec![ENDPOINT], "http://localhost:4318/v1/traces"),
            (
                vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "https://c.example/x/")],
                "https://c.example/x/v1/traces",
            ),
            (
                vec![ENDPOINT, (traces, "http://t.example:1/own")],
                "http://t.example:1/own",
            ),
            (
                vec![ENDPOINT, (traces, "")],
                "http://localhost:4318/v1/traces",
            ),
        ] {
            assert_eq!(settings(&variables).endpoint.to_string(), url);
        }
    }

    #[test]
    fn credentials_of_an_endpoint_are_not_told() {
        let endpoint = (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://me:geheim@c.example:4318",
        );
        let place = settings(&[endpoint]).place();
        assert_eq!(place, "http://c.example:4318/v1/traces");
        for wrong in [
            "grpc://me:geheim@c.example:4317",
            "http://me:geheim@c example",
        ] {
            let set = |name: &str| (name == endpoint.0).then(|| wrong.to_owned());
            let error = super::endpoint(&set).unwrap_err();
            let said = format!("{error:#}");
            assert!(said.contains("c") && !said.contains("geheim"), "{said}");
        }
    }

    #[test]
    fn what_is_not_set_is_as_the_specification_has_it() {
        let usual = settings(&[ENDPOINT]);
        assert_eq!(usual.encoding, Encoding::Protobuf);
        assert_eq!(usual.timeout, Duration::from_secs(10));
        assert!(!usual.is_gzipped && usual.headers.is_empty() && usual.context.parent.is_none());
    }

    #[test]
    fn variables_for_traces_stand_above_those_for_all() {
        let set = settings(&[
            ENDPOINT,
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"),
            (
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
                "api-key=se%20cret, X-B = 2",
            ),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "2500"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.name=a,deployment.environment.name=p%2Cq",
            ),
            ("OTEL_SERVICE_NAME", "b"),
            (
                "TRACEPARENT",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ),
        ]);
        assert_eq!(set.encoding, Encoding::Json);
        let headers: Vec<_> = set
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        assert_eq!(headers, [("api-key", "se cret"), ("x-b", "2")]);
        assert_eq!(set.timeout, Duration::from_millis(2500));
        assert!(set.is_gzipped && set.context.parent.is_some());
        let resource: Vec<_> = set.context.resource.into_iter().collect();
        let expected = [
            ("deployment.environment.name", "p,q"),
            ("service.name", "b"),
        ];
        assert_eq!(
            resource,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_the_variable_and_the_way_out() {
        for (variable, said) in [
            (
                None,
                "OTEL_EXPORTER_OTLP_ENDPOINT says, for example http://localhost:4318",
            ),
            (
                Some(("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")),
                "set it to http/protobuf",
            ),
            (
                Some(("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "x")),
                "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=x",
            ),
            (
                Some(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "localhost:4318")),
                "http://",
            ),
            (Some(("OTEL_EXPORTER_OTLP_TIMEOUT", "10s")), "milliseconds"),
            (
                Some(("OTEL_EXPORTER_OTLP_COMPRESSION", "br")),
                "gzip or none",
            ),
            (Some(("OTEL_EXPORTER_OTLP_HEADERS", "key")), "NAME=VALUE"),
            (
                Some(("OTEL_EXPORTER_OTLP_HEADERS", "a b=1")),
                "OTEL_EXPORTER_OTLP_HEADERS",
            ),
            (
                Some(("OTEL_EXPORTER_OTLP_CLIENT_KEY", "k.pem")),
                "CLIENT_CERTIFICATE",
            ),
            (Some(("OTEL_TRACES_EXPORTER", "zipkin")), "otlp"),
            (Some(("TRACEPARENT", "1")), "unset it"),
        ] {
            let variables: Vec<_> = variable.iter().map(|_| ENDPOINT).chain(variable).collect();
            let error = format!("{:#}", wanted(&variables).unwrap_err());
            assert!(error.contains(said), "{variable:?}: {error}");
        }
    }

    #[test]
    fn whoever_wants_no_spans_gets_none() {
        for variable in [
            ("OTEL_SDK_DISABLED", "TRUE"),
            ("OTEL_TRACES_EXPORTER", "none"),
        ] {
            let wanted = wanted(&[ENDPOINT, variable]).unwrap();
            assert!(matches!(wanted, Wanted::Nothing(_)), "{variable:?}");
        }
        let wanted = wanted(&[ENDPOINT, ("OTEL_SDK_DISABLED", "1")]).unwrap();
        assert!(matches!(wanted, Wanted::Sent(_)), "only true is true");
    }
}
