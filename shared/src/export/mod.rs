//! Pure formatters: a report in, a text out. Writing files is the caller's.

pub mod causes;
pub mod jsonl;
pub mod logged;
pub mod text;
