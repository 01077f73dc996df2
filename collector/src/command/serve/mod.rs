//! `stallscope serve`: the viewer and files for it from one address of this machine.
//!
//! Whoever has the link can read what is served, and nobody else: its path begins with a token that is drawn for
//! each run, pages of other origins get no leave to read (no CORS header is ever sent), and requests that name
//! another host, as rebound names do, are refused.

mod guard;
mod opened;
mod site;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::net::TcpListener;

use self::guard::{Guard, Token};
use self::site::Site;
use super::viewer;
use crate::cli::Serve;
use crate::exit::Outcome;
use crate::output::sink::Sink;
use crate::output::terminal;

/// How long answers that are under way may take after Ctrl-C.
const GRACE: Duration = Duration::from_millis(500);

/// Serves until Ctrl-C.
pub(crate) fn run(args: &Serve) -> anyhow::Result<Outcome> {
    let files = opened::readable(&args.files)?;
    if !viewer::is_here() {
        bail!(
            "this command was built without the viewer: `cargo xtask build` in the source tree builds both, in that order"
        );
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(args, files))?;
    Ok(Outcome::NoFault)
}

async fn serve(args: &Serve, files: Vec<PathBuf>) -> anyhow::Result<()> {
    let listener = TcpListener::bind(SocketAddr::new(args.bind, args.port))
        .await
        .with_context(|| {
            format!(
                "cannot listen on {}; choose another port with --port",
                SocketAddr::new(args.bind, args.port)
            )
        })?;
    let address = listener.local_addr()?;
    let token = Token::draw()?;
    let link = link(address, &token, &files);
    tell(&link, address.ip())?;
    if !args.no_open && open::that_detached(&link).is_err() {
        terminal::complain("no browser could be started; open the address above");
    }
    let site = Site {
        guard: Guard::new(token, address),
        files,
    };
    let serving = axum::serve(listener, site.router()).with_graceful_shutdown(interrupted());
    // A browser that keeps its connection open does not keep the command from ending.
    let latest = async {
        interrupted().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = serving => ended.context("the server stopped"),
        () = latest => Ok(()),
    }
}

/// Where signals cannot be had, the command ends as others do: at once.
async fn interrupted() {
    let _no_signals = tokio::signal::ctrl_c().await;
}

/// The address that the browser opens: the viewer, told which files to read.
fn link(address: SocketAddr, token: &Token, files: &[PathBuf]) -> String {
    let host = match address.ip() {
        // What listens everywhere is reached from here by loopback.
        IpAddr::V4(ip) if ip.is_unspecified() => format!("127.0.0.1:{}", address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("[::1]:{}", address.port()),
        _ => address.to_string(),
    };
    let named = files.iter().enumerate().map(|(index, path)| {
        let name = path.file_name().unwrap_or_default();
        format!("report=files/{index}/{}", encoded(Path::new(name)))
    });
    let query: Vec<String> = named.collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("http://{host}/{token}/{mark}{}", query.join("&"))
}

/// A file's name in an address: everything but letters, digits and `-._~` as `%` and two digits (RFC 3986 §2.1).
fn encoded(name: &Path) -> String {
    let mut text = String::new();
    for byte in name.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// The address on standard output, everything else beside it.
fn tell(link: &str, bound: IpAddr) -> anyhow::Result<()> {
    let mut sink = Sink::open(None)?;
    sink.write_all(format!("{link}\n").as_bytes())?;
    sink.flush()?;
    drop(sink);
    if let Some(meaning) = meaning_of(bound) {
        terminal::complain(&meaning);
    }
    terminal::complain("serving until Ctrl-C");
    Ok(())
}

/// What listening on another address than a loopback one means.
fn meaning_of(bound: IpAddr) -> Option<String> {
    (!bound.is_loopback()).then(|| {
        format!(
            "--bind {bound}: everybody who reaches this address over the network and has the link can read the files; link and files go over the network in clear"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_addresses_than_loopback_ones_are_explained() {
        for (address, is_explained) in [
            ("127.0.0.1", false),
            ("::1", false),
            ("0.0.0.0", true),
            ("192.0.2.1", true),
        ] {
            let meaning = meaning_of(address.parse().unwrap());
            assert_eq!(meaning.is_some(), is_explained, "{address}");
        }
    }

    #[test]
    fn the_link_names_every_file() {
        let token = Token::draw().unwrap();
        let files = [PathBuf::from("/x/a b&c.pcap"), PathBuf::from("/y/r.json")];
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        assert_eq!(
            link(address, &token, &files),
            format!(
                "http://127.0.0.1:80/{token}/?report=files/0/a%20b%26c.pcap&report=files/1/r.json"
            )
        );
        let everywhere = SocketAddr::from(([0, 0, 0, 0], 8080));
        assert_eq!(
            link(everywhere, &token, &[]),
            format!("http://127.0.0.1:8080/{token}/")
        );
    }
}
