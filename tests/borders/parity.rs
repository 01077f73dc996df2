//! The wasm build gives the report of the native one, byte for byte, and so does any chunk size.

use stallscope_tests::captures::{Capture, in_repository, public, tell};
use stallscope_tests::report_text;

use crate::built;
use crate::node::Node;

/// Chunks of the wasm side; the native side is given everything at once.
const CHUNK_BYTES: usize = 4096;

#[test]
fn wasm_reports_are_those_of_the_native_build() {
    let what = "wasm parity";
    let (Some(script), Some(module)) = (
        built("STALLSCOPE_WASM_SCRIPT", what),
        built("STALLSCOPE_WASM_MODULE", what),
    ) else {
        return;
    };
    let mut node = Node::start(&script, &module);
    let mut captures = in_repository().unwrap();
    captures.extend(public("wasm parity over public captures").unwrap());
    tell(&format!("wasm parity: {} captures\n", captures.len()));
    let different: Vec<String> = captures
        .iter()
        .filter_map(|capture| difference(&mut node, capture))
        .collect();
    assert!(
        different.is_empty(),
        "{} reports differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

/// Where the two reports part, when they do.
fn difference(node: &mut Node, capture: &Capture) -> Option<String> {
    let native = report_text(&capture.bytes, &capture.name, usize::MAX);
    let wasm = node.report(&capture.path, &capture.name, CHUNK_BYTES);
    if native.as_bytes() == wasm {
        return None;
    }
    let at = native
        .bytes()
        .zip(&wasm)
        .take_while(|(one, other)| one == *other)
        .count();
    let around = |report: &[u8]| {
        let end = report.len().min(at + 80);
        String::from_utf8_lossy(report.get(at.saturating_sub(80)..end).unwrap_or_default())
            .into_owned()
    };
    Some(format!(
        "{} at byte {at}:\n  native …{}…\n  wasm   …{}…",
        capture.path.display(),
        around(native.as_bytes()),
        around(&wasm)
    ))
}
