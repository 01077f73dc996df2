//! What fills the gaps of a message, by name, in memory of its own length: a report holds a dozen messages for each attempt,
//! and most have two or three gaps, for which a map has a node with room for eleven.

use std::borrow::Cow;

use super::Value;

type Argument = (Cow<'static, str>, Value);

/// Values by name, each name once, in the order of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments(Vec<Argument>);

impl Arguments {
    /// Sets a value; an earlier one of the name goes.
    pub fn insert(&mut self, name: Cow<'static, str>, value: Value) {
        match self.place(&name) {
            Ok(place) => {
                if let Some((_, known)) = self.0.get_mut(place) {
                    *known = value;
                }
            }
            Err(place) => {
                if self.0.len() == self.0.capacity() {
                    self.0.reserve_exact(1 + self.0.len() / 2);
                }
                self.0.insert(place, (name, value));
            }
        }
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let place = self.place(name).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// There are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&Cow<'static, str>, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(name))
    }
}

impl FromIterator<Argument> for Arguments {
    fn from_iter<T: IntoIterator<Item = Argument>>(all: T) -> Self {
        let mut arguments = Self::default();
        for (name, value) in all {
            arguments.insert(name, value);
        }
        arguments
    }
}
