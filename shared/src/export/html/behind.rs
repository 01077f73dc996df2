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
use crate::limits::LINK_BYTES;
use crate::report::link;
use crate::text::Language;

/// Where it begins and ends in a page.
const BEGIN: &str = "<!--behind-->";
const END: &str = "<!--/behind-->";

/// What opens the viewer.
const SCRIPT: &str = include_str!("behind.js");

const STYLE: &str = "#behind { position: fixed; right: 12px; bottom: 12px; z-index: 9; text-align: right; } #behind button { font: 600 .9rem system-ui, sans-serif; padding: .5rem .9rem; border: 1px solid #1d4f91; border-radius: 999px; background: #1d4f91; color: #fff; cursor: pointer; } #behind span:not(:empty) { display: block; text-align: left; max-width: 22rem; margin-bottom: .4rem; padding: .5rem .8rem; border-radius: 8px; background: #16181d; color: #fff; font: .85rem/1.4 system-ui, sans-serif; } .away, .bar-tools label.button, [data-testid=share] { display: none !important; } #stallscope:focus { outline: none; } @media print { #behind { display: none; } }";

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
}

/// The page with a viewer behind it; `None` when it is no page of ours.
#[must_use]
pub fn put(
    page: &str,
    viewer: &Viewer<'_>,
    recording: &Recording,
    languages: &[Language],
) -> Option<String> {
    let recording = packed(recording.0.iter().map(Vec::as_slice));
    assembled(
        page,
        [&viewer.packed(), &recording],
        viewer.script,
        languages,
    )
}

/// The page around a packed viewer, whose script this is, and a packed recording.
fn assembled(
    page: &str,
    packed: [&[u8]; 2],
    script: &[u8],
    languages: &[Language],
) -> Option<String> {
    let (before, after) = page.rsplit_once("</body>")?;
    let (head, rest) = before.split_once(POLICY)?;
    let policy = policy(&[script, SCRIPT.as_bytes()]);
    let mut block = Markup::new(languages);
    block.raw(BEGIN);
    block.element("style", "", |block| {
        block.raw(STYLE);
    });
    bar(&mut block);
    block.element(
        "div",
        "id=\"stallscope\" class=\"away\" tabindex=\"-1\"",
        |_| {},
    );
    for (id, packed) in [VIEWER, RECORDING].into_iter().zip(packed) {
        hold(&mut block, id, &sha256(packed), &STANDARD.encode(packed));
    }
    block.element("script", "", |block| {
        block.raw(SCRIPT);
    });
    block.raw(END);
    let block = block.finish();
    Some(format!("{head}{policy}{rest}{block}\n</body>{after}"))
}

/// What opens and closes the viewer.
fn bar(block: &mut Markup) {
    let words = ["page-viewer-only", "page-viewer-failed"].map(|id| escaped(&block.word(id)));
    let [only, failed] = words;
    let bar = format!("id=\"behind\" class=\"away\" data-only=\"{only}\" data-failed=\"{failed}\"");
    block.element("div", &bar, |block| {
        let (open, close) = (
            block.word("page-viewer-open"),
            block.word("page-viewer-close"),
        );
        block.element_of("span", "role=\"status\"", "");
        block.element_of("button", "type=\"button\"", &open);
        block.element_of("button", "type=\"button\" class=\"away\"", &close);
    });
}

/// The page without a viewer, and the digest that it states of the one that stood behind it. What stands there is a
/// viewer only when everything but the viewer's own files and the recording is to the letter what [`put`] writes:
/// else it stays in the page, where it is somebody's change.
#[must_use]
pub fn without(page: &str, languages: &[Language]) -> (String, Option<String>) {
    // Mail and editors change the ends of lines, and no browser minds.
    let page = page.replace("\r\n", "\n");
    let taken = || {
        let (before, rest) = page.split_once(BEGIN)?;
        let (block, after) = rest.split_once(END)?;
        let (head, rest) = before.split_once("Content-Security-Policy\" content=\"")?;
        let (_, rest) = rest.split_once('"')?;
        let after = after.strip_prefix('\n')?;
        let plain = format!("{head}Content-Security-Policy\" content=\"{POLICY}\"{rest}{after}");
        let held = |id| {
            let (text, digest) = template(block, id)?;
            let packed = STANDARD.decode(text).ok()?;
            (sha256(&packed) == digest).then_some(packed)
        };
        let (viewer, recording) = (held(VIEWER)?, held(RECORDING)?);
        let script = first_part(&viewer)?;
        let again = assembled(&plain, [&viewer, &recording], &script, languages)?;
        (again == page).then(|| (plain, Some(sha256(&viewer))))
    };
    taken().unwrap_or((page, None))
}

/// The first of what was packed.
fn first_part(packed: &[u8]) -> Option<Vec<u8>> {
    let parts = link::inflated(packed, LINK_BYTES)?;
    let (length, rest) = parts.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    rest.get(..length).map(<[u8]>::to_vec)
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
