//! A report as columns: everything that stands at the same place in many attempts side by side, so that what recurs
//! costs nothing. It knows the shapes that fill a report (packets, endpoints, digests) and no field by name, so what
//! is added to the report later travels too.
//!
//! ```text
//!  texts that are no known word: count, (length, bytes)…
//!  column of the whole report, which is one value:
//!    kinds    (run · 16 + kind)… up to the number of values
//!    then of each kind that occurs, in order: its numbers, texts or columns below
//! ```

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::bytes::{Reader, varint};
use super::error::Broken;
use super::numbers::Cost;
use super::{numbers, words};
use crate::report::epoch;
use crate::time::Timestamp;

/// Nesting of a report is below 12.
const DEPTH: u8 = 32;

/// Objects whose keys are values, not fields.
const MAPS: [&str; 3] = ["arguments", "outcomes", "phase_percentiles"];

/// Lists whose places mean the same in every list, so that each place is a column.
const ROWS: [&str; 1] = ["times"];

/// Memory of a value, in what a link is allowed: `serde_json::Value` has 32 bytes here.
const VALUE_BYTES: usize = 32;

/// How what stands under a key is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Under {
    Map,
    Rows,
    Other,
}

fn under(key: &str) -> Under {
    if MAPS.contains(&key) {
        Under::Map
    } else if ROWS.contains(&key) {
        Under::Rows
    } else {
        Under::Other
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Absent,
    Null,
    False,
    True,
    Number,
    Fraction,
    Text,
    List,
    Object,
    Map,
    /// A packet, of which only capture and number travel.
    Packet,
    /// Bytes in lower-case hex.
    Hex,
    /// `host:port`.
    Endpoint,
    /// A number beyond those with a sign.
    Large,
    /// A list of which each place is a column.
    Rows,
    /// A moment as the report writes it.
    Moment,
}

const KINDS: [Kind; 16] = [
    Kind::Absent,
    Kind::Null,
    Kind::False,
    Kind::True,
    Kind::Number,
    Kind::Fraction,
    Kind::Text,
    Kind::List,
    Kind::Object,
    Kind::Map,
    Kind::Packet,
    Kind::Hex,
    Kind::Endpoint,
    Kind::Large,
    Kind::Rows,
    Kind::Moment,
];

/// Writes a value.
pub(super) fn write(value: &Value, cost: Cost) -> Vec<u8> {
    let mut writer = Writer {
        texts: Vec::new(),
        places: BTreeMap::new(),
        out: Vec::new(),
        cost,
    };
    writer.column(&[Some(value)], Under::Other);
    let mut out = Vec::new();
    varint(&mut out, writer.texts.len() as u64);
    for text in &writer.texts {
        varint(&mut out, text.len() as u64);
        out.extend(text.as_bytes());
    }
    out.extend(writer.out);
    out
}

/// Reads a value that takes at most `cap` bytes, its values and texts together.
pub(super) fn read(bytes: &[u8], cap: usize) -> Result<Value, Broken> {
    let mut from = Reader::new(bytes, cap);
    let mut texts = Vec::new();
    for _ in 0..from.count()? {
        let length = from.count()?;
        let text = std::str::from_utf8(from.take(length)?).map_err(|_not_text| Broken)?;
        texts.push(text);
    }
    let mut reading = Reading { from, texts };
    let mut column = reading.column(1, Under::Other, DEPTH)?;
    match column.pop().flatten() {
        Some(value) if reading.from.is_at_end() => Ok(value),
        _ => Err(Broken),
    }
}

struct Writer {
    cost: Cost,
    texts: Vec<String>,
    places: BTreeMap<String, usize>,
    out: Vec<u8>,
}

impl Writer {
    fn column(&mut self, slots: &[Option<&Value>], under: Under) {
        let kinds: Vec<Kind> = slots.iter().map(|slot| kind_of(*slot, under)).collect();
        for run in kinds.chunk_by(PartialEq::eq) {
            let Some(kind) = run.first() else { continue };
            varint(&mut self.out, (run.len() as u64) << 4 | *kind as u64);
        }
        for kind in KINDS {
            let of_kind: Vec<&Value> = slots
                .iter()
                .zip(&kinds)
                .filter(|(_, found)| **found == kind)
                .filter_map(|(slot, _)| *slot)
                .collect();
            if !of_kind.is_empty() {
                self.values(kind, &of_kind);
            }
        }
    }

    fn values(&mut self, kind: Kind, values: &[&Value]) {
        let texts = || values.iter().filter_map(|value| value.as_str());
        match kind {
            Kind::Absent | Kind::Null | Kind::False | Kind::True => {}
            Kind::Number => self.numbers(
                values
                    .iter()
                    .map(|value| value.as_i64().unwrap_or_default()),
            ),
            Kind::Large => self.numbers(
                values
                    .iter()
                    .map(|value| value.as_u64().unwrap_or_default() as i64),
            ),
            Kind::Fraction => {
                for value in values {
                    self.out
                        .extend(value.as_f64().unwrap_or_default().to_le_bytes());
                }
            }
            Kind::Text => {
                let codes: Vec<i64> = values
                    .iter()
                    .map(|value| self.code(value.as_str().unwrap_or_default()))
                    .collect();
                self.numbers(codes.into_iter());
            }
            Kind::Moment => {
                let moments: Vec<i64> = texts().filter_map(moment).collect();
                self.numbers(moments.into_iter());
            }
            Kind::List => self.lists(values),
            Kind::Rows => self.rows(values),
            Kind::Object => self.objects(values),
            Kind::Map => self.maps(values),
            Kind::Packet => self.packets(values),
            Kind::Hex => {
                let texts: Vec<&str> = texts().collect();
                self.numbers(texts.iter().map(|text| text.len() as i64 / 2));
                for text in texts {
                    self.out.extend(bytes_of_hex(text));
                }
            }
            Kind::Endpoint => {
                let parts: Vec<(&str, u16)> = texts().filter_map(endpoint).collect();
                let codes: Vec<i64> = parts.iter().map(|(host, _)| self.code(host)).collect();
                self.numbers(codes.into_iter());
                self.numbers(parts.iter().map(|(_, port)| i64::from(*port)));
            }
        }
    }

    fn lists(&mut self, values: &[&Value]) {
        let lists: Vec<&Vec<Value>> = values.iter().filter_map(|value| value.as_array()).collect();
        self.numbers(lists.iter().map(|list| list.len() as i64));
        let items: Vec<Option<&Value>> = lists.into_iter().flatten().map(Some).collect();
        self.column(&items, Under::Other);
    }

    fn packets(&mut self, values: &[&Value]) {
        for field in ["capture", "number"] {
            let numbers = values.iter().map(|value| value.get(field));
            self.numbers(numbers.map(|number| number.and_then(Value::as_i64).unwrap_or_default()));
        }
    }

    fn objects(&mut self, values: &[&Value]) {
        let objects: Vec<&Map<String, Value>> = values
            .iter()
            .filter_map(|value| value.as_object())
            .collect();
        let mut keys: Vec<&str> = Vec::new();
        for key in objects.iter().flat_map(|object| object.keys()) {
            if !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        varint(&mut self.out, keys.len() as u64);
        for key in keys {
            let code = self.code(key);
            varint(&mut self.out, code as u64);
            let slots: Vec<Option<&Value>> = objects.iter().map(|object| object.get(key)).collect();
            self.column(&slots, under(key));
        }
    }

    fn rows(&mut self, values: &[&Value]) {
        let lists: Vec<&Vec<Value>> = values.iter().filter_map(|value| value.as_array()).collect();
        self.numbers(lists.iter().map(|list| list.len() as i64));
        let longest = lists
            .iter()
            .map(|list| list.len())
            .max()
            .unwrap_or_default();
        for place in 0..longest {
            let slots: Vec<Option<&Value>> = lists
                .iter()
                .filter_map(|list| list.get(place))
                .map(Some)
                .collect();
            self.column(&slots, Under::Other);
        }
    }

    fn maps(&mut self, values: &[&Value]) {
        let maps: Vec<&Map<String, Value>> = values
            .iter()
            .filter_map(|value| value.as_object())
            .collect();
        self.numbers(maps.iter().map(|map| map.len() as i64));
        let codes: Vec<i64> = maps
            .iter()
            .flat_map(|map| map.keys())
            .map(|key| self.code(key))
            .collect();
        self.numbers(codes.into_iter());
        let values: Vec<Option<&Value>> =
            maps.iter().flat_map(|map| map.values()).map(Some).collect();
        self.column(&values, Under::Other);
    }

    fn numbers(&mut self, values: impl Iterator<Item = i64>) {
        let values: Vec<i64> = values.collect();
        numbers::write(&mut self.out, &values, self.cost);
    }

    /// Place of a known word, or of a text behind them.
    fn code(&mut self, text: &str) -> i64 {
        let place = words::place(text).unwrap_or_else(|| {
            let next = self.texts.len();
            let place = *self.places.entry(text.to_owned()).or_insert(next);
            if place == next {
                self.texts.push(text.to_owned());
            }
            words::count() + place
        });
        place as i64
    }
}

struct Reading<'a> {
    from: Reader<'a>,
    texts: Vec<&'a str>,
}

impl Reading<'_> {
    fn column(
        &mut self,
        count: usize,
        under: Under,
        depth: u8,
    ) -> Result<Vec<Option<Value>>, Broken> {
        let depth = depth.checked_sub(1).ok_or(Broken)?;
        self.from.spend(count.saturating_mul(VALUE_BYTES))?;
        let mut kinds = Vec::with_capacity(count);
        while kinds.len() < count {
            let code = self.from.count()?;
            let (run, kind) = (code >> 4, code & 15);
            let kind = *KINDS.get(kind).ok_or(Broken)?;
            let is_elsewhere = (kind == Kind::Map && under != Under::Map)
                || (kind == Kind::Rows && under != Under::Rows);
            if run == 0 || run > count - kinds.len() || is_elsewhere {
                return Err(Broken);
            }
            kinds.resize(kinds.len() + run, kind);
        }
        let mut values: BTreeMap<Kind, std::vec::IntoIter<Value>> = BTreeMap::new();
        for kind in KINDS {
            let count = kinds.iter().filter(|found| **found == kind).count();
            if count > 0 {
                values.insert(kind, self.values(kind, count, depth)?.into_iter());
            }
        }
        let next = |kind: &Kind| match kind {
            Kind::Absent => Ok(None),
            kind => values
                .get_mut(kind)
                .and_then(Iterator::next)
                .map(Some)
                .ok_or(Broken),
        };
        kinds.iter().map(next).collect()
    }

    fn values(&mut self, kind: Kind, count: usize, depth: u8) -> Result<Vec<Value>, Broken> {
        Ok(match kind {
            Kind::Absent => Vec::new(),
            Kind::Null => vec![Value::Null; count],
            Kind::False => vec![Value::Bool(false); count],
            Kind::True => vec![Value::Bool(true); count],
            Kind::Number => self.numbers(count)?.into_iter().map(Value::from).collect(),
            Kind::Large => self
                .numbers(count)?
                .into_iter()
                .map(|number| Value::from(number as u64))
                .collect(),
            Kind::Fraction => (0..count)
                .map(|_| self.fraction())
                .collect::<Result<_, _>>()?,
            Kind::Text => self.coded(count)?.into_iter().map(Value::String).collect(),
            Kind::List => self.lists(count, depth)?,
            Kind::Rows => self.rows(count, depth)?,
            Kind::Moment => {
                let moments = self.numbers(count)?.into_iter();
                moments
                    .map(|nanos| Value::String(epoch::rfc3339(Timestamp::from_nanos(nanos))))
                    .collect()
            }
            Kind::Object => self.objects(count, depth)?,
            Kind::Map => self.maps(count, depth)?,
            Kind::Packet => self.packets(count)?,
            Kind::Hex => self.hexes(count)?,
            Kind::Endpoint => {
                let hosts = self.coded(count)?;
                let ports = self.numbers(count)?;
                hosts
                    .into_iter()
                    .zip(ports)
                    .map(|(host, port)| Value::String(format!("{host}:{port}")))
                    .collect()
            }
        })
    }

    fn numbers(&mut self, count: usize) -> Result<Vec<i64>, Broken> {
        numbers::read(&mut self.from, count)
    }

    fn lengths(&mut self, count: usize) -> Result<Vec<usize>, Broken> {
        let numbers = self.numbers(count)?;
        numbers
            .into_iter()
            .map(|number| usize::try_from(number).map_err(|_negative| Broken))
            .collect()
    }

    fn fraction(&mut self) -> Result<Value, Broken> {
        let bytes: [u8; 8] = self.from.take(8)?.try_into().map_err(|_short| Broken)?;
        Number::from_f64(f64::from_le_bytes(bytes))
            .map(Value::Number)
            .ok_or(Broken)
    }

    fn coded(&mut self, count: usize) -> Result<Vec<String>, Broken> {
        let codes = self.lengths(count)?;
        codes.into_iter().map(|code| self.text(code)).collect()
    }

    fn text(&mut self, code: usize) -> Result<String, Broken> {
        let text = match code.checked_sub(words::count()) {
            None => words::word(code),
            Some(place) => self.texts.get(place).copied(),
        };
        let text = text.ok_or(Broken)?;
        self.from.spend(text.len())?;
        Ok(text.to_owned())
    }

    fn lists(&mut self, count: usize, depth: u8) -> Result<Vec<Value>, Broken> {
        let lengths = self.lengths(count)?;
        let items = self.column(sum(&lengths)?, Under::Other, depth)?;
        let mut items = items.into_iter();
        lengths
            .into_iter()
            .map(|length| {
                let list: Vec<Value> = items.by_ref().take(length).flatten().collect();
                if list.len() == length {
                    Ok(Value::Array(list))
                } else {
                    Err(Broken)
                }
            })
            .collect()
    }

    fn rows(&mut self, count: usize, depth: u8) -> Result<Vec<Value>, Broken> {
        let lengths = self.lengths(count)?;
        let longest = lengths.iter().copied().max().unwrap_or_default();
        let mut lists: Vec<Vec<Value>> = vec![Vec::new(); count];
        for place in 0..longest {
            // Each place looks at every list.
            self.from.spend(count)?;
            let reaching = lengths.iter().filter(|length| **length > place).count();
            let column = self.column(reaching, Under::Other, depth)?;
            let long = lists
                .iter_mut()
                .zip(&lengths)
                .filter(|(_, length)| **length > place);
            for ((list, _), value) in long.zip(column) {
                list.push(value.ok_or(Broken)?);
            }
        }
        Ok(lists.into_iter().map(Value::Array).collect())
    }

    fn objects(&mut self, count: usize, depth: u8) -> Result<Vec<Value>, Broken> {
        let mut objects = vec![Map::new(); count];
        for _ in 0..self.from.count()? {
            let code = self.from.count()?;
            let key = self.text(code)?;
            let column = self.column(count, under(&key), depth)?;
            for (object, value) in objects.iter_mut().zip(column) {
                if let Some(value) = value {
                    object.insert(key.clone(), value);
                }
            }
        }
        Ok(objects.into_iter().map(Value::Object).collect())
    }

    fn maps(&mut self, count: usize, depth: u8) -> Result<Vec<Value>, Broken> {
        let lengths = self.lengths(count)?;
        let all = sum(&lengths)?;
        let keys = self.coded(all)?;
        let values = self.column(all, Under::Other, depth)?;
        let mut pairs = keys.into_iter().zip(values);
        let mut maps = Vec::with_capacity(count);
        for length in lengths {
            let pairs = pairs.by_ref().take(length);
            let map: Map<String, Value> = pairs
                .filter_map(|(key, value)| Some((key, value?)))
                .collect();
            maps.push(Value::Object(map));
        }
        Ok(maps)
    }

    fn packets(&mut self, count: usize) -> Result<Vec<Value>, Broken> {
        let captures = self.numbers(count)?;
        let numbers = self.numbers(count)?;
        let packet = |(capture, number): (i64, i64)| serde_json::json!({ "capture": capture, "number": number, "offset": 0, "length": 0 });
        Ok(captures.into_iter().zip(numbers).map(packet).collect())
    }

    fn hexes(&mut self, count: usize) -> Result<Vec<Value>, Broken> {
        let lengths = self.lengths(count)?;
        let hex = |length| {
            let bytes = self.from.take(length)?;
            self.from.spend(2 * length)?;
            Ok(Value::String(
                bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            ))
        };
        lengths.into_iter().map(hex).collect()
    }
}

fn sum(lengths: &[usize]) -> Result<usize, Broken> {
    lengths
        .iter()
        .try_fold(0_usize, |sum, length| sum.checked_add(*length))
        .ok_or(Broken)
}

fn kind_of(value: Option<&Value>, under: Under) -> Kind {
    match value {
        None => Kind::Absent,
        Some(Value::Null) => Kind::Null,
        Some(Value::Bool(false)) => Kind::False,
        Some(Value::Bool(true)) => Kind::True,
        Some(Value::Number(number)) if number.is_i64() => Kind::Number,
        Some(Value::Number(number)) if number.is_u64() => Kind::Large,
        Some(Value::Number(_)) => Kind::Fraction,
        Some(Value::String(text)) if is_hex(text) => Kind::Hex,
        Some(Value::String(text)) if moment(text).is_some() => Kind::Moment,
        Some(Value::String(text)) if endpoint(text).is_some() => Kind::Endpoint,
        Some(Value::String(_)) => Kind::Text,
        Some(Value::Array(_)) if under == Under::Rows => Kind::Rows,
        Some(Value::Array(_)) => Kind::List,
        Some(Value::Object(_)) if under == Under::Map => Kind::Map,
        Some(Value::Object(fields)) if is_packet(fields) => Kind::Packet,
        Some(Value::Object(_)) => Kind::Object,
    }
}

fn is_packet(fields: &Map<String, Value>) -> bool {
    fields.len() == 4
        && ["capture", "number", "offset", "length"]
            .iter()
            .all(|field| fields.get(*field).is_some_and(Value::is_i64))
}

/// Long enough to be worth it, and exactly what is written from the bytes.
fn is_hex(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() >= 16 && text.len().is_multiple_of(2) && text.bytes().all(is_digit)
}

fn bytes_of_hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks_exact(2);
    let byte = |pair: &[u8]| {
        std::str::from_utf8(pair)
            .ok()
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    pairs.filter_map(byte).collect()
}

/// Nanoseconds since 1970 of a moment that is written as we would write it.
fn moment(text: &str) -> Option<i64> {
    let at = epoch::parse(text)?;
    (epoch::rfc3339(at) == text).then(|| at.nanos())
}

/// `host:port` as its parts, where the port is written as we would write it.
fn endpoint(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let number: u16 = port.parse().ok()?;
    (!host.is_empty() && number.to_string() == port).then_some((host, number))
}

#[cfg(test)]
mod tests;
