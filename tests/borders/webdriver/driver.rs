//! chromedriver: the process, and what is said to it over HTTP.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use serde_json::Value;
use stallscope_tests::captures::skipped;
use tempfile::TempDir;

use super::{Browser, PATIENCE_MS};

/// It ends when this is dropped.
pub(super) struct Driver {
    process: Child,
    /// What it says. The browser and all that it starts can write there too, so it ends when they all have.
    output: BufReader<ChildStdout>,
    port: u16,
    /// Where it and the browser put what they need for a while. They leave it there when they are killed, so it is taken
    /// away with them.
    folder: TempDir,
}

impl Driver {
    /// Starts it on a free port; `None` when there is none.
    pub(super) fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new("chromedriver")
            .arg(format!("--port={}", free_port()))
            .env("TMPDIR", folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let port = port_of(&mut output);
        Some(Self {
            process,
            output,
            port,
            folder,
        })
    }

    /// What it answers to a command.
    pub(super) fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(2 * PATIENCE_MS)))
            .unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let answer = body_of(&mut BufReader::new(stream));
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        let value = answer.get("value").cloned().unwrap_or(Value::Null);
        assert!(value.get("error").is_none(), "{method} {path}: {value}");
        value
    }

    /// Ends a session, and so its browser, and waits for whatever of it still writes into the folder. One that has ended
    /// already does not answer, and then nothing is waited for.
    pub(super) fn end(&mut self, session: &str) {
        let told = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).and_then(|mut stream| {
            write!(
                stream,
                "DELETE {session} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )?;
            stream.set_read_timeout(Some(Duration::from_millis(PATIENCE_MS)))?;
            let mut status = [0; ENDED.len()];
            stream.read_exact(&mut status).map(|()| status)
        });
        if told.is_ok_and(|status| status == *ENDED) {
            self.process.kill().unwrap_or_default();
            io::copy(&mut self.output, &mut io::sink())
                .map(drop)
                .unwrap_or_default();
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A port for chromedriver, another one each time. Told to choose, it takes one of IPv6 and then wants the same one of
/// IPv4, which a connection may have got meanwhile; those below `ip_local_port_range` nobody gets who does not ask.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(9515);
    let is_taken = |port: u16| {
        let hosts = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        hosts.iter().any(|host: &IpAddr| {
            let bound = TcpListener::bind((*host, port));
            bound.is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
        })
    };
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        if !is_taken(port) {
            return port;
        }
    }
}

/// How the answer begins when a session has ended.
const ENDED: &[u8; 12] = b"HTTP/1.1 200";

/// chromedriver says `… was started successfully on port 12345.`
fn port_of(output: &mut impl BufRead) -> u16 {
    let mut port = Err(Vec::new());
    for line in output.lines().map_while(Result::ok) {
        if let Some((_, number)) = line.split_once("successfully on port ") {
            port = Ok(number.trim_end_matches('.').parse().unwrap());
            break;
        }
        if let Err(said) = &mut port {
            said.push(line);
        }
    }
    port.expect("chromedriver says its port")
}

fn body_of(answer: &mut impl BufRead) -> Vec<u8> {
    let mut length = 0;
    let mut line = String::new();
    while answer.read_line(&mut line).unwrap() > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body).unwrap();
    body
}

#[test]
fn nothing_is_left_of_a_browser() {
    let Some(browser) = Browser::start() else {
        skipped("what a browser leaves", "chromedriver is not installed");
        return;
    };
    let folder = browser.driver.folder.path().to_owned();
    assert!(folder.read_dir().unwrap().next().is_some());
    drop(browser);
    assert!(!folder.exists());
}
