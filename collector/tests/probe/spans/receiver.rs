//! A collector that says what it is told to and keeps what it gets.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// An answer of a collector that takes what it got.
pub(super) const TAKEN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// A request as it came.
pub(super) struct Got {
    /// Method, path and version.
    pub(super) line: String,
    /// Headers, names in lower case.
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Got {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// A collector that gives these answers, one for each request, and keeps what came; then it is gone.
pub(super) fn collector(answers: &'static [&'static str]) -> (SocketAddr, Receiver<Got>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut answers = answers.iter();
        let mut next = answers.next();
        while let Some(answer) = next {
            let (mut stream, _) = listener.accept().unwrap();
            // A client may keep the connection for its next request.
            while let Some(got) = read(&stream) {
                sender.send(got).unwrap();
                stream.write_all(next.unwrap_or(answer).as_bytes()).unwrap();
                next = answers.next();
                if next.is_none() {
                    break;
                }
            }
        }
    });
    (address, receiver)
}

/// A collector that speaks TLS and takes one request; its certificate, which nobody vouches for, is written to a file.
pub(super) fn secure(certificate: &Path) -> (SocketAddr, Receiver<Got>) {
    let own = rcgen::generate_simple_self_signed(vec![Ipv4Addr::LOCALHOST.to_string()]).unwrap();
    std::fs::write(certificate, own.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(tls, stream.unwrap());
            // Who does not trust the certificate says so and goes.
            if stream.conn.complete_io(&mut stream.sock).is_err() {
                continue;
            }
            sender.send(read(&mut stream).unwrap()).unwrap();
            stream.write_all(TAKEN.as_bytes()).unwrap();
        }
    });
    (address, receiver)
}

/// A request with its whole body; none where the client closed.
fn read(stream: impl Read) -> Option<Got> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    if line.is_empty() {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut got = Got {
        line: line.trim().to_owned(),
        headers,
        body: Vec::new(),
    };
    got.body = vec![0; got.header("content-length").parse().unwrap()];
    reader.read_exact(&mut got.body).unwrap();
    Some(got)
}
