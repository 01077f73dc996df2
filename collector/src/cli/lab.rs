//! What was typed for the lab.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::lab::Order;

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

const LAB_EXAMPLES: &str = "\
Examples:
  stallscope lab
  stallscope lab --fault H1@3=7% --fault H7@5=20%
  stallscope lab --fault A1@2=100% --delay 12
  stallscope lab --list

Exit status:
  0  after Ctrl-C
  2  wrong usage, or an address that is taken";
