//! What one command costs: user and system time, wall time, peak memory.
//!
//! The kernel adds up what a process's ended children used. So each command is run by a fresh copy
//! of this program whose only child it is, and the sum is that of the command alone.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// What a command used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost {
    /// User and system time of all its threads, seconds.
    pub(crate) cpu_seconds: f64,
    /// Time until it ended, seconds.
    pub(crate) wall_seconds: f64,
    /// Largest resident set, MB. The copy that starts it is in it, so below about 4 MB it says nothing.
    pub(crate) peak_mb: f64,
}

/// Runs the command in a fresh copy of this program.
pub(crate) fn cost(command: &[String]) -> Result<Cost> {
    let output = Command::new(std::env::current_exe()?)
        .args(["measure", "--"])
        .args(command)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        bail!("`{}` cannot be measured", command.join(" "));
    }
    parse(&output.stdout).context("the measurement is not readable")
}

fn parse(json: &[u8]) -> Option<Cost> {
    let value: serde_json::Value = serde_json::from_slice(json).ok()?;
    Some(Cost {
        cpu_seconds: value.get("cpu_seconds")?.as_f64()?,
        wall_seconds: value.get("wall_seconds")?.as_f64()?,
        peak_mb: value.get("peak_mb")?.as_f64()?,
    })
}

/// Runs the command here and prints its cost as JSON: the other half of [`cost`].
pub(crate) fn print(command: &[String]) -> Result<()> {
    let (program, arguments) = command.split_first().context("no command")?;
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    let wall_seconds = start.elapsed().as_secs_f64();
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("{program} ended with {status}");
    }
    let (cpu_seconds, peak_mb) = used_by_children()?;
    println!(
        "{}",
        serde_json::json!({ "cpu_seconds": cpu_seconds, "wall_seconds": wall_seconds, "peak_mb": peak_mb })
    );
    Ok(())
}

#[cfg(target_os = "linux")]
fn used_by_children() -> Result<(f64, f64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    // Linux counts kilobytes of 1,024 bytes (getrusage(2)).
    Ok((cpu, usage.max_rss() as f64 * 1024.0 / 1e6))
}

#[cfg(not(target_os = "linux"))]
fn used_by_children() -> Result<(f64, f64)> {
    bail!("measuring works on Linux only")
}
