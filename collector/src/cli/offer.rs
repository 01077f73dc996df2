//! What `stallscope probe` varies, and what else its TLS offers.

use std::path::PathBuf;

use clap::Args;
use stallscope_shared::probe::Arm;

/// What the client shows of itself, and what it asks for.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLS")]
pub(crate) struct OfferArgs {
    /// TLS 1.2 or later, which is what is offered without it
    #[arg(long = "tlsv1.2", conflicts_with = "tlsv1_3")]
    pub(crate) tlsv1_2: bool,

    /// Application protocols to offer, in order
    #[arg(long, value_name = "PROTOCOL", value_delimiter = ',')]
    pub(crate) alpn: Vec<String>,

    /// Offer HTTP/2, and HTTP/1.1 behind it; the server chooses (https only)
    #[arg(long, conflicts_with = "alpn")]
    pub(crate) http2: bool,

    /// Speak HTTP/3, over QUIC and nothing else: unlike curl's --http3 nothing falls back to TCP (https only; in commands
    /// that were built with the feature http3)
    #[arg(long, visible_alias = "http3-only", conflicts_with_all = ["alpn", "http2"])]
    pub(crate) http3: bool,

    /// Offer HTTP/1.1 only, which is what is offered without it
    #[arg(long = "http1.1", conflicts_with_all = ["alpn", "http2", "http3"])]
    pub(crate) http1_1: bool,

    /// The client's certificate, and its chain (PEM)
    #[arg(short = 'E', long, value_name = "FILE")]
    pub(crate) cert: Option<PathBuf>,

    /// Its private key (PEM); without it, it is in the file of --cert
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
}

/// What is varied.
#[derive(Debug, Args)]
#[command(next_help_heading = "Arms")]
pub(crate) struct ArmArgs {
    /// Make every attempt in these ways as well, in turn, each of which differs in one thing, and compare them: small and
    /// large (ClientHello without and with a post-quantum key share), split and records (ClientHello in two segments, in
    /// two records), sni-other and no-sni, mss1200, tls12, http1, http2 and http3, same-port (from the source port of the attempt before),
    /// resumed (resuming its session), reused (the second request on a connection whose first one was answered, HTTP/1.1)
    #[arg(long, value_name = "ARM", value_delimiter = ',', value_parser = arm)]
    pub(crate) arms: Vec<Arm>,
}

/// Those that can be chosen: the base is always there.
const CHOICE: [Arm; 14] = [
    Arm::Small,
    Arm::Large,
    Arm::Split,
    Arm::Records,
    Arm::OtherName,
    Arm::NoName,
    Arm::Mss1200,
    Arm::Tls12,
    Arm::Http1,
    Arm::Http2,
    Arm::Http3,
    Arm::SamePort,
    Arm::Resumed,
    Arm::Reused,
];

fn arm(typed: &str) -> Result<Arm, String> {
    let mut choice = CHOICE.into_iter();
    choice.find(|arm| arm.name() == typed).ok_or_else(|| {
        let names = CHOICE.map(Arm::name);
        format!("{typed} is no arm; there are {}", names.join(", "))
    })
}
