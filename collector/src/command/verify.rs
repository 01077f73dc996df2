//! `stallscope verify`: computes the digests of an evidence page or a report anew, and the verdict where there are
//! packets to tell it from.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::export::html::{self, Held};
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::link;
use stallscope_shared::report::v1::{Attempt, Report};

use super::given::analyse;
use super::read::Interrupt;
use crate::cli::Verify;
use crate::exit::Outcome;
use crate::output::sink::Sink;

/// What checking came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    /// It was checked and is so.
    Holds,
    /// It was checked and is not so.
    Broken,
    /// There is nothing to check it with.
    Unchecked,
}

/// Checks a file and says what could and could not be checked.
pub(super) fn run(args: &Verify) -> anyhow::Result<Outcome> {
    let interrupt = Interrupt::install()?;
    let named = || args.file.display().to_string();
    let bytes = fs::read(&args.file).with_context(named)?;
    let mut findings = Vec::new();
    let report = match std::str::from_utf8(&bytes).ok().and_then(html::held) {
        Some(held) => page(&held, &mut findings).with_context(named)?,
        None => {
            findings.push((
                Finding::Unchecked,
                "a report holds no digest of itself".to_owned(),
            ));
            stallscope_shared::report::read(&bytes).with_context(named)?
        }
    };
    match &args.capture {
        Some(capture) => against(&report, capture, &interrupt, &mut findings)?,
        None => findings.push((
            Finding::Unchecked,
            "the digest of the capture: give it with --capture FILE".to_owned(),
        )),
    }
    write(&findings)?;
    let is_broken = findings
        .iter()
        .any(|(finding, _)| *finding == Finding::Broken);
    Ok(if is_broken {
        Outcome::Fault
    } else {
        Outcome::NoFault
    })
}

fn write(findings: &[(Finding, String)]) -> anyhow::Result<()> {
    let mut sink = Sink::open(None)?;
    for (finding, what) in findings {
        let mark = match finding {
            Finding::Holds => "holds      ",
            Finding::Broken => "BROKEN     ",
            Finding::Unchecked => "not checked",
        };
        sink.write(|out| writeln!(out, "{mark}  {what}"))?;
    }
    sink.flush()
}

/// Data and packets of a page.
fn page(held: &Held, findings: &mut Vec<(Finding, String)>) -> anyhow::Result<Report> {
    let digest = html::sha256(held.report.as_bytes());
    findings.push(compared(
        digest == held.report_sha256,
        format!("the data of the page has SHA-256 {}", held.report_sha256),
    ));
    let opened = link::open(&held.report)?;
    let Some((packets, stated)) = &held.packets else {
        findings.push((
            Finding::Unchecked,
            "the verdict of single attempts: the page holds no packets".to_owned(),
        ));
        return Ok(opened.report);
    };
    findings.push(compared(
        html::sha256(packets) == *stated,
        format!("the packets of the page have SHA-256 {stated}"),
    ));
    recompute(&opened.report, packets, findings);
    Ok(opened.report)
}

/// Tells the verdict of every attempt in the packets again, and compares.
fn recompute(report: &Report, packets: &[u8], findings: &mut Vec<(Finding, String)>) {
    let mut analyzer = Analyzer::new(Options {
        keep: Keep::All,
        digest: false,
    });
    analyzer.begin("packets of the page");
    if let Err(error) = analyzer.feed(packets).and_then(|()| analyzer.end()) {
        findings.push((
            Finding::Broken,
            format!("the packets of the page cannot be read: {error}"),
        ));
        return;
    }
    for told in &analyzer.report().attempts {
        let Some(stated) = report.attempts.iter().find(|stated| is_same(stated, told)) else {
            continue;
        };
        let what = format!(
            "attempt {} ({} to {}) is {}",
            stated.id,
            stated.client,
            stated.server,
            said(stated)
        );
        if said(stated) == said(told) {
            findings.push((
                Finding::Holds,
                format!("{what}, told from the packets of the page"),
            ));
        } else {
            // What shows it may be in packets that are not shared; a stated verdict is not refuted by that.
            findings.push((
                Finding::Unchecked,
                format!("{what}; the packets of the page alone give {}", said(told)),
            ));
        }
    }
}

fn said(attempt: &Attempt) -> String {
    attempt.verdict.as_ref().map_or_else(
        || "without a verdict".to_owned(),
        |verdict| {
            format!(
                "{} {}, {}",
                verdict.cause,
                word(&verdict.party),
                word(&verdict.confidence)
            )
        },
    )
}

fn word(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}

/// The same server and the same port of the client: addresses of clients were taken out.
fn is_same(stated: &Attempt, told: &Attempt) -> bool {
    let port = |attempt: &Attempt| attempt.client.rsplit(':').next().map(str::to_owned);
    stated.server == told.server && port(stated) == port(told)
}

/// The capture that the report says it was made from.
fn against(
    report: &Report,
    capture: &Path,
    interrupt: &Interrupt,
    findings: &mut Vec<(Finding, String)>,
) -> anyhow::Result<()> {
    let told = analyse(capture, interrupt).with_context(|| capture.display().to_string())?;
    let Some(digest) = told
        .captures
        .first()
        .and_then(|capture| capture.sha256.clone())
    else {
        bail!("{} has no digest", capture.display());
    };
    let stated = report
        .captures
        .iter()
        .filter_map(|capture| capture.sha256.as_ref());
    findings.push(compared(
        stated.clone().any(|stated| *stated == digest),
        format!("{} has SHA-256 {digest}, as stated", capture.display()),
    ));
    let accused = |report: &Report| {
        let headline = report.headline.as_ref();
        headline.map(|headline| {
            (
                headline.cause.clone(),
                headline.party,
                headline.servers.clone(),
            )
        })
    };
    let is_same = accused(report) == accused(&told);
    let statement = told
        .headline
        .as_ref()
        .map_or("no fault", |headline| headline.statement.as_str());
    findings.push(compared(
        is_same,
        format!("the capture gives the same verdict: {statement}"),
    ));
    Ok(())
}

fn compared(holds: bool, what: String) -> (Finding, String) {
    (
        if holds {
            Finding::Holds
        } else {
            Finding::Broken
        },
        what,
    )
}
