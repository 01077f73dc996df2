//! Wasm modules: built, given their glue, shrunk, and checked for what they import.

use std::collections::BTreeMap;
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

/// Takes out of a module and its glue what only costs bytes on the way: the names of what the module imports, which
/// become numbers, comments, and indentation.
fn shorten(module: &Module) -> Result<()> {
    let mut script = fs::read_to_string(&module.script)?;
    let wasm = fs::read(&module.wasm)?;
    let mut names = BTreeMap::new();
    let wasm = with_imports(&wasm, |name| {
        if !is_hashed(name) {
            return name.to_owned();
        }
        let next = names.len().to_string();
        names.entry(name.to_owned()).or_insert(next).clone()
    })?;
    for (name, short) in &names {
        script = script.replace(&format!("{name}:"), &format!("{short}:"));
        if script.contains(name) {
            bail!("the glue names {name} in a way that is not known, so it cannot be shortened");
        }
    }
    fs::write(&module.script, without_comments(&script))?;
    fs::write(&module.wasm, wasm)?;
    Ok(())
}

/// Something of wasm-bindgen's own, which only its glue names: it ends with a hash.
fn is_hashed(name: &str) -> bool {
    /// Its digits.
    const HASH: usize = 16;
    let hash = name.len().checked_sub(HASH).and_then(|at| name.get(at..));
    name.starts_with("__wb")
        && hash.is_some_and(|hash| hash.bytes().all(|digit| digit.is_ascii_hexdigit()))
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

/// What begins every module (WebAssembly core specification 5.5.16).
const HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// Where imports stand (5.5.5).
const IMPORT_SECTION: u8 = 2;

/// The sections of a module, each with its id.
fn sections(bytes: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let mut rest = bytes.strip_prefix(HEADER).context("no wasm header")?;
    let mut found = Vec::new();
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let size = take_number(&mut rest)?;
        found.push((id, take(&mut rest, size)?));
    }
    Ok(found)
}

/// One import.
struct Import<'a> {
    module: &'a str,
    name: &'a str,
    description: &'a [u8],
}

/// Everything that a module imports, in order.
fn imports(mut section: &[u8]) -> Result<Vec<Import<'_>>> {
    let count = take_number(&mut section)?;
    let mut found = Vec::new();
    for _ in 0..count {
        let (module, name) = (take_name(&mut section)?, take_name(&mut section)?);
        let before = section;
        skip_description(&mut section)?;
        found.push(Import {
            module,
            name,
            description: &before[..before.len() - section.len()],
        });
    }
    Ok(found)
}

/// The module names of the imports, in order.
fn import_modules(bytes: &[u8]) -> Result<Vec<String>> {
    let mut modules = Vec::new();
    for (id, section) in sections(bytes)? {
        if id == IMPORT_SECTION {
            modules.extend(
                imports(section)?
                    .iter()
                    .map(|import| import.module.to_owned()),
            );
        }
    }
    Ok(modules)
}

/// The module with other names for what it imports.
fn with_imports(bytes: &[u8], mut renamed: impl FnMut(&str) -> String) -> Result<Vec<u8>> {
    let mut out = HEADER.to_vec();
    for (id, section) in sections(bytes)? {
        let mut body = Vec::new();
        if id == IMPORT_SECTION {
            let imports = imports(section)?;
            put_number(&mut body, imports.len());
            for import in &imports {
                put_name(&mut body, import.module);
                put_name(&mut body, &renamed(import.name));
                body.extend(import.description);
            }
        } else {
            body.extend(section);
        }
        out.push(id);
        put_number(&mut out, body.len());
        out.extend(body);
    }
    Ok(out)
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

fn take_name<'a>(bytes: &mut &'a [u8]) -> Result<&'a str> {
    let length = take_number(bytes)?;
    std::str::from_utf8(take(bytes, length)?).context("a name is no text")
}

fn put_name(out: &mut Vec<u8>, name: &str) {
    put_number(out, name.len());
    out.extend(name.as_bytes());
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

/// The same, written in as few bytes as it takes.
fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::{import_modules, is_hashed, with_imports};

    #[test]
    fn names_of_the_glue_end_with_a_hash() {
        for (name, expected) in [
            ("__wbg_now_0123456789abcdef", true),
            ("__wbindgen_cast_0000000000000001", true),
            ("__wbg_now_short", false),
            ("x0123456789abcdef", false),
        ] {
            assert_eq!(is_hashed(name), expected, "{name}");
        }
    }

    #[test]
    fn imports_get_other_names_and_nothing_else_changes() {
        let module = |name: &[u8], length: u8| {
            [
                b"\0asm\x01\0\0\0".as_slice(),
                b"\x01\x04\x01\x60\x00\x00",
                &[2, 9 + length, 1, 2],
                b"js",
                &[length],
                name,
                b"\x02\x01\x01\x02",
                b"\x0a\x01\x00",
            ]
            .concat()
        };
        let long = "n".repeat(200);
        for (from, to) in [("memory", "0"), ("memory", "memory")] {
            let renamed = with_imports(&module(from.as_bytes(), 6), |_| to.to_owned());
            let length = u8::try_from(to.len()).unwrap();
            assert_eq!(renamed.unwrap(), module(to.as_bytes(), length), "{to}");
        }
        let renamed = with_imports(&module(b"memory", 6), |_| long.clone()).unwrap();
        let back = with_imports(&renamed, |name| {
            assert_eq!(name, long);
            "memory".to_owned()
        });
        assert_eq!(back.unwrap(), module(b"memory", 6));
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
