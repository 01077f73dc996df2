//! `stallscope lab`: says what is there, and stays until Ctrl-C.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use tempfile::TempDir;

use super::read::Interrupt;
use crate::cli;
use crate::exit::Outcome;
use crate::lab::{Blueprint, Fault, Lab, Order, Settings};
use crate::output::terminal;

/// How often Ctrl-C is looked for.
const PATIENCE: Duration = Duration::from_millis(50);

/// Starts the lab and waits.
pub(crate) fn run(args: &cli::Lab) -> anyhow::Result<Outcome> {
    if args.list {
        terminal::print(&list())?;
        return Ok(Outcome::NoFault);
    }
    let interrupt = Interrupt::install()?;
    // The folder goes away with this.
    let (authority, _folder) = place(args.ca_file.as_deref())?;
    let blueprint = Blueprint::draw(args.address, args.nodes, &args.faults, args.healthy);
    let lab = Lab::start(Settings {
        blueprint: blueprint.map_err(anyhow::Error::msg)?,
        name: args.name.clone(),
        port: args.port,
        dns_port: args.dns_port,
        delay: args.delay,
        seed: args.seed,
        authority: authority.clone(),
        ledger: args.ledger.clone(),
    })?;
    terminal::print(&describe(&lab, &args.name, &authority))?;
    while !interrupt.is_set() {
        thread::sleep(PATIENCE);
    }
    Ok(Outcome::NoFault)
}

/// Where the certificate of the lab's authority goes, and the folder that is made for it where nobody said where.
fn place(given: Option<&Path>) -> anyhow::Result<(PathBuf, Option<TempDir>)> {
    if let Some(path) = given {
        return Ok((path.to_owned(), None));
    }
    let folder = tempfile::Builder::new()
        .prefix("stallscope-lab-")
        .tempdir()
        .context("cannot make a folder for the lab's certificate")?;
    Ok((folder.path().join("ca.pem"), Some(folder)))
}

/// What is there, and what to type next.
fn describe(lab: &Lab, name: &str, authority: &Path) -> String {
    let mut text = String::from("a small CDN on loopback, until Ctrl-C\n\n");
    let mut line = |label: &str, value: String| {
        // Writing to a string does not fail.
        writeln!(text, "  {label:<10} {value}").unwrap_or_default();
    };
    line("name", name.to_owned());
    line(
        "resolver",
        wrong(lab.resolver.to_string(), &lab.resolver_faults),
    );
    line("authority", authority.display().to_string());
    let mut port = 0;
    for (number, (address, orders)) in (1..).zip(&lab.nodes) {
        port = address.port();
        line(
            &format!("node {number}"),
            wrong(address.to_string(), orders),
        );
    }
    let authority = authority.display();
    let resolver = lab.resolver;
    text.push_str(&format!(
        "\n  stallscope probe https://{name}:{port}/ --dns-servers {resolver} --cacert {authority}\n"
    ));
    text
}

fn wrong(address: String, orders: &[Order]) -> String {
    let words = |order: &Order| {
        let fault = order.fault;
        format!(
            "{} {} ({:.0} %)",
            fault.id(),
            fault.words(),
            order.share * 100.0
        )
    };
    match orders {
        [] => address,
        orders => {
            let words: Vec<String> = orders.iter().map(words).collect();
            format!("{address:<18} {}", words.join("; "))
        }
    }
}

/// All faults.
fn list() -> String {
    let row = |fault: Fault| format!("{:<4} {}\n", fault.id(), fault.words());
    Fault::ALL.into_iter().map(row).collect()
}
