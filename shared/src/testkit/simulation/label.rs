//! What is true of an attempt, and what may honestly be said of it.

use std::net::SocketAddr;

use crate::diagnosis::{Cause, Cause as C, Party, Party as P};

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
    let row = NEIGHBOURS.iter().find(|(known, ..)| *known == cause);
    row.map_or((&[], &[]), |(_, also, parties)| (*also, *parties))
}

/// By the catalogue of causes: each cause, its neighbours, and the parties, first the one whose it is.
const NEIGHBOURS: &[(C, &[C], &[P])] = &[
    (C::D1, &[], &[P::Resolver, P::Network]),
    (
        C::D2,
        &[C::D1],
        &[P::Client, P::Network, P::Middlebox, P::Resolver],
    ),
    (C::D3, &[], &[P::Resolver, P::Server]),
    (
        C::D4,
        &[C::T1, C::T5, C::H1, C::T18],
        &[P::Resolver, P::Server, P::Network, P::Middlebox],
    ),
    (
        C::T1,
        &[C::T2, C::T7, C::T8, C::T12, C::T13, C::T18],
        &[P::Network, P::Middlebox, P::Server],
    ),
    (
        C::T2,
        &[C::T1, C::T4, C::T7, C::H3, C::H13, C::A2],
        &[P::Server, P::Network, P::Middlebox],
    ),
    (C::T3, &[], &[P::Network, P::Middlebox]),
    (C::T4, &[C::T2], &[P::Middlebox, P::Network]),
    (C::T5, &[C::H6], &[P::Server, P::Middlebox]),
    (
        C::T6,
        &[C::T1, C::T5],
        &[P::Middlebox, P::Network, P::Server],
    ),
    (
        C::T7,
        &[C::T1, C::T2, C::T3, C::T8, C::H13],
        &[P::Server, P::Network, P::Middlebox],
    ),
    (
        C::T8,
        &[C::T1, C::T16],
        &[P::Client, P::Middlebox, P::Network],
    ),
    (
        C::T9,
        &[C::T1, C::T2],
        &[P::Server, P::Network, P::Middlebox],
    ),
    (C::T10, &[], &[P::Server, P::Client, P::Middlebox]),
    (
        C::T12,
        &[C::T1, C::T2, C::T8],
        &[P::Client, P::Network, P::Middlebox, P::Server],
    ),
    (
        C::T13,
        &[C::T1],
        &[P::Network, P::Client, P::Middlebox, P::Server],
    ),
    (C::T14, &[C::T1], &[P::Middlebox, P::Network]),
    (C::T15, &[C::T1], &[P::Middlebox, P::Network]),
    // A queue that is full loses as well, and without timestamps nobody tells what waited from what was lost.
    (
        C::T16,
        &[C::A11, C::H13, C::T1, C::T3],
        &[P::Client, P::Network],
    ),
    (C::T17, &[C::T1], &[P::Middlebox, P::Server, P::Network]),
    (C::T18, &[C::T1], &[P::Server, P::Middlebox, P::Network]),
    (C::H1, &[C::H2, C::H16], &[P::Server, P::Middlebox]),
    (
        C::H2,
        &[C::H1, C::H16, C::H7, C::H9],
        &[P::Server, P::Middlebox],
    ),
    (
        C::H3,
        &[C::A2, C::H4, C::H13, C::T2, C::H11, C::H21],
        &[P::Middlebox, P::Network],
    ),
    (
        C::H4,
        &[C::H11, C::H21, C::H3],
        &[P::Middlebox, P::Network, P::Server],
    ),
    (
        C::H5,
        &[C::H7, C::H9, C::H10, C::H1, C::H2, C::H26, C::H21],
        &[P::Server, P::Middlebox],
    ),
    (C::H6, &[], &[P::Middlebox, P::Network]),
    (C::H7, &[C::H2, C::H5, C::H26], &[P::Server, P::Middlebox]),
    (C::H8, &[C::H7], &[P::Network, P::Server, P::Middlebox]),
    (C::H9, &[C::H2, C::H7, C::H5], &[P::Server, P::Middlebox]),
    (
        C::H10,
        &[C::H22, C::H20],
        &[P::Server, P::Middlebox, P::Client],
    ),
    (
        C::H11,
        &[C::H13, C::H12],
        &[P::Network, P::Middlebox, P::Server],
    ),
    (C::H12, &[C::H11, C::H13], &[P::Network, P::Middlebox]),
    (
        C::H13,
        &[C::A11, C::A2, C::T16],
        &[P::Network, P::Middlebox],
    ),
    (C::H14, &[], &[P::Server, P::Network, P::Client]),
    (C::H15, &[], &[P::Server, P::Network, P::Client]),
    (C::H16, &[C::H1, C::H2], &[P::Server, P::Middlebox]),
    (C::H17, &[C::H18], &[P::Client]),
    (C::H18, &[C::H17], &[P::Client, P::Network, P::Server]),
    (
        C::H19,
        &[C::H10, C::H7, C::H9, C::A5],
        &[P::Server, P::Client],
    ),
    (
        C::H20,
        &[C::H10, C::H7, C::H9, C::H1, C::H2, C::H5, C::H26],
        &[P::Server, P::Middlebox],
    ),
    (
        C::H21,
        &[C::H3, C::H4, C::H5],
        &[P::Middlebox, P::Network, P::Server],
    ),
    (C::H22, &[C::H10], &[P::Server, P::Client]),
    (C::H23, &[], &[P::Client]),
    (C::H24, &[], &[P::Server, P::Middlebox, P::Client]),
    (C::H25, &[], &[P::Middlebox]),
    (
        C::H26,
        &[C::H1, C::H3, C::H7, C::H9, C::H10, C::H5],
        &[P::Server, P::Middlebox],
    ),
    (
        C::P1,
        &[C::A1, C::H1, C::H2, C::H9, C::P2],
        &[P::Middlebox, P::Server, P::Network],
    ),
    (
        C::P2,
        &[C::H1, C::H2, C::H7, C::H16],
        &[P::Middlebox, P::Network, P::Client, P::Server],
    ),
    (C::P3, &[C::A9, C::A2], &[P::Middlebox, P::Network]),
    (C::P4, &[C::H6, C::A7], &[P::Middlebox, P::Network]),
    (C::P5, &[C::A11, C::P6, C::H13], &[P::Middlebox, P::Network]),
    (
        C::P6,
        &[C::A11, C::H11, C::H13, C::A5],
        &[P::Middlebox, P::Network],
    ),
    (C::A1, &[C::H2, C::H16, C::A3], &[P::Server, P::Middlebox]),
    (
        C::A2,
        &[C::P3, C::P6, C::H11, C::H13, C::A9],
        &[P::Network, P::Middlebox],
    ),
    (C::A3, &[C::A8], &[P::Server, P::Middlebox]),
    (C::A4, &[], &[P::Client]),
    (
        C::A5,
        &[C::H7, C::H6, C::H8, C::H9, C::A3],
        &[P::Server, P::Middlebox, P::Network],
    ),
    (C::A6, &[C::A1], &[P::Server, P::Client, P::Middlebox]),
    (
        C::A7,
        &[C::P4, C::H8],
        &[P::Server, P::Client, P::Middlebox],
    ),
    (C::A8, &[C::A3], &[P::Server, P::Client, P::Middlebox]),
    (
        C::A9,
        &[C::P3, C::A2],
        &[P::Middlebox, P::Network, P::Client],
    ),
    (C::A10, &[C::A1], &[P::Server, P::Client]),
    (
        C::A11,
        &[C::H13, C::T16, C::P5],
        &[P::Network, P::Middlebox],
    ),
    (
        C::Q1,
        &[C::T1, C::T6],
        &[P::Middlebox, P::Network, P::Server],
    ),
];
