//! What the probe's own host was like while it probed: whether it got processors when it needed them, how its kernel is
//! set, whether its clock is right, and what it runs in. Everything may be missing, and is left out then.

mod clock;
mod cpu;
mod device;
mod group;
mod place;
mod timer;

use std::fs;
use std::net::SocketAddr;

use stallscope_shared::report::v1;

use self::cpu::Usage;
use self::timer::Timer;

/// Readings that were taken before the first attempt, and a timer that runs beside all of them.
pub(crate) struct Watch {
    before: Usage,
    timer: Option<Timer>,
}

/// Settings that decide how connections are made and how long they are tried.
const SYSCTLS: [&str; 10] = [
    "net.ipv4.tcp_syn_retries",
    "net.ipv4.tcp_retries2",
    "net.ipv4.tcp_ecn",
    "net.ipv4.tcp_sack",
    "net.ipv4.tcp_timestamps",
    "net.ipv4.tcp_congestion_control",
    "net.ipv4.tcp_mtu_probing",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
];

impl Watch {
    /// From now on.
    pub(crate) fn begin() -> Self {
        Self {
            before: Usage::now(),
            timer: Timer::start(),
        }
    }

    /// Until now; `servers` are those whose routes are told.
    pub(crate) fn end(self, servers: &[SocketAddr]) -> v1::Environment {
        let sysctls = SYSCTLS.iter().filter_map(|name| {
            let value = line(&format!("/proc/sys/{}", name.replace('.', "/")))?;
            let words: Vec<&str> = value.split_whitespace().collect();
            Some(v1::Setting {
                name: (*name).to_owned(),
                value: words.join(" "),
            })
        });
        v1::Environment {
            system: line("/proc/sys/kernel/osrelease").map(|release| format!("Linux {release}")),
            host: line("/proc/sys/kernel/hostname"),
            container: place::container(),
            namespace: line("/var/run/secrets/kubernetes.io/serviceaccount/namespace"),
            scheduling: self.timer.map(Timer::stop),
            cpu: Usage::now().since(&self.before),
            interfaces: place::interfaces(servers),
            sysctls: sysctls.collect(),
            clock: clock::read(),
            control: None,
            egress: None,
            proxy_variables: place::proxy_variables(),
        }
    }
}

/// The one line of a file; `None` when it cannot be read or is empty.
fn line(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
