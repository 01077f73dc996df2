//! What the rules say of attempts of a client of our own, whose sockets tell less than packets do.
//!
//! Each function belongs to the rule of its name, which asks it first. A rule that has none here needs packets.

mod arms;
mod connect;
mod exchange;
mod flight;
mod handshake;
mod proxy;
mod quic;
mod refusal;

pub(super) use self::arms::{a7, h5, h21};
pub(super) use self::connect::{t1, t2, t4, t5, t6, t11};
pub(super) use self::exchange::{a1, a2, a3, a5, a6};
pub(super) use self::flight::h15;
pub(super) use self::handshake::{h1, h2, h3, h4, h9, h11, h16, h17, h23};
pub(super) use self::proxy::p1;
pub(super) use self::quic::{own_refusal, q1};
pub(super) use self::refusal::{h10, h19, h22, h24, reset};
