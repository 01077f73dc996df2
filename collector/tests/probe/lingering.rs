//! Sockets that are kept open past their limits, and schedules.

use std::io::Write as _;
use std::thread::sleep;
use std::time::Duration;

use crate::outcomes::whole;
use crate::run::{Said, kinds, probe};
use crate::server::{FOR_EVER, asked, hello, serve};

#[test]
fn late_is_told_from_never_and_from_an_end() {
    let late = serve(|mut stream| {
        let hello = hello(&mut stream);
        sleep(Duration::from_millis(2_500));
        stream.write_all(&crate::server::flight(&hello)).unwrap();
        sleep(FOR_EVER);
    });
    let never = serve(|mut stream| {
        hello(&mut stream);
        sleep(FOR_EVER);
    });
    let ended = serve(|mut stream| {
        hello(&mut stream);
        sleep(Duration::from_millis(2_500));
    });
    for (server, kind, words) in [
        (late, "came-late", "it is late, not dead"),
        (never, "never-came", "got nothing for another"),
        (ended, "ended-late", "was ended by the server's side"),
    ] {
        let said = probe(server, "-n 1 --tls-timeout 1.6 --linger 2");
        let attempt = said.attempt(0);
        assert_eq!(attempt["outcome"], "tls_stalled", "{attempt:#}");
        assert!(kinds(attempt).contains(&kind), "{:?}", kinds(attempt));
        let statement = attempt["verdict"]["statement"].as_str().unwrap();
        assert!(statement.contains(words), "{statement}");
        assert_eq!(attempt["probe"]["limit"]["name"], "--tls-timeout");
    }
}

#[test]
fn a_rate_is_kept_over_all_addresses() {
    let server = serve(|stream| asked(stream, |say, _| whole(say)));
    let said = probe(server, "-n 6 --interval 0.01 --rate 20");
    let attempts = said.report["attempts"].as_array().unwrap();
    let due: Vec<i64> = attempts
        .iter()
        .map(|attempt| attempt["probe"]["due_ns"].as_i64().unwrap())
        .collect();
    for pair in due.windows(2) {
        let apart = pair[1] - pair[0];
        assert!((apart - 50_000_000).abs() < 5_000_000, "{due:?}");
    }
}

/// When it began.
fn begin(attempt: &serde_json::Value) -> i64 {
    attempt["started_ns"].as_i64().unwrap()
}

/// How long after each other attempts begin, whichever URL they are of.
fn gaps(said: &Said) -> Vec<i64> {
    let attempts = said.report["attempts"].as_array().unwrap();
    let mut begun: Vec<i64> = attempts.iter().map(begin).collect();
    begun.sort_unstable();
    begun.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// What the machine adds between the plan's clock and an attempt's own.
const JITTER_NS: i64 = 20_000_000;

#[test]
fn attempts_in_flight_at_one_address_never_begin_closer_than_its_cap() {
    let slow = serve(|stream| {
        asked(stream, |say, _| {
            sleep(Duration::from_millis(450));
            whole(say);
        });
    });
    let port = slow.port();
    // Two URLs lead there, and each attempt lasts four intervals.
    let said = probe(
        slow,
        &format!("-n 6 --interval 0.1 https://probe.test:{port}/b"),
    );
    let gaps = gaps(&said);
    assert_eq!(gaps.len(), 11, "{gaps:?}");
    assert!(
        gaps.iter().all(|gap| *gap >= 100_000_000 - JITTER_NS),
        "{gaps:?}"
    );
    assert!(
        gaps.iter().sum::<i64>() < 2_000_000_000,
        "they overlap: {gaps:?}"
    );
}

#[test]
fn what_is_late_is_not_made_up_for_in_a_burst() {
    // The first one holds the only place for a second; the others take no time.
    static FIRST: std::sync::Once = std::sync::Once::new();
    let server = serve(|stream| {
        asked(stream, |say, _| {
            FIRST.call_once(|| sleep(Duration::from_secs(1)));
            whole(say);
        });
    });
    let said = probe(server, "-n 6 -c 1 --interval 0.1");
    let gaps = gaps(&said);
    assert!(gaps[0] >= 1_000_000_000, "{gaps:?}");
    assert!(
        gaps.iter().all(|gap| *gap >= 100_000_000 - JITTER_NS),
        "{gaps:?}"
    );
    // The grid stays where it was: how late each is stands beside it.
    let attempts = said.report["attempts"].as_array().unwrap();
    let late =
        |attempt: &serde_json::Value| begin(attempt) - attempt["probe"]["due_ns"].as_i64().unwrap();
    assert!(late(&attempts[5]) >= 800_000_000, "{}", late(&attempts[5]));
}
