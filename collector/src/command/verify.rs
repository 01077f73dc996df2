//! `stallscope verify`: computes the digests of an evidence page or a report anew, and the verdict where there are
//! packets to tell it from.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::export::html::{self, Held, behind};
use stallscope_shared::export::pcapng::{self, Known};
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::v1::{Attempt, Party, Report};
use stallscope_viewer::worker::record;

use super::given::analyse;
use super::read::Interrupt;
use super::viewer;
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
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let report = match html::held(text) {
        Some(held) => page(text, &held, &mut findings),
        None => {
            findings.push((
                Finding::Unchecked,
                "a report holds no digest of itself".to_owned(),
            ));
            Some(stallscope_shared::report::read(&bytes).with_context(named)?)
        }
    };
    match (&args.capture, &report) {
        (_, None) => {}
        (Some(capture), Some(report)) => against(report, capture, &interrupt, &mut findings)?,
        (None, Some(report)) if report.captures.is_empty() => findings.push((
            Finding::Unchecked,
            "there is no capture behind it: sockets were observed, not packets".to_owned(),
        )),
        (None, Some(_)) => findings.push((
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
        sink.write_all(format!("{mark}  {what}\n").as_bytes())?;
    }
    sink.flush()
}

/// Data, text and packets of a page; `None` when its data make no sense.
fn page(text: &str, held: &Held, findings: &mut Vec<(Finding, String)>) -> Option<Report> {
    let digest = html::sha256(held.data.as_bytes());
    findings.push(digested("the data of the page", &digest, &held.data_sha256));
    let Some(report) = held.report() else {
        findings.push((
            Finding::Broken,
            "the data of the page are no report, or one of a later version".to_owned(),
        ));
        return None;
    };
    let (plain, viewer) = behind::without(text, held.languages());
    findings.push(as_written(&plain, held, report));
    findings.extend(viewer.map(|digest| interactive(text, &plain, digest)));
    let Some((packets, stated)) = &held.packets else {
        findings.push((
            Finding::Unchecked,
            "the verdict of single attempts: the page holds no packets".to_owned(),
        ));
        return Some(report.clone());
    };
    let digest = html::sha256(packets);
    findings.push(digested("the packets of the page", &digest, stated));
    recompute(report, packets, findings);
    Some(report.clone())
}

/// Whether what stands behind the page is our viewer, and would say what the data say.
fn interactive(text: &str, plain: &str, digest: String) -> (Finding, String) {
    let own = viewer::files().filter(|own| own.digest() == digest);
    let Some(own) = own else {
        let what = format!(
            "the interactive view, which the page shows only when it is asked to: its viewer is of another build (SHA-256 {digest})"
        );
        return (Finding::Unchecked, what);
    };
    let again = record::behind(plain, &own).unwrap_or_default();
    match again.lines().eq(text.lines()) {
        true => (
            Finding::Holds,
            "the interactive view is the viewer of this build, and shows the data of the page"
                .to_owned(),
        ),
        false => (
            Finding::Broken,
            "the interactive view is the viewer of this build, and shows something else than the data of the page"
                .to_owned(),
        ),
    }
}

/// Whether bytes have the digest that is stated of them.
fn digested(what: &str, digest: &str, stated: &str) -> (Finding, String) {
    match digest == stated {
        true => (
            Finding::Holds,
            format!("{what}: SHA-256 {digest}, as stated"),
        ),
        false => (
            Finding::Broken,
            format!("{what}: SHA-256 {digest}; stated is {stated}"),
        ),
    }
}

/// Whether the page says what is written from its data. Programs that it came through may have changed the ends of its
/// lines.
fn as_written(text: &str, held: &Held, report: &Report) -> (Finding, String) {
    let version = env!("CARGO_PKG_VERSION");
    if report.tool.version != version {
        let made_by = format!("{} {}", report.tool.name, report.tool.version);
        let what = format!(
            "what the page says is written from its data: it was made by {made_by}, this is {version}"
        );
        return (Finding::Unchecked, what);
    }
    let again = held.written_again().unwrap_or_default();
    let different = again
        .lines()
        .zip(text.lines())
        .position(|(again, there)| again != there);
    let is_same_length = again.lines().count() == text.lines().count();
    match different {
        None if is_same_length => (
            Finding::Holds,
            "every word and drawing of the page is written from its data".to_owned(),
        ),
        place => {
            let line = place.unwrap_or_else(|| again.lines().count().min(text.lines().count()));
            let what = format!(
                "the page was changed: line {} is not what is written from its data",
                line + 1
            );
            (Finding::Broken, what)
        }
    }
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
    let again = analyzer.report();
    let is_told = |shown: &&Attempt| again.attempts.iter().any(|told| is_same(shown, told));
    let shown = html::shown(report);
    let shown = report
        .attempts
        .iter()
        .map(Box::as_ref)
        .filter(|attempt| shown.contains(&attempt.id));
    for missing in shown.filter(|attempt| !attempt.packets.is_empty() && !is_told(attempt)) {
        let what = format!(
            "attempt {}: none of its packets are in the page",
            missing.id
        );
        findings.push((Finding::Unchecked, what));
    }
    for told in &again.attempts {
        if let Some(stated) = report.attempts.iter().find(|stated| is_same(stated, told)) {
            findings.push(listed(stated, told, (report, &again)));
            findings.push(judged(stated, told));
        }
    }
}

/// Whether the packets that the report lists of an attempt are those that the page holds.
fn listed(
    stated: &Attempt,
    told: &Attempt,
    (report, again): (&Report, &Report),
) -> (Finding, String) {
    let all = |attempt: &Attempt, report: &Report| -> Vec<Known> {
        let known = pcapng::known(report, [attempt]);
        known.map(|(_, known)| known).collect()
    };
    let (stated_packets, held) = (all(stated, report), all(told, again));
    let missing = stated_packets
        .iter()
        .filter(|packet| !held.contains(packet))
        .count();
    let what = format!(
        "attempt {}: {} of the {} packets that the page lists are in it, with time, flags, numbers and length",
        stated.id,
        stated_packets.len() - missing,
        stated_packets.len()
    );
    let finding = match missing {
        0 => Finding::Holds,
        _ => Finding::Broken,
    };
    (finding, what)
}

/// Whether the packets of the page alone give the verdict that it states.
fn judged(stated: &Attempt, told: &Attempt) -> (Finding, String) {
    let which = format!(
        "attempt {} ({} to {})",
        stated.id, stated.client, stated.server
    );
    if said(stated) == said(told) {
        let what = format!(
            "{which} is {}, told from the packets of the page",
            said(stated)
        );
        return (Finding::Holds, what);
    }
    let what = format!(
        "{which} by the packets of the page alone: {}; stated is {}",
        said(told),
        said(stated)
    );
    // What shows a verdict may be in packets or bytes that are not shared; that another one is shown refutes it.
    let accused = |attempt: &Attempt| attempt.verdict.as_ref().map(|verdict| verdict.party);
    let is_refuted = match (accused(stated), accused(told)) {
        (_, None | Some(Party::Undecided)) => false,
        (stated, told) => stated != told,
    };
    let finding = if is_refuted {
        Finding::Broken
    } else {
        Finding::Unchecked
    };
    (finding, what)
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
    let stated = report.captures.iter();
    let stated: Vec<&str> = stated
        .filter_map(|capture| capture.sha256.as_deref())
        .collect();
    let name = capture.display().to_string();
    findings.push(match stated.as_slice() {
        [] => (
            Finding::Unchecked,
            format!("{name}: SHA-256 {digest}; the report states none"),
        ),
        // Of several captures it is one.
        stated if stated.contains(&digest.as_str()) => digested(&name, &digest, &digest),
        stated => digested(&name, &digest, &stated.join(" or ")),
    });
    findings.push(concluded(report, &told));
    Ok(())
}

/// Whether the capture's headline says what the report's does.
fn concluded(report: &Report, told: &Report) -> (Finding, String) {
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
    let statement = |report: &Report| {
        let headline = report.headline.as_ref();
        headline.map_or("no fault".to_owned(), |headline| headline.statement.clone())
    };
    if accused(report) == accused(told) {
        let what = format!("the capture gives the same verdict: {}", statement(told));
        return (Finding::Holds, what);
    }
    // Two that read alike may be about other addresses.
    let whole = |report: &Report| {
        let headline = report.headline.as_ref();
        let whose = headline.map(|headline| {
            let (cause, party) = (&headline.cause, word(&headline.party));
            format!(" ({cause}, {party}, at {})", headline.servers.join(", "))
        });
        statement(report) + &whose.unwrap_or_default()
    };
    let what = format!(
        "the capture gives another verdict: {}; stated is {}",
        whole(told),
        whole(report)
    );
    (Finding::Broken, what)
}

#[cfg(test)]
mod tests {
    use stallscope_shared::report::v1::{Headline, Party, Report};

    use super::{Finding, concluded, digested};

    fn report(cause: Option<&str>) -> Report {
        Report {
            headline: cause.map(|cause| Headline {
                cause: cause.to_owned(),
                party: Party::Server,
                servers: vec!["192.0.2.1:443".to_owned()],
                statement: format!("It is {cause}."),
                message: None,
            }),
            ..Report::default()
        }
    }

    /// What does not hold says what is there and what was stated.
    #[test]
    fn what_does_not_hold_says_both_values() {
        let (finding, what) = digested("a.pcap", "10c3", "5d1f");
        assert_eq!(finding, Finding::Broken);
        assert_eq!(what, "a.pcap: SHA-256 10c3; stated is 5d1f");
        let (finding, what) = concluded(&report(Some("H1")), &report(None));
        assert_eq!(finding, Finding::Broken);
        let expected =
            "another verdict: no fault; stated is It is H1. (H1, server, at 192.0.2.1:443)";
        assert!(what.ends_with(expected), "{what}");
    }

    #[test]
    fn what_holds_says_it_once() {
        let (finding, what) = digested("a.pcap", "10c3", "10c3");
        assert_eq!(finding, Finding::Holds);
        assert_eq!(what, "a.pcap: SHA-256 10c3, as stated");
        let (finding, what) = concluded(&report(Some("H1")), &report(Some("H1")));
        assert_eq!(finding, Finding::Holds);
        assert!(what.ends_with("the same verdict: It is H1."), "{what}");
    }
}
