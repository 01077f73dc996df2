//! HTTP/3 in what the command offers besides: arms, texts, Prometheus, redirects, and what it refuses.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::thread;

use quinn::EndpointConfig;
use serde_json::Value;

use crate::run::{command, phase, probe, read};
use crate::server::{FOR_EVER, accepting, asked, config, healthy, nobody, serve};

/// A port whose TCP makes connections and closes them, and its UDP.
fn both() -> (SocketAddr, UdpSocket) {
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        // Somebody else may have the port for UDP.
        if let Ok(socket) = UdpSocket::bind(address) {
            thread::spawn(move || for _closed in listener.incoming() {});
            return (address, socket);
        }
    }
}

fn of_arm<'a>(report: &'a Value, arm: &str) -> Vec<&'a Value> {
    let attempts = report["attempts"].as_array().unwrap().iter();
    attempts
        .filter(|attempt| attempt["probe"]["arm"] == arm)
        .collect()
}

#[test]
fn an_arm_of_http3_is_compared_with_tcp_at_the_same_address() {
    let (server, silent) = both();
    let said = probe(server, "-n 2 --arms http3 --tcp-timeout 2.5");
    let (tcp, quic) = (of_arm(&said.report, "base"), of_arm(&said.report, "http3"));
    assert_eq!((tcp.len(), quic.len()), (2, 2));
    for attempt in tcp {
        assert_eq!(attempt["kind"], "tcp");
        assert_eq!(phase(attempt, "connect")["outcome"], "completed");
    }
    for attempt in quic {
        assert_eq!(
            (&attempt["kind"], &attempt["outcome"]),
            (&"quic".into(), &"quic_unanswered".into())
        );
        assert_eq!(
            attempt["verdict"]["party"], "undecided",
            "{:#}",
            attempt["verdict"]
        );
    }
    let evidence = said.report["evidence"].to_string();
    assert!(
        evidence.contains("TCP to the same address was answered"),
        "{evidence}"
    );
    drop(silent);
}

#[test]
fn arms_go_from_http3_to_tcp_as_well() {
    let (server, socket) = both();
    accepting(socket, (EndpointConfig::default(), config(b"h3")), healthy);
    let said = probe(server, "-n 1 --http3 --arms small,http1");
    let how = |arm: &str| {
        let attempts = of_arm(&said.report, arm);
        let [attempt] = attempts.as_slice() else {
            panic!("{arm}: {attempts:#?}");
        };
        (attempt["kind"].clone(), attempt["outcome"].clone())
    };
    assert_eq!(how("base"), ("quic".into(), "completed".into()));
    assert_eq!(how("small"), ("quic".into(), "completed".into()));
    assert_eq!(how("http1").0, "tcp");
    let small = of_arm(&said.report, "small");
    // Without a post-quantum key share the ClientHello fits one datagram.
    assert_eq!(small[0]["quic"]["initials_sent"], 1);
    assert!(
        of_arm(&said.report, "base")[0]["quic"]["initials_sent"]
            .as_u64()
            .unwrap()
            >= 2
    );
}

#[test]
fn text_and_metrics_tell_of_it() {
    let server = serve(healthy);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("probe.prom");
    let url = format!("https://probe.test:{}/", server.port());
    let rest = format!(
        "-k -n 1 --http3 --ip {} {url} --prometheus {}",
        server.ip(),
        file.display()
    );
    let output = command(&rest).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(&server.to_string()), "{text}");
    let metrics = std::fs::read_to_string(file).unwrap();
    assert!(metrics.contains("probe_http_version 3"), "{metrics}");
    for phase in ["connect", "tls", "processing", "transfer"] {
        let line = format!("probe_http_duration_seconds{{phase=\"{phase}\"}}");
        assert!(metrics.contains(&line), "{line}: {metrics}");
    }
}

#[test]
fn a_closed_port_is_told_in_words_of_quic() {
    let server = nobody();
    let url = format!("https://probe.test:{}/", server.port());
    let output = command(&format!("-k -n 1 --http3 --ip {} {url}", server.ip()))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("Nobody listens for QUIC"), "{text}");
    assert!(!text.contains("SYN"), "{text}");
}

#[test]
fn the_environments_proxy_is_gone_around_and_the_report_says_so() {
    let server = serve(healthy);
    let url = format!("https://127.0.0.1:{}/", server.port());
    let mut asked = command(&format!("-k -n 1 --http3 --all --format json {url}"));
    asked.env("HTTPS_PROXY", format!("http://{}", nobody()));
    let said = read(asked.output().unwrap());
    assert_eq!(said.attempt(0)["outcome"], "completed");
    let warnings = said.report["warnings"].to_string();
    assert!(warnings.contains("proxy-gone-around"), "{warnings}");
}

#[test]
fn redirects_are_followed_over_quic() {
    let server = serve(|incoming| {
        asked(incoming, |_, mut stream| async move {
            let response = http::Response::builder()
                .status(302)
                .header("location", "/elsewhere")
                .body(())
                .unwrap();
            stream.send_response(response).await.unwrap();
            stream.finish().await.unwrap();
            tokio::time::sleep(FOR_EVER).await;
        })
    });
    let said = probe(server, "-n 1 --http3 -L");
    let attempts = said.report["attempts"].as_array().unwrap();
    // As many hops as Go's client follows.
    assert_eq!(attempts.len(), 11);
    assert!(attempts.iter().all(|attempt| attempt["kind"] == "quic"));
    assert_eq!(attempts[1]["http"][0]["target"], "/elsewhere");
}

#[test]
fn what_only_tcp_has_is_refused() {
    for (arguments, why) in [
        ("--http3 http://probe.test/", "TLS"),
        ("--http3 --mss 1200 https://probe.test/", "--mss"),
        ("--http3 --linger 1 https://probe.test/", "--linger"),
        ("--http3 --tls-max 1.2 https://probe.test/", "TLS 1.3"),
        ("--http3 --arms split https://probe.test/", "split"),
        (
            "--http3 --proxy http://127.0.0.1:1 https://probe.test/",
            "--proxy",
        ),
        ("--http3 --http2 https://probe.test/", "--http2"),
    ] {
        let output = command(&format!("{arguments} --ip 127.0.0.1 --dry-run"))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {output:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(why), "{arguments}: {text}");
    }
}
