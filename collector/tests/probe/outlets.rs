//! What comes out beside the report: metrics, lines while it runs, the host's state, the machines behind an address.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;

use serde_json::Value;

use crate::outcomes::whole;
use crate::run::{command, probe};
use crate::server::{FOR_EVER, asked, hello, serve};

fn healthy() -> SocketAddr {
    serve(|stream| asked(stream, |say, _| whole(say)))
}

fn silent() -> SocketAddr {
    serve(|mut stream| {
        hello(&mut stream);
        sleep(FOR_EVER);
    })
}

/// The value of a metric, by its name and labels.
fn value(text: &str, name: &str) -> Option<f64> {
    let mut lines = text.lines().filter_map(|line| line.rsplit_once(' '));
    let (_, value) = lines.find(|(found, _)| *found == name)?;
    value.parse().ok()
}

fn phase(name: &str) -> String {
    format!("probe_http_duration_seconds{{phase=\"{name}\"}}")
}

/// Nothing falls back to what was not asked for.
#[cfg(not(feature = "http3"))]
#[test]
fn without_the_feature_http3_is_refused_with_the_way_to_it() {
    for arguments in ["--http3", "--http3-only", "--arms http3"] {
        let arguments = format!("-n 1 {arguments} --ip 127.0.0.1 https://probe.test/");
        let output = command(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("--features http3"), "{text}");
    }
}

#[test]
fn metrics_have_the_phases_that_were_reached() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stallscope.prom");
    for (server, is_success) in [(healthy(), true), (silent(), false)] {
        let said = probe(
            server,
            &format!("-n 2 --tls-timeout 1.5 --prometheus {}", file.display()),
        );
        assert_eq!(said.status, i32::from(!is_success));
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(
            value(&text, "probe_success"),
            Some(f64::from(u8::from(is_success))),
            "{text}"
        );
        assert!(value(&text, &phase("connect")).unwrap() < 1.0);
        let tls = value(&text, &phase("tls")).unwrap();
        assert_eq!(tls >= 1.5, !is_success, "{tls}");
        for name in ["processing", "transfer"] {
            assert_eq!(value(&text, &phase(name)).is_some(), is_success, "{name}");
        }
        assert_eq!(
            value(&text, "probe_http_status_code"),
            is_success.then_some(200.0)
        );
        // By openssl x509 -noout -enddate.
        assert_eq!(
            value(&text, "probe_ssl_earliest_cert_expiry"),
            is_success.then_some(4_948_971_747.0)
        );
        assert_eq!(
            value(&text, &phase("resolve")),
            None,
            "nobody was asked for a name"
        );
        let outcome = if is_success {
            "completed"
        } else {
            "tls_stalled"
        };
        let attempts = format!("stallscope_attempts{{address=\"{server}\",outcome=\"{outcome}\"}}");
        assert_eq!(value(&text, &attempts), Some(2.0), "{text}");
        let histogram = format!(
            "stallscope_phase_duration_seconds_count{{address=\"{server}\",phase=\"tls\"}}"
        );
        assert_eq!(value(&text, &histogram), is_success.then_some(2.0));
        assert_eq!(text.contains("stallscope_verdict_info"), !is_success);
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "nothing but the file");
}

/// The exporter, until the test is over.
struct Exporter {
    child: Child,
    address: String,
}

impl Exporter {
    fn start(arguments: &[&str]) -> Self {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_stallscope"))
            .args(["exporter", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        BufReader::new(child.stderr.take().unwrap())
            .read_line(&mut told)
            .unwrap();
        let (_, rest) = told.split_once("http://").unwrap();
        let address = rest.split('/').next().unwrap().to_owned();
        Self { child, address }
    }

    /// Status and body of an answer.
    fn ask(&self, target: &str, headers: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().to_owned(), body.to_owned())
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn the_exporter_probes_when_it_is_asked() {
    let exporter = Exporter::start(&["--module", "trusting=-k -n 1"]);
    let target =
        |server: SocketAddr| format!("/probe?module=trusting&target=https%3A%2F%2F{server}%2F");
    let (status, body) = exporter.ask(&target(healthy()), "");
    assert_eq!(
        (status.as_str(), value(&body, "probe_success")),
        ("200", Some(1.0)),
        "{body}"
    );
    assert_eq!(value(&body, "probe_timeout_seconds"), Some(9.5));
    // What Prometheus waits for is the limit: half a second is left for the way.
    let (status, body) = exporter.ask(
        &target(silent()),
        "X-Prometheus-Scrape-Timeout-Seconds: 2.5\r\n",
    );
    assert_eq!(
        (status.as_str(), value(&body, "probe_success")),
        ("200", Some(0.0)),
        "{body}"
    );
    assert_eq!(value(&body, "probe_timeout_seconds"), Some(2.0));
    let tls = value(&body, &phase("tls")).unwrap();
    assert!((1.9..2.5).contains(&tls), "{tls}");
    for (asked, words) in [
        ("/probe", "Target parameter is missing"),
        ("/probe?target=x&module=none", "Unknown module"),
        ("/probe?target=ftp%3A%2F%2Fx%2F", "ftp"),
        ("/probe?target=--help", "--help"),
    ] {
        let (status, body) = exporter.ask(asked, "");
        assert!(
            status == "400" && body.contains(words),
            "{asked}: {status} {body}"
        );
    }
    let (_, body) = exporter.ask("/metrics", "");
    assert_eq!(value(&body, "stallscope_probes_total"), Some(4.0), "{body}");
    assert_eq!(exporter.ask("/-/healthy", "").1, "Healthy\n");
}

#[test]
fn lines_are_written_while_it_runs() {
    let server = healthy();
    let arguments = format!("-k --all --format jsonl -n 3 --interval 1 https://{server}/");
    let mut child = command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!(next()["type"], "report");
    assert_eq!(next()["type"], "attempt");
    assert_eq!(child.try_wait().unwrap(), None, "two attempts are to come");
    let rest: Vec<Value> = std::iter::repeat_with(|| lines.next())
        .map_while(|line| line.map(|line| serde_json::from_str(&line.unwrap()).unwrap()))
        .collect();
    assert_eq!(
        rest.iter().filter(|line| line["type"] == "attempt").count(),
        2
    );
    assert_eq!(rest.last().unwrap()["totals"]["attempts"], 3);
    assert!(child.wait().unwrap().success());
}

static TURN: AtomicUsize = AtomicUsize::new(0);

#[test]
fn machines_behind_an_address_are_told_apart() {
    let server = serve(|stream| {
        let node = TURN.fetch_add(1, Ordering::Relaxed) % 2;
        asked(stream, |say, _| {
            let head = format!(
                "HTTP/1.1 200 OK\r\nX-Served-By: shield-1, edge-{node}\r\nContent-Length: 0\r\n\r\n"
            );
            say(head.as_bytes());
        });
    });
    let said = probe(server, "-n 4 --interval 0.1");
    let nodes = said.report["servers"][0]["nodes"].as_array().unwrap();
    let mut found: Vec<(&str, &str, u64)> = nodes
        .iter()
        .map(|node| {
            let text = |key: &str| node[key].as_str().unwrap();
            assert_eq!(text("certificate_sha256").len(), 64);
            (
                text("named_by"),
                text("name"),
                node["attempts"].as_u64().unwrap(),
            )
        })
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [("x-served-by", "edge-0", 2), ("x-served-by", "edge-1", 2)]
    );
    let nobody = probe(silent(), "-n 1 --tls-timeout 1");
    assert_eq!(
        nobody.report["servers"][0]["nodes"],
        Value::Array(vec![]),
        "nobody answered"
    );
}

#[test]
fn the_hosts_state_stands_beside_the_attempts() {
    let said = probe(healthy(), "-n 3 --interval 0.1");
    let environment = &said.report["environment"];
    assert!(
        environment["scheduling"]["wakeups"].as_u64().unwrap() > 5,
        "{environment:#}"
    );
    assert_eq!(environment["interfaces"][0]["name"], "lo");
    assert!(
        environment["system"]
            .as_str()
            .unwrap()
            .starts_with("Linux ")
    );
    let names: Vec<&str> = environment["sysctls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|setting| setting["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"net.ipv4.tcp_syn_retries"), "{names:?}");
    let arguments = format!(
        "-k --format json -n 1 --ip 127.0.0.1 https://probe.test:{}/",
        healthy().port()
    );
    let with_proxy = command(&arguments)
        .env("https_proxy", "http://user:secret@proxy.corp.example:3128")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&with_proxy.stdout);
    assert!(text.contains("\"proxy_variables\":[\"https_proxy\"") && !text.contains("secret"));
}
