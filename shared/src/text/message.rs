//! One message: an id and what fills its gaps.

use std::borrow::Cow;

use super::{Arguments, Value};

/// A sentence to be written in any language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id in the Fluent files.
    pub id: Cow<'static, str>,
    /// What fills its gaps, by name.
    pub arguments: Arguments,
}

impl Message {
    /// A message without arguments.
    #[must_use]
    pub fn new(id: impl Into<Cow<'static, str>>) -> Self {
        Self {
            id: id.into(),
            arguments: Arguments::default(),
        }
    }

    /// With one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.arguments.insert(Cow::Borrowed(name), value.into());
        self
    }
}
