//! SOCKS, credentials, and the environment's proxies.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;

use rustls::{ServerConnection, StreamOwned};

use crate::outcomes::whole;
use crate::run::{Said, command, kinds, phase, read};
use crate::server::{FOR_EVER, asked, nobody, serve, tls};

fn exactly<const N: usize>(stream: &mut TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// The request of SOCKS (RFC 1928 §4): type and bytes of the address, and the port.
fn requested(stream: &mut TcpStream) -> (u8, Vec<u8>, u16) {
    let [version, command, _, kind] = exactly(stream);
    assert_eq!((version, command), (5, 1));
    let length = match kind {
        1 => 4,
        4 => 16,
        _ => usize::from(exactly::<1>(stream)[0]),
    };
    let mut address = vec![0; length];
    stream.read_exact(&mut address).unwrap();
    (kind, address, u16::from_be_bytes(exactly(stream)))
}

const GRANTED: [u8; 10] = [5, 0, 0, 1, 127, 0, 0, 1, 0, 80];

fn grant(mut stream: TcpStream) {
    stream.write_all(&GRANTED).unwrap();
    asked(stream, |say, _| whole(say));
}

fn through(proxy: SocketAddr, scheme: &str, more: &str) -> Said {
    let arguments = format!(
        "-k --format json -n 1 --proxy-timeout 2.5 -x {scheme}{proxy} {more} https://probe.test/"
    );
    read(command(&arguments).output().unwrap())
}

#[test]
fn a_name_is_looked_up_by_the_proxy() {
    let proxy = serve(|mut stream| {
        assert_eq!(exactly::<3>(&mut stream), [5, 1, 0]);
        stream.write_all(&[5, 0]).unwrap();
        let (kind, name, port) = requested(&mut stream);
        assert_eq!((kind, &*name, port), (3, &b"probe.test"[..], 443));
        grant(stream);
    });
    let said = through(proxy, "socks5h://", "");
    assert_eq!(
        said.attempt(0)["outcome"],
        "completed",
        "{:#}",
        said.attempt(0)
    );
    assert_eq!(phase(said.attempt(0), "proxy")["outcome"], "completed");
    assert_eq!(said.attempt(0)["server"], proxy.to_string());
    let prelude = &said.attempt(0)["proxy"][0];
    assert_eq!(prelude["kind"], "socks5", "{prelude:#}");
    assert_eq!(prelude["target"], "probe.test:443");
    assert_eq!(
        (&prelude["status"], &prelude["accepted"]),
        (&0.into(), &true.into())
    );
    assert!(prelude["request_ns"].as_i64() < prelude["response_ns"].as_i64());
}

#[test]
fn an_address_is_handed_to_the_proxy_and_so_is_a_password() {
    let proxy = serve(|mut stream| {
        assert_eq!(exactly::<4>(&mut stream), [5, 2, 0, 2]);
        stream.write_all(&[5, 2]).unwrap();
        assert_eq!(&exactly::<12>(&mut stream), b"\x01\x02me\x07se:cret");
        stream.write_all(&[1, 0]).unwrap();
        let (kind, address, _) = requested(&mut stream);
        assert_eq!((kind, &*address), (1, &[192, 0, 2, 7][..]));
        grant(stream);
    });
    let arguments =
        format!("-k --format json -n 1 -x socks5://me:se:cret@{proxy} https://192.0.2.7/");
    let said = read(command(&arguments).output().unwrap());
    assert_eq!(
        said.attempt(0)["outcome"],
        "completed",
        "{:#}",
        said.attempt(0)
    );
    assert!(!said.report.to_string().contains("se:cret"));
    assert_eq!(said.attempt(0)["proxy"][0]["target"], "192.0.2.7:443");
}

#[test]
fn what_a_proxy_of_socks_refuses_is_the_proxys() {
    let refuses: fn(TcpStream) = |mut stream| {
        exactly::<3>(&mut stream);
        stream.write_all(&[5, 0]).unwrap();
        requested(&mut stream);
        // Host unreachable.
        stream.write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        sleep(FOR_EVER);
    };
    let silent: fn(TcpStream) = |mut stream| {
        exactly::<3>(&mut stream);
        sleep(FOR_EVER);
    };
    for (name, manner, outcome, status, accepted) in [
        ("refuses", refuses, "proxy_refused", Some(4), Some(false)),
        ("says nothing", silent, "proxy_stalled", None, None),
    ] {
        let said = through(serve(manner), "socks5h://", "");
        assert_eq!(
            said.attempt(0)["outcome"],
            outcome,
            "{name}: {:#}",
            said.attempt(0)
        );
        assert_eq!(
            said.verdict(0),
            ("P1".to_owned(), "middlebox".to_owned()),
            "{name}"
        );
        let prelude = &said.attempt(0)["proxy"][0];
        let answer = (prelude["status"].as_u64(), prelude["accepted"].as_bool());
        assert_eq!(answer, (status, accepted), "{name}");
    }
}

#[test]
fn a_proxy_that_nobody_listens_at_is_not_the_servers_fault() {
    let said = through(nobody(), "http://", "");
    assert_eq!(said.attempt(0)["outcome"], "refused");
    assert_eq!(said.verdict(0), ("P1".to_owned(), "middlebox".to_owned()));
}

/// Reads the request for a tunnel and asks who that is, unless it says so.
fn knows_me(mut stream: TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(exactly::<1>(&mut stream));
    }
    // `me:secret` in base64.
    let is_known = String::from_utf8(head)
        .unwrap()
        .contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n");
    if is_known {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        asked(stream, |say, _| whole(say));
    } else {
        stream
            .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
    }
}

#[test]
fn the_environments_proxy_is_used_and_said() {
    let proxy = serve(knows_me);
    let ask = |value: String, more: &str| {
        let mut command = command(&format!("-k --format json -n 1 https://probe.test/ {more}"));
        read(command.env("HTTPS_PROXY", value).output().unwrap())
    };
    let said = ask(format!("http://me:secret@{proxy}"), "");
    assert_eq!(
        said.attempt(0)["outcome"],
        "completed",
        "{:#}",
        said.attempt(0)
    );
    let warnings = said.report["warnings"].to_string();
    assert!(
        warnings.contains("HTTPS_PROXY") && !said.report.to_string().contains("secret"),
        "{warnings}"
    );
    let said = ask(format!("http://{proxy}"), "");
    assert_eq!(said.attempt(0)["outcome"], "proxy_refused");
    assert_eq!(said.attempt(0)["proxy"][0]["kind"], "http_connect");
    assert_eq!(said.attempt(0)["proxy"][0]["status"], 407);
    let statement = said.attempt(0)["verdict"]["statement"].as_str().unwrap();
    assert!(statement.contains("407"), "{statement}");
    // Somebody who gives addresses wants these.
    let server = serve(|stream| asked(stream, |say, _| whole(say)));
    let arguments = format!(
        "-k --format json -n 1 https://{server}/ --ip {}",
        server.ip()
    );
    let said = read(
        command(&arguments)
            .env("HTTPS_PROXY", format!("http://{proxy}"))
            .output()
            .unwrap(),
    );
    assert_eq!(said.attempt(0)["server"], server.to_string());
}

type Outer = StreamOwned<ServerConnection, TcpStream>;

/// Shakes hands with the client and reads its request for a tunnel.
fn enclosed(stream: TcpStream) -> Outer {
    let mut outer = StreamOwned::new(tls(), stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        outer.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    assert!(head.starts_with(b"CONNECT probe.test:443 HTTP/1.1\r\n"));
    outer
}

#[test]
fn a_tunnel_inside_of_tls_with_the_proxy() {
    /// More than a record, and than what one read of the client takes.
    const LENGTH: usize = 100_000;
    let proxy = serve(|stream| {
        let mut outer = enclosed(stream);
        outer.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let mut inner = StreamOwned::new(tls(), outer);
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            inner.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        assert!(head.starts_with(b"GET / HTTP/1.1\r\nHost: probe.test\r\n"));
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n");
        inner.write_all(answer.as_bytes()).unwrap();
        inner.write_all(&vec![b'x'; LENGTH]).unwrap();
        inner.flush().unwrap();
        // The client closes.
        let _end = inner.read(&mut [0]);
    });
    let said = through(proxy, "https://", "--proxy-insecure");
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    for name in ["connect", "proxy", "tls", "wait", "receive"] {
        assert_eq!(phase(attempt, name)["outcome"], "completed", "{name}");
    }
    let kinds = kinds(attempt);
    let place = |kind: &str| kinds.iter().position(|found| *found == kind).unwrap();
    assert!(
        place("proxy-answered") < place("client-hello-written"),
        "{kinds:?}"
    );
    // Acknowledgements are told by the bytes on the wire, which are more than those of the inner connection.
    if attempt["probe"]["has_kernel_times"] == true {
        for acknowledged in ["client-hello-acknowledged", "request-acknowledged"] {
            assert!(kinds.contains(&acknowledged), "{kinds:?}");
        }
    }
    let body = attempt["probe"]["events"][place("body-read")]["bytes"].as_u64();
    assert_eq!(body, Some(LENGTH as u64));
    assert!(attempt["verdict"].is_null(), "{attempt:#}");
}

#[test]
fn what_goes_wrong_with_such_a_proxy_is_the_proxys() {
    let refuses: fn(TcpStream) = |stream| {
        let mut outer = enclosed(stream);
        outer
            .write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
    };
    let silent: fn(TcpStream) = |stream| {
        let _outer = enclosed(stream);
        sleep(FOR_EVER);
    };
    let mute: fn(TcpStream) = |mut stream| {
        crate::server::hello(&mut stream);
        sleep(FOR_EVER);
    };
    let shakes: fn(TcpStream) = |stream| {
        let mut outer = StreamOwned::new(tls(), stream);
        let _refused = outer.read(&mut [0]);
    };
    let insecure = "--proxy-insecure";
    for (name, manner, more, outcome, says) in [
        ("refuses", refuses, insecure, "proxy_refused", "403"),
        (
            "says nothing inside",
            silent,
            insecure,
            "proxy_stalled",
            "did not answer",
        ),
        (
            "says nothing at all",
            mute,
            insecure,
            "proxy_stalled",
            "did not answer",
        ),
        (
            "its certificate",
            shakes,
            "",
            "closed_by_server",
            "unknown_ca",
        ),
    ] {
        let said = through(serve(manner), "https://", more);
        let attempt = said.attempt(0);
        assert_eq!(attempt["outcome"], outcome, "{name}: {attempt:#}");
        let told = said.verdict(0);
        assert_eq!(told, ("P1".to_owned(), "middlebox".to_owned()), "{name}");
        let statement = attempt["verdict"]["statement"].as_str().unwrap();
        assert!(statement.contains(says), "{name}: {statement}");
    }
}
