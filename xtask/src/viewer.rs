//! The viewer's bundle in `dist/`: one page, one script, one module, one style sheet.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::wasm::{self, Module};
use crate::{serve, workspace};

/// Name of the bundle's script; the module is beside it with the ending `_bg.wasm`.
const NAME: &str = "stallscope";

/// Builds the viewer. `false` when the module could not be shrunk because `wasm-opt` is not there.
pub(crate) fn build() -> Result<bool> {
    let compiled = wasm::compile("stallscope-viewer", "stallscope-viewer.wasm")?;
    let dist = workspace::dist();
    if dist.is_dir() {
        fs::remove_dir_all(&dist)?;
    }
    let module = wasm::bindgen(&compiled, &dist, NAME)?;
    let is_shrunk = wasm::shrink(&module.wasm)?;
    if !is_shrunk {
        println!("SKIPPED: wasm-opt (no npm here); the viewer works but is larger");
    }
    append_loader(&module)?;
    let sources = workspace::root().join("viewer");
    copy(
        &workspace::root().join("index.html"),
        &dist.join("index.html"),
    )?;
    join_styles(&sources.join("src/style"), &dist.join("stallscope.css"))?;
    println!(
        "built the viewer: {} (module {} kB)",
        dist.display(),
        fs::metadata(&module.wasm)?.len() / 1000
    );
    Ok(is_shrunk)
}

/// Builds the viewer and serves it until the command is interrupted.
pub(crate) fn serve(port: u16) -> Result<()> {
    build()?;
    let server = serve::Server::start(workspace::dist(), port)?;
    println!("the viewer is at {} (Ctrl-C ends it)", server.url());
    server.wait()
}

/// The page and its worker load the same script, which starts the same module in both.
fn append_loader(module: &Module) -> Result<()> {
    let loader = workspace::root().join("viewer/loader.js");
    let glue = fs::read_to_string(&module.script)?;
    let loader = fs::read_to_string(&loader).with_context(|| loader.display().to_string())?;
    fs::write(&module.script, format!("{glue}\n{loader}"))?;
    Ok(())
}

/// One style sheet from the parts, in the order that `order` names them.
fn join_styles(folder: &Path, to: &Path) -> Result<()> {
    let mut joined = String::new();
    for part in STYLES {
        let path = folder.join(part);
        joined += &fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    }
    fs::write(to, joined)?;
    Ok(())
}

/// Tokens first: the others only use the colours and sizes named there.
const STYLES: [&str; 3] = ["tokens.css", "base.css", "attempts.css"];

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
