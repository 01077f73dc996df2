//! Happy Eyeballs: both families of a name race, and the loser is no fault.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::thread;

use serde_json::Value;
use socket2::{Domain, Socket, Type};

use crate::outcomes::whole;
use crate::run::{Said, command, kinds, read};
use crate::server::{asked, serve};

fn race(server: SocketAddr, client: &str) -> Said {
    races(server, &format!("{client} -n 1"))
}

fn races(server: SocketAddr, client: &str) -> Said {
    let port = server.port();
    let arguments = format!(
        "-k --all --format json --ip ::1,127.0.0.1 --happy-eyeballs {client} https://probe.test:{port}/"
    );
    read(command(&arguments).output().unwrap())
}

/// The attempts at an address, by their beginnings.
fn all<'a>(said: &'a Said, server: &str) -> Vec<&'a Value> {
    let attempts = said.report["attempts"].as_array().unwrap();
    let is_there = |attempt: &&Value| attempt["server"].as_str().unwrap().starts_with(server);
    attempts.iter().filter(is_there).collect()
}

fn at<'a>(said: &'a Said, server: &str) -> &'a Value {
    all(said, server)[0]
}

fn started(attempt: &Value) -> i64 {
    attempt["started_ns"].as_i64().unwrap()
}

/// This host has no IPv6, so there is no race.
fn is_v4_only() -> bool {
    let is_missing = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err();
    if is_missing {
        println!("SKIPPED: a race of both families: this host has no ::1");
    }
    is_missing
}

/// Takes no SYN any more: its queue is full, and nobody empties it.
fn full(port: u16) -> (Socket, Vec<Socket>) {
    let address = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    let listener = Socket::new(Domain::IPV6, Type::STREAM, None).unwrap();
    listener.bind(&address.into()).unwrap();
    listener.listen(0).unwrap();
    let fill = || {
        let socket = Socket::new(Domain::IPV6, Type::STREAM.nonblocking(), None).unwrap();
        // It is under way, or waits in vain.
        let _under_way = socket.connect(&address.into());
        socket
    };
    let fillers = (0..4).map(|_| fill()).collect();
    (listener, fillers)
}

#[test]
fn a_family_that_does_not_answer_loses_to_the_other_one() {
    if is_v4_only() {
        return;
    }
    let server = serve(|stream| asked(stream, |say, _| whole(say)));
    let _full = full(server.port());
    for (client, delay) in [("go", 300), ("curl", 200)] {
        let said = races(server, &format!("{client} -n 4 --interval 0.02"));
        let (winners, losers) = (all(&said, "127.0.0.1"), all(&said, "[::1]"));
        assert_eq!((winners.len(), losers.len()), (4, 4), "{client}");
        for winner in &winners {
            assert_eq!(winner["outcome"], "completed", "{client}: {winner:#}");
        }
        for loser in &losers {
            assert_eq!(loser["outcome"], "closed_by_client", "{client}: {loser:#}");
            assert_eq!(kinds(loser), ["syn-sent", "lost-race"], "{client}");
            assert!(loser["verdict"].is_null(), "{client}: {loser:#}");
        }
        // A busy host is late now and then, and never early.
        let pairs = winners.iter().zip(&losers);
        let later = pairs.map(|(winner, loser)| (started(winner) - started(loser)) / 1_000_000);
        let least = later.min().unwrap();
        assert!((delay..delay + 90).contains(&least), "{client}: {least} ms");
        assert!(said.report["headline"].is_null(), "{client}");
        assert_eq!(said.report["totals"]["failures"], 0, "{client}");
        assert_eq!(said.status, 0, "{client}");
    }
}

#[test]
fn a_family_that_fails_at_once_is_followed_at_once() {
    if is_v4_only() {
        return;
    }
    let server = serve(|stream| asked(stream, |say, _| whole(say)));
    let said = race(server, "go");
    let (winner, failed) = (at(&said, "127.0.0.1"), at(&said, "[::1]"));
    assert_eq!(failed["outcome"], "refused", "{failed:#}");
    assert_eq!(winner["outcome"], "completed", "{winner:#}");
    let later = (started(winner) - started(failed)) / 1_000_000;
    assert!(later < 250, "{later} ms");
}

#[test]
fn who_is_connected_first_needs_no_other() {
    if is_v4_only() {
        return;
    }
    let server = serve(|stream| asked(stream, |say, _| whole(say)));
    let other = TcpListener::bind((Ipv6Addr::LOCALHOST, server.port())).unwrap();
    thread::spawn(move || {
        for stream in other.incoming() {
            asked(stream.unwrap(), |say, _| whole(say));
        }
    });
    let said = race(server, "curl");
    let attempts = said.report["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 1, "{attempts:#?}");
    assert_eq!(attempts[0]["outcome"], "completed");
    assert!(attempts[0]["server"].as_str().unwrap().starts_with("[::1]"));
}

#[test]
fn where_nobody_is_there_everybody_failed() {
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, crate::server::nobody().port()));
    let said = race(server, "go");
    let attempts = said.report["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 2, "{attempts:#?}");
    assert_eq!(at(&said, "127.0.0.1")["outcome"], "refused");
    assert_eq!(said.status, 1);
}
