//! A TCP socket that is watched: the kernel stamps what it sends, gets acknowledged and receives, and says how the
//! connection stands. No privileges are needed for any of it.

mod errors;
mod queue;
mod stream;
mod tcp_info;

pub(super) use self::errors::name_of;
pub(super) use self::queue::{Told, TxStamp};
#[cfg(feature = "http3")]
pub(super) use self::queue::{drain, receive};
pub(crate) use self::stream::Stamping;
pub(super) use self::stream::{Options, Stream, Woke};
