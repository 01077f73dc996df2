//! Synthetic captures with a known fault: hosts with TCPs of several systems, processes with scripts, paths with devices
//! on them, a virtual clock, and a capture point. Nothing is real, everything comes from a seed.
//!
//! ```text
//!  scenario/         a cause or a near miss                         -> a story
//!    story           client, servers, ranges of their parameters    -> a world, and labels
//!      dialogue      what client and server say, step by step       -> scripts
//!        words/      TLS, HTTP, DNS
//!      world         hosts, ways, events on one clock
//!        socket/     one end of a connection: kernel and process    -> packets
//!        path        delay, loss, devices that drop, change, forge
//!      capture_point what is seen of it, and in which form          -> a capture file
//! ```
//!
//! ```
//! use stallscope_shared::testkit::simulation::scenario::ALL;
//!
//! let told = ALL[0].tell(1);
//! assert!(!told.capture.is_empty() && !told.labels.is_empty());
//! ```

pub mod capture_point;
pub mod client;
pub mod dialogue;
pub mod label;
pub mod path;
pub mod random;
pub mod scenario;
pub mod script;
pub mod socket;
pub mod stack;
pub mod story;
pub mod wire;
pub mod words;
pub mod world;
