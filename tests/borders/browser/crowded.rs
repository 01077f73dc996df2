//! More servers than cards: a table whose rows have cells of time, which say what is counted in them and lead to it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::{Value, json};
use stallscope_shared::capture::{ByteOrder, LinkType};
use stallscope_shared::packet::TcpFlags;
use stallscope_shared::side::Side;
use stallscope_shared::testkit::capture::{PcapKind, PcapWriter};
use stallscope_shared::testkit::conversation::Conversation;
use stallscope_shared::testkit::packet::Link;
use stallscope_shared::time::{Nanos, Timestamp};

use super::contrast::{HIDDEN_SHAPES, HIDDEN_TEXTS, asked};
use super::looking::{ENTER, check};
use super::{choose, made, viewer};
use crate::webdriver::Browser;

/// Servers, of which each is tried once in every moment.
const SERVERS: u8 = 48;

/// Moments, 12.5 s apart; as many as there are cells.
const MOMENTS: i64 = 48;

/// In this moment each of the first servers is tried so often …
const BUSY: i64 = 24;
const TRIES: u64 = 64;

/// … and fails so often: one in each class of shares.
const FAILURES: [u64; 5] = [64, 32, 12, 4, 1];

/// Attempts in all.
const ATTEMPTS: u64 = SERVERS as u64 * MOMENTS as u64 + (TRIES - 1) * FAILURES.len() as u64;

/// An attempt over HTTP, or one that is refused.
fn attempt(server: u8, port: u16, at_ms: i64, is_refused: bool) -> Conversation {
    let mut talk = Conversation::new();
    talk.ends.originator.address = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 42, 3, 17)), port);
    let address = Ipv4Addr::new(198, 51, 100, 10 + server);
    talk.ends.responder.address = SocketAddr::new(IpAddr::V4(address), 80);
    talk.wait(at_ms).syn().wait(9);
    if is_refused {
        talk.send(
            Side::Responder,
            TcpFlags(TcpFlags::RST.0 | TcpFlags::ACK.0),
            &[],
        );
        return talk;
    }
    talk.syn_ack().ack(Side::Originator);
    talk.data(
        Side::Originator,
        b"GET / HTTP/1.1\r\nHost: api.shop.example\r\n\r\n",
    )
    .wait(12);
    talk.data(Side::Responder, b"HTTP/1.1 204 No Content\r\n\r\n")
        .ack(Side::Originator);
    talk.wait(1)
        .fin(Side::Originator)
        .fin(Side::Responder)
        .ack(Side::Originator);
    talk
}

/// Attempts to many servers over ten minutes.
fn crowd() -> Vec<u8> {
    let mut packets = Vec::new();
    for server in 0..SERVERS {
        let mut port = 20_000;
        for moment in 0..MOMENTS {
            let failures = FAILURES.get(usize::from(server)).filter(|_| moment == BUSY);
            for index in 0..failures.map_or(1, |_| TRIES) {
                port += 1;
                let at_ms = moment * 12_500 + i64::from(server) + i64::try_from(index).unwrap() * 3;
                let is_refused = failures.is_some_and(|failures| index < *failures);
                packets.extend(attempt(server, port, at_ms, is_refused).packets().to_vec());
            }
        }
    }
    packets.sort_by_key(|sent| sent.stamp.at);
    let mut pcap = PcapWriter::new(PcapKind::Micros, ByteOrder::Little, LinkType::ETHERNET);
    for sent in packets {
        let at = Timestamp::from_nanos(1_790_000_000_000_000_000) + Nanos(sent.stamp.at.nanos());
        pcap.packet(at, &sent.packet().frame(Link::Ethernet));
    }
    pcap.bytes().to_vec()
}

/// A browser that shows them.
pub(super) fn crowded() -> Option<Browser> {
    let browser = viewer()?;
    // Written once: another test may be reading it.
    static CAPTURE: LazyLock<PathBuf> = LazyLock::new(|| made("crowd.pcap", &crowd()));
    choose(&browser, std::slice::from_ref(&*CAPTURE));
    browser.text("server-table");
    // The first rows are drawn at once, the others a frame later.
    browser.wait_until("document.querySelectorAll('[data-testid=cells]').length === 48");
    Some(browser)
}

/// Brings a cell of a row into the window; its upper left corner there.
fn place(browser: &Browser, row: usize, cell: i64) -> (f64, f64) {
    let corner = browser.evaluate(&format!(
        "(() => {{ const drawing = document.querySelectorAll('[data-testid=cells] svg')[{row}]; drawing.scrollIntoView({{ block: 'center', inline: 'end' }}); \
        const box = drawing.getBoundingClientRect(); return [box.x + {cell} * 5, box.y]; }})()"
    ));
    browser.settle();
    let part = |index: usize| corner.get(index).and_then(Value::as_f64).unwrap();
    (part(0), part(1))
}

/// How many pixels of a cell are not the ground's, which is seen above every cell.
fn inked(browser: &Browser, row: usize, cell: i64) -> u64 {
    let (x, y) = place(browser, row, cell);
    let scrolled = browser.evaluate("[scrollX, scrollY]");
    let far = |index: usize| scrolled.get(index).and_then(Value::as_f64).unwrap();
    let picture = browser.devtools(
        "Page.captureScreenshot",
        &json!({ "format": "png", "clip": { "x": x + far(0), "y": y + far(1), "width": 4, "height": 24, "scale": 1 } }),
    );
    let count = browser.evaluate_later(&format!(
        "const bytes = Uint8Array.from(atob({}), (letter) => letter.charCodeAt(0)); createImageBitmap(new Blob([bytes])).then((picture) => {{ \
        const canvas = new OffscreenCanvas(4, 24); const context = canvas.getContext('2d'); context.drawImage(picture, 0, 0); \
        const pixels = new Uint32Array(context.getImageData(0, 0, 4, 24).data.buffer); done(pixels.filter((pixel) => pixel !== pixels[0]).length); }})",
        picture.get("data").unwrap()
    ));
    count.as_u64().unwrap()
}

/// How far the table can be moved aside: a phone shows all of a row, as a desk does.
const ASIDE: &str = "(() => { const box = document.querySelector('.table-box'); return box.scrollWidth - box.clientWidth; })()";

#[test]
fn cells_are_as_high_as_the_share_that_failed() {
    let Some(browser) = crowded() else {
        return;
    };
    for (width, scheme) in [
        (1280, "light"),
        (1280, "dark"),
        (400, "light"),
        (400, "dark"),
    ] {
        for is_forced in [false, true] {
            browser.pretend(width, 800, scheme);
            if is_forced {
                browser.pretend_forced_colours(scheme);
            }
            assert_eq!(browser.evaluate(ASIDE), 0, "{width}");
            // The five servers that failed, worst first, then one that did not; and one of them a moment later.
            let found: Vec<u64> = (0..6).map(|row| inked(&browser, row, BUSY)).collect();
            let screen = format!("{width}, {scheme}, forced: {is_forced}");
            assert_eq!(found, [88, 76, 64, 52, 40, 20], "{screen}");
            assert_eq!(inked(&browser, 0, BUSY + 1), 20, "{screen}");
        }
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

fn mouse(browser: &Browser, kind: &str, (x, y): (f64, f64)) {
    browser.devtools(
        "Input.dispatchMouseEvent",
        &json!({ "type": kind, "x": x + 2.0, "y": y + 12.0, "button": "left", "clickCount": 1 }),
    );
    browser.settle();
}

/// What the row says of its chosen cell.
const SAID: &str =
    "document.querySelectorAll('[data-testid=cells]')[2].getAttribute('aria-valuetext')";
const SEEN: &str = "document.querySelectorAll('.cell-said')[2].textContent";

#[test]
fn a_pointer_and_keys_lead_from_a_cell_to_its_attempts() {
    let Some(browser) = crowded() else {
        return;
    };
    for width in [1280, 400] {
        browser.pretend(width, 800, "light");
        let cell = place(&browser, 2, BUSY);
        mouse(&browser, "mouseMoved", cell);
        assert_eq!(
            browser.evaluate(SEEN),
            "14:18:13 · 12 of 64 failed",
            "{width}"
        );
        mouse(&browser, "mouseMoved", (cell.0 - 5.0, cell.1));
        assert_eq!(
            browser.evaluate(SEEN),
            "14:18:01 · 0 of 1 failed",
            "{width}"
        );
        mouse(&browser, "mouseMoved", cell);
        mouse(&browser, "mousePressed", cell);
        mouse(&browser, "mouseReleased", cell);
        let by_pointer = arrived(&browser);
        browser.press("1");
        browser.press("x");
        browser.wait_until("document.querySelectorAll('[data-testid=cells]').length === 48");
        browser.evaluate("document.querySelectorAll('[data-testid=cells]')[2].focus()");
        browser.settle();
        assert_eq!(
            browser.evaluate(SEEN),
            "14:18:13 · 12 of 64 failed",
            "the worst first"
        );
        browser.press(ENTER);
        assert_eq!(arrived(&browser), by_pointer, "{width}");
        browser.press("1");
        browser.press("x");
        browser.wait_until("document.querySelectorAll('[data-testid=cells]').length === 48");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Waits for the attempts of the cell and gives back the link to them.
fn arrived(browser: &Browser) -> Value {
    browser.wait_until(
        "document.querySelector('#tab-waterfall').getAttribute('aria-selected') === 'true'",
    );
    assert_eq!(
        browser.text("left"),
        format!("64 of {} attempts", grouped())
    );
    let link = browser.evaluate("location.hash");
    assert!(
        link.as_str()
            .unwrap()
            .contains("server:198.51.100.12%20port:80"),
        "{link}"
    );
    link
}

/// All attempts as the page writes their number.
fn grouped() -> String {
    format!("{},{:03}", ATTEMPTS / 1000, ATTEMPTS % 1000)
}

/// A key of the WebDriver protocol (§17.4.2).
const RIGHT: &str = "\u{e014}";
const HOME: &str = "\u{e011}";

#[test]
fn cells_say_in_words_what_the_table_counts() {
    let Some(browser) = crowded() else {
        return;
    };
    browser.evaluate("document.querySelectorAll('[data-testid=cells]')[2].focus()");
    browser.press(HOME);
    let (mut failed, mut all) = (0, 0);
    for cell in 0..MOMENTS {
        let said = browser.evaluate(SAID);
        let said = said.as_str().unwrap();
        let numbers: Vec<u64> = said
            .split(' ')
            .filter_map(|word| word.parse().ok())
            .collect();
        let [of_these, these] = numbers[..] else {
            panic!("cell {cell} says {said}");
        };
        failed += of_these;
        all += these;
        browser.press(RIGHT);
    }
    let row = "[...document.querySelectorAll('[data-testid=server-table] tbody tr')[2].querySelectorAll('.number')].map((one) => one.innerText)";
    let numbers = browser.evaluate(row);
    assert_eq!(numbers.get(0), Some(&json!(all.to_string())));
    assert_eq!(numbers.get(1), Some(&json!("12 (11\u{a0}%)")));
    assert_eq!((failed, all), (12, TRIES + MOMENTS as u64 - 1));
}

#[test]
fn many_servers_are_accessible_on_every_screen() {
    let what = "accessibility of many servers";
    let Some(axe) = crate::built("STALLSCOPE_AXE", what) else {
        return;
    };
    let axe = std::fs::read_to_string(axe).unwrap();
    let Some(browser) = crowded() else {
        return;
    };
    browser.evaluate("document.querySelectorAll('[data-testid=cells]')[2].focus()");
    for width in [1280, 400] {
        for scheme in ["light", "dark"] {
            browser.pretend(width, 800, scheme);
            browser.settle();
            check(&browser, &axe, &format!("{width}, {scheme}"));
            let over =
                "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.evaluate(over), 0, "{width}");
            browser.pretend_forced_colours(scheme);
            let view = format!("{width}, {scheme}, forced");
            assert_eq!(asked(&browser, HIDDEN_TEXTS), json!([]), "{view}");
            assert_eq!(asked(&browser, HIDDEN_SHAPES), json!([]), "{view}");
            check(&browser, &axe, &view);
        }
    }
}
