//! What people read, as messages with arguments, in each language we have.
//!
//! The sentences stand in Fluent files under `shared/locales/LANGUAGE/`, in one place for the command, the
//! viewer and the pages they write. Code names a message by its id and hands over values with their units;
//! how a length of time or a number is written is decided here, once.

mod arguments;
mod catalogue;
mod code;
mod language;
mod message;
mod value;

#[cfg(test)]
mod tests;

pub use self::arguments::Arguments;
pub use self::catalogue::{has, render};
pub use self::code::split_code;
pub use self::language::Language;
pub use self::message::Message;
pub use self::value::{Value, duration, percent};
