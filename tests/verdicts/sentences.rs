//! What reports say of labelled captures agrees with itself and with the packets.

use std::fs;
use std::path::{Path, PathBuf};

use stallscope_shared::report::v1::{Report, Server, Severity};
use stallscope_tests::captures::beside;
use stallscope_tests::parallel::in_parallel;

/// What the whole of a capture comes to.
fn report(path: &Path) -> Report {
    let bytes = fs::read(path).unwrap();
    stallscope_tests::report(&bytes, "capture", 1 << 16).unwrap()
}

/// Every labelled capture.
fn captures(folder: &Path) -> Vec<PathBuf> {
    let is_capture = |path: &PathBuf| {
        let name = path.extension().and_then(|name| name.to_str());
        matches!(name, Some("pcap" | "pcapng"))
    };
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(is_capture);
    paths.sort();
    paths
}

#[test]
fn failures_are_counted_alike_wherever_they_are_counted() {
    let Some(folder) = beside("faults", "whether reports agree with themselves") else {
        return;
    };
    let captures = captures(&folder);
    let wrong: Vec<String> = in_parallel(&captures, |path| {
        let told = disagreements(&report(path));
        told.into_iter()
            .map(|what| format!("{}: {what}", path.display()))
            .collect::<Vec<_>>()
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(captures.len() > 100, "{} captures", captures.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn disagreements(report: &Report) -> Vec<String> {
    let mut told = Vec::new();
    let totals = &report.totals;
    let sum: u64 = report.servers.iter().map(|server| server.failures).sum();
    if sum != totals.failures {
        told.push(format!(
            "{sum} failures of servers, {} in all",
            totals.failures
        ));
    }
    for server in &report.servers {
        let failed = failed(report, server);
        if failed != server.failures {
            told.push(format!(
                "{} has {failed} attempts that failed and counts {}",
                server.address, server.failures
            ));
        }
    }
    told
}

/// Attempts at a server that failed, by their outcome or by their verdict.
fn failed(report: &Report, server: &Server) -> u64 {
    let own = report.attempts.iter();
    let own = own.filter(|attempt| attempt.server == server.address);
    let has_failed = own.filter(|attempt| {
        let verdict = attempt.verdict.as_ref();
        attempt.outcome.is_failure()
            || verdict.is_some_and(|verdict| verdict.severity == Severity::Failure)
    });
    has_failed.count() as u64
}

/// A capture, what must be said of it, and what must not.
const SAID: [(&str, &[&str], &[&str]); 9] = [
    // What failed before it said a name failed at the other addresses too.
    (
        "d_t8_burst.pcap",
        &["14 of 210 at the other addresses"],
        &["0 of 196"],
    ),
    // Its addresses never said a name.
    (
        "d_origin_v6only_syn.pcapng",
        &["nothing says under which name", "in 5 of them"],
        &["no other address of the name was tried"],
    ),
    // The server's answer came when its client was gone, and the packet before it was sent by a host that had sent
    // nothing.
    (
        "d_h16_late_2arms.pcapng",
        &["came 4.06 s after the ClientHello", "has sent nothing"],
        &["2694", "does not answer"],
    ),
    // One of the four questions was answered.
    (
        "d_d1_late.pcap",
        &["answered 1, too late"],
        &["did not answer any"],
    ),
    // Nothing of the resolver is in the capture.
    (
        "d_d1_go.pcap",
        &["or the path to it is closed"],
        &["questions for api.shop.example: the lookup failed"],
    ),
    // Attempts with the same verdict are told by their own first packets.
    (
        "d_t7_firstsyn.pcap",
        &["other attempts (from packets 19 to 91 on)"],
        &["from packets 1 to 1 on"],
    ),
    // What shows that it was the path is the answer, not that it was asked again.
    (
        "old_chloss.pcap",
        &["echoes the timestamp of copy 3 of 3"],
        &[],
    ),
    ("old_chackloss.pcap", &["received twice (D-SACK)"], &[]),
    // Two proxies on one address.
    (
        "d_p1_503_407.pcap",
        &["10.42.9.9:3128, 10.42.9.9:3129"],
        &["10.42.9.9, 10.42.9.9)"],
    ),
];

#[test]
fn sentences_say_what_the_packets_show() {
    let Some(folder) = beside("faults", "whether sentences are true") else {
        return;
    };
    for (capture, said, unsaid) in SAID {
        let text = sentences(&report(&folder.join(capture)));
        for words in said {
            assert!(text.contains(words), "{capture} must say {words:?}: {text}");
        }
        for words in unsaid {
            assert!(!text.contains(words), "{capture} says {words:?}: {text}");
        }
    }
}

/// The headline, the servers' verdicts, and all evidence.
fn sentences(report: &Report) -> String {
    let headline = report.headline.iter().map(|it| it.statement.clone());
    let verdicts = report.servers.iter().filter_map(|it| it.verdict.as_ref());
    let statements = verdicts.map(|verdict| verdict.statement.clone());
    let evidence = report.evidence.iter().map(|it| it.statement.clone());
    let all: Vec<String> = headline.chain(statements).chain(evidence).collect();
    all.join("\n")
}

#[test]
fn a_capture_of_one_direction_says_so() {
    let Some(folder) = beside("faults", "captures of one direction") else {
        return;
    };
    for capture in ["d_part_h11_s2c.pcap", "d_part_h1_c2s_only.pcap"] {
        let report = report(&folder.join(capture));
        let one_sided: u64 = report
            .captures
            .iter()
            .map(|capture| capture.quality.one_sided_flows)
            .sum();
        assert_eq!(one_sided, 1, "{capture}");
    }
}
