//! Brings what is missing: says what and why first, asks nothing.

mod crates;
mod debian;
mod npm;

pub(crate) use crates::oha;
pub(crate) use debian::{BENCH, BLACKBOX, PROBE_BENCH, TESTS, packages};
pub(crate) use npm::{axe, wasm_opt, wiregasm};

use anyhow::{Context, Result, bail};

use crate::process::{self, cargo};
use crate::workspace;

/// The target the viewer is built for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The standard library of the wasm target, by rustup.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = process::output(
        std::process::Command::new("rustc")
            .current_dir(workspace::root())
            .args(["--print", "sysroot"]),
    )?;
    let library = std::path::Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(WASM);
    if library.is_dir() {
        return Ok(());
    }
    println!("installing the Rust target {WASM}: the viewer is built for it");
    if process::find("rustup").is_none() {
        bail!(
            "the Rust target {WASM} is missing and there is no rustup to add it: install rustup (https://rustup.rs), then run this again"
        );
    }
    process::run(
        std::process::Command::new("rustup")
            .current_dir(workspace::root())
            .args(["target", "add", WASM]),
    )
    .with_context(|| format!("cannot add the target; try `rustup target add {WASM}` by hand"))
}

/// `cargo fuzz`, which drives libFuzzer, and the nightly compiler it needs.
pub(crate) fn cargo_fuzz() -> Result<()> {
    let toolchains = process::output(
        std::process::Command::new("rustup").args(["toolchain", "list"]),
    )
    .context("fuzzing needs a nightly compiler by rustup: install rustup (https://rustup.rs)")?;
    if !toolchains.lines().any(|line| line.starts_with("nightly")) {
        println!(
            "installing a nightly Rust toolchain: libFuzzer's instrumentation is not in stable"
        );
        process::run(std::process::Command::new("rustup").args([
            "toolchain",
            "install",
            "nightly",
            "--profile",
            "minimal",
        ]))?;
    }
    if process::find("cargo-fuzz").is_none() {
        println!("installing cargo-fuzz: it builds the fuzz targets and drives libFuzzer");
        process::run(&mut cargo("install --locked cargo-fuzz"))?;
    }
    Ok(())
}
