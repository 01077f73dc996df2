//! The targets as ordinary tests: every kept case, then generated inputs for a few seconds.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

use stallscope_fuzz::generate::{self, Numbers};
use stallscope_fuzz::{TARGETS, Target, seeds};

/// How long each target is given inputs.
const TIME: Duration = Duration::from_secs(3);

/// The same inputs on every machine, as many as fit into the time.
const SEED: u64 = 20_250_101;

#[test]
fn kept_cases_hold() {
    for (name, body) in TARGETS {
        for (path, bytes) in seeds::cases(name) {
            assert!(holds(body, &bytes), "{name} breaks on {}", path.display());
        }
    }
}

#[test]
fn every_case_belongs_to_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(
            TARGETS.iter().any(|(target, _)| name == *target),
            "{} is no target",
            name.display()
        );
    }
}

#[test]
fn analyzer() {
    generated("analyzer");
}

#[test]
fn capture_reader() {
    generated("capture_reader");
}

#[test]
fn dissect() {
    generated("dissect");
}

#[test]
fn dns_message() {
    generated("dns_message");
}

#[test]
fn http2() {
    generated("http2");
}

#[test]
fn link() {
    generated("link");
}

#[test]
fn tcp_events() {
    generated("tcp_events");
}

#[test]
fn tls_records() {
    generated("tls_records");
}

/// Gives the target its seeds and then changes of them, until the time is over.
fn generated(target: &str) {
    let (name, body): Target = *TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let seeds = seeds::of(name);
    for seed in &seeds {
        run(name, body, seed);
    }
    let mut numbers = Numbers::new(SEED);
    let start = Instant::now();
    let mut count = 0_u64;
    while start.elapsed() < TIME {
        run(name, body, &generate::input(&mut numbers, &seeds));
        count += 1;
    }
    println!("{name}: {} seeds, {count} generated inputs", seeds.len());
    assert!(count > 0);
}

/// An input that breaks a law is written down before the test fails.
fn run(name: &str, body: fn(&[u8]), bytes: &[u8]) {
    if holds(body, bytes) {
        return;
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{:016x}", sum(bytes)));
    fs::write(&file, bytes).unwrap();
    panic!(
        "{name} breaks on {}; keep it in {}",
        file.display(),
        seeds::case_folder(name).display()
    );
}

fn holds(body: fn(&[u8]), bytes: &[u8]) -> bool {
    catch_unwind(|| body(bytes)).is_ok()
}

/// FNV-1a, for a file name.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
