//! The files of the checkout, as the checks see them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace;

/// One Rust file.
pub(super) struct Source {
    /// Path from the root of the checkout, with `/` on every system.
    pub(super) path: String,
    /// All of it.
    pub(super) text: String,
}

impl Source {
    /// The code that ships: without comments and without the test module at the end, with line numbers.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test_file = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        self.text
            .lines()
            .enumerate()
            .take_while(move |(_, line)| !is_test_file && line.trim() != "#[cfg(test)]")
            .map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
    }
}

/// Every Rust file of the checkout, in order of path.
pub(super) fn all() -> Result<Vec<Source>> {
    paths()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            Ok(Source {
                path: relative(&path),
                text,
            })
        })
        .collect()
}

/// The path from the root, with `/` on every system.
pub(super) fn relative(path: &Path) -> String {
    let relative = path.strip_prefix(workspace::root()).unwrap_or(path);
    relative.to_string_lossy().replace('\\', "/")
}

/// Every file of the checkout that is not built, in order of path.
pub(super) fn paths() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![workspace::root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if OUTSIDE.iter().any(|outside| name == *outside) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Things that are made or fetched, and captures. In a second work tree `.git` is a file.
const OUTSIDE: [&str; 6] = [
    ".git",
    "target",
    "dist",
    "node_modules",
    "corpus",
    "artifacts",
];
