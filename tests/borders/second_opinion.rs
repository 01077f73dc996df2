//! What tshark says of the captures in the repository: packets, TCP streams, names in ClientHellos.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use stallscope_shared::report::v1::AttemptKind;
use stallscope_tests::captures::{Capture, in_repository, skipped};
use stallscope_tests::report;

/// What both can say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    packets: u64,
    tcp_streams: u64,
    /// Names that clients asked for, with the number of streams that did.
    names: BTreeMap<String, u64>,
}

#[test]
fn tshark_counts_the_same() {
    if Command::new("tshark")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_err()
    {
        skipped("second opinion", "tshark is not installed");
        return;
    }
    for capture in in_repository().unwrap() {
        // Of a file that ends inside a packet tshark still says what it read.
        assert_eq!(ours(&capture), theirs(&capture.path), "{}", capture.name);
    }
}

fn ours(capture: &Capture) -> Facts {
    let report = report(&capture.bytes, &capture.name, usize::MAX).unwrap();
    let tcp = report
        .attempts
        .iter()
        .filter(|attempt| attempt.kind == AttemptKind::Tcp);
    let mut facts = Facts {
        packets: report.captures.iter().map(|capture| capture.packets).sum(),
        ..Facts::default()
    };
    for attempt in tcp {
        facts.tcp_streams += 1;
        if let Some(name) = attempt.tls.as_ref().and_then(|tls| tls.server_name.clone()) {
            *facts.names.entry(name).or_default() += 1;
        }
    }
    facts
}

fn theirs(path: &Path) -> Facts {
    let output = Command::new("tshark")
        .args(["-n", "-T", "fields", "-E", "occurrence=f"])
        .args([
            "-e",
            "icmp.type",
            "-e",
            "icmpv6.type",
            "-e",
            "tcp.stream",
            "-e",
            "tls.handshake.extensions_server_name",
        ])
        .arg("-r")
        .arg(path)
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let mut facts = Facts::default();
    let mut streams = BTreeSet::new();
    let mut names = BTreeSet::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        facts.packets += 1;
        let mut fields = line.split('\t');
        let (icmp, icmp_v6) = (
            fields.next().unwrap_or_default(),
            fields.next().unwrap_or_default(),
        );
        let (stream, name) = (
            fields.next().unwrap_or_default(),
            fields.next().unwrap_or_default(),
        );
        // The TCP header that an ICMP error quotes is no packet of the stream.
        if stream.is_empty() || !icmp.is_empty() || !icmp_v6.is_empty() {
            continue;
        }
        streams.insert(stream.to_owned());
        if !name.is_empty() {
            names.insert((stream.to_owned(), name.to_owned()));
        }
    }
    facts.tcp_streams = streams.len() as u64;
    for (_, name) in names {
        *facts.names.entry(name).or_default() += 1;
    }
    facts
}
