//! The command beside its peers, on one capture, in one run; then every layer by itself.

mod layers;
pub(crate) mod measure;
mod peers;
pub(crate) mod probe;
pub(crate) mod viewer;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use self::measure::Cost;
use self::peers::Peer;
use crate::process;
use crate::{build, install, workspace};

/// Measures everything and prints it; a floor that is missed is an error.
pub(crate) fn run(runs: usize, size: &str, capture: Option<PathBuf>) -> Result<()> {
    build::collector()?;
    let capture = match capture {
        Some(capture) => Some(capture),
        None => made_capture(size)?,
    };
    let missed = match capture {
        Some(capture) => {
            install::packages(install::BENCH)?;
            compare(&capture, runs.max(1))?
        }
        None => Vec::new(),
    };
    println!();
    layers::print()?;
    if missed.is_empty() {
        return Ok(());
    }
    bail!("floors missed: {}", missed.join(", "))
}

/// The large capture, made once by the maker that lives beside the checkout.
fn made_capture(size: &str) -> Result<Option<PathBuf>> {
    let folder = workspace::target().join("bench");
    let capture = folder.join(format!("tls-{size}.pcap"));
    if capture.is_file() {
        return Ok(Some(capture));
    }
    let maker = workspace::beside().join("bench/big.sh");
    if !maker.is_file() {
        println!(
            "\nSKIPPED: the comparison with other tools. The maker of the large capture is not at {}.",
            maker.display()
        );
        println!("         Name a capture of your own: cargo xtask bench --capture FILE");
        return Ok(None);
    }
    println!("making {} (once)", capture.display());
    process::run(Command::new("bash").arg(&maker).arg(size).arg(&folder))?;
    if !capture.is_file() {
        bail!("{} made no {}", maker.display(), capture.display());
    }
    Ok(Some(capture))
}

/// Prints the table and gives back the floors that were missed.
fn compare(capture: &Path, runs: usize) -> Result<Vec<String>> {
    let bytes = std::fs::metadata(capture)
        .with_context(|| format!("cannot read {}", capture.display()))?
        .len();
    println!(
        "\n{} ({} MB), medians of {runs}, page cache warm",
        capture.display(),
        bytes / 1_000_000
    );
    let subject = Peer::subject(capture);
    let peers = peers::all(capture);
    std::io::copy(&mut std::fs::File::open(capture)?, &mut std::io::sink())?;
    let own = subject.cost(runs)?;
    println!(
        "{:<24} {:>8} {:>8} {:>8} {:>8} {:>7}  stallscope's CPU time",
        "", "CPU s", "wall s", "MB/s", "peak MB", ""
    );
    row(&subject, &own, bytes, "");
    let mut missed = Vec::new();
    for peer in peers {
        let cost = peer.cost(runs)?;
        let (sentence, is_met) = peer.verdict(own.cpu_seconds, cost.cpu_seconds);
        row(&peer, &cost, bytes, &sentence);
        if !is_met {
            missed.push(format!("{}: {sentence}", peer.name));
        }
    }
    let memory = format!("peak memory {:.0} MB (at most {PEAK_MB:.0})", own.peak_mb);
    println!("{memory}");
    if own.peak_mb > PEAK_MB {
        missed.push(memory);
    }
    Ok(missed)
}

/// Peak memory that a capture of any size may cost, MB.
const PEAK_MB: f64 = 100.0;

fn row(peer: &Peer, cost: &Cost, bytes: u64, sentence: &str) {
    println!(
        "{:<24} {:>8.2} {:>8.2} {:>8.0} {:>8.0}          {sentence}",
        peer.name,
        cost.cpu_seconds,
        cost.wall_seconds,
        bytes as f64 / 1e6 / cost.wall_seconds.max(1e-9),
        cost.peak_mb,
    );
}
