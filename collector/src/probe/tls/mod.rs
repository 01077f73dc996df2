//! TLS as the client offers it, and its driving record by record.

mod config;
mod pump;
mod roots;
mod tickets;
mod trusting;

pub(crate) use self::config::{Offer, client};
#[cfg(feature = "http3")]
pub(super) use self::pump::list;
pub(super) use self::pump::{Cut, Session, description_of, handshake};
pub(crate) use self::roots::{Roots, agent_roots, load};
pub(crate) use self::tickets::Tickets;
