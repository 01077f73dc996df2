//! What the report says that other clients would have logged, beside what those clients do log.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::thread::{scope, sleep};

use serde_json::Value;

use crate::run::probe;
use crate::server::{FOR_EVER, asked, hello, nobody, serve};

/// A way to ask for a URL, and the name that the report has for who asks so.
struct Asker {
    name: &'static str,
    command: &'static [&'static str],
    /// Says that the client is there.
    check: &'static [&'static str],
}

const ASKERS: &[Asker] = &[
    Asker {
        name: "curl",
        command: &["curl", "-sSk", "--connect-timeout", "2", "-o", "/dev/null"],
        check: &["curl", "--version"],
    },
    Asker {
        name: "Python",
        command: &["python3", "-c", PYTHON],
        check: &["python3", "-c", "import requests"],
    },
    Asker {
        name: "Node",
        command: &["node", "-e", NODE],
        check: &["node", "--version"],
    },
];

const PYTHON: &str = "import sys, requests; requests.get(sys.argv[1], timeout=2, verify=False)";
const NODE: &str = "const r = require('https').get(process.argv[1], {rejectUnauthorized: false, timeout: 2000}, () => {});
    r.on('timeout', () => r.destroy());";

/// What a server does, and the clients that have no limit of their own for it.
type Manner = (&'static str, Option<fn(TcpStream)>, &'static [&'static str]);

const MANNERS: &[Manner] = &[
    ("listens not", None, &[]),
    (
        "never answers",
        Some(|mut stream| {
            hello(&mut stream);
            sleep(FOR_EVER);
        }),
        &[],
    ),
    (
        "closes in the handshake",
        Some(|mut stream| {
            hello(&mut stream);
        }),
        &[],
    ),
    (
        "resets in the handshake",
        Some(|mut stream| {
            hello(&mut stream);
            let linger = Some(std::time::Duration::ZERO);
            socket2::SockRef::from(&stream).set_linger(linger).unwrap();
        }),
        &[],
    ),
    (
        "refuses",
        Some(|mut stream| {
            hello(&mut stream);
            stream.write_all(&[21, 3, 3, 0, 2, 2, 40]).unwrap();
        }),
        &[],
    ),
    (
        "speaks no TLS",
        Some(|mut stream| {
            hello(&mut stream);
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .unwrap();
        }),
        &[],
    ),
    (
        "answers no request",
        Some(|stream| asked(stream, |_, _| sleep(FOR_EVER))),
        &["curl"],
    ),
    (
        "closes instead of answering",
        Some(|stream| asked(stream, |_, _| {})),
        &[],
    ),
];

/// The client's words hold every fixed part of one of the texts.
fn says_one_of(words: &str, texts: &Value) -> bool {
    let mut texts = texts.as_array().unwrap().iter();
    texts.any(|text| {
        let mut rest = words;
        text.as_str().unwrap().split('…').all(|part| {
            let found = rest.split_once(part.trim());
            rest = found.map_or(rest, |(_, behind)| behind);
            found.is_some()
        })
    })
}

fn words_of(asker: &Asker, server: SocketAddr) -> String {
    let (program, arguments) = asker.command.split_first().unwrap();
    let output = Command::new(program)
        .args(arguments)
        .arg(format!("https://{server}/"))
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn clients_log_what_the_report_says() {
    let is_there = |asker: &&Asker| {
        let (program, arguments) = asker.check.split_first().unwrap();
        let mut check = Command::new(program);
        check
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let is_there = check.status().is_ok_and(|status| status.success());
        if !is_there {
            println!("SKIPPED: what {} logs: it is not installed", asker.name);
        }
        is_there
    };
    let askers: Vec<&Asker> = ASKERS.iter().filter(is_there).collect();
    scope(|scope| {
        for (name, manner, limitless) in MANNERS {
            let server = manner.map_or_else(nobody, serve);
            let logged = scope.spawn(move || {
                let limits = "-n 1 --tls-timeout 2 --ttfb-timeout 2";
                probe(server, limits).attempt(0)["logged"].clone()
            });
            let said: Vec<_> = askers
                .iter()
                .filter(|asker| !limitless.contains(&asker.name))
                .map(|asker| (asker.name, scope.spawn(move || words_of(asker, server))))
                .collect();
            let logged = logged.join().unwrap();
            let texts = logged.as_array().unwrap();
            assert!(
                texts
                    .iter()
                    .any(|texts| texts["client"] == "Go net/http" || texts["client"] == "Java"),
                "{name}: {logged}"
            );
            for (client, words) in said {
                let words = words.join().unwrap();
                let of_client = texts.iter().find(|texts| texts["client"] == client);
                let of_client = of_client.unwrap_or_else(|| panic!("{name}: nothing of {client}"));
                assert!(
                    says_one_of(&words, &of_client["texts"]),
                    "{name}: {client} says {words}, not {of_client}"
                );
            }
        }
    });
}

#[test]
fn nothing_is_logged_of_what_went_well() {
    let server = serve(|stream| asked(stream, |say, _| crate::outcomes::whole(say)));
    assert!(probe(server, "-n 1").attempt(0).get("logged").is_none());
}
