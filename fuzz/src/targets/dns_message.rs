//! DNS messages. Law: a message that was cut says nothing that the whole one does not.
//!
//! Input: two bytes that say where to cut, then a message.

use stallscope_shared::dns::message::Message;
use stallscope_shared::dns::name;

use crate::input::Input;

/// Holds the law for these bytes.
pub fn target(data: &[u8]) {
    let mut input = Input::new(data);
    let cut = usize::from(input.u16());
    let message = input.rest();
    let whole = Message::parse(message, message.len());
    let part = Message::parse(message.get(..cut).unwrap_or(message), message.len());
    if let (Ok(whole), Ok(part)) = (&whole, &part) {
        assert_eq!(whole.id, part.id);
        if part.question.is_some() {
            assert_eq!(whole.question, part.question);
        }
    }
    let mut text = String::new();
    for at in 0..message.len().min(64) {
        text.clear();
        // Skipping does not follow pointers, so it can only be the more lenient of the two.
        if let Ok(end) = name::decode(message, at, &mut text) {
            assert_eq!(
                Ok(end),
                name::skip(message, at),
                "a name ends in two places, at {at}"
            );
        }
    }
}
