//! The evidence page: one HTML file that needs no network, runs no script, and prints as a document.
//!
//! Everything that is said stands in the markup itself, drawings as SVG. The report travels in the page as the text
//! of a link, inert in a `template`, beside the packets of the attempts that are shown.

mod addresses;
mod claim;
mod closing;
mod ladder;
mod markup;
mod packets;

use sha2::{Digest as _, Sha256};

use self::markup::{Markup, escaped};
use super::case::Case;
use crate::report::link::{self, Level};
use crate::report::redaction::RedactedReport;
use crate::text::Language;

const STYLE: &str = include_str!("page.css");

/// Characters of the report inside a page; with less detail where it would be more.
const DATA_CHARACTERS: usize = 400_000;

/// What a page allows itself: its own style, and nothing from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'";

/// What a page is made with.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    /// One, or both side by side; English where there is none.
    pub languages: &'a [Language],
    /// A pcapng of the packets of the attempts that are shown, made by [`super::pcapng`], where the capture was at
    /// hand.
    pub packets: Option<&'a [u8]>,
}

/// The page.
#[must_use]
pub fn page(report: &RedactedReport, options: &Options<'_>) -> String {
    let data = data_of(report);
    let case = Case::of(report.report());
    let mut page = Markup::new(options.languages);
    let language = page.first_language().tag();
    let headed = claim::title(&case);
    let title = page.words(&headed);
    let digest = sha256(data.as_bytes());
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
                closing::write(page, &case, report);
                closing::integrity(page, &digest, options.packets.map(sha256).as_deref());
            });
            hold(page, "stallscope-report", &digest, &data);
            if let Some(packets) = options.packets {
                hold(page, "stallscope-packets", &sha256(packets), &base64(packets));
            }
        });
    });
    page.finish()
}

/// What a page holds besides what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The report as a link's text.
    pub report: String,
    /// The digest that the page states of it.
    pub report_sha256: String,
    /// The packets and the digest that the page states of them.
    pub packets: Option<(Vec<u8>, String)>,
}

/// What a page holds; `None` when it is no page of ours.
#[must_use]
pub fn held(page: &str) -> Option<Held> {
    let (report, report_sha256) = template(page, "stallscope-report")?;
    let packets = template(page, "stallscope-packets").map(|(text, digest)| {
        use ::base64::Engine as _;
        let bytes = ::base64::engine::general_purpose::STANDARD
            .decode(text)
            .unwrap_or_default();
        (bytes, digest.to_owned())
    });
    Some(Held {
        report: report.to_owned(),
        report_sha256: report_sha256.to_owned(),
        packets,
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

/// The most detailed text that leaves the page small.
fn data_of(report: &RedactedReport) -> String {
    link::link(report, "", DATA_CHARACTERS).map_or_else(
        || link::at(report, Level::Bare).fragment,
        |made| made.fragment,
    )
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

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// What stands at the foot of every printed page (CSS Paged Media).
fn footer(digest: &str) -> String {
    let digest = escaped(digest.get(..32).unwrap_or(digest));
    format!(
        "@page {{ @bottom-left {{ content: \"stallscope · {digest}\"; font: 7.5pt sans-serif; color: #555; }} \
         @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 7.5pt sans-serif; color: #555; }} }}\n"
    )
}
