//! Runs one scenario: nodes on one side, clients on the other, a capture beside them, and what is said of it.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use stallscope_shared::report::v1::{Attempt, Outcome, Report, Severity};
use stallscope_tests::report;

use crate::scenario::{Client, Expected, Scenario, Server};
use crate::site::{DEVICE, FIRST, Site, inside};
use crate::{contradiction, go, nginx, wire};

/// The nodes' name and port.
const NAME: &str = "cdn.lab.test";
const PORT: u16 = 8443;
/// The port of their name server: that by which packets are known for DNS.
const NAMES: u16 = 53;
/// Packets that are still on their way when the last client is done.
const REST: Duration = Duration::from_millis(400);

/// What was said of each node, and what should not have been.
pub(crate) fn scenario(scenario: &Scenario, index: usize, command: &Path) -> (String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let captures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lab");
    std::fs::create_dir_all(&captures).unwrap();
    let capture = captures.join(format!("{}.pcap", scenario.name));
    let (site, devices) = Site::build(index, scenario.nodes.len());
    if let Some((first, last)) = scenario.client_ports {
        site.client_ports(first, last);
    }
    let (told, logged) = wire::join(scenario, devices, || {
        let authority = folder.path().join("authority");
        let _servers = serve(scenario, &site, command, &authority);
        let tcpdump = tcpdump(&site, &capture);
        let sent = match scenario.resolver {
            Some(_) => 0,
            None => scenario.nodes.len(),
        };
        let clients: Vec<(usize, Child)> = (1..=sent)
            .flat_map(|node| (0..scenario.attempts).map(move |_| node))
            .map(|node| (node, client(scenario, &site, node, &authority)))
            .collect();
        let told = probe(scenario, &site, command, &authority);
        let logged: Vec<(usize, String)> = clients
            .into_iter()
            .map(|(node, client)| (node, said_by(client)))
            .collect();
        thread::sleep(REST);
        tcpdump.end();
        (told, logged)
    });
    let bytes = std::fs::read(&capture).unwrap();
    let seen = report(&bytes, &scenario.name, 1 << 16).unwrap();
    let told_json = serde_json::to_vec(&told).unwrap();
    std::fs::write(capture.with_extension("json"), told_json).unwrap();
    let (mut said, mut wrong) = judge(scenario, "captured", &seen);
    let (said_too, wrong_too) = judge(scenario, "probed", &told);
    said.extend(said_too);
    wrong.extend(wrong_too);
    wrong.extend(headline(scenario, &told));
    let name = &scenario.name;
    wrong.extend(contradiction::between(&told, &seen).map(|it| format!("{name}: {it}")));
    if matches!(scenario.client, Client::Go | Client::GoPhases) {
        for (node, real) in logged {
            let address = address(node - 1);
            said.push(format!("{name} Go's client {address}: {}", real.trim()));
            wrong.extend(contradiction::of_log(&told, &address, &real));
        }
    }
    (said.join("\n"), wrong)
}

/// What a client wrote until it ended.
fn said_by(client: Child) -> String {
    let output = client.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The report of our own client at the same nodes, meanwhile.
fn probe(scenario: &Scenario, site: &Site, command: &Path, authority: &Path) -> Report {
    let addresses: Vec<String> = (0..scenario.nodes.len()).map(address).collect();
    let limit = scenario.limit.to_string();
    let mut probe = inside(&site.client, command.to_str().unwrap());
    probe.arg("probe").arg(format!("https://{NAME}:{PORT}/"));
    if scenario.resolver.is_some() {
        let resolver = format!("{}:{NAMES}", address(scenario.nodes.len()));
        probe.args(["--dns-servers", &resolver]);
    } else {
        let resolve = format!("{NAME}:{PORT}:{}", addresses.join(","));
        probe.args(["--resolve", &resolve]);
    }
    probe.args(["--format", "json", "--all", "--cacert"]);
    probe.arg(authority);
    if scenario.is_proxy {
        probe.args(["-x", &format!("http://{}:{PORT}", address(0))]);
    } else {
        probe.args(["--noproxy", "*"]);
    }
    probe.args(["--count", &scenario.attempts.to_string()]);
    let limits = match scenario.client {
        Client::GoPhases => &["--tcp-timeout", "--tls-timeout", "--ttfb-timeout"][..],
        _ => &["--max-time"],
    };
    probe.args(limits.iter().flat_map(|name| [name, &*limit]));
    probe.args(&scenario.options);
    if !scenario.arms.is_empty() {
        probe.args(["--arms", &scenario.arms]);
    }
    let output = probe.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

/// A node's address, by its rank from 0.
fn address(rank: usize) -> String {
    Ipv4Addr::from_bits(FIRST.to_bits() + u32::try_from(rank).unwrap()).to_string()
}

fn endpoint(rank: usize) -> SocketAddr {
    SocketAddr::new(address(rank).parse().unwrap(), PORT)
}

/// A program that is ended when it is dropped.
pub(crate) struct Running(Child);

impl Running {
    /// One that was started.
    pub(crate) const fn new(child: Child) -> Self {
        Self(child)
    }

    /// Ends it so that it can finish what it does.
    fn end(mut self) {
        let id = self.0.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        self.0.kill().unwrap_or_default();
        self.0.wait().unwrap();
    }
}

/// Whoever serves on the nodes.
fn serve(scenario: &Scenario, site: &Site, command: &Path, authority: &Path) -> Running {
    let nodes: Vec<SocketAddr> = (0..scenario.nodes.len()).map(endpoint).collect();
    match &scenario.server {
        Server::Lab => lab(scenario, site, command, authority),
        Server::Nginx => nginx::start(site, &nodes, NAME, authority),
        Server::Go(manners) => {
            assert_eq!(manners.len(), nodes.len(), "a manner for each node");
            let nodes: Vec<_> = manners.iter().copied().zip(nodes).collect();
            go::serve(site, &nodes, NAME, authority)
        }
    }
}

fn lab(scenario: &Scenario, site: &Site, command: &Path, authority: &Path) -> Running {
    let mut lab = inside(&site.server, command.to_str().unwrap());
    lab.arg("lab").args(["--address", &FIRST.to_string()]);
    lab.args(["--nodes", &scenario.nodes.len().to_string()]);
    lab.args(["--port", &PORT.to_string(), "--name", NAME]);
    lab.args(["--dns-port", &NAMES.to_string()]);
    lab.args(["--delay", &scenario.late.to_string()]);
    lab.arg("--ca-file").arg(authority);
    if scenario.faults.is_empty() {
        lab.arg("--healthy");
    }
    for fault in &scenario.faults {
        lab.args(["--fault", fault]);
    }
    let mut child = lab.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let is_ready = |line: &std::io::Result<String>| line.as_ref().unwrap().contains("probe");
    assert!(
        lines.into_iter().any(|line| is_ready(&line)),
        "the lab ended at once"
    );
    Running(child)
}

fn tcpdump(site: &Site, capture: &Path) -> Running {
    let mut tcpdump = inside(&site.client, "tcpdump");
    tcpdump.args([
        "-i",
        DEVICE,
        "-n",
        "-U",
        // In immediate mode every slot of the ring is as long as this, so the default leaves room for eight packets.
        "-s",
        "2000",
        "--immediate-mode",
        "-Z",
        "root",
        "-w",
    ]);
    let mut child = tcpdump.arg(capture).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let is_ready = |line: std::io::Result<String>| line.unwrap().contains("listening");
    assert!(lines.into_iter().any(is_ready), "tcpdump ended at once");
    Running(child)
}

fn client(scenario: &Scenario, site: &Site, node: usize, authority: &Path) -> Child {
    let url = format!("https://{NAME}:{PORT}/");
    let limits = match scenario.client {
        Client::Go => Some("whole"),
        Client::GoPhases => Some("phases"),
        Client::Curl | Client::Curl12 | Client::CurlTwice => None,
    };
    if let Some(limits) = limits {
        let limits = (scenario.limit, limits);
        return go::ask(site, (authority, &url), endpoint(node - 1), limits);
    }
    let address = address(node - 1);
    let mut curl = inside(&site.client, "curl");
    curl.args(["-s", "-o", "/dev/null", "-m", &scenario.limit.to_string()]);
    curl.args(["--resolve", &format!("{NAME}:{PORT}:{address}"), "--cacert"]);
    curl.arg(authority);
    if scenario.client == Client::Curl12 {
        curl.args(["--tls-max", "1.2"]);
    }
    if scenario.is_proxy {
        curl.args(["-x", &format!("http://{address}:{PORT}")]);
    }
    if scenario.client == Client::CurlTwice {
        curl.args(["--rate", "20/m", "-o", "/dev/null", &url]);
    }
    curl.arg(url).spawn().unwrap()
}

fn judge(scenario: &Scenario, source: &str, report: &Report) -> (Vec<String>, Vec<String>) {
    let mut said = Vec::new();
    let mut wrong = Vec::new();
    let is_of_names = scenario.resolver.is_some();
    let nodes = scenario.nodes.iter().enumerate();
    let resolver = scenario.resolver.iter();
    let resolver = resolver.map(|it| (scenario.nodes.len(), it));
    for (rank, expected) in nodes.filter(|_| !is_of_names).chain(resolver) {
        let address = address(rank);
        let expected = match &expected.probed {
            Some(probed) if source == "probed" => probed,
            _ => expected,
        };
        let of_node: Vec<&Attempt> = report
            .attempts
            .iter()
            .map(Box::as_ref)
            .filter(|attempt| attempt.server.starts_with(&format!("{address}:")))
            .collect();
        let words: Vec<String> = of_node.iter().map(|attempt| words(attempt)).collect();
        let right = of_node
            .iter()
            .filter(|attempt| is_right(attempt, expected))
            .count();
        let line = format!("{} {source} {address}: {}", scenario.name, words.join(", "));
        if of_node.is_empty() || right < expected.at_least.unwrap_or(of_node.len()) {
            wrong.push(format!("{line}; {}; expected {expected:?}", scenario.what));
        }
        said.push(line);
    }
    (said, wrong)
}

/// What is wrong with the headline.
fn headline(scenario: &Scenario, told: &Report) -> Option<String> {
    let (cause, words) = scenario.headline.as_ref()?;
    let said = told.headline.as_ref();
    let is_right = said.is_some_and(|said| said.cause == *cause && said.statement.contains(words));
    let statement = said.map_or("nothing", |said| &said.statement);
    let name = &scenario.name;
    (!is_right).then(|| format!("{name} headline: {statement}; expected {cause}, {words:?}"))
}

fn words(attempt: &Attempt) -> String {
    let outcome = format!("{:?}", attempt.outcome);
    match &attempt.verdict {
        None => format!("{outcome} none"),
        Some(verdict) => {
            let cause = &verdict.cause;
            format!(
                "{outcome} {cause} {:?} {:?}",
                verdict.party, verdict.confidence
            )
        }
    }
}

/// A verdict of the expected causes and parties; where none is expected, nothing more than a remark.
fn is_right(attempt: &Attempt, expected: &Expected) -> bool {
    let Some(verdict) = &attempt.verdict else {
        let is_excused = expected.or_client_closes && attempt.outcome == Outcome::ClosedByClient;
        return expected.causes.is_empty() || is_excused;
    };
    // A machine that is busy with other tests holds the client up, and that is what is to be said of it.
    let is_own_delay = verdict.cause == "H17" && verdict.severity != Severity::Failure;
    if expected.causes.is_empty() {
        return verdict.severity == Severity::Info || is_own_delay;
    }
    if expected.is_delay && is_own_delay {
        return true;
    }
    if expected.is_delay && verdict.severity == Severity::Failure {
        return false;
    }
    let party = format!("{:?}", verdict.party).to_lowercase();
    let cause = &verdict.cause;
    expected.causes.iter().any(|one| one == cause) && expected.parties.contains(&party)
}
