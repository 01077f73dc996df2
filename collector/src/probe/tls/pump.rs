//! A TLS handshake, record by record: each flight is written at once, and each record of the server is looked at when it is
//! whole, so that every step has a time, also when the next one never comes.

use std::io::{self, Read as _};

use rustls::pki_types::CertificateDer;
use rustls::{AlertDescription, ClientConnection, Error};
use sha2::{Digest as _, Sha256};
use stallscope_shared::limits::TLS_CERTIFICATES;
use stallscope_shared::probe::{Tls, What};
use stallscope_shared::time::Timestamp;
use stallscope_shared::tls::codepoints::{CipherSuite, NamedGroup, Version};
use stallscope_shared::tls::facts::Listed;
use stallscope_shared::tls::validity;

use crate::probe::limits::Deadline;
use crate::probe::watched::{ONE_PACKET, Over, Watched};

/// Content types of TLS (RFC 8446 §5.1): 20 to 24.
const CONTENT_TYPES: std::ops::RangeInclusive<u8> = 20..=24;
const HANDSHAKE: u8 = 22;
const HEADER: usize = 5;
/// Where the server's random stands in a record that begins with its ServerHello: behind the header, type, length, version.
const RANDOM: std::ops::Range<usize> = 11..43;
/// The random of a HelloRetryRequest (RFC 8446 §4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];
/// The whole record.
const CHANGE_CIPHER_SPEC: [u8; 6] = [20, 3, 3, 0, 1, 1];

/// A TLS connection over a watched socket.
#[derive(Debug)]
pub(in crate::probe) struct Session {
    pub(in crate::probe) tls: Box<ClientConnection>,
    buffer: Vec<u8>,
    /// When the first byte of the buffer came.
    first: Option<Timestamp>,
    /// When the last byte of the buffer came.
    last: Option<Timestamp>,
    /// What goes out with the next flight.
    held: Vec<u8>,
}

/// A record of the server that was taken in.
#[derive(Clone, Copy, Debug)]
pub(in crate::probe) struct Taken {
    /// When its first byte came.
    pub(in crate::probe) first: Option<Timestamp>,
    /// When its last byte came.
    pub(in crate::probe) last: Option<Timestamp>,
    content_type: u8,
    bytes: u32,
    is_retry: bool,
}

/// How the first ClientHello leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::probe) enum Cut {
    /// As TLS made it, at once.
    #[default]
    Whole,
    /// In two segments, with a pause between them.
    Segments,
    /// In two records, at once.
    Records,
}

/// So long the second segment waits: the first one has left by itself then, and whoever reads once has read.
const APART: std::time::Duration = std::time::Duration::from_millis(100);

/// The same ClientHello in two records (RFC 8446 §5.1 lets a message span records).
fn in_two_records(hello: &[u8]) -> Vec<u8> {
    let (Some(header), Some(message)) = (hello.get(..3), hello.get(HEADER..)) else {
        return hello.to_vec();
    };
    let (first, second) = message.split_at(message.len() / 2);
    let record = |piece: &[u8]| {
        let length = u16::try_from(piece.len()).unwrap_or(u16::MAX);
        [header, &length.to_be_bytes(), piece].concat()
    };
    [record(first), record(second)].concat()
}

/// Sends the first ClientHello; the time right before the last of it was handed over.
async fn greet(
    watched: &mut Watched,
    hello: &[u8],
    cut: Cut,
    deadline: &Deadline,
) -> Result<Timestamp, Over> {
    if cut != Cut::Segments {
        return watched.send(hello, deadline).await;
    }
    let (first, second) = hello.split_at(hello.len() / 2);
    watched.send(first, deadline).await?;
    watched.recorder.wrote(first.len(), Vec::new(), None);
    tokio::time::sleep(APART).await;
    watched.send(second, deadline).await
}

/// Bytes of the hello that the last write of it had.
fn unwritten(hello: &[u8], cut: Cut) -> usize {
    match cut {
        Cut::Segments => hello.len() - hello.len() / 2,
        Cut::Whole | Cut::Records => hello.len(),
    }
}

/// Shakes hands.
pub(in crate::probe) async fn handshake(
    watched: &mut Watched,
    tls: Box<ClientConnection>,
    cut: Cut,
    deadline: &Deadline,
) -> Result<Session, Over> {
    let mut session = Session {
        tls,
        buffer: Vec::new(),
        first: None,
        last: None,
        held: Vec::new(),
    };
    say_hello(watched, session.outgoing(), cut, deadline).await?;
    let mut is_begun = false;
    while session.tls.is_handshaking() || session.tls.wants_write() {
        let taken = session.take(watched, deadline, &mut is_begun).await?;
        let is_retried = session.answer(watched, deadline, taken).await?;
        is_begun &= !is_retried;
    }
    note(&session.tls, watched);
    Ok(session)
}

/// Sends the first ClientHello and writes that down.
async fn say_hello(
    watched: &mut Watched,
    mut hello: Vec<u8>,
    cut: Cut,
    deadline: &Deadline,
) -> Result<(), Over> {
    if cut == Cut::Records {
        hello = in_two_records(&hello);
    }
    let sent = greet(watched, &hello, cut, deadline).await?;
    let bytes = u32::try_from(hello.len()).unwrap_or(u32::MAX);
    let recorder = &mut watched.recorder;
    let event = recorder.push(sent, None, What::HelloWritten { bytes });
    recorder.wrote(unwritten(&hello, cut), vec![event], Some(What::HelloAcked));
    Ok(())
}

impl Session {
    /// HTTP/2 was agreed on.
    pub(in crate::probe) fn speaks_http2(&self) -> bool {
        self.tls.alpn_protocol() == Some(b"h2")
    }

    /// What TLS wants to send.
    pub(in crate::probe) fn outgoing(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.tls.wants_write() {
            // Writing to a Vec cannot fail.
            if self.tls.write_tls(&mut bytes).is_err() {
                break;
            }
        }
        bytes
    }

    /// The next record, fed to TLS.
    async fn take(
        &mut self,
        watched: &mut Watched,
        deadline: &Deadline,
        is_begun: &mut bool,
    ) -> Result<Taken, Over> {
        let taken = self.record(watched, deadline, is_begun).await?;
        watched.recorder.seen(
            taken.last,
            What::Record {
                content_type: taken.content_type,
                bytes: taken.bytes,
            },
        );
        if let Err(error) = self.tls.process_new_packets() {
            return Err(self.refused(watched, deadline, &taken, &error).await);
        }
        Ok(taken)
    }

    /// Reads until a record is whole, and hands it to TLS without looking into it.
    pub(in crate::probe) async fn record(
        &mut self,
        watched: &mut Watched,
        deadline: &Deadline,
        is_begun: &mut bool,
    ) -> Result<Taken, Over> {
        loop {
            if let Some(&content_type) = self.buffer.first() {
                if !*is_begun {
                    self.begun(watched, content_type)?;
                    // Behind a HelloRetryRequest a change of cipher may come, which begins nothing.
                    *is_begun = content_type != CHANGE_CIPHER_SPEC[0];
                }
                if let Some(taken) = self.whole(content_type) {
                    return Ok(taken);
                }
            }
            if self.buffer.is_empty() {
                self.first = None;
                // Not kept while nothing comes: most sockets wait, at most times.
                self.buffer = Vec::new();
            }
            let most = match self.first {
                None => ONE_PACKET,
                Some(_) => 16 << 10,
            };
            let (bytes, stamp) = watched.receive(most, deadline).await?;
            self.first = self.first.or(stamp);
            self.last = stamp;
            self.buffer.extend_from_slice(&bytes);
        }
    }

    /// The first byte of the server's answer.
    fn begun(&self, watched: &mut Watched, content_type: u8) -> Result<(), Over> {
        if !CONTENT_TYPES.contains(&content_type) {
            watched.recorder.seen(self.first, What::NotTls);
            return Err(Over);
        }
        if content_type == HANDSHAKE {
            watched.recorder.seen(self.first, What::ServerHello);
        }
        Ok(())
    }

    fn whole(&mut self, content_type: u8) -> Option<Taken> {
        let length = self.buffer.get(3..HEADER)?;
        let length = u16::from_be_bytes(length.try_into().ok()?);
        let end = HEADER + usize::from(length);
        let mut record = self.buffer.get(..end)?;
        while !record.is_empty() {
            // It is in memory, and TLS takes it all unless its own buffer is full, which one record does not do.
            if self.tls.read_tls(&mut record).unwrap_or(0) == 0 {
                break;
            }
        }
        let taken = Taken {
            first: self.first,
            last: self.last,
            content_type,
            bytes: u32::try_from(end).unwrap_or(u32::MAX),
            is_retry: self.buffer.get(RANDOM) == Some(&RETRY),
        };
        self.buffer.drain(..end);
        self.first = self.last;
        Some(taken)
    }

    /// Sends what TLS has to say to a record; whether that is a second ClientHello.
    async fn answer(
        &mut self,
        watched: &mut Watched,
        deadline: &Deadline,
        taken: Taken,
    ) -> Result<bool, Over> {
        let mut flight = self.outgoing();
        let is_over = !self.tls.is_handshaking();
        // A change_cipher_spec for the sake of middleboxes (RFC 8446 appendix D.4) says nothing: it goes with what does.
        if !is_over && flight == CHANGE_CIPHER_SPEC {
            self.held = flight;
            return Ok(false);
        }
        let mut is_second_hello = false;
        if !flight.is_empty() {
            flight.splice(..0, self.held.drain(..));
        }
        if !flight.is_empty() {
            is_second_hello = taken.is_retry;
            if is_second_hello {
                watched.recorder.retried();
            } else {
                watched.recorder.seen(taken.last, What::FlightComplete);
            }
            let sent = watched.send(&flight, deadline).await?;
            let bytes = u32::try_from(flight.len()).unwrap_or(u32::MAX);
            let (what, acked) = if is_second_hello {
                (What::HelloWritten { bytes }, What::HelloAcked)
            } else {
                (What::FinishedWritten { bytes }, What::FinishedAcked)
            };
            let mut events = vec![watched.recorder.push(sent, None, what)];
            if is_over {
                events.push(watched.recorder.push(sent, None, What::HandshakeDone));
            }
            watched.recorder.wrote(flight.len(), events, Some(acked));
        } else if is_over {
            watched.recorder.seen(taken.last, What::HandshakeDone);
        }
        Ok(is_second_hello)
    }

    /// TLS does not go on: by an alert of the server, or the client's own.
    pub(in crate::probe) async fn refused(
        &mut self,
        watched: &mut Watched,
        deadline: &Deadline,
        taken: &Taken,
        error: &Error,
    ) -> Over {
        if let Error::AlertReceived(description) = error {
            let code = u8::from(*description);
            let is_fatal = *description != AlertDescription::CloseNotify;
            watched
                .recorder
                .seen(taken.last, What::AlertReceived { code, is_fatal });
            return Over;
        }
        note(&self.tls, watched);
        if let Some(tls) = &mut watched.recorder.log.tls {
            tls.refusal = Some(Box::from(error.to_string()));
        }
        let code = u8::from(description_of(error));
        let alert = self.outgoing();
        watched.recorder.now(What::AlertSent { code });
        if !alert.is_empty() && watched.send(&alert, deadline).await.is_ok() {
            watched.recorder.wrote(alert.len(), Vec::new(), None);
        }
        Over
    }

    /// Plain bytes that TLS has taken in.
    pub(in crate::probe) fn plain(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self.tls.reader().read_to_end(&mut bytes) {
            // More may come.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(_) | Err(_) => {}
        }
        bytes
    }
}

/// The alert that TLS sends for an error of its own.
pub(in crate::probe) fn description_of(error: &Error) -> AlertDescription {
    match error {
        Error::InvalidCertificate(error) => AlertDescription::from(error.clone()),
        Error::PeerIncompatible(_) => AlertDescription::HandshakeFailure,
        Error::InvalidMessage(_) => AlertDescription::DecodeError,
        Error::DecryptError => AlertDescription::BadRecordMac,
        Error::NoApplicationProtocol => AlertDescription::NoApplicationProtocol,
        Error::PeerMisbehaved(_) => AlertDescription::IllegalParameter,
        _ => AlertDescription::InternalError,
    }
}

/// What was agreed on so far.
fn note(connection: &ClientConnection, watched: &mut Watched) {
    let Some(tls) = &mut watched.recorder.log.tls else {
        return;
    };
    let chain = connection.peer_certificates().unwrap_or_default();
    let alpn = connection.alpn_protocol().map(String::from_utf8_lossy);
    *tls = Tls {
        version: connection
            .protocol_version()
            .map(|it| Version(u16::from(it))),
        suite: connection
            .negotiated_cipher_suite()
            .map(|it| CipherSuite(u16::from(it.suite()))),
        group: connection
            .negotiated_key_exchange_group()
            .map(|it| NamedGroup(u16::from(it.name()))),
        alpn: alpn.map(|name| Box::from(&*name)),
        is_retried: connection.handshake_kind()
            == Some(rustls::HandshakeKind::FullWithHelloRetryRequest),
        is_resumed: connection
            .handshake_kind()
            .map(|kind| kind == rustls::HandshakeKind::Resumed),
        ..std::mem::take(tls)
    };
    list(chain, tls);
}

/// Writes down the chain that the server sent.
pub(in crate::probe) fn list(chain: &[CertificateDer<'_>], tls: &mut Tls) {
    let listed = chain.iter().take(TLS_CERTIFICATES);
    let listed = listed.map(|certificate| Listed {
        bytes: u32::try_from(certificate.len()).unwrap_or(u32::MAX),
        validity: validity(certificate),
    });
    tls.certificates = listed.collect();
    let first = chain.first();
    tls.certificate_sha256 = first.map(|certificate| Sha256::digest(certificate).into());
}
