//! The worker's job: files in, what the page shows out.
//!
//! ```text
//!  kind, order   what was dropped, and in which order it is read
//!  job           reads it by slices, and keeps what it found
//!  summary       what is shown of the report         dossier   of one attempt
//!  facts         what is known of an attempt         measures  what rules read of it
//!  probed        what a probe's sockets saw
//!  answer        answers the page's questions        fields    what a packet's headers say
//!  share         redacts what is handed on, and writes it
//!  record        the same answers, written down for a page without a worker
//! ```

mod answer;
mod dossier;
mod facts;
mod fields;
pub mod job;
pub mod kind;
mod measures;
mod order;
mod probed;
pub mod record;
mod share;
mod summary;

use stallscope_shared::report::build::text_of;
use stallscope_shared::report::v1;
use stallscope_shared::text::{Language, has, render};

use crate::load::sentence::Sentence;

/// A message of the catalogue in every language, by its id and the values that fill its gaps.
macro_rules! tell {
    ($id:expr $(, $name:literal = $value:expr)* $(,)?) => {{
        let message = stallscope_shared::text::Message::new($id)$(.with($name, $value))*;
        $crate::load::sentence::Sentence::write(|language| stallscope_shared::text::render(language, &message))
    }};
}
use tell;

/// A sentence of a report in every language; in English where only another tool knows the message.
fn sentence(english: &str, message: Option<&v1::Message>) -> Sentence {
    let known = message.filter(|message| has(Language::default(), &message.id));
    match known.map(text_of) {
        Some(text) => Sentence::write(|language| render(language, &text)),
        None => Sentence::Plain(english.to_owned()),
    }
}
