//! The `stallscope` command.

mod cli;
mod command;
mod exit;
mod lab;
mod output;
mod probe;

use std::process::ExitCode;

use clap::Parser as _;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match command::run(&cli.verb) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::terminal::complain(&format!("{error:#}"));
            exit::Outcome::Unable.into()
        }
    }
}
