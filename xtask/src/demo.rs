//! From a fresh checkout to a result: builds everything, starts the lab with its one weak node, probes it as an
//! ordinary user would, hands the report on as a page and a link, and opens it.

use std::io::{BufRead as _, BufReader, IsTerminal as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{build, workspace};

/// The nodes' name.
const NAME: &str = "cdn.lab.test";

pub(crate) fn run() -> Result<()> {
    build::run()?;
    let folder = workspace::target().join("demo");
    std::fs::create_dir_all(&folder).context("cannot make a folder for the demonstration")?;
    let authority = folder.join("ca.pem");
    let report = folder.join("report.json");
    let lab = Lab::start(&authority)?;
    probe(&lab, &authority, &report)?;
    show(&report)?;
    hand_on(&report, &folder.join("evidence.html"))?;
    serve(&report)
}

/// The lab, until it is dropped.
struct Lab {
    child: Child,
    /// What to probe, and whom to ask for its addresses.
    url: String,
    resolver: String,
}

impl Lab {
    fn start(authority: &Path) -> Result<Self> {
        let mut lab = Command::new(build::command());
        lab.args(["lab", "--port", "0", "--dns-port", "0", "--name", NAME]);
        lab.arg("--ca-file").arg(authority).stdout(Stdio::piped());
        println!("\n$ stallscope lab\n");
        let mut child = lab.spawn().context("cannot start the lab")?;
        let output = child.stdout.take().context("the lab has no output")?;
        for line in BufReader::new(output).lines() {
            let line = line.context("cannot read what the lab says")?;
            let words: Vec<&str> = line.split_whitespace().collect();
            if let ["stallscope", "probe", url, "--dns-servers", resolver, ..] = words.as_slice() {
                let (url, resolver) = ((*url).to_owned(), (*resolver).to_owned());
                return Ok(Self {
                    child,
                    url,
                    resolver,
                });
            }
            println!("{line}");
        }
        bail!("the lab ended at once")
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // It may have ended already, and there is nobody to tell.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

/// Probes every address until it is decided which is at fault.
fn probe(lab: &Lab, authority: &Path, report: &Path) -> Result<()> {
    let Lab { url, resolver, .. } = lab;
    println!(
        "$ stallscope probe {url} --dns-servers {resolver} --go-timeouts --cacert {} --format json --output {}",
        authority.display(),
        report.display()
    );
    let status = Command::new(build::command())
        .args([
            "probe",
            url,
            "--dns-servers",
            resolver,
            "--go-timeouts",
            "--noproxy",
            "*",
        ])
        .args(["--format", "json", "--cacert"])
        .arg(authority)
        .arg("--output")
        .arg(report)
        .status()
        .context("cannot start the command that was just built")?;
    // 1 says that a fault was found, which is what the lab is here for.
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("probing ended with {status}");
    }
    Ok(())
}

fn show(report: &Path) -> Result<()> {
    println!("\n$ stallscope analyze {}\n", report.display());
    let status = Command::new(build::command())
        .arg("analyze")
        .arg(report)
        .status()
        .context("cannot show the report")?;
    match status.code() {
        Some(1) => Ok(()),
        // The weak node fails in 7 % of its handshakes, and the probe goes on until that would have shown.
        _ => bail!("the lab's weak node was not found: {status}"),
    }
}

/// Writes the evidence page, and a link that opens in the viewer that was just built, from disk.
fn hand_on(report: &Path, page: &Path) -> Result<()> {
    println!(
        "\nThe command is {}; `stallscope probe https://your.host/` does the same to your servers, and `stallscope \
         analyze FILE` reads your captures.",
        build::command().display()
    );
    println!(
        "\n$ stallscope export {} -o {}",
        report.display(),
        page.display()
    );
    export(report, &["--to", "html", "--output"], page)?;
    let viewer = format!("file://{}", workspace::dist().join("index.html").display());
    println!(
        "$ stallscope export {} --to link --viewer {viewer}\n",
        report.display()
    );
    println!(
        "The evidence page, for whoever runs the node:\n  {}",
        page.display()
    );
    println!("The same as a link, for a chat:");
    export(report, &["--to", "link", "--viewer"], Path::new(&viewer))
}

fn export(report: &Path, options: &[&str], last: &Path) -> Result<()> {
    let status = Command::new(build::command())
        .arg("export")
        .arg(report)
        .args(options)
        .arg(last)
        .status()
        .context("cannot start the command that was just built")?;
    if !status.success() {
        bail!("exporting ended with {status}");
    }
    Ok(())
}

fn serve(report: &Path) -> Result<()> {
    if !std::io::stdout().is_terminal() {
        return Ok(());
    }
    // Somebody is here to look, and ends it with Ctrl-C.
    println!("\n$ stallscope serve {}\n", report.display());
    let served = Command::new(build::command())
        .arg("serve")
        .arg(report)
        .status();
    served.map(drop).context("cannot start the viewer")
}
