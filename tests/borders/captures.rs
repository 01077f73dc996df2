//! The captures that the tests read: those in the repository, and public ones where they are at hand.

use std::fs;
use std::path::{Path, PathBuf};

use crate::skipped;

/// One capture.
pub(crate) struct Capture {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What the report calls it.
    pub(crate) name: String,
    /// All of it.
    pub(crate) bytes: Vec<u8>,
}

/// The captures of the repository, by name.
pub(crate) fn in_repository() -> Vec<Capture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/faults");
    let captures = below(&folder);
    assert!(!captures.is_empty(), "no captures in {}", folder.display());
    captures
}

/// Real captures of other people, which are not part of the repository; none where they are absent.
pub(crate) fn public(what: &str) -> Vec<Capture> {
    let beside = std::env::var_os("STALLSCOPE_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = beside.join("captures/public/files");
    if !folder.is_dir() {
        skipped(what, &format!("no public captures at {}", folder.display()));
    }
    below(&folder)
}

fn below(folder: &Path) -> Vec<Capture> {
    let mut captures = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "README.md") {
                captures.push(read(path));
            }
        }
    }
    captures.sort_by(|one, other| one.path.cmp(&other.path));
    captures
}

fn read(path: PathBuf) -> Capture {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let bytes = fs::read(&path).unwrap();
    Capture { path, name, bytes }
}
