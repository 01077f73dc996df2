//! Commands of other projects, from Debian's packages where there is apt and root.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// A command that is needed, the Debian package that brings it, and what for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    command: &'static str,
    package: &'static str,
    reason: &'static str,
}

/// What the tests need.
pub(crate) const TESTS: &[Tool] = &[
    Tool {
        command: "tshark",
        package: "tshark",
        reason: "the second opinion about every capture in tests/corpus",
    },
    Tool {
        command: "node",
        package: "nodejs",
        reason: "runs the wasm build of the analyser on the same captures",
    },
    Tool {
        command: "chromium",
        package: "chromium",
        reason: "opens the viewer",
    },
    Tool {
        command: "chromedriver",
        package: "chromium-driver",
        reason: "drives the browser in the viewer's test",
    },
    Tool {
        command: "ip",
        package: "iproute2",
        reason: "makes the network namespaces of tests/lab",
    },
    Tool {
        command: "tcpdump",
        package: "tcpdump",
        reason: "captures what clients and nodes of tests/lab say",
    },
    Tool {
        command: "curl",
        package: "curl",
        reason: "a client that is not ours, in tests/lab",
    },
    Tool {
        command: "nginx",
        package: "nginx-light",
        reason: "a server that is not ours, for the probe",
    },
    Tool {
        command: "openssl",
        package: "openssl",
        reason: "another one",
    },
    Tool {
        command: "go",
        package: "golang-go",
        reason: "Go's own server, for the probe",
    },
];

/// What the comparison of `bench probe` needs.
pub(crate) const PROBE_BENCH: &[Tool] = &[
    Tool {
        command: "nginx",
        package: "nginx-light",
        reason: "the server",
    },
    Tool {
        command: "ab",
        package: "apache2-utils",
        reason: "a load generator",
    },
    Tool {
        command: "wrk",
        package: "wrk",
        reason: "another one",
    },
    Tool {
        command: "go",
        package: "golang-go",
        reason: "a client of Go's own",
    },
];

/// What the comparison of `bench` needs.
pub(crate) const BENCH: &[Tool] = &[
    Tool {
        command: "tcpdump",
        package: "tcpdump",
        reason: "the floor: it only copies the packets",
    },
    Tool {
        command: "tcptrace",
        package: "tcptrace",
        reason: "follows TCP connections",
    },
    Tool {
        command: "tshark",
        package: "tshark",
        reason: "dissects everything",
    },
    Tool {
        command: "python3",
        package: "python3",
        reason: "makes the large capture",
    },
];

/// What is compared with the command by `blackbox`.
pub(crate) const BLACKBOX: &[Tool] = &[Tool {
    command: "prometheus-blackbox-exporter",
    package: "prometheus-blackbox-exporter",
    reason: "what it reports of each fault of the lab",
}];

/// Installs the packages of the commands that are not there.
pub(crate) fn packages(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools
        .iter()
        .filter(|tool| process::find(tool.command).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for tool in &missing {
        println!("`{}` is missing ({})", tool.command, tool.reason);
    }
    let names: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    let names = names.join(" ");
    if process::find("apt-get").is_none() {
        bail!("install these and run this again; on Debian their packages are called: {names}");
    }
    if !is_root() {
        bail!(
            "install them as root and run this again:\n  sudo apt-get install --no-install-recommends {names}"
        );
    }
    println!("installing from Debian: {names}");
    process::run(apt().args(["-qq", "update"]))?;
    process::run(
        apt()
            .args(["-qq", "-y", "install", "--no-install-recommends"])
            .args(missing.iter().map(|tool| tool.package)),
    )
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
