//! The one door of the project: `cargo xtask demo`, `cargo xtask test` and what they are made of.
//!
//! One file per command. Whatever a command needs and does not find is installed by `install`,
//! which says what and why, or says exactly what to install by hand.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to the person who typed it"
)]

mod bench;
mod blackbox;
mod build;
mod demo;
mod dist;
mod fuzz;
mod install;
mod process;
mod screenshots;
mod serve;
mod simulate;
mod test;
mod tidy;
mod viewer;
mod wasm;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of the stallscope workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build everything, analyse a real capture and print the result
    Demo,
    /// Install what the tests need and run them all
    Test,
    /// Build the release command and the viewer
    Build,
    /// Build the folder to host: the viewer and what static hosts read beside it
    Dist,
    /// Build the viewer or serve it on this machine
    #[command(subcommand)]
    Viewer(ViewerTask),
    /// Take pictures of every view of the viewer into target/screenshots
    Screenshots,
    /// Run the fuzz targets (needs a nightly toolchain)
    Fuzz {
        /// How long each target runs
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Only this target
        target: Option<String>,
    },
    /// Tell many stories with known faults and see what is said of each
    Simulate {
        /// How many of each scenario
        #[arg(long, default_value_t = 1000)]
        cases: u64,
        /// The first seed
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Only scenarios whose id begins so, for example H11
        only: Option<String>,
    },
    /// Measure the command beside tcpdump, tcptrace and tshark, and every layer by itself; or the viewer, or the probe
    #[command(args_conflicts_with_subcommands = true)]
    Bench {
        #[command(subcommand)]
        what: Option<BenchTask>,
        /// How often each command runs; the median counts
        #[arg(long, default_value_t = 3)]
        runs: usize,
        /// Size of the made capture: 100m, 200m or 1g
        #[arg(long, default_value = "200m")]
        size: String,
        /// Measure this capture instead of a made one
        #[arg(long, conflicts_with = "size")]
        capture: Option<PathBuf>,
    },
    /// Ask blackbox_exporter and the command about each fault of the lab, and write docs/blackbox.md
    Blackbox,
    /// Check what no compiler checks: file budgets, layers, fences, licences
    Tidy,
    /// Run one command and print what it cost as JSON (used by `bench`)
    #[command(hide = true)]
    Measure {
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
}

#[derive(Subcommand)]
enum BenchTask {
    /// Measure the probe beside oha, ab, wrk and a client of Go's; its memory, and a sweep of 20,000 addresses
    Probe {
        /// How often each client runs; the median counts
        #[arg(long, default_value_t = 3)]
        runs: usize,
    },
    /// Measure the viewer in Chromium: sizes, start, loading beside the command and wiregasm, frames
    Viewer {
        /// How often the browser loads the capture; the median counts
        #[arg(long, default_value_t = 5)]
        runs: usize,
        /// The capture; a made one of 200 MB without it
        #[arg(long)]
        capture: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum ViewerTask {
    /// Build the viewer into dist/
    Build,
    /// Build the viewer and serve it on a loopback address
    Serve {
        /// Port to listen on; 0 picks a free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Demo => demo::run(),
        Task::Test => test::run(),
        Task::Build => build::run(),
        Task::Dist => dist::run(),
        Task::Blackbox => blackbox::run(),
        Task::Viewer(ViewerTask::Build) => viewer::build().map(drop),
        Task::Viewer(ViewerTask::Serve { port }) => viewer::serve(port),
        Task::Screenshots => screenshots::run(),
        Task::Fuzz { seconds, target } => fuzz::run(seconds, target.as_deref()),
        Task::Simulate { cases, seed, only } => simulate::run(cases, seed, only.as_deref()),
        Task::Bench {
            what: Some(BenchTask::Viewer { runs, capture }),
            ..
        } => bench::viewer::run(runs, capture),
        Task::Bench {
            what: Some(BenchTask::Probe { runs }),
            ..
        } => bench::probe::run(runs),
        Task::Bench {
            what: None,
            runs,
            size,
            capture,
        } => bench::run(runs, &size, capture),
        Task::Tidy => tidy::run(),
        Task::Measure { command } => bench::measure::print(&command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
