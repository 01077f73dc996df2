//! The release command and the viewer.

use anyhow::Result;

use crate::process::{self, cargo};
use crate::{viewer, workspace};

pub(crate) fn run() -> Result<()> {
    viewer::build()?;
    collector()?;
    println!("built the command: {}", command().display());
    Ok(())
}

/// Builds the `stallscope` command as it is shipped.
pub(crate) fn collector() -> Result<()> {
    process::run(&mut cargo("build --locked --release --package stallscope"))
}

/// Where the built command is.
pub(crate) fn command() -> std::path::PathBuf {
    workspace::target()
        .join("release")
        .join(format!("stallscope{}", std::env::consts::EXE_SUFFIX))
}
