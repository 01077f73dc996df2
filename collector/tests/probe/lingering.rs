//! Sockets that are kept open past their limits, and schedules.

use std::io::Write as _;
use std::thread::sleep;
use std::time::Duration;

use crate::outcomes::whole;
use crate::run::{kinds, probe};
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
