//! What stands between `stallscope probe` and the server.

use std::path::PathBuf;

use clap::Args;

/// Which proxy, and for whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "Proxy")]
pub(crate) struct ProxyArgs {
    /// Through this proxy: http:// (by CONNECT), https:// (the same inside of TLS with the proxy), socks5:// or socks5h:// (which looks the name up itself). Every address
    /// of the proxy is tried. Without it, what HTTPS_PROXY, http_proxy and ALL_PROXY say, unless addresses are given
    #[arg(
        short = 'x',
        long,
        value_name = "[SCHEME://][USER:PASSWORD@]HOST[:PORT]"
    )]
    pub(crate) proxy: Option<String>,

    /// Accept any certificate of an https:// proxy
    #[arg(long)]
    pub(crate) proxy_insecure: bool,

    /// Trust the certificates in FILE and no others for an https:// proxy
    #[arg(long, value_name = "FILE")]
    pub(crate) proxy_cacert: Option<PathBuf>,

    /// Names, addresses and networks that no proxy is used for, separated by commas; * for all. Without it, what NO_PROXY
    /// says of the environment's
    #[arg(long, value_name = "LIST")]
    pub(crate) noproxy: Option<String>,
}
