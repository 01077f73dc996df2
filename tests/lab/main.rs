//! Real clients and servers in network namespaces of their own, with a wire between them that can do what networks do.
//! Each scenario says what is wrong and what has to be said of it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod certificate;
mod contradiction;
mod control;
mod go;
mod nat;
mod nginx;
mod packet;
mod path;
mod run;
mod scenario;
mod site;
mod wire;

use std::path::{Path, PathBuf};

use stallscope_tests::captures::{skipped, tell};

use crate::scenario::Scenario;

/// Scenarios that run at once: they wait for timers, and hardly ever for a processor.
const AT_ONCE: usize = 12;

#[test]
fn every_scenario_ends_with_its_verdict() {
    let what = "scenarios in network namespaces";
    let Some(command) = std::env::var_os("STALLSCOPE_COMMAND") else {
        skipped(
            what,
            "STALLSCOPE_COMMAND is not set; `cargo xtask test` sets it",
        );
        return;
    };
    if let Err(because) = site::is_possible() {
        skipped(what, &because);
        return;
    }
    let scenarios = Scenario::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/scenarios"));
    let only = std::env::var("STALLSCOPE_LAB_ONLY").unwrap_or_default();
    let chosen: Vec<&Scenario> = scenarios
        .iter()
        .filter(|scenario| scenario.name.contains(&only))
        .collect();
    assert!(!chosen.is_empty(), "no scenario is called {only}");
    let findings = at_once(&chosen, &PathBuf::from(command));
    let said = match only.as_str() {
        "" => String::new(),
        _ => findings.said.join("\n"),
    };
    tell(&format!("{} scenarios\n{said}\n", chosen.len()));
    assert!(
        findings.wrong.is_empty(),
        "{} are not as they should be; the captures are in {}\n{}",
        findings.wrong.len(),
        env!("CARGO_TARGET_TMPDIR"),
        findings.wrong.join("\n")
    );
}

/// What was said of all scenarios, and what should not have been.
#[derive(Default)]
struct Findings {
    said: Vec<String>,
    wrong: Vec<String>,
}

fn at_once(scenarios: &[&Scenario], command: &Path) -> Findings {
    let next = std::sync::Mutex::new(scenarios.iter().enumerate());
    let findings = std::sync::Mutex::new(Findings::default());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((index, scenario)) = next.lock().unwrap().next() else {
                        return;
                    };
                    let (said, wrong) = run::scenario(scenario, index, command);
                    let mut findings = findings.lock().unwrap();
                    findings.said.push(said);
                    findings.wrong.extend(wrong);
                }
            });
        }
    });
    findings.into_inner().unwrap()
}
