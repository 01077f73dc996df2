//! Handshake messages in clear become facts.

use super::assembly::{Fragment, HEADER_BYTES, MessageHead, Step};
use super::codepoints::{CipherSuite, HandshakeType, NamedGroup, Version};
use super::facts::{
    ClientHello, Framing, HandshakeMessage, HelloRetryRequest, Resumption, ServerHello,
};
use super::hello::{self, ParsedServerHello};
use super::record::Head;
use super::tracker::{Moment, Tracker};
use crate::flow::chunk::MarkKind;
use crate::flow::few::Few;
use crate::limits::{MESSAGE_BYTES, TLS_CLIENT_HELLOS, TLS_MESSAGES};
use crate::side::Side;
use crate::wire::Reader;

/// Messages that are read of most full TLS 1.2 handshakes: up to the client's key exchange.
const FULL_MESSAGES: usize = 7;

/// `curve_type` of a ServerKeyExchange that names its group (RFC 8422 §5.4).
const NAMED_CURVE: u8 = 3;

impl Tracker {
    /// A handshake record begins.
    pub(super) fn begin_messages(&mut self, side: Side, record: Head) {
        if let Some(handshake) = &mut self.handshake {
            handshake.assemblies[side].begin_record(record);
            handshake.listed_before[side] = self.facts.messages.len();
        }
    }

    /// A handshake record is over. Receivers read whole records, so the messages that ended in it are complete now.
    pub(super) fn complete_messages(&mut self, moment: Moment) {
        let (side, complete) = (moment.side, moment.delivered);
        let Some(handshake) = &self.handshake else {
            return;
        };
        let facts = &mut self.facts;
        let ended = facts.messages.get(handshake.listed_before[side]..);
        for message in ended
            .unwrap_or_default()
            .iter()
            .filter(|message| message.side == side)
        {
            match message.kind {
                HandshakeType::CLIENT_HELLO if facts.client_side == Some(side) => {
                    let mut hellos = facts.client_hellos.iter_mut();
                    if let Some(hello) = hellos.find(|hello| hello.start as u32 == message.start) {
                        hello.complete = Some(complete);
                    }
                }
                HandshakeType::SERVER_HELLO | HandshakeType::HELLO_RETRY_REQUEST => {
                    let server = facts
                        .server_hello
                        .as_mut()
                        .filter(|hello| hello.start as u32 == message.start);
                    let retry = facts
                        .hello_retry_request
                        .as_mut()
                        .filter(|retry| retry.start as u32 == message.start);
                    for place in server
                        .map(|hello| &mut hello.complete)
                        .into_iter()
                        .chain(retry.map(|retry| &mut retry.complete))
                    {
                        *place = complete;
                    }
                }
                HandshakeType::CERTIFICATE => {
                    if let Some(chain) = facts.certificates[side].as_mut() {
                        chain.complete = complete;
                    }
                }
                _ => {}
            }
        }
    }

    /// The bytes of a handshake record's body.
    pub(super) fn messages(&mut self, mut fragment: Fragment<'_>, moment: &Moment) {
        while let Some(handshake) = &mut self.handshake
            && let Some(step) = handshake.assemblies[moment.side].step(&mut fragment)
        {
            let here = Moment {
                position: fragment.position,
                ..*moment
            };
            match step {
                Step::Whole {
                    head,
                    body_start,
                    body,
                } => {
                    let position = body_start;
                    self.begin_message(head, Moment { position, ..here });
                    self.end_message(head, body, false, here);
                }
                Step::Begin(head) => self.begin_message(head, here),
                Step::End {
                    head,
                    body,
                    has_hole,
                } => self.end_message(head, &body, has_hole, here),
                Step::Nonsense => {
                    let missing = self.facts.missing[moment.side].get_or_insert_default();
                    missing.unreadable.get_or_insert(moment.carried);
                    missing.handshake = true;
                }
            }
        }
        let reading = self.handshake.as_ref().and_then(|handshake| {
            let (head, _) = handshake.assemblies[moment.side].unfinished()?;
            Some(head.start)
        });
        // What comes behind a hole belongs to no message that was begun before it.
        if self.facts.client_side == Some(moment.side)
            && let Some(hello) = self.facts.client_hellos.last_mut()
            && hello.complete.is_none()
            && reading == Some(hello.start)
        {
            hello.end = fragment.position;
        }
    }

    /// An SSLv2-framed ClientHello begins; `opening` are its bytes so far, two length bytes first.
    pub(super) fn begin_v2(&mut self, head: Head, opening: Vec<u8>, moment: Moment) {
        let message = MessageHead {
            kind: HandshakeType::CLIENT_HELLO,
            length: u32::from(head.length),
            first_byte: head.first_byte,
            start: head.start,
            record_version: Version::SSL_2_0,
            record_count: 1,
        };
        let buffer: Vec<u8> = opening.into_iter().skip(2).collect();
        let left = message
            .length
            .saturating_sub(u32::try_from(buffer.len()).unwrap_or(u32::MAX));
        self.begin_message(message, moment);
        let is_client = self.facts.client_side == Some(moment.side);
        if let Some(hello) = self.facts.client_hellos.last_mut().filter(|_| is_client) {
            hello.framing = Framing::Sslv2;
            hello.length = message.length.saturating_add(2);
        }
        if let Some(handshake) = &mut self.handshake {
            handshake.assemblies[moment.side].begin_foreign(message, buffer, left);
        }
    }

    /// The ClientHello that is not complete is told as far as it was read.
    pub(super) fn tell_unfinished(&mut self, side: Side) {
        let Some(handshake) = &self.handshake else {
            return;
        };
        let Some((head, body)) = handshake.assemblies[side].unfinished() else {
            return;
        };
        if head.kind == HandshakeType::CLIENT_HELLO && self.facts.client_side == Some(side) {
            let body = body.to_vec();
            self.read_client_hello(head, &body, false);
        }
    }

    fn begin_message(&mut self, head: MessageHead, moment: Moment) {
        match head.kind {
            HandshakeType::CLIENT_HELLO => {
                self.facts.client_side.get_or_insert(moment.side);
                if self.expects_hello(moment.side)
                    && self.facts.client_hellos.len() < TLS_CLIENT_HELLOS
                {
                    let hello = ClientHello {
                        first_byte: head.first_byte,
                        complete: None,
                        start: head.start,
                        end: moment.position,
                        length: head.length.saturating_add(HEADER_BYTES as u32),
                        framing: Framing::Record,
                        record_count: head.record_count,
                        pieces: Few::None,
                        piece_count: 0,
                        record_version: head.record_version,
                        offer: self.recurring.no_offer(),
                    };
                    self.facts.client_hellos.push(hello, TLS_CLIENT_HELLOS);
                }
            }
            HandshakeType::SERVER_HELLO | HandshakeType::HELLO_RETRY_REQUEST => {
                let client = *self.facts.client_side.get_or_insert(!moment.side);
                if client != moment.side {
                    self.begin_flight((head.first_byte, head.start), 1, moment);
                }
            }
            _ => {
                if self.facts.client_side == Some(moment.side)
                    && let Some(handshake) = &mut self.handshake
                {
                    handshake.client_is_clear = true;
                }
            }
        }
    }

    fn end_message(&mut self, head: MessageHead, body: &[u8], has_hole: bool, moment: Moment) {
        self.list_message(head, moment);
        let is_whole = body.len() == head.length as usize;
        let is_oversized = !has_hole && head.length as usize > MESSAGE_BYTES;
        if is_oversized {
            let missing = self.facts.missing[moment.side].get_or_insert_default();
            missing.oversized = missing.oversized.saturating_add(1);
        }
        match head.kind {
            HandshakeType::CLIENT_HELLO if self.facts.client_side == Some(moment.side) => {
                self.read_client_hello(head, body, is_whole);
                self.complete_client_hello(head, moment);
            }
            // Who said a ClientHello is no server, whatever else it says.
            HandshakeType::SERVER_HELLO | HandshakeType::HELLO_RETRY_REQUEST
                if self.facts.client_side != Some(moment.side) =>
            {
                self.read_server_hello(head, body, moment);
            }
            HandshakeType::CERTIFICATE => {
                if let Ok(chain) = self.recurring.chain(body, moment.delivered) {
                    self.facts.certificates[moment.side].get_or_insert(Box::new(chain));
                }
            }
            HandshakeType::SERVER_KEY_EXCHANGE => self.read_server_key_exchange(body),
            HandshakeType::SERVER_HELLO_DONE => self.end_flight_here(moment),
            _ => {}
        }
    }

    fn list_message(&mut self, head: MessageHead, moment: Moment) {
        let facts = &mut self.facts;
        if facts.messages.len() >= TLS_MESSAGES {
            facts.messages_omitted = facts.messages_omitted.saturating_add(1);
            return;
        }
        if facts.messages.is_empty() {
            facts.messages.reserve_exact(FULL_MESSAGES);
        }
        facts.messages.push(HandshakeMessage {
            side: moment.side,
            kind: head.kind,
            start: head.start as u32,
        });
    }

    /// Keeps what a ClientHello offers; `body` is all of it or its beginning.
    fn read_client_hello(&mut self, head: MessageHead, body: &[u8], is_whole: bool) {
        let Some(hello) = self
            .facts
            .client_hellos
            .last_mut()
            .filter(|hello| hello.start == head.start)
        else {
            return;
        };
        let parsed = match hello.framing {
            Framing::Record => hello::client_hello(body, is_whole, &self.recurring),
            Framing::Sslv2 => hello::client_hello_v2(body),
        };
        hello.record_count = head.record_count;
        hello.offer = parsed.offer;
        if let Some(handshake) = &mut self.handshake {
            handshake.session_id = parsed.session_id.into();
        }
        let is_tls13 = self.is_tls13();
        self.session.on_hello(&self.facts, is_tls13);
    }

    fn complete_client_hello(&mut self, head: MessageHead, moment: Moment) {
        let Some(hello) = self
            .facts
            .client_hellos
            .last_mut()
            .filter(|hello| hello.start == head.start)
        else {
            return;
        };
        hello.complete = Some(moment.delivered);
        hello.end = moment.position;
        if self.facts.hello_retry_request.is_some() {
            // The answer to the second hello is a flight of its own.
            self.facts.server_flight = None;
        }
        self.mark(moment.side, moment.position, MarkKind::ClientHello);
    }

    fn read_server_hello(&mut self, head: MessageHead, body: &[u8], moment: Moment) {
        let Ok(parsed) = hello::server_hello(body) else {
            let missing = self.facts.missing[moment.side].get_or_insert_default();
            missing.handshake = true;
            return;
        };
        if parsed.is_retry || head.kind == HandshakeType::HELLO_RETRY_REQUEST {
            self.facts
                .hello_retry_request
                .get_or_insert(Box::new(HelloRetryRequest {
                    start: head.start,
                    first_byte: head.first_byte,
                    complete: moment.delivered,
                    group: parsed.group,
                    cipher_suite: parsed.cipher_suite,
                    has_cookie: parsed.has_cookie,
                }));
            return;
        }
        let resumption = self.resumption(&parsed);
        self.facts.server_hello.get_or_insert(Box::new(ServerHello {
            start: head.start,
            first_byte: head.first_byte,
            complete: moment.delivered,
            version: parsed.version,
            cipher_suite: parsed.cipher_suite,
            group: parsed.group,
            alpn: parsed.alpn,
            resumption,
            is_malformed: parsed.is_malformed,
        }));
        let is_tls13 = self.is_tls13();
        self.session.on_hello(&self.facts, is_tls13);
    }

    fn resumption(&self, parsed: &ParsedServerHello<'_>) -> Resumption {
        if let Some(identity) = parsed.psk_identity {
            return Resumption::Psk(identity);
        }
        let asked = self
            .handshake
            .as_ref()
            .map(|handshake| &*handshake.session_id);
        let is_repeated = !parsed.session_id.is_empty() && asked == Some(parsed.session_id);
        if is_repeated && !parsed.version.is_tls13() {
            Resumption::SessionId
        } else {
            Resumption::None
        }
    }

    fn read_server_key_exchange(&mut self, body: &[u8]) {
        let suite = self
            .facts
            .server_hello
            .as_ref()
            .map(|hello| hello.cipher_suite);
        if !suite.is_some_and(CipherSuite::is_elliptic) {
            return;
        }
        let mut reader = Reader::new(body);
        if let (Ok(NAMED_CURVE), Ok(group)) = (reader.u8(), reader.u16()) {
            self.facts.server_key_exchange_group = Some(NamedGroup(group));
        }
    }

    /// ServerHelloDone: the flight ends with it.
    fn end_flight_here(&mut self, moment: Moment) {
        if let Some(flight) = &mut self.facts.server_flight {
            flight.last_byte = moment.delivered;
            flight.end = moment.position;
            flight.is_over = true;
        }
    }
}
