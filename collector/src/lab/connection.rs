//! One connection: TLS by hand, so that it can go wrong at any message, and HTTP.

use std::io::{self, Read as _, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::server::{Accepted, Acceptor};
use rustls::{ServerConnection, Stream};
use socket2::SockRef;

use super::fault::Fault;
use super::node::Node;
use super::page;

/// More than the ClientHello of any client, several key shares and all.
const HELLO: usize = 32 << 10;
/// What one packet of an Ethernet holds of TCP, less what headers and options may need.
const LARGE: usize = 1400;
/// Content type, version, length (RFC 8446 §5.1).
const RECORD_HEADER: usize = 5;
/// A reset throws away what still waits in the host; half of a body has left it by then.
const ON_ITS_WAY: Duration = Duration::from_millis(300);
/// A fatal handshake_failure in clear (RFC 8446 §6).
const HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];
/// What a web server says to TLS on its port for clear text.
const NOT_TLS: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Answers one client, with a fault or without.
pub(crate) fn answer(node: &Node, mut socket: TcpStream, fault: Option<Fault>) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let is_first_only = fault == Some(Fault::FirstSegment);
    let Some((accepted, bytes)) = hello(&mut socket, is_first_only)? else {
        return reset(&socket);
    };
    match fault {
        Some(Fault::LargeSilence) if bytes > LARGE => return until_gone(&mut socket),
        Some(Fault::NamedSilence) if accepted.client_hello().server_name() == Some(&*node.name) => {
            return until_gone(&mut socket);
        }
        Some(Fault::Silence) => return until_gone(&mut socket),
        Some(Fault::Abort) => return reset(&socket),
        Some(Fault::Close) => return socket.shutdown(Shutdown::Both),
        Some(Fault::Alert) => return say_and_close(&mut socket, &HANDSHAKE_FAILURE),
        Some(Fault::NotTls) => return say_and_close(&mut socket, NOT_TLS),
        _ => {}
    }
    let mut tls = match accepted.into_connection(Arc::clone(&node.tls)) {
        Ok(tls) => tls,
        Err((_, mut alert)) => {
            alert.write(&mut socket)?;
            return socket.shutdown(Shutdown::Write);
        }
    };
    match fault {
        Some(Fault::SlowCertificate) => flight_in_parts(&mut tls, &mut socket, Some(node.delay))?,
        // A HelloRetryRequest is the whole of its flight.
        Some(Fault::NoCertificate | Fault::RetrySilence) => {
            flight_in_parts(&mut tls, &mut socket, None)?;
            return until_gone(&mut socket);
        }
        _ => {}
    }
    handshake(&mut tls, &mut socket)?;
    page::serve(node, Stream::new(&mut tls, &mut socket), fault)?;
    match fault {
        Some(Fault::BodyStall) => until_gone(&mut socket),
        Some(Fault::BodyReset) => {
            thread::sleep(ON_ITS_WAY);
            reset(&socket)
        }
        _ => {
            tls.send_close_notify();
            tls.write_tls(&mut socket)?;
            socket.shutdown(Shutdown::Write)
        }
    }
}

/// Reads the ClientHello, and how many bytes it has. `None`: it did not come in the first segment, and only that is read.
fn hello(socket: &mut TcpStream, is_first_only: bool) -> io::Result<Option<(Accepted, usize)>> {
    let mut acceptor = Acceptor::default();
    let mut all = 0;
    let mut buffer = vec![0; HELLO];
    loop {
        let count = socket.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        all += count;
        let mut bytes = buffer.get(..count).unwrap_or_default();
        while !bytes.is_empty() {
            acceptor.read_tls(&mut bytes)?;
        }
        match acceptor.accept() {
            Ok(Some(accepted)) => return Ok(Some((accepted, all))),
            Ok(None) if is_first_only => return Ok(None),
            Ok(None) => {}
            Err((error, mut alert)) => {
                alert.write_all(socket)?;
                return Err(io::Error::other(error));
            }
        }
    }
}

/// ServerHello at once, the rest of the flight late, or never: as when a key is asked of another host.
fn flight_in_parts(
    tls: &mut ServerConnection,
    socket: &mut TcpStream,
    delay: Option<Duration>,
) -> io::Result<()> {
    let mut flight = Vec::new();
    while tls.wants_write() {
        tls.write_tls(&mut flight)?;
    }
    let length = match flight.get(3..RECORD_HEADER) {
        Some([high, low]) => usize::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    };
    let cut = flight.len().min(RECORD_HEADER + length);
    let (server_hello, rest) = flight.split_at(cut);
    socket.write_all(server_hello)?;
    let Some(delay) = delay else {
        return Ok(());
    };
    thread::sleep(delay);
    socket.write_all(rest)
}

/// The rest of the handshake; a refusal is said to the client before it is an error.
fn handshake(tls: &mut ServerConnection, socket: &mut TcpStream) -> io::Result<()> {
    while tls.is_handshaking() {
        let done = tls.complete_io(socket);
        if done.is_err() {
            // The alert is written, if the client still listens.
            tls.write_tls(socket).unwrap_or_default();
        }
        done?;
    }
    Ok(())
}

/// Says nothing more, and takes what the client sends, until it leaves.
fn until_gone(socket: &mut TcpStream) -> io::Result<()> {
    let mut ignored = [0; 4096];
    while socket.read(&mut ignored)? > 0 {}
    Ok(())
}

/// Ends the connection by RST: what is unsent is thrown away (socket(7), `SO_LINGER`).
fn reset(socket: &TcpStream) -> io::Result<()> {
    SockRef::from(socket).set_linger(Some(Duration::ZERO))
}

fn say_and_close(socket: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    socket.write_all(bytes)?;
    socket.shutdown(Shutdown::Write)?;
    until_gone(socket)
}
