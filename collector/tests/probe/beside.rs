//! Beside a packet capture of the same attempts: the phases must be those that the packets show.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::{phase, probe};
use crate::server::{asked, serve};

/// tcpdump on loopback, until it is stopped.
struct Capture(Child);

impl Capture {
    /// `None` where it is not permitted, or not there.
    fn begin(port: u16, file: &Path) -> Option<Self> {
        let mut child = Command::new("tcpdump")
            .args(["-i", "lo", "-U", "--immediate-mode", "-B", "8192", "-w"])
            .arg(file)
            .arg(format!("tcp port {port}"))
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        // It writes the file's header when it listens.
        let deadline = Instant::now() + Duration::from_secs(10);
        while fs::metadata(file).map_or(0, |file| file.len()) == 0 {
            if child.try_wait().unwrap().is_some() || Instant::now() > deadline {
                let _gone = child.kill();
                return None;
            }
            std::thread::yield_now();
        }
        Some(Self(child))
    }

    fn end(mut self) {
        let stop = format!("kill -INT {}", self.0.id());
        Command::new("sh").args(["-c", &stop]).status().unwrap();
        self.0.wait().unwrap();
    }
}

/// Length of a phase, nanoseconds.
fn length(attempt: &Value, name: &str) -> Option<i64> {
    let phase = phase(attempt, name);
    Some(phase["end_ns"].as_i64()? - phase["start_ns"].as_i64()?)
}

/// So many of a hundred may be further apart.
const OUTLIERS: usize = 1;
const ATTEMPTS: usize = 60;

#[test]
fn phases_are_those_of_the_packets() {
    let server = serve(|stream| {
        asked(stream, |say, _| {
            std::thread::sleep(Duration::from_millis(2));
            // Larger than a ticket: who reads packets alone must not take it for one.
            let head = b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n".to_vec();
            say(&[head, vec![b'x'; 4000]].concat());
        });
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("beside.pcap");
    let Some(capture) = Capture::begin(server.port(), &file) else {
        println!("SKIPPED: phases beside packets: tcpdump is missing or not permitted");
        return;
    };
    let told = probe(server, &format!("-n {ATTEMPTS} --interval 0.02"));
    capture.end();
    let seen = Command::new(env!("CARGO_BIN_EXE_stallscope"))
        .args(["analyze", "--all", "--format", "json"])
        .arg(&file)
        .output()
        .unwrap();
    let seen: Value = serde_json::from_slice(&seen.stdout).unwrap();
    let seen = seen["attempts"].as_array().unwrap();
    let mut apart = Vec::new();
    for own in told.report["attempts"].as_array().unwrap() {
        let same = seen.iter().find(|other| other["client"] == own["client"]);
        let same = same.unwrap_or_else(|| panic!("{} is not in the capture", own["client"]));
        assert_eq!(own["outcome"], "completed");
        for name in ["connect", "tls", "wait"] {
            let own = length(own, name).unwrap();
            // What TLS hides, packets let one infer, not always.
            if let Some(other) = length(same, name) {
                apart.push(((own - other).abs(), name));
            }
        }
    }
    assert!(apart.len() > 3 * ATTEMPTS * 9 / 10, "{}", apart.len());
    apart.sort_unstable();
    let kept = apart.len() * (100 - OUTLIERS) / 100;
    let (worst, name) = apart[kept - 1];
    let middle = apart[apart.len() / 2].0;
    println!("phases beside packets: median {middle} ns, 99 of 100 within {worst} ns ({name})");
    // Other tests share these processors: the bound is that for a loaded host.
    assert!(
        worst <= 200_000,
        "{worst} ns in {name}: {:?}",
        &apart[kept - 3..]
    );
}
