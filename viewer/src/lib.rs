//! The viewer: captures in, attempts on the page. Nothing leaves the browser.
//!
//! Two modules are made of it. The page's is small and shows; the worker's has the analyser and the texts of all
//! causes, and is fetched when the page is there. Only `platform` names the browser; `state`, `geometry`,
//! `filter` and `text` are plain data and are tested natively.
//!
//! ```text
//!  worker/    what was dropped -> the analyser -> what is shown of it
//!  load/      what worker and page say to each other
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
pub mod worker;
