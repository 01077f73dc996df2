//! From the facts of the layers below to the report's own types: the only place that knows both.

mod attempt;
mod capture;
mod context;
mod dns;
mod http;
mod icmp_name;
mod journal;
mod kind_name;
mod overview;
mod primitives;
mod probe;
mod quic;
mod silence;
mod tls;
mod transport;
mod verdict;
mod words;

pub use self::attempt::{attempt, logged_texts};
pub use self::capture::{FlowQuality, capture};
pub use self::context::Context;
pub use self::dns::transactions;
pub use self::overview::overview_row;
pub use self::probe::arm;
pub use self::verdict::{EvidenceBook, headline, message, text_of, verdict};
