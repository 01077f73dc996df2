//! The viewer behind a page: its page's module, and what its worker would say of the report that the page holds. The
//! page itself stays as it is, needs no script, and is what [`super::held`] and a verifier read.
//!
//! ```text
//!  <!--behind--> bar, root, <template> viewer, <template> recording, <script> <!--/behind-->
//!  template    = base64 of raw deflate of parts, each behind its length (32 bits, little endian)
//!  viewer      = script, style, module          recording = { question, words, cargo }…
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::markup::{Markup, escaped};
use super::{POLICY, hold, sha256, template};
use crate::report::link;
use crate::text::Language;

/// Where it begins and ends in a page.
const BEGIN: &str = "<!--behind-->";
const END: &str = "<!--/behind-->\n";

/// What opens the viewer.
const SCRIPT: &str = include_str!("behind.js");

const STYLE: &str = "#behind { position: fixed; right: 12px; bottom: 12px; z-index: 9; text-align: right; } #behind button { font: 600 .9rem system-ui, sans-serif; padding: .5rem .9rem; border: 1px solid #1d4f91; border-radius: 999px; background: #1d4f91; color: #fff; cursor: pointer; } #behind span:not(:empty) { display: block; text-align: left; max-width: 22rem; margin-bottom: .4rem; padding: .5rem .8rem; border-radius: 8px; background: #16181d; color: #fff; font: .85rem/1.4 system-ui, sans-serif; } .away, .bar-tools label.button, [data-testid=share] { display: none !important; } @media print { #behind { display: none; } }";

/// Ids of the templates.
const VIEWER: &str = "stallscope-viewer";
const RECORDING: &str = "stallscope-recording";

/// The files of a viewer's page.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The glue of its module.
    pub script: &'a [u8],
    /// Its style sheet.
    pub style: &'a [u8],
    /// Its module.
    pub module: &'a [u8],
}

impl Viewer<'_> {
    fn packed(&self) -> Vec<u8> {
        packed([self.script, self.style, self.module])
    }

    /// SHA-256 of it, as a page states it.
    #[must_use]
    pub fn digest(&self) -> String {
        sha256(&self.packed())
    }
}

/// What a worker would say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording(Vec<Vec<u8>>);

impl Recording {
    /// The next answer to a question; both in the words of page and worker.
    pub fn answer(&mut self, question: Vec<u8>, words: Vec<u8>, cargo: Vec<u8>) {
        self.0.extend([question, words, cargo]);
    }

    /// Bytes of everything that was said.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }
}

/// The page with a viewer behind it; `None` when it is no page of ours.
#[must_use]
pub fn put(
    page: &str,
    viewer: &Viewer<'_>,
    recording: &Recording,
    languages: &[Language],
) -> Option<String> {
    let (before, after) = page.rsplit_once("</body>")?;
    let (head, rest) = before.split_once(POLICY)?;
    let policy = policy(&[viewer.script, SCRIPT.as_bytes()]);
    let recorded = packed(recording.0.iter().map(Vec::as_slice));
    let mut block = Markup::new(languages);
    block.raw(BEGIN);
    block.element("style", "", |block| {
        block.raw(STYLE);
    });
    let only = escaped(&block.word("page-viewer-only"));
    let bar = format!("id=\"behind\" class=\"away\" data-only=\"{only}\"");
    block.element("div", &bar, |block| {
        let (open, close) = (
            block.word("page-viewer-open"),
            block.word("page-viewer-close"),
        );
        block.element_of("span", "role=\"status\"", "");
        block.element_of("button", "type=\"button\"", &open);
        block.element_of("button", "type=\"button\" class=\"away\"", &close);
    });
    block.element("div", "id=\"stallscope\" class=\"away\"", |_| {});
    for (id, packed) in [(VIEWER, viewer.packed()), (RECORDING, recorded)] {
        hold(&mut block, id, &sha256(&packed), &STANDARD.encode(&packed));
    }
    block.element("script", "", |block| {
        block.raw(SCRIPT);
    });
    block.raw(END);
    let block = block.finish();
    Some(format!("{head}{policy}{rest}{block}</body>{after}"))
}

/// The page without a viewer, and the digest that it states of the one that stood behind it.
#[must_use]
pub fn without(page: &str) -> (String, Option<String>) {
    let taken = || {
        let (before, rest) = page.split_once(BEGIN)?;
        let (block, after) = rest.split_once(END)?;
        let (_, digest) = template(block, VIEWER)?;
        let (head, rest) = before.split_once("Content-Security-Policy\" content=\"")?;
        let (_, rest) = rest.split_once('"')?;
        let plain = format!("{head}Content-Security-Policy\" content=\"{POLICY}\"{rest}{after}");
        Some((plain, Some(digest.to_owned())))
    };
    taken().unwrap_or_else(|| (page.to_owned(), None))
}

/// These scripts and no others, WebAssembly for the module, and still nothing from anywhere.
fn policy(scripts: &[&[u8]]) -> String {
    let hash = |script: &&[u8]| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
    let hashes: Vec<String> = scripts.iter().map(hash).collect();
    let scripts = format!("script-src {} 'wasm-unsafe-eval'", hashes.join(" "));
    POLICY.replace("style-src", &format!("{scripts}; style-src"))
}

fn packed<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        bytes.extend(length.to_le_bytes());
        bytes.extend(part);
    }
    link::deflated(&bytes)
}
