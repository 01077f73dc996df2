//! What was typed.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use stallscope_shared::report::link::{BROWSER, SLACK, TEAMS};
use stallscope_shared::report::redaction::Item;

use crate::lab::Order;

/// Which phase stalled, on which address, and the packets that show it.
#[derive(Debug, Parser)]
#[command(name = "stallscope", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Read packet captures and say where the time of every connection attempt went
    Analyze(Analyze),
    /// Say what is known of a root cause: what its rule sees, what it means, what would refute it
    Explain(Explain),
    /// Write a report as a link, an evidence page, a ticket or data, without what is nobody else's business
    Export(Export),
    /// Check the digests of an evidence page, and its verdict by the packets in it
    Verify(Verify),
    /// A small CDN on loopback addresses whose nodes can be made to fail
    Lab(Lab),
}

/// A small CDN on loopback addresses whose nodes can be made to fail.
///
/// Starts nodes with real TLS at 127.0.53.1, .2 and on, and a name server for their name, says where they are, and
/// stays until Ctrl-C. It needs no rights and no network. Without --fault one node never answers 7 % of its
/// ClientHellos.
#[derive(Debug, Args)]
#[command(after_help = LAB_EXAMPLES)]
pub(crate) struct Lab {
    /// What is wrong, with which nodes, in which share of connections; may be given several times
    #[arg(long = "fault", value_name = "CAUSE[@NODE,…][=SHARE%]")]
    pub(crate) faults: Vec<Order>,

    /// Nothing is wrong
    #[arg(long, conflicts_with = "faults")]
    pub(crate) healthy: bool,

    /// How many nodes there are
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=200))]
    pub(crate) nodes: u8,

    /// Address of the first node; the others and the name server follow. Any other than a loopback address can be
    /// reached by others
    #[arg(long, value_name = "IP", default_value = "127.0.53.1")]
    pub(crate) address: Ipv4Addr,

    /// The name of them all
    #[arg(long, value_name = "NAME", default_value = "cdn.lab.test")]
    pub(crate) name: String,

    /// Port of the nodes; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 8443)]
    pub(crate) port: u16,

    /// Port of the name server; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 8053)]
    pub(crate) dns_port: u16,

    /// How late what is late comes, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = seconds)]
    pub(crate) delay: Duration,

    /// Another seed picks other connections to fail
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Write the certificate of the lab's authority to FILE; without it, to a folder that goes away with the lab
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Note every connection and query, and what was done to it, in FILE (JSON lines)
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,

    /// Show all faults and leave
    #[arg(long)]
    pub(crate) list: bool,
}

/// `3` or `0.5`.
fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches('s').parse().ok();
    number
        .and_then(|number| Duration::try_from_secs_f64(number).ok())
        .ok_or_else(|| format!("{text} is no number of seconds"))
}

/// Say what is known of a root cause: what its rule sees, what it means, what would refute it.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Ids or names of causes, as in a report (`H1`, `server-stall-before-server-hello`); all of them in a list
    /// without any
    #[arg(value_name = "CAUSE")]
    pub(crate) causes: Vec<String>,

    /// Columns of the text; the terminal's, or 100 where there is none
    #[arg(long, value_name = "N")]
    pub(crate) width: Option<u16>,
}

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

    /// Address of a viewer, for links
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

/// Read packet captures and say where the time of every connection attempt went.
///
/// Captures are pcap or pcapng, also gzip or zstd around them. Rotated captures continue each other; captures
/// of the same time are taken for different vantage points.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Analyze {
    /// Captures to read; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// What to write
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Keep every attempt in full, not only the worst and a fair sample; jsonl writes each when it is complete
    #[arg(long)]
    pub(crate) all: bool,

    /// Columns of the text; the terminal's, or 100 where there is none
    #[arg(long, value_name = "N")]
    pub(crate) width: Option<u16>,

    /// Colour in the text
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,

    /// No progress on standard error
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// The whole report as one object
    Json,
    /// One object for each attempt and server
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

const EXAMPLES: &str = "\
Examples:
  stallscope analyze edge.pcapng
  stallscope analyze rotated.pcap0 rotated.pcap1 rotated.pcap2
  stallscope analyze client.pcap server.pcap --format json -o report.json
  tcpdump -w - -i any port 443 | stallscope analyze -
  stallscope analyze big.pcap.zst --all --format jsonl | jq 'select(.outcome == \"tls_stalled\")'

Exit status:
  0  every attempt went well
  1  an attempt failed or stalled
  2  wrong usage, or a file that cannot be read (what can be read is still reported)
  130  Ctrl-C, after reporting what was read";

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

const LAB_EXAMPLES: &str = "\
Examples:
  stallscope lab
  stallscope lab --fault H1@3=7% --fault H7@5=20%
  stallscope lab --fault A1@2=100% --delay 12
  stallscope lab --list

Exit status:
  0  after Ctrl-C
  2  wrong usage, or an address that is taken";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn flags_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
