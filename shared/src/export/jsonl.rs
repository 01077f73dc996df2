//! A report as JSON lines: one object for each line, told apart by `type`.
//!
//! ```text
//! {"type":"report","report_version":1,"tool":{…},"epoch":…}     first
//! {"type":"attempt", … }                                        as soon as each is complete
//! {"type":"dns","dns":{ … }}                                    these follow when everything was read
//! {"type":"evidence", … }
//! {"type":"warning", … }
//! {"type":"capture", … }
//! {"type":"server", … }
//! {"type":"summary","totals":{…},"attempts_left_out":…,"headline":…}    last
//! ```

use serde::Serialize;

use crate::report::v1::{
    Attempt, DnsTransaction, Environment, Headline, LeftOut, Report, Tool, Totals, VERSION, Vantage,
};

/// The first line: what the program that writes knows before it has read everything.
pub fn head(made_at: Option<&str>, epoch: Option<&str>) -> Result<String, serde_json::Error> {
    line(
        "report",
        &Head {
            report_version: VERSION,
            tool: Tool::this(),
            made_at,
            epoch,
        },
    )
}

/// An attempt's line.
pub fn attempt(attempt: &Attempt) -> Result<String, serde_json::Error> {
    line("attempt", attempt)
}

/// The lines after the attempts.
pub fn tail(report: &Report) -> impl Iterator<Item = Result<String, serde_json::Error>> {
    let dns = report.dns.iter().map(|dns| line("dns", &Dns { dns }));
    let evidence = report
        .evidence
        .iter()
        .map(|evidence| line("evidence", evidence));
    let warnings = report
        .warnings
        .iter()
        .map(|warning| line("warning", warning));
    let captures = report
        .captures
        .iter()
        .map(|capture| line("capture", capture));
    let servers = report.servers.iter().map(|server| line("server", server));
    let summary = Summary {
        vantage: &report.vantage,
        totals: &report.totals,
        environment: report.environment.as_ref(),
        attempts_left_out: report.attempts_left_out.as_ref(),
        headline: report.headline.as_ref(),
    };
    dns.chain(evidence)
        .chain(warnings)
        .chain(captures)
        .chain(servers)
        .chain([line("summary", &summary)])
}

fn line(kind: &'static str, content: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string(&Line { kind, content })?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct Line<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    content: &'a T,
}

#[derive(Serialize)]
struct Head<'a> {
    report_version: u32,
    tool: Tool,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<&'a str>,
}

/// In an object of its own, because a transaction has a `type` too.
#[derive(Serialize)]
struct Dns<'a> {
    dns: &'a DnsTransaction,
}

#[derive(Serialize)]
struct Summary<'a> {
    vantage: &'a Vantage,
    totals: &'a Totals,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a Environment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_left_out: Option<&'a LeftOut>,
    headline: Option<&'a Headline>,
}
