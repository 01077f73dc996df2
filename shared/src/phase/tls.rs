//! The TLS phase: from the ClientHello's first byte to the end of the handshake as the client sees it.

use super::timeline::{Phase, PhaseName};
use super::{Awaited, wait};
use crate::attempt::{Attempt, Connection};
use crate::flow::chunk::MarkKind;
use crate::ids::Stamp;
use crate::side::Side;
use crate::tls::codepoints::{AlertDescription, AlertLevel};
use crate::tls::facts::{AlertForm, Basis, Facts};

/// The TLS phase; `None` where no TLS was spoken.
pub(super) fn phase(attempt: &Attempt, connection: &Connection) -> Option<Phase> {
    let facts = connection.tls()?;
    let Some(hello) = facts.client_hello() else {
        return Some(Phase::not_observed(PhaseName::Tls));
    };
    let start = hello.first_byte.at;
    if let Some(end) = facts.handshake_end {
        let phase = Phase::completed(PhaseName::Tls, start, end.stamp.at.max(start));
        return Some(match end.basis {
            Basis::Observed => phase,
            Basis::Inferred => phase.inferred(),
        });
    }
    let awaited = awaited(connection, facts);
    if let Some(refusal) = refusal(facts) {
        return Some(Phase::failed(
            PhaseName::Tls,
            start,
            refusal.at.max(start),
            awaited,
        ));
    }
    if seen_past_the_handshake(facts) {
        return Some(Phase::not_observed(PhaseName::Tls));
    }
    Some(wait::never_completed(
        attempt,
        connection,
        PhaseName::Tls,
        start,
        awaited,
    ))
}

/// A fatal alert of either side, or an answer that is no TLS.
pub(super) fn refusal(facts: &Facts) -> Option<Stamp> {
    let alert = facts
        .alerts
        .iter()
        .find(|alert| is_fatal(alert.form))
        .map(|alert| alert.stamp);
    let stranger = facts.not_tls.as_ref().map(|strange| strange.stamp);
    alert.into_iter().chain(stranger).min()
}

/// All alerts but close_notify and user_canceled end the connection in TLS 1.3 whatever their level
/// (RFC 8446 §6); in TLS 1.2 the level says (RFC 5246 §7.2).
fn is_fatal(form: AlertForm) -> bool {
    match form {
        AlertForm::Clear(level, description) => {
            level == AlertLevel::FATAL
                && description != AlertDescription::CLOSE_NOTIFY
                && description != AlertDescription::USER_CANCELED
        }
        // What an encrypted alert says is not known: a close_notify is one too.
        AlertForm::Encrypted | AlertForm::Inferred => false,
    }
}

/// The end of the handshake was not seen, but what follows it was: the capture lacks the packets between.
fn seen_past_the_handshake(facts: &Facts) -> bool {
    facts.lacks_handshake() && !facts.exchanges.is_empty()
}

/// What the handshake waits for next.
fn awaited(connection: &Connection, facts: &Facts) -> Awaited {
    let client = connection.client();
    let hello = facts.client_hellos.last();
    if hello.is_some_and(|hello| hello.complete.is_none()) {
        return Awaited::ClientHelloRest;
    }
    let Some(server_hello) = facts.server_hello.as_ref() else {
        let delivered = server_has_hello(connection, client);
        return if delivered || facts.server_flight.is_some() {
            Awaited::ServerHello
        } else {
            Awaited::ClientHelloAck
        };
    };
    if server_bytes_missing(connection, client) {
        return Awaited::ServerFlight;
    }
    let is_over = facts
        .server_flight
        .as_ref()
        .is_some_and(|flight| flight.is_over);
    match (is_over, facts.client_finished.is_some()) {
        (_, true) => Awaited::ServerFinished,
        (true, false) => Awaited::ClientFinished,
        // TLS 1.3 encrypts the flight's end; before it, ServerHelloDone would have been seen.
        (false, false) if server_hello.version.is_tls13() => Awaited::NextFlight,
        (false, false) => Awaited::ServerFlight,
    }
}

/// The server's kernel acknowledged the last ClientHello whole.
fn server_has_hello(connection: &Connection, client: Side) -> bool {
    connection
        .flow
        .marks
        .iter()
        .rev()
        .find(|mark| mark.side == client && mark.kind == MarkKind::ClientHello)
        .is_some_and(|mark| mark.acked.is_some())
}

/// The server is known to have sent bytes that never came.
fn server_bytes_missing(connection: &Connection, client: Side) -> bool {
    let server = &connection.flow.sides[!client];
    server
        .jumps
        .iter()
        .any(|jump| jump.filled.is_none() && jump.acked.is_none())
        || connection.is_mid_message[!client]
}
