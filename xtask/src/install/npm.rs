//! What comes from npm, where npm is there: `wasm-opt` of the package binaryen, and axe-core.

use std::path::PathBuf;
use std::process::Command;

use crate::{process, workspace};

/// Exact, so that the same sources give the same module.
const BINARYEN: &str = "binaryen@132.0.0";

/// Exact, so that the same page is found to have the same violations.
const AXE: &str = "axe-core@4.11.0";

/// Where `wasm-opt` is, installed under `target/tools` when it was not. `None` means that the
/// module will be larger than it could be, which the caller says.
pub(crate) fn wasm_opt() -> Option<PathBuf> {
    package(
        BINARYEN,
        ".bin/wasm-opt",
        "wasm-opt makes the viewer smaller",
    )
}

/// Where the script of axe-core is, which knows the rules of accessibility.
pub(crate) fn axe() -> Option<PathBuf> {
    package(
        AXE,
        "axe-core/axe.min.js",
        "it checks whether the viewer is accessible",
    )
}

/// Exact, so that figures can be compared.
const WIREGASM: &str = "@goodtools/wiregasm@1.9.1";

/// The folder of wiregasm's browser build: Wireshark as a module, which loads captures in pages as the viewer does.
pub(crate) fn wiregasm() -> Option<PathBuf> {
    let script = package(
        WIREGASM,
        "@goodtools/wiregasm/dist/wiregasm.js",
        "the bench loads the same capture with it",
    )?;
    script.parent().map(PathBuf::from)
}

/// A file of a package, which is installed under `target/tools` when it was not.
fn package(package: &str, file: &str, because: &str) -> Option<PathBuf> {
    let folder = workspace::target().join("tools");
    let file = folder.join("node_modules").join(file);
    if file.is_file() {
        return Some(file);
    }
    process::find("npm")?;
    println!(
        "installing {package} from npm into {}: {because}",
        folder.display()
    );
    let installed = process::run(
        Command::new("npm")
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--prefix",
            ])
            .arg(&folder)
            .args([BINARYEN, AXE, package]),
    );
    if let Err(error) = installed {
        println!("npm could not install it: {error:#}");
    }
    file.is_file().then_some(file)
}
