//! The viewer: captures in, attempts on the page. Nothing leaves the browser.
//!
//! One module, two roles. In a page it shows; in a worker that the page starts from the same script
//! it analyses. Only `platform` names the browser; `state` and what it derives are plain data and are
//! tested natively.

pub mod app;
mod components;
mod pages;
pub mod platform;
mod state;
pub mod worker;
