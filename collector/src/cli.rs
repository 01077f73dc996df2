//! What was typed.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Say what a client's error text can mean, or what is known of a root cause
    Explain(Explain),
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

/// Say what a client's error text can mean, or what is known of a root cause.
///
/// An error text of Go, curl, Python, Java, Node or nginx: the phases it can stand for, what it hides, the causes and
/// the command to run. A cause: what its rule sees, what it means, what would refute it.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct Explain {
    /// Error texts, or ids or names of causes as in a report (`H1`, `server-stall-before-server-hello`); all causes in
    /// a list without any
    #[arg(value_name = "TEXT|CAUSE")]
    pub(crate) what: Vec<String>,

    /// Read a log and count the error texts in it, by host and by minute; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "what")]
    pub(crate) log: Option<PathBuf>,

    /// Columns of the text; the terminal's, or 100 where there is none
    #[arg(long, value_name = "N")]
    pub(crate) width: Option<u16>,
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

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  stallscope explain 'net/http: TLS handshake timeout'
  stallscope explain --log service.log
  kubectl logs deploy/api | stallscope explain --log -
  stallscope explain H1

Exit status:
  0  it is known
  2  it is not, or a log cannot be read";

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
