//! The viewer's bundle in `dist/`: a page with its script, module and style sheet, and the worker's script and
//! module.

use std::fs;
use std::hash::Hasher;
use std::path::Path;

use anyhow::{Context, Result};

use crate::wasm::{self, Aim, Module};
use crate::{serve, workspace};

/// A part of the bundle: its program, the name of its files, what is appended to its glue, how it is built.
type Part = (&'static str, &'static str, &'static str, Aim);

/// The page, and what it fetches when it is there.
const PARTS: [Part; 2] = [
    ("stallscope-viewer", "stallscope", "loader.js", Aim::Small),
    (
        "stallscope-worker",
        "stallscope-worker",
        "worker.js",
        Aim::Fast,
    ),
];

/// What a page on disk cannot fetch.
const TWINS: [&str; 6] = [
    "stallscope.js",
    "stallscope.css",
    "stallscope_bg.wasm",
    "stallscope-worker_bg.wasm",
    "stallscope-worker.js",
    "example.pcap",
];

/// The capture that the start page offers.
const EXAMPLE: &str = "tests/corpus/example/ten_second_stall.pcap";

/// Builds the viewer. `false` when the modules could not be shrunk because `wasm-opt` is not there.
pub(crate) fn build() -> Result<bool> {
    let dist = workspace::dist();
    if dist.is_dir() {
        fs::remove_dir_all(&dist)?;
    }
    let sources = workspace::root().join("viewer");
    let mut is_shrunk = true;
    for (program, name, loader, aim) in PARTS {
        let what = format!("--package stallscope-viewer --bin {program}");
        let compiled = wasm::compile(&what, &format!("{program}.wasm"), aim)?;
        let module = wasm::bindgen(&compiled, &dist, name)?;
        is_shrunk &= wasm::shrink(&module.wasm, aim)?;
        append(&module, &sources.join(loader))?;
    }
    if !is_shrunk {
        println!("SKIPPED: wasm-opt (no npm here); the viewer works but is larger");
    }
    copy(&workspace::root().join(EXAMPLE), &dist.join("example.pcap"))?;
    join_styles(&sources.join("src/style"), &dist.join("stallscope.css"))?;
    write_page(&workspace::root().join("index.html"), &dist)?;
    write_twins(&dist, &TWINS)?;
    println!("built the viewer: {}", dist.display());
    Ok(is_shrunk)
}

/// The page, which names what was built together with it: a browser that kept files of an earlier build fetches
/// them anew.
fn write_page(from: &Path, dist: &Path) -> Result<()> {
    let mut hasher = std::hash::DefaultHasher::new();
    for name in &TWINS {
        hasher.write(&fs::read(dist.join(name))?);
    }
    let build = format!("?{:016x}", hasher.finish());
    let page = fs::read_to_string(from).with_context(|| from.display().to_string())?;
    let page = page
        .replace("stallscope.js", &format!("stallscope.js{build}"))
        .replace("stallscope.css", &format!("stallscope.css{build}"));
    fs::write(dist.join("index.html"), page)?;
    Ok(())
}

/// Builds the viewer and serves it until the command is interrupted.
pub(crate) fn serve(port: u16) -> Result<()> {
    build()?;
    let server = serve::Server::start(workspace::dist(), port)?;
    println!("the viewer is at {} (Ctrl-C ends it)", server.url());
    server.wait()
}

/// Puts what starts a module behind its glue.
fn append(module: &Module, loader: &Path) -> Result<()> {
    let glue = fs::read_to_string(&module.script)?;
    let loader = fs::read_to_string(loader).with_context(|| loader.display().to_string())?;
    let loader = wasm::without_comments(&loader);
    fs::write(&module.script, format!("{glue}{loader}"))?;
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
    fs::write(to, without_layout(&joined))?;
    Ok(())
}

/// A style sheet without comments and the layout of its lines, which only cost bytes on the way.
fn without_layout(style: &str) -> String {
    let mut pieces = style.split("/*");
    let mut code = pieces.next().unwrap_or_default().to_owned();
    code.extend(pieces.filter_map(|piece| Some(piece.split_once("*/")?.1)));
    let mut out = String::new();
    for line in code.lines().map(str::trim).filter(|line| !line.is_empty()) {
        // A line that goes on in the next one is parted from it by a space.
        if !out.is_empty() && !out.ends_with(['{', '}', ';', ',']) {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}

/// Tokens first: the others only use the colours and sizes named there.
const STYLES: [&str; 4] = ["tokens.css", "base.css", "overview.css", "attempt.css"];

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{base64, without_layout};

    #[test]
    fn styles_lose_their_layout_and_nothing_else() {
        let style = "/* Why. */\na,\nb {\n  color: red; /* and\nmore */\n  font: 1px\n    x;\n}\n";
        assert_eq!(without_layout(style), "a,b {color: red;font: 1px x;}");
    }

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
