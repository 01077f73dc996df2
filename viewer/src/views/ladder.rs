//! The ladder: the attempt's packets between client and server, time downward.

use stallscope_shared::report::v1::{AttemptKind, End};
use stallscope_shared::text::Language;
use yew::{
    Callback, Html, MouseEvent, Properties, component, html, use_effect_with, use_node_ref,
    use_state_eq,
};

use super::time_strip::use_width;
use super::{Same, Store, With};
use crate::geometry::ladder::{Flight, Rung, SILENCE, STEP, arrow, flights, ladder};
use crate::geometry::px::px;
use crate::load::dossier::{Dossier, Packet};
use crate::platform::element;
use crate::state::{Action, View};
use crate::text::{length, number, say, words};

/// What the ladder is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct LadderProperties {
    pub(crate) store: Store,
    pub(crate) attempt: Same<Dossier>,
}

/// Where things stand across the drawing.
#[derive(Clone, Copy)]
struct Columns {
    width: f64,
    left: f64,
    right: f64,
    notes: f64,
}

impl Columns {
    fn of(width: f64) -> Self {
        let width = width.clamp(280.0, 900.0);
        // On a phone the words stand on the arrows alone.
        let (left, notes) = if width < 560.0 {
            (64.0, 0.0)
        } else {
            (104.0, 190.0)
        };
        Self {
            width,
            left,
            right: width - notes - if notes > 0.0 { 20.0 } else { 26.0 },
            notes,
        }
    }
}

/// The ladder.
#[component]
pub(crate) fn LadderView(properties: &LadderProperties) -> Html {
    let store = &properties.store;
    let language = store.language;
    let attempt = &properties.attempt.0;
    let frame = use_node_ref();
    let width = use_width(&frame);
    use_effect_with(store.view.packet, |packet| {
        if let Some((capture, number)) = packet {
            element::scroll_to(&format!("rung-{capture}-{number}"));
        }
    });
    let columns = Columns::of(width);
    let drawn = ladder(attempt);
    let has_flights = use_state_eq(|| false);
    let toggle = {
        let has_flights = has_flights.clone();
        Callback::from(move |_: MouseEvent| has_flights.set(!*has_flights))
    };
    let flights = if *has_flights {
        flights(attempt)
    } else {
        Vec::new()
    };
    let middle = (columns.left + columns.right) / 2.0;
    let bottom = px(drawn.height);
    html! {
        <figure class="ladder" data-testid="ladder">
            <figcaption>
                <h3>{ say!(language, "ladder") }</h3>
                <p class="soft">{ say!(language, "ladder-note") }</p>
                if attempt.kind == AttemptKind::Tcp && !attempt.packets.is_empty() {
                    <button class="small" onclick={toggle} aria-pressed={has_flights.to_string()} data-testid="flights">{ say!(language, "ladder-flights") }</button>
                }
            </figcaption>
            <div ref={frame}>
            if attempt.packets.is_empty() {
                <p class="empty">{ say!(language, "no-packets") }</p>
            } else {
                <svg width={px(columns.width)} height={px(drawn.height)} role="group" aria-label={say!(language, "ladder-label", "count" = attempt.packets.len() as u64)}>
                    <g class="ladder-heads">
                        <text x={px(columns.left)} y="14" text-anchor="middle">{ words::end(language, End::Client) }</text>
                        <text x={px(middle)} y="14" text-anchor="middle" class="soft-text">{ say!(language, "capture-point") }</text>
                        <text x={px(columns.right)} y="14" text-anchor="middle">{ words::end(language, End::Server) }</text>
                    </g>
                    <path class="life" d={format!("M{} 20V{bottom}M{} 20V{bottom}", px(columns.left), px(columns.right))} />
                    <path class="life-capture" d={format!("M{} 20V{bottom}", px(middle))} />
                    for rung in &drawn.rungs {
                        { rung_of(store, attempt, rung, (columns, &flights)) }
                    }
                </svg>
            }
            </div>
        </figure>
    }
}

fn rung_of(
    store: &Store,
    attempt: &Dossier,
    rung: &Rung,
    (columns, flights): (Columns, &[Option<Flight>]),
) -> Html {
    match rung {
        Rung::Packet { index, y, copy } => match attempt.packets.get(*index) {
            Some(packet) => {
                let flight = flights.get(*index).copied().flatten();
                packet_rung(store, attempt, (packet, flight), (*y, *copy), columns)
            }
            None => html! {},
        },
        Rung::Silence {
            y,
            length_ns,
            silence,
        } => {
            let awaited = silence.and_then(|index| attempt.silences.get(index));
            let text = match awaited {
                Some(silence) if columns.notes <= 0.0 => say!(
                    store.language,
                    "ladder-silence-short",
                    "time" = length(store.language, *length_ns),
                    "awaiting" = silence.awaiting.as_str()
                ),
                Some(silence) => say!(
                    store.language,
                    "ladder-silence-awaited",
                    "time" = length(store.language, *length_ns),
                    "end" = words::end(store.language, silence.from),
                    "awaiting" = silence.awaiting.as_str()
                ),
                None => say!(
                    store.language,
                    "ladder-silence",
                    "time" = length(store.language, *length_ns)
                ),
            };
            squeezed(&text, *y, columns, awaited.is_some())
        }
        Rung::LeftOut { y, count } => {
            let text = say!(
                store.language,
                "ladder-left-out",
                "count" = *count,
                "number" = number(*count)
            );
            squeezed(&text, *y, columns, false)
        }
    }
}

/// A zig-zag through both lines, and how long it stands for.
fn squeezed(text: &str, y: f64, columns: Columns, is_awaited: bool) -> Html {
    let zigzag = |x: f64| format!("M{} {}l-6 5l12 6l-12 6l6 5", px(x), px(y - 2.0));
    let middle = (columns.left + columns.right) / 2.0;
    let class = if is_awaited {
        "silence awaited"
    } else {
        "silence"
    };
    html! {
        <g class={class}>
            <rect class="silence-band" x={px(columns.left)} y={px(y - 4.0)} width={px(columns.right - columns.left)} height={px(SILENCE - 14.0)} />
            <path d={format!("{}{}", zigzag(columns.left), zigzag(columns.right))} />
            <text x={px(middle)} y={px(y + 13.0)} text-anchor="middle">{ text }</text>
        </g>
    }
}

fn packet_rung(
    store: &Store,
    attempt: &Dossier,
    (packet, flight): (&Packet, Option<Flight>),
    (y, copy): (f64, Option<u32>),
    columns: Columns,
) -> Html {
    let language = store.language;
    let (from, to) = arrow(packet.from, columns.left, columns.right);
    let reference = packet.packet;
    let is_selected = store.view.packet == Some((reference.capture, reference.number));
    let is_reset = packet
        .flags
        .as_deref()
        .is_some_and(|flags| flags.contains("RST"));
    let view = store.view.clone();
    let select = With::does::<MouseEvent>(store, move || {
        Action::Show(View {
            packet: Some((reference.capture, reference.number)),
            ..view.clone()
        })
    });
    let at = packet.at_ns.saturating_sub(attempt.started_ns);
    let said = with_flight(language, said(language, packet), flight, columns);
    let class = match (is_selected, is_reset, copy.is_some()) {
        (true, ..) => "rung selected",
        (_, true, _) => "rung reset",
        (_, _, true) => "rung again",
        _ if packet.length == 0 && said.1.is_empty() => "rung bare",
        _ => "rung",
    };
    let head = if to > from { -7.0 } else { 7.0 };
    let slope = 7.0;
    let middle = (columns.left + columns.right) / 2.0;
    html! {
        <g id={format!("rung-{}-{}", reference.capture, reference.number)} class={class} onclick={select}>
            <title>{ title(language, packet) }</title>
            <rect class="rung-hit" x="0" y={px(y - 9.0)} width={px(columns.width)} height={px(STEP)} />
            <text class="rung-time" x={px(columns.left - 10.0)} y={px(y + 4.0)} text-anchor="end">{ format!("+{}", length(language, at)) }</text>
            <path class="rung-line" d={format!("M{} {}L{} {}", px(from), px(y), px(to), px(y + slope))} />
            <path class="rung-head" d={format!("M{} {}l{} -4.5v7z", px(to), px(y + slope), px(head))} />
            <text class="rung-text" x={px(middle)} y={px(y + 1.0)} text-anchor="middle">{ said.0 }</text>
            if let Some(copy) = copy {
                <g class="copy">
                    <circle cx={px(from + if to > from { 14.0 } else { -14.0 })} cy={px(y)} r="7.5" />
                    <text x={px(from + if to > from { 14.0 } else { -14.0 })} y={px(y + 3.5)} text-anchor="middle">{ copy }</text>
                </g>
            }
            if columns.notes > 0.0 {
                <text class="rung-note" x={px(columns.right + 16.0)} y={px(y + 5.0)}>{ said.1 }</text>
            }
        </g>
    }
}

/// The same with what is acknowledged and on its way, where that is asked for: beside the arrow, or on it where
/// there is no room beside it.
fn with_flight(
    language: Language,
    (on, beside): (String, String),
    flight: Option<Flight>,
    columns: Columns,
) -> (String, String) {
    let Some(flight) = flight else {
        return (on, beside);
    };
    let text = say!(
        language,
        "ladder-flight",
        "acknowledged" = number(flight.acknowledged),
        "bytes" = number(flight.in_flight)
    );
    let joined = |before: String| {
        if before.is_empty() {
            text.clone()
        } else {
            format!("{before} · {text}")
        }
    };
    if columns.notes > 0.0 {
        (on, joined(beside))
    } else {
        (joined(on), beside)
    }
}

/// What stands on the arrow, and what stands beside it.
fn said(language: Language, packet: &Packet) -> (String, String) {
    let flags = packet.flags.as_deref().unwrap_or("UDP").replace(',', " ");
    let notes: Vec<String> = packet
        .notes
        .iter()
        .map(|note| words::note(language, note))
        .collect();
    let messages: Vec<&String> = packet
        .notes
        .iter()
        .filter(|note| is_message(note))
        .collect();
    let size = if packet.length > 0 {
        format!(" · {} B", packet.length)
    } else {
        String::new()
    };
    let shown = if messages.is_empty() {
        flags
    } else {
        messages
            .iter()
            .map(|note| words::note(language, note))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let beside: Vec<String> = packet
        .notes
        .iter()
        .zip(notes)
        .filter(|(note, _)| !is_message(note))
        .map(|(_, text)| text)
        .collect();
    (format!("{shown}{size}"), beside.join(", "))
}

/// A note that names what is in the packet, not what is odd about it.
fn is_message(note: &str) -> bool {
    [
        "client-hello",
        "server-hello",
        "hello-retry-request",
        "client-finished",
        "server-finished",
        "alert",
        "session-ticket",
        "request",
        "response",
        "proxy-request",
        "proxy-reply",
    ]
    .contains(&note)
        || note.starts_with("response-")
}

/// Everything about a packet in one line.
fn title(language: Language, packet: &Packet) -> String {
    let mut parts = vec![
        say!(
            language,
            "packet-number",
            "number" = packet.packet.number.to_string()
        ),
        packet.flags.clone().unwrap_or_default(),
    ];
    if let Some(seq) = packet.seq {
        parts.push(format!("seq {seq}"));
    }
    if let Some(ack) = packet.ack {
        parts.push(format!("ack {ack}"));
    }
    parts.push(format!("len {}", packet.length));
    parts.extend(packet.notes.iter().map(|note| words::note(language, note)));
    parts.join(" · ")
}
