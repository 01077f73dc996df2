//! Two network namespaces, a TUN device in each, and nothing else in common: one for the client, one for the nodes.

use std::fs::File;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use nix::sched::{CloneFlags, setns};
use tun_rs::{DeviceBuilder, SyncDevice};

/// The device's name in both.
pub(crate) const DEVICE: &str = "wire";
/// Ethernet's, though there is none.
const MTU: u16 = 1500;
/// Where the client is; from RFC 5737, as are the nodes.
pub(crate) const CLIENT: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 10);
/// The first node.
pub(crate) const FIRST: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);
/// A box on the way.
pub(crate) const ROUTER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);

/// The namespaces, until it is dropped.
#[derive(Debug)]
pub(crate) struct Site {
    /// The client's.
    pub(crate) client: String,
    /// The nodes'.
    pub(crate) server: String,
}

/// Why there can be no namespaces here.
pub(crate) fn is_possible() -> Result<(), String> {
    if !nix_is_root() {
        return Err("not root, so no network namespaces".to_owned());
    }
    for tool in ["ip", "tcpdump", "curl", "nginx", "go"] {
        if Command::new(tool).arg("-V").output().is_err() {
            return Err(format!("there is no `{tool}`"));
        }
    }
    // Tests run at once, and each tries for itself.
    static TRIES: AtomicU32 = AtomicU32::new(0);
    let number = TRIES.fetch_add(1, Ordering::Relaxed);
    let name = format!("stallscope-{}-try-{number}", std::process::id());
    let made = Command::new("ip").args(["netns", "add", &name]).output();
    let is_made = made.is_ok_and(|output| output.status.success());
    Command::new("ip")
        .args(["netns", "del", &name])
        .output()
        .unwrap();
    if !is_made || !Path::new("/dev/net/tun").exists() {
        return Err(
            "this kernel or container gives no network namespaces or TUN devices".to_owned(),
        );
    }
    Ok(())
}

fn nix_is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout == b"0\n")
}

impl Site {
    /// Makes both, with as many node addresses as wanted and one for the name server.
    pub(crate) fn build(index: usize, nodes: usize) -> (Self, [SyncDevice; 2]) {
        let name = |role| format!("stallscope-{}-{index}-{role}", std::process::id());
        let site = Self {
            client: name("client"),
            server: name("server"),
        };
        let devices = [&site.client, &site.server].map(|namespace| {
            ip(&["netns", "add", namespace]);
            ip(&["-n", namespace, "link", "set", "lo", "up"]);
            device(namespace)
        });
        ip(&[
            "-n",
            &site.client,
            "addr",
            "add",
            &format!("{CLIENT}/32"),
            "dev",
            DEVICE,
        ]);
        for further in 0..=u32::try_from(nodes).unwrap() {
            let address = Ipv4Addr::from_bits(FIRST.to_bits() + further);
            ip(&[
                "-n",
                &site.server,
                "addr",
                "add",
                &format!("{address}/32"),
                "dev",
                DEVICE,
            ]);
        }
        for namespace in [&site.client, &site.server] {
            ip(&["-n", namespace, "link", "set", DEVICE, "up"]);
            ip(&["-n", namespace, "route", "add", "default", "dev", DEVICE]);
        }
        (site, devices)
    }

    /// Leaves the clients' host no other local ports than these.
    pub(crate) fn client_ports(&self, first: u16, last: u16) {
        let range = "/proc/sys/net/ipv4/ip_local_port_range";
        let command = format!("echo {first} {last} > {range}");
        let mut shell = inside(&self.client, "sh");
        assert!(shell.args(["-c", &command]).status().unwrap().success());
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for namespace in [&self.client, &self.server] {
            ip(&["netns", "del", namespace]);
        }
    }
}

/// A command inside of a namespace.
pub(crate) fn inside(namespace: &str, program: &str) -> Command {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", namespace, program]);
    command
}

/// A TUN device that was made inside of a namespace, held outside of it: a thread of its own goes there.
fn device(namespace: &str) -> SyncDevice {
    let path = Path::new("/run/netns").join(namespace);
    let make = move || {
        setns(File::open(path).unwrap(), CloneFlags::CLONE_NEWNET).unwrap();
        let builder = DeviceBuilder::new().name(DEVICE).mtu(MTU).enable(false);
        builder.build_sync().unwrap()
    };
    thread::spawn(make).join().unwrap()
}

pub(crate) fn ip(arguments: &[&str]) {
    let output = Command::new("ip").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "ip {}: {said}",
        arguments.join(" ")
    );
}
