//! What stands between `stallscope probe` and the server.

use clap::Args;

/// Which proxy, and for whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "Proxy")]
pub(crate) struct ProxyArgs {
    /// Through this proxy: http:// (by CONNECT), socks5:// or socks5h:// (which looks the name up itself). Every address
    /// of the proxy is tried. Without it, what HTTPS_PROXY, http_proxy and ALL_PROXY say, unless addresses are given
    #[arg(
        short = 'x',
        long,
        value_name = "[SCHEME://][USER:PASSWORD@]HOST[:PORT]"
    )]
    pub(crate) proxy: Option<String>,

    /// Names, addresses and networks that no proxy is used for, separated by commas; * for all. Without it, what NO_PROXY
    /// says of the environment's
    #[arg(long, value_name = "LIST")]
    pub(crate) noproxy: Option<String>,
}
