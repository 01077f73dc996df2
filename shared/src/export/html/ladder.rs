//! Attempts packet by packet: client at the left, server at the right, time runs down.

use super::markup::{Markup, escaped};
use crate::export::case::Case;
use crate::report::v1::{Attempt, End, JournalPacket};
use crate::text::{Message, Value};
use crate::time::Nanos;

/// Packets drawn at the start and at the end of an attempt.
const HEAD: usize = 18;
const TAIL: usize = 8;
/// A gap is drawn from this length on, where it is also a good part of the attempt.
const GAP_NS: i64 = 200_000_000;

const WIDTH: i64 = 460;
const CLIENT: i64 = 96;
const SERVER: i64 = 400;
const STEP: i64 = 34;
const TOP: i64 = 34;

pub(super) fn write(page: &mut Markup, case: &Case<'_>) {
    if case
        .examples
        .iter()
        .all(|example| example.packets.is_empty())
    {
        return;
    }
    page.section("ladder", "page-ladders", |page| {
        page.element("div", "class=\"note\"", |page| {
            page.say("p", &Message::new("page-ladder-caption"));
        });
        page.element("div", "class=\"ladders\"", |page| {
            page.element("div", "class=\"column\"", |page| {
                for example in &case.examples {
                    figure(page, example, &failing(example));
                }
            });
            if let (Some(control), Some(example)) = (case.control, case.examples.first()) {
                page.element("div", "class=\"column\"", |page| {
                    figure(page, control, &healthy(control, example));
                });
            }
        });
    });
}

fn failing(attempt: &Attempt) -> Message {
    titled("page-ladder-failing", attempt)
}

fn healthy(control: &Attempt, example: &Attempt) -> Message {
    let apart = Nanos((control.started_ns - example.started_ns).abs());
    let id = if control.server == example.server {
        "page-ladder-healthy-same"
    } else {
        "page-ladder-healthy"
    };
    titled(id, control).with("apart", apart)
}

fn titled(id: &'static str, attempt: &Attempt) -> Message {
    Message::new(id)
        .with("id", attempt.id)
        .with("client", attempt.client.as_str())
        .with("server", attempt.server.as_str())
}

/// What stands in a ladder, from top to bottom.
enum Rung<'a> {
    Packet(&'a JournalPacket),
    Gap(i64),
    LeftOut(u64),
}

fn figure(page: &mut Markup, attempt: &Attempt, title: &Message) {
    if attempt.packets.is_empty() {
        return;
    }
    let rungs = rungs(attempt);
    let height = TOP + STEP * rungs.len() as i64 + 12;
    let (title, client, server) = (
        page.words(title),
        page.word("page-client"),
        page.word("page-server"),
    );
    page.element("figure", "", |page| {
        page.element_of("figcaption", "", &title);
        page.raw(&format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n",
            escaped(&title)
        ));
        for (x, name) in [(CLIENT, &client), (SERVER, &server)] {
            page.raw(&format!(
                "<text x=\"{x}\" y=\"14\" text-anchor=\"middle\">{}</text>",
                escaped(name)
            ));
            page.raw(&format!(
                "<path class=\"line\" d=\"M{x} 22V{}\"/>\n",
                height - 6
            ));
        }
        for (index, rung) in rungs.iter().enumerate() {
            let y = TOP + STEP * index as i64;
            match rung {
                Rung::Packet(packet) => flight(page, attempt, packet, y),
                Rung::Gap(length) => gap(page, attempt, *length, y),
                Rung::LeftOut(count) => {
                    let said =
                        page.words(&Message::new("page-packets-between").with("count", *count));
                    middle(page, "dim", &said, y + 12);
                }
            }
        }
        page.raw("</svg>\n");
    });
}

fn rungs(attempt: &Attempt) -> Vec<Rung<'_>> {
    let packets = &attempt.packets;
    let whole = attempt.ended_ns - attempt.started_ns;
    let hidden = packets.len().saturating_sub(HEAD + TAIL);
    let mut rungs = Vec::new();
    let mut last: Option<&JournalPacket> = None;
    for (index, packet) in packets.iter().enumerate() {
        if hidden > 0 && index >= HEAD && index < HEAD + hidden {
            if index == HEAD {
                rungs.push(Rung::LeftOut(hidden as u64 + attempt.packets_left_out));
            }
            last = None;
            continue;
        }
        let gap = last.map_or(0, |last| packet.at_ns - last.at_ns);
        if gap >= GAP_NS && gap >= whole / 10 {
            rungs.push(Rung::Gap(gap));
        }
        rungs.push(Rung::Packet(packet));
        last = Some(packet);
    }
    rungs
}

fn flight(page: &mut Markup, attempt: &Attempt, packet: &JournalPacket, y: i64) {
    let (from, to) = match packet.from {
        End::Client => (CLIENT + 2, SERVER - 2),
        End::Server => (SERVER - 2, CLIENT + 2),
    };
    let (start, end) = (y + 8, y + 20);
    let back = if to > from { -7 } else { 7 };
    page.raw(&format!(
        "<path class=\"flight\" d=\"M{from} {start}L{to} {end}\"/>"
    ));
    page.raw(&format!(
        "<path class=\"head\" d=\"M{to} {end}l{back} -5v8z\"/>"
    ));
    let at = page.value(Value::Duration(Nanos(packet.at_ns - attempt.started_ns)));
    page.raw(&format!(
        "<text class=\"dim\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
        CLIENT - 8,
        y + 18,
        escaped(&at)
    ));
    page.raw(&format!(
        "<text class=\"dim\" x=\"{}\" y=\"{}\">{}</text>",
        SERVER + 8,
        y + 18,
        packet.packet.number
    ));
    middle(page, "halo", &label(packet), y + 7);
}

/// `PSH,ACK 282 B client-hello`
fn label(packet: &JournalPacket) -> String {
    let mut parts = Vec::new();
    parts.extend(packet.flags.clone());
    if packet.length > 0 {
        parts.push(format!("{} B", packet.length));
    }
    parts.extend(packet.notes.iter().take(2).cloned());
    parts.join(" · ")
}

fn gap(page: &mut Markup, attempt: &Attempt, length: i64, y: i64) {
    let awaited = attempt
        .silences
        .iter()
        .find(|silence| (silence.end_ns - silence.start_ns - length).abs() < GAP_NS);
    let said = match awaited {
        Some(silence) => Message::new("page-nothing-awaited")
            .with("length", Nanos(length))
            .with("awaited", silence.awaiting.as_str()),
        None => Message::new("page-nothing-came").with("length", Nanos(length)),
    };
    let said = page.words(&said);
    page.raw(&format!(
        "<path class=\"gap\" d=\"M{CLIENT} {0}H{SERVER}M{CLIENT} {1}H{SERVER}\"/>",
        y + 2,
        y + 28
    ));
    middle(page, "gapwords", &said, y + 19);
}

fn middle(page: &mut Markup, class: &str, text: &str, y: i64) {
    let x = i64::midpoint(CLIENT, SERVER);
    page.raw(&format!(
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>\n",
        escaped(text)
    ));
}
