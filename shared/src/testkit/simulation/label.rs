//! What is true of an attempt, and what may honestly be said of it.

use std::net::SocketAddr;

use crate::diagnosis::{Cause, Party};

/// The truth about one attempt.
#[derive(Clone, Debug)]
pub struct Label {
    /// Who asked.
    pub client: SocketAddr,
    /// Who was asked.
    pub server: SocketAddr,
    /// What went wrong; `None` when nothing did.
    pub cause: Option<Cause>,
    /// Other causes that the same packets may have, by the tables of neighbours of the catalogue.
    pub also: Vec<Cause>,
    /// Whose it may be called; the first is whose it is.
    pub parties: Vec<Party>,
    /// Saying nothing of it is no mistake: it cost next to nothing, or nobody can see it.
    pub may_be_silent: bool,
}

impl Label {
    /// Nothing is wrong.
    #[must_use]
    pub const fn healthy(client: SocketAddr, server: SocketAddr) -> Self {
        Self {
            client,
            server,
            cause: None,
            also: Vec::new(),
            parties: Vec::new(),
            may_be_silent: true,
        }
    }

    /// This is wrong, with the neighbours and parties of the cause.
    #[must_use]
    pub fn fault(client: SocketAddr, server: SocketAddr, cause: Cause) -> Self {
        let (also, parties) = neighbours(cause);
        Self {
            client,
            server,
            cause: Some(cause),
            also: also.to_vec(),
            parties: parties.to_vec(),
            may_be_silent: false,
        }
    }

    /// Also this.
    #[must_use]
    pub fn or(mut self, causes: &[Cause]) -> Self {
        self.also.extend_from_slice(causes);
        self
    }

    /// Also theirs.
    #[must_use]
    pub fn of(mut self, parties: &[Party]) -> Self {
        self.parties.extend_from_slice(parties);
        self
    }

    /// Also nothing.
    #[must_use]
    pub const fn or_silence(mut self) -> Self {
        self.may_be_silent = true;
        self
    }
}

/// The causes that a capture of one attempt may not tell from this one, and whose it may be called.
fn neighbours(cause: Cause) -> (&'static [Cause], &'static [Party]) {
    use Cause::{
        A1, A2, A3, A5, A7, A8, A9, A10, A11, D1, H1, H2, H3, H4, H5, H6, H7, H8, H9, H10, H11,
        H12, H13, H16, H17, H18, H19, H20, H21, H22, H25, H26, P2, P3, P4, P5, P6, T1, T2, T3, T4,
        T5, T6, T7, T8, T9, T12, T13, T16, T18,
    };
    use Party::{Client, Middlebox, Network, Resolver, Server};
    match cause {
        D1 => (&[], &[Resolver, Network]),
        Cause::D2 => (&[D1], &[Client, Network, Middlebox, Resolver]),
        Cause::D3 => (&[], &[Resolver, Server]),
        Cause::D4 => (&[T1, T5, H1, T18], &[Resolver, Server, Network, Middlebox]),
        T1 => (&[T2, T7, T8, T12, T13, T18], &[Network, Middlebox, Server]),
        T2 => (&[T1, T4, T7, H3, H13, A2], &[Server, Network, Middlebox]),
        T3 => (&[], &[Network, Middlebox]),
        T4 => (&[T2], &[Middlebox, Network]),
        T5 => (&[H6], &[Server, Middlebox]),
        T6 => (&[T1, T5], &[Middlebox, Network, Server]),
        T7 => (&[T1, T2, T3, T8, H13], &[Server, Network, Middlebox]),
        T8 => (&[T1, T16], &[Client, Middlebox, Network]),
        T9 => (&[T1, T2], &[Server, Network, Middlebox]),
        Cause::T10 => (&[], &[Server, Client, Middlebox]),
        T12 => (&[T1, T2, T8], &[Client, Network, Middlebox, Server]),
        T13 => (&[T1], &[Network, Client, Middlebox, Server]),
        Cause::T14 | Cause::T15 => (&[T1], &[Middlebox, Network]),
        T16 => (&[A11, H13], &[Client, Network]),
        Cause::T17 => (&[T1], &[Middlebox, Server, Network]),
        T18 => (&[T1], &[Server, Middlebox, Network]),
        H1 => (&[H2, H16], &[Server, Middlebox]),
        H2 => (&[H1, H16, H7, H9], &[Server, Middlebox]),
        H3 => (&[A2, H4, H13, T2, H11, H21], &[Middlebox, Network]),
        H4 => (&[H11, H21, H3], &[Middlebox, Network, Server]),
        H5 => (&[H7, H9, H10, H1, H2, H26, H21], &[Server, Middlebox]),
        H6 => (&[], &[Middlebox, Network]),
        H7 => (&[H2, H5, H26], &[Server, Middlebox]),
        H8 => (&[H7], &[Network, Server, Middlebox]),
        H9 => (&[H2, H7, H5], &[Server, Middlebox]),
        H10 => (&[H22, H20], &[Server, Middlebox, Client]),
        H11 => (&[H13, H12], &[Network, Middlebox, Server]),
        H12 => (&[H11, H13], &[Network, Middlebox]),
        H13 => (&[A11, A2, T16], &[Network, Middlebox]),
        Cause::H14 | Cause::H15 => (&[], &[Server, Network, Client]),
        H16 => (&[H1, H2], &[Server, Middlebox]),
        H17 => (&[H18], &[Client]),
        H18 => (&[H17], &[Client, Network, Server]),
        H19 => (&[H10, H7, H9, A5], &[Server, Client]),
        H20 => (&[H10, H7, H9, H1, H2, H5, H26], &[Server, Middlebox]),
        H21 => (&[H3, H4, H5], &[Middlebox, Network, Server]),
        H22 => (&[H10], &[Server, Client]),
        Cause::H23 => (&[], &[Client]),
        Cause::H24 => (&[], &[Server, Middlebox, Client]),
        H25 => (&[], &[Middlebox]),
        H26 => (&[H1, H3, H7, H9, H10, H5], &[Server, Middlebox]),
        Cause::P1 => (&[A1, H1, H2, H9, P2], &[Middlebox, Server, Network]),
        P2 => (&[H1, H2, H7, H16], &[Middlebox, Network, Client, Server]),
        P3 => (&[A9, A2], &[Middlebox, Network]),
        P4 => (&[H6, A7], &[Middlebox, Network]),
        P5 => (&[A11, P6, H13], &[Middlebox, Network]),
        P6 => (&[A11, H11, H13, A5], &[Middlebox, Network]),
        A1 => (&[H2, H16, A3], &[Server, Middlebox]),
        A2 => (&[P3, P6, H11, H13, A9], &[Network, Middlebox]),
        A3 => (&[A8], &[Server, Middlebox]),
        Cause::A4 => (&[], &[Client]),
        A5 => (&[H7, H6, H8, H9, A3], &[Server, Middlebox, Network]),
        Cause::A6 => (&[A1], &[Server, Client, Middlebox]),
        A7 => (&[P4, H8], &[Server, Client, Middlebox]),
        A8 => (&[A3], &[Server, Client, Middlebox]),
        A9 => (&[P3, A2], &[Middlebox, Network, Client]),
        A10 => (&[A1], &[Server, Client]),
        A11 => (&[H13, T16, P5], &[Network, Middlebox]),
        Cause::Q1 => (&[T1, T6], &[Middlebox, Network, Server]),
        Cause::T11 | Cause::Undecided => (&[], &[Client]),
    }
}
