//! Fences around `shared` and the viewer: words that may not occur, dependencies that may not creep in.

use anyhow::Result;

use super::source::Source;
use crate::install::WASM;
use crate::process::{cargo, output};

/// The report is the only thing of `shared` that crosses a border, in whatever form it is exported.
pub(super) fn serialize(source: &Source) -> Vec<String> {
    let is_inside = source.path.starts_with("shared/src/")
        && !["report", "export"]
            .iter()
            .any(|border| source.path.starts_with(&format!("shared/src/{border}/")));
    words(
        source,
        is_inside,
        &["Serialize", "Deserialize"],
        "only report/ and export/ know serialized forms",
    )
}

/// One code for every platform.
pub(super) fn platform(source: &Source) -> Vec<String> {
    let is_inside = source.path.starts_with("shared/src/");
    words(
        source,
        is_inside,
        &[
            "target_arch",
            "target_os",
            "target_family",
            "web_sys",
            "js_sys",
            "wasm_bindgen",
        ],
        "shared does not know where it runs",
    )
}

/// Everything else in the viewer is plain data and components.
pub(super) fn browser(source: &Source) -> Vec<String> {
    let is_inside =
        source.path.starts_with("viewer/src/") && !source.path.starts_with("viewer/src/platform/");
    words(
        source,
        is_inside,
        &["web_sys", "js_sys", "gloo", "wasm_bindgen"],
        "only viewer/src/platform names the browser",
    )
}

fn words(source: &Source, applies: bool, forbidden: &[&str], because: &str) -> Vec<String> {
    if !applies {
        return Vec::new();
    }
    source
        .code()
        .flat_map(|(number, line)| {
            forbidden
                .iter()
                .filter(move |word| line.contains(**word))
                .map(move |word| format!("{}:{number}: `{word}`: {because}", source.path))
        })
        .collect()
}

/// Crates that would bring an operating system or a browser into `shared`.
const FORBIDDEN: [&str; 5] = ["tokio", "libc", "web-sys", "js-sys", "getrandom"];

/// Looks at the tree for wasm: natively, crates that ask the processor what it can do use libc on
/// some systems, which says nothing about I/O.
pub(super) fn dependencies() -> Result<Vec<String>> {
    let tree = output(&mut cargo(&format!(
        "tree --locked --package stallscope-shared --edges normal --prefix none --target {WASM}"
    )))?;
    Ok(FORBIDDEN
        .iter()
        .filter(|name| tree.lines().any(|line| line.split(' ').next() == Some(**name)))
        .map(|name| format!("stallscope-shared depends on {name}; `cargo tree -p stallscope-shared -i {name}` says through what"))
        .collect())
}

/// The lock file of the fuzz crate, which no build of the workspace brings up to date.
pub(super) fn lock_files() -> Result<Vec<String>> {
    let is_current = output(&mut cargo(
        "tree --quiet --locked --manifest-path fuzz/Cargo.toml",
    ))
    .is_ok();
    let sentence = "fuzz/Cargo.lock is behind; `cargo update --workspace --manifest-path fuzz/Cargo.toml` mends it";
    Ok(if is_current {
        Vec::new()
    } else {
        vec![sentence.to_owned()]
    })
}

#[cfg(test)]
mod tests {
    use super::{Source, browser, platform, serialize};

    #[test]
    fn words_are_found_only_where_they_are_forbidden() {
        for (path, text, counts) in [
            ("shared/src/flow/mod.rs", "#[derive(Serialize)]", [1, 0, 0]),
            ("shared/src/report/v1.rs", "#[derive(Serialize)]", [0, 0, 0]),
            (
                "shared/src/flow/mod.rs",
                "#[cfg(target_arch = \"wasm32\")]",
                [0, 1, 0],
            ),
            ("viewer/src/app.rs", "use web_sys::window;", [0, 0, 1]),
            (
                "viewer/src/platform/file.rs",
                "use web_sys::window;",
                [0, 0, 0],
            ),
        ] {
            let source = Source {
                path: path.to_owned(),
                text: text.to_owned(),
            };
            let found = [serialize(&source), platform(&source), browser(&source)];
            assert_eq!(found.map(|broken| broken.len()), counts, "{path}");
        }
    }
}
