//! Runs the command and reads its report.

use std::net::SocketAddr;
use std::process::{Command, Output};

use serde_json::Value;

/// What the command said.
pub(crate) struct Said {
    pub(crate) report: Value,
    pub(crate) status: i32,
}

/// The command with arguments that are split at spaces.
pub(crate) fn command(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stallscope"));
    command
        .arg("probe")
        .args(arguments.split_whitespace())
        .env_remove("NO_COLOR")
        .env("TERM", "dumb");
    for name in ["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.env_remove("http_proxy");
    command
}

/// Probes a server as `https://probe.test`, or as `http://` when the arguments say so.
pub(crate) fn probe(server: SocketAddr, arguments: &str) -> Said {
    let scheme = if arguments.contains("--plain") {
        "http"
    } else {
        "https"
    };
    let arguments = arguments.replace("--plain", "");
    let url = format!("{scheme}://probe.test:{}/", server.port());
    let rest = format!(
        "-k --all --format json --ip {} {url} {arguments}",
        server.ip()
    );
    read(command(&rest).output().unwrap())
}

pub(crate) fn read(output: Output) -> Said {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    Said {
        report: serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {text}")),
        status: output.status.code().unwrap(),
    }
}

impl Said {
    pub(crate) fn attempt(&self, index: usize) -> &Value {
        &self.report["attempts"][index]
    }

    /// Cause and party of an attempt's verdict; `-` without one.
    pub(crate) fn verdict(&self, index: usize) -> (String, String) {
        let verdict = &self.attempt(index)["verdict"];
        let word = |name: &str| verdict[name].as_str().unwrap_or("-").to_owned();
        (word("cause"), word("party"))
    }
}

/// A phase of an attempt.
pub(crate) fn phase<'a>(attempt: &'a Value, name: &str) -> &'a Value {
    let phases = attempt["phases"].as_array().unwrap();
    phases.iter().find(|phase| phase["phase"] == name).unwrap()
}

/// The kinds of an attempt's events, in order.
pub(crate) fn kinds(attempt: &Value) -> Vec<&str> {
    let events = attempt["probe"]["events"].as_array().unwrap();
    events
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect()
}
