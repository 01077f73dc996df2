//! From a fresh checkout to a result: builds everything and analyses a real capture.

use std::io::IsTerminal as _;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{build, workspace};

/// A client that talks to the addresses of one name, of which one address is weak.
const CAPTURE: &str = "tests/corpus/faults/d_origin_oneweak_8pct.pcap";

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
    let serve = ["serve", CAPTURE];
    if !std::io::stdout().is_terminal() {
        println!("`stallscope {}` opens it in a browser.", serve.join(" "));
        return Ok(());
    }
    // Somebody is here to look, and ends it with Ctrl-C.
    println!("\n$ stallscope {}\n", serve.join(" "));
    let served = Command::new(build::command())
        .current_dir(workspace::root())
        .args(serve)
        .status();
    served.map(drop).context("cannot start the viewer")
}
