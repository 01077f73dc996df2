//! What Debian's prometheus-blackbox-exporter reports of each fault of the lab, beside `stallscope probe`: a table for the
//! documentation, made by asking both.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{self, cargo};
use crate::{install, workspace};

/// Faults of nodes, in the order of the catalogue; those of resolvers are left out, since blackbox_exporter asks only the
/// system's.
const FAULTS: [&str; 15] = [
    "T2", "T5", "H1", "H5", "H7", "H9", "H10", "H15", "H16", "H19", "H22", "H24", "A1", "A3", "A5",
];
/// Where blackbox_exporter listens; the nodes are at 127.0.54.1 and on.
const LISTEN: &str = "127.0.0.1:19115";
/// Both give up after that, which is more than the ten seconds of Go's TLSHandshakeTimeout.
const LIMIT: u32 = 15;
/// How late what is late comes: within the limit.
const LATE: u32 = 3;
const NAME: &str = "cdn.lab.test";
/// Its phases.
const PHASES: [&str; 5] = ["resolve", "connect", "tls", "processing", "transfer"];

pub(crate) fn run() -> Result<()> {
    install::packages(install::BLACKBOX)?;
    process::run(&mut cargo("build --locked --package stallscope"))?;
    let folder = workspace::target().join("blackbox");
    std::fs::create_dir_all(&folder).context("cannot make a folder for the comparison")?;
    let blackbox = Blackbox::start(&folder)?;
    let rows = thread::scope(|scope| {
        let asked = FAULTS.iter().zip(1..).map(|(fault, number)| {
            let folder = &folder;
            scope.spawn(move || row(fault, number, folder))
        });
        let asked: Vec<_> = asked.collect();
        let all = asked.into_iter().map(|asked| match asked.join() {
            Ok(row) => row,
            Err(_) => bail!("a comparison ended in a panic"),
        });
        all.collect::<Result<Vec<String>>>()
    })?;
    drop(blackbox);
    let page = page(&rows);
    std::fs::write(workspace::root().join("docs/blackbox.md"), &page)
        .context("cannot write docs/blackbox.md")?;
    println!("{page}");
    Ok(())
}

/// A child, until it is dropped.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended already, and there is nobody to tell.
        self.0.kill().unwrap_or_default();
        self.0.wait().map(drop).unwrap_or_default();
    }
}

struct Blackbox(#[expect(dead_code, reason = "it is only kept until the end")] Ended);

impl Blackbox {
    fn start(folder: &Path) -> Result<Self> {
        let file = folder.join("blackbox.yml");
        let module = format!(
            "modules:\n  compared:\n    prober: http\n    timeout: {LIMIT}s\n    http:\n      preferred_ip_protocol: ip4\n      \
             tls_config:\n        insecure_skip_verify: true\n        server_name: {NAME}\n      headers:\n        Host: {NAME}\n"
        );
        std::fs::write(&file, module).context("cannot write the configuration")?;
        let child = Command::new("prometheus-blackbox-exporter")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--web.listen-address={LISTEN}"))
            .arg("--timeout-offset=0")
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start prometheus-blackbox-exporter")?;
        let child = Ended(child);
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(LISTEN).is_err() {
            if Instant::now() > deadline {
                bail!("prometheus-blackbox-exporter does not listen on {LISTEN}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(Self(child))
    }
}

/// What a GET is answered with.
fn asked(path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(LISTEN)?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {LISTEN}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn row(fault: &str, number: u8, folder: &Path) -> Result<String> {
    let (lab, url) = lab(fault, number, folder)?;
    let blackbox = asked(&format!("/probe?module=compared&target={url}"))?;
    let report = folder.join(format!("{fault}.json"));
    let probe = stallscope()
        .args([
            "probe", "-k", "-n", "1", "--quiet", "--format", "json", "--sni", NAME,
        ])
        .arg(format!("--max-time={LIMIT}"))
        .args([
            "--tcp-timeout=0",
            "--tls-timeout=0",
            "--ttfb-timeout=0",
            "--body-timeout=0",
        ])
        .arg("--output")
        .arg(&report)
        .arg(&url)
        .status()
        .context("cannot start the command that was just built")?;
    if !matches!(probe.code(), Some(0 | 1)) {
        bail!("probing {fault} ended with {probe}");
    }
    drop(lab);
    let report = std::fs::read_to_string(&report).context("the probe wrote no report")?;
    let report: Value = serde_json::from_str(&report)?;
    Ok(format!(
        "| {fault} | {} | {} |",
        of_blackbox(&blackbox),
        of_probe(&report)
    ))
}

fn stallscope() -> Command {
    Command::new(
        workspace::target().join(format!("debug/stallscope{}", std::env::consts::EXE_SUFFIX)),
    )
}

/// One node that always has the fault, and its URL.
fn lab(fault: &str, number: u8, folder: &Path) -> Result<(Ended, String)> {
    let mut child = stallscope()
        .args([
            "lab",
            "--nodes",
            "1",
            "--port",
            "0",
            "--dns-port",
            "0",
            "--name",
            NAME,
        ])
        .arg(format!("--fault={fault}@1=100%"))
        .arg(format!("--delay={LATE}"))
        .arg(format!("--address=127.0.54.{}", number.saturating_mul(2)))
        // Whoever is killed cannot take a folder of its own away.
        .arg("--ca-file")
        .arg(folder.join(format!("{fault}.pem")))
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the lab")?;
    let output = child.stdout.take().context("the lab has no output")?;
    let lab = Ended(child);
    for line in BufReader::new(output).lines() {
        let line = line.context("cannot read what the lab says")?;
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["stallscope", "probe", url, ..] = words.as_slice() {
            let address = format!("127.0.54.{}", number.saturating_mul(2));
            return Ok((lab, url.replace(NAME, &address)));
        }
    }
    bail!("the lab ended at once ({fault})")
}

/// Success, status and phases, as the exporter has them.
fn of_blackbox(answer: &str) -> String {
    let value = |name: &str| {
        let mut lines = answer.lines().filter_map(|line| line.rsplit_once(' '));
        lines
            .find(|(found, _)| *found == name)
            .and_then(|(_, value)| value.parse::<f64>().ok())
    };
    let shown =
        |name: &str| value(name).map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    let phase = |phase: &&str| shown(&format!("probe_http_duration_seconds{{phase=\"{phase}\"}}"));
    let phases: Vec<String> = PHASES.iter().map(phase).collect();
    let status =
        value("probe_http_status_code").map_or_else(|| "–".to_owned(), |status| status.to_string());
    format!(
        "{} | {status} | {} | {}",
        value("probe_success").map_or_else(|| "–".to_owned(), |success| success.to_string()),
        shown("probe_duration_seconds"),
        phases.join(" / ")
    )
}

/// The phases that were reached, and what is said of them.
fn of_probe(report: &Value) -> String {
    let attempt = &report["attempts"][0];
    let phases = attempt["phases"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|phase| {
            let seconds = (phase["end_ns"].as_f64()? - phase["start_ns"].as_f64()?) / 1e9;
            let how = match phase["outcome"].as_str()? {
                "completed" => String::new(),
                other => format!(" {other}"),
            };
            Some(format!("{} {seconds:.3}{how}", phase["phase"].as_str()?))
        });
    let phases: Vec<String> = phases.collect();
    let verdict = &attempt["verdict"];
    let said = match verdict["cause"].as_str() {
        Some("undecided") => "undecided".to_owned(),
        Some(cause) => {
            let word = |name: &str| verdict[name].as_str().unwrap_or_default().to_owned();
            format!(
                "{cause} {}: {}, {}",
                word("slug"),
                word("party"),
                word("confidence")
            )
        }
        None => "nothing".to_owned(),
    };
    format!("{} | {said}", phases.join(", "))
}

fn page(rows: &[String]) -> String {
    let mut page = format!(
        "# Beside blackbox_exporter\n\nMade by `cargo xtask blackbox`: one attempt by Debian's prometheus-blackbox-exporter \
         (module `http`, timeout {LIMIT} s)\nand one by `stallscope probe` (`--max-time {LIMIT}`) at a node of `stallscope \
         lab` that always has the fault of the row; what is late\ncomes after {LATE} s. Times are seconds; the phases of \
         blackbox_exporter are {}.\n\n| fault | success | status | duration | phases | stallscope: phases | stallscope: \
         verdict |\n|---|---|---|---|---|---|---|\n",
        PHASES.join(" / ")
    );
    for row in rows {
        let _infallible = writeln!(page, "{row}");
    }
    page
}
