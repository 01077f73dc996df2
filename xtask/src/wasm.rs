//! Wasm modules: built, given their glue, shrunk, and checked for what they import.

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

/// Builds the package for wasm; gives back where cargo put `FILE.wasm`.
pub(crate) fn compile(package: &str, file: &str) -> Result<PathBuf> {
    install::wasm_target()?;
    process::run(&mut cargo(&format!(
        "build --locked --profile wasm --target {WASM} --package {package}"
    )))?;
    Ok(workspace::target().join(WASM).join("wasm").join(file))
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

/// Shrinks the module in place; `false` when there is no `wasm-opt`.
pub(crate) fn shrink(wasm: &Path) -> Result<bool> {
    let Some(program) = install::wasm_opt() else {
        return Ok(false);
    };
    process::run(
        Command::new(program)
            .args(FEATURES)
            .arg("-Os")
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
    use super::import_modules;

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
