//! What was typed for serving.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::Args;

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
