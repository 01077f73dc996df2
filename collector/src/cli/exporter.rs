//! What was typed for the exporter.

use std::net::SocketAddr;

use clap::Args;

/// Probe targets when Prometheus asks, in blackbox_exporter's place.
///
/// `/probe?target=URL&module=NAME` probes every address of the target and answers with metrics; `/metrics` is about the
/// exporter itself. Whoever reaches it can make it connect to anything, as with blackbox_exporter.
#[derive(Debug, Args)]
#[command(after_help = EXPORTER_EXAMPLES)]
pub(crate) struct Exporter {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9115")]
    pub(crate) listen: SocketAddr,

    /// A module: its name, and flags of `stallscope probe` that are split at spaces; may be given several times. There are
    /// http_2xx (`-n 1`) and http_post_2xx (`-n 1 -X POST`)
    #[arg(long = "module", value_name = "NAME=FLAGS")]
    pub(crate) modules: Vec<String>,

    /// Seconds that a probe may take where Prometheus does not say
    #[arg(long, value_name = "SECONDS", default_value_t = 9.5)]
    pub(crate) timeout: f64,
}

const EXPORTER_EXAMPLES: &str = "\
Examples:
  stallscope exporter
  stallscope exporter --listen 0.0.0.0:9115 \\
    --module 'edge=-n 3 --interval 0.1 --dns-servers 192.0.2.53'
  curl 'http://127.0.0.1:9115/probe?target=https://cdn.example.net/&module=edge'

Exit status:
  0  after Ctrl-C
  2  wrong usage, or an address that is taken";
