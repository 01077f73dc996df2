//! How a connection or its one stream ended, as the log has it.

use h3::error::StreamError;
use quinn::{Connection, ConnectionError};
use stallscope_shared::probe::{SocketError, What};
use stallscope_shared::quic::code::TransportCode;

use super::witness::Witness;
use crate::probe::watched::Over;

/// The connection is over.
pub(super) fn connection(witness: &Witness, error: &ConnectionError) -> Over {
    let what = match error {
        ConnectionError::VersionMismatch => What::VersionsOffered,
        ConnectionError::ConnectionClosed(close) => of_server(u64::from(close.error_code)),
        ConnectionError::ApplicationClosed(close) => What::ConnectionClosed {
            code: close.error_code.into_inner(),
            is_application: true,
        },
        ConnectionError::Reset => What::StatelessReset,
        // The server's own limit for a connection on which nothing comes.
        ConnectionError::TimedOut => broken("ETIMEDOUT"),
        ConnectionError::TransportError(refusal) => {
            let code = TransportCode(u64::from(refusal.code));
            match code.alert() {
                Some(code) => {
                    witness.record(|recorder| {
                        if let Some(tls) = &mut recorder.log.tls {
                            tls.refusal = Some(Box::from(refusal.reason.as_str()));
                        }
                    });
                    What::AlertSent { code }
                }
                None => broken("EPROTO"),
            }
        }
        ConnectionError::LocallyClosed | ConnectionError::CidsExhausted => broken("EPROTO"),
    };
    if what.is_of_server() {
        witness.seen(what);
    } else {
        witness.record(|recorder| recorder.now(what));
    }
    Over
}

/// The request's stream is over, or the connection is.
pub(super) fn stream(witness: &Witness, connection: &Connection, error: &StreamError) -> Over {
    if let StreamError::RemoteTerminate { code, .. } = error {
        witness.seen(What::Http3Reset { code: code.value() });
        return Over;
    }
    closed(witness, connection)
}

/// The connection is over, or what came is no HTTP/3.
pub(super) fn closed(witness: &Witness, connection: &Connection) -> Over {
    match connection.close_reason() {
        Some(reason) => self::connection(witness, &reason),
        None => {
            witness.record(|recorder| recorder.now(broken("EPROTO")));
            Over
        }
    }
}

/// CONNECTION_CLOSE of QUIC itself: a TLS alert, or another reason.
fn of_server(code: u64) -> What {
    match TransportCode(code).alert() {
        Some(code) => What::AlertReceived {
            code,
            is_fatal: true,
        },
        None => What::ConnectionClosed {
            code,
            is_application: false,
        },
    }
}

fn broken(errno: &str) -> What {
    What::Broken(SocketError {
        errno: errno.into(),
        icmp: None,
        is_local: false,
    })
}
