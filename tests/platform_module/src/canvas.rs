//! The canvas: the screen's density, colours of the style sheet, text that is cut, drawing that stays where it is put.

use stallscope_viewer::platform::canvas::{Align, Canvas};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{held, script, text};

/// The colour of one pixel, in CSS pixels of a screen of density 1: `r,g,b,a`.
fn pixel(x: u32, y: u32) -> String {
    text(&format!(
        "document.getElementById('held').getContext('2d').getImageData({x}, {y}, 1, 1).data"
    ))
}

fn pretend_density(density: f64) {
    script(&format!(
        "Object.defineProperty(self, 'devicePixelRatio', {{ value: {density}, configurable: true }})"
    ));
}

fn name_colours() {
    script(
        "const style = document.documentElement.style; style.setProperty('--fault', ' rgb(200, 10, 20) '); style.setProperty('--mono', 'monospace')",
    );
}

/// A canvas has as many pixels as the screen, between one and three for each of CSS, and is drawn on in those of CSS.
#[wasm_bindgen]
pub async fn a_canvas_is_as_dense_as_the_screen() {
    name_colours();
    let node = held("canvas").await;
    for (density, wide, high) in [
        (1.0, 101, 40),
        (2.0, 201, 80),
        (8.0, 302, 120),
        (0.5, 101, 40),
    ] {
        pretend_density(density);
        let canvas = Canvas::fit(&node, 100.5, 40.0).unwrap();
        assert_eq!(
            text("[held.width, held.height, held.style.width, held.style.height]"),
            format!("{wide},{high},100.5px,40px"),
            "density {density}"
        );
        assert_eq!(pixel(0, 0), "0,0,0,0", "it is empty again");
        canvas.fill("--fault");
        canvas.rect(0.0, 0.0, 50.0, 20.0);
        let [inside, outside] = [wide / 2 - 2, wide / 2 + 2].map(|x| pixel(x, high / 2 - 2));
        assert_eq!(
            [inside, outside],
            ["200,10,20,255", "0,0,0,0"],
            "density {density}"
        );
    }
}

/// Text is drawn whole where there is room, and with an ellipsis where there is less; without room for a letter and an
/// ellipsis nothing is drawn.
#[wasm_bindgen]
pub async fn text_is_cut_with_an_ellipsis() {
    name_colours();
    pretend_density(1.0);
    script("CanvasRenderingContext2D.prototype.fillText = function (text) { self.written = text }");
    let node = held("canvas").await;
    let canvas = Canvas::fit(&node, 300.0, 40.0).unwrap();
    canvas.font(12.0, "--mono", false);
    let letter = canvas.text_width("m");
    let written = |words: &str, room: f64| {
        script("self.written = ''");
        canvas.text(words, (0.0, 10.0), Align::Start, room * letter);
        let written = text("written");
        assert!(canvas.text_width(&written) <= room * letter, "{written}");
        written
    };
    for (room, expected) in [(7.1, "stalled"), (6.1, "stall…"), (2.1, "s…"), (1.1, "")] {
        assert_eq!(
            written("stalled", room),
            expected,
            "room for {room} letters"
        );
    }
    let chinese = written("服务器没有回答", 5.1);
    assert!(
        chinese.starts_with('服') && chinese.ends_with('…'),
        "{chinese}"
    );
}

/// What is hatched or clipped stays in its rectangle, and afterwards everything can be drawn on again.
#[wasm_bindgen]
pub async fn drawing_stays_where_it_is_put() {
    name_colours();
    pretend_density(1.0);
    let node = held("canvas").await;
    let canvas = Canvas::fit(&node, 60.0, 40.0).unwrap();
    canvas.stroke("--fault");
    canvas.hatch(10.0, 10.0, 20.0, 20.0);
    canvas.fill("--fault");
    canvas.clip(40.0, 10.0, 10.0, 10.0);
    canvas.rect(35.0, 0.0, 25.0, 40.0);
    canvas.unclip();
    let drawn = |x: u32, y: u32, width: u32, height: u32| {
        text(&format!(
            "held.getContext('2d').getImageData({x}, {y}, {width}, {height}).data.filter((part, at) => at % 4 === 3 && part > 0).length"
        ))
        .parse::<u32>()
        .unwrap()
    };
    let hatched = drawn(10, 10, 20, 20);
    // A fifth, since lines are five pixels apart.
    assert!((70..120).contains(&hatched), "{hatched} pixels of a hatch");
    assert_eq!(drawn(40, 10, 10, 10), 100);
    assert_eq!(drawn(0, 0, 60, 40), hatched + 100, "and nothing beside");
    canvas.rect(0.0, 35.0, 60.0, 5.0);
    assert_eq!(drawn(0, 35, 60, 5), 300);
}
