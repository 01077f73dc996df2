//! What the lab did to whom, a line for each connection: what a verdict can be held against.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::Context as _;
use serde_json::json;

use super::fault::Fault;

/// A file of JSON lines, or nothing.
#[derive(Debug)]
pub(crate) struct Ledger(Option<Mutex<File>>);

impl Ledger {
    /// Opens it; without a path nothing is kept.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let create = |path: &Path| {
            File::create(path).with_context(|| format!("cannot write {}", path.display()))
        };
        Ok(Self(path.map(create).transpose()?.map(Mutex::new)))
    }

    /// Notes one connection. A ledger that cannot be written does not stop the lab.
    pub(crate) fn note(&self, client: SocketAddr, server: SocketAddr, fault: Option<Fault>) {
        let Some(file) = &self.0 else {
            return;
        };
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let line = json!({
            "unix_ns": since.map(|since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)).ok(),
            "client": client.to_string(),
            "server": server.to_string(),
            "cause": fault.map(Fault::cause),
        });
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(file, "{line}").unwrap_or_default();
    }
}
