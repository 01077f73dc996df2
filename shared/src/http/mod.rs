//! HTTP in clear: requests and responses of one flow, with when each of their parts was seen.

pub mod facts;
