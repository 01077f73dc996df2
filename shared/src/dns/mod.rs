//! DNS: messages become transactions, transactions become lookups, and answers name addresses.
//!
//! A transaction is one question on one pair of endpoints with its response; a lookup is what a user
//! would call one: the A, AAAA and HTTPS questions for a name, repeated over sockets and resolvers until
//! they were answered or given up.

pub mod message;
pub mod name;
pub mod stream;

mod answers;
mod code_points;
mod facts;
mod lookup;
mod table;
mod tracker;

pub use code_points::{RecordType, ResponseCode};
pub use facts::{
    Answer, AnswerBasis, Carrier, ClientSubnet, IcmpRefusal, Lookup, LookupId, LookupOutcome,
    LostSibling, Name, NamedBy, RecordAddress, Response, Service, ServiceBinding, Subject,
    Transaction,
};
pub use tracker::{Counts, Tracker};

#[cfg(test)]
mod tests;
