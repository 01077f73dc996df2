//! Each fault: outcome, phase, steps that are there and steps that are not, and the verdict.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::{scope, sleep};
use std::time::Duration;

use socket2::{Domain, SockRef, Socket, Type};

use crate::run::{command, kinds, phase, probe, read};
use crate::server::{FOR_EVER, asked, flight, hello, nobody, serve};

/// What a fault looks like.
struct Fault {
    name: &'static str,
    manner: fn(TcpStream),
    arguments: &'static str,
    outcome: &'static str,
    /// The phase that it shows in, how that went, and what was awaited.
    phase: (&'static str, &'static str, &'static str),
    there: &'static [&'static str],
    missing: &'static [&'static str],
    verdict: (&'static str, &'static str),
    status: i32,
}

const LIMIT: &str = "-n 1 --tls-timeout 2.5 --ttfb-timeout 2.5 --body-timeout 2.5";

pub(crate) fn whole(say: &mut dyn FnMut(&[u8])) {
    say(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "never answers",
        manner: |mut stream| {
            hello(&mut stream);
            sleep(FOR_EVER);
        },
        arguments: LIMIT,
        outcome: "tls_stalled",
        phase: ("tls", "stalled", "ServerHello"),
        there: &["client-hello-acknowledged", "peer-alive", "limit-fired"],
        missing: &["server-hello", "request-begun", "closed-by-server"],
        verdict: ("H1", "server"),
        status: 1,
    },
    Fault {
        name: "answers late",
        manner: |stream| {
            sleep(Duration::from_millis(1_500));
            asked(stream, |say, _| whole(say));
        },
        arguments: LIMIT,
        outcome: "completed",
        phase: ("tls", "completed", "-"),
        there: &["peer-alive", "server-hello", "handshake-done", "body-read"],
        missing: &["limit-fired"],
        verdict: ("H16", "server"),
        status: 1,
    },
    Fault {
        name: "stops within its flight",
        manner: |mut stream| {
            let hello = hello(&mut stream);
            stream.write_all(&flight(&hello)[..200]).unwrap();
            sleep(FOR_EVER);
        },
        arguments: LIMIT,
        outcome: "tls_stalled",
        phase: ("tls", "stalled", "rest of the server's handshake flight"),
        there: &["server-hello", "peer-alive", "limit-fired"],
        missing: &["server-flight-complete", "finished-written"],
        verdict: ("undecided", "undecided"),
        status: 1,
    },
    Fault {
        name: "resets",
        manner: |mut stream| {
            hello(&mut stream);
            SockRef::from(&stream)
                .set_linger(Some(Duration::ZERO))
                .unwrap();
        },
        arguments: LIMIT,
        outcome: "reset_by_server",
        phase: ("tls", "failed", "ServerHello"),
        there: &["client-hello-acknowledged", "broken"],
        missing: &["server-hello", "closed-by-server", "limit-fired"],
        verdict: ("undecided", "undecided"),
        status: 1,
    },
    Fault {
        name: "closes",
        manner: |mut stream| {
            hello(&mut stream);
        },
        arguments: LIMIT,
        outcome: "closed_by_server",
        phase: ("tls", "failed", "ServerHello"),
        there: &["client-hello-acknowledged", "closed-by-server"],
        missing: &["server-hello", "broken", "limit-fired"],
        verdict: ("H9", "server"),
        status: 1,
    },
    Fault {
        name: "closes by a timer",
        manner: |mut stream| {
            hello(&mut stream);
            sleep(Duration::from_millis(1_500));
        },
        arguments: LIMIT,
        outcome: "closed_by_server",
        phase: ("tls", "failed", "ServerHello"),
        there: &["peer-alive", "closed-by-server"],
        missing: &["server-hello", "limit-fired"],
        verdict: ("H2", "server"),
        status: 1,
    },
    Fault {
        name: "says no",
        manner: |mut stream| {
            hello(&mut stream);
            // alert, TLS 1.2, two bytes: fatal, handshake_failure (RFC 8446 §6).
            stream.write_all(&[21, 3, 3, 0, 2, 2, 40]).unwrap();
        },
        arguments: LIMIT,
        outcome: "tls_alert",
        phase: ("tls", "failed", "ServerHello"),
        there: &["alert-received"],
        missing: &["server-hello", "limit-fired"],
        verdict: ("H10", "server"),
        status: 1,
    },
    Fault {
        name: "does not speak TLS",
        manner: |mut stream| {
            hello(&mut stream);
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .unwrap();
        },
        arguments: LIMIT,
        outcome: "not_tls",
        phase: ("tls", "failed", "ServerHello"),
        there: &["not-tls"],
        missing: &["server-hello", "limit-fired"],
        verdict: ("H24", "server"),
        status: 1,
    },
    Fault {
        name: "has a certificate that nobody vouches for",
        manner: |stream| asked(stream, |say, _| whole(say)),
        arguments: "-n 1 --cacert tests/probe/tls/cert.pem --sni other.test",
        outcome: "tls_alert",
        phase: ("tls", "failed", "rest of the server's handshake flight"),
        there: &["server-hello", "alert-sent"],
        missing: &["handshake-done", "limit-fired"],
        verdict: ("H10", "client"),
        status: 1,
    },
    Fault {
        name: "takes the request and says nothing",
        manner: |stream| asked(stream, |_, _| sleep(FOR_EVER)),
        arguments: LIMIT,
        outcome: "response_stalled",
        phase: ("wait", "stalled", "response"),
        there: &[
            "handshake-done",
            "request-acknowledged",
            "peer-alive",
            "limit-fired",
        ],
        missing: &["response-begun", "closed-by-server"],
        verdict: ("A1", "server"),
        status: 1,
    },
    Fault {
        name: "takes the request and thinks",
        manner: |stream| {
            asked(stream, |say, _| {
                sleep(Duration::from_millis(1_300));
                whole(say);
            });
        },
        arguments: LIMIT,
        outcome: "completed",
        phase: ("wait", "completed", "-"),
        there: &["request-acknowledged", "response-begun", "body-read"],
        missing: &["limit-fired"],
        verdict: ("A1", "server"),
        status: 1,
    },
    Fault {
        name: "takes the request and leaves",
        manner: |stream| asked(stream, |_, _| {}),
        arguments: LIMIT,
        outcome: "closed_by_server",
        phase: ("wait", "failed", "response"),
        there: &["request-acknowledged", "closed-by-server"],
        missing: &["response-begun", "limit-fired"],
        verdict: ("A5", "server"),
        status: 1,
    },
    Fault {
        name: "stops within the body",
        manner: |stream| {
            asked(stream, |say, _| {
                say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");
                sleep(FOR_EVER);
            });
        },
        arguments: LIMIT,
        outcome: "receive_stalled",
        phase: ("receive", "stalled", "rest of the response"),
        there: &["head-read", "peer-alive", "limit-fired"],
        missing: &["body-read", "closed-by-server"],
        verdict: ("A3", "server"),
        status: 1,
    },
    Fault {
        name: "leaves within the body",
        manner: |stream| {
            asked(stream, |say, _| {
                say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");
            });
        },
        arguments: LIMIT,
        outcome: "closed_by_server",
        phase: ("receive", "failed", "rest of the response"),
        there: &["head-read", "closed-by-server"],
        missing: &["body-read", "limit-fired"],
        verdict: ("A5", "server"),
        status: 1,
    },
    Fault {
        name: "drips",
        manner: |stream| {
            asked(stream, |say, _| {
                say(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
                for _ in 0..4 {
                    sleep(Duration::from_millis(200));
                    say(b"x");
                }
            });
        },
        arguments: LIMIT,
        outcome: "completed",
        phase: ("receive", "completed", "-"),
        there: &["body-resumed", "body-read"],
        missing: &["limit-fired"],
        verdict: ("-", "-"),
        status: 0,
    },
    Fault {
        name: "is still at its body when the limit fires",
        manner: |stream| {
            asked(stream, |say, _| {
                say(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                for _ in 0..200 {
                    sleep(Duration::from_millis(20));
                    say(b"x");
                }
            });
        },
        arguments: LIMIT,
        outcome: "closed_by_client",
        phase: ("receive", "failed", "rest of the response"),
        there: &["head-read", "last-data", "limit-fired"],
        missing: &["body-resumed", "body-read", "closed-by-server"],
        verdict: ("H23", "client"),
        status: 0,
    },
    Fault {
        name: "behaves, and the limit is a moment",
        manner: |mut stream| {
            hello(&mut stream);
            sleep(FOR_EVER);
        },
        arguments: "-n 1 --tls-timeout 0.3",
        outcome: "closed_by_client",
        phase: ("tls", "failed", "ServerHello"),
        there: &["client-hello-acknowledged", "limit-fired"],
        missing: &["server-hello", "peer-alive"],
        verdict: ("H23", "client"),
        status: 0,
    },
    Fault {
        name: "behaves in clear",
        manner: |mut stream| {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                .unwrap();
            sleep(Duration::from_millis(200));
        },
        arguments: "-n 1 --plain",
        outcome: "completed",
        phase: ("receive", "completed", "-"),
        there: &["request-acknowledged", "body-read"],
        missing: &["client-hello-written", "limit-fired"],
        verdict: ("-", "-"),
        status: 0,
    },
];

#[test]
fn each_fault_is_told_with_its_phase_and_steps() {
    scope(|threads| {
        let running: Vec<_> = FAULTS
            .iter()
            .map(|fault| (fault, threads.spawn(|| check(fault))))
            .collect();
        let failed: Vec<&str> = running
            .into_iter()
            .filter_map(|(fault, check)| check.join().is_err().then_some(fault.name))
            .collect();
        assert!(failed.is_empty(), "{failed:?}");
    });
}

fn check(fault: &Fault) {
    let server = serve(fault.manner);
    let arguments = fault.arguments;
    let said = if arguments.contains("--cacert") {
        let url = format!("https://probe.test:{}/", server.port());
        let rest = format!("--all --format json --ip {} {url} {arguments}", server.ip());
        read(command(&rest).output().unwrap())
    } else {
        probe(server, arguments)
    };
    let (name, attempt) = (fault.name, said.attempt(0));
    assert_eq!(attempt["outcome"], fault.outcome, "{name}: {attempt:#}");
    let (shown, outcome, awaited) = fault.phase;
    let phase = phase(attempt, shown);
    assert_eq!(phase["outcome"], outcome, "{name}: {attempt:#}");
    assert_eq!(phase["awaiting"].as_str().unwrap_or("-"), awaited, "{name}");
    let kinds = kinds(attempt);
    for kind in fault.there {
        assert!(kinds.contains(kind), "{name}: no {kind} in {kinds:?}");
    }
    for kind in fault.missing {
        assert!(!kinds.contains(kind), "{name}: {kind} in {kinds:?}");
    }
    let (cause, party) = said.verdict(0);
    assert_eq!((&*cause, &*party), fault.verdict, "{name}: {attempt:#}");
    assert_eq!(said.status, fault.status, "{name}");
    assert!(
        attempt.get("transport").is_none(),
        "{name}: no packet was seen"
    );
}

/// A reading each 100 ms, of which those are told that say something: the last one ends the wait.
#[test]
fn a_wait_is_told_by_its_first_and_last_reading() {
    let said = probe(
        serve(|mut stream| {
            hello(&mut stream);
            sleep(FOR_EVER);
        }),
        LIMIT,
    );
    let probe = &said.attempt(0)["probe"];
    let samples = probe["samples"].as_array().unwrap();
    assert!((2..6).contains(&samples.len()), "{samples:#?}");
    let last = samples.last().unwrap()["at_ns"].as_i64().unwrap();
    let events = probe["events"].as_array().unwrap();
    let end = events.last().unwrap()["at_ns"].as_i64().unwrap();
    assert!((end - last).abs() < 200_000_000, "{last} {end}");
}

#[test]
fn a_closed_port_refuses() {
    let said = probe(nobody(), "-n 1");
    assert_eq!(said.attempt(0)["outcome"], "refused");
    assert_eq!(said.attempt(0)["probe"]["error"]["errno"], "ECONNREFUSED");
    assert_eq!(said.verdict(0), ("T5".to_owned(), "server".to_owned()));
    assert_eq!(phase(said.attempt(0), "tls")["outcome"], "not_reached");
}

/// A queue for one connection, and nobody who takes it out: the first connection is made and waits, the next SYNs are
/// dropped.
#[test]
fn a_full_accept_queue_is_told_from_a_black_hole_by_its_neighbour() {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket
        .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
        .unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let said = probe(
        address,
        "-n 2 --interval 0.3 --tcp-timeout 2.5 --tls-timeout 3",
    );
    assert_eq!(said.attempt(0)["outcome"], "tls_stalled");
    assert_eq!(said.verdict(0).0, "H1");
    assert_eq!(said.attempt(1)["outcome"], "syn_unanswered");
    assert_eq!(said.verdict(1), ("T2".to_owned(), "server".to_owned()));
}

#[test]
fn no_route_is_this_hosts() {
    // IPv6's discard prefix (RFC 6666) has no route on a host with loopback only, and is dropped elsewhere; where the router
    // is not there, this host says so itself, which may be its own fault or not.
    let url = "https://probe.test/";
    let output = command(&format!(
        "-k --format json -n 1 --tcp-timeout 2 --ip 100::1 {url}"
    ))
    .output()
    .unwrap();
    let said = read(output);
    let attempt = said.attempt(0);
    if attempt["outcome"] == "unreachable" {
        let client: SocketAddr = attempt["client"].as_str().unwrap().parse().unwrap();
        let reporter = attempt["probe"]["error"]["icmp"]["from"].as_str();
        let is_own = reporter == Some(&*client.ip().to_string());
        let cause = if is_own { "undecided" } else { "T6" };
        assert_eq!(said.verdict(0).0, cause);
    } else {
        assert_eq!(attempt["outcome"], "syn_unanswered");
    }
    assert_eq!(said.status, 1);
}

#[test]
fn attempts_keep_their_times_whatever_the_ones_before_do() {
    let server = serve(|mut stream| {
        hello(&mut stream);
        sleep(FOR_EVER);
    });
    let said = probe(server, "-n 5 --interval 0.1 --tls-timeout 1.5");
    let due = |index: usize| said.attempt(index)["probe"]["due_ns"].as_i64().unwrap();
    let began = |index: usize| said.attempt(index)["started_ns"].as_i64().unwrap();
    for index in 1..5 {
        let apart = due(index) - due(0);
        let planned = 100_000_000 * i64::try_from(index).unwrap();
        assert!((apart - planned).abs() < 20_000_000, "{index}: {apart}");
        assert!(began(index) >= due(index), "{index}");
    }
}

#[test]
fn a_dry_run_connects_to_nobody() {
    let server = serve(|_| panic!("somebody connected"));
    let output = command(&format!("--dry-run -n 3 http://{server}/x"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("3 attempts at each address") && text.contains(&server.to_string()),
        "{text}"
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_cannot_be_understood_exits_2() {
    for arguments in [
        "ftp://a.example/",
        "--resolve nonsense https://a.example/",
        "-H nonsense http://127.0.0.1/",
    ] {
        let output = command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert!(!output.stderr.is_empty(), "{arguments}");
    }
}

/// No attempt was made, for want of an address or since none was wanted.
#[test]
fn what_measures_nothing_exits_3() {
    for arguments in ["-n 0 http://127.0.0.1:9/", "-6 http://127.0.0.1:9/"] {
        let output = command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments}");
    }
}

/// The report of a probe that Ctrl-C ends while every attempt waits for a server that says nothing, and its exit status.
fn interrupted(options: &str) -> (serde_json::Value, Option<i32>) {
    let server = serve(|mut stream| {
        hello(&mut stream);
        sleep(FOR_EVER);
    });
    let mut child = command(&format!("-k {options} --format json https://{server}/"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Attempts are under way, and their limit is far.
    sleep(Duration::from_millis(1_500));
    let stop = format!("kill -INT {}", child.id());
    std::process::Command::new("sh")
        .args(["-c", &stop])
        .status()
        .unwrap();
    let began = std::time::Instant::now();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut text).unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
    let report = serde_json::from_str(&text).unwrap();
    (report, child.wait().unwrap().code())
}

#[test]
fn an_interrupt_reports_what_was_done_and_exits_130() {
    let (report, code) = interrupted("-n 3");
    assert_eq!(report["totals"]["attempts"], 3);
    let attempt = &report["attempts"][0];
    let kinds = kinds(attempt);
    assert_eq!(kinds.last(), Some(&"interrupted"));
    assert_eq!(code, Some(130));
    // The first waited for more than a second, which is a stall, and for less than its limit, which is no failure.
    assert_eq!(attempt["outcome"], "in_progress");
    assert!(attempt["verdict"].is_null() && report["headline"].is_null());
    assert_eq!(report["totals"]["failures"], 0);
    assert_ne!(report["totals"]["stalled"], 0);
}

/// Who ended the probe needs no advice to give it longer.
#[test]
fn an_interrupted_probe_says_that_it_was_stopped() {
    let (report, _) = interrupted("");
    let warnings = report["warnings"].as_array().unwrap();
    let about = |kind: &str| warnings.iter().find(|warning| warning["kind"] == kind);
    assert!(about("undecided").is_none(), "{warnings:?}");
    let stopped = about("probe-stopped").unwrap()["detail"].as_str().unwrap();
    let attempts = &report["totals"]["attempts"];
    let expected = format!("{attempts} attempts that were under way were broken off");
    assert!(stopped.contains(&expected), "{stopped}");
}

/// Two addresses of one name, one of which refuses: it is decided after four attempts, since four of four beside none of
/// four come about by chance once in 70 times; the other goes on to 59.
#[test]
fn without_a_count_each_address_is_tried_until_it_is_decided() {
    let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _left = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            std::thread::spawn(move || {
                sleep(Duration::from_millis(200));
                drop(stream);
            });
        }
    });
    let url = format!("http://probe.test:{port}/");
    let arguments = format!("--format json --interval 0.05 --ip 127.0.0.1,127.0.0.2 {url}");
    let said = read(command(&arguments).output().unwrap());
    let servers = said.report["servers"].as_array().unwrap();
    let attempts = |address: &str| {
        let found = servers
            .iter()
            .find(|server| server["address"].as_str().unwrap().starts_with(address));
        found.unwrap()["attempts"].as_u64().unwrap()
    };
    assert_eq!(attempts("127.0.0.1"), 59);
    assert!(
        (4..=6).contains(&attempts("127.0.0.2")),
        "{}",
        attempts("127.0.0.2")
    );
    assert_eq!(said.report["headline"]["cause"], "T5");
}

/// A read ends at an urgent pointer with more behind it, of which the kernel does not tell again.
#[test]
fn an_urgent_byte_holds_back_nothing() {
    let server = serve(|mut stream| {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.extend_from_slice(&byte);
        }
        let socket = SockRef::from(&stream);
        socket
            .send(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe")
            .unwrap();
        socket.send_out_of_band(b"!").unwrap();
        socket.send(b"llo").unwrap();
        sleep(FOR_EVER);
    });
    let said = probe(server, "--plain -n 1 --body-timeout 2");
    assert_eq!(said.attempt(0)["outcome"], "completed");
}
