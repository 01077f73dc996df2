//! Pure formatters of a report. Those for sharing take only a redacted one.

mod case;
pub mod causes;
mod commands;
pub mod csv;
pub mod form;
pub mod har;
pub mod html;
pub mod jsonl;
pub mod logged;
pub mod markdown;
pub mod otlp;
pub mod pcapng;
pub mod text;
mod url;
pub mod words;
