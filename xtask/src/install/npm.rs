//! `wasm-opt`, from the npm package binaryen, where npm is there.

use std::path::PathBuf;
use std::process::Command;

use crate::{process, workspace};

/// Exact, so that the same sources give the same module.
const BINARYEN: &str = "binaryen@132.0.0";

/// Where `wasm-opt` is, installed under `target/tools` when it was not. `None` means that the
/// module will be larger than it could be, which the caller says.
pub(crate) fn wasm_opt() -> Option<PathBuf> {
    let folder = workspace::target().join("tools");
    let program = folder.join("node_modules/.bin/wasm-opt");
    if program.is_file() {
        return Some(program);
    }
    process::find("npm")?;
    println!(
        "installing {BINARYEN} from npm into {}: wasm-opt makes the viewer smaller",
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
            .arg(BINARYEN),
    );
    if let Err(error) = installed {
        println!("npm could not install it: {error:#}");
    }
    program.is_file().then_some(program)
}
