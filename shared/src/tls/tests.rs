//! Sessions from lab captures made for this project, and laws over any bytes.

mod conversation;
mod laws;
mod recurring;
mod sessions;
mod sniffing;
