//! The captures that tests read: those in the repository, and others where they are at hand.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// One capture.
#[derive(Debug)]
pub struct Capture {
    /// Where it is.
    pub path: PathBuf,
    /// What the report calls it.
    pub name: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Says that something was not tested. Not by `println`, which the runner swallows when a test passes.
pub fn skipped(what: &str, because: &str) {
    tell(&format!("SKIPPED: {what}: {because}\n"));
}

/// Says something that is to be read although the test passes.
pub fn tell(text: &str) {
    let _nobody_listens = io::stderr().write_all(text.as_bytes());
}

/// The captures of the repository, by name.
///
/// # Errors
/// When they cannot be read.
pub fn in_repository() -> io::Result<Vec<Capture>> {
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"))
}

/// A folder beside the repository, for what is too large or not ours to hold; says so where it is absent.
#[must_use]
pub fn beside(folder: &str, what: &str) -> Option<PathBuf> {
    let beside = std::env::var_os("STALLSCOPE_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = beside.join("captures").join(folder);
    if !folder.exists() {
        skipped(what, &format!("{} is absent", folder.display()));
        return None;
    }
    Some(folder)
}

/// Real captures of other people, which are not part of the repository; none where they are absent.
///
/// # Errors
/// When they cannot be read.
pub fn public(what: &str) -> io::Result<Vec<Capture>> {
    beside("public/files", what).map_or_else(|| Ok(Vec::new()), |folder| below(&folder))
}

/// Every capture below a folder, by path. Papers beside captures are none.
///
/// # Errors
/// When a file cannot be read.
pub fn below(folder: &Path) -> io::Result<Vec<Capture>> {
    let mut captures = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if !is_paper(&path) {
                captures.push(read(path)?);
            }
        }
    }
    captures.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(captures)
}

fn is_paper(path: &Path) -> bool {
    const PAPERS: [&str; 5] = ["md", "json", "csv", "py", "log"];
    path.extension()
        .is_some_and(|kind| PAPERS.iter().any(|paper| kind == *paper))
}

fn read(path: PathBuf) -> io::Result<Capture> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let bytes = fs::read(&path)?;
    Ok(Capture { path, name, bytes })
}
