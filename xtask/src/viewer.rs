//! The viewer's bundle in `dist/`: one page, one script, one module, one style sheet.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::wasm::{self, Module};
use crate::{serve, workspace};

/// Name of the bundle's script; the module is beside it with the ending `_bg.wasm`.
const NAME: &str = "stallscope";

/// The capture that the start page offers.
const EXAMPLE: &str = "tests/corpus/faults/d_origin_oneweak_8pct.pcap";

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
    copy(&workspace::root().join(EXAMPLE), &dist.join("example.pcap"))?;
    write_twins(&dist, &["stallscope_bg.wasm", "example.pcap"])?;
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

/// The page and its worker load the same script, which starts the same module in both. It is one function,
/// whose text a page on disk gives to its worker, because no file there is allowed to be one.
fn append_loader(module: &Module) -> Result<()> {
    let loader = workspace::root().join("viewer/loader.js");
    let glue = fs::read_to_string(&module.script)?;
    let loader = fs::read_to_string(&loader).with_context(|| loader.display().to_string())?;
    fs::write(
        &module.script,
        format!(
            "const stallscopeScript = function () {{\n{glue}\n{loader}}};\nstallscopeScript();\n"
        ),
    )?;
    Ok(())
}

/// A page that is opened from disk may load scripts and nothing else, so every file that it reads has a twin
/// that is a script. Pages from a server never ask for them.
fn write_twins(dist: &Path, names: &[&str]) -> Result<()> {
    let folder = dist.join("disk");
    fs::create_dir_all(&folder)?;
    for name in names {
        let bytes = fs::read(dist.join(name))?;
        let script = format!("stallscopeGive(\"{name}\", \"{}\");\n", base64(&bytes));
        fs::write(folder.join(format!("{name}.js")), script)?;
    }
    Ok(())
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place) & 0x3f) as usize;
            text.push(if place <= group.len() {
                char::from(ALPHABET[digit])
            } else {
                '='
            });
        }
    }
    text
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
const STYLES: [&str; 4] = ["tokens.css", "base.css", "overview.css", "attempt.css"];

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_as_in_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
