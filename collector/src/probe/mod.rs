//! A client of our own: connections that are made to be watched.
//!
//! ```text
//!  plan/      targets, addresses, when each attempt begins
//!  attempt    connect, TLS, request, response of one attempt, each step against its limit
//!    watched  a socket with its log
//!    socket/  a TCP socket with the kernel's stamps, its error queue and TCP_INFO
//!    tls/     rustls, driven record by record
//!    http/    HTTP/1.1, and HTTP/2 by a library whose frames are looked at
//!    http3/   HTTP/3 by libraries, over a socket that is watched (a feature)
//!    follow   the attempts that redirects lead to
//!    race     which of two families is connected first
//!    proxy    the way through a proxy
//!    enclosed TLS with the proxy itself
//!    resolve/ looks names up, as the system does or by resolvers that are named
//!    control  tries addresses that nobody has
//!    egress   the address that this host has outside
//!    environment/ what this host was like meanwhile
//!    recorder the log that the analysis gets
//!    screen   what is shown meanwhile
//!    memory   the pages that all of this lives in
//! ```

pub(crate) mod attempt;
mod clock;
pub(crate) mod control;
pub(crate) mod egress;
mod enclosed;
pub(crate) mod environment;
mod follow;
mod http;
#[cfg(feature = "http3")]
mod http3;
pub(crate) mod limits;
pub(crate) mod linger;
mod memory;
pub(crate) mod plan;
pub(crate) mod proxy;
pub(crate) mod race;
mod recorder;
pub(crate) mod resolve;
pub(crate) mod screen;
mod socket;
pub(crate) mod tls;
mod watched;

pub(crate) use self::clock::now;
pub(crate) use self::memory::in_small_pages;
pub(crate) use self::socket::Stamping;
