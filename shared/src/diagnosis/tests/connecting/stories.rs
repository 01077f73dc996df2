//! The stories.

use super::{Pair, RST, Scene, pair};
use crate::report::v1::{Party, Severity};
use crate::testkit::packet::{Packet, Segment};

const CLIENT: &str = "10.0.0.1:40000";
const SERVER: &str = "203.0.113.10:443";
const LINUX: [i64; 3] = [0, 1_000, 3_000];
const SEVEN: [i64; 7] = [0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000];

fn is(cause: &str, party: Party, severity: Severity) -> Option<(String, Party, Severity)> {
    Some((cause.to_owned(), party, severity))
}

#[test]
fn an_answer_from_another_address_is_known_by_its_number() {
    let story = |acknowledged: u32| {
        let mut scene = Scene::default();
        let asked = pair(CLIENT, SERVER);
        let other = Pair {
            isn: acknowledged,
            ..pair(CLIENT, "203.0.113.99:443")
        };
        let reset = Segment {
            sequence: acknowledged + 1,
            flags: RST,
            ..Segment::default()
        };
        scene.syns(asked, &LINUX).syn_ack(24, other, 0);
        scene.push(24, 64, Packet::tcp(CLIENT, other.server, &reset));
        let verdicts: Vec<_> = scene.verdicts(CLIENT).into_iter().flatten().collect();
        assert_eq!(verdicts.len(), 1, "the answer itself is nobody's fault");
        verdicts.into_iter().next().unwrap()
    };
    let verdict = story(1_000);
    assert_eq!(
        (verdict.cause.as_str(), verdict.party),
        ("T17", Party::Middlebox)
    );
    assert_eq!(story(7_777).cause, "T1");
}

#[test]
fn sixty_three_seconds_accuse_an_overlay_only_where_there_can_be_one() {
    let story = |server| {
        let mut scene = Scene::default();
        let slow = pair(CLIENT, server);
        scene.syns(slow, &SEVEN).syn_ack(63_024, slow, 63_000);
        scene.client(63_024, slow, b"");
        scene.verdict(CLIENT)
    };
    assert_eq!(
        story("10.96.0.1:443"),
        is("T12", Party::Client, Severity::Delay)
    );
    assert_eq!(story(SERVER), is("T1", Party::Network, Severity::Delay));
}

#[test]
fn several_attempts_of_63_seconds_each_are_no_outage() {
    let story = |second_answer: usize| {
        let mut scene = Scene::default();
        let first = pair(CLIENT, SERVER);
        let second = pair("10.0.0.1:40002", SERVER);
        scene.syns(first, &SEVEN).syn_ack(63_024, first, 63_000);
        scene.client(63_024, first, b"");
        let sent: Vec<i64> = SEVEN
            .iter()
            .take(second_answer)
            .map(|at| at + 20_000)
            .collect();
        let last = *sent.last().unwrap();
        scene.syns(second, &sent).syn_ack(last + 24, second, last);
        scene.client(last + 24, second, b"");
        scene.verdict(CLIENT)
    };
    assert_eq!(story(7), is("T12", Party::Client, Severity::Delay));
    // Both recover in the same seconds: an outage.
    assert_eq!(story(6), is("T1", Party::Network, Severity::Delay));
}

#[test]
fn timestamps_are_accused_by_both_arms() {
    let story = |bare_works: bool| {
        let mut scene = Scene::default();
        for (millis, client) in [(0, CLIENT), (500, "10.0.0.1:40002")] {
            let moments = LINUX.map(|at| at + millis);
            scene.syns(pair(client, SERVER), &moments);
        }
        for (millis, client) in [(600, "10.0.0.1:40004"), (900, "10.0.0.1:40006")] {
            let bare = Pair {
                has_timestamps: false,
                ..pair(client, SERVER)
            };
            if bare_works {
                scene.works(millis, bare);
            } else {
                scene.syns(bare, &LINUX.map(|at| at + millis));
            }
        }
        scene.verdict(CLIENT)
    };
    assert_eq!(story(true), is("T9", Party::Server, Severity::Failure));
    assert_eq!(story(false), is("T1", Party::Network, Severity::Failure));
}

#[test]
fn an_expired_answer_is_the_clients() {
    let name = "api.shop.example";
    let [old, new] = [[203, 0, 113, 10].into(), [203, 0, 113, 11].into()];
    let story = |connects_at: i64, second: [std::net::Ipv4Addr; 1]| {
        let mut scene = Scene::default();
        scene
            .asks(0, "10.0.0.1:5001", 1, name)
            .answers(20, "10.0.0.1:5001", 1, (name, &[old]))
            .asks(9_000, "10.0.0.1:5002", 2, name)
            .answers(9_020, "10.0.0.1:5002", 2, (name, &second));
        scene.syns(pair(CLIENT, SERVER), &LINUX.map(|at| at + connects_at));
        scene.works(10_500, pair("10.0.0.1:40002", "203.0.113.11:443"));
        scene.verdict(CLIENT)
    };
    assert_eq!(
        story(10_000, [new]),
        is("D4", Party::Client, Severity::Failure)
    );
    assert_eq!(
        story(10_000, [old]),
        is("T1", Party::Network, Severity::Failure)
    );
    assert_eq!(
        story(1_000, [new]),
        is("T1", Party::Network, Severity::Failure)
    );
}

#[test]
fn a_step_of_the_search_list_is_nobodys_failure() {
    let story = |found: &[std::net::Ipv4Addr]| {
        let (step, name) = ("api.shop.example.corp.example", "api.shop.example");
        let mut scene = Scene::default();
        scene
            .asks(0, "10.0.0.1:5001", 1, step)
            .answers(20, "10.0.0.1:5001", 1, (step, &[]))
            .asks(21, "10.0.0.1:5002", 2, name)
            .answers(41, "10.0.0.1:5002", 2, (name, found));
        scene.verdict("10.0.0.1:5001")
    };
    let address = [203, 0, 113, 10].into();
    assert_eq!(story(&[address]), is("D3", Party::Resolver, Severity::Info));
    assert_eq!(story(&[]), is("D3", Party::Resolver, Severity::Failure));
}

#[test]
fn a_refusal_with_another_ttl_is_not_the_servers() {
    let story = |ttl| {
        let mut scene = Scene::default();
        scene.works(0, pair("10.0.0.1:40002", "203.0.113.10:80"));
        let refused = pair(CLIENT, SERVER);
        scene.syn(100, refused).refusal(124, ttl, refused);
        scene.verdict(CLIENT)
    };
    assert_eq!(story(62), is("T5", Party::Middlebox, Severity::Failure));
    assert_eq!(story(55), is("T5", Party::Server, Severity::Failure));
    // As far away, with another initial TTL.
    assert_eq!(story(246), is("T5", Party::Server, Severity::Failure));
    // One hop is what two routes may differ by.
    assert_eq!(story(54), is("T5", Party::Server, Severity::Failure));
}

#[test]
fn a_long_path_loses_no_syn_ack() {
    let story = |round_trip: i64| {
        let mut scene = Scene::default();
        let far = pair(CLIENT, SERVER);
        scene
            .syns(far, &[0, 1_000])
            .syn_ack(1_100, far, 0)
            .client(1_100, far, b"GET / HTTP/1.0\r\n\r\n")
            .server(
                1_100 + round_trip,
                far,
                18,
                b"HTTP/1.0 204 No Content\r\n\r\n",
            );
        scene.verdict(CLIENT)
    };
    assert_eq!(story(1_100), None);
    assert_eq!(story(100), is("T3", Party::Network, Severity::Delay));
}

#[test]
fn one_syn_in_a_capture_of_one_direction_accuses_nobody() {
    let story = |hears_servers: bool| {
        let mut scene = Scene::default();
        scene.syn(0, pair(CLIENT, SERVER));
        if hears_servers {
            scene.works(10, pair("10.0.0.1:40002", "198.51.100.1:443"));
        }
        scene.verdict(CLIENT)
    };
    assert_eq!(
        story(false),
        is("undecided", Party::Undecided, Severity::Failure)
    );
    assert_eq!(story(true), is("T1", Party::Network, Severity::Failure));
}

#[test]
fn a_burst_over_addresses_that_recover_is_the_clients() {
    let servers = ["203.0.113.10:443", "198.51.100.1:443", "192.0.2.7:443"];
    let lost = ["10.0.0.1:40010", "10.0.0.1:40012", "10.0.0.1:40014"];
    let before = ["10.0.0.1:40020", "10.0.0.1:40022", "10.0.0.1:40024"];
    let story = |survivor: bool| {
        let mut scene = Scene::default();
        for (index, server) in (0..).zip(servers) {
            scene.works(index * 10, pair(before[index as usize], server));
            let moments = LINUX.map(|at| at + 5_000 + index * 10);
            scene.syns(pair(lost[index as usize], server), &moments);
        }
        if survivor {
            scene.works(5_005, pair("10.0.0.1:40030", servers[0]));
            scene.works(5_015, pair("10.0.0.1:40032", servers[1]));
        }
        scene.works(8_500, pair("10.0.0.1:40034", servers[2]));
        scene.verdict(lost[0])
    };
    assert_eq!(story(false), is("T8", Party::Client, Severity::Failure));
    assert_eq!(story(true), is("T1", Party::Network, Severity::Failure));
}

#[test]
fn a_lost_question_that_the_client_did_not_miss_accuses_no_resolver() {
    let name = "api.shop.example";
    let mut scene = Scene::default();
    scene.asks(0, "10.0.0.1:5001", 1, name);
    let (cause, ..) = scene.verdict("10.0.0.1:5001").unwrap();
    assert_eq!(cause, "undecided");
    scene.asks(5_000, "10.0.0.1:5001", 1, name);
    assert_eq!(
        scene.verdict("10.0.0.1:5001"),
        is("D1", Party::Resolver, Severity::Failure)
    );
}
