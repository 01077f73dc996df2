//! Who is asked for addresses, which addresses are tried instead, and what else is written.

use std::path::PathBuf;

use clap::Args;

use crate::probe::resolve::{Server, Subnet};

/// Names and ranges.
#[derive(Debug, Args)]
#[command(next_help_heading = "Names")]
pub(crate) struct NameArgs {
    /// Ask these resolvers instead of the system's, each of them, and try every address that any of them gives: ADDRESS[:PORT]
    /// over UDP (and TCP where an answer is cut), tcp://, tls://HOST (DNS over TLS), https://HOST/PATH (DNS over HTTPS, by
    /// HTTP/2, or HTTP/1.1 where there is nothing newer)
    #[arg(long, value_name = "RESOLVER", value_delimiter = ',')]
    pub(crate) dns_servers: Vec<Server>,

    /// Ask on behalf of this subnet (EDNS client subnet); may be given several times. Needs --dns-servers
    #[arg(
        long,
        value_name = "SUBNET",
        value_delimiter = ',',
        requires = "dns_servers"
    )]
    pub(crate) ecs: Vec<Subnet>,

    /// Accept any certificate of a resolver
    #[arg(long, requires = "dns_servers")]
    pub(crate) dns_insecure: bool,

    /// Connect to HOST2:PORT2 where the URL says HOST1:PORT1, as in curl; what is empty stands for any, or stays
    #[arg(
        long,
        value_name = "HOST1:PORT1:HOST2:PORT2",
        help_heading = "Addresses"
    )]
    pub(crate) connect_to: Vec<String>,

    /// Addresses and ranges (203.0.113.0/24) instead of those of the name, one on a line; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "Addresses")]
    pub(crate) ip_file: Option<PathBuf>,
}

/// What is written beside the report.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutletArgs {
    /// Write metrics to FILE as well, in Prometheus' text format: whole at every moment, for node_exporter's textfile collector
    #[arg(long, value_name = "FILE")]
    pub(crate) prometheus: Option<PathBuf>,

    /// Ask URL, an echo service that answers with the address it is asked from, once before the first attempt, and write
    /// that address into the report. Without this flag nobody is asked
    #[arg(long, value_name = "URL")]
    pub(crate) egress: Option<String>,

    /// Send the attempts as spans to the OpenTelemetry collector that OTEL_EXPORTER_OTLP_ENDPOINT names, over HTTP, once
    /// the report is written. Without this flag nothing is sent, whatever variables are set
    #[arg(long)]
    pub(crate) otlp: bool,
}
