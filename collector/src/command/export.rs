//! `stallscope export`: a report in a form that can be handed to others. It is redacted first, always.

use std::io::IsTerminal as _;

use anyhow::{Context as _, bail};
use qrcode::{EcLevel, QrCode};
use stallscope_shared::export::pcapng::Selection;
use stallscope_shared::export::{form, html};
use stallscope_shared::report::link::{self, Level, Link};
use stallscope_shared::report::redaction::{Preview, RedactedReport, Redaction};
use stallscope_shared::text::Language;
use stallscope_viewer::worker::record;

use super::given::Given;
use super::read::Interrupt;
use super::viewer;
use crate::cli::{Export, Form, Tongue};
use crate::exit::Outcome;
use crate::output::sink::Sink;
use crate::output::terminal::complain;

/// Where a viewer would stand; RFC 2606 keeps the name from ever being one.
const PLACEHOLDER: &str = "https://viewer.invalid/";

/// Writes the report in the form that was asked for.
pub(super) fn run(args: &Export) -> anyhow::Result<Outcome> {
    let interrupt = Interrupt::install()?;
    let given = Given::read(&args.file, args.capture.as_deref(), &interrupt)?;
    let redaction = args
        .keep
        .iter()
        .fold(Redaction::new(), |redaction, item| redaction.keeping(*item));
    if args.preview {
        return preview(&redaction.preview(&given.report));
    }
    let redacted = redaction.apply(&given.report);
    let bytes = match args.to {
        Form::Link => return share(args, &redacted),
        Form::Pcapng => packets(&given, &redacted, &interrupt)?,
        Form::Html => page(args, &given, &redacted, &interrupt)?,
        Form::Md if args.chat => written(form::Form::Chat, args, &redacted),
        Form::Md => written(form::Form::Ticket, args, &redacted),
        Form::Csv => written(form::Form::Table, args, &redacted),
        Form::Har => written(form::Form::Har, args, &redacted),
        Form::Otlp => written(form::Form::Otlp, args, &redacted),
        Form::Json => written(form::Form::Json, args, &redacted),
    };
    let mut sink = Sink::open(args.output.as_deref())?;
    sink.write_all(&bytes)?;
    sink.flush()?;
    Ok(Outcome::NoFault)
}

const fn languages(tongue: Tongue) -> &'static [Language] {
    match tongue {
        Tongue::En => &[Language::English],
        Tongue::Zh => &[Language::SimplifiedChinese],
        Tongue::Both => &Language::ALL,
    }
}

fn written(form: form::Form, args: &Export, redacted: &RedactedReport) -> Vec<u8> {
    form::write(form, redacted, languages(args.lang))
}

fn packets(
    given: &Given,
    redacted: &RedactedReport,
    interrupt: &Interrupt,
) -> anyhow::Result<Vec<u8>> {
    let Some(taken) = given.packets(redacted, Selection::Cited, interrupt)? else {
        bail!("packets are in the capture, not in the report: give it with --capture FILE");
    };
    if taken.packets == 0 && taken.missing == 0 {
        bail!("no verdict of this report cites packets");
    }
    if taken.missing > 0 {
        complain(&format!(
            "{} cited packets are not in this capture or could not be read",
            taken.missing
        ));
    }
    Ok(taken.bytes)
}

fn page(
    args: &Export,
    given: &Given,
    redacted: &RedactedReport,
    interrupt: &Interrupt,
) -> anyhow::Result<Vec<u8>> {
    let taken = given.packets(redacted, Selection::Shown, interrupt)?;
    let options = html::Options {
        languages: languages(args.lang),
        packets: taken
            .as_ref()
            .filter(|taken| taken.packets > 0)
            .map(|taken| taken.bytes.as_slice()),
        viewer: args.viewer.as_deref().map(without_fragment),
        ..html::Options::default()
    };
    let page = record::page(redacted, &options, viewer::files().as_ref());
    Ok(page.into_bytes())
}

/// Prints the link as the last line; what is to be said of it goes to standard error.
fn share(args: &Export, redacted: &RedactedReport) -> anyhow::Result<Outcome> {
    let base = without_fragment(args.viewer.as_deref().unwrap_or(PLACEHOLDER));
    let most = args.target.characters();
    let link = link::link(redacted, base, most).with_context(|| {
        format!("the report does not fit into {most} characters, not even its addresses; use --to html or a larger --target")
    })?;
    let url = format!("{base}{}", link.fragment);
    let mut sink = Sink::open(args.output.as_deref())?;
    if args.qr {
        let code = qr(&url)?;
        sink.write_all(code.as_bytes())?;
    }
    complain(&about(&link, &url));
    if args.viewer.is_none() {
        complain(&format!(
            "{PLACEHOLDER} stands for the address of a viewer; give yours with --viewer URL"
        ));
    }
    let is_terminal = args.output.is_none() && std::io::stdout().is_terminal();
    let line = if is_terminal {
        format!("\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\\n")
    } else {
        url + "\n"
    };
    sink.write_all(line.as_bytes())?;
    sink.flush()?;
    Ok(Outcome::NoFault)
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or(url)
}

fn about(link: &Link, url: &str) -> String {
    let holds = match link.level {
        Level::Everything => "everything in the report",
        Level::Attempts => "every attempt, and the evidence of one that failed",
        Level::Failing => {
            "the attempts that failed, a healthy one beside each, and the evidence of one"
        }
        Level::Summary => "the addresses, and one attempt that failed with its evidence",
        Level::Bare => "the addresses and what is said of them",
    };
    format!(
        "the link has {} characters and holds {holds}",
        url.chars().count()
    )
}

fn qr(url: &str) -> anyhow::Result<String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::L)
        .context("a QR code holds 2,953 characters, and the link is longer: use --target 2000")?;
    let mut drawn = code.render::<qrcode::render::unicode::Dense1x2>();
    Ok(drawn.quiet_zone(true).build() + "\n")
}

/// What would be left out, for the one who shares.
fn preview(preview: &Preview) -> anyhow::Result<Outcome> {
    let mut sink = Sink::open(None)?;
    let mut text = format!(
        "as JSON (--to json): {} bytes before, {} after\n",
        preview.bytes_before, preview.bytes_after
    );
    for removed in preview.redacted.removed() {
        text.push_str(&format!("\n{}  {} times\n", removed.item, removed.count));
        for change in preview
            .changes
            .iter()
            .filter(|change| change.item == removed.item)
        {
            text.push_str(&format!("  - {}\n  + {}\n", change.before, change.after));
        }
    }
    sink.write_all(text.as_bytes())?;
    sink.flush()?;
    Ok(Outcome::NoFault)
}
