//! A report's attempts as spans to a collector of OpenTelemetry, over HTTP. Only where `--otlp` was typed, only to where
//! the variables say, and only when everything was measured and written. What goes wrong is told and changes nothing.

mod post;
mod settings;

use std::env;
use std::io::Write as _;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message as _;
use stallscope_shared::export::otlp::{KEPT, lines};
use stallscope_shared::report::redaction::Redaction;
use stallscope_shared::report::v1::Report;

use self::post::Line;
use self::settings::{Encoding, Settings, Wanted};
use super::terminal::complain;

/// Where spans go.
#[derive(Debug)]
pub(crate) struct Spans {
    settings: Settings,
    line: Line,
}

impl Spans {
    /// By the variables of the environment; `None` where these want no spans.
    pub(crate) fn of_environment() -> anyhow::Result<Option<Self>> {
        match Settings::of(|name| env::var(name).ok())? {
            Wanted::Nothing(because) => {
                complain(&format!("no spans are sent: {because}"));
                Ok(None)
            }
            Wanted::Sent(settings) => Ok(Some(Self {
                line: Line::new(&settings)?,
                settings: *settings,
            })),
        }
    }

    /// Sends every attempt that the report holds; what cannot be sent is told.
    pub(crate) fn send(&self, report: &Report) {
        let redaction = KEPT.into_iter().fold(Redaction::new(), Redaction::keeping);
        let requests = lines(&redaction.apply(report), &self.settings.context);
        let all = requests.len();
        for (sent, request) in requests.iter().enumerate() {
            if let Err(error) = self.send_one(request) {
                complain(&format!(
                    "{} of {all} requests with spans were not sent to {} (--otlp): {error:#}",
                    all - sent,
                    self.settings.place()
                ));
                return;
            }
        }
    }

    fn send_one(&self, request: &str) -> anyhow::Result<()> {
        let encoding = self.settings.encoding;
        let body = written(request, encoding)?;
        let body = if self.settings.is_gzipped {
            let mut packed = GzEncoder::new(Vec::new(), Compression::default());
            packed.write_all(&body)?;
            packed.finish()?
        } else {
            body
        };
        let answer = self.line.post(&body)?;
        if let Some(said) = rejected(&answer, encoding) {
            complain(&format!("{}: {said} (--otlp)", self.settings.place()));
        }
        Ok(())
    }
}

fn written(request: &str, encoding: Encoding) -> anyhow::Result<Vec<u8>> {
    match encoding {
        Encoding::Json => Ok(request.as_bytes().to_vec()),
        Encoding::Protobuf => {
            let request: ExportTraceServiceRequest =
                serde_json::from_str(request).context("these spans have no protobuf")?;
            Ok(request.encode_to_vec())
        }
    }
}

/// What a collector says that took the request, but not all of it. An answer that cannot be read says nothing.
fn rejected(answer: &[u8], encoding: Encoding) -> Option<String> {
    let answer = match encoding {
        Encoding::Json => serde_json::from_slice::<ExportTraceServiceResponse>(answer).ok()?,
        Encoding::Protobuf => ExportTraceServiceResponse::decode(answer).ok()?,
    };
    let partial = answer.partial_success?;
    let said = partial.error_message;
    match partial.rejected_spans {
        0 if said.is_empty() => None,
        0 => Some(format!("the collector took every span and says: {said}")),
        count => Some(format!("the collector did not take {count} spans: {said}")),
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::trace::v1::{
        ExportTracePartialSuccess, ExportTraceServiceResponse,
    };
    use prost::Message as _;

    use super::{Encoding, rejected};

    #[test]
    fn what_a_collector_did_not_take_is_told() {
        let answer = |rejected_spans, said: &str| ExportTraceServiceResponse {
            partial_success: Some(ExportTracePartialSuccess {
                rejected_spans,
                error_message: said.to_owned(),
            }),
        };
        for (answer, said) in [
            (answer(3, "too old"), Some("did not take 3 spans: too old")),
            (
                answer(0, "soon full"),
                Some("took every span and says: soon full"),
            ),
            (answer(0, ""), None),
            (ExportTraceServiceResponse::default(), None),
        ] {
            let json = serde_json::to_vec(&answer).unwrap();
            for told in [
                rejected(&answer.encode_to_vec(), Encoding::Protobuf),
                rejected(&json, Encoding::Json),
            ] {
                assert_eq!(told.is_some(), said.is_some(), "{told:?}");
                assert!(said.is_none_or(|said| told.unwrap().contains(said)));
            }
        }
        assert_eq!(rejected(b"<html>", Encoding::Json), None);
        assert_eq!(rejected(b"<html>", Encoding::Protobuf), None);
    }
}
