//! Which protocols speak on one TCP flow, decided by content.

pub mod facts;

mod conversation;
mod heard;
mod held;
mod lines;
mod packets;
mod proxy_protocol;
mod recognise;
mod sniffing;
mod socks;
#[cfg(test)]
mod tests;
mod tunnels;

pub use conversation::{Conversation, Spoken};
