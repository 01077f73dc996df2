//! The viewer that is inside the command.

use stallscope_shared::export::html::behind::Viewer;

/// The viewer's files, by name; none where the command was built without it.
const FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/viewer.rs"));

/// The command has the viewer in it.
pub(super) const fn is_here() -> bool {
    !FILES.is_empty()
}

/// One of its files.
pub(super) fn file(name: &str) -> Option<&'static [u8]> {
    let (_, bytes) = FILES.iter().find(|(known, _)| *known == name)?;
    Some(bytes)
}

/// What a page needs to show a report that it holds.
pub(super) fn files() -> Option<Viewer<'static>> {
    Some(Viewer {
        script: file("stallscope.js")?,
        style: file("stallscope.css")?,
        module: file("stallscope_bg.wasm")?,
    })
}
