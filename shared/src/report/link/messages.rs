//! Messages in a table of their own: those of the same id have the same gaps, and many fill them the same way.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Bytes of the messages that a link may name, inside of each other too, and as often as they are named.
const MOST: usize = 8 << 20;

const KEYS: [&str; 3] = ["message", "statement_message", "remedy_message"];

/// The report with places in the table where its messages were.
pub(super) fn table(mut report: Value) -> Value {
    let mut table = Table::default();
    table.take(&mut report);
    json!({ "report": report, "messages": table.messages, "gaps": table.shapes })
}

/// The report with its messages where they were; `None` when there is no such table.
pub(super) fn spread(mut content: Value) -> Option<Value> {
    let mut report = content.get_mut("report")?.take();
    let shapes = content.get("gaps")?.as_array()?;
    let mut spreading = Spreading {
        made: Vec::new(),
        left: MOST,
    };
    for message in content.get("messages")?.as_array()? {
        let made = spreading.message(message.as_array()?, shapes)?;
        spreading.made.push(made);
    }
    spreading.put(&mut report)?;
    Some(report)
}

#[derive(Default)]
struct Table {
    messages: Vec<Value>,
    places: BTreeMap<String, usize>,
    shapes: Vec<Value>,
}

impl Table {
    /// Those inside of others first, so that a message only names earlier ones.
    fn take(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    self.take(value);
                    if KEYS.contains(&key.as_str())
                        && let Some(place) = self.place(value)
                    {
                        *value = Value::from(place);
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.take(value)),
            _ => {}
        }
    }

    fn place(&mut self, message: &Value) -> Option<usize> {
        let fields = message.as_object()?;
        let id = fields.get("id")?;
        let none = Map::new();
        let arguments = fields
            .get("arguments")
            .and_then(Value::as_object)
            .unwrap_or(&none);
        let key = message.to_string();
        if let Some(place) = self.places.get(&key) {
            return Some(*place);
        }
        let names = arguments.keys().map(|name| Value::from(name.as_str()));
        let shape: Value = std::iter::once(id.clone()).chain(names).collect();
        let known = self.shapes.iter().position(|known| *known == shape);
        let shape = known.unwrap_or_else(|| {
            self.shapes.push(shape);
            self.shapes.len() - 1
        });
        let place = self.messages.len();
        let values = arguments.values().cloned();
        self.messages
            .push(std::iter::once(Value::from(shape)).chain(values).collect());
        self.places.insert(key, place);
        Some(place)
    }
}

struct Spreading {
    made: Vec<Value>,
    left: usize,
}

impl Spreading {
    fn message(&mut self, message: &[Value], shapes: &[Value]) -> Option<Value> {
        let (shape, values) = message.split_first()?;
        let shape = shapes
            .get(usize::try_from(shape.as_u64()?).ok()?)?
            .as_array()?;
        let (id, names) = shape.split_first()?;
        let mut arguments = Map::new();
        for (name, value) in names.iter().zip(values) {
            let mut value = value.clone();
            self.put(&mut value)?;
            arguments.insert(name.as_str()?.to_owned(), value);
        }
        let mut made = Map::new();
        made.insert("id".to_owned(), id.clone());
        if !arguments.is_empty() {
            made.insert("arguments".to_owned(), Value::Object(arguments));
        }
        Some(Value::Object(made))
    }

    fn put(&mut self, value: &mut Value) -> Option<()> {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    if KEYS.contains(&key.as_str())
                        && let Some(place) = value.as_u64()
                    {
                        let made = self.made.get(usize::try_from(place).ok()?)?;
                        self.left = self.left.checked_sub(size(made))?;
                        *value = made.clone();
                    } else {
                        self.put(value)?;
                    }
                }
            }
            Value::Array(values) => {
                for value in values {
                    self.put(value)?;
                }
            }
            _ => {}
        }
        Some(())
    }
}

/// Bytes of a value as text, about.
fn size(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter();
            8 + fields
                .map(|(key, value)| key.len() + size(value))
                .sum::<usize>()
        }
        Value::Array(values) => 8 + values.iter().map(size).sum::<usize>(),
        Value::String(text) => 8 + text.len(),
        _ => 8,
    }
}
