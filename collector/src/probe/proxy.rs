//! The way through a proxy: CONNECT (RFC 9110 §9.3.6), or SOCKS version 5 (RFC 1928, RFC 1929).

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use stallscope_shared::probe::{self, What};
use stallscope_shared::time::Timestamp;

use super::enclosed::enclose;
use super::http::{Progress, Reader, connect_request};
use super::limits::Deadline;
use super::watched::{ONE_PACKET, Over, Watched};

/// What is spoken with a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// HTTP's CONNECT.
    Connect,
    /// SOCKS 5, with an address.
    Socks5,
    /// SOCKS 5, with a name that the proxy looks up.
    Socks5h,
}

/// The tunnel that a proxy is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Tunnel {
    /// How it is asked.
    pub(crate) kind: Kind,
    /// Name or address of the server.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
    /// User and password for the proxy.
    pub(crate) credentials: Option<(String, String)>,
    /// TLS with the proxy itself, and the name that its certificate must have; `None` asks in clear.
    pub(crate) secure: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}

impl Tunnel {
    /// What the report says of it: nothing of credentials.
    pub(super) fn told(&self) -> probe::Tunnel {
        probe::Tunnel {
            by: match self.kind {
                Kind::Connect => probe::TunnelBy::Connect,
                Kind::Socks5 | Kind::Socks5h => probe::TunnelBy::Socks5,
            },
            target: self.place().into(),
        }
    }

    /// Host and port, as URLs have them.
    fn place(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// What SOCKS says: version 5, and in the request also CONNECT (RFC 1928 §4), no authentication and by password (§3).
const VERSION: u8 = 5;
const CONNECT: u8 = 1;
const NO_AUTHENTICATION: u8 = 0;
const BY_PASSWORD: u8 = 2;
const NO_METHOD: u8 = 0xff;

/// Asks the proxy for a tunnel.
pub(super) async fn tunnel(
    watched: &mut Watched,
    to: &Tunnel,
    deadline: &Deadline,
) -> Result<(), Over> {
    if let Some(secure) = &to.secure {
        enclose(watched, secure, deadline).await?;
    }
    match to.kind {
        Kind::Connect => connect(watched, to, deadline).await,
        Kind::Socks5 | Kind::Socks5h => socks(watched, to, deadline).await,
    }
}

async fn connect(watched: &mut Watched, to: &Tunnel, deadline: &Deadline) -> Result<(), Over> {
    let credentials = to.credentials.as_ref();
    let credentials =
        credentials.map(|(user, password)| STANDARD.encode(format!("{user}:{password}")));
    let request = connect_request(&to.place(), credentials.as_deref());
    asked(watched, &request, deadline).await?;
    // An answer that grants the tunnel has no body, and of a refusal the status is enough.
    let mut reader = Reader::new(true);
    loop {
        let (bytes, stamp) = watched.receive(ONE_PACKET, deadline).await?;
        let progress = reader.feed(&bytes);
        if let Some(code) = reader.status {
            return answered(watched, stamp, code, (200..300).contains(&code));
        }
        if progress == Progress::Strange {
            return answered(watched, stamp, 0, false);
        }
    }
}

/// Writes what begins the dialogue.
async fn asked(watched: &mut Watched, request: &[u8], deadline: &Deadline) -> Result<(), Over> {
    let sent = watched.send(request, deadline).await?;
    let bytes = u32::try_from(request.len()).unwrap_or(u32::MAX);
    let event = watched
        .recorder
        .push(sent, None, What::ProxyAsked { bytes });
    watched.recorder.wrote(request.len(), vec![event], None);
    Ok(())
}

fn answered(
    watched: &mut Watched,
    stamp: Option<Timestamp>,
    code: u16,
    is_granted: bool,
) -> Result<(), Over> {
    let answered = What::ProxyAnswered { code, is_granted };
    watched.recorder.seen(stamp, answered);
    if is_granted { Ok(()) } else { Err(Over) }
}

async fn socks(watched: &mut Watched, to: &Tunnel, deadline: &Deadline) -> Result<(), Over> {
    let greeting: &[u8] = match to.credentials {
        Some(_) => &[VERSION, 2, NO_AUTHENTICATION, BY_PASSWORD],
        None => &[VERSION, 1, NO_AUTHENTICATION],
    };
    asked(watched, greeting, deadline).await?;
    let (chosen, stamp) = exactly(watched, 2, deadline).await?;
    match (chosen.as_slice(), &to.credentials) {
        ([VERSION, NO_AUTHENTICATION], _) => {}
        ([VERSION, BY_PASSWORD], Some((user, password))) => {
            authenticate(watched, (user.as_str(), password.as_str()), deadline).await?;
        }
        ([VERSION, NO_METHOD], _) => return answered(watched, stamp, NO_METHOD.into(), false),
        _ => return answered(watched, stamp, 0, false),
    }
    say(watched, &request(to), deadline).await?;
    let (head, stamp) = exactly(watched, 4, deadline).await?;
    let [VERSION, reply, _, kind] = head.as_slice() else {
        return answered(watched, stamp, 0, false);
    };
    if *reply != 0 {
        return answered(watched, stamp, (*reply).into(), false);
    }
    // The address and port that the proxy connects from: four, sixteen, or counted bytes (RFC 1928 §6).
    let length = match kind {
        1 => 4,
        4 => 16,
        _ => {
            let (count, _) = exactly(watched, 1, deadline).await?;
            usize::from(count.first().copied().unwrap_or(0))
        }
    };
    let (_, stamp) = exactly(watched, length + 2, deadline).await?;
    answered(watched, stamp, 0, true)
}

/// User and password (RFC 1929 §2).
async fn authenticate(
    watched: &mut Watched,
    (user, password): (&str, &str),
    deadline: &Deadline,
) -> Result<(), Over> {
    let counted = |text: &str| {
        let bytes = text.as_bytes();
        let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
        [&[length], bytes].concat()
    };
    let said = [&[1], counted(user).as_slice(), &counted(password)].concat();
    say(watched, &said, deadline).await?;
    let (answer, stamp) = exactly(watched, 2, deadline).await?;
    match answer.as_slice() {
        [_, 0] => Ok(()),
        // As HTTP has it: the credentials are not accepted.
        _ => answered(watched, stamp, 407, false),
    }
}

/// The request for a connection (RFC 1928 §4).
fn request(to: &Tunnel) -> Vec<u8> {
    let mut request = vec![VERSION, CONNECT, 0];
    match to.host.parse() {
        Ok(IpAddr::V4(address)) => {
            request.push(1);
            request.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            request.push(4);
            request.extend(address.octets());
        }
        Err(_) => {
            let name = to.host.as_bytes();
            request.extend([3, u8::try_from(name.len()).unwrap_or(u8::MAX)]);
            request.extend(name);
        }
    }
    request.extend(to.port.to_be_bytes());
    request
}

async fn say(watched: &mut Watched, bytes: &[u8], deadline: &Deadline) -> Result<(), Over> {
    watched.send(bytes, deadline).await?;
    watched.recorder.wrote(bytes.len(), Vec::new(), None);
    Ok(())
}

/// So many bytes and none behind them, and when the last of them came.
async fn exactly(
    watched: &mut Watched,
    count: usize,
    deadline: &Deadline,
) -> Result<(Vec<u8>, Option<Timestamp>), Over> {
    let mut all = Vec::with_capacity(count);
    let mut last = None;
    while all.len() < count {
        let (bytes, stamp) = watched.receive(count - all.len(), deadline).await?;
        all.extend(bytes);
        last = stamp.or(last);
    }
    Ok((all, last))
}
