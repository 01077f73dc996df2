//! Wasm modules: built, given their glue, shrunk, and checked for what they import.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::install::{self, WASM};
use crate::process::{self, cargo};
use crate::workspace;

/// A wasm module with its glue, ready to be loaded.
pub(crate) struct Module {
    /// The glue script.
    pub(crate) script: PathBuf,
    /// The module it loads.
    pub(crate) wasm: PathBuf,
}

/// How a module is built.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    /// It analyses.
    Fast,
    /// A page waits for it.
    Small,
}

impl Aim {
    /// Cargo's profile, and how `wasm-opt` goes on.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Fast => ("wasm", "-O3"),
            Self::Small => ("page", "-Oz"),
        }
    }
}

/// Builds a program or library for wasm; `what` says which, in cargo's words. Gives back where cargo put
/// `FILE.wasm`.
pub(crate) fn compile(what: &str, file: &str, aim: Aim) -> Result<PathBuf> {
    install::wasm_target()?;
    let (profile, _) = aim.words();
    process::run(&mut cargo(&format!(
        "build --locked --profile {profile} --target {WASM} {what}"
    )))?;
    Ok(workspace::target().join(WASM).join(profile).join(file))
}

/// Writes `NAME.js` and `NAME_bg.wasm` into the folder and checks that the module asks for nothing
/// that a browser does not have.
pub(crate) fn bindgen(module: &Path, folder: &Path, name: &str) -> Result<Module> {
    fs::create_dir_all(folder)?;
    process::run(
        cargo("run --quiet --locked --package xtask-bindgen --")
            .arg(module)
            .arg(folder)
            .arg(name),
    )?;
    let built = Module {
        script: folder.join(format!("{name}.js")),
        wasm: folder.join(format!("{name}_bg.wasm")),
    };
    shorten(&built)?;
    let bytes = fs::read(&built.wasm)?;
    let imports =
        import_modules(&bytes).with_context(|| format!("{} is damaged", built.wasm.display()))?;
    if imports.iter().any(|from| from == "env") {
        bail!(
            "{} imports from `env`: something in it expects an operating system",
            built.wasm.display()
        );
    }
    Ok(built)
}

/// Takes out of a module and its glue what only costs bytes on the way: the hashes in the names of what the
/// module imports, comments, and indentation. Numbers as long as the hashes keep every length in the module.
fn shorten(module: &Module) -> Result<()> {
    let mut script = fs::read_to_string(&module.script)?;
    let mut wasm = fs::read(&module.wasm)?;
    for (index, name) in hashed_names(&script).into_iter().enumerate() {
        let short = format!("{}{index:016}", &name[..name.len() - HASH]);
        script = script.replace(&name, &short);
        replace(&mut wasm, name.as_bytes(), short.as_bytes());
    }
    fs::write(&module.script, without_comments(&script))?;
    fs::write(&module.wasm, wasm)?;
    Ok(())
}

/// A script without comments that have lines of their own, and without indentation.
pub(crate) fn without_comments(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let code = lines.filter(|line| {
        let is_comment = ["//", "/*", "*"].iter().any(|mark| line.starts_with(mark));
        !line.is_empty() && !is_comment
    });
    let code: Vec<&str> = code.collect();
    code.join("\n") + "\n"
}

/// Digits of a hash in wasm-bindgen's names.
const HASH: usize = 16;

/// Names in the glue that end with a hash, each once.
fn hashed_names(script: &str) -> BTreeSet<String> {
    let words = script.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let is_hashed = |word: &&str| {
        let hash = word.len().checked_sub(HASH).and_then(|at| word.get(at..));
        word.starts_with("__wbg_")
            && hash.is_some_and(|hash| hash.bytes().all(|digit| digit.is_ascii_hexdigit()))
    };
    words.filter(is_hashed).map(str::to_owned).collect()
}

/// Writes over every occurrence; both are of one length.
fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let mut at = 0;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| rest.windows(from.len()).position(|window| window == from))
    {
        at += found;
        if let Some(place) = bytes.get_mut(at..at + from.len()) {
            place.copy_from_slice(to);
        }
        at += from.len();
    }
}

/// Shrinks the module in place; `false` when there is no `wasm-opt`.
pub(crate) fn shrink(wasm: &Path, aim: Aim) -> Result<bool> {
    let Some(program) = install::wasm_opt() else {
        return Ok(false);
    };
    process::run(
        Command::new(program)
            .args(FEATURES)
            .arg(aim.words().1)
            .arg(wasm)
            .arg("-o")
            .arg(wasm),
    )?;
    Ok(true)
}

/// What the module may use. Named one by one: `--all-features` writes imports that Chromium refuses.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The module names in the import section (WebAssembly core specification 5.5.5), in order.
fn import_modules(bytes: &[u8]) -> Result<Vec<String>> {
    const IMPORT_SECTION: u8 = 2;
    let mut rest = bytes
        .strip_prefix(b"\0asm\x01\0\0\0")
        .context("no wasm header")?;
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let size = take_number(&mut rest)?;
        let section = take(&mut rest, size)?;
        if id == IMPORT_SECTION {
            return read_imports(section);
        }
    }
    Ok(Vec::new())
}

fn read_imports(mut section: &[u8]) -> Result<Vec<String>> {
    let count = take_number(&mut section)?;
    let mut modules = Vec::new();
    for _ in 0..count {
        modules.push(take_name(&mut section)?);
        take_name(&mut section)?;
        skip_description(&mut section)?;
    }
    Ok(modules)
}

/// What is imported: a function, table, memory, global or tag (5.4.5 and the exception proposal).
fn skip_description(section: &mut &[u8]) -> Result<()> {
    match take(section, 1)? {
        [0] => take_number(section).map(drop),
        [1] => {
            take(section, 1)?;
            skip_limits(section)
        }
        [2] => skip_limits(section),
        [3] => take(section, 2).map(drop),
        [4] => {
            take(section, 1)?;
            take_number(section).map(drop)
        }
        kind => bail!("import of unknown kind {kind:?}"),
    }
}

fn skip_limits(section: &mut &[u8]) -> Result<()> {
    let has_maximum = take(section, 1)?
        .first()
        .is_some_and(|flags| flags & 1 == 1);
    take_number(section)?;
    if has_maximum {
        take_number(section)?;
    }
    Ok(())
}

fn take_name(bytes: &mut &[u8]) -> Result<String> {
    let length = take_number(bytes)?;
    Ok(String::from_utf8_lossy(take(bytes, length)?).into_owned())
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (head, tail) = bytes
        .split_at_checked(length)
        .ok_or_else(|| anyhow!("ends too early"))?;
    *bytes = tail;
    Ok(head)
}

/// An unsigned LEB128 number (5.2.2).
fn take_number(bytes: &mut &[u8]) -> Result<usize> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = take(bytes, 1)?.first().copied().unwrap_or_default();
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    bail!("a number is too long")
}

#[cfg(test)]
mod tests {
    use super::{hashed_names, import_modules, replace};

    #[test]
    fn hashes_in_names_give_way_to_numbers() {
        let glue = "__wbg_now_0123456789abcdef: () => 1, __wbg_now_short, x0123456789abcdef";
        let names = hashed_names(glue);
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["__wbg_now_0123456789abcdef"]
        );
        let mut bytes = *b"..now_a..now_b..now_a";
        replace(&mut bytes, b"now_a", b"now_1");
        assert_eq!(&bytes, b"..now_1..now_b..now_1");
    }

    #[test]
    fn imports_are_listed() {
        // Hand-assembled from the specification: a type section, then two imports.
        let module = [
            b"\0asm\x01\0\0\0".as_slice(),
            b"\x01\x04\x01\x60\x00\x00",
            b"\x02\x15\x02\x03env\x05abort\x00\x00\x02js\x01m\x02\x00\x01",
        ]
        .concat();
        assert_eq!(import_modules(&module).unwrap(), ["env", "js"]);
    }

    #[test]
    fn a_cut_module_is_an_error() {
        assert!(import_modules(b"\0asm\x01\0\0\0\x02\x40\x01").is_err());
        assert!(import_modules(b"#!/bin/sh").is_err());
    }
}
