//! Time limits, by the names under which people set them.

use std::net::SocketAddr;
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
    /// The limit for the connection is shared by so many IPv4 and so many IPv6 addresses, as Go's dialer does; by none
    /// where each has all of it.
    pub(crate) shared_by: (u32, u32),
    /// For the proxy's answer.
    pub(crate) proxy: Option<Named>,
    /// For the TLS handshake.
    pub(crate) tls: Option<Named>,
    /// For `100 Continue`, before the body is sent; `None` does not ask for it.
    pub(crate) permission: Option<Named>,
    /// From the request's last byte to the response's first.
    pub(crate) first_byte: Option<Named>,
    /// For the response's body.
    pub(crate) body: Option<Named>,
    /// For everything up to the request, as curl counts it.
    pub(crate) until_request: Option<Named>,
    /// For everything.
    pub(crate) whole: Option<Named>,
}

/// A share is at least this long (net.Dialer's `saneMinimum`).
const LEAST_SHARE: Duration = Duration::from_secs(2);

impl Limits {
    /// The limit for a connection to this address. Go divides what is left of it by the addresses of the family that are
    /// left, so that where each one takes its whole share, all have the same.
    pub(crate) fn tcp_at(&self, server: SocketAddr) -> Option<Named> {
        let whole = self.tcp.clone()?;
        let sharers = if server.is_ipv4() {
            self.shared_by.0
        } else {
            self.shared_by.1
        };
        if sharers <= 1 {
            return Some(whole);
        }
        let least = LEAST_SHARE.min(whole.length);
        Some(Named {
            name: "net.Dialer.Timeout (its share)",
            length: (whole.length / sharers).max(least),
        })
    }
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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use super::{Limits, Named};

    #[test]
    fn the_dialers_limit_is_shared_as_go_shares_it() {
        // net.Dialer.dialSerial and partialDeadline: the rest of the time over the rest of the addresses, two seconds at
        // least; the families race with the same deadline.
        for (shared_by, v6, seconds) in [
            ((1, 0), false, 30.0),
            ((3, 1), false, 10.0),
            ((3, 1), true, 30.0),
            ((20, 0), false, 2.0),
            ((0, 0), false, 30.0),
        ] {
            let limits = Limits {
                tcp: Named::seconds("net.Dialer.Timeout", 30.0),
                shared_by,
                ..Limits::default()
            };
            let server = if v6 { "[::1]:443" } else { "127.0.0.1:443" };
            let server: SocketAddr = server.parse().unwrap();
            let share = limits.tcp_at(server).unwrap();
            assert_eq!(
                share.length,
                Duration::from_secs_f64(seconds),
                "{shared_by:?}"
            );
        }
    }
}
