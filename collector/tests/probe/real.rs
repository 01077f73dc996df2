//! Servers of other people: Debian's nginx, OpenSSL's, Go's.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::{kinds, probe};

/// A server that is ended when the test is.
struct Running {
    child: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().unwrap_or_default();
        self.child.wait().unwrap();
    }
}

fn tls_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/probe/tls")
        .join(name)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn is_there(command: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {command}")])
        .output();
    let is_there = found.is_ok_and(|output| output.status.success());
    if !is_there {
        println!("SKIPPED: a probe of {command}: it is not installed");
    }
    is_there
}

/// Waits until somebody listens.
fn up(mut child: Child, port: u16, folder: tempfile::TempDir) -> Running {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let deadline = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(address).is_err() {
        assert!(child.try_wait().unwrap().is_none(), "it ended at once");
        assert!(Instant::now() < deadline, "nobody listens at {address}");
        std::thread::sleep(Duration::from_millis(20));
    }
    Running {
        child,
        address,
        _folder: folder,
    }
}

/// Bytes of a body: more than the window that HTTP/2 begins with (65,535, RFC 9113 §6.9.2) many times over.
const BODY: usize = 700_000;

/// Debian's nginx with HTTP/2, a large file, and whatever else is said.
fn nginx(more: &str) -> Option<Running> {
    if !is_there("nginx") {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let (port, path) = (free_port(), folder.path().display().to_string());
    fs::write(folder.path().join("index.html"), vec![b'x'; BODY]).unwrap();
    let configuration = format!(
        "daemon off; master_process off; pid {path}/pid; error_log {path}/error.log; user root;
         events {{}}
         http {{ access_log off; ssl_protocols TLSv1.2 TLSv1.3; client_body_temp_path {path}; proxy_temp_path {path}; fastcgi_temp_path {path};
           uwsgi_temp_path {path}; scgi_temp_path {path};
           ssl_certificate {}; ssl_certificate_key {};
           server {{ listen 127.0.0.1:{port} ssl http2; root {path}; {more} }} }}",
        tls_file("cert.pem").display(),
        tls_file("key.pem").display(),
    );
    let file = folder.path().join("nginx.conf");
    fs::write(&file, configuration).unwrap();
    let child = Command::new("nginx")
        .args(["-p", &path, "-e", &format!("{path}/error.log"), "-c"])
        .arg(&file)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Some(up(child, port, folder))
}

fn whole(attempt: &Value, protocol: &str) {
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    assert_eq!(attempt["http"][0]["protocol"], protocol);
    assert_eq!(attempt["http"][0]["response_body_bytes"], BODY);
    let kinds = kinds(attempt);
    for kind in [
        "client-hello-acknowledged",
        "finished-acknowledged",
        "request-acknowledged",
        "body-read",
    ] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
}

#[test]
fn nginx_over_either_protocol() {
    let Some(server) = nginx("") else { return };
    let said = probe(
        server.address,
        "-n 3 --interval 0.05 --arms http2,tls12,small",
    );
    let attempts = said.report["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 12);
    for attempt in attempts {
        let arm = attempt["probe"]["arm"].as_str().unwrap();
        whole(attempt, if arm == "http2" { "HTTP/2" } else { "HTTP/1.1" });
        let is_old = attempt["tls"]["version"] == "TLS 1.2";
        assert_eq!(is_old, arm == "tls12");
    }
    assert_eq!(said.status, 0);
}

#[test]
fn nginx_resumes() {
    let Some(server) = nginx("ssl_session_tickets on;") else {
        return;
    };
    let said = probe(server.address, "-n 3 --interval 0.1 --arms resumed");
    let attempts = said.report["attempts"].as_array().unwrap();
    let resumed = attempts
        .iter()
        .filter(|attempt| attempt["tls"]["resumed"] == true)
        .map(|attempt| attempt["probe"]["arm"].as_str().unwrap());
    // The first of them has nothing to resume.
    assert_eq!(resumed.collect::<Vec<_>>(), ["resumed", "resumed"]);
}

#[test]
fn nginx_asks_for_another_key_share() {
    let Some(server) = nginx("ssl_ecdh_curve secp384r1;") else {
        return;
    };
    let said = probe(server.address, "-n 1");
    assert_eq!(said.verdict(0).0, "H15");
    assert_eq!(said.attempt(0)["verdict"]["severity"], "info");
    whole(said.attempt(0), "HTTP/1.1");
}

#[test]
fn nginx_wants_a_certificate_of_the_client() {
    let more = format!(
        "ssl_verify_client on; ssl_client_certificate {};",
        tls_file("cert.pem").display()
    );
    let Some(server) = nginx(&more) else { return };
    let files = format!(
        "--cert {} --key {}",
        tls_file("cert.pem").display(),
        tls_file("key.pem").display()
    );
    let with = probe(server.address, &format!("-n 1 {files}"));
    assert_eq!(
        with.attempt(0)["http"][0]["status"],
        200,
        "{:#}",
        with.attempt(0)
    );
    let without = probe(server.address, "-n 1");
    assert_eq!(without.attempt(0)["http"][0]["status"], 400);
}

#[test]
fn openssl_answers() {
    if !is_there("openssl") {
        return;
    }
    let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
    let child = Command::new("openssl")
        .args([
            "s_server",
            "-quiet",
            "-www",
            "-accept",
            &format!("127.0.0.1:{port}"),
        ])
        .arg("-cert")
        .arg(tls_file("cert.pem"))
        .arg("-key")
        .arg(tls_file("key.pem"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = up(child, port, folder);
    let said = probe(server.address, "-n 2 --interval 0.3");
    for index in 0..2 {
        let attempt = said.attempt(index);
        assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
        assert_eq!(attempt["http"][0]["status"], 200);
    }
}

/// Go's own server: over HTTP/2 it answers, thinks, resets a stream, and leaves in the middle.
const GO: &str = r#"package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") })
	http.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(1300 * time.Millisecond)
		fmt.Fprint(w, "hello")
	})
	http.HandleFunc("/abort", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	fmt.Println("up")
	panic(http.ListenAndServeTLS(os.Args[1], os.Args[2], os.Args[3], nil))
}
"#;

#[test]
fn gos_server_answers_thinks_and_aborts() {
    if !is_there("go") {
        return;
    }
    let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
    let (source, program) = (
        folder.path().join("server.go"),
        folder.path().join("server"),
    );
    fs::write(&source, GO).unwrap();
    let built = Command::new("go")
        .args(["build", "-o"])
        .args([&program, &source])
        .env("GO111MODULE", "off")
        .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go"))
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let mut child = Command::new(&program)
        .arg(format!("127.0.0.1:{port}"))
        .args([tls_file("cert.pem"), tls_file("key.pem")])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let server = up(child, port, folder);
    let ask = |path: &str, more: &str| {
        let url = format!("https://probe.test:{port}{path}");
        let arguments = format!(
            "-k --all --format json --ip {} -n 1 {url} {more}",
            server.address.ip()
        );
        crate::run::read(crate::run::command(&arguments).output().unwrap())
    };
    for (more, protocol) in [("--http2", "HTTP/2"), ("", "HTTP/1.1")] {
        let said = ask("/", more);
        assert_eq!(said.attempt(0)["http"][0]["protocol"], protocol);
        assert_eq!(said.attempt(0)["http"][0]["response_body_bytes"], 5);
        assert_eq!(said.status, 0);
        let said = ask("/slow", more);
        assert_eq!(
            said.verdict(0),
            ("A1".to_owned(), "server".to_owned()),
            "{protocol}"
        );
        assert_eq!(said.attempt(0)["verdict"]["severity"], "delay");
        let said = ask("/abort", more);
        assert_eq!(
            said.verdict(0),
            ("A5".to_owned(), "server".to_owned()),
            "{protocol}"
        );
    }
}
