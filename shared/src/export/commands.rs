//! Commands that make it happen again, for whoever reads an evidence page or a ticket.

use super::case::Case;
use crate::report::v1::{AttemptKind, PhaseName};

/// A command, and the id of the message that says what it shows.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) what: &'static str,
    pub(super) text: String,
}

/// The commands for the address of a case, as host and port.
pub(super) fn of(case: &Case<'_>, address: Option<(&str, &str)>) -> Vec<Command> {
    let Some((host, port)) = address else {
        return Vec::new();
    };
    let name = case.name().filter(|name| is_plain(name)).unwrap_or(host);
    let is_lookup = case
        .examples
        .first()
        .is_some_and(|example| example.kind == AttemptKind::Dns);
    let mut commands = Vec::new();
    if is_lookup {
        commands.push(Command {
            what: "page-reproduce-dig",
            text: format!("dig @{host} -p {port} {name} A +tries=1 +timeout=5"),
        });
    } else {
        let has_tls = case.examples.first().is_none_or(|example| {
            example.tls.is_some()
                || example
                    .phases
                    .iter()
                    .any(|phase| phase.phase == PhaseName::Tls && phase.start_ns.is_some())
                || port == "443"
        });
        commands.push(Command {
            what: "page-reproduce-curl",
            text: curl(has_tls, name, host, port),
        });
        if has_tls {
            commands.push(Command {
                what: "page-reproduce-openssl",
                text: openssl(name, host, port),
            });
        }
    }
    let filter = format!("host {host} and port {port}");
    commands.push(Command {
        what: "page-reproduce-capture",
        text: format!("tcpdump -i any -s 0 -w case.pcap '{filter}'\nstallscope analyze case.pcap"),
    });
    commands
}

/// Attempts after which a share has shown itself with 95 % certainty: ln 0.05 / ln (1 - share).
pub(super) fn times_to_see(share: f64) -> u64 {
    let misses = (1.0 - share).clamp(0.000_001, 0.999_999);
    (0.05_f64.ln() / misses.ln()).ceil().max(1.0) as u64
}

fn curl(has_tls: bool, name: &str, host: &str, port: &str) -> String {
    let scheme = if has_tls { "https" } else { "http" };
    let bracketed = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    format!(
        "curl -so /dev/null --max-time 30 {scheme}://{name}:{port}/ \\\n  --resolve {name}:{port}:{bracketed} \\\n  \
         -w '%{{http_code}} connect %{{time_connect}} tls %{{time_appconnect}} first byte %{{time_starttransfer}}\\n'"
    )
}

fn openssl(name: &str, host: &str, port: &str) -> String {
    let bracketed = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    format!("openssl s_client -connect {bracketed}:{port} -servername {name} </dev/null")
}

/// A name that a shell takes as one word.
fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':'))
}

#[cfg(test)]
mod tests {
    use super::times_to_see;

    #[test]
    fn rare_faults_need_many_attempts() {
        for (share, times) in [(1.0, 1), (0.5, 5), (0.3, 9), (0.07, 42)] {
            assert_eq!(times_to_see(share), times, "{share}");
        }
    }
}
