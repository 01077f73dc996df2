//! Resolvers that are asked in every way, and what the report says of their answers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::thread;

use hickory_proto::op::{Edns, Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::opt::{ClientSubnet, EdnsCode, EdnsOption};
use hickory_proto::rr::rdata::svcb::{Alpn, IpHint, SvcParamKey, SvcParamValue};
use hickory_proto::rr::rdata::{A, HTTPS, SVCB};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use rustls::StreamOwned;
use serde_json::Value;

use crate::outcomes::whole;
use crate::run::{Said, command, read};
use crate::server::{asked, serve, tls, tls_of};

/// What a resolver does with the client's subnet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subnets {
    Ignored,
    /// Answers for so many bits of it.
    Scope(u8),
}

/// 127.0.0.1 for everybody, and 127.0.0.9 for a subnet that begins with 198.
fn answer(query: &[u8], subnets: Subnets, is_cut: bool) -> Vec<u8> {
    let query = Message::from_vec(query).unwrap();
    let question = query.queries[0].clone();
    let mut answer = Message::response(query.metadata.id, OpCode::Query);
    answer.metadata.truncation = is_cut;
    if question.name().to_string().starts_with("nobody") {
        answer.metadata.response_code = ResponseCode::NXDomain;
        answer.add_query(question);
        return answer.to_vec().unwrap();
    }
    answer.add_query(question.clone());
    let asked_for = query
        .edns
        .as_ref()
        .and_then(|edns| edns.option(EdnsCode::Subnet).cloned());
    let mut last = 1;
    if let (Some(EdnsOption::Subnet(subnet)), Subnets::Scope(scope)) = (asked_for, subnets) {
        if subnet.addr().to_string().starts_with("198") {
            last = 9;
        }
        let mut edns = Edns::new();
        let echoed = ClientSubnet::new(subnet.addr(), subnet.source_prefix(), scope);
        edns.options_mut().insert(EdnsOption::Subnet(echoed));
        answer.set_edns(edns);
    }
    let data = match question.query_type() {
        RecordType::A if !is_cut => Some(RData::A(A(Ipv4Addr::new(127, 0, 0, last)))),
        RecordType::HTTPS if !is_cut => {
            let alpn = SvcParamValue::Alpn(Alpn(vec!["h2".to_owned()]));
            if question.name().to_string().contains("hinted") {
                last = 9;
            }
            let hint = SvcParamValue::Ipv4Hint(IpHint(vec![A(Ipv4Addr::new(127, 0, 0, last))]));
            let parameters = vec![(SvcParamKey::Alpn, alpn), (SvcParamKey::Ipv4Hint, hint)];
            Some(RData::HTTPS(HTTPS(SVCB::new(1, Name::root(), parameters))))
        }
        _ => None,
    };
    if let Some(data) = data {
        answer.add_answer(Record::from_rdata(question.name().clone(), 60, data));
    }
    answer.to_vec().unwrap()
}

fn by_datagrams(subnets: Subnets) -> SocketAddr {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let own = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut room = [0; 1500];
        loop {
            let (read, client) = socket.recv_from(&mut room).unwrap();
            socket
                .send_to(&answer(&room[..read], subnets, false), client)
                .unwrap();
        }
    });
    own
}

/// Messages with their lengths before them, until the client leaves.
fn framed(stream: &mut (impl Read + Write)) {
    let mut length = [0; 2];
    while stream.read_exact(&mut length).is_ok() {
        let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut query).unwrap();
        let answer = answer(&query, Subnets::Ignored, false);
        let length = u16::try_from(answer.len()).unwrap();
        let framed = [&length.to_be_bytes(), answer.as_slice()].concat();
        if stream
            .write_all(&framed)
            .and_then(|()| stream.flush())
            .is_err()
        {
            return;
        }
    }
}

/// POST requests, one after the other, until the client leaves.
fn exchanges(stream: &mut (impl Read + Write)) {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read_exact(&mut byte).is_err() {
                return;
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("POST /dns-query HTTP/1.1\r\n"), "{head}");
        let length = head.split("Content-Length: ").nth(1).unwrap();
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        let mut query = vec![0; length];
        stream.read_exact(&mut query).unwrap();
        assert_eq!(query[..2], [0, 0], "the number is 0, for caches");
        let answer = answer(&query, Subnets::Ignored, false);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        let whole = [head.as_bytes(), answer.as_slice()].concat();
        stream
            .write_all(&whole)
            .and_then(|()| stream.flush())
            .unwrap();
    }
}

/// HTTP/2 (RFC 9113 §4.1): answers the last question first, once all three are there.
fn streams(stream: TcpStream) {
    const DATA: u8 = 0;
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    const END: u8 = 1;
    let frame = |kind: u8, flags: u8, id: &[u8], payload: &[u8]| {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], id, payload].concat()
    };
    let tls = tls_of(|config| config.alpn_protocols = vec![b"h2".to_vec()]);
    let mut stream = StreamOwned::new(tls, stream);
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).unwrap();
    let settings = frame(SETTINGS, 0, &[0; 4], &[]);
    stream.write_all(&settings).unwrap();
    let mut questions = Vec::new();
    let mut head = [0; 9];
    while stream.read_exact(&mut head).is_ok() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).unwrap();
        if head[3] == DATA && !payload.is_empty() {
            questions.push((head[5..].to_vec(), payload));
        }
        if questions.len() == 3 {
            for (id, query) in questions.drain(..).rev() {
                assert_eq!(query[..2], [0, 0], "the number is 0, for caches");
                let answer = answer(&query, Subnets::Ignored, false);
                // Status 200 is entry 8 of the static table (RFC 7541).
                let head = frame(HEADERS, 4, &id, &[0x88]);
                let whole = [head, frame(DATA, END, &id, &answer)].concat();
                stream.write_all(&whole).unwrap();
            }
            stream.flush().unwrap();
        }
    }
}

/// A resolver on UDP, whose answers are all cut, and on TCP.
fn cuts_datagrams() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let own = listener.local_addr().unwrap();
    let socket = UdpSocket::bind(own).unwrap();
    thread::spawn(move || {
        let mut room = [0; 1500];
        loop {
            let (read, client) = socket.recv_from(&mut room).unwrap();
            let cut = answer(&room[..read], Subnets::Ignored, true);
            socket.send_to(&cut, client).unwrap();
        }
    });
    thread::spawn(move || {
        for stream in listener.incoming() {
            framed(&mut stream.unwrap());
        }
    });
    own
}

fn ask(resolvers: &str, more: &str) -> Said {
    let server = serve(|stream| asked(stream, |say, _| whole(say)));
    let arguments = format!(
        "-k --format json -n 1 --tcp-timeout 2 --dns-insecure --dns-servers {resolvers} {more} https://probe.test:{}/",
        server.port()
    );
    read(command(&arguments).output().unwrap())
}

fn servers(said: &Said) -> Vec<(String, Value)> {
    let servers = said.report["servers"].as_array().unwrap().iter();
    let row = |server: &Value| {
        let address = server["address"].as_str().unwrap();
        let (ip, _) = address.rsplit_once(':').unwrap();
        (ip.to_owned(), server["given_by"].clone())
    };
    let mut rows: Vec<_> = servers.map(row).collect();
    rows.sort_by_key(|(ip, _)| ip.clone());
    rows
}

#[test]
fn resolvers_are_asked_over_every_carrier() {
    let plain = serve(|mut stream| framed(&mut stream));
    let sealed = serve(|stream| framed(&mut StreamOwned::new(tls(), stream)));
    let web = serve(|stream| exchanges(&mut StreamOwned::new(tls(), stream)));
    let modern = serve(streams);
    for (resolver, carriers) in [
        (format!("https://{modern}"), &["https"][..]),
        (format!("tcp://{plain}"), &["tcp"]),
        (format!("tls://{sealed}"), &["tls"]),
        (format!("https://{web}"), &["https"]),
        (cuts_datagrams().to_string(), &["tcp", "udp"]),
    ] {
        let said = ask(&resolver, "");
        assert_eq!(
            servers(&said),
            [("127.0.0.1".to_owned(), vec![resolver.clone()].into())],
            "{:#}",
            said.report["warnings"]
        );
        let dns = said.report["dns"].as_array().unwrap();
        let mut found: Vec<&str> = dns
            .iter()
            .map(|asked| asked["transport"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, carriers, "{resolver}");
        assert_eq!(dns.len(), 3 * carriers.len(), "A, AAAA and HTTPS: {dns:#?}");
        let service = dns.iter().find_map(|asked| {
            let is_service = asked["type"] == "HTTPS" && asked["answers"][0].is_object();
            is_service.then(|| asked["answers"][0]["data"].as_str().unwrap())
        });
        assert_eq!(service, Some("1 . alpn=h2 ipv4hint=127.0.0.1"));
    }
}

#[test]
fn addresses_that_are_only_hinted_at_are_tried_and_named() {
    let resolver = by_datagrams(Subnets::Ignored);
    let server = serve(|stream| asked(stream, |say, _| whole(say)));
    let port = server.port();
    let arguments = format!(
        "-k --format json -n 1 --tcp-timeout 2 --dns-servers {resolver} https://hinted.test:{port}/"
    );
    let said = read(command(&arguments).output().unwrap());
    let hinted = format!("{resolver}, as a hint");
    assert_eq!(
        servers(&said),
        [
            ("127.0.0.1".to_owned(), vec![resolver.to_string()].into()),
            ("127.0.0.9".to_owned(), vec![hinted].into()),
        ]
    );
    let dns = said.report["dns"].as_array().unwrap();
    let service = dns.iter().find(|asked| asked["type"] == "HTTPS").unwrap();
    assert_eq!(service["name"], format!("_{port}._https.hinted.test"));
}

#[test]
fn addresses_are_asked_for_on_behalf_of_subnets() {
    let knows = by_datagrams(Subnets::Scope(24));
    let knows_not = by_datagrams(Subnets::Ignored);
    let same = by_datagrams(Subnets::Scope(0));
    let said = ask(
        &format!("{knows},{knows_not},{same}"),
        "--ecs 203.0.113.7/24 --ecs 198.51.100.0/24",
    );
    let by = |server: SocketAddr, subnet: &str| format!("{server} for {subnet}");
    let (one, two) = ("203.0.113.0/24", "198.51.100.0/24");
    assert_eq!(
        servers(&said),
        [
            (
                "127.0.0.1".to_owned(),
                vec![
                    by(knows, one),
                    by(knows_not, one),
                    by(knows_not, two),
                    by(same, one)
                ]
                .into()
            ),
            (
                "127.0.0.9".to_owned(),
                vec![by(knows, two), by(same, two)].into()
            ),
        ]
    );
    let subnets: Vec<&Value> = said.report["dns"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|asked| asked["server"] == knows.to_string())
        .map(|asked| &asked["client_subnet"])
        .collect();
    assert_eq!(subnets.len(), 6);
    assert!(
        subnets.iter().all(|subnet| subnet["scope"] == 24),
        "{subnets:?}"
    );
    let warnings = said.report["warnings"].to_string();
    for (server, words) in [(knows_not, "takes no notice"), (same, "scope 0")] {
        assert!(
            warnings.contains(words) && warnings.contains(&server.to_string()),
            "{warnings}"
        );
    }
    assert!(!warnings.contains(&format!("{knows} ")), "{warnings}");
}

#[test]
fn a_resolver_that_cannot_be_asked_is_said() {
    let nobody = crate::server::nobody();
    let said = read(
        command(&format!(
            "--format json -n 1 --dns-servers tcp://{nobody} https://probe.test/"
        ))
        .output()
        .unwrap(),
    );
    assert_eq!(said.status, 3);
    let detail = said.report["warnings"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("cannot be asked"), "{detail}");
}

#[test]
fn a_name_that_does_not_exist_is_a_fault() {
    let resolver = by_datagrams(Subnets::Ignored);
    let arguments = format!("--format json -n 1 --dns-servers {resolver} https://nobody.test/");
    let output = command(&arguments).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("nobody.test has no address"));
    let said = read(output);
    assert_eq!(
        (said.status, said.verdict(0).0),
        (1, "D3".to_owned()),
        "{:#}",
        said.report
    );
    assert_eq!(said.attempt(0)["kind"], "dns");
    let logged = said.attempt(0)["logged"].to_string();
    assert!(logged.contains("lookup … no such host"), "{logged}");
}

#[test]
fn ranges_and_other_places_are_tried() {
    let server = serve(|stream| asked(stream, |say, _| whole(say)));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("addresses");
    std::fs::write(&file, "# two\n127.0.0.1\n\n127.0.0.1/32 # again\n").unwrap();
    let port = server.port();
    for (arguments, by) in [
        (
            format!("--ip-file {} https://probe.test:{port}/", file.display()),
            "--ip-file",
        ),
        (
            format!("--connect-to probe.test:443:127.0.0.1:{port} https://probe.test/"),
            "the URL",
        ),
        (format!("https://127.0.0.1:{port}/"), "the URL"),
        (format!("https://localhost:{port}/ -4"), "/etc/hosts"),
    ] {
        let said = read(
            command(&format!("-k --format json -n 1 {arguments}"))
                .output()
                .unwrap(),
        );
        assert_eq!(
            servers(&said),
            [("127.0.0.1".to_owned(), vec![by.to_owned()].into())],
            "{arguments}"
        );
        assert_eq!(said.attempt(0)["outcome"], "completed", "{arguments}");
        let host = said.attempt(0)["http"][0]["host"].as_str().unwrap();
        assert!(arguments.contains(&format!("https://{host}/")), "{host}");
    }
    let plan = command("--dry-run --ip 127.0.0.0/24 https://probe.test/")
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&plan.stdout)
            .matches("  127.0.0.")
            .count(),
        256
    );
    let plan = command("--dry-run --ip 10.0.0.0/8 https://probe.test/")
        .output()
        .unwrap();
    assert_eq!(plan.status.code(), Some(2));
}
