//! From where on a side's handshake messages cannot be read, and what that says.

use super::codepoints::HandshakeType;
use super::facts::{Basis, Boundary, Facts, Resumption};
use super::tracker::{Moment, Tracker};
use crate::flow::chunk::MarkKind;
use crate::side::Side;

impl Tracker {
    /// After its ChangeCipherSpec a side of TLS 1.2 or older sends nothing in clear.
    pub(super) fn is_opaque(&self, side: Side) -> bool {
        self.facts.change_cipher_spec[side].is_some() && !self.is_tls13()
    }

    /// TLS 1.3 was negotiated, or nothing speaks against it where the server's hello is not there to tell.
    pub(super) fn is_tls13(&self) -> bool {
        if let Some(hello) = &self.facts.server_hello {
            return hello.version.is_tls13();
        }
        let is_offered = self.facts.client_hellos.iter().any(|hello| {
            hello
                .offer
                .versions
                .iter()
                .any(|version| version.is_tls13())
        });
        let client_is_clear = self
            .handshake
            .as_ref()
            .is_some_and(|handshake| handshake.client_is_clear);
        self.facts.hello_retry_request.is_some() || is_offered && !client_is_clear
    }

    /// In TLS 1.2 a handshake message after ChangeCipherSpec is Finished; later ones renegotiate.
    pub(super) fn encrypted_message(&mut self, moment: Moment) {
        let facts = &mut self.facts;
        if facts.handshake_end.is_some() {
            facts.renegotiation_records = facts.renegotiation_records.saturating_add(1);
            return;
        }
        let boundary = Boundary {
            stamp: moment.delivered,
            basis: Basis::Observed,
        };
        if moment.side == facts.client() {
            facts.client_finished = Some(boundary);
            take_ticket_resumption(facts);
            self.mark(moment.side, moment.position, MarkKind::ClientFinished);
        } else {
            facts.server_finished = Some(boundary);
        }
        let facts = &mut self.facts;
        if facts.client_finished.is_some() && facts.server_finished.is_some() {
            facts.handshake_end = Some(boundary);
        }
    }
}

/// The server finished first and without a ServerHelloDone: it took up an earlier session. When no session id said
/// so, the client's ticket did (RFC 5077 §3.1).
fn take_ticket_resumption(facts: &mut Facts) {
    let is_full = facts
        .messages
        .iter()
        .any(|message| message.kind == HandshakeType::SERVER_HELLO_DONE);
    if facts.server_finished.is_some()
        && !is_full
        && let Some(hello) = &mut facts.server_hello
        && hello.resumption == Resumption::None
    {
        hello.resumption = Resumption::Ticket;
    }
}
