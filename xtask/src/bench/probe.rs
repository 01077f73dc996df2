//! The probe beside load generators, on loopback against nginx with full handshakes: attempts for each second of the
//! client's processor. Then what a thousand open sockets weigh, and a sweep of 20,000 addresses of which one in a hundred
//! never answers.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use socket2::{Domain, Socket, Type};

use super::measure::{self, Cost};
use crate::{build, install, process, workspace};

/// Connections of each client, and how many at one time.
const ATTEMPTS: u32 = 5_000;
const AT_ONCE: u32 = 16;
/// Addresses of the sweep, and one in so many of them stalls.
const ADDRESSES: u32 = 20_000;
const STALLS: u32 = 100;
/// The sweep's limit for the handshake, seconds.
const LIMIT: f64 = 5.0;
/// Sockets that are open together.
const OPEN: u32 = 1_000;
/// What they may weigh, MB of 1,000,000 bytes.
const OPEN_MB: f64 = 50.0;

/// nginx, until it is dropped.
struct Nginx {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // TERM lets it end its workers.
        let id = self.child.id().to_string();
        let asked = Command::new("kill").arg(&id).status();
        if asked.is_ok() {
            self.child.wait().ok();
        }
    }
}

impl Nginx {
    fn start(folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let tls = workspace::root().join("collector/tests/probe/tls");
        let (path, tls) = (folder.display(), tls.display());
        fs::write(folder.join("index.html"), "hello\n")?;
        let configuration = format!(
            "daemon off; worker_processes 2; worker_rlimit_nofile 65536; pid {path}/pid; error_log {path}/error.log crit; user root;
             events {{ worker_connections 16384; }}
             http {{ log_format short x; access_log {path}/access.log short; root {path};
               client_body_temp_path {path}; proxy_temp_path {path}; fastcgi_temp_path {path}; uwsgi_temp_path {path};
               scgi_temp_path {path}; ssl_protocols TLSv1.3; ssl_session_cache off; ssl_session_tickets off;
               keepalive_timeout 0; ssl_certificate {tls}/cert.pem; ssl_certificate_key {tls}/key.pem;
               server {{ listen 0.0.0.0:{port} ssl reuseport backlog=4096; allow 127.0.0.0/8; deny all; }} }}"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration)?;
        let child = Command::new("nginx")
            .arg("-e")
            .arg(folder.join("error.log"))
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start nginx")?;
        let nginx = Self {
            child,
            port,
            log: folder.join("access.log"),
        };
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if Instant::now() > deadline {
                bail!("nginx does not listen at port {port}");
            }
            sleep(Duration::from_millis(20));
        }
        Ok(nginx)
    }

    /// Requests that it answered so far.
    fn answered(&self) -> u64 {
        fs::metadata(&self.log).map_or(0, |log| log.len() / 2)
    }
}

fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Measures and prints; a floor that is missed is an error.
pub(crate) fn run(runs: usize) -> Result<()> {
    install::packages(install::PROBE_BENCH)?;
    build::collector()?;
    let folder = workspace::target().join("bench/probe");
    fs::create_dir_all(&folder)?;
    let nginx = Nginx::start(&folder)?;
    println!(
        "\nfull TLS 1.3 handshakes with nginx (2 workers, P-256) and one request each, {AT_ONCE} at a time, medians of {runs}"
    );
    println!(
        "{:<34} {:>10} {:>10} {:>14} {:>9}",
        "", "requests", "CPU s", "per CPU s", "peak MB"
    );
    let rates = compare(&clients(&nginx, &folder)?, &nginx, runs.max(1))?;
    drop(nginx);
    let mut missed = Vec::new();
    if let [Some(own), Some(oha), ..] = *rates.as_slice() {
        println!(
            "{:.2} attempts for each one of oha's (at least 1)",
            own / oha
        );
        if own < oha {
            missed.push("attempts beside oha's");
        }
    }
    if open_sockets(&folder)? >= OPEN_MB {
        missed.push("memory of open sockets");
    }
    sweep(&folder)?;
    if missed.is_empty() {
        return Ok(());
    }
    bail!("floors missed: {}", missed.join(", "))
}

/// A client's name and its command; `None` where it is not installed. The floor is on the first two, which both check the
/// certificate and the handshake's signature; with --insecure oha checks neither, and everybody else the signature. Each
/// offers what it offers by itself: ours a post-quantum key share that oha lacks, and the suite of Go and of browsers where
/// oha prefers a dearer one. The third has oha's key share.
type Client = (&'static str, Option<Vec<String>>);

fn clients(nginx: &Nginx, folder: &Path) -> Result<Vec<Client>> {
    let port = nginx.port;
    let url = format!("https://127.0.0.1:{port}/");
    let named = format!("https://probe.test:{port}/");
    let authority = workspace::root().join("collector/tests/probe/tls/cert.pem");
    let authority = authority.display();
    let own = build::command().display().to_string();
    let report = folder.join("report.json").display().to_string();
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    let there = |line: &str| {
        let program = line.split_whitespace().next()?;
        process::find(program).map(|_| words(line))
    };
    let oha = install::oha()?.display().to_string();
    let often = format!("-n {ATTEMPTS} -c {AT_ONCE}");
    let probe = format!("{own} probe -q --noproxy * {often} --interval 0 -f json -o {report}");
    let checked =
        format!("{probe} --cacert {authority} --resolve probe.test:{port}:127.0.0.1 {named}");
    let classical = format!("{checked} --curves X25519");
    let unchecked = format!("{probe} -k {url}");
    let oha = format!("{oha} --no-tui --disable-keepalive {often}");
    let oha_checked = format!(
        "{oha} --cacert {authority} --connect-to probe.test:{port}:127.0.0.1:{port} {named}"
    );
    let oha_unchecked = format!("{oha} --insecure {url}");
    let ab = format!("ab -q {often} -f TLS1.3 {url}");
    let wrk = format!("wrk -t1 -c {AT_ONCE} -d4s -H Connection:close {url}");
    let go =
        go_client(folder)?.map(|client| words(&format!("{client} {url} {ATTEMPTS} {AT_ONCE}")));
    Ok(vec![
        ("stallscope probe --cacert", Some(words(&checked))),
        ("oha --cacert", Some(words(&oha_checked))),
        ("stallscope probe, oha's key share", Some(words(&classical))),
        ("stallscope probe -k", Some(words(&unchecked))),
        ("oha --insecure", Some(words(&oha_unchecked))),
        ("Go's net/http", go),
        ("ab -f TLS1.3", there(&ab)),
        ("wrk, Connection: close", there(&wrk)),
    ])
}

const GO: &str = r#"package main

import (
	"crypto/tls"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
)

func main() {
	count, _ := strconv.Atoi(os.Args[2])
	atOnce, _ := strconv.Atoi(os.Args[3])
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	client := &http.Client{Transport: transport}
	turns := make(chan int, count)
	for turn := 0; turn < count; turn++ {
		turns <- turn
	}
	close(turns)
	var all sync.WaitGroup
	for worker := 0; worker < atOnce; worker++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for range turns {
				if response, err := client.Get(os.Args[1]); err == nil {
					io.Copy(io.Discard, response.Body)
					response.Body.Close()
				}
			}
		}()
	}
	all.Wait()
}
"#;

/// A small client of Go's, built; `None` without Go.
fn go_client(folder: &Path) -> Result<Option<String>> {
    if process::find("go").is_none() {
        return Ok(None);
    }
    let (source, program) = (folder.join("client.go"), folder.join("client"));
    fs::write(&source, GO)?;
    process::run(
        Command::new("go")
            .arg("build")
            .arg("-o")
            .args([&program, &source])
            .env("GO111MODULE", "off"),
    )?;
    Ok(Some(program.display().to_string()))
}

/// A row for each client; their requests for each second of processor. Each turn is one run of every client, so that what
/// else the machine does is the same for all.
fn compare(clients: &[Client], nginx: &Nginx, runs: usize) -> Result<Vec<Option<f64>>> {
    let mut figures = vec![Vec::new(); clients.len()];
    for _ in 0..runs {
        for ((_, command), figures) in clients.iter().zip(&mut figures) {
            if let Some(command) = command {
                let before = nginx.answered();
                let cost = measure::cost(command)?;
                figures.push((nginx.answered().saturating_sub(before), cost));
            }
        }
    }
    let rows = clients.iter().zip(figures);
    Ok(rows
        .map(|((name, _), figures)| row(name, figures))
        .collect())
}

/// The run in the middle, and its rate.
fn row(name: &str, mut figures: Vec<(u64, Cost)>) -> Option<f64> {
    let rate = |(requests, cost): &(u64, Cost)| *requests as f64 / cost.cpu_seconds.max(1e-9);
    figures.sort_by(|one, other| rate(one).total_cmp(&rate(other)));
    let Some(middle) = figures.get(figures.len() / 2) else {
        println!("SKIPPED: {name} is not installed");
        return None;
    };
    let (requests, cost) = middle;
    println!(
        "{name:<34} {requests:>10} {:>10.2} {:>14.0} {:>9.0}",
        cost.cpu_seconds,
        rate(middle),
        cost.peak_mb
    );
    Some(rate(middle))
}

/// Takes connections into its queue and answers none of them.
fn silent(address: SocketAddr) -> Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // Beside nginx, which listens at this port of every address; the more exact one is preferred.
    socket.set_reuse_port(true)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(4096)?;
    Ok(socket)
}

/// The largest resident set while so many sockets are open, each at an address of its own, and with the report of them;
/// both are printed, and the first is what a floor is on.
fn open_sockets(folder: &Path) -> Result<f64> {
    /// Seconds that each waits for its ServerHello.
    const WAIT: f64 = 10.0;
    let port = free_port()?;
    let _silent = silent(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))?;
    let report = folder.join("open.json").display().to_string();
    let addresses: Vec<String> = (0..OPEN).map(|index| address(index).to_string()).collect();
    let line = format!(
        "probe -k -q --noproxy * -n 1 -c {OPEN} --interval 0 --tls-timeout {WAIT} -f json -o {report} --ip {} https://open.test:{port}/",
        addresses.join(",")
    );
    let mut child = Command::new(build::command())
        .args(line.split_whitespace())
        .spawn()?;
    let began = Instant::now();
    let (mut open, mut most) = (0.0_f64, 0.0_f64);
    while child.try_wait()?.is_none() {
        let (now, peak) = resident(child.id());
        // The first limit fires so long behind the first handshake.
        if began.elapsed() < Duration::from_secs_f64(WAIT) {
            open = open.max(now);
        }
        most = most.max(peak);
        sleep(Duration::from_millis(20));
    }
    println!(
        "\n{OPEN} sockets open at once: {open:.1} MB (below {OPEN_MB}), and {most:.1} MB at most, with the report"
    );
    Ok(open)
}

/// What a process has in memory, now and at most so far, in MB.
fn resident(process: u32) -> (f64, f64) {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or_default() * 1024.0 / 1e6
    };
    (field("VmRSS:"), field("VmHWM:"))
}

/// One of many addresses of this host.
fn address(index: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 1).to_bits() + index)
}

/// Many addresses, some of which take the connection and never answer.
fn sweep(folder: &Path) -> Result<()> {
    let nginx = Nginx::start(folder)?;
    let stalled: Vec<u32> = (0..ADDRESSES).filter(|index| index % STALLS == 0).collect();
    let _silent = stalled
        .iter()
        .map(|index| silent(SocketAddr::from((address(*index), nginx.port))))
        .collect::<Result<Vec<_>>>()?;
    let report = folder.join("sweep.json").display().to_string();
    let limit = LIMIT.to_string();
    let mut words: Vec<String> = [
        &*build::command().display().to_string(),
        "probe",
        "-k",
        "-q",
        "-n",
        "1",
        "-c",
        "512",
        "--interval",
        "0",
        "--tls-timeout",
        &limit,
        "-f",
        "json",
        "-o",
        &report,
    ]
    .map(str::to_owned)
    .to_vec();
    let all: Vec<String> = (0..ADDRESSES)
        .map(|index| address(index).to_string())
        .collect();
    // An argument has 128 KiB at most (execve(2)).
    for some in all.chunks(4_000) {
        words.extend(["--ip".to_owned(), some.join(",")]);
    }
    words.push(format!("https://sweep.test:{}/", nginx.port));
    let cost = measure::cost(&words)?;
    print_sweep(&fs::read(report)?, stalled.len(), &cost)
}

/// What the report of the sweep says.
fn print_sweep(report: &[u8], stalled: usize, cost: &Cost) -> Result<()> {
    let report: Value = serde_json::from_slice(report)?;
    let servers = report
        .get("servers")
        .and_then(Value::as_array)
        .context("no servers")?;
    let told = servers
        .iter()
        .filter(|server| server.pointer("/verdict/cause") == Some(&Value::from("H1")))
        .count();
    let total = |name: &str| {
        report
            .pointer(&format!("/totals/{name}"))
            .and_then(Value::as_u64)
            .unwrap_or(0)
    };
    println!(
        "sweep of {ADDRESSES} addresses, {} of them silent, limit {LIMIT} s: {} attempts, {} failed, {told} addresses told as H1; \
         {:.1} s, {:.1} s of them processor, {:.0} MB at most",
        stalled,
        total("attempts"),
        total("failures"),
        cost.wall_seconds,
        cost.cpu_seconds,
        cost.peak_mb
    );
    Ok(())
}
