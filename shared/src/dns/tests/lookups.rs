//! Queries, responses and their absence become lookups.

use super::*;
use crate::dns::{AnswerBasis, Carrier, LookupId, LookupOutcome, ResponseCode, Service, Subject};

const A: RecordType = RecordType::A;
const AAAA: RecordType = RecordType::AAAA;

/// A capture that ends ten seconds after it began, and its only lookup.
fn only(mut scene: Scene) -> Lookup {
    let mut lookups = scene.lookups(s(10));
    assert_eq!(lookups.len(), 1, "{lookups:#?}");
    lookups.remove(0)
}

fn number(stamp: Option<Stamp>) -> Option<u32> {
    stamp.map(|stamp| stamp.packet.number.get())
}

#[test]
fn a_pair_answered_is_one_lookup() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.asks(300, 4000, 2, AAAA);
    scene.answers(ms(9), (4000, 1, A), 0, &["203.0.113.10"]);
    scene.answers(ms(11), (4000, 2, AAAA), 0, &[]);
    let lookup = only(scene);
    assert_eq!(lookup.outcome, LookupOutcome::Answered);
    assert_eq!(lookup.name.as_str(), NAME);
    assert_eq!(lookup.subject, Subject::Addresses);
    assert_eq!(number(lookup.settled), Some(4));
    assert_eq!(lookup.clients(), [client(4000)]);
    assert_eq!(lookup.servers(), [resolver()]);
    assert_eq!(
        lookup.transactions[0].response_time(),
        Some(Nanos::from_millis(9))
    );
    assert_eq!(lookup.lost_sibling(), None);
}

/// What `d_d2_curl` of the lab shows: glibc, the AAAA answer lost, both asked again after 5 s.
#[test]
fn a_lost_sibling_is_told_from_a_dead_resolver() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.asks(309, 4000, 2, AAAA);
    scene.answers(ms(9), (4000, 1, A), 0, &["203.0.113.10"]);
    scene.asks(s(5), 4000, 1, A);
    scene.answers(s(5) + ms(9), (4000, 1, A), 0, &["203.0.113.10"]);
    scene.asks(s(5) + ms(10), 4000, 2, AAAA);
    scene.answers(s(5) + ms(19), (4000, 2, AAAA), 0, &[]);
    let lookup = only(scene);
    let lost = lookup.lost_sibling().unwrap();
    assert_eq!((lost.answered, lost.lost), (0, 1));
    assert_eq!(number(lost.asked_again), Some(6));
    assert_eq!(lookup.outcome, LookupOutcome::Answered);
    assert_eq!(number(lookup.settled), Some(7));
    assert_eq!(lookup.queries().len(), 4);
}

/// Go asks A and AAAA from two sockets, and both again from two more after 5 s.
#[test]
fn retries_from_new_sockets_are_one_unanswered_lookup() {
    let mut scene = Scene::new();
    scene.asks(0, 4001, 1, AAAA);
    scene.asks(60, 4002, 2, A);
    scene.asks(s(5), 4003, 3, AAAA);
    scene.asks(s(5) + 40, 4004, 4, A);
    let lookup = only(scene);
    assert_eq!(lookup.outcome, LookupOutcome::Unanswered);
    assert_eq!(lookup.clients(), [4001, 4002, 4003, 4004].map(client));
    assert_eq!(lookup.settled, None);
    assert_eq!(lookup.lost_sibling(), None);
    assert_eq!(
        lookup.observed_until.since(lookup.last_query.unwrap().at),
        Nanos::from_micros(s(5) - 40)
    );
}

#[test]
fn the_same_message_again_is_a_repeat_and_a_copy_is_neither() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.asks(20, 4000, 1, A); // The second interface of the capture.
    scene.asks(s(2), 4000, 1, A);
    scene.answers(s(2) + ms(5), (4000, 1, A), 0, &["203.0.113.10"]);
    scene.answers(s(2) + ms(5) + 20, (4000, 1, A), 0, &["203.0.113.10"]);
    let lookup = only(scene);
    let transaction = &lookup.transactions[0];
    assert_eq!(lookup.transactions.len(), 1);
    assert_eq!((transaction.repeat_count, transaction.copy_count), (1, 2));
    assert_eq!(transaction.further_response_count, 0);
    assert_eq!(
        transaction.response_time(),
        Some(Nanos::from_micros(s(2) + ms(5)))
    );
}

#[test]
fn ip_identification_tells_copies_from_repeats() {
    let rows = [
        ("other numbers, at once", Some(7), Some(8), 300, 1, 0),
        ("the same number, late", Some(7), Some(7), ms(40), 0, 1),
        ("not numbered, at once", Some(0), Some(0), 300, 0, 1),
        ("not numbered, late", Some(0), Some(0), ms(40), 1, 0),
        ("IPv6, at once", None, None, 300, 0, 1),
    ];
    for (row, first, second, later, repeats, copies) in rows {
        let mut scene = Scene::new();
        scene.identification = first;
        scene.asks(0, 4000, 1, A);
        scene.identification = second;
        scene.asks(later, 4000, 1, A);
        let transaction = &only(scene).transactions[0];
        let counts = (transaction.repeat_count, transaction.copy_count);
        assert_eq!(counts, (repeats, copies), "{row}");
    }
}

#[test]
fn many_repeats_keep_the_first_ones_and_the_last() {
    let mut scene = Scene::new();
    for second in 0..20 {
        scene.asks(s(second), 4000, 1, A);
    }
    let lookups = scene.lookups(s(20));
    let transaction = &lookups[0].transactions[0];
    assert_eq!(transaction.repeat_count, 19);
    assert_eq!(transaction.repeats.len(), crate::limits::DNS_REPEATS);
    assert_eq!(number(transaction.repeats.first().copied()), Some(2));
    assert_eq!(number(transaction.last_query()), Some(20));
}

#[test]
fn programs_that_ask_at_the_same_moment_have_their_own_lookups() {
    let mut scene = Scene::new();
    for (port, at) in [(4000, 0), (4001, 100), (4002, ms(400))] {
        scene.asks(at, port, port, A);
        scene.asks(at + 50, port, port + 100, AAAA);
    }
    scene.answers(ms(409), (4001, 4001, A), 0, &["203.0.113.10"]);
    scene.answers(ms(409), (4001, 4101, AAAA), 0, &[]);
    let lookups = scene.lookups(s(10));
    assert_eq!(lookups.len(), 3);
    for (lookup, port) in lookups.iter().zip([4000, 4001, 4002]) {
        assert_eq!(lookup.clients(), [client(port)]);
    }
    let outcomes = lookups.iter().map(|lookup| lookup.outcome);
    assert!(outcomes.eq([
        LookupOutcome::Unanswered,
        LookupOutcome::Answered,
        LookupOutcome::Unanswered
    ]));
    assert_eq!(lookups[1].follows, Some(LookupId(0)));
}

#[test]
fn a_name_asked_again_after_its_answer_is_another_lookup() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.answers(ms(9), (4000, 1, A), 0, &["203.0.113.10"]);
    scene.asks(ms(40), 4001, 2, A);
    scene.answers(ms(49), (4001, 2, A), 0, &["203.0.113.11"]);
    let lookups = scene.lookups(s(10));
    assert_eq!(lookups.len(), 2);
    assert_eq!(lookups[1].follows, None);
}

#[test]
fn outcomes_without_addresses() {
    let server_failure = LookupOutcome::Failed(ResponseCode::SERVER_FAILURE);
    let rows = [
        (
            "no such name",
            Some(3),
            Some(3),
            LookupOutcome::NonExistentName,
        ),
        ("no records", Some(0), Some(0), LookupOutcome::Empty),
        ("server failure", Some(2), Some(2), server_failure),
        ("one failed, one empty", Some(0), Some(2), server_failure),
        (
            "one empty, one lost",
            Some(0),
            None,
            LookupOutcome::Unanswered,
        ),
        (
            "refused by policy",
            Some(5),
            Some(5),
            LookupOutcome::Failed(ResponseCode::REFUSED),
        ),
    ];
    for (row, a, aaaa, expected) in rows {
        let mut scene = Scene::new();
        scene.asks(0, 4000, 1, A);
        scene.asks(100, 4000, 2, AAAA);
        if let Some(rcode) = a {
            scene.answers(ms(9), (4000, 1, A), rcode, &[]);
        }
        if let Some(rcode) = aaaa {
            scene.answers(ms(9), (4000, 2, AAAA), rcode, &[]);
        }
        assert_eq!(only(scene).outcome, expected, "{row}");
    }
}

#[test]
fn a_failure_is_retried_within_the_lookup() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.answers(ms(9), (4000, 1, A), 2, &[]);
    scene.asks(ms(9) + 100, 4001, 1, A);
    scene.answers(ms(20), (4001, 1, A), 0, &["203.0.113.10"]);
    let lookup = only(scene);
    assert_eq!(lookup.outcome, LookupOutcome::Answered);
    assert_eq!(lookup.transactions.len(), 2);
}

#[test]
fn a_search_list_links_its_lookups_and_never_in_a_circle() {
    let long = "api.shop.example.corp.example";
    let mut scene = Scene::new();
    let names = [(NAME, 4000), (long, 4001), (NAME, 4002), (long, 4003)];
    for (step, (name, port)) in names.into_iter().enumerate() {
        let at = ms(30 * step as i64);
        scene.asks_for(at, port, name, port, A);
        scene.answers_for(at + ms(25), (port, port, A), name, 3, &[]);
    }
    let lookups = scene.lookups(s(10));
    let links = lookups.iter().map(|lookup| lookup.search_after);
    assert!(links.eq([None, Some(LookupId(0)), None, Some(LookupId(2))]));
}

#[test]
fn names_of_a_search() {
    let rows = [
        ("web", "web.ns.svc.cluster.local", true),
        ("web.ns.svc.cluster.local", "web.svc.cluster.local", true),
        ("web.svc.cluster.local", "web", true),
        ("a.b.corp.example", "a.b.lab.example", true),
        ("www.one.example", "www.two.example", false),
        ("one.example", "two.example", false),
    ];
    for (first, second, linked) in rows {
        let mut scene = Scene::new();
        scene.asks_for(0, 4000, first, 1, A);
        scene.answers_for(ms(5), (4000, 1, A), first, 3, &[]);
        scene.asks_for(ms(6), 4001, second, 2, A);
        let lookups = scene.lookups(s(10));
        let expected = linked.then_some(LookupId(0));
        assert_eq!(lookups[1].search_after, expected, "{first} {second}");
    }
}

/// RFC 9460 §9.1: browsers ask so for ports other than 443, and most have no such record.
#[test]
fn a_port_without_a_record_of_its_own_is_no_lookup_of_addresses() {
    let mut scene = Scene::new();
    let service = "_8443._https.api.shop.example";
    scene.asks_for(0, 4000, service, 1, RecordType::HTTPS);
    scene.answers_for(ms(5), (4000, 1, RecordType::HTTPS), service, 3, &[]);
    let lookup = only(scene);
    assert_eq!(lookup.subject, Subject::Records(RecordType::HTTPS));
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, RecordType::HTTPS);
    assert_eq!(only(scene).subject, Subject::Addresses);
}

#[test]
fn port_unreachable_belongs_to_the_queries_it_quotes() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.asks(100, 4000, 2, AAAA);
    assert!(scene.refuses(ms(8), client(4000), resolver()));
    assert!(scene.refuses(ms(9), client(4000), resolver()));
    assert!(!scene.refuses(ms(9), client(4999), resolver()));
    let lookup = only(scene);
    assert_eq!(lookup.outcome, LookupOutcome::RefusedByIcmp);
    assert_eq!(number(lookup.settled), Some(4));
    assert_eq!(lookup.lost_sibling(), None);
}

#[test]
fn a_resolver_that_refuses_every_repeat_was_never_silent() {
    let mut scene = Scene::new();
    for second in 0..10 {
        scene.asks(s(second), 4000, 1, A);
        assert!(scene.refuses(s(second) + ms(1), client(4000), resolver()));
    }
    let lookup = only(scene);
    assert_eq!(lookup.outcome, LookupOutcome::RefusedByIcmp);
    let refusals = lookup.transactions[0].refusals.iter();
    let numbers = refusals.map(|refusal| refusal.stamp.packet.number.get());
    assert!(
        numbers.eq([2, 4, 6, 8, 10, 12, 14, 20]),
        "the first ones and the last"
    );
}

#[test]
fn a_query_is_lost_although_its_repeat_is_refused() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.asks(300, 4000, 2, AAAA);
    scene.answers(ms(9), (4000, 1, A), 0, &["203.0.113.10"]);
    scene.asks(s(5), 4000, 2, AAAA);
    assert!(scene.refuses(s(5) + ms(1), client(4000), resolver()));
    let lost = only(scene).lost_sibling().unwrap();
    assert_eq!((lost.answered, lost.lost), (0, 1));
}

#[test]
fn a_late_answer_that_nobody_listens_to() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.answers(s(6), (4000, 1, A), 0, &["203.0.113.10"]);
    assert!(scene.refuses(s(6) + 100, resolver(), client(4000)));
    let lookup = only(scene);
    let transaction = &lookup.transactions[0];
    assert_eq!(transaction.response_time(), Some(Nanos::from_secs(6)));
    assert_eq!(number(transaction.response_refused), Some(3));
    assert!(transaction.refusals.is_empty());
}

#[test]
fn responses_without_queries_still_tell() {
    let mut scene = Scene::new();
    scene.answers(0, (4000, 1, A), 0, &["203.0.113.10"]);
    scene.answers(ms(2), (4000, 2, AAAA), 0, &[]);
    assert_eq!(scene.tracker.counts().responses_without_query, 2);
    let lookup = only(scene);
    assert_eq!(lookup.outcome, LookupOutcome::Answered);
    assert_eq!(lookup.last_query, None);
    assert_eq!(lookup.transactions[0].query, None);
    assert_eq!(lookup.transactions[0].response_time(), None);
}

#[test]
fn a_response_must_fit_its_query_in_everything() {
    let right = (4000, 1, A);
    let rows = [
        ("another port", (4001, 1, A), NAME),
        ("another identifier", (4000, 2, A), NAME),
        ("another type", (4000, 1, AAAA), NAME),
        ("another name", right, "api.shop.example.org"),
    ];
    for (row, key, name) in rows {
        let mut scene = Scene::new();
        scene.asks(0, 4000, 1, A);
        scene.answers_for(ms(9), key, name, 3, &[]);
        assert_eq!(scene.tracker.counts().responses_without_query, 1, "{row}");
        let lookups = scene.lookups(s(10));
        assert_eq!(lookups[0].transactions[0].response, None, "{row}");
    }
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.answers_for(ms(9), right, "API.Shop.Example", 3, &[]);
    assert_eq!(only(scene).outcome, LookupOutcome::NonExistentName);
}

#[test]
fn a_response_without_its_question_answers_the_open_query() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 7, A);
    // Twelve bytes: identifier 7, response, format error.
    let bare = [0, 7, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0];
    assert!(scene.datagram(ms(9), resolver(), client(4000), &bare));
    let outcome = LookupOutcome::Failed(ResponseCode::FORMAT_ERROR);
    assert_eq!(only(scene).outcome, outcome);
}

#[test]
fn the_link_answers_in_its_own_way() {
    let group: SocketAddr = "224.0.0.252:5355".parse().unwrap();
    let host: SocketAddr = "10.0.0.77:5355".parse().unwrap();
    let mut scene = Scene::new();
    let question = message(9, 0, "printer", A, &[]);
    scene.datagram(0, client(5000), group, &question);
    let answer = message(9, 0x8000, "printer", A, &[host.ip()]);
    scene.datagram(ms(3), host, client(5000), &answer);
    let mdns: SocketAddr = "224.0.0.251:5353".parse().unwrap();
    scene.datagram(ms(4), client(5353), mdns, &message(0, 0, "x.local", A, &[]));
    assert_eq!(scene.tracker.counts().multicast, 1);
    let lookup = only(scene);
    assert_eq!(lookup.service, Service::LinkLocal);
    assert_eq!(lookup.outcome, LookupOutcome::Answered);
}

#[test]
fn what_is_not_dns_is_counted() {
    let mut scene = Scene::new();
    assert!(!scene.datagram(0, client(4000), resolver(), b"not a DNS message at all"));
    assert!(!scene.datagram(0, client(4000), resolver(), b"short"));
    let elsewhere: SocketAddr = "10.0.0.9:8053".parse().unwrap();
    assert!(!scene.datagram(
        0,
        client(4000),
        elsewhere,
        &message(1, 0x0100, NAME, A, &[])
    ));
    let counts = scene.tracker.counts();
    assert_eq!((counts.not_dns, counts.queries), (2, 0));
}

#[test]
fn the_last_earlier_answer_names_an_address() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.answers(ms(9), (4000, 1, A), 0, &["203.0.113.10", "203.0.113.11"]);
    scene.asks_for(s(1), 4001, "cdn.example", 2, A);
    scene.answers_for(
        s(1) + ms(5),
        (4001, 2, A),
        "cdn.example",
        0,
        &["203.0.113.11"],
    );
    scene.asks(s(2), 4002, 3, AAAA);
    scene.answers(s(2) + ms(5), (4002, 3, AAAA), 0, &["2001:db8::10"]);
    let named = |client: &str, server: &str, micros: i64| {
        let found = scene.tracker.answers_for(
            client.parse().unwrap(),
            server.parse().unwrap(),
            stamp(1, micros).at,
        );
        found.map(|found| (found.answer.name.as_str().to_owned(), found.basis))
    };
    let by = |name: &str, basis| Some((name.to_owned(), basis));
    let same = AnswerBasis::SameAddress;
    assert_eq!(
        named("10.0.0.1", "203.0.113.11", s(3)),
        by("cdn.example", same)
    );
    assert_eq!(named("10.0.0.1", "203.0.113.11", s(1)), by(NAME, same));
    assert_eq!(named("10.0.0.1", "203.0.113.11", 0), None);
    assert_eq!(named("10.0.0.2", "203.0.113.10", s(3)), None);
    let other_family = by(NAME, AnswerBasis::OtherFamily);
    assert_eq!(named("2001:db8::1", "2001:db8::10", s(3)), other_family);
}

#[test]
fn lookups_come_out_while_the_capture_goes_on() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    scene.answers(ms(9), (4000, 1, A), 0, &["203.0.113.10"]);
    scene.asks_for(s(1), 4001, "slow.example", 2, A);
    scene.asks_for(s(4), 4002, "other.example", 3, A);
    let first = scene.finished();
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].name.as_str(), NAME);
    // Thirty seconds after its only query, nothing is expected of the slow one.
    scene.asks_for(s(33), 4003, "last.example", 4, A);
    let second = scene.finished();
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].outcome, LookupOutcome::Unanswered);
    assert_eq!(scene.lookups(s(40)).len(), 2);
}

#[test]
fn a_truncated_answer_is_asked_again_over_tcp() {
    let mut scene = Scene::new();
    scene.asks(0, 4000, 1, A);
    let truncated = message(1, 0x8380, NAME, A, &[]);
    scene.datagram(ms(5), resolver(), client(4000), &truncated);
    for (micros, side, bytes) in [
        (
            ms(7),
            crate::side::Side::Originator,
            message(2, 0x0100, NAME, A, &[]),
        ),
        (
            ms(9),
            crate::side::Side::Responder,
            message(2, 0x8180, NAME, A, &["203.0.113.10".parse().unwrap()]),
        ),
    ] {
        let completed = scene.stamp(micros);
        let message = crate::dns::message::Message::parse(&bytes, bytes.len()).unwrap();
        scene.tracker.on_framed(
            client(6000),
            resolver(),
            crate::dns::stream::Framed {
                side,
                message,
                completed,
            },
        );
    }
    let lookup = only(scene);
    assert_eq!(lookup.outcome, LookupOutcome::Answered);
    assert_eq!(lookup.transactions[1].carrier, Carrier::Tcp);
    assert_eq!(
        lookup.transactions[1].response_time(),
        Some(Nanos::from_millis(2))
    );
}

#[test]
fn answers_are_forgotten_oldest_first() {
    // Every answer has as many addresses as are kept of one, and the n-th comes n seconds in.
    let addresses: Vec<String> = (0..crate::limits::DNS_ADDRESSES)
        .map(|host| format!("203.0.113.{host}"))
        .collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let remembered = crate::limits::DNS_ANSWERED_ADDRESSES / addresses.len();
    let mut scene = Scene::new();
    for number in 0..remembered + 3 {
        let key = (4000, number as u16, A);
        scene.asks(s(number as i64), 4000, key.1, A);
        scene.answers(s(number as i64) + ms(1), key, 0, &addresses);
    }
    assert_eq!(scene.tracker.counts().forgotten_answers, 3);
    let named_before = |seconds: i64| {
        let host = "10.0.0.1".parse().unwrap();
        let server = "203.0.113.7".parse().unwrap();
        let found = scene
            .tracker
            .answers_for(host, server, stamp(1, s(seconds)).at);
        found.map(|found| found.answer.answered.at.since(stamp(1, 0).at))
    };
    assert_eq!(named_before(3), None, "the first three are forgotten");
    for second in [3, 4, 100] {
        let answered = Nanos::from_micros(s(second) + ms(1));
        assert_eq!(named_before(second + 1), Some(answered));
    }
}

#[test]
fn too_many_open_lookups_close_the_oldest() {
    let mut scene = Scene::new();
    let cap = crate::limits::DNS_OPEN_LOOKUPS;
    for number in 0..cap + 3 {
        scene.asks_for(
            number as i64,
            4000,
            &format!("h{number}.example"),
            number as u16,
            A,
        );
    }
    assert_eq!(scene.tracker.counts().closed_early, 3);
    let closed = scene.finished();
    let names: Vec<_> = closed.iter().map(|lookup| lookup.name.as_str()).collect();
    assert_eq!(names, ["h0.example", "h1.example", "h2.example"]);
    assert_eq!(closed[0].outcome, LookupOutcome::Unanswered);
}
