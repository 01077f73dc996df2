//! What was typed.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Open captures or a report in the viewer, from this machine and without a network
    Serve(Serve),
}

/// Open captures or a report in the viewer, from this machine and without a network.
///
/// The viewer and the files are served on a loopback address, under a path with a random token: nobody without
/// the printed link can read them. Large captures are read by ranges. Ctrl-C ends it.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Captures, or one report, that the viewer opens; without any it is opened empty
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Address to listen on. Any but a loopback address lets everybody who reaches it and has the link read the
    /// files, and link and files cross the network in clear
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) bind: IpAddr,

    /// Port to listen on; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,

    /// Print the link and start no browser
    #[arg(long)]
    pub(crate) no_open: bool,
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn flags_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
