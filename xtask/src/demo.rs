//! From a fresh checkout to a result: builds everything and analyses a real capture.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{build, workspace};

/// A client that talks to the eight addresses of one name, one of which leaves it without an answer for ten seconds.
const CAPTURE: &str = "tests/corpus/example/ten_second_stall.pcap";

pub(crate) fn run() -> Result<()> {
    build::run()?;
    println!("\n$ stallscope analyze {CAPTURE}\n");
    let status = Command::new(build::command())
        .current_dir(workspace::root())
        .args(["analyze", CAPTURE])
        .status()
        .context("cannot start the command that was just built")?;
    // 1 says that a fault was found, which is what this capture is here for.
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("the analysis ended with {status}");
    }
    println!(
        "\nThe command is {}; try it on a capture of your own.",
        build::command().display()
    );
    println!("`cargo xtask viewer serve` opens the same analysis in a browser.");
    Ok(())
}
