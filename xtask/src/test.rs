//! Everything that must hold, in one command: the same here and in CI.
//!
//! Cheap checks first. The first failure ends the run and says how to repeat that step alone.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::install::{self, WASM};
use crate::process::{self, Tally, cargo, watch};
use crate::serve::Server;
use crate::{tidy, viewer, wasm, workspace};

pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::default();
    let outcome = all(&mut steps);
    steps.print();
    outcome
}

fn all(steps: &mut Steps) -> Result<()> {
    steps.step("install", "the tests need other programs", || {
        install::wasm_target()?;
        install::packages(install::TESTS)?;
        Ok(Tally::default())
    })?;
    steps.step("format", "`cargo fmt --all` mends it", format)?;
    steps.step(
        "clippy",
        "`cargo clippy --workspace --all-targets` shows it again",
        clippy,
    )?;
    steps.step("tidy", "`cargo xtask tidy` shows it again", || {
        tidy::run().map(|()| Tally::default())
    })?;
    steps.step("tests", "`cargo test --workspace` runs them again", || {
        watch(&mut cargo([
            "test",
            "--locked",
            "--workspace",
            "--exclude",
            BORDERS,
        ]))
    })?;
    steps.step(
        "viewer build",
        "`cargo xtask viewer build` builds it again",
        || {
            let mut tally = Tally::default();
            if !viewer::build()? {
                tally
                    .skipped
                    .push("wasm-opt: no npm on this machine, so the viewer is larger".to_owned());
            }
            Ok(tally)
        },
    )?;
    steps.step(
        "borders",
        "`cargo xtask test` is the only way to run all of them",
        borders,
    )?;
    steps.step(
        "fuzz smoke",
        "`cargo test --manifest-path fuzz/Cargo.toml` runs it again",
        || {
            watch(
                cargo([
                    "test",
                    "--locked",
                    "--manifest-path",
                    "fuzz/Cargo.toml",
                    "--target-dir",
                ])
                .arg(workspace::target().join("fuzz")),
            )
        },
    )
}

/// The package of the tests that cross a border and need something built before.
const BORDERS: &str = "stallscope-tests";

fn format() -> Result<Tally> {
    process::run(&mut cargo(["fmt", "--all", "--check"]))?;
    process::run(&mut cargo([
        "fmt",
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--check",
    ]))?;
    Ok(Tally::default())
}

fn clippy() -> Result<Tally> {
    process::run(&mut cargo([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    process::run(&mut cargo([
        "clippy",
        "--locked",
        "--target",
        WASM,
        "-p",
        "stallscope-shared",
        "-p",
        "stallscope-viewer",
        "-p",
        "stallscope-wasm-module",
        "--",
        "-D",
        "warnings",
    ]))?;
    process::run(
        cargo([
            "clippy",
            "--locked",
            "--manifest-path",
            "fuzz/Cargo.toml",
            "--target-dir",
        ])
        .arg(workspace::target().join("fuzz"))
        .args(["--all-targets", "--", "-D", "warnings"]),
    )?;
    Ok(Tally::default())
}

/// The tests that cross a border: the wasm build under node, the viewer in a browser.
fn borders() -> Result<Tally> {
    let folder = workspace::target().join("wasm-module");
    let compiled = wasm::compile("stallscope-wasm-module", "stallscope_wasm_module.wasm")?;
    let module = wasm::bindgen(&compiled, &folder, "analyse")?;
    let server = Server::start(workspace::dist(), 0)?;
    let mut tests: Command = cargo(["test", "--locked", "--package", BORDERS]);
    tests
        .env("STALLSCOPE_WASM_SCRIPT", &module.script)
        .env("STALLSCOPE_WASM_MODULE", &module.wasm)
        .env("STALLSCOPE_VIEWER_URL", server.url())
        .env("STALLSCOPE_SHARED", workspace::beside());
    watch(&mut tests)
}

/// Steps that were done, how long each took, and what the runners said in them.
#[derive(Default)]
struct Steps {
    done: Vec<(&'static str, Duration, Tally)>,
}

impl Steps {
    /// Does one step. `way_out` is what its failure tells the reader to do.
    fn step(
        &mut self,
        name: &'static str,
        way_out: &str,
        work: impl FnOnce() -> Result<Tally>,
    ) -> Result<()> {
        println!("\n==> {name}");
        let start = Instant::now();
        let tally = work().with_context(|| format!("step `{name}` failed; {way_out}"))?;
        self.done.push((name, start.elapsed(), tally));
        Ok(())
    }

    /// One line per step, then the sum and everything that was skipped.
    fn print(&self) {
        println!();
        let mut sum = Tally::default();
        let mut time = Duration::ZERO;
        for (name, took, tally) in &self.done {
            println!("{name:14} {:6.1} s{}", took.as_secs_f64(), counts(tally));
            sum.add(tally.clone());
            time += *took;
        }
        println!("{:14} {:6.1} s{}", "sum", time.as_secs_f64(), counts(&sum));
        for reason in &sum.skipped {
            println!("SKIPPED: {reason}");
        }
    }
}

fn counts(tally: &Tally) -> String {
    if *tally == Tally::default() {
        return String::new();
    }
    format!(
        "  {} passed, {} failed, {} skipped",
        tally.passed,
        tally.failed,
        tally.skipped.len()
    )
}
