//! Every attempt's phases, row by row: scrolled, zoomed, and chosen from.

use std::rc::Rc;

use yew::{
    Callback, Event, Html, MouseEvent, NodeRef, PointerEvent, WheelEvent, component, html,
    use_effect_with, use_memo, use_mut_ref, use_node_ref, use_state_eq,
};

use super::row_table::RowTable;
use super::servers::legend;
use super::time_strip::{use_colours, use_width};
use super::{Store, With};
use crate::draw::waterfall::{AXIS, HEAD, ROW, Scene};
use crate::geometry::scale::Scale;
use crate::platform::canvas::Canvas;
use crate::platform::element;
use crate::state::arrange::Item;
use crate::state::keys::{Command, Zoom};
use crate::state::{Action, Axis, Case, Group, Order, Spread, State, Tab, View};
use crate::text::{length, number, say, words};

/// A drag of fewer pixels is a click.
const CLICK: f64 = 5.0;

/// Below this width there is room for bars only.
const NARROW: f64 = 640.0;

/// The view.
#[component]
pub(crate) fn Waterfall(with: &With) -> Html {
    let store = &with.store;
    let language = store.language;
    html! {
        <>
            { tools(store) }
            { legend(language) }
            if store.shown.rows.is_empty() {
                <p class="empty">{ say!(language, "nothing-left") }</p>
            } else if store.view.is_table {
                <RowTable store={store.clone()} />
            } else {
                <Drawing store={store.clone()} />
            }
        </>
    }
}

/// Choices of axis, scale, groups and order, and zoom for those without keys.
fn tools(store: &Store) -> Html {
    let language = store.language;
    let zoom =
        |zoom: Zoom| With::does::<MouseEvent>(store, move || Action::Press(Command::Zoom(zoom)));
    let view = &store.view;
    html! {
        <div class="tools">
            { choice(store, "choose-group", &[("group-address", Group::Address), ("group-name", Group::Name), ("group-flat", Group::Flat)], view.group, |view, group| View { group, ..view }) }
            { choice(store, "choose-order", &[("order-start", Order::Start), ("order-worst", Order::Worst), ("order-longest", Order::Longest)], view.order, |view, order| View { order, ..view }) }
            { choice(store, "choose-axis", &[("axis-relative", Axis::Relative), ("axis-clock", Axis::Clock)], view.axis, |view, axis| View { axis, zoom: None, ..view }) }
            { choice(store, "choose-spread", &[("spread-linear", Spread::Linear), ("spread-log", Spread::Log)], view.spread, |view, spread| View { spread, ..view }) }
            <span class="zoom">
                <button onclick={zoom(Zoom::In)} aria-label={say!(language, "zoom-in")}>{ "+" }</button>
                <button onclick={zoom(Zoom::Out)} aria-label={say!(language, "zoom-out")}>{ "−" }</button>
                <button onclick={zoom(Zoom::Left)} aria-label={say!(language, "pan-left")} disabled={view.zoom.is_none()}>{ "←" }</button>
                <button onclick={zoom(Zoom::Right)} aria-label={say!(language, "pan-right")} disabled={view.zoom.is_none()}>{ "→" }</button>
                <button onclick={zoom(Zoom::All)} disabled={view.zoom.is_none()}>{ say!(language, "zoom-all") }</button>
            </span>
            <button onclick={With::does::<MouseEvent>(store, || Action::Press(Command::Table))} aria-pressed={view.is_table.to_string()} data-testid="as-table">
                { say!(language, "as-table") }
            </button>
        </div>
    }
}

fn choice<T: Copy + PartialEq + 'static>(
    store: &Store,
    label: &'static str,
    options: &'static [(&'static str, T)],
    chosen: T,
    with: fn(View, T) -> View,
) -> Html {
    let language = store.language;
    let (dispatcher, view) = (store.dispatcher(), store.view.clone());
    let on_change = Callback::from(move |event: Event| {
        let value = element::value(&event);
        if let Some((_, one)) = options.iter().find(|(id, _)| *id == value) {
            dispatcher.dispatch(Action::Show(with(view.clone(), *one)));
        }
    });
    html! {
        <label class="choice">
            <span>{ say!(language, label) }</span>
            <select onchange={on_change} data-testid={label}>
                for (id, one) in options {
                    <option value={*id} selected={*one == chosen}>{ say!(language, *id) }</option>
                }
            </select>
        </label>
    }
}

/// Upper edges of all lines, and the sum of their heights at the end.
fn edges(items: &[Item]) -> Vec<f64> {
    let mut y = AXIS;
    let mut edges = Vec::with_capacity(items.len() + 1);
    for item in items {
        edges.push(y);
        y += match item {
            Item::Head { .. } => HEAD,
            Item::Row(_) => ROW,
        };
    }
    edges.push(y);
    edges
}

/// The lines that a stretch of the list touches.
fn seen(edges: &[f64], from: f64, to: f64) -> std::ops::Range<usize> {
    let first = edges
        .partition_point(|edge| *edge <= from)
        .saturating_sub(1);
    let last = edges.partition_point(|edge| *edge < to);
    first..last.min(edges.len().saturating_sub(1))
}

/// The time that is laid out, and how.
fn scale_of(state: &State, width: f64) -> Scale {
    let whole = state.stretch();
    let (from, to) = state.view.zoom.unwrap_or(whole);
    let is_clock = state.view.axis == Axis::Clock;
    if state.view.spread == Spread::Log && !is_clock && state.view.zoom.is_none() {
        return Scale::log(to, width);
    }
    if is_clock || state.view.zoom.is_some() {
        return Scale::linear(from, to, width);
    }
    // Up to where most attempts were done; a tenth more, so that their ends are not at the break.
    let usual = state.shown.usual;
    Scale::broken(from, usual.saturating_add(usual / 10), to, width)
}

/// What is going on with the pointer: where it went down and where it is, on the canvas.
type Drag = Option<(f64, f64)>;

/// The canvas in its scroller.
#[component]
fn Drawing(with: &With) -> Html {
    let store = &with.store;
    let (scroller, canvas, spacer) = (use_node_ref(), use_node_ref(), use_node_ref());
    let width = use_width(&scroller);
    let turn = use_colours();
    let top = use_state_eq(|| 0.0_f64);
    let drag = use_state_eq(|| None::<(f64, f64)>);
    let hovered = use_state_eq(|| None::<usize>);
    let was_selected = use_mut_ref(|| None::<usize>);
    let shown = Rc::clone(&store.shown);
    let edges = use_memo(Rc::as_ptr(&shown) as usize, move |_| edges(&shown.items));
    let all = edges.last().copied().unwrap_or(AXIS);
    let height = all
        .min((element::window_height() * 0.68).max(260.0))
        .max(AXIS + ROW);
    let selected = store.selected();
    let Some(case) = store.case.clone() else {
        return html! {};
    };
    let gutters = if width < NARROW {
        (52.0, 84.0)
    } else {
        (190.0, 226.0)
    };
    let plot = (width - gutters.0 - gutters.1).max(40.0);
    let scale = scale_of(store, plot);
    {
        let (canvas, spacer, scroller) = (canvas.clone(), spacer.clone(), scroller.clone());
        let (store, edges, scale) = (store.clone(), Rc::clone(&edges), scale);
        let (top, drag, hovered) = (*top, *drag, *hovered);
        let key = (
            store.clone(),
            (width as i64, turn),
            (
                top as i64,
                drag.map(|drag| (drag.0 as i64, drag.1 as i64)),
                hovered,
            ),
        );
        use_effect_with(key, move |_| {
            element::set_height(&scroller, height + 2.0);
            element::set_height(&spacer, (all - height).max(0.0));
            let Some(case) = &store.case else {
                return;
            };
            let Some(canvas) = Canvas::fit(&canvas, width, height) else {
                return;
            };
            let range = seen(&edges, top + AXIS, top + height);
            let lines = range
                .filter_map(|line| Some((*store.shown.items.get(line)?, edges.get(line)? - top)))
                .collect();
            let scene = Scene {
                overview: &case.overview,
                lines,
                scale,
                is_clock: store.view.axis == Axis::Clock,
                gutters,
                selected: store.selected(),
                hovered,
                dragged: drag.filter(|(from, to)| (to - from).abs() >= CLICK),
                language: store.language,
            };
            scene.paint(&canvas);
        });
    }
    {
        let (scroller, edges, items) =
            (scroller.clone(), Rc::clone(&edges), Rc::clone(&store.shown));
        use_effect_with(selected, move |selected| {
            let mut was = was_selected.borrow_mut();
            if *was != *selected
                && let Some(line) = selected.and_then(|index| {
                    items
                        .items
                        .iter()
                        .position(|item| *item == Item::Row(index))
                })
                && let Some(edge) = edges.get(line)
            {
                element::reveal(&scroller, edge - AXIS, ROW + AXIS);
            }
            *was = *selected;
        });
    }
    let on_scroll = {
        let (top, scroller) = (top.clone(), scroller.clone());
        Callback::from(move |_: Event| top.set(element::scrolled(&scroller)))
    };
    let row_at = {
        let (edges, shown, top) = (Rc::clone(&edges), Rc::clone(&store.shown), *top);
        move |y: f64| {
            let line = seen(&edges, y + top, y + top + 1.0)
                .next()
                .filter(|_| y > AXIS)?;
            match shown.items.get(line)? {
                Item::Row(index) => Some(*index),
                Item::Head { .. } => None,
            }
        }
    };
    let pointer = pointer(
        store,
        &canvas,
        (drag, hovered.clone()),
        row_at.clone(),
        (gutters.0, scale),
    );
    let on_double = {
        let (store, hovered) = (store.clone(), *hovered);
        Callback::from(move |_: MouseEvent| {
            if let Some(index) = hovered {
                store.dispatch(Action::Select(index, Some(Tab::Attempt)));
            }
        })
    };
    html! {
        <>
            <div class="waterfall" ref={scroller} tabindex="0" role="group" aria-label={say!(store.language, "waterfall-label")}
                aria-describedby="readout" onscroll={on_scroll} onwheel={on_wheel(store, gutters.0, scale)}
                onpointerdown={pointer.0} onpointermove={pointer.1} onpointerup={pointer.2} ondblclick={on_double} data-testid="waterfall">
                <canvas ref={canvas} />
                <div ref={spacer} />
            </div>
            { readout(store, &case, selected, *hovered) }
        </>
    }
}

/// Pressing and letting go selects; dragging chooses a stretch of time.
fn pointer(
    store: &Store,
    canvas: &NodeRef,
    (drag, hovered): (
        yew::UseStateHandle<Drag>,
        yew::UseStateHandle<Option<usize>>,
    ),
    row_at: impl Fn(f64) -> Option<usize> + Clone + 'static,
    (left, scale): (f64, Scale),
) -> (
    Callback<PointerEvent>,
    Callback<PointerEvent>,
    Callback<PointerEvent>,
) {
    let down = {
        let (drag, canvas) = (drag.clone(), canvas.clone());
        Callback::from(move |event: PointerEvent| {
            // A finger scrolls; choosing a stretch with it is what the buttons are for.
            if event.button() == 0
                && let Some((x, _)) = element::position(&event, &canvas)
            {
                drag.set(Some((x, x)));
            }
        })
    };
    let moved = {
        let (drag, canvas, row_at) = (drag.clone(), canvas.clone(), row_at.clone());
        Callback::from(move |event: PointerEvent| {
            let Some((x, y)) = element::position(&event, &canvas) else {
                return;
            };
            hovered.set(row_at(y));
            if let Some((from, _)) = *drag
                && event.pointer_type() == "mouse"
            {
                drag.set(Some((from, x)));
            }
        })
    };
    let up = {
        let (store, canvas) = (store.clone(), canvas.clone());
        Callback::from(move |event: PointerEvent| {
            let Some((from, to)) = *drag else {
                return;
            };
            drag.set(None);
            if (to - from).abs() >= CLICK {
                stretch(
                    &store,
                    scale.ns(from.min(to) - left),
                    scale.ns(from.max(to) - left),
                );
            } else if let Some((_, y)) = element::position(&event, &canvas)
                && let Some(index) = row_at(y)
            {
                store.dispatch(Action::Select(index, None));
            }
        })
    };
    (down, moved, up)
}

/// On the clock a stretch chooses attempts, in every view; counted from each start it is only looked at.
fn stretch(store: &Store, from: i64, to: i64) {
    let whole = store.stretch();
    let chosen = Some((from.max(whole.0), to.min(whole.1))).filter(|(from, to)| from < to);
    let view = store.view.clone();
    store.dispatch(Action::Show(match view.axis {
        Axis::Clock => View {
            brush: chosen.or(view.brush),
            zoom: None,
            ..view
        },
        Axis::Relative => View {
            zoom: chosen,
            ..view
        },
    }));
}

/// With Ctrl, as pinching sends it, the wheel zooms around the pointer; with Shift it pans.
fn on_wheel(store: &Store, left: f64, scale: Scale) -> Callback<WheelEvent> {
    let store = store.clone();
    Callback::from(move |event: WheelEvent| {
        if !event.ctrl_key() && !event.shift_key() {
            return;
        }
        event.prevent_default();
        let whole = store.stretch();
        let (from, to) = store.view.zoom.unwrap_or(whole);
        let (from, to) = if event.ctrl_key() {
            let at = scale.ns(f64::from(event.offset_x()) - left);
            let factor = if event.delta_y() < 0.0 { 0.8 } else { 1.25 };
            let near = |edge: i64| at + ((edge - at) as f64 * factor) as i64;
            (near(from), near(to))
        } else {
            let step = ((to - from) as f64 * event.delta_y().signum() * 0.1) as i64;
            (from + step, to + step)
        };
        let (from, to) = (from.max(whole.0), to.min(whole.1));
        if to - from >= 1_000 {
            store.dispatch(Action::Show(View {
                zoom: ((from, to) != whole).then_some((from, to)),
                ..store.view.clone()
            }));
        }
    })
}

/// The row under the pointer or the selected one, in words.
fn readout(store: &Store, case: &Case, selected: Option<usize>, hovered: Option<usize>) -> Html {
    let language = store.language;
    let Some(index) = hovered.or(selected) else {
        return html! { <p class="readout" id="readout">{ say!(language, "waterfall-hint") }</p> };
    };
    let Some(row) = case.overview.rows.get(index) else {
        return html! {};
    };
    let overview = &case.overview;
    let phases: Vec<String> = overview
        .spans_of(row)
        .iter()
        .map(|span| {
            let phase = words::phase(language, span.phase);
            let time = length(language, span.end_ns.saturating_sub(span.start_ns));
            match span.outcome {
                stallscope_shared::report::v1::PhaseOutcome::Completed => format!("{phase} {time}"),
                how => format!("{phase} {} {time}", words::phase_outcome(language, how)),
            }
        })
        .collect();
    let open = With::does::<MouseEvent>(store, move || Action::Select(index, Some(Tab::Attempt)));
    let again = overview.repeats_of(row).len() as u64;
    html! {
        <p class="readout" id="readout" aria-live="polite" data-testid="readout">
            <span class="mono">{ format!("#{} {}", row.id, overview.words.word(row.server)) }</span>
            if let Some(name) = row.name {
                <span>{ overview.words.word(name) }</span>
            }
            <span class={if row.outcome.is_failure() { "trouble" } else { "" }}>{ words::outcome(language, row.outcome) }</span>
            <span>{ phases.join(" · ") }</span>
            if again > 0 {
                <span>{ say!(language, "sent-again", "count" = again, "number" = number(again)) }</span>
            }
            <button class="small" onclick={open} data-testid="open-attempt">{ say!(language, "open-attempt") }</button>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_are_seen_are_drawn() {
        let head = Item::Head {
            word: None,
            count: 2,
            failures: 0,
        };
        let edges = edges(&[head, Item::Row(0), Item::Row(1), Item::Row(2)]);
        assert_eq!(edges, [24.0, 52.0, 72.0, 92.0, 112.0]);
        assert_eq!(seen(&edges, 24.0, 60.0), 0..2);
        assert_eq!(seen(&edges, 72.0, 73.0), 2..3);
        assert_eq!(seen(&edges, 500.0, 600.0), 4..4);
    }
}
