//! Everything that must hold, in one command: the same here and in CI.
//!
//! Cheap checks first. The first step that fails ends the run and says how to repeat it alone.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::install::{self, WASM};
use crate::process::{self, Tally, cargo, watch};
use crate::serve::Server;
use crate::wasm::Aim;
use crate::{tidy, viewer, wasm, workspace};

/// One step: its name, what its failure tells the reader to do, and the work.
type Step = (&'static str, &'static str, fn(&mut Tally) -> Result<()>);

const STEPS: [Step; 9] = [
    ("install", "the tests need other programs", install),
    ("format", "`cargo fmt --all` mends it", format),
    ("tidy", "`cargo xtask tidy` repeats it", tidy),
    (
        "clippy",
        "`cargo clippy --workspace --all-targets` repeats it",
        clippy,
    ),
    ("tests", "`cargo test --workspace` repeats it", tests),
    (
        "http3",
        "`cargo test --package stallscope --features http3 --test http3` repeats it",
        http3,
    ),
    (
        "viewer build",
        "`cargo xtask viewer build` repeats it",
        viewer_build,
    ),
    (
        "borders",
        "`cargo test --package stallscope-tests` repeats what needs nothing built",
        borders,
    ),
    (
        "fuzz smoke",
        "`cargo test --manifest-path fuzz/Cargo.toml` repeats it",
        fuzz_smoke,
    ),
];

pub(crate) fn run() -> Result<()> {
    let mut done = Vec::new();
    let outcome = STEPS.iter().try_for_each(|step| take(step, &mut done));
    print(&done);
    outcome
}

/// Takes one step and notes how long it took and what the runners said, also when it fails.
fn take((name, way_out, work): &Step, done: &mut Vec<Done>) -> Result<()> {
    println!("\n==> {name}");
    let start = Instant::now();
    let mut tally = Tally::default();
    let outcome = work(&mut tally);
    done.push(Done {
        name,
        took: start.elapsed(),
        tally,
    });
    outcome.with_context(|| format!("step `{name}` failed; {way_out}"))
}

fn install(_tally: &mut Tally) -> Result<()> {
    install::wasm_target()?;
    install::packages(install::TESTS)
}

fn format(_tally: &mut Tally) -> Result<()> {
    process::run(&mut cargo("fmt --all --check"))?;
    process::run(&mut cargo("fmt --manifest-path fuzz/Cargo.toml --check"))
}

fn clippy(_tally: &mut Tally) -> Result<()> {
    process::run(&mut cargo(
        "clippy --locked --workspace --all-targets -- -D warnings",
    ))?;
    process::run(&mut cargo(&format!(
        "clippy --locked --target {WASM} -p stallscope-shared -p stallscope-viewer -p stallscope-wasm-module -p stallscope-platform-module -- -D warnings"
    )))?;
    process::run(fuzz_crate("clippy").args(["--all-targets", "--", "-D", "warnings"]))
}

fn tidy(_tally: &mut Tally) -> Result<()> {
    tidy::run()
}

/// Every test that needs nothing but the compiler.
fn tests(tally: &mut Tally) -> Result<()> {
    let mut tests = cargo("test --locked --no-fail-fast --workspace --exclude stallscope-tests");
    watch(&mut tests, tally)
}

/// The feature of the command that speaks HTTP/3: its own lints and tests.
fn http3(tally: &mut Tally) -> Result<()> {
    process::run(&mut cargo(
        "clippy --locked --package stallscope --features http3 --bin stallscope --test http3 -- -D warnings",
    ))?;
    let mut tests =
        cargo("test --locked --no-fail-fast --package stallscope --features http3 --test http3");
    watch(&mut tests, tally)
}

fn viewer_build(tally: &mut Tally) -> Result<()> {
    if !viewer::build()? {
        tally
            .skipped
            .push("wasm-opt: no npm on this machine, so the viewer is larger".to_owned());
    }
    Ok(())
}

/// The tests that cross a border: the wasm build under node, the viewer in a browser, other tools.
fn borders(tally: &mut Tally) -> Result<()> {
    let folder = workspace::target().join("wasm-module");
    let compiled = wasm::compile(
        "--package stallscope-wasm-module",
        "stallscope_wasm_module.wasm",
        Aim::Fast,
    )?;
    let module = wasm::bindgen(&compiled, &folder, "analyse")?;
    let platform = platform_module()?;
    let server = Server::start(workspace::dist(), 0)?;
    // Once more, now that there is a viewer to be put into it.
    process::run(&mut cargo("build --locked --package stallscope"))?;
    // Only a command with the viewer in it can serve it.
    let mut serve = cargo("test --locked --no-fail-fast --package stallscope --test serve");
    watch(&mut serve, tally)?;
    let mut tests = cargo("test --locked --no-fail-fast --package stallscope-tests");
    tests
        .env("STALLSCOPE_WASM_SCRIPT", &module.script)
        .env("STALLSCOPE_WASM_MODULE", &module.wasm)
        .env("STALLSCOPE_PLATFORM_MODULE", platform)
        .env("STALLSCOPE_VIEWER_URL", server.url())
        .env("STALLSCOPE_VIEWER_FOLDER", workspace::dist())
        .env(
            "STALLSCOPE_COMMAND",
            workspace::target().join("debug/stallscope"),
        )
        .env("STALLSCOPE_SHARED", workspace::beside());
    match install::axe() {
        Some(script) => {
            tests.env("STALLSCOPE_AXE", script);
        }
        None => tally
            .skipped
            .push("axe-core: no npm on this machine, so accessibility is not checked".to_owned()),
    }
    watch(&mut tests, tally)
}

/// The tests of what the viewer asks of the browser, in a folder of their own. They are built as the page is, so that
/// all that they depend on is there already.
fn platform_module() -> Result<PathBuf> {
    let folder = workspace::target().join("platform-module");
    let compiled = wasm::compile(
        "--package stallscope-platform-module",
        "stallscope_platform_module.wasm",
        Aim::Small,
    )?;
    wasm::bindgen(&compiled, &folder, "platform")?;
    Ok(folder)
}

fn fuzz_smoke(tally: &mut Tally) -> Result<()> {
    watch(fuzz_crate("test").arg("--no-fail-fast"), tally)
}

/// A cargo command on the fuzz crate, which is outside of the workspace, with its own target folder.
fn fuzz_crate(command: &str) -> std::process::Command {
    let mut command = cargo(command);
    command
        .args([
            "--locked",
            "--manifest-path",
            "fuzz/Cargo.toml",
            "--target-dir",
        ])
        .arg(workspace::target().join("fuzz"));
    command
}

/// A step that was taken.
struct Done {
    name: &'static str,
    took: Duration,
    tally: Tally,
}

/// One line per step, then the sum and everything that was skipped.
fn print(done: &[Done]) {
    println!();
    let mut sum = Tally::default();
    let mut time = Duration::ZERO;
    for step in done {
        println!("{}", line(step.name, step.took, &step.tally));
        sum.add(step.tally.clone());
        time += step.took;
    }
    println!("{}", line("sum", time, &sum));
    for reason in &sum.skipped {
        println!("SKIPPED: {reason}");
    }
}

fn line(name: &str, took: Duration, tally: &Tally) -> String {
    let seconds = took.as_secs_f64();
    if *tally == Tally::default() {
        return format!("{name:14} {seconds:6.1} s");
    }
    let Tally {
        passed,
        failed,
        skipped,
    } = tally;
    format!(
        "{name:14} {seconds:6.1} s  {passed} passed, {failed} failed, {} skipped",
        skipped.len()
    )
}
