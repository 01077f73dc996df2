//! Children: run, and run while watching what the test runners say.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::workspace;

/// What the runners reported while a child ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
    /// What was not run and why, as the test said it after `SKIPPED: `.
    pub(crate) skipped: Vec<String>,
}

impl Tally {
    /// Adds what another child reported.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped.extend(other.skipped);
    }

    /// Reads one line of a runner: `test result: ok. 3 passed; 0 failed; …` or `SKIPPED: reason`.
    fn read(&mut self, line: &str) {
        if let Some((_, reason)) = line.split_once("SKIPPED: ") {
            self.skipped.push(reason.trim().to_owned());
        }
        if let Some((_, counts)) = line.split_once("test result: ") {
            self.passed += count_before(counts, " passed");
            self.failed += count_before(counts, " failed");
        }
    }
}

fn count_before(line: &str, word: &str) -> u64 {
    line.split_once(word)
        .and_then(|(before, _)| before.rsplit(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// `cargo` with these words as arguments, in the root of the checkout.
pub(crate) fn cargo(words: &str) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command
        .current_dir(workspace::root())
        .args(words.split_whitespace());
    command
}

/// The command as one would type it.
fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs the child to its end; anything but success is an error that names it.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let spelled = spelled(command);
    println!("$ {spelled}");
    let status = command
        .status()
        .with_context(|| format!("cannot start `{spelled}`"))?;
    if !status.success() {
        bail!("`{spelled}` ended with {status}");
    }
    Ok(())
}

/// Runs the child and gives back what it printed on standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let spelled = spelled(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{spelled}`"))?;
    if !output.status.success() {
        bail!("`{spelled}` ended with {}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs the child, shows what it prints, and adds the tests and skips in it to the tally.
pub(crate) fn watch(command: &mut Command, tally: &mut Tally) -> Result<()> {
    let spelled = spelled(command);
    println!("$ {spelled}");
    if std::io::stderr().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{spelled}`"))?;
    let errors = child.stderr.take();
    let on_stderr = thread::spawn(move || errors.map(|pipe| pass_on(pipe, std::io::stderr())));
    if let Some(pipe) = child.stdout.take() {
        tally.add(pass_on(pipe, std::io::stdout()));
    }
    if let Ok(Some(heard)) = on_stderr.join() {
        tally.add(heard);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{spelled}` ended with {status}");
    }
    Ok(())
}

fn pass_on(pipe: impl Read, mut terminal: impl Write) -> Tally {
    let mut tally = Tally::default();
    let mut lines = BufReader::new(pipe);
    let mut line = Vec::new();
    while lines
        .read_until(b'\n', &mut line)
        .is_ok_and(|read| read > 0)
    {
        tally.read(&String::from_utf8_lossy(&line));
        if terminal.write_all(&line).is_err() {
            break;
        }
        line.clear();
    }
    tally
}

/// Where a command is on the `PATH`.
pub(crate) fn find(command: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{command}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn lines_of_the_runners_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "running 4 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n",
            "test result: FAILED. 12 passed; 2 failed; 0 ignored\n",
            "SKIPPED: no such folder\n",
        ] {
            tally.read(line);
        }
        let expected = Tally {
            passed: 15,
            failed: 2,
            skipped: vec!["no such folder".to_owned()],
        };
        assert_eq!(tally, expected);
    }
}
