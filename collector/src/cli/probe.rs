//! `stallscope probe`, with curl's names where curl has them.

use std::path::PathBuf;

use clap::Args;

use super::offer::{ArmArgs, OfferArgs};
use super::pace::PaceArgs;
use super::proxy::ProxyArgs;
use super::{NameArgs, Out, OutletArgs};
use crate::probe::resolve::Subnet;

/// Connect to every address behind a URL, again and again, and say where the time of every attempt went.
///
/// Each attempt is a fresh connection to one address. Its steps are timed by the kernel where that can be had, and what is
/// known of a failed attempt is kept.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Probe {
    /// What to ask for; without a scheme, https
    #[arg(required = true, value_name = "URL")]
    pub(crate) urls: Vec<String>,

    #[command(flatten)]
    pub(crate) plan: PlanArgs,

    #[command(flatten)]
    pub(crate) pace: PaceArgs,

    #[command(flatten)]
    pub(crate) addresses: AddressArgs,

    #[command(flatten)]
    pub(crate) names: NameArgs,

    #[command(flatten)]
    pub(crate) http: HttpArgs,

    #[command(flatten)]
    pub(crate) tls: TlsArgs,

    #[command(flatten)]
    pub(crate) offer: OfferArgs,

    #[command(flatten)]
    pub(crate) arms: ArmArgs,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,

    #[command(flatten)]
    pub(crate) outlets: OutletArgs,

    #[command(flatten)]
    pub(crate) out: Out,
}

/// How often, how fast.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
pub(crate) struct PlanArgs {
    /// Attempts at each address; without it, as many as it takes to decide, within --duration
    #[arg(short = 'n', long, value_name = "N")]
    pub(crate) count: Option<u32>,

    /// Attempts at one time, at most
    #[arg(short, long, value_name = "N", default_value_t = 64)]
    pub(crate) concurrency: usize,

    /// Rate cap of each address: seconds between the beginnings of two attempts there, at least, also where several URLs
    /// lead to it. What is late is not made up for in a burst
    #[arg(long, value_name = "SECONDS", default_value_t = 0.2)]
    pub(crate) interval: f64,

    /// Seconds after which no attempt begins any more
    #[arg(short = 'z', long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) duration: f64,

    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Which addresses.
#[derive(Debug, Args)]
#[command(next_help_heading = "Addresses")]
pub(crate) struct AddressArgs {
    /// These addresses and ranges (203.0.113.0/24) instead of those of the name, 65,536 at most in all
    #[arg(long, value_name = "ADDRESS[/BITS]", value_delimiter = ',')]
    pub(crate) ip: Vec<Subnet>,

    /// Addresses for HOST:PORT instead of those of the name, as in curl
    #[arg(long, value_name = "HOST:PORT:ADDRESS[,ADDRESS]")]
    pub(crate) resolve: Vec<String>,

    /// IPv4 only
    #[arg(short = '4', long, conflicts_with = "ipv6")]
    pub(crate) ipv4: bool,

    /// IPv6 only
    #[arg(short = '6', long)]
    pub(crate) ipv6: bool,

    #[command(flatten)]
    pub(crate) proxy: ProxyArgs,
}

/// What is asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
pub(crate) struct HttpArgs {
    /// Method; GET, or POST with --data
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub(crate) request: Option<String>,

    /// A header; with nothing after the colon, one that is not sent
    #[arg(short = 'H', long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,

    /// A body
    #[arg(short, long, value_name = "DATA")]
    pub(crate) data: Option<String>,

    /// HEAD
    #[arg(short = 'I', long)]
    pub(crate) head: bool,

    /// Bytes of the body that are read at most
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20)]
    pub(crate) max_bytes: u64,
}

/// What TLS offers.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLS")]
pub(crate) struct TlsArgs {
    /// Accept any certificate
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,

    /// Trust the certificates in FILE and no others
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,

    /// TLS 1.3 or later
    #[arg(long = "tlsv1.3")]
    pub(crate) tlsv1_3: bool,

    /// This version at most
    #[arg(long, value_name = "VERSION", value_parser = ["1.2", "1.3"])]
    pub(crate) tls_max: Option<String>,

    /// Groups for the key exchange, in order (X25519MLKEM768, X25519, P-256, P-384); without it, the post-quantum one first
    #[arg(long, value_name = "GROUP", value_delimiter = ':')]
    pub(crate) curves: Vec<String>,

    /// Another name in the ClientHello than that of the URL
    #[arg(long, value_name = "NAME", conflicts_with = "no_sni")]
    pub(crate) sni: Option<String>,

    /// No name in the ClientHello
    #[arg(long)]
    pub(crate) no_sni: bool,

    /// Largest segment to announce and send (TCP_MAXSEG)
    #[arg(long, value_name = "BYTES")]
    pub(crate) mss: Option<u32>,
}

/// When to give up. 0 waits for ever.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits, in seconds; 0 waits for ever")]
pub(crate) struct LimitArgs {
    /// For making the connection; over QUIC, for the server's first datagram
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub(crate) tcp_timeout: f64,

    /// For the proxy's answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    pub(crate) proxy_timeout: f64,

    /// For the TLS handshake
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub(crate) tls_timeout: f64,

    /// From the request to the first byte of the response
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    pub(crate) ttfb_timeout: f64,

    /// For the response's body
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) body_timeout: f64,

    /// For connection and TLS together, as in curl
    #[arg(long, value_name = "SECONDS")]
    pub(crate) connect_timeout: Option<f64>,

    /// For everything, as in curl
    #[arg(short, long, value_name = "SECONDS")]
    pub(crate) max_time: Option<f64>,

    /// The limits of Go's http.DefaultTransport: 30 s for the connection, shared by the addresses of a family as its
    /// dialer does, 10 s for TLS, none for the response
    #[arg(long)]
    pub(crate) go_timeouts: bool,
}

const EXAMPLES: &str = "\
Examples:
  stallscope probe https://cdn.example.net/
  stallscope probe -n 20 --ip 192.0.2.11,192.0.2.22 https://cdn.example.net/
  stallscope probe --go-timeouts --resolve api.example.net:443:203.0.113.7 \\
    https://api.example.net/
  stallscope probe --arms small,no-sni,mss1200 https://cdn.example.net/
  stallscope probe --dns-servers 192.0.2.53,tls://dns.example.net \\
    --ecs 203.0.113.0/24 https://cdn.example.net/
  stallscope probe --arms http2,http3 https://cdn.example.net/
  stallscope probe --curves X25519 -f json -o x.json https://cdn.example.net/

Exit status:
  0  no fault was found
  1  a fault was found: an attempt or a lookup failed, or a verdict says what
     delayed one
  2  wrong usage
  3  nothing was measured: no attempt was made, and no lookup that failed says
     why
  130  Ctrl-C, after reporting what was done";
