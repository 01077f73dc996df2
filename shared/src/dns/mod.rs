//! DNS: messages become transactions, transactions become lookups, and answers name addresses.
//!
//! A transaction is one question on one pair of endpoints with its response; a lookup is what a user
//! would call one: the A, AAAA and HTTPS questions for a name, repeated over sockets and resolvers until
//! they were answered or given up.

mod code_points;
mod facts;

pub use code_points::{RecordType, ResponseCode};
pub use facts::{
    Answer, Carrier, ClientSubnet, IcmpRefusal, Lookup, LookupId, LookupOutcome, LostSibling, Name,
    RecordAddress, Response, Service, ServiceBinding, Subject, Transaction,
};
