//! The certificate of servers that nobody made for these tests.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes one for a name, which is its own authority; where its key is.
pub(crate) fn make(authority: &Path, name: &str) -> PathBuf {
    let key = authority.with_file_name("key.pem");
    let made = Command::new("openssl")
        .args([
            "req", "-x509",
            // A certificate of the usual size, so that the flight has two segments.
            "-newkey", "rsa:2048",
        ])
        .args(["-nodes", "-days", "2", "-subj", &format!("/CN={name}")])
        .args(["-addext", &format!("subjectAltName=DNS:{name}")])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(authority)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    key
}
