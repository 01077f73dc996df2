//! All attempts over wall-clock time; a stretch of it is chosen by dragging or by keys, for every view.

use yew::{
    Callback, Html, KeyboardEvent, NodeRef, PointerEvent, UseStateHandle, component, hook, html,
    use_effect_with, use_node_ref, use_state_eq,
};

use super::{Store, With};
use crate::draw::strip::{self, COLUMN};
use crate::geometry::rug::columns;
use crate::geometry::scale::Scale;
use crate::platform::canvas::Canvas;
use crate::platform::element;
use crate::platform::listen::{SizeWatch, colours};
use crate::state::{Action, View};
use crate::text::{length, say, words};

/// How high the strip is.
const HEIGHT: f64 = 44.0;

/// A drag of fewer pixels is a click, which chooses all time again.
const CLICK: f64 = 4.0;

/// The strip.
#[component]
pub(crate) fn TimeStrip(with: &With) -> Html {
    let store = &with.store;
    let language = store.language;
    let canvas = use_node_ref();
    let frame = use_node_ref();
    let width = use_width(&frame);
    let turn = use_colours();
    let drag = use_state_eq(|| None::<(f64, f64)>);
    let Some(case) = store.case.clone() else {
        return html! {};
    };
    let time = case.time();
    let scale = Scale::linear(time.0, time.1, width);
    {
        let (canvas, store, drag) = (canvas.clone(), store.clone(), *drag);
        use_effect_with(
            (
                width as i64,
                (store.view.filter.clone(), store.view.brush),
                drag.map(|(a, b)| (a as i64, b as i64)),
                turn,
            ),
            move |_| {
                paint(&canvas, &store, &scale, drag);
            },
        );
    }
    let (on_down, on_move, on_up) = pointer(store, &frame, &drag, (scale, width));
    let label = match store.view.brush {
        Some((from, to)) => say!(
            language,
            "strip-part",
            "from" = length(language, from),
            "to" = length(language, to)
        ),
        None => say!(language, "strip-all"),
    };
    let moment = |ns| {
        words::moment(case.summary.epoch.as_deref(), ns)
            .map(|text| text.get(11..19).unwrap_or_default().to_owned())
    };
    html! {
        <div class="strip" ref={frame} role="slider" tabindex="0" aria-label={say!(language, "strip")} aria-valuetext={label}
            aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" onpointerdown={on_down} onpointermove={on_move} onpointerup={on_up}
            onkeydown={on_key(store, time)} data-testid="strip">
            <canvas ref={canvas} aria-hidden="true" />
            <p class="strip-ends" aria-hidden="true">
                <span>{ moment(time.0) }</span>
                <span>{ say!(language, "strip-legend") }</span>
                <span>{ moment(time.1) }</span>
            </p>
        </div>
    }
}

/// Dragging chooses a stretch of time, a click chooses all of it again.
fn pointer(
    store: &Store,
    frame: &NodeRef,
    drag: &UseStateHandle<Option<(f64, f64)>>,
    (scale, width): (Scale, f64),
) -> (
    Callback<PointerEvent>,
    Callback<PointerEvent>,
    Callback<PointerEvent>,
) {
    let on_down = {
        let (drag, frame) = (drag.clone(), frame.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some((x, _)) = element::position(&event, &frame) {
                element::hold_pointer(&event, &frame);
                drag.set(Some((x, x)));
            }
        })
    };
    let on_move = {
        let (drag, frame) = (drag.clone(), frame.clone());
        Callback::from(move |event: PointerEvent| {
            if let (Some((from, _)), Some((x, _))) = (*drag, element::position(&event, &frame)) {
                drag.set(Some((from, x)));
            }
        })
    };
    let on_up = {
        let (drag, store) = (drag.clone(), store.clone());
        Callback::from(move |_: PointerEvent| {
            if let Some((from, to)) = *drag {
                let (from, to) = (from.min(to).max(0.0), from.max(to).min(width));
                let is_click = to - from < CLICK;
                choose(&store, (!is_click).then(|| (scale.ns(from), scale.ns(to))));
                drag.set(None);
            }
        })
    };
    (on_down, on_move, on_up)
}

fn paint(canvas: &NodeRef, store: &Store, scale: &Scale, drag: Option<(f64, f64)>) {
    let Some(case) = &store.case else {
        return;
    };
    let time = case.time();
    let width = scale.x(time.1);
    let Some(canvas) = Canvas::fit(canvas, width, HEIGHT) else {
        return;
    };
    // The filter counts here; the chosen time does not, since it is chosen here.
    let rows = store.shown.matching.iter();
    let starts = rows
        .filter_map(|index| case.overview.rows.get(*index))
        .map(|row| (row.started_ns, row.outcome.is_failure()));
    let columns = columns(starts, time, (width / COLUMN) as usize);
    let chosen = match (drag, store.view.brush) {
        (Some((from, to)), _) => Some((from.min(to), from.max(to))),
        (None, Some((from, to))) => Some((scale.x(from), scale.x(to))),
        (None, None) => None,
    };
    strip::paint(&canvas, &columns, chosen);
}

fn choose(store: &Store, brush: Option<(i64, i64)>) {
    store.dispatch(Action::Show(View {
        brush,
        zoom: None,
        ..store.view.clone()
    }));
}

/// Arrows move the chosen time, plus and minus make it longer or shorter.
fn on_key(store: &Store, whole: (i64, i64)) -> Callback<KeyboardEvent> {
    let store = store.clone();
    Callback::from(move |event: KeyboardEvent| {
        let all = whole.1.saturating_sub(whole.0);
        let (from, to) = store.view.brush.unwrap_or(whole);
        let part = to.saturating_sub(from);
        let step = (part / 4).max(1);
        let (from, to) = match event.key().as_str() {
            "ArrowLeft" => (from.saturating_sub(step), to.saturating_sub(step)),
            "ArrowRight" => (from.saturating_add(step), to.saturating_add(step)),
            "+" | "=" => (from.saturating_add(step), to.saturating_sub(step)),
            "-" => (from.saturating_sub(step), to.saturating_add(step)),
            _ => return,
        };
        event.prevent_default();
        let length = to.saturating_sub(from).clamp(all / 1000 + 1, all.max(1));
        let from = from.clamp(whole.0, whole.1.saturating_sub(length).max(whole.0));
        let to = from.saturating_add(length);
        choose(&store, ((from, to) != whole).then_some((from, to)));
    })
}

/// How wide an element is, in CSS pixels.
#[hook]
pub(crate) fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| 0.0_f64);
    let (node, set) = (node.clone(), width.setter());
    use_effect_with((), move |()| {
        let watch = SizeWatch::new(&node, move |width, _| set.set(width));
        move || drop(watch)
    });
    *width
}

/// Changes whenever the colours of the page may have.
#[hook]
pub(crate) fn use_colours() -> u32 {
    let turn = use_state_eq(|| 0_u32);
    let setter = turn.setter();
    use_effect_with((), move |()| {
        let count = std::rc::Rc::new(std::cell::Cell::new(0_u32));
        let listeners = colours(move || {
            count.set(count.get().wrapping_add(1));
            setter.set(count.get());
        });
        move || drop(listeners)
    });
    *turn
}
