//! Real sockets: resolvers on loopback that answer by rule.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::thread;
use std::time::Duration;

use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{RData, Record, RecordType};
use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::report::v1::Report;

use super::super::system::{Resolver, Source, System};
use super::super::{Diary, Given, Wanted};
use super::look_up;

/// What is answered to a name: nothing, a code, or that it was cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reply {
    Silence,
    Code(ResponseCode),
    Address(u8),
    /// Cut over UDP, whole over TCP.
    Cut(u8),
}

type Rule = fn(&str) -> Reply;

/// Listens on UDP and TCP; 127.0.0.N is the answer to A.
fn resolver(rule: Rule) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let own = listener.local_addr().unwrap();
    let socket = UdpSocket::bind(own).unwrap();
    thread::spawn(move || {
        let mut room = [0; 1500];
        loop {
            let (read, client) = socket.recv_from(&mut room).unwrap();
            if let Some(answer) = answer(&room[..read], rule, false) {
                socket.send_to(&answer, client).unwrap();
            }
        }
    });
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut length = [0; 2];
            while stream.read_exact(&mut length).is_ok() {
                let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
                stream.read_exact(&mut query).unwrap();
                let answer = answer(&query, rule, true).unwrap();
                let length = u16::try_from(answer.len()).unwrap();
                stream.write_all(&length.to_be_bytes()).unwrap();
                stream.write_all(&answer).unwrap();
            }
        }
    });
    own
}

fn answer(query: &[u8], rule: Rule, is_tcp: bool) -> Option<Vec<u8>> {
    let query = Message::from_vec(query).unwrap();
    assert!(query.edns.is_none(), "a stub's question has no options");
    let question = query.queries[0].clone();
    let mut answer = Message::response(query.metadata.id, OpCode::Query);
    answer.add_query(question.clone());
    let last = match rule(&question.name().to_string()) {
        Reply::Silence => return None,
        Reply::Code(code) => {
            answer.metadata.response_code = code;
            None
        }
        Reply::Address(last) => Some(last),
        Reply::Cut(last) => {
            answer.metadata.truncation = !is_tcp;
            is_tcp.then_some(last)
        }
    };
    if let (RecordType::A, Some(last)) = (question.query_type(), last) {
        let data = RData::A(A(Ipv4Addr::new(127, 0, 0, last)));
        answer.add_answer(Record::from_rdata(question.name().clone(), 60, data));
    }
    Some(answer.to_vec().unwrap())
}

fn system(servers: Vec<SocketAddr>) -> System {
    System {
        sources: vec![Source::Files, Source::Dns],
        hosts: vec![([127, 0, 0, 77].into(), vec!["Known.test".to_owned()])],
        resolver: Resolver {
            servers,
            search: vec!["a.test".to_owned(), "b.test".to_owned()],
            ndots: 1,
            timeout: Duration::from_secs(1),
            attempts: 2,
            rotates: false,
            is_tcp: false,
            is_single: false,
            has_no_v6: false,
        },
    }
}

fn ask(system: &System, name: &str) -> (Vec<Given>, Report) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let diary = Diary::default();
    let wanted = Wanted {
        name: name.to_owned(),
        v4: true,
        v6: true,
    };
    let found = runtime.block_on(look_up(system, &wanted, &diary)).unwrap();
    let mut analyzer = Analyzer::new(Options::default());
    diary.give(&mut analyzer);
    (found, analyzer.report())
}

fn addresses(found: &[Given]) -> Vec<String> {
    let one = |given: &Given| format!("{} by {}", given.address, given.by);
    found.iter().map(one).collect()
}

#[test]
fn the_hosts_file_comes_first() {
    let (found, report) = ask(&system(vec![resolver(|_| Reply::Address(1))]), "known.TEST");
    assert_eq!(addresses(&found), ["127.0.0.77 by /etc/hosts"]);
    assert_eq!(report.dns, []);
}

#[test]
fn a_silent_server_is_passed_over_after_its_time() {
    let (silent, speaks) = (
        resolver(|_| Reply::Silence),
        resolver(|_| Reply::Address(2)),
    );
    let (found, report) = ask(&system(vec![silent, speaks]), "api.test");
    assert_eq!(addresses(&found), [format!("127.0.0.2 by {speaks}")]);
    let of = |server: SocketAddr| {
        let server = server.to_string();
        report
            .dns
            .iter()
            .filter(move |asked| asked.server == server)
    };
    assert!(of(silent).all(|asked| asked.response_ns.is_none()) && of(silent).count() == 2);
    let first = of(silent)
        .map(|asked| asked.query_ns.unwrap())
        .min()
        .unwrap();
    let second = of(speaks)
        .map(|asked| asked.query_ns.unwrap())
        .min()
        .unwrap();
    let after = Duration::from_nanos(u64::try_from(second - first).unwrap());
    assert!(
        after >= Duration::from_secs(1) && after < Duration::from_secs(2),
        "{after:?}"
    );
}

#[test]
fn who_cannot_answer_is_passed_over_at_once() {
    for code in [
        ResponseCode::ServFail,
        ResponseCode::Refused,
        ResponseCode::NotImp,
    ] {
        let rule: Rule = match code {
            ResponseCode::ServFail => |_| Reply::Code(ResponseCode::ServFail),
            ResponseCode::Refused => |_| Reply::Code(ResponseCode::Refused),
            _ => |_| Reply::Code(ResponseCode::NotImp),
        };
        let speaks = resolver(|_| Reply::Address(2));
        let (found, report) = ask(&system(vec![resolver(rule), speaks]), "api.test");
        assert_eq!(
            addresses(&found),
            [format!("127.0.0.2 by {speaks}")],
            "{code:?}"
        );
        assert_eq!(report.dns.len(), 4, "{code:?}");
    }
}

#[test]
fn names_of_the_search_list_are_tried_until_one_is_there() {
    let server = resolver(|name| match name {
        "api.b.test." => Reply::Address(3),
        _ => Reply::Code(ResponseCode::NXDomain),
    });
    let (found, report) = ask(&system(vec![server]), "api");
    assert_eq!(addresses(&found), [format!("127.0.0.3 by {server}")]);
    let mut names: Vec<&str> = report.dns.iter().map(|asked| asked.name.as_str()).collect();
    names.dedup();
    assert_eq!(names, ["api.a.test", "api.b.test"]);
    assert_eq!(report.totals.failures, 0, "a step of a search is no fault");
}

#[test]
fn of_a_name_that_no_domain_has_one_failure_is_told() {
    let server = resolver(|_| Reply::Code(ResponseCode::NXDomain));
    let (found, report) = ask(&system(vec![server]), "API");
    assert_eq!(found, []);
    assert_eq!(report.dns.len(), 6, "three names, two types");
    let names: Vec<_> = report
        .attempts
        .iter()
        .map(|attempt| attempt.server_name.as_deref())
        .collect();
    assert_eq!(names, [Some("api")]);
}

#[test]
fn an_answer_that_was_cut_is_asked_for_again_over_tcp() {
    let server = resolver(|_| Reply::Cut(4));
    let (found, report) = ask(&system(vec![server]), "api.test");
    assert_eq!(addresses(&found), [format!("127.0.0.4 by {server}")]);
    let cut = report
        .dns
        .iter()
        .filter(|asked| asked.truncated == Some(true));
    assert_eq!((report.dns.len(), cut.count()), (4, 2));
}

#[test]
fn silence_is_asked_again_from_the_same_socket_and_ends_the_search() {
    let (found, report) = ask(&system(vec![resolver(|_| Reply::Silence)]), "api.test");
    assert_eq!(found, []);
    assert_eq!(report.dns.len(), 2, "A and AAAA, and no other name");
    for asked in &report.dns {
        assert_eq!(asked.name, "api.test");
        assert_eq!(asked.response_ns, None);
    }
    let attempt = &report.attempts[0];
    assert_eq!(attempt.verdict.as_ref().unwrap().cause, "D1");
    let logged = attempt.logged.as_ref().unwrap();
    let go = logged
        .iter()
        .find(|logged| logged.client == "Go net/http")
        .unwrap();
    assert_eq!(go.texts, ["lookup … i/o timeout"]);
}
