//! A namespace in which somebody answers for every address, as a transparent proxy does: whatever fails behind it is not
//! held against the server for sure.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::thread;

use nix::sched::{CloneFlags, setns};
use serde_json::Value;
use stallscope_tests::captures::skipped;

use crate::site::{self, inside};

const PORT: u16 = 443;
/// Public, and in this namespace its own.
const SERVER: Ipv4Addr = Ipv4Addr::new(8, 8, 8, 8);

/// A namespace of its own.
struct Alone(String);

impl Alone {
    fn build(role: &str) -> Self {
        let alone = Self(format!("stallscope-{}-{role}", std::process::id()));
        site::ip(&["netns", "add", &alone.0]);
        site::ip(&["-n", &alone.0, "link", "set", "lo", "up"]);
        alone
    }

    /// Addresses that this host takes for its own.
    fn own(&self, range: &str) {
        site::ip(&["-n", &self.0, "route", "add", "local", range, "dev", "lo"]);
    }

    /// Accepts at every address of the namespace, and never answers.
    fn accept(&self, address: Ipv4Addr) {
        let path = Path::new("/run/netns").join(&self.0);
        let listen = move || {
            setns(File::open(path).unwrap(), CloneFlags::CLONE_NEWNET).unwrap();
            TcpListener::bind((address, PORT)).unwrap()
        };
        let listener = thread::spawn(listen).join().unwrap();
        thread::spawn(move || {
            let _open: Vec<_> = listener.incoming().collect();
        });
    }

    fn probe(&self, command: &Path) -> Value {
        let output = inside(&self.0, &command.display().to_string())
            .args([
                "probe",
                "-k",
                "-n",
                "2",
                "--tls-timeout",
                "2.5",
                "--format",
                "json",
            ])
            .arg(format!("https://{SERVER}/"))
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        site::ip(&["netns", "del", &self.0]);
    }
}

#[test]
fn who_answers_for_everybody_caps_every_accusation() {
    let what = "a transparent proxy in a network namespace";
    let Some(command) = std::env::var_os("STALLSCOPE_COMMAND").map(PathBuf::from) else {
        skipped(
            what,
            "STALLSCOPE_COMMAND is not set; `cargo xtask test` sets it",
        );
        return;
    };
    if let Err(because) = site::is_possible() {
        skipped(what, &because);
        return;
    }
    for is_intercepted in [false, true] {
        let alone = Alone::build(if is_intercepted { "proxied" } else { "direct" });
        alone.own(&format!("{SERVER}/32"));
        if is_intercepted {
            alone.own("192.0.2.0/24");
            alone.own("198.51.100.0/24");
            alone.accept(Ipv4Addr::UNSPECIFIED);
        } else {
            alone.accept(SERVER);
        }
        let report = alone.probe(&command);
        let control = &report["environment"]["control"];
        assert_eq!(control["tried"].as_array().unwrap().len(), 2, "{control}");
        let answered = control["answered"].as_array().unwrap().len();
        assert_eq!(answered, if is_intercepted { 2 } else { 0 }, "{control}");
        let warnings = report["warnings"].to_string();
        assert_eq!(
            warnings.contains("\"intercepted\""),
            is_intercepted,
            "{warnings}"
        );
        let attempt = &report["attempts"][0]["verdict"];
        let of_server = &report["servers"][0]["verdict"];
        for verdict in [attempt, of_server] {
            assert_eq!(verdict["cause"], "H1", "{verdict:#}");
            let others = verdict["alternatives"].to_string();
            assert_eq!(others.contains("\"P2\""), is_intercepted, "{verdict:#}");
            assert!(
                !is_intercepted || verdict["confidence"] == "possible",
                "{verdict:#}"
            );
        }
    }
}
