//! libFuzzer over every target, and what it finds kept as a case.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::{install, workspace};

/// Runs one target or all of them, each for this long.
pub(crate) fn run(seconds: u64, only: Option<&str>) -> Result<()> {
    install::cargo_fuzz()?;
    let targets = targets()?;
    if let Some(name) = only
        && !targets.iter().any(|target| target == name)
    {
        bail!(
            "there is no fuzz target {name}; there are: {}",
            targets.join(", ")
        );
    }
    let mut crashed = Vec::new();
    for target in targets
        .iter()
        .filter(|target| only.is_none_or(|name| name == *target))
    {
        println!("\nfuzzing {target} for {seconds} s");
        let kept = run_one(target, seconds)?;
        if !kept.is_empty() {
            crashed.push(format!("{target} (kept: {})", kept.join(", ")));
        }
    }
    if crashed.is_empty() {
        return Ok(());
    }
    bail!(
        "these targets failed: {}; `cargo xtask test` replays the kept cases",
        crashed.join("; ")
    )
}

/// The targets, by their files.
fn targets() -> Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(folder().join("fuzz_targets"))?
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Runs one target and gives back the names of the new cases.
fn run_one(target: &str, seconds: u64) -> Result<Vec<String>> {
    let corpus = folder().join("corpus").join(target);
    let cases = folder().join("cases").join(target);
    fs::create_dir_all(&cases)?;
    seed(target, &corpus)?;
    // By rustup's proxy: the cargo that runs this belongs to the stable toolchain.
    let mut command = Command::new("cargo");
    command
        .current_dir(workspace::root())
        .env("RUSTUP_TOOLCHAIN", "nightly")
        .env_remove("CARGO")
        .args(["fuzz", "run", "--features", "libfuzzer", target]);
    command.arg(&corpus).arg(&cases).args([
        "--",
        &format!("-max_total_time={seconds}"),
        "-max_len=65536",
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
    ]);
    if process::run(&mut command).is_ok() {
        return Ok(Vec::new());
    }
    keep(&folder().join("artifacts").join(target), &cases)
}

/// Writes where libFuzzer begins: the same seeds as the tests'.
fn seed(target: &str, corpus: &Path) -> Result<()> {
    process::run(
        cargo("run --quiet --locked --manifest-path fuzz/Cargo.toml --target-dir")
            .arg(workspace::target().join("fuzz"))
            .args(["--example", "seed", "--", target])
            .arg(corpus),
    )
}

/// Moves what crashed to where the tests replay it.
fn keep(artifacts: &Path, cases: &Path) -> Result<Vec<String>> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(artifacts)?.flatten() {
        let to = cases.join(entry.file_name());
        fs::rename(entry.path(), &to)?;
        println!("kept as a case: {}", to.display());
        kept.push(entry.file_name().to_string_lossy().into_owned());
    }
    if kept.is_empty() {
        bail!("libFuzzer failed without leaving an input; see its output above");
    }
    Ok(kept)
}

fn folder() -> PathBuf {
    workspace::root().join("fuzz")
}
