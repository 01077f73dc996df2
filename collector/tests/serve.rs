//! `stallscope serve` as a browser, another site and a stranger see it.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A capture of the repository's corpus.
fn corpus(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/corpus/faults")
        .join(name)
}

fn serve() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stallscope"));
    command.args(["serve", "--no-open"]);
    command
}

#[test]
fn what_is_no_capture_and_no_report_is_refused() {
    let output = serve().arg(corpus("README.md")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("looks like plain text"), "{said}");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

/// A server of one capture.
struct Serving {
    child: Child,
    /// `host:port`.
    host: String,
    /// `/token/`.
    root: String,
}

impl Serving {
    /// `None`, and said so, where the command has no viewer in it: `cargo xtask test` builds it with one.
    fn start() -> Option<Self> {
        let mut child = serve()
            .arg(corpus("d_h1_curl5_v6.pcap"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut link = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut link).unwrap();
        if link.is_empty() {
            let mut said = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            assert!(said.contains("cargo xtask build"), "{said}");
            assert_eq!(child.wait().unwrap().code(), Some(2));
            let mut errors = std::io::stderr();
            writeln!(errors, "SKIPPED: serve: built before the viewer").unwrap();
            return None;
        }
        let rest = link.trim().strip_prefix("http://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let (token, query) = path.split_once('/').unwrap();
        assert_eq!(query, "?report=files/0/d_h1_curl5_v6.pcap");
        Some(Self {
            child,
            host: host.to_owned(),
            root: format!("/{token}/"),
        })
    }

    /// The head of the answer in lower case, and its body.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let host = headers.iter().find(|(name, _)| *name == "host");
        let host = host.map_or(self.host.as_str(), |(_, host)| host);
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
        for (name, value) in headers.iter().filter(|(name, _)| *name != "host") {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        (head.to_lowercase(), answer[end + 4..].to_vec())
    }

    fn status(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
        let (head, _) = self.ask(method, path, headers);
        head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn file(&self) -> String {
        format!("{}files/0/d_h1_curl5_v6.pcap", self.root)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

#[test]
fn the_viewer_is_served_to_those_who_have_the_link() {
    let Some(serving) = Serving::start() else {
        return;
    };
    let (head, page) = serving.ask("GET", &serving.root, &[]);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-type: text/html"), "{head}");
    assert!(
        head.contains("content-security-policy: default-src 'none'"),
        "{head}"
    );
    assert!(head.contains("cache-control: no-store"), "{head}");
    assert!(!head.contains("access-control"), "{head}");
    assert!(String::from_utf8(page).unwrap().contains("stallscope.js"));
    let module = format!("{}stallscope_bg.wasm?1", serving.root);
    let (head, module) = serving.ask("GET", &module, &[]);
    assert!(head.contains("content-type: application/wasm"), "{head}");
    assert!(module.starts_with(b"\0asm"));
}

#[test]
fn strangers_and_other_sites_get_nothing() {
    let Some(serving) = Serving::start() else {
        return;
    };
    let wrong = format!("/{}/", "0".repeat(32));
    let port = serving.host.rsplit_once(':').unwrap().1;
    let rebound = format!("evil.example:{port}");
    let local = format!("localhost:{port}");
    let own = serving.root.as_str();
    for (method, path, host, status) in [
        ("GET", "/", None, 404),
        ("GET", "/index.html", None, 404),
        ("GET", wrong.as_str(), None, 404),
        ("GET", own, Some(rebound.as_str()), 421),
        ("GET", own, Some(""), 421),
        ("GET", own, Some(local.as_str()), 200),
        ("POST", own, None, 405),
        ("DELETE", own, None, 405),
    ] {
        let headers: Vec<(&str, &str)> = host.map(|host| ("host", host)).into_iter().collect();
        assert_eq!(
            serving.status(method, path, &headers),
            status,
            "{method} {path} {host:?}"
        );
    }
    for path in [
        "files/1/x",
        "files/-1/x",
        "files/0",
        "files/0x/d_h1_curl5_v6.pcap",
        "../etc/passwd",
        "files/../../Cargo.toml",
        "Cargo.toml",
        "disk/",
    ] {
        assert_eq!(
            serving.status("GET", &format!("{own}{path}"), &[]),
            404,
            "{path}"
        );
    }
    let (head, _) = serving.ask(
        "OPTIONS",
        &serving.file(),
        &[("origin", "https://evil.example")],
    );
    assert!(!head.contains("access-control"), "{head}");
}

#[test]
fn captures_are_served_by_ranges() {
    let Some(serving) = Serving::start() else {
        return;
    };
    let whole = std::fs::read(corpus("d_h1_curl5_v6.pcap")).unwrap();
    let file = serving.file();
    let (head, body) = serving.ask("HEAD", &file, &[]);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("accept-ranges: bytes"), "{head}");
    assert!(
        head.contains(&format!("content-length: {}", whole.len())),
        "{head}"
    );
    assert!(
        head.contains("content-type: application/octet-stream"),
        "{head}"
    );
    assert!(body.is_empty());
    assert_eq!(serving.ask("GET", &file, &[]).1, whole);
    for (range, status, expected) in [
        ("bytes=0-3", 206, &whole[..4]),
        ("bytes=24-39", 206, &whole[24..40]),
        ("bytes=-5", 206, &whole[whole.len() - 5..]),
        ("bytes=1000-", 206, &whole[1000..]),
    ] {
        let (head, body) = serving.ask("GET", &file, &[("range", range)]);
        assert!(
            head.starts_with(&format!("http/1.1 {status}")),
            "{range}: {head}"
        );
        assert_eq!(body, expected, "{range}");
    }
    assert_eq!(
        serving.status("GET", &file, &[("range", "bytes=99999999-")]),
        416
    );
}

#[test]
fn what_cannot_be_read_is_said_before_anything_is_served() {
    let output = serve().arg(corpus("no-such.pcap")).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let is_built = !said.contains("without the viewer");
    assert!(!is_built || said.contains("no-such.pcap"), "{said}");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_cleanly_also_while_a_browser_holds_its_connection() {
    let Some(mut serving) = Serving::start() else {
        return;
    };
    let mut held = TcpStream::connect(&serving.host).unwrap();
    let request = format!(
        "GET {} HTTP/1.1\r\nhost: {}\r\n\r\n",
        serving.root, serving.host
    );
    held.write_all(request.as_bytes()).unwrap();
    let mut first = [0; 12];
    held.read_exact(&mut first).unwrap();
    let pid = serving.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let start = Instant::now();
    let status = serving.child.wait().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}
