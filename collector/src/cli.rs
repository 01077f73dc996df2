//! What was typed.

mod export;
mod exporter;
mod lab;
mod offer;
mod pace;
mod probe;
mod proxy;
mod resolve;
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::export::{Export, Form, Tongue, Verify};
pub(crate) use self::exporter::Exporter;
pub(crate) use self::lab::Lab;
pub(crate) use self::pace::Racer;
pub(crate) use self::probe::Probe;
pub(crate) use self::resolve::{NameArgs, OutletArgs};
pub(crate) use self::serve::Serve;

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
    /// Connect to every address behind a URL, again and again, and say where the time of every attempt went
    Probe(Box<Probe>),
    /// Say what a client's error text can mean, or what is known of a root cause
    Explain(Explain),
    /// Write a report as a link, an evidence page, a ticket or data, without what is nobody else's business
    Export(Export),
    /// Check the digests of an evidence page, and its verdict by the packets in it
    Verify(Verify),
    /// Probe targets when Prometheus asks, in blackbox_exporter's place
    Exporter(Exporter),
    /// A small CDN on loopback addresses whose nodes can be made to fail
    Lab(Lab),
    /// Open captures or a report in the viewer, from this machine and without a network
    Serve(Serve),
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
    /// Captures to read, or one report that was written before; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) out: Out,
}

/// Where the report goes, and how it looks.
#[derive(Debug, Args)]
pub(crate) struct Out {
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
  stallscope analyze big.pcap.zst --all --format jsonl |
    jq 'select(.outcome == \"tls_stalled\")'

Exit status:
  0  no fault was found
  1  a fault was found: an attempt failed, or a verdict says what delayed one
  2  wrong usage, or a file that cannot be read (what can be read is still
     reported)
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn flags_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }

    /// Where help breaks a line, a shell would run half of an example.
    #[test]
    fn examples_are_pasted_as_they_stand() {
        const COLUMNS: usize = 80;
        let cli = Cli::command();
        let mut examples = 0;
        for verb in cli.get_subcommands() {
            let help = verb.get_after_help().map(ToString::to_string);
            for line in help.iter().flat_map(|help| help.lines()) {
                let name = verb.get_name();
                assert!(line.chars().count() <= COLUMNS, "{name}: {line}");
                examples += usize::from(line.starts_with("  stallscope "));
            }
        }
        assert!(examples > 20, "{examples}");
    }
}
