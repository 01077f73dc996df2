//! The path simulator in the long run: many stories of every cause, and a table of what is said of them.

use anyhow::Result;

use crate::process::{self, cargo};
use crate::workspace;

/// Tells so many stories of each scenario whose id begins with `only`, from a seed on.
pub(crate) fn run(cases: u64, seed: u64, only: Option<&str>) -> Result<()> {
    let outcome = process::run(
        cargo("test --locked --release --package stallscope-tests --test simulation -- nobody_is_accused")
            .env("STALLSCOPE_SIMULATION_CASES", cases.to_string())
            .env("STALLSCOPE_SIMULATION_SEED", seed.to_string())
            .env("STALLSCOPE_SIMULATION_ONLY", only.unwrap_or_default()),
    );
    let folder = workspace::target().join("simulation");
    println!(
        "captures of stories that are judged wrong are in {}",
        folder.display()
    );
    outcome
}
