//! The viewer: captures in, attempts on the page. Nothing leaves the browser.
//!
//! One module, two roles. In a page it shows; in a worker that the page starts from the same script it
//! analyses. Only `platform` names the browser; `state`, `geometry`, `filter` and `text` are plain data and
//! are tested natively.
//!
//! ```text
//!  load/      what was dropped -> the worker's job -> report and rows
//!  state/     one store; what of it is shown; the fragment of a link
//!  filter/    which attempts: parsed, matched, completed
//!  geometry/  where things stand            draw/   on a canvas
//!  views/     components                    text/   what they say
//! ```

mod draw;
mod filter;
mod geometry;
pub mod load;
pub mod platform;
mod state;
mod text;
pub mod views;
