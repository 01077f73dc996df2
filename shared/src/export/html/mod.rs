//! The evidence page: one HTML file that needs no network, is read without scripts, and prints as a document.
//!
//! Everything that is said stands in the markup itself, drawings as SVG. What the page is made of travels inside it,
//! inert in a `template`, beside the packets of the attempts that are shown: the page can be written again from it,
//! and what differs was changed by somebody else.

mod addresses;
pub mod behind;
mod claim;
mod closing;
mod content;
mod events;
mod ladder;
mod markup;
mod packets;
mod rungs;

use std::collections::BTreeSet;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use self::content::Content;
use self::markup::{Markup, escaped};
use super::case::Case;
use crate::report::link::{self, BROWSER};
use crate::report::redaction::RedactedReport;
use crate::report::v1::Report;
use crate::text::Language;

const STYLE: &str = include_str!("page.css");

/// What a page allows itself: its own style, and nothing from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'";

/// Ids of what a page holds.
const REPORT: &str = "stallscope-report";
const PACKETS: &str = "stallscope-packets";

/// What a page is made with.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    /// One, or both side by side; English where there is none.
    pub languages: &'a [Language],
    /// A pcapng of the packets of the attempts that are shown, made by [`super::pcapng`], where the capture was at
    /// hand.
    pub packets: Option<&'a [u8]>,
    /// Address of a viewer: the page then names a link to it that carries the report.
    pub viewer: Option<&'a str>,
    /// A viewer will be put [`behind`] it, and the page holds less data for that.
    pub is_in_front: bool,
}

/// The page.
#[must_use]
pub fn page(report: &RedactedReport, options: &Options<'_>) -> String {
    let (content, data) = Content::of(report, options);
    written(&content, &data, options.packets)
}

fn written(content: &Content, data: &str, packets: Option<&[u8]>) -> String {
    let case = Case::of(&content.report);
    let mut page = Markup::new(&content.languages);
    let language = page.first_language().tag();
    let headed = claim::title(&case);
    let title = page.words(&headed);
    let digest = sha256(data.as_bytes());
    let viewer = content.viewer.as_deref().and_then(|base| {
        let link = link::fitting(&content.report, base, BROWSER)?;
        Some(format!("{base}{}", link.fragment))
    });
    page.raw("<!doctype html>\n");
    page.element("html", &format!("lang=\"{language}\""), |page| {
        page.element("head", "", |page| {
            page.raw("<meta charset=\"utf-8\">\n");
            page.raw(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n"));
            page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
            page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
            page.element_of("title", "", &title);
            page.raw("<style>\n").raw(STYLE).raw(&footer(&digest)).raw("</style>\n");
        });
        let class = if page.is_bilingual() { "class=\"bilingual\"" } else { "" };
        page.element("body", class, |page| {
            page.element("main", "", |page| {
                claim::write(page, &case, &headed);
                addresses::write(page, &case);
                ladder::write(page, &case);
                packets::write(page, &case);
                closing::write(page, &case, content);
                closing::integrity(page, &digest, packets.map(sha256).as_deref(), viewer.as_deref());
            });
            hold(page, REPORT, &digest, data);
            if let Some(packets) = packets {
                hold(page, PACKETS, &sha256(packets), &STANDARD.encode(packets));
            }
        });
    });
    page.finish()
}

/// What a page holds besides what it shows.
#[derive(Clone, Debug)]
pub struct Held {
    /// The data, as they stand in the page.
    pub data: String,
    /// The digest that the page states of them.
    pub data_sha256: String,
    /// The packets and the digest that the page states of them.
    pub packets: Option<(Vec<u8>, String)>,
    content: Option<Content>,
}

impl Held {
    /// The report in it; `None` when the data make no sense to this version.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        self.content.as_ref().map(|content| &content.report)
    }

    /// The languages of the page.
    #[must_use]
    pub fn languages(&self) -> &[Language] {
        self.content
            .as_ref()
            .map_or(&[], |content| &content.languages)
    }

    /// The page as this version writes it from what it holds.
    #[must_use]
    pub fn written_again(&self) -> Option<String> {
        let packets = self.packets.as_ref().map(|(bytes, _)| bytes.as_slice());
        let content = self.content.as_ref()?;
        Some(written(content, &self.data, packets))
    }
}

/// Ids of the attempts that a page of this report shows step by step.
#[must_use]
pub fn shown(report: &Report) -> BTreeSet<u32> {
    Case::of(report).shown()
}

/// What a page holds; `None` when it is no page of ours.
#[must_use]
pub fn held(page: &str) -> Option<Held> {
    let (data, data_sha256) = template(page, REPORT)?;
    let packets = template(page, PACKETS)
        .map(|(text, digest)| (STANDARD.decode(text).unwrap_or_default(), digest.to_owned()));
    Some(Held {
        data: data.to_owned(),
        data_sha256: data_sha256.to_owned(),
        packets,
        content: Content::read(data),
    })
}

/// SHA-256 in lower-case hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Data that no browser looks at.
fn hold(page: &mut Markup, id: &str, digest: &str, text: &str) {
    page.element_of(
        "template",
        &format!("id=\"{id}\" data-sha256=\"{digest}\""),
        text,
    );
}

fn template<'a>(page: &'a str, id: &str) -> Option<(&'a str, &'a str)> {
    let (_, after) = page.split_once(&format!("<template id=\"{id}\" data-sha256=\""))?;
    let (digest, after) = after.split_once("\">")?;
    let (text, _) = after.split_once("</template>")?;
    Some((text, digest))
}

/// What stands at the foot of every printed page (CSS Paged Media).
fn footer(digest: &str) -> String {
    let digest = escaped(digest.get(..32).unwrap_or(digest));
    format!(
        "@page {{ @bottom-left {{ content: \"stallscope · {digest}\"; font: 7.5pt sans-serif; color: #555; }} \
         @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 7.5pt sans-serif; color: #555; }} }}\n"
    )
}
