//! What was typed for handing a report on, and for checking what was handed on.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use stallscope_shared::report::link::{BROWSER, SLACK, TEAMS};
use stallscope_shared::report::redaction::Item;

/// Write a report as a link, an evidence page, a ticket or data.
///
/// Addresses of clients, names of other hosts, paths and queries of requests, file names and comments are taken out
/// first; server addresses, times, source ports and request ids stay. --preview shows what goes.
#[derive(Debug, Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub(crate) struct Export {
    /// A report (JSON), or a capture, which is analysed first
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// What to write
    #[arg(long, value_enum, default_value_t = Form::Html)]
    pub(crate) to: Form,

    /// Keep what would be taken out: client-ip, resolver-ip, router-ip, other-ip, mac, other-names, other-flows, urls,
    /// users, file-names, comments, payload
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) keep: Vec<Item>,

    /// Show what would be taken out, and how large the report is before and after
    #[arg(long)]
    pub(crate) preview: bool,

    /// Characters of the link: what Teams and mail (2000), Slack (4000) or a browser (32000) leave whole
    #[arg(long, value_enum, default_value_t = Target::Teams)]
    pub(crate) target: Target,

    /// Address of a viewer, for links; an evidence page then names one that carries its report
    #[arg(long, value_name = "URL")]
    pub(crate) viewer: Option<String>,

    /// Draw the link as a QR code too
    #[arg(long)]
    pub(crate) qr: bool,

    /// A few lines for a chat instead of a ticket
    #[arg(long)]
    pub(crate) chat: bool,

    /// Language of pages and tickets
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    pub(crate) lang: Tongue,

    /// The capture that a report was made from: evidence pages and pcapng take packets out of it
    #[arg(long, value_name = "FILE")]
    pub(crate) capture: Option<PathBuf>,

    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A link that carries the report in its fragment
    Link,
    /// A ticket in Markdown
    Md,
    /// Attempts as a table
    Csv,
    /// HTTP exchanges as HAR 1.2
    Har,
    /// Attempts as spans of OpenTelemetry, OTLP in JSON lines
    Otlp,
    /// The report
    Json,
    /// The cited packets, headers and TLS handshakes only
    Pcapng,
    /// The evidence page
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// Microsoft Teams and mail
    #[value(name = "2000")]
    Teams,
    /// Slack
    #[value(name = "4000")]
    Slack,
    /// A browser's address bar
    #[value(name = "32000")]
    Browser,
}

impl Target {
    /// Characters of the whole link.
    pub(crate) const fn characters(self) -> usize {
        match self {
            Self::Teams => TEAMS,
            Self::Slack => SLACK,
            Self::Browser => BROWSER,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tongue {
    /// English
    En,
    /// Chinese
    Zh,
    /// Both, side by side
    Both,
}

/// Check the digests of an evidence page, and its verdict by the packets in it.
#[derive(Debug, Args)]
#[command(after_help = VERIFY_STATUS)]
pub(crate) struct Verify {
    /// An evidence page, or a report (JSON)
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The capture that it was made from: its digest and its verdict are compared too
    #[arg(long, value_name = "FILE")]
    pub(crate) capture: Option<PathBuf>,
}

const EXPORT_EXAMPLES: &str = "\
Examples:
  stallscope export case.pcap -o evidence.html
  stallscope export report.json --capture case.pcap --lang both -o evidence.html
  stallscope export case.pcap --to link --viewer https://viewer.example.org/
  stallscope export case.pcap --to md --chat
  stallscope export case.pcap --to pcapng -o cited.pcapng
  stallscope export case.pcap --preview

Exit status:
  0  it was written
  2  wrong usage, or a file that cannot be read";

const VERIFY_STATUS: &str = "\
Exit status:
  0  everything that could be checked holds
  1  something does not hold
  2  the file cannot be read";
