//! The lab, run as people run it: what it says, what it notes, and that Ctrl-C ends it cleanly.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

/// A lab that is ended when the test is.
struct Lab {
    child: Child,
    /// What it said before it began to wait.
    said: String,
}

impl Lab {
    fn start(arguments: &[&str]) -> Self {
        Self::of(&mut command(arguments))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("stallscope probe") {
            assert!(lines.read_line(&mut said).unwrap() > 0, "it ended: {said}");
        }
        Self { child, said }
    }

    /// The address in the line that begins so.
    fn address(&self, label: &str) -> SocketAddr {
        let mut lines = self.said.lines().map(str::trim);
        let line = lines.find(|line| line.starts_with(label)).unwrap();
        let rest = line.strip_prefix(label).unwrap();
        rest.split_whitespace().next().unwrap().parse().unwrap()
    }

    fn interrupt(mut self) -> Option<i32> {
        self.end().unwrap().code()
    }

    /// Ends it as Ctrl-C does, so that its folder goes with it. One that has ended is not told again: another process
    /// may have its id by now.
    fn end(&mut self) -> std::io::Result<ExitStatus> {
        if let Some(ended) = self.child.try_wait()? {
            return Ok(ended);
        }
        let id = self.child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status()?;
        self.child.wait()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // Where this fails too, there is nobody to tell.
        self.end().map(drop).unwrap_or_default();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stallscope"));
    command.arg("lab").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// A ClientHello of OpenSSL is not needed to see what these nodes do with anything that is none.
fn talk(node: SocketAddr, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(node)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(bytes)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map(|_| answer)
}

#[test]
fn it_says_what_is_there_and_leaves_nothing_behind() {
    let lab = Lab::start(&["--port", "0", "--dns-port", "0", "--fault", "H7@2=20%"]);
    assert_ne!(lab.address("node 8").port(), 0);
    assert!(lab.said.contains("H7 resets after the ClientHello (20 %)"));
    let words = lab.said.lines().find(|line| line.contains("authority"));
    let authority = words.unwrap().split_whitespace().last().unwrap().to_owned();
    let certificate = fs::read_to_string(&authority).unwrap();
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----"));
    assert_eq!(lab.interrupt(), Some(0));
    assert!(!Path::new(&authority).exists());
}

#[test]
fn it_makes_no_folder_where_the_certificate_is_given_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority");
    let ports = ["--port", "0", "--dns-port", "0", "--ca-file"];
    let mut command = command(&ports);
    command.arg(&authority);
    // Where a folder cannot be made.
    command.env("TMPDIR", folder.path().join("absent"));
    let lab = Lab::of(&mut command);
    assert!(authority.exists());
    assert_eq!(lab.interrupt(), Some(0));
}

#[test]
fn a_node_that_refuses_does_and_the_ledger_has_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger");
    let path = ledger.to_str().unwrap();
    let faults = ["--fault", "T5@2", "--nodes", "2", "--ledger", path];
    let lab = Lab::start(&[&["--port", "0", "--dns-port", "0"], &faults[..]].concat());
    let refused = talk(lab.address("node 2"), b"").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    // No TLS, so an alert comes back (RFC 8446 §6: content type 21).
    let answer = talk(lab.address("node 1"), b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(answer.first(), Some(&21));
    assert_eq!(lab.interrupt(), Some(0));
    let lines = fs::read_to_string(&ledger).unwrap();
    let entries: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(entries.len(), 1, "{lines}");
    assert!(entries[0]["cause"].is_null());
}

/// A query for cdn.lab.test, of type A (RFC 1035 §4.1).
const QUERY: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03cdn\x03lab\x04test\0\0\x01\0\x01";

#[test]
fn its_name_server_gives_all_nodes_each_time_another_first() {
    let lab = Lab::start(&["--port", "0", "--dns-port", "0", "--nodes", "3"]);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let first_addresses: Vec<u8> = (0..3)
        .map(|_| {
            socket.send_to(QUERY, lab.address("resolver")).unwrap();
            let mut answer = [0; 512];
            let length = socket.recv(&mut answer).unwrap();
            // Three answers of 16 bytes each, with the name compressed, after the question.
            assert_eq!(length, QUERY.len() + 3 * 16);
            answer[QUERY.len() + 15]
        })
        .collect();
    assert_eq!(first_addresses, [1, 2, 3]);
}

#[test]
fn what_cannot_be_is_refused_with_the_way_out() {
    let lab = Lab::start(&["--port", "0", "--dns-port", "0"]);
    let taken = lab.address("node 1").port().to_string();
    for (arguments, says) in [
        (vec!["--port", &taken, "--dns-port", "0"], "--port"),
        (vec!["--fault", "H1@9", "--port", "0"], "--nodes"),
        (vec!["--fault", "X1"], "there are D1"),
        (vec!["--delay", "soon"], "no number of seconds"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

/// As long as an address of a hosted viewer may reasonably be.
const VIEWER: &str = "https://stallscope.example.org/";

#[test]
fn a_link_of_a_probe_holds_every_attempt_in_the_characters_that_chats_leave_whole() {
    for (count, most, faults) in [
        ("15", "2000", &["--fault", "H1@2=60%"][..]),
        (
            "50",
            "4000",
            &["--fault", "H1@2=60%", "--fault", "H9@4=40%"],
        ),
    ] {
        let ports = ["--port", "0", "--dns-port", "0", "--nodes", "4"];
        let lab = Lab::start(&[&ports[..], faults].concat());
        let said = lab
            .said
            .lines()
            .find(|line| line.contains("stallscope probe"));
        let given = said.unwrap().split_whitespace().skip(1);
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report.json");
        let probed = Command::new(env!("CARGO_BIN_EXE_stallscope"))
            .args(given)
            .args(["-n", count, "--interval", "0.05", "--tls-timeout", "0.5"])
            .args(["--all", "--format", "json", "-o"])
            .arg(&report)
            .output()
            .unwrap();
        let report_text = fs::read_to_string(&report).unwrap();
        let held: serde_json::Value = serde_json::from_str(&report_text).unwrap();
        let attempts = held["attempts"].as_array().unwrap();
        let logs = attempts.iter().filter(|one| one["logged"].is_array());
        let wanted = 4 * count.parse::<usize>().unwrap();
        assert_eq!(attempts.len(), wanted, "{probed:?}");
        assert!(logs.count() > wanted / 15, "too few failed: {held}");
        let link = Command::new(env!("CARGO_BIN_EXE_stallscope"))
            .args([
                "export", "--to", "link", "--target", most, "--viewer", VIEWER,
            ])
            .arg(&report)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&link.stderr);
        assert!(told.contains("holds every attempt"), "{most}: {told}");
        assert_eq!(lab.interrupt(), Some(0));
    }
}
