//! TLS as an observer without keys reads it: in-order bytes of one flow become the facts of its handshake,
//! its alerts, and the times of what follows encrypted (RFC 8446, RFC 5246).

pub mod codepoints;
pub mod facts;
pub mod ja4;

pub use facts::Facts;
