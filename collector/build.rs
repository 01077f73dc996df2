//! Puts the viewer into the command: every file of `dist/`, which `cargo xtask build` makes first. Where there is
//! none, the command says how to get it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What pages on disk need is not needed by pages from a server.
const LEFT_OUT: &str = "disk";

fn main() -> io::Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut files: Vec<PathBuf> = match fs::read_dir(&dist) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<_>>()?,
        Err(_) => Vec::new(),
    };
    files.retain(|path| path.file_name().is_some_and(|name| name != LEFT_OUT));
    files.sort();
    // A build of the viewer that was interrupted is none.
    if !files.iter().any(|path| path.ends_with("index.html")) {
        files.clear();
    }
    let mut list = String::from("[\n");
    for path in &files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let path = fs::canonicalize(path)?;
        writeln!(
            list,
            "    ({name:?}, include_bytes!({:?})),",
            path.display().to_string()
        )
        .map_err(io::Error::other)?;
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("viewer.rs"), list)
}
