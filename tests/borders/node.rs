//! The wasm build under node: requests in, reports out.

use std::ffi::OsStr;
use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running node process. It ends when this is dropped, because its input ends.
pub(crate) struct Node {
    requests: ChildStdin,
    reports: BufReader<ChildStdout>,
    _child: Child,
}

impl Node {
    pub(crate) fn start(script: &OsStr, module: &OsStr) -> Self {
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("node/analyse.js");
        let mut child = Command::new("node")
            .args([driver.as_os_str(), script, module])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node does not start; it comes with the package nodejs");
        Self {
            requests: child.stdin.take().unwrap(),
            reports: BufReader::new(child.stdout.take().unwrap()),
            _child: child,
        }
    }

    /// What the wasm build says of one capture.
    pub(crate) fn report(&mut self, path: &Path, name: &str, chunk_bytes: usize) -> Vec<u8> {
        let request = serde_json::json!({ "path": path, "name": name, "chunk": chunk_bytes });
        writeln!(self.requests, "{request}").unwrap();
        let mut length = [0; 4];
        self.reports.read_exact(&mut length).unwrap();
        let mut report = vec![0; u32::from_be_bytes(length) as usize];
        self.reports.read_exact(&mut report).unwrap();
        report
    }
}
