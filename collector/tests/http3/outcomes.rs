//! Each fault: outcome, phase, steps that are there and steps that are not, and the verdict.

use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

use h3::error::Code;
use quinn::{EndpointConfig, VarInt};
use quinn_proto::HashedConnectionIdGenerator;
use tokio::time::sleep;

use crate::run::{Said, kinds, phase, probe};
use crate::server::{
    FOR_EVER, Stream, accepting, answering, any_port, asked, config, head, healthy, nobody, say,
    serve, serve_small, silent, whole,
};

/// What a fault looks like.
struct Fault {
    name: &'static str,
    server: fn() -> SocketAddr,
    outcome: &'static str,
    /// The phase that it shows in, how that went, and what was awaited.
    phase: (&'static str, &'static str, &'static str),
    there: &'static [&'static str],
    missing: &'static [&'static str],
    /// The limit that fired.
    limit: Option<&'static str>,
    verdict: (&'static str, &'static str),
    status: i32,
}

const LIMITS: &str =
    "-n 1 --http3 --tcp-timeout 2.5 --tls-timeout 2.5 --ttfb-timeout 2.5 --body-timeout 2.5";

fn ask(server: SocketAddr) -> Said {
    probe(server, LIMITS)
}

/// Keeps the request's stream open: one that is dropped is finished.
async fn kept(stream: Stream) {
    sleep(FOR_EVER).await;
    drop(stream);
}

/// Version Negotiation (RFC 9000 §17.2.1) to an Initial packet, which offers a version that nobody speaks.
fn other_versions(initial: &[u8]) -> Vec<u8> {
    let (destination, rest) = initial[6..].split_at(usize::from(initial[5]));
    let source = &rest[1..][..usize::from(rest[0])];
    let length = |id: &[u8]| u8::try_from(id.len()).unwrap();
    let mut answer = vec![0x80, 0, 0, 0, 0, length(source)];
    answer.extend_from_slice(source);
    answer.push(length(destination));
    answer.extend_from_slice(destination);
    answer.extend_from_slice(&[0x1a, 0x2a, 0x3a, 0x4a]);
    answer
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "never answers",
        server: silent,
        outcome: "quic_unanswered",
        phase: ("connect", "stalled", "answer to the QUIC Initial"),
        there: &["quic-initial-sent", "limit-fired"],
        missing: &[
            "quic-answered",
            "handshake-done",
            "connect-failed",
            "syn-sent",
        ],
        limit: Some("--tcp-timeout"),
        verdict: ("Q1", "undecided"),
        status: 1,
    },
    Fault {
        name: "is not there",
        server: nobody,
        outcome: "unreachable",
        phase: ("connect", "failed", "answer to the QUIC Initial"),
        there: &["quic-initial-sent", "connect-failed"],
        missing: &["quic-answered", "limit-fired"],
        limit: None,
        verdict: ("Q1", "server"),
        status: 1,
    },
    Fault {
        name: "answers late",
        server: || {
            serve(|incoming| async {
                sleep(Duration::from_millis(1_500)).await;
                healthy(incoming).await;
            })
        },
        outcome: "completed",
        phase: ("connect", "completed", "-"),
        there: &["quic-answered", "handshake-done", "body-read"],
        missing: &["limit-fired"],
        limit: None,
        verdict: ("-", "-"),
        status: 0,
    },
    Fault {
        name: "says what is no QUIC",
        server: || answering(|_| vec![0x5a; 1_200]),
        outcome: "tls_stalled",
        phase: ("tls", "stalled", "rest of the server's handshake flight"),
        there: &["quic-answered", "limit-fired"],
        missing: &["handshake-done", "request-begun"],
        limit: Some("--tls-timeout"),
        verdict: ("undecided", "undecided"),
        status: 1,
    },
    Fault {
        name: "speaks other versions",
        server: || answering(other_versions),
        outcome: "closed_by_server",
        phase: ("tls", "failed", "rest of the server's handshake flight"),
        there: &["quic-answered", "quic-version-negotiation"],
        missing: &["handshake-done", "limit-fired"],
        limit: None,
        verdict: ("H9", "server"),
        status: 1,
    },
    Fault {
        name: "speaks another protocol",
        server: || {
            let socket = any_port();
            let address = socket.local_addr().unwrap();
            let made = (EndpointConfig::default(), config(b"other"));
            accepting(socket, made, |incoming| async {
                let _refused = incoming.await;
            });
            address
        },
        outcome: "tls_alert",
        phase: ("tls", "failed", "rest of the server's handshake flight"),
        there: &["quic-answered", "alert-received"],
        missing: &["handshake-done", "limit-fired"],
        limit: None,
        verdict: ("H22", "server"),
        status: 1,
    },
    Fault {
        name: "refuses connections",
        server: || serve(|incoming| async { incoming.refuse() }),
        outcome: "closed_by_server",
        phase: ("tls", "failed", "rest of the server's handshake flight"),
        there: &["quic-answered", "quic-connection-closed"],
        missing: &["handshake-done", "limit-fired"],
        limit: None,
        verdict: ("H9", "server"),
        status: 1,
    },
    Fault {
        name: "takes a request and says nothing",
        server: || serve(|incoming| asked(incoming, |_, stream| kept(stream))),
        outcome: "response_stalled",
        phase: ("wait", "stalled", "response"),
        there: &[
            "handshake-done",
            "request-begun",
            "request-written",
            "request-acknowledged",
            "peer-alive",
            "limit-fired",
        ],
        missing: &["response-begun", "quic-connection-closed"],
        limit: Some("--ttfb-timeout"),
        verdict: ("A1", "server"),
        status: 1,
    },
    Fault {
        name: "answers the request late",
        server: || {
            serve(|incoming| {
                asked(incoming, |_, stream| async {
                    sleep(Duration::from_millis(1_500)).await;
                    whole(stream).await;
                })
            })
        },
        outcome: "completed",
        phase: ("wait", "completed", "-"),
        there: &["request-acknowledged", "response-begun", "body-read"],
        missing: &["limit-fired"],
        limit: None,
        verdict: ("A1", "server"),
        status: 1,
    },
    Fault {
        name: "stops in the body",
        server: || {
            serve_small(|incoming| {
                asked(incoming, |_, mut stream| async move {
                    head(&mut stream, 50_000).await;
                    say(&mut stream, &[b'x'; 20_000]).await;
                    sleep(FOR_EVER).await;
                })
            })
        },
        outcome: "receive_stalled",
        phase: ("receive", "stalled", "rest of the response"),
        there: &["head-read", "peer-alive", "limit-fired"],
        missing: &["body-read"],
        limit: Some("--body-timeout"),
        verdict: ("A3", "server"),
        status: 1,
    },
    Fault {
        name: "is still at its body when the limit fires",
        server: || {
            serve(|incoming| {
                asked(incoming, |_, mut stream| async move {
                    head(&mut stream, 1_000).await;
                    for _ in 0..200 {
                        sleep(Duration::from_millis(20)).await;
                        say(&mut stream, b"x").await;
                    }
                })
            })
        },
        outcome: "closed_by_client",
        phase: ("receive", "failed", "rest of the response"),
        there: &["head-read", "last-data", "limit-fired"],
        missing: &["body-resumed", "body-read", "closed-by-server"],
        limit: Some("--body-timeout"),
        verdict: ("H23", "client"),
        status: 0,
    },
    Fault {
        name: "stops in the body before any datagram of full size",
        server: || {
            serve_small(|incoming| {
                asked(incoming, |_, mut stream| async move {
                    head(&mut stream, 5).await;
                    say(&mut stream, b"hel").await;
                    sleep(FOR_EVER).await;
                })
            })
        },
        outcome: "receive_stalled",
        phase: ("receive", "stalled", "rest of the response"),
        there: &["head-read", "peer-alive", "limit-fired"],
        missing: &["body-read"],
        limit: Some("--body-timeout"),
        verdict: ("undecided", "undecided"),
        status: 1,
    },
    Fault {
        name: "ends the response before its end",
        server: || {
            serve(|incoming| {
                asked(incoming, |_, mut stream| async move {
                    head(&mut stream, 5).await;
                    say(&mut stream, b"hel").await;
                    stream.finish().await.unwrap();
                })
            })
        },
        outcome: "closed_by_server",
        phase: ("receive", "failed", "rest of the response"),
        there: &["head-read", "closed-by-server"],
        missing: &["body-read", "limit-fired", "broken"],
        limit: None,
        verdict: ("A5", "server"),
        status: 1,
    },
    Fault {
        name: "resets the stream",
        server: || {
            serve(|incoming| {
                asked(incoming, |_, mut stream| async move {
                    stream.stop_stream(Code::H3_REQUEST_REJECTED);
                })
            })
        },
        outcome: "reset_by_server",
        phase: ("wait", "failed", "response"),
        there: &["request-written", "http3-stream-reset"],
        missing: &["response-begun", "limit-fired", "broken"],
        limit: None,
        verdict: ("A5", "server"),
        status: 1,
    },
    Fault {
        name: "closes in place of a response",
        server: || {
            serve(|incoming| {
                asked(incoming, |connection, stream| async move {
                    // Once the request is acknowledged.
                    sleep(Duration::from_millis(200)).await;
                    connection.close(VarInt::from_u32(0x107), b"");
                    drop(stream);
                })
            })
        },
        outcome: "closed_by_server",
        phase: ("wait", "failed", "response"),
        there: &["request-acknowledged", "quic-connection-closed"],
        missing: &["response-begun", "limit-fired", "broken"],
        limit: None,
        verdict: ("A5", "server"),
        status: 1,
    },
    Fault {
        name: "is started anew",
        server: restarted,
        outcome: "reset_by_server",
        phase: ("wait", "failed", "response"),
        there: &["request-acknowledged", "quic-stateless-reset"],
        missing: &["response-begun", "limit-fired", "broken"],
        limit: None,
        verdict: ("A5", "server"),
        status: 1,
    },
];

/// A server that forgets everything once it was asked; who comes after it has its key for stateless resets only.
fn restarted() -> SocketAddr {
    let socket = any_port();
    let address = socket.local_addr().unwrap();
    let mut settings = EndpointConfig::default();
    // Connection IDs that are not its own it ignores.
    settings.cid_generator(|| Box::new(HashedConnectionIdGenerator::from_key(7)));
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let same = (settings.clone(), config(b"h3"));
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, async move {
            let runtime = std::sync::Arc::new(quinn::TokioRuntime);
            let endpoint =
                quinn::Endpoint::new(settings, Some(config(b"h3")), socket, runtime).unwrap();
            let incoming = endpoint.accept().await.unwrap();
            let served = asked(incoming, |_, stream| kept(stream));
            // Long enough for the request to be acknowledged.
            let _forgotten = tokio::time::timeout(Duration::from_millis(500), served).await;
        });
        // Without a goodbye: whoever would say it is not run any more.
        drop(local);
        runtime.shutdown_background();
        let socket = UdpSocket::bind(address).unwrap();
        accepting(socket, same, healthy);
    });
    address
}

fn check(fault: &Fault) {
    let name = fault.name;
    let said = ask((fault.server)());
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], fault.outcome, "{name}: {attempt:#}");
    assert_eq!(attempt["kind"], "quic", "{name}");
    let (which, how, awaiting) = fault.phase;
    let found = phase(attempt, which);
    assert_eq!(found["outcome"], how, "{name}: {attempt:#}");
    let awaited = found["awaiting"].as_str().unwrap_or("-");
    assert_eq!(awaited, awaiting, "{name}");
    let kinds = kinds(attempt);
    for kind in fault.there {
        assert!(kinds.contains(kind), "{name}: no {kind} in {kinds:?}");
    }
    for kind in fault.missing {
        assert!(!kinds.contains(kind), "{name}: {kind} in {kinds:?}");
    }
    assert_eq!(
        attempt["probe"]["limit"]["name"].as_str(),
        fault.limit,
        "{name}"
    );
    let (cause, party) = fault.verdict;
    assert_eq!(
        said.verdict(0),
        (cause.to_owned(), party.to_owned()),
        "{name}: {:#}",
        attempt["verdict"]
    );
    assert_eq!(said.status, fault.status, "{name}");
}

#[test]
fn each_fault_is_told_with_its_phase() {
    thread::scope(|scope| {
        for fault in FAULTS {
            scope.spawn(|| check(fault));
        }
    });
}

#[test]
fn a_healthy_attempt_has_its_phases_and_steps() {
    let said = ask(serve(healthy));
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    assert_eq!((said.status, said.verdict(0).0), (0, "-".to_owned()));
    let mut end = 0;
    for name in ["connect", "tls", "request", "wait", "receive"] {
        let phase = phase(attempt, name);
        assert_eq!(phase["outcome"], "completed", "{name}: {attempt:#}");
        assert_eq!(phase["basis"], "reported", "{name}");
        assert!(phase["start_ns"].as_i64().unwrap() >= end, "{attempt:#}");
        end = phase["end_ns"].as_i64().unwrap();
    }
    assert!(end < 2_000_000_000, "{end}");
    let kinds = kinds(attempt);
    let once = [
        "quic-answered",
        "handshake-done",
        "quic-handshake-confirmed",
        "request-begun",
        "request-written",
        "response-begun",
        "head-read",
        "body-read",
        "closed-by-client",
    ];
    for kind in once {
        let count = kinds.iter().filter(|known| **known == kind).count();
        assert_eq!(count, 1, "{kind} in {kinds:?}");
    }
    let tls = &attempt["tls"];
    assert_eq!(
        (&tls["alpn"], &tls["version"]),
        (&"h3".into(), &"TLS 1.3".into())
    );
    assert_eq!(tls["certificates"][0]["sha256"].as_str().unwrap().len(), 64);
    let exchange = &attempt["http"][0];
    assert_eq!(exchange["protocol"], "HTTP/3");
    assert_eq!(
        (&exchange["status"], &exchange["response_body_bytes"]),
        (&200.into(), &5.into())
    );
    assert_eq!(exchange["content_length"], 5);
    let quic = &attempt["quic"];
    assert_eq!(quic["version"], "v1");
    assert!(quic["initials_sent"].as_u64().unwrap() >= 1);
    assert!(quic["datagrams"]["server"].as_u64().unwrap() >= 2);
    assert!(quic["bytes"]["client"].as_u64().unwrap() >= 1_200);
    assert!(
        attempt.get("transport").is_none(),
        "nothing of TCP was seen"
    );
    assert_eq!(attempt["probe"]["samples"].as_array().unwrap().len(), 0);
}

#[test]
fn the_kernel_times_datagrams_where_it_can() {
    let said = ask(serve(healthy));
    let attempt = said.attempt(0);
    let events = attempt["probe"]["events"].as_array().unwrap();
    assert!(!events.is_empty());
    if attempt["probe"]["has_kernel_times"] == false {
        return;
    }
    for event in events {
        let kind = event["kind"].as_str().unwrap();
        let at = event["at_ns"].as_i64().unwrap();
        let kernel = event["kernel_ns"].as_i64();
        let (kernel, is_sent) = match kind {
            "quic-initial-sent" | "request-begun" | "request-written" => (kernel.unwrap(), true),
            "quic-answered" => (kernel.unwrap(), false),
            _ => continue,
        };
        // Sent after the program began to, received before it learned of it.
        let late = if is_sent { kernel - at } else { at - kernel };
        assert!((0..500_000_000).contains(&late), "{kind}: {late}");
    }
}

#[test]
fn an_address_that_is_to_be_confirmed_costs_a_retry() {
    let said = ask(serve(|incoming| async {
        if incoming.remote_address_validated() {
            healthy(incoming).await;
        } else {
            incoming.retry().unwrap();
        }
    }));
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    assert_eq!(attempt["quic"]["saw_retry"], true);
    assert!(kinds(attempt).contains(&"quic-retry"));
}

#[test]
fn pauses_of_the_body_are_told() {
    let said = ask(serve(|incoming| {
        asked(incoming, |_, mut stream| async move {
            head(&mut stream, 5).await;
            say(&mut stream, b"hel").await;
            sleep(Duration::from_millis(300)).await;
            say(&mut stream, b"lo").await;
            stream.finish().await.unwrap();
        })
    }));
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    let gap = &attempt["http"][0]["longest_body_gap_ns"];
    assert!(
        (200_000_000..2_000_000_000).contains(&gap.as_i64().unwrap()),
        "{gap}"
    );
}

#[test]
fn responses_that_have_no_body_are_whole_without_it() {
    let bare: fn() -> SocketAddr = || {
        serve(|incoming| {
            asked(incoming, |_, mut stream| async move {
                head(&mut stream, 5).await;
                stream.finish().await.unwrap();
            })
        })
    };
    let unchanged: fn() -> SocketAddr = || {
        serve(|incoming| {
            asked(incoming, |_, mut stream| async move {
                let response = http::Response::builder()
                    .status(304)
                    .header("content-length", 5)
                    .body(())
                    .unwrap();
                stream.send_response(response).await.unwrap();
                stream.finish().await.unwrap();
            })
        })
    };
    let enough: fn() -> SocketAddr = || serve(healthy);
    let rows = [
        (bare, "-X HEAD"),
        (unchanged, ""),
        (enough, "--max-bytes 2"),
    ];
    for (server, option) in rows {
        let said = probe(server(), &format!("{LIMITS} {option}"));
        let attempt = said.attempt(0);
        assert_eq!(attempt["outcome"], "completed", "{option}: {attempt:#}");
        assert!(kinds(attempt).contains(&"body-read"), "{option}");
    }
}

#[test]
fn certificates_are_checked() {
    let server = serve(healthy);
    let url = format!("https://probe.test:{}/", server.port());
    let rest = format!("{LIMITS} --all --format json --ip {} {url}", server.ip());
    let said = crate::run::read(crate::run::command(&rest).output().unwrap());
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "tls_alert", "{attempt:#}");
    assert_eq!(said.verdict(0), ("H10".to_owned(), "client".to_owned()));
    let statement = attempt["verdict"]["statement"].as_str().unwrap();
    assert!(statement.contains("certificate"), "{statement}");
}

#[test]
fn whatever_limit_is_first_is_the_one_that_fired() {
    for (limit, length) in [("--connect-timeout", 1.2), ("--max-time", 1.3)] {
        let said = probe(silent(), &format!("-n 1 --http3 {limit} {length}"));
        let fired = &said.attempt(0)["probe"]["limit"];
        assert_eq!(fired["name"], limit);
        assert_eq!(said.attempt(0)["outcome"], "quic_unanswered");
    }
    let said = probe(silent(), "-n 1 --http3 --tcp-timeout 0.3");
    assert_eq!(said.attempt(0)["outcome"], "closed_by_client");
    assert_eq!(said.verdict(0), ("H23".to_owned(), "client".to_owned()));
}

#[test]
fn a_body_of_a_request_arrives_whole() {
    let server = serve(|incoming| {
        asked(incoming, |_, mut stream| async move {
            let mut bytes = 0;
            while let Some(data) = stream.recv_data().await.unwrap() {
                bytes += bytes::Buf::remaining(&data);
            }
            let status = if bytes == 20_000 { 200 } else { 400 };
            let response = http::Response::builder().status(status).body(()).unwrap();
            stream.send_response(response).await.unwrap();
            stream.finish().await.unwrap();
        })
    });
    let said = probe(server, &format!("{LIMITS} -d {}", "x".repeat(20_000)));
    let attempt = said.attempt(0);
    assert_eq!(attempt["http"][0]["status"], 200, "{attempt:#}");
    let events = attempt["probe"]["events"].as_array().unwrap();
    let mut written = events.iter().filter(|it| it["kind"] == "request-written");
    assert!(written.next().unwrap()["bytes"].as_u64().unwrap() >= 1_000);
}
