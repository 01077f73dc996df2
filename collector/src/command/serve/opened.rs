//! What the viewer can open, told before it is served: what it cannot would be refused only in the browser.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::capture::CaptureError;
use stallscope_shared::export::html;
use stallscope_shared::report::keep::Keep;
use stallscope_viewer::worker::kind::{self, Kind};

/// Bytes of a file that are looked at: more than any header has, inside compression too.
const LOOKED_AT: u64 = 64 * 1024;

/// The files by their full paths; one that cannot be read or opened is said now and not in the browser.
pub(super) fn readable(files: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let checked = files.iter().map(|path| {
        let shown = path.display();
        check(path).with_context(|| format!("cannot serve {shown}"))?;
        path.canonicalize()
            .with_context(|| format!("cannot read {shown}"))
    });
    checked.collect()
}

fn check(path: &Path) -> anyhow::Result<()> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        bail!("it is not a file: give captures or a report");
    }
    let mut head = Vec::new();
    file.take(LOOKED_AT).read_to_end(&mut head)?;
    let first = usize::try_from(kind::HEAD).unwrap_or(usize::MAX);
    let is_known = match kind::of(head.get(..first).unwrap_or(&head)) {
        Kind::Report | Kind::KeyLog | Kind::Link => true,
        // Other web pages begin alike.
        Kind::Page => html::held(&fs::read_to_string(path)?).is_some(),
        Kind::Capture => false,
    };
    if !is_known {
        begins_as_capture(&head)?;
    }
    Ok(())
}

/// The first bytes of a capture, or what they look like instead.
fn begins_as_capture(head: &[u8]) -> Result<(), CaptureError> {
    let mut analyzer = Analyzer::new(Options {
        keep: Keep::DEFAULT,
        digest: false,
    });
    analyzer.begin("first bytes");
    analyzer.feed(head)?;
    // That a longer one ends here says nothing.
    if (head.len() as u64) < LOOKED_AT {
        analyzer.end()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::check;

    #[test]
    fn what_the_viewer_cannot_open_is_said_with_what_it_looks_like() {
        let folder = tempfile::tempdir().unwrap();
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/faults");
        let capture = fs::read(corpus.join("d_h1_curl5_v6.pcap")).unwrap();
        let long = [&capture[..24], &[0; 70_000][..]].concat();
        let rows: [(&str, &[u8], Option<&str>); 9] = [
            ("a capture", &capture, None),
            ("one whose first bytes are looked at", &long, None),
            ("a report", b"{\"report_version\":1,\"tool\":{}}", None),
            ("a key log", b"# made by curl\nCLIENT_RANDOM 00 11\n", None),
            ("a link", b"#r1.3x.0a1b2c3d.AAAA", None),
            ("text", b"hello, this is text\n", Some("plain text")),
            (
                "another page",
                b"<!doctype html>\n<html></html>",
                Some("web page"),
            ),
            ("other JSON", b"{\"a\":1}", Some("JSON")),
            ("nothing", b"", Some("empty")),
        ];
        for (name, bytes, refused) in rows {
            let file = folder.path().join("file");
            fs::write(&file, bytes).unwrap();
            let said = check(&file).err().map(|error| format!("{error:#}"));
            let said_as_expected = match (&said, refused) {
                (Some(said), Some(words)) => said.contains(words),
                (said, words) => said.is_none() && words.is_none(),
            };
            assert!(said_as_expected, "{name}: {said:?}");
        }
        assert!(check(folder.path()).is_err(), "a folder");
    }
}
