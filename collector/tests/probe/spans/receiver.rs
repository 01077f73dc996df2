//! A collector that says what it is told to and keeps what it gets.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

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

/// A request with its whole body; none where the client closed.
fn read(stream: &TcpStream) -> Option<Got> {
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
