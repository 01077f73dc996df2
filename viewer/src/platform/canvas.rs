//! A canvas to draw on, in CSS pixels, with the colours of the style sheet.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement};
use yew::NodeRef;

use crate::geometry::px::px;

/// A canvas. Coordinates are CSS pixels from its upper left corner.
#[derive(Debug)]
pub struct Canvas {
    context: CanvasRenderingContext2d,
    style: CssStyleDeclaration,
    colours: RefCell<Vec<(&'static str, String)>>,
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
}

/// Where text stands beside its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// To the right of it.
    Start,
    /// Around it.
    Middle,
    /// To the left of it.
    End,
}

impl Canvas {
    /// The canvas of a node, made this large for the screen's density, and empty.
    #[must_use]
    pub fn fit(node: &NodeRef, width: f64, height: f64) -> Option<Self> {
        let element = node.cast::<HtmlCanvasElement>()?;
        let window = web_sys::window()?;
        let density = window.device_pixel_ratio().clamp(1.0, 3.0);
        let (wide, high) = (pixels(width * density), pixels(height * density));
        if (element.width(), element.height()) != (wide, high) {
            element.set_width(wide);
            element.set_height(high);
        }
        let style = element.style();
        for (name, length) in [("width", width), ("height", height)] {
            drop(style.set_property(name, &format!("{}px", px(length))));
        }
        let context: CanvasRenderingContext2d = element.get_context("2d").ok()??.dyn_into().ok()?;
        drop(context.set_transform(density, 0.0, 0.0, density, 0.0, 0.0));
        context.clear_rect(0.0, 0.0, width, height);
        context.set_text_baseline("middle");
        let style = window.get_computed_style(&element).ok()??;
        Some(Self {
            context,
            style,
            colours: RefCell::default(),
            width,
            height,
        })
    }

    fn colour(&self, token: &'static str) -> String {
        let mut known = self.colours.borrow_mut();
        if let Some((_, colour)) = known.iter().find(|(name, _)| *name == token) {
            return colour.clone();
        }
        let value = self.style.get_property_value(token).unwrap_or_default();
        known.push((token, value.trim().to_owned()));
        value.trim().to_owned()
    }

    /// What is filled from now on has the colour of this token.
    pub fn fill(&self, token: &'static str) {
        self.context.set_fill_style_str(&self.colour(token));
    }

    /// What is drawn as a line from now on has the colour of this token.
    pub fn stroke(&self, token: &'static str) {
        self.context.set_stroke_style_str(&self.colour(token));
    }

    /// A filled rectangle.
    pub fn rect(&self, x: f64, y: f64, width: f64, height: f64) {
        self.context.fill_rect(x, y, width, height);
    }

    /// A rectangle's outline, inside of it.
    pub fn frame(&self, x: f64, y: f64, width: f64, height: f64) {
        if width >= 2.0 {
            self.context
                .stroke_rect(x + 0.5, y + 0.5, width - 1.0, height - 1.0);
        }
    }

    /// A line of one pixel, or of this width.
    pub fn line(&self, from: (f64, f64), to: (f64, f64), width: f64) {
        self.context.set_line_width(width);
        self.context.begin_path();
        self.context.move_to(from.0, from.1);
        self.context.line_to(to.0, to.1);
        self.context.stroke();
        self.context.set_line_width(1.0);
    }

    /// Lines from now on are dashed, or not.
    pub fn dash(&self, is_dashed: bool) {
        let pattern = if is_dashed {
            js_sys::Array::of2(&JsValue::from(3), &JsValue::from(2))
        } else {
            js_sys::Array::new()
        };
        drop(self.context.set_line_dash(&pattern));
    }

    /// A filled circle.
    pub fn dot(&self, x: f64, y: f64, radius: f64) {
        self.context.begin_path();
        drop(self.context.arc(x, y, radius, 0.0, std::f64::consts::TAU));
        self.context.fill();
    }

    /// A filled polygon.
    pub fn shape(&self, corners: &[(f64, f64)]) {
        self.context.begin_path();
        for (x, y) in corners {
            self.context.line_to(*x, *y);
        }
        self.context.close_path();
        self.context.fill();
    }

    /// Lines at 45° over a rectangle.
    pub fn hatch(&self, x: f64, y: f64, width: f64, height: f64) {
        const STEP: f64 = 5.0;
        self.context.save();
        self.context.begin_path();
        self.context.rect(x, y, width, height);
        self.context.clip();
        self.context.begin_path();
        let mut at = x - height - x.rem_euclid(STEP);
        while at < x + width {
            self.context.move_to(at, y + height);
            self.context.line_to(at + height, y);
            at += STEP;
        }
        self.context.stroke();
        self.context.restore();
    }

    /// Drawing from now on stays within the rectangle, until [`Self::unclip`].
    pub fn clip(&self, x: f64, y: f64, width: f64, height: f64) {
        self.context.save();
        self.context.begin_path();
        self.context.rect(x, y, width, height);
        self.context.clip();
    }

    /// Ends [`Self::clip`].
    pub fn unclip(&self) {
        self.context.restore();
    }

    /// The font of text from now on: a CSS font, `--mono` and `--text` replaced by what they name.
    pub fn font(&self, size: f64, family: &'static str, is_bold: bool) {
        let weight = if is_bold { "600 " } else { "" };
        self.context
            .set_font(&format!("{weight}{}px {}", px(size), self.colour(family)));
    }

    /// Text, cut with an ellipsis where it is wider than `most`.
    pub fn text(&self, text: &str, at: (f64, f64), align: Align, most: f64) {
        let align = match align {
            Align::Start => "left",
            Align::Middle => "center",
            Align::End => "right",
        };
        self.context.set_text_align(align);
        let (x, y) = at;
        if self.text_width(text) <= most {
            drop(self.context.fill_text(text, x, y));
            return;
        }
        let mut shown: Vec<char> = text.chars().collect();
        let share = most / self.text_width(text).max(1.0);
        let keep = (shown.len() as f64 * share) as usize;
        shown.truncate(keep);
        while !shown.is_empty() {
            let cut: String = shown.iter().chain(['…'].iter()).collect();
            if self.text_width(&cut) <= most {
                drop(self.context.fill_text(&cut, x, y));
                return;
            }
            shown.pop();
        }
    }

    /// How wide text is in the present font.
    #[must_use]
    pub fn text_width(&self, text: &str) -> f64 {
        self.context
            .measure_text(text)
            .map_or(0.0, |metrics| metrics.width())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast from float saturates; a canvas has at most some thousand pixels"
)]
fn pixels(length: f64) -> u32 {
    length.round().max(1.0) as u32
}
