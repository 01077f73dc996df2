//! A server of static files on a loopback address, for looking at the viewer and for its test.
//!
//! Files are found under the root and under any folder name before them, so that the viewer can be
//! tried as it would stand below a sub-path of some other site.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

/// Bytes of a request line that are read; ours are shorter.
const REQUEST_BYTES: u64 = 8 << 10;

/// A server that answers from the moment it is started until the process ends.
pub(crate) struct Server {
    address: SocketAddr,
    thread: thread::JoinHandle<()>,
}

impl Server {
    /// Serves the folder; port 0 picks a free one.
    pub(crate) fn start(folder: PathBuf, port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("cannot listen on port {port}; choose another with --port"))?;
        let address = listener.local_addr()?;
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let folder = folder.clone();
                thread::spawn(move || answer(&stream, &folder));
            }
        });
        Ok(Self { address, thread })
    }

    /// Where the first page is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Blocks for as long as the server runs.
    pub(crate) fn wait(self) -> Result<()> {
        self.thread
            .join()
            .map_err(|_panic| anyhow!("the server stopped"))
    }
}

/// A browser that goes away in the middle of an answer is no news.
fn answer(stream: &TcpStream, folder: &Path) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut line = String::new();
    BufReader::new(std::io::Read::take(stream, REQUEST_BYTES))
        .read_line(&mut line)
        .ok()?;
    let (status, kind, body) = requested(&line)
        .and_then(|path| found(folder, path))
        .unwrap_or(("404 Not Found", "text/plain", b"not here\n".to_vec()));
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&body).ok()
}

/// The path of `GET /path HTTP/1.1`, without a query.
fn requested(line: &str) -> Option<&str> {
    let target = line.strip_prefix("GET /")?.split(' ').next()?;
    target.split(['?', '#']).next()
}

fn found(folder: &Path, path: &str) -> Option<(&'static str, &'static str, Vec<u8>)> {
    let name = match path.rsplit('/').next()? {
        "" => "index.html",
        name => name,
    };
    if name.starts_with('.') {
        return None;
    }
    let body = fs::read(folder.join(name)).ok()?;
    Some(("200 OK", media_type(name), body))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{found, requested};

    #[test]
    fn only_files_of_the_folder_are_served() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("index.html"), "page").unwrap();
        for (path, is_served) in [
            ("", true),
            ("index.html", true),
            ("under/another/path/", true),
            ("../index.html", true),
            ("..", false),
            ("other.html", false),
        ] {
            assert_eq!(found(folder.path(), path).is_some(), is_served, "{path}");
        }
    }

    #[test]
    fn a_request_names_a_path() {
        assert_eq!(requested("GET /a/b.js?v=1 HTTP/1.1\r\n"), Some("a/b.js"));
        assert_eq!(requested("POST / HTTP/1.1\r\n"), None);
    }
}
