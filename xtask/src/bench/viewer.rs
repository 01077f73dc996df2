//! The viewer in Chromium: what a page weighs, when it is there, how long a large capture takes beside the command
//! and beside Wireshark in the same browser, and how long frames are.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::peers::Peer;
use crate::process::{self, cargo};
use crate::serve::Server;
use crate::{build, install, viewer, workspace};

/// What is fetched before the page is there.
const PAGE: [&str; 4] = [
    "index.html",
    "stallscope.js",
    "stallscope.css",
    "stallscope_bg.wasm",
];

/// What is fetched once it is.
const WORKER: [&str; 2] = ["stallscope-worker.js", "stallscope-worker_bg.wasm"];

/// Measures and prints.
pub(crate) fn run(runs: usize, capture: Option<PathBuf>) -> Result<()> {
    install::packages(install::TESTS)?;
    viewer::build()?;
    build::collector()?;
    let capture = match capture {
        Some(capture) => capture.canonicalize()?,
        None => super::made_capture("200m")?.context("there is no capture to load")?,
    };
    println!();
    for (what, names) in [("page", &PAGE[..]), ("worker", &WORKER)] {
        match brotli(names)? {
            Some(bytes) => println!("{what:<34} {:>9.1} kB, brotli", bytes / 1e3),
            None => println!("SKIPPED: size of the {what}: no node, which has brotli"),
        }
    }
    let native = Peer::subject(&capture).cost(runs)?.wall_seconds * 1e3;
    println!("{:<34} {native:>9.0} ms", "command, whole analysis");
    let figures = (0..runs.max(1))
        .map(|_| figures(&capture))
        .collect::<Result<Vec<_>>>()?;
    print(&figures, native);
    wiregasm(&capture, &figures)
}

/// Bytes of files after brotli at its best, which Node.js has.
fn brotli(names: &[&str]) -> Result<Option<f64>> {
    const SUM: &str = "const z = require('zlib'), f = require('fs'); console.log(process.argv.slice(1).reduce((sum, name) => sum + z.brotliCompressSync(f.readFileSync(name)).length, 0))";
    if process::find("node").is_none() {
        return Ok(None);
    }
    let mut node = Command::new("node");
    node.current_dir(workspace::dist()).args(["-e", SUM]);
    let said = process::output(node.args(names))?;
    Ok(said.trim().parse().ok())
}

/// What one browser with an empty cache measured.
fn figures(capture: &Path) -> Result<Value> {
    let server = Server::start(workspace::dist(), 0)?;
    tested(
        "browser::figures::figures_of_a_large_capture",
        capture,
        &server,
    )
}

/// Runs a measuring test and reads the line that it prints.
fn tested(test: &str, capture: &Path, server: &Server) -> Result<Value> {
    let said = process::output(
        cargo("test --quiet --locked --package stallscope-tests --test borders --")
            .args(["--exact", test, "--nocapture"])
            .env("STALLSCOPE_VIEWER_URL", server.url())
            .env("STALLSCOPE_BENCH_CAPTURE", capture),
    )?;
    let Some((_, line)) = said.split_once("FIGURES ") else {
        bail!("the browser measured nothing:\n{said}");
    };
    let line = line.lines().next().unwrap_or_default();
    serde_json::from_str(line).context("the browser's figures cannot be read")
}

fn print(figures: &[Value], native: f64) {
    let median = |pointer: &str| {
        median(
            figures
                .iter()
                .filter_map(|one| one.pointer(pointer)?.as_f64()),
        )
    };
    let line = |what: &str, value: f64, more: &str| println!("{what:<34} {value:>9.0} ms{more}");
    line(
        "page interactive, empty cache",
        median("/loading/interactive"),
        "",
    );
    let overview = median("/loading/overview");
    let ratio = format!(", {:.1} times the command", overview / native.max(1.0));
    line("dropped to complete overview", overview, &ratio);
    line(
        "longest task of the page meanwhile",
        median("/loading/longest"),
        "",
    );
    let heap = figures.first().and_then(|one| one.pointer("/loading/heap"));
    println!(
        "{:<34} {}",
        "heap of the worker",
        heap.and_then(Value::as_str).unwrap_or_default()
    );
    let rows = figures.first().and_then(|one| one.pointer("/frames/rows"));
    println!(
        "frames with {}:",
        rows.and_then(Value::as_str).unwrap_or_default()
    );
    for what in ["scroll", "zoom", "select", "order", "filter"] {
        let of = |one: &Value| -> Vec<f64> {
            let times = one.pointer(&format!("/frames/{what}"));
            let times = times.and_then(Value::as_array).into_iter().flatten();
            times.filter_map(Value::as_f64).collect()
        };
        let usual = self::median(figures.iter().flat_map(of));
        let worst = self::median(
            figures
                .iter()
                .map(|one| of(one).into_iter().fold(0.0, f64::max)),
        );
        line(
            &format!("  {what}"),
            usual,
            &format!(", longest {worst:.0} ms"),
        );
    }
}

/// The same capture in Wireshark's module, once: it takes minutes.
fn wiregasm(capture: &Path, figures: &[Value]) -> Result<()> {
    let Some(folder) = install::wiregasm() else {
        println!("SKIPPED: the comparison with wiregasm: no npm on this machine");
        return Ok(());
    };
    let server = Server::start(folder, 0)?;
    let measured = tested("browser::figures::figures_of_wiregasm", capture, &server)?;
    let loaded = measured.pointer("/loaded").and_then(Value::as_f64);
    let overviews = figures
        .iter()
        .filter_map(|one| one.pointer("/loading/overview")?.as_f64());
    match loaded {
        Some(loaded) => println!(
            "{:<34} {loaded:>9.0} ms, {:.1} times the viewer",
            "wiregasm, loaded",
            loaded / median(overviews).max(1.0)
        ),
        None => println!("wiregasm did not load it: {measured}"),
    }
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < 1e-9);
        assert!(median(std::iter::empty()).abs() < 1e-9);
    }
}
