//! Time limits, by the names under which people set them.

use std::time::Duration;

use stallscope_shared::probe::Limit;
use stallscope_shared::time::Nanos;
use tokio::time::Instant;

/// A limit with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) length: Duration,
}

/// Every limit of one attempt; `None` waits for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// For the connection.
    pub(crate) tcp: Option<Named>,
    /// For the proxy's answer.
    pub(crate) proxy: Option<Named>,
    /// For the TLS handshake.
    pub(crate) tls: Option<Named>,
    /// From the request's last byte to the response's first.
    pub(crate) first_byte: Option<Named>,
    /// For the response's body.
    pub(crate) body: Option<Named>,
    /// For everything up to the request, as curl counts it.
    pub(crate) until_request: Option<Named>,
    /// For everything.
    pub(crate) whole: Option<Named>,
}

/// A limit that is running.
#[derive(Clone, Debug)]
pub(crate) struct Deadline {
    at: Option<(Instant, Named)>,
}

impl Named {
    /// A limit of so many seconds; `None` of zero, as curl has it.
    pub(crate) fn seconds(name: &'static str, seconds: f64) -> Option<Self> {
        let length = Duration::try_from_secs_f64(seconds).ok()?;
        (length > Duration::ZERO).then_some(Self { name, length })
    }
}

impl Deadline {
    /// The first of these to fire: a limit, and when it began.
    pub(crate) fn first<'a>(
        limits: impl IntoIterator<Item = (Option<&'a Named>, Instant)>,
    ) -> Self {
        let running = limits
            .into_iter()
            .filter_map(|(limit, began)| Some((began + limit?.length, limit?.clone())));
        Self {
            at: running.min_by_key(|(at, _)| *at),
        }
    }

    /// When it fires; in a year where none does.
    pub(crate) fn instant(&self) -> Instant {
        const YEAR: Duration = Duration::from_secs(365 * 86_400);
        let at = self.at.as_ref().map(|(at, _)| *at);
        at.unwrap_or_else(|| Instant::now() + YEAR)
    }

    /// What fired, for the log.
    pub(crate) fn fired(&self) -> Limit {
        let (name, length) = match &self.at {
            Some((_, limit)) => (limit.name, limit.length),
            None => ("none", Duration::ZERO),
        };
        Limit {
            name: Box::from(name),
            length: Nanos(i64::try_from(length.as_nanos()).unwrap_or(i64::MAX)),
        }
    }
}
