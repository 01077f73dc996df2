//! The waterfall's canvas in its scroller: drawn when something changed, pressed, dragged and zoomed.

use std::cell::RefCell;
use std::rc::Rc;

use yew::{
    Callback, Event, Html, MouseEvent, NodeRef, PointerEvent, UseStateHandle, WheelEvent,
    component, hook, html, use_effect_with, use_memo, use_mut_ref, use_node_ref, use_state_eq,
};

use super::time_strip::{use_colours, use_width};
use super::waterfall::readout;
use super::{Same, Store, With};
use crate::draw::waterfall::{AXIS, HEAD, ROW, Scene, WITH_CAUSE};
use crate::geometry::fingers::Fingers;
use crate::geometry::scale::Scale;
use crate::platform::canvas::Canvas;
use crate::platform::element;
use crate::state::arrange::Item;
use crate::state::{Action, Axis, Spread, State, Tab, View};
use crate::text::say;

/// A drag of fewer pixels is a click.
const CLICK: f64 = 5.0;

/// No stretch of time that is laid out is shorter, in nanoseconds: microseconds are the least that captures tell.
const SHORTEST: i64 = 1_000;

/// Below this width there is room for bars only.
const NARROW: f64 = 640.0;

/// From this width on there is room for causes too.
const WIDE: f64 = 960.0;

/// The elements of the drawing.
#[derive(Clone, PartialEq)]
struct Nodes {
    scroller: NodeRef,
    canvas: NodeRef,
    spacer: NodeRef,
}

/// What is drawn, and where.
#[derive(Clone, Copy, PartialEq)]
struct Frame {
    width: f64,
    height: f64,
    /// How far the list is scrolled.
    top: f64,
    /// Width of what stands left of the bars, and right of them.
    gutters: (f64, f64),
    scale: Scale,
    dragged: Drag,
    hovered: Option<usize>,
    /// Changes with the page's colours.
    turn: u32,
}

/// Where the pointer went down and where it is, on the canvas.
type Drag = Option<(f64, f64)>;

/// The drawing.
#[component]
pub(crate) fn Drawing(with: &With) -> Html {
    let store = &with.store;
    let nodes = Nodes {
        scroller: use_node_ref(),
        canvas: use_node_ref(),
        spacer: use_node_ref(),
    };
    let width = use_width(&nodes.scroller);
    let turn = use_colours();
    let top = use_state_eq(|| 0.0_f64);
    let drag: UseStateHandle<Drag> = use_state_eq(|| None);
    let hovered = use_state_eq(|| None::<usize>);
    let fingers = use_mut_ref(Fingers::default);
    let edges = use_memo(Same(Rc::clone(&store.shown)), |shown| edges(&shown.0.items));
    let gutters = match width {
        ..NARROW => (52.0, 84.0),
        NARROW..WIDE => (190.0, 226.0),
        _ => (190.0, WITH_CAUSE),
    };
    let all = edges.last().copied().unwrap_or(AXIS);
    let most = (element::window_height() * 0.68).max(260.0);
    let frame = Frame {
        width,
        height: all.min(most).max(AXIS + ROW),
        top: *top,
        gutters,
        scale: scale_of(store, (width - gutters.0 - gutters.1).max(40.0)),
        dragged: drag.filter(|(from, to)| (to - from).abs() >= CLICK),
        hovered: *hovered,
        turn,
    };
    use_painting(store, &nodes, &edges, frame);
    use_reveal(store, &nodes.scroller, &edges);
    let on_scroll = {
        let scroller = nodes.scroller.clone();
        Callback::from(move |_: Event| top.set(element::scrolled(&scroller)))
    };
    let row_at = row_finder(store, &edges, frame.top);
    let (down, moved, up) = pointer(store, &nodes.canvas, (drag.clone(), hovered), row_at, frame);
    let touch = touch(store, &nodes.canvas, (fingers, drag), frame);
    let [down, moved, up] = [down, moved, up].map(|with_one| {
        let touch = touch.clone();
        Callback::from(move |event: PointerEvent| {
            with_one.emit(event.clone());
            touch.emit(event);
        })
    });
    let on_double = {
        let (store, hovered) = (store.clone(), frame.hovered);
        Callback::from(move |_: MouseEvent| {
            if let Some(index) = hovered {
                store.dispatch(Action::Select(index, Some(Tab::Attempt)));
            }
        })
    };
    html! {
        <>
            <div class="waterfall" ref={nodes.scroller.clone()} tabindex="0" role="group" aria-label={say!(store.language, "waterfall-label")}
                aria-describedby="readout" onscroll={on_scroll} onwheel={on_wheel(store, frame)}
                onpointerdown={down} onpointermove={moved} onpointerup={up} onpointercancel={touch} ondblclick={on_double} data-testid="waterfall">
                <canvas ref={nodes.canvas.clone()} />
                <div ref={nodes.spacer.clone()} />
            </div>
            { readout(store, store.selected(), frame.hovered) }
        </>
    }
}

/// Draws when something that is seen changed.
#[hook]
fn use_painting(store: &Store, nodes: &Nodes, edges: &Rc<Vec<f64>>, frame: Frame) {
    let (store, nodes, edges) = (store.clone(), nodes.clone(), Rc::clone(edges));
    use_effect_with((store.clone(), frame), move |_| {
        let all = edges.last().copied().unwrap_or(AXIS);
        element::set_height(&nodes.scroller, frame.height + 2.0);
        element::set_height(&nodes.spacer, (all - frame.height).max(0.0));
        let canvas = Canvas::fit(&nodes.canvas, frame.width, frame.height);
        let (Some(case), Some(canvas)) = (&store.case, canvas) else {
            return;
        };
        let lines = seen(&edges, frame.top + AXIS, frame.top + frame.height)
            .filter_map(|line| {
                let item = store.shown.items.get(line)?;
                Some((*item, edges.get(line)? - frame.top))
            })
            .collect();
        let scene = Scene {
            overview: &case.overview,
            lines,
            scale: frame.scale,
            is_clock: store.view.axis == Axis::Clock,
            gutters: frame.gutters,
            selected: store.selected(),
            hovered: frame.hovered,
            dragged: frame.dragged,
            language: store.language,
        };
        scene.paint(&canvas);
    });
}

/// Scrolls to the selected row when another one is selected.
#[hook]
fn use_reveal(store: &Store, scroller: &NodeRef, edges: &Rc<Vec<f64>>) {
    let was_selected = use_mut_ref(|| None::<usize>);
    let (scroller, edges, shown) = (scroller.clone(), Rc::clone(edges), Rc::clone(&store.shown));
    use_effect_with(store.selected(), move |selected| {
        let was = was_selected.replace(*selected);
        let Some(index) = selected.filter(|_| was != *selected) else {
            return;
        };
        let line = shown
            .items
            .iter()
            .position(|item| *item == Item::Row(index));
        if let Some(edge) = line.and_then(|line| edges.get(line)) {
            element::reveal(&scroller, edge - AXIS, ROW + AXIS);
        }
    });
}

/// Which row is at a height of the canvas.
fn row_finder(
    store: &Store,
    edges: &Rc<Vec<f64>>,
    top: f64,
) -> impl Fn(f64) -> Option<usize> + Clone + 'static {
    let (edges, shown) = (Rc::clone(edges), Rc::clone(&store.shown));
    move |y: f64| {
        let mut lines = seen(&edges, y + top, y + top + 1.0);
        let line = lines.next().filter(|_| y > AXIS)?;
        match shown.items.get(line)? {
            Item::Row(index) => Some(*index),
            Item::Head { .. } => None,
        }
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

/// Pressing and letting go selects; dragging chooses a stretch of time.
fn pointer(
    store: &Store,
    canvas: &NodeRef,
    (drag, hovered): (UseStateHandle<Drag>, UseStateHandle<Option<usize>>),
    row_at: impl Fn(f64) -> Option<usize> + Clone + 'static,
    frame: Frame,
) -> (
    Callback<PointerEvent>,
    Callback<PointerEvent>,
    Callback<PointerEvent>,
) {
    let down = {
        let (drag, canvas) = (drag.clone(), canvas.clone());
        Callback::from(move |event: PointerEvent| {
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
            // A finger does not hover: what it last slid over is not what is looked at.
            let place = element::position(&event, &canvas);
            let Some((x, y)) = place.filter(|_| event.pointer_type() != "touch") else {
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
    let (left, scale) = (frame.gutters.0, frame.scale);
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

/// What fingers do beside: two stretch the time, one moves it where it is zoomed. Up and down they scroll, which is the
/// browser's.
fn touch(
    store: &Store,
    canvas: &NodeRef,
    (fingers, drag): (Rc<RefCell<Fingers>>, UseStateHandle<Drag>),
    frame: Frame,
) -> Callback<PointerEvent> {
    let (store, canvas) = (store.clone(), canvas.clone());
    Callback::from(move |event: PointerEvent| {
        let Some((x, _)) =
            element::position(&event, &canvas).filter(|_| event.pointer_type() == "touch")
        else {
            return;
        };
        let (id, x) = (event.pointer_id(), x - frame.gutters.0);
        let mut fingers = fingers.borrow_mut();
        match event.type_().as_str() {
            "pointerdown" => fingers.press(id, x, frame.scale),
            "pointermove" => {
                if let Some(slid) = fingers.slide(id, x, store.view.zoom.is_some()) {
                    // It is no press.
                    drag.set(None);
                    zoom(&store, slid);
                }
            }
            _ => {
                fingers.lift(id, frame.scale);
                drag.set(None);
            }
        }
    })
}

/// Lays out this stretch of time, within all there is.
fn zoom(store: &Store, (from, to): (i64, i64)) {
    let whole = store.stretch();
    let all = whole.1.saturating_sub(whole.0).max(SHORTEST);
    let length = to.saturating_sub(from).clamp(SHORTEST, all);
    let from = from.clamp(whole.0, whole.1.saturating_sub(length).max(whole.0));
    let stretch = (from, from.saturating_add(length));
    store.dispatch(Action::Show(View {
        zoom: (length < all).then_some(stretch),
        ..store.view.clone()
    }));
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
fn on_wheel(store: &Store, frame: Frame) -> Callback<WheelEvent> {
    let store = store.clone();
    Callback::from(move |event: WheelEvent| {
        if !event.ctrl_key() && !event.shift_key() {
            return;
        }
        event.prevent_default();
        let (from, to) = store.view.zoom.unwrap_or_else(|| store.stretch());
        let (from, to) = if event.ctrl_key() {
            let at = frame
                .scale
                .ns(f64::from(event.offset_x()) - frame.gutters.0);
            let factor = if event.delta_y() < 0.0 { 0.8 } else { 1.25 };
            let near = |edge: i64| at + ((edge - at) as f64 * factor) as i64;
            (near(from), near(to))
        } else {
            let step = ((to - from) as f64 * event.delta_y().signum() * 0.1) as i64;
            (from + step, to + step)
        };
        zoom(&store, (from, to));
    })
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
