//! What became of the ClientHello.

use super::Tcp;
use crate::ids::Stamp;
use crate::measure::{Delivery, HelloTurn};
use crate::time::Nanos;

/// How much of the ClientHello the server's kernel had in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelloFate {
    /// All of it, by this ACK.
    Acknowledged(Stamp),
    /// Its first bytes.
    HeadOnly {
        /// How many.
        bytes: u64,
    },
    /// Bytes behind a hole at its beginning, by this SACK.
    TailOnly {
        /// From and to, counted from its first byte.
        range: (u64, u64),
        /// The packet that says so.
        told: Stamp,
    },
    /// Nothing of it.
    Nothing,
}

impl<'a> Tcp<'a> {
    /// The last ClientHello.
    #[must_use]
    pub fn hello(&self) -> Option<&'a HelloTurn> {
        self.measured.hellos.last()
    }

    /// What became of the last ClientHello; `None` without one, or when only one direction was captured.
    #[must_use]
    pub fn hello_fate(&self) -> Option<HelloFate> {
        let delivery = self.hello()?.delivery.as_ref()?;
        Some(fate(delivery))
    }

    /// M3 of the last ClientHello.
    #[must_use]
    pub fn hello_acked_in(&self) -> Option<Nanos> {
        self.hello()?.delivered_in()
    }

    /// The client's own time before its ClientHello (M2).
    #[must_use]
    pub fn think_before_hello(&self) -> Option<Nanos> {
        self.measured
            .client_think_before_hello
            .map(|elapsed| elapsed.length())
    }
}

fn fate(delivery: &Delivery) -> HelloFate {
    if let Some(acked) = delivery.acked {
        return HelloFate::Acknowledged(acked);
    }
    if let Some((from, to, told)) = delivery.sacked {
        return HelloFate::TailOnly {
            range: (from, to),
            told,
        };
    }
    match delivery.acked_bytes {
        0 => HelloFate::Nothing,
        bytes => HelloFate::HeadOnly { bytes },
    }
}
