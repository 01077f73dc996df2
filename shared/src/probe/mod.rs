//! What a client of our own saw of one attempt: events on its sockets, and what the kernel says of its connections.
//!
//! ```text
//!  sockets of the client  ->  Event { application time, kernel time, what }  ->  Log
//!                             Sample { TCP_INFO }
//! ```
//!
//! Over QUIC there is neither SYN nor kernel: the server's QUIC stack acknowledges, and its datagrams are what is seen.
//!
//! A log joins the line at [`crate::attempt`], as a connection in a capture does. It knows less than packets and some
//! things that packets do not say: what the application had when, what is inside TLS, and which limit fired. What a
//! source did not tell is absent, never zero.

mod arm;
mod dns;
mod event;
mod log;
mod quic;
mod sample;

pub use self::arm::Arm;
pub use self::dns::DnsMessage;
pub use self::event::{Event, Icmp, Kind, Limit, SocketError, What};
pub use self::log::{Ender, Http, Log, Refusal, Tls, Tunnel, TunnelBy};
pub use self::quic::{Quic, StreamError};
pub use self::sample::Sample;

#[cfg(test)]
mod tests;
