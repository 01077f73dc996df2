//! Stories that the corpus has no capture of: packets made by hand, and the verdict that the report comes to.

mod connecting;
mod exchanges;
mod handshakes;
mod probed;
mod stage;
