//! TLS between the client and its proxy, around everything that goes through the tunnel.
//!
//! ```text
//!  request -> TLS with the server -> TLS with the proxy -> watched socket
//! ```

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, Error};
use stallscope_shared::probe::What;
use stallscope_shared::time::Timestamp;

use super::limits::Deadline;
use super::tls::description_of;
use super::watched::{ONE_PACKET, Over, Watched};

/// The connection with the proxy.
#[derive(Debug)]
pub(super) struct Enclosure {
    tls: ClientConnection,
    /// What came out of it and was not yet asked for.
    plain: Vec<u8>,
    /// When the last packet of that came.
    stamp: Option<Timestamp>,
}

impl Enclosure {
    /// What goes over the wire for these bytes.
    pub(super) fn seal(&mut self, bytes: &[u8]) -> Vec<u8> {
        // Into memory, which does not fail.
        let _infallible = self.tls.writer().write_all(bytes);
        outgoing(&mut self.tls)
    }

    /// At most so many bytes that came, and when; `None` when more has to come first.
    pub(super) fn take(&mut self, most: usize) -> Option<(Vec<u8>, Option<Timestamp>)> {
        let count = most.min(self.plain.len());
        (count > 0).then(|| (self.plain.drain(..count).collect(), self.stamp))
    }

    /// Takes what came from the wire; whether the proxy has said that nothing follows.
    pub(super) fn open(&mut self, bytes: &[u8], stamp: Option<Timestamp>) -> Result<bool, Error> {
        let has_closed = feed(&mut self.tls, bytes)?;
        self.stamp = stamp;
        match self.tls.reader().read_to_end(&mut self.plain) {
            // More may come.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(_) | Err(_) => {}
        }
        Ok(has_closed && self.plain.is_empty())
    }
}

/// Shakes hands with the proxy. Its steps are those of the proxy phase, which begins with them.
pub(super) async fn enclose(
    watched: &mut Watched,
    (config, name): &(Arc<ClientConfig>, ServerName<'static>),
    deadline: &Deadline,
) -> Result<(), Over> {
    let Ok(mut tls) = ClientConnection::new(Arc::clone(config), name.clone()) else {
        return Err(Over);
    };
    // Whole responses pass through it.
    tls.set_buffer_limit(None);
    let mut is_asked = false;
    loop {
        let flight = outgoing(&mut tls);
        if !flight.is_empty() {
            let sent = watched.send(&flight, deadline).await?;
            let bytes = u32::try_from(flight.len()).unwrap_or(u32::MAX);
            let recorder = &mut watched.recorder;
            let asked = (!is_asked).then(|| recorder.push(sent, None, What::ProxyAsked { bytes }));
            recorder.wrote(flight.len(), asked.into_iter().collect(), None);
            is_asked = true;
        }
        if !tls.is_handshaking() {
            break;
        }
        let (bytes, stamp) = watched.receive(ONE_PACKET, deadline).await?;
        if let Err(error) = feed(&mut tls, &bytes) {
            return Err(refused(watched, &mut tls, (&error, stamp), deadline).await);
        }
    }
    watched.enclosure = Some(Box::new(Enclosure {
        tls,
        plain: Vec::new(),
        stamp: None,
    }));
    Ok(())
}

/// The handshake does not go on: by an alert of the proxy, or the client's own.
async fn refused(
    watched: &mut Watched,
    tls: &mut ClientConnection,
    (error, stamp): (&Error, Option<Timestamp>),
    deadline: &Deadline,
) -> Over {
    if let Error::AlertReceived(description) = error {
        let (code, is_fatal) = (u8::from(*description), true);
        let received = What::AlertReceived { code, is_fatal };
        watched.recorder.seen(stamp, received);
        return Over;
    }
    let code = u8::from(description_of(error));
    watched.recorder.now(What::AlertSent { code });
    let alert = outgoing(tls);
    if !alert.is_empty() && watched.send(&alert, deadline).await.is_ok() {
        watched.recorder.wrote(alert.len(), Vec::new(), None);
    }
    Over
}

fn outgoing(tls: &mut ClientConnection) -> Vec<u8> {
    let mut bytes = Vec::new();
    while tls.wants_write() {
        // Into memory, which does not fail.
        let _infallible = tls.write_tls(&mut bytes);
    }
    bytes
}

/// Takes bytes in; whether the other side has said that nothing follows.
fn feed(tls: &mut ClientConnection, mut bytes: &[u8]) -> Result<bool, Error> {
    let mut has_closed = false;
    while !bytes.is_empty() {
        // In memory, where only a full buffer of TLS takes nothing: it is emptied each time.
        if tls.read_tls(&mut bytes).unwrap_or(0) == 0 {
            break;
        }
        has_closed |= tls.process_new_packets()?.peer_has_closed();
    }
    Ok(has_closed)
}
