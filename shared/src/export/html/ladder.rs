//! Attempts step by step: client at the left, server at the right, time runs down.

use super::markup::{Markup, escaped};
use super::rungs::{Rung, Step, rungs};
use crate::export::case::{Case, has_steps};
use crate::report::v1::{Attempt, End};
use crate::text::{Message, Value};
use crate::time::Nanos;

const WIDTH: i64 = 460;
const CLIENT: i64 = 96;
const SERVER: i64 = 400;
const STEP: i64 = 34;
const TOP: i64 = 34;

pub(super) fn write(page: &mut Markup, case: &Case<'_>) {
    if !case.examples.iter().any(|example| has_steps(example)) {
        return;
    }
    let (heading, caption) = if case.is_probed() {
        ("page-ladders-probed", "page-ladder-caption-probed")
    } else {
        ("page-ladders", "page-ladder-caption")
    };
    page.section("ladder", heading, |page| {
        page.element("div", "class=\"note\"", |page| {
            page.say("p", &Message::new(caption));
        });
        page.element("div", "class=\"ladders\"", |page| {
            page.element("div", "class=\"column\"", |page| {
                for example in &case.examples {
                    figure(page, example, &titled("page-ladder-failing", example));
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

fn figure(page: &mut Markup, attempt: &Attempt, title: &Message) {
    let rungs = rungs(page, attempt);
    if rungs.is_empty() {
        return;
    }
    let height = TOP + STEP * rungs.len() as i64 + 12;
    let (client, server) = (page.word("page-client"), page.word("page-server"));
    let said = page.words(title);
    page.element("figure", "", |page| {
        page.element("figcaption", "", |page| page.lines(title));
        page.raw(&format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n",
            escaped(&said)
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
                Rung::Step(step) => flight(page, step, y),
                Rung::Gap(said) => gap(page, said, y),
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

fn flight(page: &mut Markup, step: &Step, y: i64) {
    let (start, end) = (y + 8, y + 20);
    match step.from {
        Some(from) => arrow(page, from, start, end),
        // At the client alone.
        None => {
            page.raw(&format!(
                "<path class=\"head\" d=\"M{CLIENT} {}l5 5l-5 5l-5 -5z\"/>",
                y + 9
            ));
        }
    }
    let at = page.value(Value::Duration(Nanos(step.at_ns)));
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
        step.number
    ));
    let below = if step.from.is_some() { 7 } else { 18 };
    middle(page, "halo", &step.label, y + below);
}

fn arrow(page: &mut Markup, from: End, start: i64, end: i64) {
    let (from, to) = match from {
        End::Client => (CLIENT + 2, SERVER - 2),
        End::Server => (SERVER - 2, CLIENT + 2),
    };
    let back = if to > from { -7 } else { 7 };
    page.raw(&format!(
        "<path class=\"flight\" d=\"M{from} {start}L{to} {end}\"/>"
    ));
    page.raw(&format!(
        "<path class=\"head\" d=\"M{to} {end}l{back} -5v8z\"/>"
    ));
}

fn gap(page: &mut Markup, said: &[String], y: i64) {
    page.raw(&format!(
        "<path class=\"gap\" d=\"M{CLIENT} {0}H{SERVER}M{CLIENT} {1}H{SERVER}\"/>",
        y + 2,
        y + 28
    ));
    let first = y + 19 - 6 * (said.len() as i64 - 1);
    for (line, said) in (0..).zip(said) {
        middle(page, "gapwords", said, first + 12 * line);
    }
}

fn middle(page: &mut Markup, class: &str, text: &str, y: i64) {
    let x = i64::midpoint(CLIENT, SERVER);
    page.raw(&format!(
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>\n",
        escaped(text)
    ));
}
