//! How fast `stallscope probe` goes, and how long it listens to what is late.

use clap::{Args, ValueEnum};

/// Rate, and patience.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
pub(crate) struct PaceArgs {
    /// Attempts that begin per second, at most, over all addresses; each keeps its place in the schedule, and one that
    /// begins late says so. --interval is the cap of each address
    #[arg(long, value_name = "PER SECOND")]
    pub(crate) rate: Option<f64>,

    /// Ask for `100 Continue` before a body is sent over HTTP/1.1, and wait for it one second at most, as Go and curl do
    #[arg(long, requires = "data", help_heading = "Request")]
    pub(crate) expect100: bool,

    /// Follow redirects, ten at most: each hop is an attempt of its own
    #[arg(short = 'L', long, help_heading = "Request")]
    pub(crate) location: bool,

    /// Race the address families as Go (the second one begins after 300 ms) or curl (200 ms) does: one attempt for each
    /// name, at the address that is connected first. The one that loses is in the report, and no fault. Without it each
    /// address is tried by itself
    #[arg(long, value_name = "CLIENT", help_heading = "Addresses")]
    pub(crate) happy_eyeballs: Option<Racer>,

    /// Seconds that a sample of stalled sockets is kept open past its limit, to tell what is late from what never comes
    #[arg(long, value_name = "SECONDS")]
    pub(crate) linger: Option<f64>,
}

/// Whose race it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Racer {
    /// Go's net.Dialer.
    Go,
    /// curl.
    Curl,
}
