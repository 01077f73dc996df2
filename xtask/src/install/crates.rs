//! What comes from crates.io and is built here: oha.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::process::{self, cargo};
use crate::workspace;

/// Exact, so that figures can be compared.
const OHA: &str = "1.16.0";

/// Where oha is, built under `target/tools` when it was not. One that is on the `PATH` may be of any version, with any
/// TLS library.
pub(crate) fn oha() -> Result<PathBuf> {
    let root = workspace::target().join("tools").join(format!("oha-{OHA}"));
    let program = root
        .join("bin/oha")
        .with_extension(std::env::consts::EXE_EXTENSION);
    if program.is_file() {
        return Ok(program);
    }
    println!(
        "building oha {OHA} from crates.io into {}: the load generator to beat, with the same TLS library (once, some \
         minutes)",
        root.display()
    );
    let mut install = cargo("install --quiet --locked oha --version");
    install.arg(OHA).arg("--root").arg(&root);
    // Apart from what is built of this project, and gone afterwards: it is a gigabyte.
    let scratch = root.join("build");
    install.arg("--target-dir").arg(&scratch);
    process::run(&mut install)?;
    fs::remove_dir_all(&scratch)?;
    Ok(program)
}
